"""diff of one scenario: in which orders of milestones it goes wrong under OLD and under NEW.

The orders are found here from all interleavings, one by one, of the second implementation
(tests/brute/): each run has its milestones by looking back at the whole of it."""
import functools
import re

import pytest
from brute.enumerate import actor_text
from brute.model import enabled_actors, initial_state, step
from brute.oracles import LASTING, violated_in_last_state, violated_in_state
from brute.scenario import read_world
from conftest import ROOT, SCENARIOS
from mistakes import link, wrong_text

KINDS = ("became-good", "gone", "still-bad", "became-bad", "new", "good", "good-gone", "good-new")
# docs/comparing.md: what a thread does for each stage; the last of each carries it out.
STARTS = {"tap": (("pick-name", "lookup"), ("create-tap",)),
          "attach": (("get-master", "del-port"), ("add-port", "add-if"))}
STOPS = {"kill": ((), ("kill",)),
         "port": (("lookup-port", "get-mac"), ("del-port", "remove-port", "remove-own"))}
CELLS = [("libvirt-6.6", "exists-check", "scenarios/exists-check.yaml"),
         ("exists-check", "libvirt-6.6", "scenarios/exists-check.yaml"),
         ("libvirt-6.6", "mac-check", "scenarios/reported-race.yaml"),
         ("libvirt-6.6", "port-first", "scenarios/reported-race.yaml"),
         ("libvirt-6.6", "reattach", "scenarios/reported-race.yaml"),
         ("reattach", "owner-delete", "scenarios/reported-race.yaml"),
         ("libvirt-6.6", "exists-check", "scenarios/linux-bridge.yaml"),
         ("exists-check", "lowest-free", "scenarios/linux-bridge.yaml")]


def milestones(steps):
    """Those of a run: (guest, stage, at), or the actor that has closed its descriptors."""
    found = []  # (index of the step, order within it, milestone)
    for guest in {step[0] for step in steps if step[0]}:
        for stages, doing in ((STARTS, "start"), (STOPS, "stop")):
            for stage, (asks, does) in stages.items():
                its = [(index, step[2]) for index, step in enumerate(steps)
                       if step[0] == guest and step[1] == doing and step[2] in asks + does]
                done = [index for index, operation in its if operation in does and
                        not (stage == "attach" and operation == "del-port")]
                if its:
                    found.append((its[0][0], 0, (guest, stage, "beginning")))
                    found.append(((done or [its[-1][0]])[-1], 1, (guest, stage, "end")))
    found += [(index, 0, step[3]) for index, step in enumerate(steps) if step[3]]
    return tuple(milestone for _, _, milestone in sorted(found, key=lambda its: its[:2]))


@functools.lru_cache(None)
def all_orders(path, policy):
    """Milestones -> [(schedule, what is violated, what the last state violates)]."""
    world = read_world((ROOT / path).read_text(encoding="utf-8"), policy)
    found = {}

    def visit(state, schedule, steps, violated):
        actors = enabled_actors(world, state)
        if not actors:
            lasting = violated_in_state(world, state) & set(LASTING)
            violated = violated | violated_in_last_state(world, state)
            found.setdefault(milestones(steps), []).append((schedule, violated, lasting))
        for actor in actors:
            name = actor_text(actor)
            guest = state.guests.get(name)
            closes = actor[0] == "kernel" and state.guests[actor[1]].process == "exiting"
            what = ((name, guest.doing, guest.todo[0][0], None) if guest
                    else (None, None, None, name if closes else None))
            after, objected = step(world, state, actor)
            visit(after, (*schedule, name), (*steps, what),
                  violated | objected | violated_in_state(world, after))
    visit(initial_state(world), (), (), violated_in_state(world, initial_state(world)))
    return found


def kind_of(old, new):
    """Of the runs of a class, whether each goes wrong."""
    if any(old):
        return "still-bad" if any(new) else "became-good" if new else "gone"
    if any(new):
        return "became-bad" if old else "new"
    return "good" if old and new else "good-gone" if old else "good-new"


def is_bad(run, oracle, lasting):
    return oracle in run[2 if lasting else 1]


