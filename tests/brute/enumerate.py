"""Counts every interleaving of a world by walking through all of them, one after the other.

No two interleavings share any work, and no state is looked up: what it costs in time it gains in
being hard to get wrong.  By hand: `python3 -m brute.enumerate WORLD POLICY`, from tests/."""
import sys
from typing import NamedTuple

from .model import enabled_actors, initial_state, step
from .oracles import LASTING, NAMES, violated_in_last_state, violated_in_state
from .scenario import read_world
from .troubles import troubles


class Result(NamedTuple):
    interleavings: int
    bad: dict       # oracle -> interleavings in which it is violated at least once
    shortest: dict  # oracle -> the schedule of the shortest prefix that violates it, or None; of
                    # several, that in which the least goes wrong besides
    names: dict     # prefix -> the highest number that a guest's device ever had
    lasting: dict   # oracle of LASTING -> interleavings whose last state violates it
    ending: dict    # oracle of LASTING -> the shortest of these interleavings, or None


class TooMany(Exception):
    """There are more interleavings than the bound."""


class Walk:
    def __init__(self, world, bound):
        self.world = world
        self.bound = bound
        self.interleavings = 0
        self.bad = dict.fromkeys(NAMES, 0)
        self.shortest = dict.fromkeys(NAMES)
        self.best = {}      # (oracle, of its ends) -> the length and the troubles of that one
        self.troubles = []  # of each step so far
        self.names = {}
        self.lasting = dict.fromkeys(LASTING, 0)
        self.ending = dict.fromkeys(LASTING)

    def note_names(self, state):
        """A renamed device counts by its present name, in whichever family that is."""
        for name, device in state.devices.items():
            nic = self.world.nics.get(device.owner)
            if nic is None or nic.fixed is not None:
                continue
            for prefix in self.world.prefixes:  # not the nic's alone: it may have been renamed
                number = name[len(prefix):]
                if name.startswith(prefix) and number.isdigit():
                    self.names[prefix] = max(int(number), self.names.get(prefix, 0))

    def note(self, oracles, schedule):
        """Remembers the schedule if there was none as good; among equals the first one stays."""
        for oracle in oracles:
            if self.is_better((oracle, False)):
                self.shortest[oracle] = tuple(schedule)

    def is_better(self, which):
        """The schedule at hand is shorter than the best one so far, or goes wrong less often."""
        this = (len(self.troubles), sum(self.troubles))
        if which in self.best and self.best[which] <= this:
            return False
        self.best[which] = this
        return True

    def note_end(self, state, schedule):
        """The same of what lasts: the state is the last one."""
        for oracle in violated_in_state(self.world, state) & set(LASTING):
            self.lasting[oracle] += 1
            if self.is_better((oracle, True)):
                self.ending[oracle] = tuple(schedule)

    def visit(self, state, schedule, violated):
        """Walks on from a state; `violated` are the oracles that its past has violated."""
        self.note_names(state)
        actors = enabled_actors(self.world, state)
        if not actors:
            found = violated_in_last_state(self.world, state)
            self.note(found, schedule)
            self.note_end(state, schedule)
            self.interleavings += 1
            if self.bound is not None and self.interleavings > self.bound:
                raise TooMany(f"more than {self.bound} interleavings")
            for oracle in violated | found:
                self.bad[oracle] += 1
            return
        for actor in actors:
            following, found = step(self.world, state, actor)
            self.troubles.append(troubles(state, actor, found))
            found |= violated_in_state(self.world, following)
            schedule.append(actor)
            self.note(found, schedule)
            self.visit(following, schedule, violated | found)
            schedule.pop()
            self.troubles.pop()


def enumerate_all(world, bound=None):
    """Raises TooMany behind that many interleavings."""
    walk = Walk(world, bound)
    state = initial_state(world)
    found = violated_in_state(world, state)
    walk.note(found, [])
    walk.visit(state, [], found)
    return Result(walk.interleavings, walk.bad, walk.shortest, walk.names, walk.lasting,
                  walk.ending)


def actor_text(actor):
    """The actor's name, as tapweave writes it."""
    if actor[0] == "other":
        return "other" if actor[1] == 0 else f"other{actor[1] + 1}"
    return "/".join(actor)


def follow(world, schedule):
    """The oracles that the last step of a schedule violates, and no state or step before it; and
    those of LASTING that its end violates, if nobody can take a step then."""
    state, before = initial_state(world), set()
    found = violated_in_state(world, state)
    for name in schedule:
        before |= found
        actors = {actor_text(actor): actor for actor in enabled_actors(world, state)}
        state, found = step(world, state, actors[name])
        found |= violated_in_state(world, state)
    if enabled_actors(world, state):
        return found - before, set()
    lasting = violated_in_state(world, state) & set(LASTING)
    return (found | violated_in_last_state(world, state)) - before, lasting


def main(path, policy):
    with open(path, encoding="utf-8") as file:
        result = enumerate_all(read_world(file.read(), policy))
    print(f"{result.interleavings} interleavings")
    for oracle in NAMES:
        schedule = result.shortest[oracle]
        if schedule is not None:
            actors = " ".join(map(actor_text, schedule))
            print(f"{oracle}: {result.bad[oracle]}; {len(schedule)} steps: {actors}")
    for oracle in LASTING:
        print(f"{oracle}, lasting: {result.lasting[oracle]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
