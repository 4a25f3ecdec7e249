"""Of the shortest counterexamples that is shown in which the least goes wrong besides, whatever the
search leaves out, and however many threads it has; of those, the first in the order of actors."""
import pytest
from brute.agree import texts
from brute.enumerate import actor_text
from brute.graph import Graph
from brute.model import enabled_actors, initial_state, step
from brute.scenario import read_world
from brute.troubles import troubles
from conftest import ROOT
from mistakes import link, wrong_text

# Two guests that are alike, and faults that make as short a schedule as there is without.
ALIKE = """title: Two guests that are alike, and ovs-vswitchd that is started again
report: none
network: {br0: {kind: ovs}}
guests:
  a: {nic: {bridge: br0}, state: running}
  b: {nic: {bridge: br0}}
  c: {nic: {bridge: br0}}
actors: [stop a, start b, start c]
faults: {vswitchd-restart: 1}
"""
CELLS = [("scenarios/restart-both.yaml", "libvirt-6.6"), ("alike", "libvirt-6.6")]


@pytest.fixture(name="path_of")
def make_path_of(tmp_path):
    (tmp_path / "alike.yaml").write_text(ALIKE, encoding="utf-8")
    return lambda cell: tmp_path / "alike.yaml" if cell == "alike" else ROOT / cell


def shown(result):
    """By oracle, the schedules: to its violation, and to an end that violates it."""
    def actors(trace):
        return trace and [each["actor"] for each in trace["steps"]]
    return ({its["name"]: actors(its["trace"]) for its in result["oracles"]},
            {its["name"]: actors(its["lasting"]["trace"]) for its in result["oracles"]
             if "lasting" in its})


def troubles_of(world, schedule):
    state, total = initial_state(world), 0
    for name in schedule:
        actor, = (each for each in enabled_actors(world, state) if actor_text(each) == name)
        following, found = step(world, state, actor)
        total += troubles(state, actor, found)
        state = following
    return total


@pytest.mark.parametrize("cell, policy", CELLS)
def test_it_is_the_one_that_the_second_implementation_finds(tapweave, path_of, cell, policy):
    path = path_of(cell)
    world = read_world(path.read_text(encoding="utf-8"), policy)
    graph = Graph(world, None)
    expected = tuple(map(texts, graph.shortest(graph.visit(initial_state(world)))))
    for more in ([], ["--reduce", "none"], ["--jobs", "1"], ["--jobs", "4"]):
        assert shown(tapweave.json("explore", "-p", policy, *more, path)) == expected, more


MISTAKES = {
    "nothing counts as going wrong": (
        "sim/shortest.c", "return (event->kind == EVENT_FAULT) +", "return 0 * "),
    "the last actor that can is taken": (
        "sim/shortest.c", "actor = 0; actor < actor_count(&found->world); actor++",
        "actor = actor_count(&found->world); actor-- > 0;"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_seen(tapweave, path_of, tmp_path, name):
    wrong = type(tapweave)()
    wrong.binary = link(tmp_path, wrong_text(*MISTAKES[name]))
    assert any(shown(wrong.json("explore", "-p", policy, path_of(cell)))
               != shown(tapweave.json("explore", "-p", policy, path_of(cell)))
               for cell, policy in CELLS)


def test_less_goes_wrong_than_in_the_first_one(tapweave, path_of):
    """The first of the shortest ones, of a stale port: ovs-vswitchd is killed there."""
    first = "a b b b kernel/a kernel/a a restart/ovs-vswitchd a restart/daemon".split()
    cell, policy = CELLS[0]
    world = read_world(path_of(cell).read_text(encoding="utf-8"), policy)
    plainest = shown(tapweave.json("explore", "-p", policy, path_of(cell)))[0]["stale-port"]
    assert len(plainest) == len(first) and first < plainest
    assert (troubles_of(world, first), troubles_of(world, plainest)) == (2, 1)
