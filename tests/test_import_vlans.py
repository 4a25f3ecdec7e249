"""import --scenario where ports have tags: the VLAN of a row that another guest's device is put on.

What is expected follows from what releases do with the tag of a row that they adopt
(docs/policies.md, scenarios/vpp-1766.yaml and row-adopted-without-vlan.yaml)."""
import json

import pytest
import yaml
from fitting import explained, policies_that
from test_import import BRIDGE, Journal, link

ADDS = "ovs-vsctl: ovs-vsctl --may-exist add-port br0 vnet0"
AND_SETS = f"{ADDS} -- set port vnet0 tag=20"


class Ports(Journal):
    """Of one port, on the userspace datapath: a transaction is what it does to that, and the call
    of ovs-vsctl."""

    def change(self, at, call, port=None, interface=None, bridge=None):
        record = {"_date": int((self.BEGIN + at) * 1000), "_comment": call}
        for table, columns in (("Port", port), ("Interface", interface)):
            if columns is not None:
                record[table] = {f"{self.rows:08x}-{table}": columns}
        if bridge is not None:
            record["Bridge"] = {BRIDGE: bridge}
        self.append(record)

    def insert(self, at, name, bridge="br0", netdev=True, **port):
        self.rows += 1
        self.change(at, "", {"name": name, "interfaces": ["uuid", f"{self.rows:08x}-Interface"],
                             **port}, {"name": name},
                    {"name": bridge, "datapath_type": "netdev" if netdev else "",
                     "ports": ["uuid", f"{self.rows:08x}-Port"]})


@pytest.fixture(name="story")
def make_story(tapweave, tmp_path):
    def story(journal, links, status=1):
        (tmp_path / "conf.db").write_text(journal.text, encoding="utf-8")
        (tmp_path / "links").write_text(links, encoding="utf-8")
        return tapweave.json("import", tmp_path / "conf.db", tmp_path / "links", "--name", "vnet0",
                             "--scenario", tmp_path / "s.yaml", "--trace", tmp_path / "t.json",
                             status=status)
    return story


def adopted(*changes, **port):
    """a's row, on which b's device is put; and what becomes of the row then."""
    journal = Ports()
    journal.insert(1.3, "vnet0", **port)
    for number, change in enumerate(changes):
        journal.change(2.2 + number / 3, **change)
    return journal, link(1, 4, "vnet0") + link(1.6, 4, "vnet0", gone=True) + link(1.9, 5, "vnet0")


GUEST = {"external_ids": ["map", [["vm-id", "b"]]]}


def with_a_restart(said):
    """The policies that explain all of it then: they count names."""
    return {policy for policy, (grade, _, _, help_) in explained(said).items()
            if grade == "shown" and help_ == "a restart of the daemon"}


def wants(tmp_path):
    world = yaml.safe_load((tmp_path / "s.yaml").read_text(encoding="utf-8"))
    return {guest: its["nic"].get("vlan") for guest, its in world["guests"].items()}


def test_a_row_keeps_its_tag(tapweave, story, tmp_path):
    said = story(*adopted({"call": f"{ADDS} tag=20", "interface": GUEST}, tag=100))
    assert said["story"]["best"] == "libvirt-9.0"
    assert policies_that(said, "shown", "rest") == set()
    assert with_a_restart(said) == {"libvirt-9.0"}
    assert wants(tmp_path) == {"a": 2, "b": 1} and said["story"]["vlans"] == [20, 100]
    trace = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))
    assert trace["oracle"] == "wrong-network" and trace["lasting"]
    run = tapweave("replay", tmp_path / "t.json")
    assert run.returncode == 1 and "violated: wrong-network" in run.stdout
    run = tapweave("import", tmp_path / "conf.db", tmp_path / "links", "--scenario",
                   tmp_path / "s.yaml")
    for line in ("the row of vnet0 is inserted, with the tag 100",
                 "vnet0, device 5, stays on a row with the tag 100; the tag 20 was asked for it",
                 "VLAN 1 of the scenario has the tag 20 here"):
        assert line in " ".join(run.stdout.split())


@pytest.mark.parametrize("port", [{"tag": 20}, {"tag": 20, "other_config": ["map", []]}])
def test_a_tag_that_is_set(story, tmp_path, port):
    said = story(*adopted({"call": AND_SETS, "port": port, "interface": GUEST}, tag=100))
    assert with_a_restart(said) == {"libvirt-10.3", "libvirt-11.3"}
    assert said["story"]["events"][-1]["text"] == "the tag of the row of vnet0 is set: 20"
    assert wants(tmp_path) == {"a": 2, "b": 1}


def test_a_guest_without_a_vlan_on_a_row_with_one(story, tmp_path):
    """None of the three takes the tag away."""
    said = story(*adopted({"call": ADDS, "interface": GUEST}, tag=1))
    assert with_a_restart(said) == {"libvirt-9.0", "libvirt-10.3", "libvirt-11.3"}
    assert wants(tmp_path) == {"a": 1, "b": None}
    trace = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))
    assert trace["oracle"] == "wrong-network"


@pytest.mark.parametrize("call", [
    "", "ovs-vsctl set Interface vnet0 external_ids:vm-id=b -- add-port br0 vnet1 tag=7"])
def test_where_nobody_has_asked_for_a_tag(story, tmp_path, call):
    """The row is taken to be right.  What another port was to have says nothing of it."""
    said = story(*adopted({"call": call, "interface": GUEST}, tag=1))
    assert wants(tmp_path) == {"a": 1, "b": 1}
    assert "libvirt-11.3" in {policy for policy, (grade, *_) in explained(said).items()
                              if grade in ("rest", "shown")}


def test_a_tag_that_no_policy_sets(story):
    """Another one than was asked for; or it is taken away."""
    for tag, text in ((30, "30"), (["set", []], "none")):
        said = story(*adopted({"call": AND_SETS, "port": {"tag": 20}, "interface": GUEST},
                              {"call": "", "port": {"tag": tag}}, tag=100))["story"]
        assert said["best"] is None and not said["inconclusive"]
        assert said["stuck"]["text"] == f"the tag of the row of vnet0 is set: {text}"


def test_more_tags_than_a_world_has(tapweave, story, tmp_path):
    for tags, status in ((7, 1), (8, 2)):
        changes = [{"call": "", "port": {"tag": 101 + number}} for number in range(tags - 1)]
        journal, links = adopted(*changes, tag=100)
        if status == 1:
            assert story(journal, links)["story"]["vlans"] == list(range(100, 107))
            continue
        (tmp_path / "conf.db").write_text(journal.text, encoding="utf-8")
        run = tapweave("import", tmp_path / "conf.db", tmp_path / "links", "--scenario",
                       tmp_path / "s.yaml")
        assert "more than 128 events of vnet0, or 7 VLANs: no scenario holds them" in run.stderr
