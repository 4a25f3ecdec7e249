"""import --scenario: which policies explain what became of a name, and by which schedule.

What is possible is what docs/model.md says, by way of tests/brute: a second search over its states
has to come to the same, for every named policy.  What is expected of stories by hand follows from
the policies' choices (docs/policies.md)."""
import json
import random

import pytest
import yaml
from brute.enumerate import actor_text
from brute.model import enabled_actors, initial_state, step
from brute.scenario import read_world
from conftest import ROOT, SCENARIOS
from fitting import GRADES, at_times, fit, scenario, seen, walk, write
from mistakes import link, wrong_text
from test_import import link as link_line

LOST = ("made", "inserted", "gone", "made", "deleted inserted", "deleted")
KEPT = ("made", "inserted", "gone", "deleted")
ADOPTED = ("made", "inserted", "gone", "made")


@pytest.fixture(name="story")
def make_story(tapweave, tmp_path):
    def story(log, *options, cli=tapweave, name="vnet0", **records):
        write(tmp_path, log, name, **records)
        said = cli.json("import", tmp_path / "conf.db", tmp_path / "links", "--name", name,
                        "--scenario", tmp_path / "s.yaml", "--trace", tmp_path / "t.json",
                        *options)
        assert said["ahead"] == 0
        return said
    return story


def explained(said):
    """By policy: the grade, how many events, the steps, and with what help."""
    return {one["policy"]: (one["explains"], one["events"], one["steps"], one["with"])
            for one in said["story"]["policies"]}


def policies_that(said, *grades):
    """Without help."""
    return {policy for policy, (grade, _, _, with_what) in explained(said).items()
            if grade in grades and with_what == ""}


# ---- a second search ----

RUNS = [("libvirt-6.6", 1), ("libvirt-6.6", 2), ("libvirt-6.6", 3), ("owner-delete", 4),
        ("exists-check", 5), ("reattach", 6), ("atomic", 7), ("lowest-free", 8), ("port-first", 9),
        ("lowest-free-after-cleanup", 10), ("libvirt-6.6", 11), ("exists-reattach", 12)]
TWO = """title: t
report: r
network:
  br0: {kind: ovs}
guests:
  a: {nic: {bridge: br0}}
  b: {nic: {bridge: br0}}
actors:
  - [start a, stop a]
  - [start b, stop b]
"""


def log_of_run(policy, seed):
    """What a run shows that only ever has one name: b starts when a's device has gone."""
    for again in range(1000):
        chance = random.Random(f"{policy} {seed} {again}")
        events = walk(TWO, policy, chance.choice)
        if {name for shown in events for _, name in shown} == {"vnet0"}:
            return at_times(*(" ".join(what for what, _ in shown) for shown in events if shown))
    raise AssertionError("no such run")


def compare(said, log):
    """What is said of each policy is what the second search finds."""
    findings = sorted((one["what"] == "stale-row", number)
                      for number, one in enumerate(said["findings"]))
    finding = said["findings"][findings[0][1]]["what"] if findings else None
    log = log[:len(said["story"]["events"])]
    differ = {}
    for policy, (grade, events, steps, with_what) in explained(said).items():
        if policy == "fin-wait":
            continue
        expected = fit(scenario(log), policy, log, finding)
        if with_what == "" and expected != (grade, events, steps):
            differ[policy] = (expected, (grade, events, steps))
        if with_what != "" and (GRADES.index(expected[0]), expected[1]) >= (
                GRADES.index(grade), events):
            differ[policy] = (expected, with_what)
    return differ


@pytest.mark.parametrize("policy,seed", RUNS)
def test_a_run_is_explained_as_a_second_search_explains_it(tapweave, story, tmp_path, policy,
                                                           seed):
    log = log_of_run(policy, seed)
    said = story(log)
    grade, events, steps, with_what = explained(said)[policy]
    assert grade != "part" and with_what == ""
    assert not compare(said, log)
    replayed = tapweave("replay", tmp_path / "t.json")
    assert replayed.returncode in (0, 1), replayed.stderr
    shown = said["story"]["best"] in policies_that(said, "shown")
    if said["findings"] and shown:
        assert replayed.returncode == 1


# ---- counterexamples of the scenarios that there are ----

def is_of_one_switch(world):
    """Its guests have one plain tap each on one switch, and there is nothing else."""
    return (set(world) <= {"title", "report", "network", "guests", "actors", "faults", "claims"} and
            all(its["kind"] == "ovs" and set(its) <= {"kind", "datapath"}
                for its in world["network"].values()) and len(world["network"]) == 1 and
            all(set(guest) <= {"nic", "state"} and set(guest["nic"]) == {"bridge"}
                for guest in world["guests"].values()) and
            set(world.get("faults") or {}) <= {"qemu-crash", "daemon-restart"})


# With a single guest nobody loses an attachment; in the others more names than vnet0 are used.
NOT_ONE_NAME = {"mac-check-error-log", "restart-forgets-uuid", "urunc-408", "rounds", "two-rounds",
                "name-taken-meanwhile", "ovs-issues-284-netdev", "admin-deletes-bridge"}
