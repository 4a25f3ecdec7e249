"""Which device a Linux bridge takes when it is told an index that was looked up before, directly on
the kernel: nothing here runs tapweave."""
import errno
import fcntl
import socket
import struct
import subprocess

import pytest
from host import in_own_host

SIOCBRADDIF, SIOCBRDELIF = 0x89a2, 0x89a3


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


def tell_bridge(request, bridge, index):
    """The errno of the ioctl; 0 if it succeeded."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        try:
            fcntl.ioctl(any_socket, request, struct.pack("16si20x", bridge.encode(), index))
        except OSError as error:
            return error.errno
    return 0


def master_of(name):
    run = subprocess.run(["ip", "-o", "link", "show", name], capture_output=True, text=True,
                         check=True)
    words = run.stdout.split()
    return words[words.index("master") + 1] if "master" in words else None


def begin():
    """A bridge, a tap, and the tap's index."""
    ip("link", "add", "lb0", "type", "bridge")
    ip("tuntap", "add", "t0", "mode", "tap")
    return socket.if_nametoindex("t0")


def of_one_that_has_gone():
    index = begin()
    ip("link", "del", "t0")
    assert tell_bridge(SIOCBRADDIF, "lb0", index) == errno.EINVAL
    assert tell_bridge(SIOCBRDELIF, "lb0", index) == errno.EINVAL


def of_one_whose_name_is_anothers():
    index = begin()
    ip("link", "del", "t0")
    ip("tuntap", "add", "t0", "mode", "tap")
    assert tell_bridge(SIOCBRADDIF, "lb0", index) == errno.EINVAL
    assert master_of("t0") is None


def of_one_that_was_renamed():
    index = begin()
    ip("link", "set", "t0", "name", "t1")
    ip("tuntap", "add", "t0", "mode", "tap")
    assert tell_bridge(SIOCBRADDIF, "lb0", index) == 0
    assert (master_of("t1"), master_of("t0")) == ("lb0", None)
    assert tell_bridge(SIOCBRDELIF, "lb0", index) == 0
    assert master_of("t1") is None


def of_a_bridge_that_has_gone():
    """Its name is looked up first, whatever there is of the device."""
    index = begin()
    ip("link", "del", "lb0")
    assert tell_bridge(SIOCBRADDIF, "lb0", index) == errno.ENODEV
    ip("link", "del", "t0")
    assert tell_bridge(SIOCBRADDIF, "lb0", index) == errno.ENODEV


def of_a_qdisc():
    """tc, too, asks for the index, and sends that."""
    index = begin()
    ip("link", "del", "t0")
    ip("tuntap", "add", "t0", "mode", "tap")
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as netlink:
        kind = struct.pack("HH4s", 8, 1, b"htb\0")
        body = struct.pack("BxxxiIII", 0, index, 0, 0xffffffff, 0) + kind
        netlink.send(struct.pack("IHHII", 16 + len(body), 36, 0x605, 1, 0) + body)
        assert -struct.unpack_from("i", netlink.recv(4096), 16)[0] == errno.ENODEV


@pytest.mark.parametrize("check", [
    of_one_that_has_gone, of_one_whose_name_is_anothers, of_one_that_was_renamed,
    of_a_bridge_that_has_gone, of_a_qdisc])
@pytest.mark.usefixtures("own_host")
def test_which_device_it_is(check):
    in_own_host(check)
