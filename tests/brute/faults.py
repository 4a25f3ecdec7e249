"""What may go wrong at any time, as often as the scenario allows: "Faults" of docs/model.md.

The end of a wait for ovs-vsctl, which is a fault as well, is in model.py with the other waits."""


def can_crash(world, state, name):
    return state.guests[name].process == "running"


def crash(world, state, name, events):
    """A stop is next, unless one is in work or about to begin."""
    guest = state.guests[name]
    guest.process = "exiting"
    if guest.doing != "stop":
        guest.died = True
    elif guest.todo[:1] == ("crash",):
        guest.todo = guest.todo[1:]  # it cannot die twice


# Fault, the actor's name before "/GUEST", when it can step, and its step; in the order of actors.
FAULTS = [
    ("qemu-crash", "crash", can_crash, crash),
]
BY_ACTOR = {actor: (fault, step) for fault, actor, _, step in FAULTS}


def enabled_actors(world, state):
    return [(actor, name) for fault, actor, can_step, _ in FAULTS
            if state.faults.get(fault, 0) > 0
            for name in world.guests if can_step(world, state, name)]


def step(world, state, actor, events):
    fault, carry_out = BY_ACTOR[actor[0]]
    state.faults[fault] -= 1
    carry_out(world, state, actor[1], events)