ONE_SWITCH = [path for path in SCENARIOS
              if is_of_one_switch(yaml.safe_load((ROOT / path).read_text(encoding="utf-8")))]


def log_of_trace(text, policy, trace):
    """What the trace shows, by the second implementation; and whether vnet0 is there at first.
    None if it shows other names."""
    world = read_world(text, policy)
    state = initial_state(world)
    running, shows = "vnet0" in state.devices, []
    names = {*state.devices, *state.rows}
    for one in trace["steps"]:
        actors = {actor_text(actor): actor for actor in enabled_actors(world, state)}
        following, _ = step(world, state, actors[one["actor"]])
        shows.append(seen(state, following))
        state = following
    names |= {name for shown in shows for _, name in shown}
    log = at_times(*(" ".join(what for what, _ in shown) for shown in shows if shown))
    return (log, running) if names == {"vnet0"} else None


@pytest.mark.parametrize("path", ONE_SWITCH, ids=lambda path: path.stem)
def test_a_counterexample_is_explained_by_its_policy(tapweave, tmp_path, named_policies, path):
    """The records that it would leave behind."""
    text = (ROOT / path).read_text(encoding="utf-8")
    netdev, explained_some = "datapath: netdev" in text, False
    for policy in set(named_policies) - {"fin-wait"}:  # which takes seconds
        (tmp_path / "traces").mkdir(exist_ok=True)
        for trace in (tmp_path / "traces").iterdir():
            trace.unlink()
        tapweave("explore", "-p", policy, "--traces", tmp_path / "traces", path)
        for trace in (tmp_path / "traces").glob("*-lasting.json"):
            found = log_of_trace(text, policy, json.loads(trace.read_text(encoding="utf-8")))
            if found is None:
                continue
            write(tmp_path, found[0], netdev=netdev, running=found[1])
            said = tapweave.json("import", tmp_path / "conf.db", tmp_path / "links", "--name",
                                 "vnet0", "--scenario", tmp_path / "s.yaml", "--trace",
                                 tmp_path / "t.json")
            grade = explained(said)[policy][0]
            assert grade in ("rest", "shown"), (policy, trace.name, found)
            explained_some = True
            if said["first"] is not None and said["first"]["what"] == "lost":
                assert grade == "shown", (policy, trace.name, found)
                run = tapweave("replay", tmp_path / "t.json")
                assert "violated: lost-attachment" in run.stdout
    assert explained_some == (path.stem not in NOT_ONE_NAME)


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
    assert "libvirt-6.6 explains it\n  as well as: mac-check, exists-check" in run.stdout
    assert "6, and not that the row of vnet0 is deleted" in run.stdout


# ---- mistakes ----

MISTAKES = [
    ("sim/fit.c", "before->at + record->apart < event->at", "false"),
    ("sim/fit.c", "mark->ticked - A_SECOND > event->at + record->apart", "false"),
    ("sim/fit.c", "const bool deleted = old->bridge != 0 && "
     "(new->bridge == 0 || new->uuid != old->uuid);",
     "const bool deleted = old->bridge != 0 && new->bridge == 0;"),
    ("sim/fit.c", "found = !rests ? FIT_ALL", "found = false ? FIT_ALL"),
    ("sim/fit.c", "event->kind != kind || event->name != name", "event->kind != kind"),
    ("harness/record/story.c", "story->lower = story->numbered", "story->lower = false"),
]


def notices(story, cli):
    """One of the tests above fails."""
    def all_of_them():
        said = story(at_times(*LOST), cli=cli)
        policies = policies_that(said, "shown")
        yield "libvirt-6.6" in policies and not policies & {"atomic", "counter"}
        yield explained(said)["libvirt-6.6"][3] == ""
        log = [(1, "made"), (1.2, "inserted"), (9, "gone"), (9.3, "deleted"), (10.8, "made"),
               (11, "inserted")]
        yield "fin-wait" not in policies_that(story(log, cli=cli), "shown", "rest")
        said = story([(1, "made"), (1.2, "inserted"), (5, "gone"), (5.2, "deleted")], cli=cli)
        yield "port-first" not in policies_that(said, "shown")
        others = link_line(0.5, 2, "vnet0") + link_line(0.7, 2, "vnet0", gone=True)
        said = story([(1, "made"), (1.2, "inserted"), (5, "gone"), (5.3, "deleted")], cli=cli,
                     name="vnet1", others=others)
        yield "libvirt-6.6" not in policies_that(said, "shown")
        said = story(at_times(*ADOPTED), cli=cli)
        yield "libvirt-6.6" not in policies_that(said, "rest", "shown")
        log = log_of_run(*RUNS[0])
        yield not compare(story(log, cli=cli), log)
    return not all(all_of_them())


@pytest.mark.parametrize("path,right,wrong", MISTAKES)
def test_a_mistake_is_noticed(tapweave, story, tmp_path, path, right, wrong):
    class Wrong(type(tapweave)):
        binary = link(tmp_path, wrong_text(path, right, wrong))
    assert notices(story, Wrong())


def test_and_no_mistake_is_noticed_where_there_is_none(tapweave, story):
    assert not notices(story, tapweave)
