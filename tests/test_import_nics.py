"""import --scenario where the records say that devices are nics of one guest: their story is told
together, and not every policy that explains what became of one name explains what became of both.

What is expected follows from the policies' choices (docs/policies.md)."""
import pytest
import yaml
from fitting import policies_that
from test_import import Journal, link


def write(folder, log, known=True):
    """The records of (what, guest, names...), one event after the other: "made", "inserted" or
    "replaced", "gone", "deleted"; "was", there from before; or "wait".  Whose a row is, it says if
    that is `known`."""
    journal, links, device, index, rows = Journal(), "", {}, 3, {}
    at = 1.0
    for what, guest, *names in log:
        at += 2 * (what == "wait")
        for name in names:
            at = round(at + 0.3, 1)
            own = {"external_ids": ["map", [["vm-id", guest]]]} if known else {}
            if what in ("made", "was"):
                index += 1
                device[name] = index
            if what == "was":
                rows[name] = journal.insert(0.5, name, bridge="br0", **own)
                links += link(at, device[name], name, qdisc="fq")
            if what in ("made", "gone"):
                links += link(at, device[name], name, gone=what == "gone")
            if what in ("deleted", "replaced"):
                journal.delete(at, rows[name])
            if what in ("inserted", "replaced"):
                rows[name] = journal.insert(at, name, bridge="br0", **own)
    (folder / "conf.db").write_text(journal.text, encoding="utf-8")
    (folder / "links").write_text(links, encoding="utf-8")


@pytest.fixture(name="story")
def make_story(tapweave, tmp_path):
    def story(log, name, *options, **records):
        write(tmp_path, log, **records)
        return tapweave.json("import", tmp_path / "conf.db", tmp_path / "links", "--name", name,
                             "--scenario", tmp_path / "s.yaml", "--trace", tmp_path / "t.json",
                             *options)
    return story


def started(guest, *names, row="inserted"):
    return [event for name in names for event in (("made", guest, name), (row, guest, name))]


def stopped(guest, *names):
    return [("gone", guest, *names), ("deleted", guest, *names)]


BOTH = ("vnet0", "vnet1")
LOST = [*started("a", *BOTH), ("gone", "a", *BOTH), *started("b", *BOTH, row="replaced"),
        ("deleted", "a", *BOTH)]


def test_both_ports_are_lost(tapweave, story, tmp_path):
    """A stop looks whether its device is gone before it deletes the port, for each nic on its own:
    by the second one, b's device is there.  So those that look cannot have deleted both; of one
    name alone they explain everything."""
    said = story(LOST, "vnet0")
    assert said["story"]["names"] == [*BOTH] and not said["story"]["left_out"]["nics"]
    assert policies_that(said, "shown") == {"libvirt-6.6", "reattach", "lowest-free"}
    world = yaml.safe_load((tmp_path / "s.yaml").read_text(encoding="utf-8"))
    assert {guest: len(its["nics"]) for guest, its in world["guests"].items()} == {"a": 2, "b": 2}
    run = tapweave("replay", tmp_path / "t.json")
    assert "of b's vnet0#2" in run.stdout and "of b's vnet1#2" in run.stdout
    assert "it lasts to the end" in run.stdout
    again = story(LOST, "vnet1")["story"]
    assert again["events"] == said["story"]["events"] and again["name"] == "vnet1"


def test_the_story_ends_before_the_devices_that_are_lost_go(story, tmp_path):
    """b's end takes both, the one that was lost first a little later: neither is in the story."""
    log = [*LOST, ("wait", ""), ("gone", "b", "vnet1", "vnet0")]
    said = story(log, "vnet0")
    assert said["findings"][0]["until"] is not None
    assert said["story"]["names"] == [*BOTH] and len(said["story"]["events"]) == 14
    world = yaml.safe_load((tmp_path / "s.yaml").read_text(encoding="utf-8"))
    assert world["actors"][1] == "start b"


def test_a_guest_that_starts_again_has_other_nics(story):
    """What it had before is no nic of what it is now, within the same minute."""
    log = [*started("a", *BOTH), *stopped("a", *BOTH), *started("a", "vnet5"),
           *stopped("a", "vnet5")]
    said = story(log, "vnet5")
    assert said["story"]["names"] == ["vnet5"] and not said["story"]["left_out"]["nics"]


