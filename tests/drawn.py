"""Schedules to draw, for the tests of draw: what replay says of each has to be in a drawing."""
import json

import pytest
from conftest import SCENARIOS
from counterexamples import policies_of

# Names that mean something in one format or another; the schedule is one of its interleavings.
ODD_TITLE = ('%%{init: {"theme": "dark"}}%%; end # <b>é</b> "q" \ufb02°°35¶ß $$x$$ style:x#35; '
             '\U0001d11e wrap: note over p1 \\" \\n --> }')
ODD_NAMES = ['{x}"#;<i>', r"{}[]()|\@&`"]
ODD_SCHEDULE = ("end node node node node subgraph subgraph subgraph ovs-vswitchd kernel/end "
                "kernel/end end").split()


def write_odd_world(folder):
    """A world of such names; the arguments of draw and replay for a schedule in it."""
    path = folder / "odd.yaml"
    path.write_text(json.dumps({
        "title": ODD_TITLE, "report": "none",
        "network": {"rect": {"kind": "ovs"}, "alt": {"kind": "linux"}},
        "guests": {"end": {"nic": {"bridge": "rect"}, "state": "running"},
                   "subgraph": {"nic": {"bridge": "rect", "name": ODD_NAMES[0]}},
                   "node": {"nic": {"bridge": "alt", "name": ODD_NAMES[1]}}},
        "actors": ["stop end", "start subgraph", "start node"],
        "claims": {"libvirt-6.6": {"deadlock": "never"}}}, ensure_ascii=False), encoding="utf-8")
    return ["-p", "libvirt-6.6", "-s", " ".join(ODD_SCHEDULE), path]


@pytest.fixture(name="traces", scope="session")
def make_traces(tapweave, tmp_path_factory):
    """Files of the counterexamples of all scenarios, under the first policy that each speaks of."""
    folder, found = tmp_path_factory.mktemp("traces"), []
    for path in SCENARIOS:
        into = folder / path.stem
        into.mkdir()
        tapweave("explore", "-p", policies_of(path, [])[0], path, "--traces", into)
        found += sorted(into.glob("*.json"))
    assert len(found) > 300
    return found


def long_schedule(tapweave, folder, steps):
    """A schedule of so many steps: one guest that stops and starts for ever."""
    path = folder / "long.yaml"
    path.write_text("""
title: One guest, for ever
report: none
network: {br0: {kind: ovs}}
guests: {a: {nic: {bridge: br0}, state: running}}
actors: [stop a, start a]
rounds: unbounded
claims: {libvirt-6.6: {deadlock: never}}
""".replace("[stop a, start a]", "[{do: [stop a, start a]}]"), encoding="utf-8")
    schedule, names = [], []
    while names.count("next-round") < 2:
        for actor in ("a", "kernel/a", "ovs-vswitchd"):
            run = tapweave("replay", "-p", "libvirt-6.6", "-s", " ".join([*schedule, actor]), path,
                           "--json", "-")
            if run.returncode < 2:
                schedule.append(actor)
                names.append(json.loads(run.stdout)["steps"][-1]["step"])
                break
        else:
            raise AssertionError(f"nobody can step behind {schedule}")
    first = names.index("next-round") + 1
    while len(schedule) < steps:
        schedule += schedule[first:2 * first]
    return ["-p", "libvirt-6.6", "-s", " ".join(schedule[:steps]), path]


def clauses(change):
    return change.split("; ") if change else []


def victims_at(replayed, number):
    """The oracles of which somebody has become a victim in that step, from 1, each once."""
    return list(dict.fromkeys(victim["oracle"] for victim in replayed["victims"]
                              if victim["step"] == number))
