"""What may go wrong at any time, as often as the scenario allows: "Faults" of docs/model.md.

The end of a wait for ovs-vsctl, which is a fault as well, is in model.py with the other waits."""
from .restart import restart_daemon


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
# Those that strike no guest alone, and whose actor is one.
SINGLE = [
    ("daemon-restart", ("restart", "daemon"), restart_daemon),
]
BY_SINGLE = {actor: (fault, step) for fault, actor, step in SINGLE}


def enabled_actors(world, state):
    actors = [(actor, name) for fault, actor, can_step, _ in FAULTS
              if state.faults.get(fault, 0) > 0
              for name in world.guests if can_step(world, state, name)]
    return actors + [actor for fault, actor, _ in SINGLE if state.faults.get(fault, 0) > 0]


def strikes(actor):
    return actor in BY_SINGLE or actor[0] in BY_ACTOR


def step(world, state, actor, events):
    """The guests about whose threads there is bookkeeping to do."""
    if actor in BY_SINGLE:
        fault, carry_out = BY_SINGLE[actor]
        state.faults[fault] -= 1
        carry_out(world, state)
        return world.guests
    fault, carry_out = BY_ACTOR[actor[0]]
    state.faults[fault] -= 1
    carry_out(world, state, actor[1], events)
    return (actor[1],)
