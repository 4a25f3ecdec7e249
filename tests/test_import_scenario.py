"""import --scenario: which policies explain what became of a name, and by which schedule.

What is expected of stories by hand follows from the policies' choices (docs/policies.md).
test_import_search.py holds the search to another one."""
import pytest
import yaml
from conftest import ROOT
from fitting import LOST, at_times, explained, make_story, policies_that, write
from test_import import link as link_line

__all__ = ["make_story"]  # a fixture

KEPT = ("made", "inserted", "gone", "deleted")
ADOPTED = ("made", "inserted", "gone", "made")


# ---- stories by hand ----

def test_the_reported_race(tapweave, story, tmp_path):
    """The row that goes last is b's, and its device stays.  So the stop of a deletes by name: not
    by its row's UUID, not only what is its start's, and not under a lock.  b has a's name at once:
    no counter, and not first when all is taken down."""
    said = story(at_times(*LOST))
    assert policies_that(said, "shown") == {
        "libvirt-6.6", "mac-check", "exists-check", "reattach", "exists-reattach", "lowest-free"}
    assert said["story"]["best"] == "libvirt-6.6"
    assert said["story"]["equal"][0] == "libvirt-6.6"
    for policy in ("counter", "libvirt-7.0"):  # which begins at 0 again
        assert explained(said)[policy][3] == "a restart of the daemon"
    for policy in ("owner-delete", "atomic"):
        assert explained(said)[policy][:2] == ("part", 6)
    run = tapweave("replay", tmp_path / "t.json")
    assert run.returncode == 1 and "violated: lost-attachment" in run.stdout
    assert "it lasts to the end" in run.stdout
    world = yaml.safe_load((tmp_path / "s.yaml").read_text(encoding="utf-8"))
    assert world["actors"] == [["start a", "stop a"], "start b"] or \
        world["actors"] == ["[start a, stop a]", "start b"]


@pytest.mark.parametrize("reused,policies", [(1.5, set()), (5, {"fin-wait"})])
def test_no_clock_is_faster_than_the_records(story, reused, policies):
    """A name that is held back for 3 s is not there again sooner: three steps of a clock of
    seconds take more than two seconds."""
    log = [(1, "made"), (1.2, "inserted"), (9, "gone"), (9.3, "deleted"), (9.3 + reused, "made"),
           (9.5 + reused, "inserted")]
    said = story(log)
    assert policies_that(said, "rest", "shown") & {"fin-wait"} == policies
    assert "libvirt-6.6" in policies_that(said, "shown")


@pytest.mark.parametrize("apart,either", [(0.03, True), (0.2, False)])
def test_two_clocks_are_compared_as_far_as_they_can_be(story, apart, either):
    """port-first deletes the port before its device goes: the other way round it does so only
    where that may be the records' own delay."""
    said = story([(1, "made"), (1.2, "inserted"), (5, "gone"), (5 + apart, "deleted")])
    assert ("port-first" in policies_that(said, "shown")) == either
    assert "libvirt-6.6" in policies_that(said, "shown")


def test_a_row_that_is_adopted(tapweave, story, tmp_path):
    """b's device is on a's row for ever: so b's start does not replace a row that is there.  Those
    that look where the new device is find it on its switch already, and the others adopt rows, but
    count names: their daemon has begun anew."""
    said = story(at_times(*ADOPTED), netdev=True)
    assert policies_that(said, "shown", "rest") <= {
        "reattach", "exists-reattach", "libvirt-9.0", "libvirt-10.3", "libvirt-11.3"}
    for policy in ("libvirt-9.0", "libvirt-10.3", "libvirt-11.3"):
        assert explained(said)[policy][3] in ("", "a restart of the daemon")
    assert tapweave("replay", tmp_path / "t.json").returncode in (0, 1)


def test_a_port_that_an_administrator_deletes(tapweave, story, tmp_path):
    """b runs on, and nobody has stopped it: no policy deletes its port by itself."""
    said = story(at_times("made", "inserted", "deleted"))
    for policy, (grade, _, _, with_what) in explained(said).items():
        assert grade == ("part" if policy == "per-guest-names" else "shown")
        assert policy == "per-guest-names" or "administrator" in with_what
    run = tapweave("replay", tmp_path / "t.json")
    assert run.returncode == 1 and "violated: lost-attachment" in run.stdout


