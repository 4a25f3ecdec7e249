"""What mail 004 says of a tap's flags, and who may change which, directly on the kernel: nothing
here runs tapweave.

Whoever has no privileges is a process that has given up every capability."""
import ctypes
import errno
import fcntl
import json
import os
import socket
import struct
import subprocess
from pathlib import Path

import pytest
from conftest import missing_for_other_user, require
from host import HOME, in_own_host, mount

# As <linux/if_tun.h> and <linux/sockios.h> have them.
TUNSETIFF, TUNSETPERSIST, TUNGETIFF = 0x400454CA, 0x400454CB, 0x800454D2
SIOCSIFFLAGS, SIOCSIFHWADDR, SIOCBRADDIF = 0x8914, 0x8924, 0x89A2
TAP, NO_PI, VNET_HDR, MULTI_QUEUE, PERSIST = 0x2, 0x1000, 0x4000, 0x100, 0x800
UP, ETHERNET = 0x1, 1
CAPSET, VERSION_3 = 126, 0x20080522  # of x86-64; <linux/capability.h>
SET_SECUREBITS, NOROOT = 28, 0x1     # <linux/prctl.h>, <linux/securebits.h>: exec gives none back

libc = ctypes.CDLL(None, use_errno=True)


def attempt(function, *arguments):
    """The name of the errno that it ends with; None if it succeeds."""
    try:
        function(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
    return None


def without_privileges(function, *arguments):
    """What attempt() says of it in a process without a single capability."""
    answer, report = os.pipe()
    child = os.fork()
    if child == 0:
        header, nothing = struct.pack("Ii", VERSION_3, 0), bytes(24)
        said = "no way to drop capabilities"
        if (libc.prctl(SET_SECUREBITS, NOROOT, 0, 0, 0) == 0
                and libc.syscall(CAPSET, header, nothing) == 0):
            said = attempt(function, *arguments)
        os.write(report, json.dumps(said).encode())
        os._exit(0)
    os.close(report)
    with os.fdopen(answer) as reader:
        said = json.load(reader)
    os.waitpid(child, 0)
    return said


def open_tap(name, flags=0):
    """open and TUNSETIFF."""
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    try:
        set_iff(fd, name, flags)
    except OSError:
        os.close(fd)
        raise
    return fd


def try_tap(name, flags=0):
    os.close(open_tap(name, flags))


def set_iff(fd, name, flags):
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), TAP | NO_PI | flags))


def set_persist(fd, on):
    fcntl.ioctl(fd, TUNSETPERSIST, on)


def flags_of(fd):
    return struct.unpack("16sH22x", fcntl.ioctl(fd, TUNGETIFF, bytes(40)))[1]


def set_link(number, name, body):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, number, struct.pack("16s24s", name.encode(), body))


def set_up(name):
    set_link(SIOCSIFFLAGS, name, struct.pack("h22x", UP))


def set_mac(name):
    set_link(SIOCSIFHWADDR, name, struct.pack("H6s16x", ETHERNET, bytes([2, 0, 0, 0, 0, 1])))


def ip(*arguments):
    run = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if run.returncode != 0 and "not permitted" in run.stderr:
        raise PermissionError(errno.EPERM, run.stderr)
    assert run.returncode == 0, run.stderr


def links():
    show = subprocess.run(["ip", "-d", "-j", "link"], capture_output=True, check=True)
    return {link["ifname"]: link for link in json.loads(show.stdout)}


def make_persistent(name, flags=0):
    fd = open_tap(name, flags)
    set_persist(fd, 1)
    os.close(fd)


def change_persist():
    """Set and cleared by a holder; clearing deletes at the last close."""
    fd = open_tap("vnet0")
    assert without_privileges(set_persist, fd, 1) is None
    assert flags_of(fd) & PERSIST
    os.close(fd)
    assert "vnet0" in links()
    fd = open_tap("vnet0")
    assert without_privileges(set_persist, fd, 0) is None
    assert "vnet0" in links()
    os.close(fd)
    assert "vnet0" not in links()


def test_a_holder_needs_no_privilege_for_iff_persist(own_host):
    in_own_host(change_persist)


def change_link():
    open_tap("vnet0")
    assert without_privileges(set_up, "vnet0") == "EPERM"
    assert without_privileges(set_mac, "vnet0") == "EPERM"
    assert without_privileges(ip, "link", "del", "vnet0") == "EPERM"
    assert attempt(set_up, "vnet0") is attempt(set_mac, "vnet0") is None
    assert "UP" in links()["vnet0"]["flags"]


def test_nor_iff_up_nor_the_mac_without_privileges(own_host):
    in_own_host(change_link)


