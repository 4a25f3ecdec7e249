"""Counts the same as enumerate.py, but takes a state that comes again only once.

So it is some hundred times faster, and a little easier to get wrong: tests/test_brute.py holds it
to enumerate.py, and tests/hunt.py holds the explorer to it.  Two states are the same if all that is
in them is, the numbers of incarnations too; so some that differ in nothing but these are taken
twice."""
from typing import NamedTuple

from .enumerate import Result, TooMany, Walk
from .model import enabled_actors, initial_state, step
from .oracles import LASTING, NAMES, violated_in_last_state, violated_in_state
from .troubles import troubles


INFINITE = 10 ** 6


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
    steps: list        # (actor, the key of the state that follows, oracles that both violate,
                       # what goes wrong besides)
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
            besides = troubles(state, actor, found)
            found |= node.violated
            steps.append((actor, behind, found, besides))
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

    def plainest(self, first, goal, is_last):
        """A shortest schedule to a step (`goal` of its oracles), or to a last state (`is_last` of a
        node); of several, that in which the least goes wrong besides, and of these the first."""
        layer, length = {first}, 0
        while not any(is_last(self.nodes[key]) for key in layer):
            length += 1
            if any(goal(found) for key in layer for _, _, found, _ in self.nodes[key].steps):
                break
            layer = {behind for key in layer for _, behind, _, _ in self.nodes[key].steps}
            if not layer:
                return None
        known = {}

        def least(key, left):
            """The troubles from there on, if it is so many steps more; a large number if not."""
            if left == 0:
                return 0 if is_last(self.nodes[key]) else INFINITE
            if (key, left) not in known:
                known[key, left] = min((behind(its, left) for its in self.nodes[key].steps),
                                       default=INFINITE)
            return known[key, left]

        def behind(its, left):
            _, key, found, besides = its
            return besides + (0 if left == 1 and goal(found) else least(key, left - 1))

        schedule, key = [], first
        for left in range(length, 0, -1):
            its = next(its for its in self.nodes[key].steps
                       if behind(its, left) == least(key, left))
            schedule.append(its[0])
            key = its[1]
        return tuple(schedule)

    def shortest(self, first):
        """By oracle, the plainest of the shortest schedules that violate it, or None; and the same
        of those whose last state violates it."""
        found = {oracle: self.plainest(first, lambda its, of=oracle: of in its,
                                       lambda node, of=oracle: of in node.violated)
                 for oracle in NAMES}
        ending = {oracle: self.plainest(first, lambda its: False,
                                        lambda node, of=oracle: not node.steps
                                        and of in node.violated)
                  for oracle in LASTING}
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