def check_shown(shown, kind, order, oracle, lasting):
    """The runs of a class that is shown, of both policies, and the example of each."""
    wanted = {"became-good": (True, False), "gone": (True, None), "still-bad": (True, True),
              "became-bad": (False, True), "new": (None, True)}[kind]
    for side, runs, wrong in zip(("old", "new"), order, wanted, strict=True):
        bad = [run for run in runs if is_bad(run, oracle, lasting)]
        assert (shown[side]["runs"], shown[side]["bad"]) == (str(len(runs)), str(len(bad)))
        examples = [run[0] for run in runs if is_bad(run, oracle, lasting) == wrong]
        if not examples:
            assert shown[side]["schedule"] is None
            continue
        assert tuple(shown[side]["schedule"]) in examples
        assert len(shown[side]["schedule"]) == min(map(len, examples))


def word_of(shown):
    return tuple(its["actor"] if "actor" in its else (its["guest"], its["stage"], its["at"])
                 for its in shown["milestones"])


def check_cell(tapweave, old, new, path):
    entry, = tapweave.json("diff", "-p", old, "-p", new, "--orders", path)["scenarios"]
    before, now = all_orders(path, old), all_orders(path, new)
    assert entry["orders"]["unknown"] is None and entry["orders"]["by"]
    for by in entry["orders"]["by"]:
        oracle, lasting = by["oracle"], by["lasting"]
        kinds = {kind: [] for kind in KINDS}
        for word in {**before, **now}:
            order = before.get(word, []), now.get(word, [])
            kinds[kind_of(*([is_bad(run, oracle, lasting) for run in runs]
                            for runs in order))].append(word)
        for kind, words in kinds.items():
            assert by[kind]["count"] == str(len(words)), (oracle, kind)
            shown = [word_of(its) for its in by[kind]["shown"]]
            assert len(set(shown)) == len(shown) and set(shown) <= set(words)
            assert len(shown) == (0 if kind.startswith("good") else min(5, len(words)))
            assert not shown or len(shown[0]) == min(map(len, words))
            for word, its in zip(shown, by[kind]["shown"]):
                check_shown(its, kind, (before.get(word, []), now.get(word, [])), oracle, lasting)
    return entry


@pytest.mark.parametrize(("old", "new", "path"), CELLS)
def test_the_orders(tapweave, old, new, path):
    changed = {(oracle["name"], oracle["lasting"])
               for oracle in check_cell(tapweave, old, new, path)["oracles"]
               if oracle["change"] != "same"}
    entry, = tapweave.json("diff", "-p", old, "-p", new, path)["scenarios"]
    assert {(by["oracle"], by["lasting"]) for by in entry["orders"]["by"]} <= changed


def test_the_mechanism_of_the_mails(tapweave):
    """The check mends what mail 000 reports, a del-port behind b's start; and it leaves a window
    between its own two steps, into which b's start fits (mac-check-window)."""
    entry, = tapweave.json("diff", "-p", "libvirt-6.6", "-p", "exists-check",
                           "scenarios/exists-check.yaml")["scenarios"]
    lost = entry["orders"]["by"][0]
    assert lost["oracle"] == "lost-attachment"
    counts = {kind: lost[kind]["count"] for kind in KINDS[:5]}
    assert counts == {"became-good": "1", "gone": "0", "still-bad": "0", "became-bad": "0",
                      "new": "1"}
    good, new = word_of(lost["became-good"]["shown"][0]), word_of(lost["new"]["shown"][0])
    assert good.index(("b", "attach", "end")) < good.index(("a", "port", "beginning"))
    assert new.index(("a", "port", "beginning")) < new.index(("b", "tap", "beginning"))
    assert new.index(("b", "attach", "end")) < new.index(("a", "port", "end"))


def replayed(tapweave, policy, schedule, path):
    run = tapweave.json("replay", "-p", policy, "-s", " ".join(schedule), path)
    return set(run["violated"])


@pytest.mark.parametrize("path", [str(path) for path in SCENARIOS[::9]])
def test_each_example_is_one(tapweave, path):
    """In worlds that are too large to be enumerated: what is shown goes wrong, or does not."""
    old, new = "libvirt-6.6", "exists-check"
    entry, = tapweave.json("diff", "-p", old, "-p", new, path)["scenarios"]
    for by in entry["orders"]["by"]:
        for kind in ("became-good", "gone", "became-bad", "new"):
            for shown in by[kind]["shown"]:
                for policy, side in ((old, "old"), (new, "new")):
                    if shown[side]["schedule"] is not None and not by["lasting"]:
                        found = replayed(tapweave, policy, shown[side]["schedule"], path)
                        assert (by["oracle"] in found) == (int(shown[side]["bad"]) > 0)


