"""Limits of bandwidth: what the kernel says of a second one, and what ovs-vswitchd does with those
of its ports, with other eyes than the harness's own."""
import json
import subprocess

import pytest
from host import in_own_host
from test_eyes import OVS, held


# ---- the kernel, without tapweave ----

def tc(*arguments):
    """What it complains of; None if it succeeds."""
    run = subprocess.run(["tc", "qdisc", *arguments], capture_output=True, text=True, check=False)
    return run.stderr if run.returncode != 0 else None


def limit_twice():
    subprocess.run(["ip", "tuntap", "add", "vnet0", "mode", "tap"], check=True)
    device = ("dev", "vnet0", "root")
    limit = (*device, "handle", "1:", "htb", "default", "1")
    assert tc("add", *limit) is None
    assert "Exclusivity flag on" in tc("add", *limit)  # EEXIST
    assert tc("replace", *device, "htb", "default", "1") is not None  # an htb by an htb: EINVAL
    assert tc("del", *device) is None
    assert tc("add", *limit) is None  # virNetDevBandwidthSet: clear, and then add
    assert tc("del", *device) is None
    assert "Cannot delete qdisc with handle of zero" in tc("del", *device)  # ENOENT


def test_a_limit_is_cleared_before_another_one_is_set(taps):
    in_own_host(limit_twice)


def qdisc_by_default():
    """qemuDomainInterfaceSetDefaultQDisc takes the place of whatever is at the device's root."""
    subprocess.run(["ip", "tuntap", "add", "vnet0", "mode", "tap"], check=True)
    limit = ("dev", "vnet0", "root", "handle", "1:", "htb", "default", "1")
    default = ("dev", "vnet0", "root", "handle", "0:", "noqueue")
    assert tc("add", *limit) is None
    assert tc("add", *default) is None
    shown = subprocess.run(["tc", "qdisc", "show", "dev", "vnet0"], capture_output=True, text=True,
                           check=True).stdout
    assert "noqueue" in shown and "htb" not in shown
    assert "NLM_F_REPLACE needed to override" in tc("add", *limit)
    assert tc("del", "dev", "vnet0", "root") is None and tc("add", *limit) is None


def test_a_limit_goes_with_the_qdisc_that_a_start_sets(taps):
    in_own_host(qdisc_by_default)


# ---- ovs-vswitchd ----

def qdiscs(world, name):
    """Of a limit's two directions, those that there are."""
    kinds = {qdisc["kind"] for qdisc in json.loads(world.run("tc", "-j", "qdisc", "show", "dev",
                                                             name))}
    return kinds & {"htb", "ingress"}


def limit(world, name):
    for kind in ("root", "ingress"):
        world.run("sh", "-c", f"tc qdisc del dev {name} {kind} 2>/dev/null || true")
    world.run("tc", "qdisc", "add", "dev", name, "root", "handle", "1:", "htb", "default", "1")
    world.run("tc", "qdisc", "add", "dev", name, "ingress")


def make_tap(world, name):
    world.run("ip", "tuntap", "add", name, "mode", "tap")
    world.run("ip", "link", "set", name, "up")


def signal_vswitchd(world, number):
    world.run("sh", "-c", 'for p in /proc/[0-9]*; do [ "$(cat $p/comm)" != ovs-vswitchd ] || '
              f'kill -{number} "${{p#/proc/}}"; done')


def run_vswitchd(world):
    """Until it has carried out what the database wants."""
    signal_vswitchd(world, "CONT")
    world.run("ovs-vsctl", "--timeout=10", "set", "Open_vSwitch", ".", "external_ids:seen=1")
    world.run("ovs-vsctl", "--timeout=10", "remove", "Open_vSwitch", ".", "external_ids", "seen")


@pytest.fixture
def world(ovs):
    with held(OVS, "libvirt-6.6", "a") as found:
        run_vswitchd(found)
        make_tap(found, "eye0")
        yield found


def test_a_port_that_is_made_clears_its_devices_limit(world):
    limit(world, "eye0")
    world.run("ovs-vsctl", "add-port", "br0", "eye0")
    assert qdiscs(world, "eye0") == set()


def test_a_port_that_stays_leaves_it(world):
    """But for what comes from the device: that goes with the first run behind a link event."""
    world.run("ovs-vsctl", "add-port", "br0", "eye0")
    limit(world, "eye0")
    world.run("ovs-vsctl", "set", "Port", "eye0", "tag=3")
    assert "htb" in qdiscs(world, "eye0")
    world.run("ip", "link", "set", "eye0", "down")
    world.run("ip", "link", "set", "eye0", "up")
    for tag in (4, 5):  # the first one may come before the link event is read
        world.run("ovs-vsctl", "set", "Port", "eye0", f"tag={tag}")
    assert qdiscs(world, "eye0") == {"htb"}


def test_a_port_that_is_deleted_and_added_in_one_transaction_stays(world):
    world.run("ovs-vsctl", "add-port", "br0", "eye0")
    limit(world, "eye0")
    world.run("ovs-vsctl", "del-port", "eye0", "--", "add-port", "br0", "eye0")
    assert "htb" in qdiscs(world, "eye0")


def test_a_port_that_is_moved_is_made_anew(world):
    world.run("ovs-vsctl", "add-port", "br0", "eye0")
    world.run("ovs-vsctl", "add-br", "br1", "--", "set", "Bridge", "br1", "datapath_type=netdev")
    limit(world, "eye0")
    world.run("ovs-vsctl", "del-port", "eye0", "--", "add-port", "br1", "eye0")
    assert qdiscs(world, "eye0") == set()


def test_a_removed_port_leaves_its_devices_limit(world):
    world.run("ovs-vsctl", "add-port", "br0", "eye0")
    limit(world, "eye0")
    world.run("ovs-vsctl", "del-port", "eye0")
    assert "htb" in qdiscs(world, "eye0")


def test_a_stale_port_leaves_the_limit_of_the_next_device(world):
    world.run("ovs-vsctl", "add-port", "br0", "eye0")
    signal_vswitchd(world, "STOP")
    world.run("ip", "link", "delete", "eye0")
    make_tap(world, "eye0")
    limit(world, "eye0")
    run_vswitchd(world)
    assert "htb" in qdiscs(world, "eye0")


def test_a_row_without_a_port_clears_the_limit_of_the_device_that_comes(world):
    """Whatever that device is on otherwise."""
    world.run("ip", "link", "delete", "eye0")
    world.run("ovs-vsctl", "--no-wait", "add-port", "br0", "eye0")
    run_vswitchd(world)
    signal_vswitchd(world, "STOP")
    make_tap(world, "eye0")
    limit(world, "eye0")
    run_vswitchd(world)
    run_vswitchd(world)  # the first one may come before the link event is read
    assert qdiscs(world, "eye0") == set()


def test_a_guests_limit_goes_when_its_port_is_made_again(ovs):
    """A restarted libvirtd adds the ports of its guests again (facts 1f); here the test does."""
    with held(OVS, "libvirt-6.6", "a kernel/a b b b ovs-vswitchd b b kernel/a a ovs-vswitchd a"
              ) as found:
        signal_vswitchd(found, "CONT")
        limit(found, "vnet0")
        found.run("ovs-vsctl", "add-port", "br0", "vnet0")
        assert qdiscs(found, "vnet0") == set()