def change_vnet_hdr():
    """By whoever opens a tap that is there: the last request counts.  Once for each descriptor."""
    for made in (0, VNET_HDR):
        make_persistent("vnet0", made)
        for wanted in (VNET_HDR, 0):
            fd = os.open("/dev/net/tun", os.O_RDWR)
            assert without_privileges(set_iff, fd, "vnet0", wanted) is None
            assert flags_of(fd) & VNET_HDR == wanted
            assert without_privileges(set_iff, fd, "vnet0", VNET_HDR) == "EEXIST"
            os.close(fd)
        ip("link", "del", "vnet0")


def test_who_opens_a_tap_decides_on_iff_vnet_hdr(own_host):
    in_own_host(change_vnet_hdr)


def change_multi_queue():
    make_persistent("one")
    make_persistent("many", MULTI_QUEUE)
    for request in (attempt, without_privileges):
        assert request(try_tap, "one", MULTI_QUEUE) == "EINVAL"
        assert request(try_tap, "many") == "EINVAL"
        assert request(try_tap, "one") is request(try_tap, "many", MULTI_QUEUE) is None


def test_iff_multi_queue_is_as_the_tap_was_made(own_host):
    in_own_host(change_multi_queue)


def open_twice():
    """Which makes the second one a queue of the first one's tap."""
    first, second = open_tap("many", MULTI_QUEUE), open_tap("many", MULTI_QUEUE)
    assert attempt(try_tap, "many") == "EINVAL"
    os.close(first)
    assert "many" in links()
    os.close(second)
    assert "many" not in links()
    open_tap("one")
    assert attempt(try_tap, "one") == "EBUSY"


def test_a_tap_of_several_queues_can_be_opened_twice(own_host):
    in_own_host(open_twice)


def delete_tap(name):
    """virNetDevTapDelete (facts 1b).  Returns whether the device was there while it was open."""
    fd = open_tap(name)
    there = name in links()
    set_persist(fd, 0)
    os.close(fd)
    return there


def delete_taps():
    assert delete_tap("missing") and "missing" not in links()
    make_persistent("unused")
    delete_tap("unused")
    assert "unused" not in links()
    make_persistent("many", MULTI_QUEUE)
    assert attempt(delete_tap, "many") == "EINVAL" and "many" in links()
    open_tap("used")
    assert attempt(delete_tap, "used") == "EBUSY" and "used" in links()


def test_the_daemons_deletion(own_host):
    in_own_host(delete_taps)


def keep_all():
    ip("link", "add", "lb0", "type", "bridge")
    make_persistent("mytap0")
    ip("link", "set", "mytap0", "address", "fe:54:00:00:00:01", "master", "lb0", "up")
    before = links()["mytap0"]
    open_tap("mytap0")
    after = links()["mytap0"]
    assert after["address"] == "fe:54:00:00:00:01" and after["master"] == "lb0"
    assert "UP" in after["flags"] and after["ifindex"] == before["ifindex"]
    index = struct.pack("i20x", after["ifindex"])
    assert attempt(set_link, SIOCBRADDIF, "lb0", index) == "EBUSY"


def test_a_persistent_tap_keeps_what_it_has(own_host):
    in_own_host(keep_all)


def add_macvtap():
    ip("link", "add", "p0", "type", "veth", "peer", "name", "p1")
    ip("link", "add", "link", "p0", "name", "macvtap0", "type", "macvtap")


def delete_macvtap():
    add_macvtap()
    assert without_privileges(ip, "link", "del", "macvtap0") == "EPERM"
    assert "macvtap0" in links()
    ip("link", "del", "macvtap0")
    assert "macvtap0" not in links()


def test_a_macvtap_is_not_deleted_without_privileges(own_host):
    in_own_host(delete_macvtap)


def open_macvtap():
    """By a node of its own: those of /dev are of all namespaces."""
    mount("sysfs", "/sys", "sysfs")
    device, = Path("/sys/class/net/macvtap0/macvtap").iterdir()
    major, minor = (device / "dev").read_text(encoding="ascii").split(":")
    os.mknod(HOME / "tap", 0o20600, os.makedev(int(major), int(minor)))
    return os.open(HOME / "tap", os.O_RDWR)


def use_macvtap():
    """The flags are a holder's, any number of times; its life is not."""
    add_macvtap()
    fd = open_macvtap()
    for wanted in (VNET_HDR, 0, MULTI_QUEUE, 0):
        assert without_privileges(set_iff, fd, "macvtap0", wanted) is None
        assert flags_of(fd) & (VNET_HDR | MULTI_QUEUE) == wanted
    assert attempt(set_persist, fd, 0) == attempt(set_persist, fd, 1) == "EINVAL"
    assert without_privileges(set_mac, "macvtap0") == "EPERM"
    os.close(fd)
    assert "macvtap0" in links()


def test_a_macvtap_outlives_whoever_has_it_open(request, taps, mounts, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("needs root that may make device nodes")
    require(request.config, missing_for_other_user(tmp_path))
    in_own_host(use_macvtap, real_root=True)
