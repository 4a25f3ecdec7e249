"""import --scenario: a guest that starts again is the same one, if the records say so (vm-id).

Its start waits for its stop, which two guests' do not: so what they explain is not the same."""
import pytest
import yaml
from fitting import LOST, at_times, explained, policies_that
from test_import import Journal, link

KEPT = ("made", "inserted", "gone", "deleted")


@pytest.fixture(name="story")
def make_story(tapweave, tmp_path):
    def story(log, guests, names=("vnet0",)):
        """The rows are those guests', one after the other. Of several names, each is made and has
        its row before the next one."""
        journal, links, device, rows = Journal(), "", 3, {}
        later = {"made": 0.5, "inserted": 0.5, "gone": 0.01, "deleted": 0.01}
        for at, what in log:
            for number, name in enumerate(names):
                now = at + later[what] * number
                if what == "made":
                    device += 1
                    rows[name, "device"] = device
                    links += link(now, device, name)
                elif what == "gone":
                    links += link(now, rows[name, "device"], name, gone=True)
                elif what == "deleted":
                    journal.delete(now, rows[name])
                else:
                    inserted = rows.get((name, "count"), 0)
                    ids = ["map", [["vm-id", guests[inserted]]]] if guests[inserted] else None
                    rows[name] = journal.insert(now, name, bridge="br0",
                                                **({"external_ids": ids} if ids else {}))
                    rows[name, "count"] = inserted + 1
        (tmp_path / "conf.db").write_text(journal.text, encoding="utf-8")
        (tmp_path / "links").write_text(links, encoding="utf-8")
        said = tapweave.json("import", tmp_path / "conf.db", tmp_path / "links", "--name", "vnet0",
                             "--scenario", tmp_path / "s.yaml", "--trace", tmp_path / "t.json")
        world = tmp_path / "s.yaml"
        return said, yaml.safe_load(world.read_text(encoding="utf-8")) if world.exists() else None
    return story


def actors(world):
    """As lists of commands, however YAML has them."""
    return [actor if isinstance(actor, list) else
            [part.strip() for part in actor.strip("[]").split(",")] for actor in world["actors"]]


def test_one_guest_starts_twice(tapweave, story, tmp_path):
    said, world = story(at_times(*KEPT * 2), ("a", "a"))
    assert list(world["guests"]) == ["a"]
    assert actors(world) == [["start a", "stop a", "start a", "stop a"]]
    assert {"libvirt-6.6", "owner-delete", "atomic"} <= policies_that(said, "shown")
    assert tapweave("replay", tmp_path / "t.json").returncode == 0
    _, world = story(at_times(*KEPT, "made", "inserted"), ("a", "a"))
    assert actors(world) == [["start a", "stop a", "start a"]]


@pytest.mark.parametrize("guests", [("a", "b"), ("", "")])
def test_two_guests_and_those_of_which_nothing_is_known(story, guests):
    _, world = story(at_times(*KEPT * 2), guests)
    assert actors(world) == [["start a", "stop a"], ["start b", "stop b"]]


def test_a_guest_s_own_stop_does_not_delete_its_new_port(story):
    """As that of another guest does: its start waits for its stop."""
    said, _ = story(at_times(*LOST), ("a", "b"))
    assert "libvirt-6.6" in policies_that(said, "shown") and said["story"]["best"] == "libvirt-6.6"
    said, _ = story(at_times(*LOST), ("a", "a"))
    for policy, (grade, _, _, help_) in explained(said).items():
        assert grade == "part" or help_ != "", policy


def test_one_guest_of_two_starts_again(story):
    said, world = story(at_times(*KEPT * 3), ("a", "b", "a"))
    assert actors(world) == [["start a", "stop a", "start a", "stop a"], ["start b", "stop b"]]
    assert "libvirt-6.6" in policies_that(said, "shown")


def test_with_two_nics(story):
    log = [(at + 0.1, what) for at, what in zip((1, 1.2, 5, 5.5, 8, 8.2, 12, 12.5), KEPT * 2)]
    said, world = story(log, ("a", "a"), names=("vnet0", "vnet1"))
    assert list(world["guests"]) == ["a"] and len(world["guests"]["a"]["nics"]) == 2
    assert actors(world) == [["start a", "stop a", "start a", "stop a"]]
    assert "libvirt-6.6" in policies_that(said, "shown")
