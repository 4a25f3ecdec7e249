"""import --scenario where devices have joined Linux bridges: a port of Open vSwitch that a guest
has left behind, and the next one of its name is on no switch (mail 000, "New Problem")."""
import json

import pytest
import yaml
from fitting import explained, policies_that
from test_import import Journal, link, time

LOOKS = {"mac-check", "exists-check", "exists-reattach", "atomic"}
COUNTS = {"counter", "libvirt-7.0", "libvirt-9.0", "libvirt-10.3", "libvirt-11.3"}


def joined(at, index, name, master):
    """A bridge's port is also told of without a qdisc: the reader leaves that out."""
    flags, tail = "<BROADCAST,UP>", "state UP group default"
    return (f"{time(at)} {index}: {name}: {flags} mtu 1500 qdisc fq{master} {tail}\n"
            f"{time(at)} {index}: {name}: {flags} mtu 1500{master} {tail}\n")


@pytest.fixture(name="story")
def make_story(tapweave, tmp_path):
    def story(links, *options, rows=(1.3,), gone=(), status=None):
        journal = Journal()
        ports = [journal.insert(at, "vnet0", bridge="br0", netdev=True) for at in rows]
        for at, port in zip(gone, ports):
            journal.delete(at, port)
        (tmp_path / "conf.db").write_text(journal.text, encoding="utf-8")
        (tmp_path / "links").write_text(links, encoding="utf-8")
        return tapweave.json("import", tmp_path / "conf.db", tmp_path / "links", "--name", "vnet0",
                             "--scenario", tmp_path / "s.yaml", "--trace", tmp_path / "t.json",
                             *options, status=status)
    return story


A = link(1, 4, "vnet0") + link(2, 4, "vnet0", gone=True)
B = A + link(2.4, 5, "vnet0") + joined(2.7, 5, "vnet0", " master lb0")


def test_a_port_is_kept(tapweave, story, tmp_path):
    said = story(B)
    assert policies_that(said, "shown") == LOOKS
    assert said["story"]["events"][-1]["text"] == "vnet0, device 5, joins the bridge lb0"
    world = yaml.safe_load((tmp_path / "s.yaml").read_text(encoding="utf-8"))
    assert {name: its["kind"] for name, its in world["network"].items()} == \
        {"br0": "ovs", "lb0": "linux"}
    assert [its["nic"]["bridge"] for its in world["guests"].values()] == ["br0", "lb0"]
    trace = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))
    assert trace["oracle"] == "wrong-network" and trace["lasting"]
    assert tapweave("replay", tmp_path / "t.json").returncode == 1


def test_a_port_is_deleted_late(story):
    """By its name, whatever has it by then.  Those that look have looked before."""
    said = story(B, gone=(4,))
    assert said["first"]["what"] == "foreign-row"
    shown = policies_that(said, "shown")
    assert {"libvirt-6.6", "mac-check", "exists-check", "owner-delete"} <= shown
    assert not shown & {"atomic", "lowest-free-after-cleanup", *COUNTS}


def test_the_datapath_of_open_vswitch_is_no_bridge(story, tmp_path):
    """The kernel has ovs-system as the master of each of its ports."""
    on_switch = (link(1, 4, "vnet0") + joined(1.4, 4, "vnet0", " master ovs-system") +
                 link(2, 4, "vnet0", gone=True))
    said = story(on_switch, gone=(2.3,))
    assert len(said["story"]["events"]) == 4 and "libvirt-6.6" in policies_that(said, "shown")
    world = yaml.safe_load((tmp_path / "s.yaml").read_text(encoding="utf-8"))
    assert list(world["network"]) == ["br0"]


def test_a_device_that_leaves_its_bridge(tapweave, story, tmp_path):
    """No start or stop takes it off there.  A daemon that has begun anew does, when it takes a
    back, whose QEMU has died meanwhile: it looks where the device of that name is."""
    said = story(B + joined(3.2, 5, "vnet0", ""))
    assert said["story"]["events"][-1]["text"] == "vnet0, device 5, leaves its bridge"
    assert said["story"]["events"][-1]["what"] == "leave"
    assert policies_that(said, "shown", "rest") == set()
    assert explained(said)["mac-check"][3] == \
        "a QEMU that dies by itself and a restart of the daemon"
    run = tapweave("replay", tmp_path / "t.json")
    assert "del-if vnet0 lb0" in run.stdout and "foreign-delete of b's vnet0#2" in run.stdout


@pytest.mark.parametrize("rows", [(), (0.5,)])
def test_a_guest_that_was_on_a_bridge_before(story, tmp_path, rows):
    """The first that is said of its device has the bridge in it, whatever row there is."""
    links = (joined(1, 4, "vnet0", " master lb0") + link(2, 4, "vnet0", gone=True) +
             link(2.4, 5, "vnet0") + joined(2.7, 5, "vnet0", " master lb0"))
    said = story(links, rows=rows)
    assert [event["what"] for event in said["story"]["events"]] == \
        ["device-gone", "device", "join"]
    world = yaml.safe_load((tmp_path / "s.yaml").read_text(encoding="utf-8"))
    assert [its.get("state") for its in world["guests"].values()] == ["running", None]
    assert {its["nic"]["bridge"] for its in world["guests"].values()} == {"lb0"}
    assert "libvirt-6.6" in policies_that(said, "rest" if rows else "shown")


def test_a_row_of_a_device_that_is_left_out(story):
    """Six more devices of that name, all on a Linux bridge, and none for long: the row is there
    from the beginning, and so is its switch."""
    links = A
    for index in range(5, 11):
        links += (link(index - 2.5, index, "vnet0") +
                  joined(index - 2.2, index, "vnet0", " master lb0") +
                  link(index - 1.9, index, "vnet0", gone=True))
    said = story(links, "--max-states", "100", status=3)
    assert said["story"]["left_out"]["devices"] == 1 and said["story"]["inconclusive"]


def test_nobody_deletes_a_port_where_there_is_no_switch(story):
    said = story(link(1, 4, "vnet0") + joined(1.3, 4, "vnet0", " master lb0") +
                 joined(1.6, 4, "vnet0", ""), rows=())["story"]
    assert said["best"] is None and not said["inconclusive"]
    assert said["stuck"]["text"] == "vnet0, device 4, leaves its bridge"