def test_names_that_are_counted(story):
    """vnet0 was free again when vnet1 was made: that is a counter's."""
    others = link_line(0.5, 2, "vnet0") + link_line(0.7, 2, "vnet0", gone=True)
    said = story([(1, "made"), (1.2, "inserted"), (5, "gone"), (5.3, "deleted")], name="vnet1",
                 others=others)
    assert policies_that(said, "shown", "rest") == {
        "counter", "libvirt-7.0", "libvirt-9.0", "libvirt-10.3", "libvirt-11.3"}
    said = story([(1, "made"), (1.2, "inserted"), (5, "gone"), (5.3, "deleted")], name="vnet1")
    assert "libvirt-6.6" in policies_that(said, "shown")


def test_a_name_that_a_user_has_fixed(story, tmp_path):
    """Then no policy chooses it.  per-guest-names opens each tap by its name to delete it, which
    makes it again if it has gone."""
    said = story(at_times(*KEPT), name="web-tap")
    assert "counter" in policies_that(said, "shown")
    assert explained(said)["per-guest-names"][:2] == ("part", 3)
    assert "name: web-tap" in (tmp_path / "s.yaml").read_text(encoding="utf-8")
    said = story(at_times("made", "inserted", "gone", "made", "gone", "deleted"), name="web-tap")
    assert "libvirt-6.6" not in policies_that(said, "shown")


def test_a_guest_that_runs_all_the_time(tapweave, story, tmp_path):
    """Only an administrator can have deleted its port; without that there is no story."""
    said = story(at_times("deleted"), running=True)
    assert all("administrator" in with_what for _, _, _, with_what in explained(said).values()
               if with_what != "")
    assert explained(said)["libvirt-6.6"][0] == "shown"
    assert tapweave("replay", tmp_path / "t.json").returncode == 1
    write(tmp_path, [], running=True)
    run = tapweave("import", tmp_path / "conf.db", tmp_path / "links", "--name", "vnet0",
                   "--scenario", tmp_path / "s.yaml")
    assert run.returncode == 2 and "it was there all the time" in run.stderr


def test_the_records_of_a_real_libvirtd(tapweave, tmp_path):
    """Of 9.0.0, which adopts the row of a guest before, and deletes it by its name when that one's
    stop goes on (netns-tests/recording_libvirt.py).  Those that replace a row cannot; nor those
    that delete only their own."""
    records = ROOT / "tests" / "records"
    said = tapweave.json("import", records / "show-log.txt", records / "links.txt",
                         "--scenario", tmp_path / "s.yaml", "--trace", tmp_path / "t.json",
                         status=1)
    equal = set(said["story"]["equal"])
    assert {"libvirt-9.0", "libvirt-10.3", "libvirt-11.3"} <= equal
    assert not equal & {"libvirt-6.6", "libvirt-7.0", "counter", "owner-delete", "atomic",
                        "per-guest-names"}
    assert tapweave("replay", tmp_path / "t.json").returncode == 1


@pytest.mark.parametrize("events,stuck,text", [
    # Nobody has been started who could insert another row.
    (("made", "inserted", "gone", "deleted", "inserted"), 4, "the row of vnet0 is inserted"),
    # One device has the name: another one cannot be made.
    (("made", "inserted", "made"), 2, "vnet0, device 5, is made"),
    (("made", "inserted", "made", "deleted inserted", "deleted"), 2, "vnet0, device 5, is made"),
    # There is a row of that name: it would have to go first.
    (("made", "inserted", "inserted"), 2, "the row of vnet0 is inserted"),
    (("made", "inserted", "gone", "made", "inserted", "deleted"), 4,
     "the row of vnet0 is inserted"),
    # Whose start would insert the second row?  Only one has been made a device for.
    (("made", "inserted", "gone", "deleted inserted", "deleted"), 4,
     "the row of vnet0 is inserted"),
])
def test_what_no_policy_does(story, tmp_path, events, stuck, text):
    """Events of the reported race, without one of them, or with one more."""
    said = story(at_times(*events))["story"]
    assert said["best"] is None and not said["inconclusive"]
    assert said["stuck"] == said["events"][stuck] and said["stuck"]["text"] == text
    assert max(one["events"] for one in said["policies"]) == stuck
    assert not (tmp_path / "s.yaml").exists() and not (tmp_path / "t.json").exists()


