"""`rounds: unbounded`: guests whose commands are given again and again, and what fair runs of them
come to (docs/proof.md, "Runs that never end").

The states are those of model.py, in which numbers of devices and rows that are no more are
forgotten, so that there are finitely many of them.  What a fair run can do is found as the largest
set of states in each of which one can go on (Emerson and Lei 1986): no component is looked for, as
sim/fate does.  It is for guests without faults that the names of kernels, and no numbers, tell
apart."""
from . import faults
from .enumerate import actor_text
from .graph import freeze
from .model import enabled_actors, initial_state, settle, step
from .oracles import violated_in_last_state, violated_in_state

NEXT_ROUND = "next-round"
OF_ENDS = {"stale-port", "leaked-tap", "lost-persistence", "deadlock"}


def renumbered(state):
    """The same with the lowest numbers for devices and rows; those that are no more are all 0."""
    state = state.copy()
    devices = {its.uid: n for n, (_, its) in enumerate(sorted(state.devices.items()), 1)}
    rows = {its.uuid: n for n, (_, its) in enumerate(sorted(state.rows.items()), 1001)}
    state.devices = {name: its._replace(uid=devices[its.uid])
                     for name, its in state.devices.items()}
    state.rows = {name: its._replace(uuid=rows[its.uuid]) for name, its in state.rows.items()}
    for card in state.cards.values():
        for field in ("device", "held", "index", "tap"):
            value = getattr(card, field)
            setattr(card, field, None if value is None else devices.get(value, 0))
        card.told = None if card.told is None else rows.get(card.told, 0)
    state.next_uid = 2000 if len(devices) + len(rows) > 0 else 0
    return state


class Endless:
    """The graph: of each state, its steps as (actor, target, oracles that the step violates,
    whether it may not be put off for ever)."""

    def __init__(self, world):
        self.world = world
        self.keys, self.states, self.steps, self.violated = {}, [], [], []
        self.number(initial_state(world))
        for state in self.states:  # grows
            self.steps.append(self.expand(state))
        self.ends = [violated_in_last_state(world, state) for state in self.states]

    def number(self, state):
        state = renumbered(state)
        key = freeze(state)
        if key not in self.keys:
            self.keys[key] = len(self.states)
            self.states.append(state)
            self.violated.append(set(violated_in_state(self.world, state)))
        return self.keys[key]

    def expand(self, state):
        out, struck = [], set(faults.enabled_actors(self.world, state))
        for actor in enabled_actors(self.world, state):
            after, found = step(self.world, state, actor)
            out.append((actor_text(actor), self.number(after), found, actor not in struck))
        for name, guest in state.guests.items():
            commands = self.world.commands[name]
            if commands and guest.doing is None and guest.command == len(commands):
                after = state.copy()
                after.guests[name].command = after.guests[name].over = 0
                settle(self.world, after, name, set())
                out.append((name, self.number(after), set(), False))
        return out

    def is_rest(self, at):
        return not any(due for _, _, _, due in self.steps[at])

    def busy(self, at, guest):
        """Which of its commands the guest is in the middle of; None: it is between two rounds."""
        its = self.states[at].guests[guest]
        return its.command if its.doing is not None else None

    def back(self, goal, edges):
        """The states from which such edges lead to one of those, and these."""
        before = {}
        for at, to in edges:
            before.setdefault(to, []).append(at)
        found, left = set(goal), list(goal)
        while left:
            for at in before.get(left.pop(), []):
                if at not in found:
                    found.add(at)
                    left.append(at)
        return found

    def going_on(self, states, allowed):
        """Those of the states in which a fair run can stay among them for ever."""
        states = set(states)
        while True:
            inside = {at: [(who, to, due) for who, to, found, due in self.steps[at]
                           if to in states and allowed(at, to, found)] for at in states}
            edges = [(at, to) for at, its in inside.items() for _, to, _ in its]
            kept = {at for at in states if inside[at]}
            for actor in {who for its in self.steps for who, _, _, due in its if due}:
                content = {at for at in states
                           if any(who == actor for who, _, _ in inside[at]) or not any(
                               who == actor and due for who, _, _, due in self.steps[at])}
                able = self.back(content, edges)
                kept &= {at for at, to in edges if to in able}
            if kept == states:
                return states
            states = kept

    def fates(self, wrong_at, wrong_step, wrong_end):
        """Of each state, whether some fair runs go well, and whether some do not.  `wrong_at` and
        `wrong_step`: it has gone wrong by then; `wrong_end`: if the run ends there."""
        every = range(len(self.states))
        part = {at for at in every if not wrong_at(at)}

        def allowed(at, to, found):
            return to in part and not wrong_step(at, to, found)

        edges = [(at, to) for at in part for _, to, found, _ in self.steps[at]
                 if allowed(at, to, found)]
        rests = {at for at in part if self.is_rest(at)}
        well = self.back(self.going_on(part, allowed) | {at for at in rests if not wrong_end(at)},
                         edges)
        turns = {at for at in part for _, to, found, _ in self.steps[at]
                 if not allowed(at, to, found)}
        wrong = self.back(turns | {at for at in rests if wrong_end(at)}, edges)
        return [(at in well, at not in part or at in wrong) for at in every]

    def of_oracle(self, oracle):
        ends = oracle in OF_ENDS
        return self.fates(lambda at: not ends and oracle in self.violated[at],
                          lambda at, to, found: oracle in found,
                          lambda at: ends and oracle in self.ends[at])

    def of_lasting(self, oracle):
        return self.fates(lambda at: False, lambda at, to, found: False,
                          lambda at: oracle in self.violated[at])

    def of_command(self, guest, command):
        """Whether it never ends: the one that the guest is at, or the next one of the kind."""
        inside = {at for at in range(len(self.states)) if self.busy(at, guest) == command}
        never = self.going_on(inside, lambda at, to, found: to in inside)
        never |= {at for at in inside if self.is_rest(at)}
        edges = [(at, to) for at in range(len(self.states)) for _, to, _, _ in self.steps[at]]
        staying = [(at, to) for at, to in edges if at in inside and to in inside]
        wrong = self.back(never, staying)
        wrong |= self.back(wrong, [(at, to) for at, to in edges if at not in inside])
        outside = set(range(len(self.states))) - inside
        ends = {at for at, to in edges if at in inside and to not in inside}
        well = self.back(ends | {at for at in outside if self.is_rest(at)}
                         | self.going_on(outside, lambda at, to, found: to in outside), edges)
        return [(at in well, at in wrong) for at in range(len(self.states))]