def test_a_name_below_that_of_a_guest_that_runs(story, tmp_path):
    """c runs with vnet1, and it is b that has vnet0 as well.  In a world c would have vnet0."""
    log = [("was", "c", "vnet1"), *stopped("c", "vnet1"), *started("b", *BOTH)]
    said = story(log, "vnet1")
    assert said["story"]["names"] == ["vnet1"] and said["story"]["left_out"]["nics"]
    assert "libvirt-6.6" in policies_that(said, "shown")
    world = yaml.safe_load((tmp_path / "s.yaml").read_text(encoding="utf-8"))
    assert [its.get("state") for its in world["guests"].values()] == ["running", None]


def test_without_guests_it_is_the_story_of_one_name(story):
    said = story(LOST, "vnet0", known=False)
    assert said["story"]["names"] == ["vnet0"] and not said["story"]["left_out"]["nics"]
    assert said["story"]["left_out"]["events"] == 7
    assert {"mac-check", "exists-check"} <= policies_that(said, "shown")


def test_the_second_port_is_lost(story):
    """a's first port is its own yet: so the check of the second one can have come before b."""
    log = [*started("a", *BOTH), ("gone", "a", *BOTH), ("deleted", "a", "vnet0"),
           *started("b", "vnet0"), *started("b", "vnet1", row="replaced"),
           ("deleted", "a", "vnet1")]
    said = story(log, "vnet1")
    assert {"libvirt-6.6", "mac-check", "exists-check"} <= policies_that(said, "shown")
    assert not policies_that(said, "shown") & {"owner-delete", "atomic", "counter"}


def test_another_guest_on_the_second_name(tapweave, story, tmp_path):
    """b has one nic, and it is a's second one that costs it its port."""
    log = [*started("a", "vnet2", "vnet4"), ("gone", "a", "vnet4", "vnet2"),
           ("deleted", "a", "vnet2"), *started("c", "vnet2"),
           *started("b", "vnet4", row="replaced"), ("deleted", "a", "vnet4")]
    said = story(log, "vnet4")
    assert said["story"]["names"] == ["vnet2", "vnet4"]
    assert "libvirt-6.6" in policies_that(said, "shown")
    world = yaml.safe_load((tmp_path / "s.yaml").read_text(encoding="utf-8"))
    assert ["nics" in its for its in world["guests"].values()] == [True, False, False]
    run = tapweave("replay", tmp_path / "t.json")
    assert run.returncode == 1 and "of c's vnet1#2" in run.stdout


def test_names_that_users_have_fixed(story, tmp_path):
    log = [*started("a", "tap1", "tap0"), *stopped("a", "tap1", "tap0")]
    said = story(log, "tap0")
    assert "libvirt-9.0" in policies_that(said, "shown")
    world = yaml.safe_load((tmp_path / "s.yaml").read_text(encoding="utf-8"))
    assert [nic["name"] for nic in world["guests"]["a"]["nics"]] == ["tap1", "tap0"]


def test_the_earliest_are_left_out(story, tmp_path):
    """A world has six nics: the story begins with the second guest, which runs."""
    log = [event for guest in "abcd" for event in
           (*started(guest, *BOTH), *stopped(guest, *BOTH))]
    said = story(log, "vnet0", "--max-states", "50000")
    assert said["story"]["left_out"]["devices"] == 1
    assert said["story"]["names"] == [*BOTH] and len(said["story"]["events"]) == 4 + 2 * 8
    world = yaml.safe_load((tmp_path / "s.yaml").read_text(encoding="utf-8"))
    assert [len(its["nics"]) for its in world["guests"].values()] == [2, 2, 2]
    assert world["guests"]["a"]["state"] == "running"
    assert "libvirt-6.6" in policies_that(said, "shown")


def test_what_no_world_holds_is_told_alone(tapweave, story, tmp_path):
    """A nic is unplugged, and the guest runs on with the other one."""
    log = [*started("a", *BOTH), *stopped("a", "vnet1")]
    said = story(log, "vnet1")
    assert said["story"]["names"] == ["vnet1"] and said["story"]["left_out"]["nics"]
    assert "libvirt-6.6" in policies_that(said, "shown")
    run = tapweave("import", tmp_path / "conf.db", tmp_path / "links", "--name", "vnet1",
                   "--scenario", tmp_path / "s.yaml")
    assert "left out: the other nics of its guests, which no scenario holds" in run.stdout
