"""Names and MAC addresses: what scenarios may not have (tests/bad_names.py) is refused
by the kernel where it is the kernel's to refuse; the oddest are taken by it and Open vSwitch."""
import errno
import fcntl
import json
import os
import socket
import struct
import subprocess

import pytest
from host import in_own_host

TUNSETIFF, TAP = 0x400454CA, 0x1002
ODD = ["-x", "--help", "-", "...", ".x", "é", "日本", "a'b", 'a"b', "a,b", "a=b", "a*b", "a;b",
       "$(x)", "{a}", "12", "0", "UPPER", "a\\b", "true"]


def ip(*arguments):
    return subprocess.run(["ip", "link", "add", *arguments], check=False, capture_output=True)


def ask_kernel():
    def tap(name):
        fd = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), TAP))

    assert ip("dev", "fine", "type", "bridge").returncode == 0
    for name in ("all", "default", "à", "lo"):
        with pytest.raises(OSError) as error:
            tap(name)
        assert error.value.errno == errno.EINVAL
        assert ip("dev", name, "type", "bridge").returncode != 0
    for name in ODD:
        tap(name)
        assert socket.if_nametoindex(name) > 0
    ip("dev", "parent", "type", "veth", "peer", "name", "other")
    for mac, taken in (("52:54:00:00:00:01", True), ("fe:54:00:00:00:01", True),
                       ("01:00:5e:00:00:01", False), ("ff:ff:ff:ff:ff:ff", False),
                       ("00:00:00:00:00:00", False)):
        made = ip("link", "parent", "dev", "mv0", "address", mac, "type", "macvtap")
        assert (made.returncode == 0) == taken, made.stderr
        subprocess.run(["ip", "link", "delete", "mv0"], check=False, capture_output=True)


def test_the_kernel_refuses_what_is_refused(own_host):
    in_own_host(ask_kernel)


@pytest.mark.parametrize("one, other", zip(ODD[::2], ODD[1::2]))
def test_odd_names_are_taken(ovs, tapweave, tmp_path, one, other):
    """By the kernel, ovs-vsctl and ovs-vswitchd: for a guest, a row, and what others make."""
    one, other = json.dumps(one, ensure_ascii=False), json.dumps(other, ensure_ascii=False)
    path = tmp_path / "odd.yaml"
    path.write_text(f"""
title: Odd names
report: none
network: {{br0: {{kind: ovs, datapath: netdev}}}}
guests:
  a: {{nic: {{bridge: br0, name: {one}}}}}
rows: {{{other}: {{bridge: br0}}}}
actors:
  - start a
  - [{'"delete-port ' + other[1:]}]
claims:
  libvirt-6.6: {{duplicate-name: never}}
""", encoding="utf-8")
    run = tapweave("conform", "--jobs", "2", path, "--json", "-")
    assert run.returncode == 0, run.stderr + run.stdout
    result, = json.loads(run.stdout)["results"]
    assert result["counts"]["walked"] == result["counts"]["transitions"] > 0


def test_a_round_that_begins_again_is_one_of_the_kernels(ovs, tapweave):
    """`rounds: unbounded`: a guest has its second round, with the counter's next name."""
    start = "a a a a a ovs-vswitchd a a"
    stop = "a kernel/a kernel/a a ovs-vswitchd a"
    run = tapweave("replay", "-p", "counter", "--on", "netns", "--datapath", "netdev", "-s",
                   f"{start} {stop} a {start}", "scenarios/for-ever.yaml")
    assert run.returncode == 0, run.stderr
    assert "next-round" in run.stdout and "exec vnet1" in run.stdout
    assert "the real kernel agrees after every step" in run.stdout
