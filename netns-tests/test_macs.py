"""When the kernel sets up a macvtap, and when its MAC is in use, directly on the kernel: nothing
here runs tapweave."""
import subprocess

import pytest
from host import in_own_host

GUEST, OTHER, PARENT = "02:00:00:00:00:0a", "02:00:00:00:00:0b", "02:00:00:00:00:01"
IN_USE = "RTNETLINK answers: Address already in use\n"


def ip(*arguments):
    """What it complains of; None if it succeeds."""
    run = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    return run.stderr if run.returncode != 0 else None


def make_parent(name):
    assert ip("link", "add", name, "address", PARENT, "type", "veth", "peer", f"{name}-w") is None
    assert ip("link", "set", name, "up") is None


def make(name, mac, kind="macvtap", mode="bridge", parent="parent"):
    return ip("link", "add", "link", parent, "name", name, "address", mac, "type", kind, "mode",
              mode)


def set_up(name):
    return ip("link", "set", name, "up")


def two_of_one_mac():
    """It is no matter of being there, but of being up."""
    make_parent("parent")
    assert make("mv0", GUEST) is make("mv1", GUEST) is None
    assert set_up("mv0") is None and set_up("mv1") == IN_USE
    assert set_up("mv0") is None  # it is up already
    assert ip("link", "set", "mv0", "down") is None
    assert set_up("mv1") is None and set_up("mv0") == IN_USE
    assert ip("link", "del", "mv1") is None and set_up("mv0") is None
    assert ip("link", "set", "mv0", "name", "mv9") is None and make("mv0", GUEST) is None
    assert set_up("mv0") == IN_USE


def whatever_its_mode():
    make_parent("parent")
    assert make("mv0", GUEST) is set_up("mv0") is None
    for mode in ("vepa", "private"):
        assert make(mode, GUEST, mode=mode) is None
        assert set_up(mode) == IN_USE
    assert make("mvlan", GUEST, kind="macvlan") is None
    assert set_up("mvlan") == IN_USE


def of_the_parent():
    """Its own MAC is in use as well; what is on another parent is not."""
    make_parent("parent")
    make_parent("second")
    assert make("mv0", PARENT) is None and set_up("mv0") == IN_USE
    assert make("mv1", GUEST) is set_up("mv1") is None
    assert make("mv2", GUEST, parent="second") is set_up("mv2") is None


def of_one_that_gets_it_later():
    """If the device itself is up or down; its own MAC is no change."""
    make_parent("parent")
    assert make("mv0", GUEST) is make("mv1", OTHER) is set_up("mv0") is None
    for state in ("up", "down"):
        assert ip("link", "set", "mv1", state) is None
        assert ip("link", "set", "mv1", "address", GUEST) == IN_USE
        assert ip("link", "set", "mv1", "address", OTHER) is None
    assert ip("link", "set", "mv0", "down") is None
    assert ip("link", "set", "mv1", "address", GUEST) is None
    assert set_up("mv1") is None and set_up("mv0") == IN_USE


@pytest.mark.parametrize("attempts", [
    two_of_one_mac, whatever_its_mode, of_the_parent, of_one_that_gets_it_later,
], ids=lambda attempts: attempts.__name__)
def test_a_mac_is_in_use_while_a_device_that_has_it_is_up(macvtaps, attempts):
    in_own_host(attempts, real_root=True)
