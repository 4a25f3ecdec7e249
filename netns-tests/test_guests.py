"""Guests that are a real QEMU, helpers that a descriptor has leaked to, and who holds which tap.

The harness compares holders with the simulation's after every step; here /proc is read from outside
of its sandbox, while it runs."""
import json
import os
import shutil
import subprocess
import time

import pytest
from conftest import BINARY, require
from test_conform import in_root, on_linux  # in_root is for every test here

QEMU = "qemu-system-x86_64"
COMM = QEMU[:15]  # what the kernel keeps of a program's name


@pytest.fixture(scope="session")
def qemu(request, taps):
    require(request.config, None if shutil.which(QEMU) else f"needs {QEMU}: not installed")


def all_agree(run):
    assert run.returncode == 0, run.stdout + run.stderr
    results = json.loads(run.stdout)["results"]
    for result in results:
        counts = result["counts"]
        assert counts["walked"] == counts["transitions"] > 0 and not result["diverged"]
    return [result["counts"] for result in results]


@pytest.mark.parametrize("policy", ["libvirt-6.6", "exists-check"])
def test_every_transition_agrees_with_qemu_on_linux_bridges(qemu, tapweave, policy):
    counts, = all_agree(tapweave("conform", "--guest", "qemu", "--jobs", "4", "-p", policy,
                                 "scenarios/linux-only.yaml", "--json", "-"))
    assert counts["frames"] >= counts["schedules"]  # b runs at the end of each


def test_every_transition_agrees_with_qemu_on_open_vswitch(qemu, ovs, tapweave):
    """Frames are lost at the end of some schedules, and pass at the end of the others."""
    counts, = all_agree(tapweave("conform", "--guest", "qemu", "--jobs", "4", "-p", "libvirt-6.6",
                                 "scenarios/reported-race-netdev.yaml", "--json", "-"))
    assert counts["frames"] >= counts["schedules"]


def test_a_descriptor_leaked_to_a_helper_outlives_qemu(qemu, tapweave, tmp_path):
    path = on_linux("exists-check-leak", tmp_path)
    all_agree(tapweave("conform", "--guest", "qemu", "--jobs", "4", "-p", "exists-check", path,
                       "--json", "-"))


@pytest.mark.parametrize("scenario", ["persistent-unplug", "persistent-cleared"])
def test_qemu_gives_its_tap_back_and_changes_its_flag(qemu, tapweave, scenario):
    """netdev_del, and TUNSETPERSIST on its descriptor."""
    all_agree(tapweave("conform", "--guest", "qemu", "--jobs", "4", f"scenarios/{scenario}.yaml",
                       "--json", "-"))


def test_qemu_refuses_a_tap_whose_device_is_gone(qemu, tapweave, tmp_path):
    """docs/facts.md, "Found by conform": the start fails, with both kinds of guest.  Another
    device has its name, or it would be missed before there is a QEMU."""
    path = tmp_path / "deleted.yaml"
    path.write_text("title: t\nreport: r\nnetwork: {lb0: {kind: linux}}\n"
                    "guests: {b: {nic: {bridge: lb0}}}\n"
                    "actors: [start b, [delete vnet0, create vnet0]]\n"
                    "claims: {libvirt-6.6: {lost-attachment: sometimes}}\n", encoding="utf-8")
    for kind in ("process", "qemu"):
        run = tapweave("replay", "--on", "netns", "--guest", kind, "-p", "libvirt-6.6",
                       "-s", "b b b b b other other b b", path)
        assert "exec vnet0: EBADFD" in run.stdout
        assert "the real kernel agrees after every step" in run.stdout


def test_qemu_that_is_missing_is_named(qemu, mounts, tmp_path):
    """An empty file that cannot be run lies over it, in a mount namespace."""
    hole = tmp_path / "empty"
    hole.touch(mode=0o644)
    share = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Urm"]
    command = 'mount --bind "$0" "$1" && shift && exec "$@"'
    run = subprocess.run([*share, "sh", "-c", command, hole, shutil.which(QEMU), BINARY, "conform",
                          "--guest", "qemu", "scenarios/linux-only.yaml"],
                         capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 4
    assert f"'{QEMU}' is not installed (Debian's package qemu-system-x86)" in run.stderr
    assert run.stderr.count("\n") == 1


# ---- who holds what, from outside ----

def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""  # it has ended in the meantime


def children():
    """The children of each process of this machine."""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        fields = read(f"/proc/{pid}/stat").rpartition(")")[2].split()
        if fields:
            found.setdefault(fields[1], []).append(pid)
    return found


def descendants(pid, tree):
    below = tree.get(pid, [])
    return below + [one for child in below for one in descendants(child, tree)]


def listed(folder):
    try:
        return os.listdir(folder)
    except OSError:
        return []


def taps_of(pid):
    found = []
    for fd in listed(f"/proc/{pid}/fdinfo"):
        for line in read(f"/proc/{pid}/fdinfo/{fd}").splitlines():
            if line.startswith("iff:\tvnet"):
                found.append(line.split("\t")[1])
    return found


def files_of(pid):
    found = []
    for fd in listed(f"/proc/{pid}/fd"):
        try:
            found.append(os.readlink(f"/proc/{pid}/fd/{fd}"))
        except OSError:
            pass  # closed in the meantime
    return found


def watch(arguments, look):
    """Runs tapweave until look(leaves) is true of its processes that have no children, and kills it
    then; returns what look returned.  Nothing of it is there afterwards."""
    with subprocess.Popen([BINARY, *arguments], stdout=subprocess.DEVNULL) as run:
        seen, below = None, []
        while not seen and run.poll() is None:
            tree = children()
            below = descendants(str(run.pid), tree)
            seen = look([pid for pid in below if pid not in tree])
        run.kill()
    deadline = time.monotonic() + 10
    while any(map(is_alive, below)) and time.monotonic() < deadline:
        os.sched_yield()
    assert not any(map(is_alive, below))
    return seen


def is_alive(pid):
    """A zombie, which has no command line, is left to whoever reaps orphans here."""
    return read(f"/proc/{pid}/cmdline") != ""


def test_qemu_holds_one_tap_and_inherits_nothing_else(qemu, mounts):
    """What it opens itself is its own affair; the rest is the tap, its two sockets, and its log."""
    def look(leaves):
        for pid in leaves:
            files = files_of(pid)
            if read(f"/proc/{pid}/comm").strip() == COMM and len(taps_of(pid)) == 1:
                return files
        return None
    files = watch(["conform", "--guest", "qemu", "--jobs", "1", "--cover", "interleavings", "-p",
                   "libvirt-6.6", "scenarios/linux-only.yaml"], look)
    assert files.count("/dev/net/tun") == 1
    assert sum(name.startswith("socket:") for name in files) <= 2, files
    assert {name.split()[0] for name in files if name.startswith("/run")} == {"/run/qemu.log"}


def test_a_helper_holds_the_tap_beside_qemu(qemu, tmp_path):
    def look(leaves):
        holding = {read(f"/proc/{pid}/comm").strip() for pid in leaves if "vnet0" in taps_of(pid)}
        return holding if len(holding) == 2 else None
    path = on_linux("exists-check-leak", tmp_path)
    assert watch(["conform", "--guest", "qemu", "--jobs", "1", "-p", "exists-check", path],
                 look) == {COMM, BINARY.name}
