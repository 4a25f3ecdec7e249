"""What a machine lacks is named in one line, with exit status 4.

Each test takes something away from a host of its own, and runs there."""
import errno
import os
import subprocess
import time
from pathlib import Path

import pytest
from host import HOME, MS_BIND, children, in_own_host, mount, processes
from seccomp import TUNSETIFF, refuse

pytestmark = pytest.mark.usefixtures("own_host")

LINUX = ["./tapweave", "conform", "-p", "libvirt-6.6", "linux-only.yaml"]
OVS = ["./tapweave", "conform", "-p", "libvirt-6.6", "reported-race-netdev.yaml"]
REPLAY = ["./tapweave", "replay", "--on", "netns", "-p", "libvirt-6.6", "-s", "a"]


def lacks(command, text, status=4):
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (run.returncode, run.stderr) == (status, f"tapweave: {text}\n")
    assert processes() == []


def has_no_tun():
    mount("host", "/dev/net", "tmpfs")
    text = f"needs /dev/net/tun: {os.strerror(errno.ENOENT)}"
    lacks(LINUX, text)
    lacks(OVS, text)
    lacks([*REPLAY, "linux-only.yaml"], text)


def may_not_open_tun():
    node = HOME / "tun"
    node.touch(mode=0)
    mount(node, "/dev/net/tun", flags=MS_BIND)
    lacks(["setpriv", "--bounding-set=-dac_override,-dac_read_search", *LINUX],
          f"needs /dev/net/tun: {os.strerror(errno.EACCES)}")


@pytest.mark.parametrize("test", [has_no_tun, may_not_open_tun])
def test_no_tun(ovs, test):
    in_own_host(test)


def hide(path):
    mount("/dev/null", os.path.realpath(path), flags=MS_BIND)


def has_no_program(path):
    hide(path)
    lacks(OVS, f"the program '{os.path.basename(path)}' is not installed "
          "(Debian's package openvswitch-switch)")
    lacks([*REPLAY, "reported-race-netdev.yaml"],
          f"the program '{os.path.basename(path)}' is not installed "
          "(Debian's package openvswitch-switch)")
    assert subprocess.run(LINUX, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("path", ["/usr/sbin/ovsdb-server", "/usr/sbin/ovs-vswitchd",
                                  "/usr/bin/ovs-vsctl"])
def test_no_open_vswitch(ovs, path):
    in_own_host(has_no_program, path)


def has_no_schema():
    mount("host", "/usr/share/openvswitch", "tmpfs")
    lacks(OVS, "the file /usr/share/openvswitch/vswitch.ovsschema is missing")


def test_no_schema(ovs):
    in_own_host(has_no_schema)


def has_no_capabilities():
    """Root by name alone, as in a container; and user namespaces are not to be had."""
    bare = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    Path("/proc/sys/user/max_user_namespaces").write_text("0", encoding="ascii")
    lacks([*bare, *LINUX], "needs root, or a user namespace: unshare(CLONE_NEWUSER): "
          "a limit user.max_*_namespaces (sysctl) forbids it, or they are nested too deep")


def has_no_namespaces():
    """Root of a user namespace may set such limits, for what is made below it."""
    Path("/proc/sys/user/max_net_namespaces").write_text("0", encoding="ascii")
    lacks(LINUX, "needs namespaces of its own: unshare(net, mount, pid): "
          "a limit user.max_*_namespaces (sysctl) forbids it, or they are nested too deep")


def has_no_network_capability():
    lacks(["setpriv", "--bounding-set=-net_admin", *LINUX],
          f"cannot make the tap probe0: {os.strerror(errno.EPERM)} (needs CAP_NET_ADMIN)")


@pytest.mark.parametrize("test", [has_no_capabilities, has_no_namespaces,
                                  has_no_network_capability])
def test_no_privileges(taps, test):
    in_own_host(test)


def test_only_what_is_missing_is_blamed(less, tapweave):
    """A capability that is there; a limit of namespaces, where it is a mount that failed."""
    path = "scenarios/linux-only.yaml"
    run = tapweave("conform", "-p", "libvirt-6.6", path,
                   preexec_fn=lambda: refuse("ioctl", {1: TUNSETIFF}, errno.EPERM))
    assert (run.returncode, run.stderr) == (
        4, f"tapweave: cannot make the tap probe0: {os.strerror(errno.EPERM)}\n")
    run = tapweave("conform", "-p", "libvirt-6.6", path,
                   preexec_fn=lambda: refuse("mount", {}, errno.ENOSPC))
    assert (run.returncode, run.stderr) == (
        4, f"tapweave: needs to mount folders of its own: {os.strerror(errno.ENOSPC)}\n")


def fill_sandbox():
    """While schedules are conducted.  What waits for an answer by then does not wait for long."""
    begun = time.monotonic()
    with subprocess.Popen([*OVS, "--jobs", "1"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True) as run:
        folder = None
        while folder is None or not (folder / "br0.mgmt").exists():  # all is built by then
            assert run.poll() is None
            try:
                folder = Path(f"/proc/{children(children(run.pid)[0])[0]}/root/run")
            except (IndexError, FileNotFoundError):
                pass
        subprocess.run(["nsenter", "-t", folder.parts[2], "-m", "mount", "-o", "remount,size=1m",
                        "/run"], check=True)
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            (folder / "fill").write_bytes(b"." * 1048576)
        said = run.communicate()[1]
    assert (run.returncode, said) == (
        4, "tapweave: needs memory: the sandbox's folder in memory, /run, is full\n")
    assert time.monotonic() - begun < 60
    assert processes() == []


def test_a_full_sandbox_is_no_divergence(ovs):
    in_own_host(fill_sandbox)


def fill_disk():
    """The result's file is not left half-written, nor is the one that was there touched."""
    folder = Path("/tmp/disk")
    folder.mkdir()
    mount("host", folder, "tmpfs", 0, "size=8k")
    result = folder / "result.json"
    result.write_text("before", encoding="ascii")
    (folder / "fill").write_bytes(b"." * 4096)
    command = [*REPLAY[:-1], "a kernel/a b b b b kernel/a a b", "linux-only.yaml"]
    for path in (result, folder / "new.json"):
        lacks([*command, "--json", path],
              f"{path}: cannot be written: {os.strerror(errno.ENOSPC)}", status=2)
        assert sorted(os.listdir(folder)) == ["fill", "result.json"]
        assert result.read_text(encoding="ascii") == "before"


def test_a_full_disk(taps):
    in_own_host(fill_disk)
