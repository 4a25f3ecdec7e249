"""Without root: what it takes is user namespaces, and /dev/net/tun for everybody, as most
distributions have it.

Where the tests are run by root, a user is made of nobody, on a host with such a device; otherwise
the tests' own user is the one, on the machine itself."""
import json
import os
import re
import signal
import stat
import subprocess

import pytest
from conftest import BINARY, ROOT
from host import HOME, MS_BIND, await_orphans, everything, in_own_host, mount

ROOT_HERE = os.geteuid() == 0
NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] if ROOT_HERE else []
LINUX = ["-p", "libvirt-6.6", "linux-only.yaml"]
OVS = ["-p", "libvirt-6.6", "reported-race-netdev.yaml"]
SMALL = ["-p", "libvirt-6.6", "reboot-own-name.yaml"]


def make_tun(mode):
    """In place of the machine's own, which keeps its mode."""
    node = HOME / "tun"
    os.mknod(node, stat.S_IFCHR, os.makedev(10, 200))
    node.chmod(mode)
    mount(node, "/dev/net/tun", flags=MS_BIND)


def on_its_host(function, arguments, mode):
    make_tun(mode)
    function(*arguments)


def as_user(function, *arguments, mode=0o666):
    if ROOT_HERE:
        in_own_host(on_its_host, function, arguments, mode, real_root=True)
    else:
        os.chdir(ROOT / "scenarios")
        function(*arguments)


def start(*arguments):
    program = HOME / "tapweave" if ROOT_HERE else BINARY
    return subprocess.Popen([*NOBODY, str(program), *arguments], stdin=subprocess.PIPE, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def conform(arguments):
    run = start("conform", *arguments, "--json", "-")
    out, err = run.communicate()
    assert run.returncode == 0, err
    result, = json.loads(out)["results"]
    assert result["counts"]["walked"] == result["counts"]["transitions"] > 0


def test_linux_bridges(taps, user):
    as_user(conform, LINUX)


def test_open_vswitch(ovs, user):
    as_user(conform, SMALL)


def enter():
    """As the line says, by the same user; guest b's start has just committed its row."""
    run = start("replay", "--on", "netns", "--hold", "-s", "a kernel/a b b b", *OVS)
    found = next(filter(None, (re.match(r" *held: (nsenter [^;]*);", line) for line in run.stdout)))
    inside = [*NOBODY, *found[1].split()]
    shown = subprocess.run([*inside, "ip", "-j", "link"], capture_output=True, check=True).stdout
    assert "vnet0" in [link["ifname"] for link in json.loads(shown)]
    owner = subprocess.run([*inside, "ovs-vsctl", "--format=json", "get", "Interface", "vnet0",
                            "external_ids:owner"], capture_output=True, check=True, text=True)
    assert owner.stdout.strip() == "b"
    out, err = run.communicate("\n")
    assert run.returncode == 1 and "the real kernel agrees" in out, err


def test_hold(ovs, user):
    as_user(enter)


def end_by(number):
    before = everything()
    run = start("replay", "--on", "netns", "--hold", "-s", "a", *OVS)
    assert any("held: nsenter" in line for line in run.stdout)
    run.send_signal(number)
    run.communicate()
    assert run.returncode == -number
    if number == signal.SIGKILL:
        await_orphans(10)
    assert everything() == before


def may_not():
    run = start("conform", *LINUX)
    out, err = run.communicate()
    assert (run.returncode, err) == (4, "tapweave: needs /dev/net/tun: Permission denied\n")
    assert "agrees" not in out


if ROOT_HERE:  # without root, test_nothing_left.py and test_missing.py do the same
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
    def test_nothing_is_left(ovs, user, number):
        as_user(end_by, number)

    def test_no_permission(taps, user):
        as_user(may_not, mode=0o600)


def in_container():
    """Parts of /proc are covered there, and then a user namespace may not have another one."""
    mount("host", "/proc/driver", "tmpfs")
    other = subprocess.run(["unshare", "-Urmpf", "mount", "-t", "proc", "proc", "/proc"],
                           check=False, stderr=subprocess.DEVNULL)
    assert other.returncode != 0
    run = subprocess.run(["unshare", "-Ur", "./tapweave", "conform", *OVS], check=False)
    assert run.returncode == 0


def test_in_a_container(ovs, own_host):
    in_own_host(in_container)
