"""Counts the same as enumerate.py, but takes a state that comes again only once.

So it is some hundred times faster, and a little easier to get wrong: tests/test_brute.py holds it
to enumerate.py, and tests/hunt.py holds the explorer to it.  Two states are the same if all that is
in them is, the numbers of incarnations too; so some that differ in nothing but these are taken
twice."""
from collections import deque
from typing import NamedTuple

from .enumerate import Result, TooMany, Walk
from .model import enabled_actors, initial_state, step
from .oracles import LASTING, NAMES, violated_in_last_state, violated_in_state


def freeze(value):
    """Something that is equal for equal states, and has a hash.  What can change has none, so that
    what has one is taken as it is."""
    if isinstance(value, dict):
        try:
            return frozenset(value.items())
        except TypeError:
            return frozenset([(key, freeze(its)) for key, its in value.items()])
    try:
        hash(value)
        return value
    except TypeError:
        parts = value if isinstance(value, tuple) else tuple(value.__dict__.values())
    try:
        hash(parts)
        return parts
    except TypeError:
        return tuple([freeze(part) for part in parts])


class Node(NamedTuple):
    """A state."""
    violated: set      # oracles, by the state; of a last one, by its being the last, too
    steps: list        # (actor, the key of the state that follows, oracles that both violate)
    interleavings: int  # from here on
    good: dict         # oracle -> those of them in which it is not violated behind this state
    lasting: dict      # oracle of LASTING -> those of them whose last state violates it


class Graph:
    def __init__(self, world, bound):
        self.world, self.bound = world, bound
        self.keys = {}   # of states as they are frozen: numbers, which are found sooner
        self.nodes = {}  # by key
        self.names = Walk(world, None)

    def visit(self, state):
        """The key of the state, which is in `nodes` from then on, with all that follow it."""
        key = self.keys.setdefault(freeze(state), len(self.keys))
        if key in self.nodes:
            return key
        if self.bound is not None and len(self.nodes) >= self.bound:
            raise TooMany(f"more than {self.bound} states")
        self.nodes[key] = None
        self.names.note_names(state)
        violated, steps = violated_in_state(self.world, state), []
        interleavings, good = 0, dict.fromkeys(NAMES, 0)
        lasting = dict.fromkeys(LASTING, 0)
        for actor in enabled_actors(self.world, state):
            following, found = step(self.world, state, actor)
            behind = self.visit(following)
            node = self.nodes[behind]
            assert node is not None, "the graph has a cycle"
            found |= node.violated
            steps.append((actor, behind, found))
            interleavings += node.interleavings
            for oracle in set(NAMES) - found:
                good[oracle] += node.good[oracle]
            for oracle in LASTING:
                lasting[oracle] += node.lasting[oracle]
        if not steps:
            lasting = {oracle: int(oracle in violated) for oracle in LASTING}
            violated |= violated_in_last_state(self.world, state)
            interleavings, good = 1, dict.fromkeys(NAMES, 1)
        self.nodes[key] = Node(violated, steps, interleavings, good, lasting)
        return key

    def shortest(self, first):
        """By oracle, the first of the shortest schedules that violate it, or None; and the same of
        those whose last state violates it."""
        found, seen, left = dict.fromkeys(NAMES), {first}, deque([(first, ())])
        ending = dict.fromkeys(LASTING)
        for oracle in self.nodes[first].violated:
            found[oracle] = ()
        while left:
            key, schedule = left.popleft()
            for oracle in LASTING:
                if not self.nodes[key].steps and oracle in self.nodes[key].violated:
                    ending[oracle] = schedule if ending[oracle] is None else ending[oracle]
            for actor, following, violated in self.nodes[key].steps:
                longer = (*schedule, actor)
                for oracle in violated:
                    found[oracle] = longer if found[oracle] is None else found[oracle]
                if following not in seen:
                    seen.add(following)
                    left.append((following, longer))
        return found, ending


def count_all(world, bound=None):
    """As enumerate_all(); raises TooMany behind that many states."""
    graph = Graph(world, bound)
    first = graph.visit(initial_state(world))
    node = graph.nodes[first]
    bad = {oracle: node.interleavings - (0 if oracle in node.violated else node.good[oracle])
           for oracle in NAMES}
    shortest, ending = graph.shortest(first)
    return Result(node.interleavings, bad, shortest, graph.names.names, node.lasting, ending)
