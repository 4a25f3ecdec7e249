"""import --scenario held to tests/brute: a second search over the states of that implementation
comes to the same, for every named policy; a counterexample is explained by the policy that it is
of; and mistakes in the search are noticed."""
import json
import random

import pytest
import yaml
from brute.enumerate import actor_text
from brute.model import enabled_actors, initial_state, step
from brute.scenario import read_world
from conftest import ROOT, SCENARIOS
from fitting import (GRADES, LOST, explained, fit, at_times, make_story, policies_that,
                     scenario, seen, walk, write)
from mistakes import link, wrong_text
from test_import import link as link_line

__all__ = ["make_story"]  # a fixture


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


# ---- mistakes ----

MISTAKES = [
    ("sim/fit.c", "before->at + record->apart < event->at", "false"),
    ("sim/fit.c", "mark->ticked - A_SECOND > event->at + record->apart", "false"),
    ("sim/fit.c", "const bool deleted = old->bridge != 0 && "
     "(new->bridge == 0 || new->uuid != old->uuid);",
     "const bool deleted = old->bridge != 0 && new->bridge == 0;"),
    ("sim/fit.c", "found = !rests ? FIT_ALL", "found = false ? FIT_ALL"),
    ("sim/fit.c", "event->kind != change->kind || event->name != change->name",
     "event->kind != change->kind"),
    ("harness/record/story_name.c",
     "story->lower = ifname_number(story->name[0].text, numbered) >= 0", "story->lower = false"),
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
        said = story(at_times("made", "inserted", "gone", "made"), cli=cli)
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