def test_an_oracle_of_ones_own(tapweave):
    run = ("diff", "-p", "libvirt-6.6", "-p", "exists-check", "--oracle", "duplicate-name",
           "scenarios/exists-check.yaml")
    entry, = tapweave.json(*run)["scenarios"]
    assert [by["oracle"] for by in entry["orders"]["by"]] == ["duplicate-name"]
    text = tapweave(*run).stdout
    assert "duplicate-name, by the order of milestones:" in text
    assert "lost-attachment, by" not in text


def test_a_guest_dies(tapweave):
    """scenarios/crash.yaml: a dies by itself, which no thread has a stage for."""
    run = tapweave("diff", "-p", "port-first", "-p", "counter", "scenarios/crash.yaml")
    assert "      a dies, a tap-gone, " in run.stdout


# Other software deletes the port by name; a guard of the daemon's own deletion has no part in it.
OTHER_DELETES = """\
title: other software deletes a port late
report: none
network:
  br0: {kind: ovs}
guests:
  a: {nic: {bridge: br0, name: web0}, state: running}
actors:
  - [stop a, start a]
  - {do: [delete-port web0], after: exit a}
claims:
  libvirt-11.3: {}
"""


def test_a_smaller_share_that_mends_nothing(tapweave, tmp_path):
    """The guard's look is one step more, and so makes more runs in which all goes well."""
    path = tmp_path / "other.yaml"
    path.write_text(OTHER_DELETES, encoding="utf-8")
    words = ("diff", "-p", "libvirt-11.3", "-p", "libvirt-11.3,port-guard=mac", path)
    said = "no order became good or bad: each that went wrong still can"
    text = tapweave(*words, "--oracle", "lost-attachment").stdout
    assert re.search(r"lost-attachment +50.0 %, 7 of 14 +46.6 %, 7 of 15 +better", text)
    assert text.count(said) == 1 and "1 still goes wrong" in text
    text = tapweave(*words, "--oracle", "spurious-error").stdout
    assert said not in text and "became bad" in text


def test_of_all_scenarios_on_demand(tapweave):
    words = ("diff", "-p", "libvirt-6.6", "-p", "exists-check", *SCENARIOS[:5])
    assert "milestones" not in tapweave(*words).stdout
    text = tapweave(*words, "--orders").stdout
    assert text.count("lost-attachment, by the order of milestones:") >= 3


def test_rounds_without_a_bound(tapweave):
    run = tapweave("diff", "-p", "libvirt-6.6", "-p", "counter", "scenarios/for-ever.yaml")
    assert "the orders of milestones are not known: rounds have no bound" in run.stdout


def test_a_bound(tapweave):
    """The verdicts need less memory than the orders, which keep all states of both policies."""
    words = ("diff", "-p", "libvirt-6.6", "-p", "exists-check", "scenarios/counter.yaml")
    run = tapweave(*words, "--max-memory", "200K")
    assert run.returncode == 1 and "not known: stopped at --max-memory" in run.stdout
    assert "of milestones:" in tapweave(*words).stdout


def test_about_one_screen(tapweave):
    for path in ("scenarios/reported-race.yaml", "scenarios/linux-bridge.yaml"):
        for new in ("exists-check", "atomic", "per-guest-names"):
            lines = tapweave("diff", "-p", "libvirt-6.6", "-p", new, path).stdout.splitlines()
            assert len(lines) <= 55 and max(map(len, lines)) <= 100


MISTAKES = {
    "what has gone wrong is forgotten": (
        "sim/course_set.c", "at_place(edge->target, is_wrong(element) || goes_wrong(sets, edge))",
        "at_place(edge->target, goes_wrong(sets, edge))"),
    "a stage ends with its first step": (
        "sim/milestone.c", "return asks[op] == 0 && !(stage == STAGE_ATTACH && op == OP_DEL_PORT);",
        "(void)stage; (void)op; return true;"),
    "good and bad change places": (
        "sim/course_class.c", "return before != 0 ? CLASS_SPOILT : CLASS_NEW;",
        "return before != 0 ? CLASS_MENDED : CLASS_NEW;"),
    "runs are counted once": (
        "sim/course_runs.c", "mpz_add(reached->runs, reached->runs, layers->point[index].runs);",
        "mpz_set(reached->runs, layers->point[index].runs);"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_seen(tapweave, tmp_path, name):
    """The tests above fail of a program that has it."""
    wrong = type(tapweave)()
    wrong.binary = link(tmp_path, wrong_text(*MISTAKES[name]))
    fails = 0
    for cell in CELLS:
        try:
            check_cell(wrong, *cell)
        except (AssertionError, ValueError, KeyError):
            fails += 1
    assert fails