def test_a_story_that_is_too_long_is_cut(story, tmp_path):
    """The last six devices; the first of them runs when it begins."""
    said = story(at_times(*KEPT * 8), "--max-states", "50000")
    assert said["story"]["left_out"]["devices"] == 2
    assert len(said["story"]["events"]) == 2 + 5 * 4
    world = yaml.safe_load((tmp_path / "s.yaml").read_text(encoding="utf-8"))
    assert [name for name, its in world["guests"].items() if "state" in its] == ["a"]
    assert len(world["guests"]) == 6
    assert "libvirt-6.6" in policies_that(said, "shown")


# ---- the command ----

def test_a_bound_is_no_verdict(tapweave, story, tmp_path):
    said = story(at_times(*LOST), "--max-states", "5")
    assert said["story"]["inconclusive"] and said["story"]["best"] is None
    assert not (tmp_path / "s.yaml").exists()
    run = tapweave("import", tmp_path / "conf.db", tmp_path / "links", "--scenario",
                   tmp_path / "s.yaml", "--max-states", "5")
    assert run.returncode == 3 and "inconclusive" in run.stdout


def test_bad_usage(tapweave, tmp_path):
    write(tmp_path, at_times(*KEPT))
    records = (tmp_path / "conf.db", tmp_path / "links")
    for words, said in (
            (("--trace", "t.json"), "--trace and --name need --scenario"),
            (("--name", "vnet0"), "--trace and --name need --scenario"),
            (("--scenario", "s.yaml"), "--name says whose story"),
            (("--scenario", "s.yaml", "--name", "macvtap0"), "no story is told of a macvtap"),
            (("--scenario", "s.yaml", "--name", "vnet7"), "'vnet7'; did you mean 'vnet0'?"),
            (("--scenario", tmp_path / "none/s.yaml", "--name", "vnet0"), "none/s.yaml")):
        run = tapweave("import", *records, *words, cwd=tmp_path)
        assert run.returncode == 2 and said in run.stderr, run.stderr
        assert sorted(path.name for path in tmp_path.iterdir()) == ["conf.db", "links"]


def test_the_report(tapweave, story, tmp_path):
    story(at_times(*LOST))
    run = tapweave("import", tmp_path / "conf.db", tmp_path / "links", "--scenario",
                   tmp_path / "s.yaml", "--trace", tmp_path / "t.json")
    assert run.returncode == 1
    assert "the story of vnet0: 7 events" in run.stdout
    assert "libvirt-6.6 explains it\n  so do: mac-check, exists-check" in run.stdout
    assert "6, and not that the row of vnet0 is deleted" in run.stdout


def test_the_example_of_the_page(tapweave, tmp_path):
    """docs/importing.md, line for line, but for what it leaves out."""
    log = [(1, "made"), (1.2, "inserted"), (9, "gone"), (9.4, "made"), (9.6, "deleted"),
           (9.6, "inserted"), (9.8, "deleted")]
    write(tmp_path, log, "vnet3", others=link_line(0.5, 2, "eth1"))
    run = tapweave("import", "--links", "links", "conf.db", "--scenario", "story.yaml", "--trace",
                   "story.json", cwd=tmp_path)
    page = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
    shown = page[page.index("the story of vnet3"):].split("```")[0]
    rest = run.stdout
    for part in shown.split("...\n"):
        assert part in rest
        rest = rest[rest.index(part) + len(part):]
    assert rest == ""


@pytest.mark.parametrize("trace", ["none/t.json", "/dev/full", "folder"])
def test_both_files_or_neither(tapweave, tmp_path, trace):
    """A trace that cannot be written takes the scenario back; what was there before is there."""
    write(tmp_path, at_times(*LOST))
    (tmp_path / "folder").mkdir()
    words = ("import", "conf.db", "links", "--scenario", "s.yaml")

    def refused():
        run = tapweave(*words, "--trace", trace, cwd=tmp_path)
        assert run.returncode == 2 and "cannot be written" in run.stderr, run.stderr
        names = {path.name for path in tmp_path.iterdir()} - {"conf.db", "links", "folder"}
        return names if names else None
    assert refused() is None
    (tmp_path / "s.yaml").symlink_to("real.yaml")  # which is not there yet
    assert refused() == {"s.yaml"} and (tmp_path / "s.yaml").is_symlink()
    (tmp_path / "real.yaml").write_text("before", encoding="utf-8")
    (tmp_path / "real.yaml").chmod(0o640)
    assert refused() == {"s.yaml", "real.yaml"}
    assert (tmp_path / "s.yaml").read_text(encoding="utf-8") == "before"
    assert (tmp_path / "real.yaml").stat().st_mode & 0o777 == 0o640
