"""What may go wrong at any time, as often as the scenario allows: "Faults" of docs/model.md.

The end of a wait for ovs-vsctl, which is a fault as well, is in model.py with the other waits."""
from typing import NamedTuple

from .creation import FAILED, op_is_taken
from .ports import DONE, PORT_OPERATIONS, WAITS_FOR_OVS
from .restart import restart_daemon
from .state import run_of_vswitchd
from .state import find_device

# What a start does whose failing makes it fail.
OF_A_START = ("create-tap", "create-link", "set-mac", "get-master", "add-port", "add-if",
              "bind-port", "link-up",
              "add-filter", "set-limit", "get-persist", "exec")

# Calls to Open vSwitch.
CALLS = ("add-port", "del-port", "del-port-and-wait", "remove-port", "remove-own")


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


def can_fail(world, state, name):
    guest = state.guests[name]
    return (guest.doing == "start" and guest.waits_for is None
            and guest.todo[0] in OF_A_START)


def fail(world, state, name, events):
    """The next operation fails without having done anything.  Returns what came of it."""
    guest = state.guests[name]
    operation, guest.todo = guest.todo[0], guest.todo[1:]
    guest.loaded = False
    if guest.name is None:
        guest.name = world.guests[name].fixed
    outcome = FAILED
    if operation == "create-tap":
        outcome = op_is_taken(world, state, name)
    guest.excused = outcome == FAILED
    return outcome


def tap_to_leak(state, guest):
    """The name of the tap that QEMU has open or, while none runs, the daemon for it."""
    return find_device(state, guest.tap if guest.process == "running" else guest.held)


def can_leak(world, state, name):
    held = any(("helper", name) in device.holders
               for device in state.devices.values())
    is_tap = world.guests[name].kind == "tap"
    return is_tap and tap_to_leak(state, state.guests[name]) is not None and not held


def leak(world, state, name, events):
    guest = state.guests[name]
    tap = tap_to_leak(state, guest)
    device = state.devices[tap]
    state.devices[tap] = device._replace(holders=device.holders | {("helper", name)})
    guest.helper = True


def will_commit(world, state, name):
    """The thread is about to make a call to Open vSwitch that changes something."""
    guest = state.guests[name]
    if guest.waits_for is not None or guest.todo[:1] == () or guest.todo[0] not in CALLS:
        return False
    tried = state.copy()
    tried.guests[name].todo = guest.todo[1:]
    return PORT_OPERATIONS[guest.todo[0]](world, tried, name, set()) == WAITS_FOR_OVS


def lie(world, state, name, events):
    guest = state.guests[name]
    if guest.doing == "stop":
        guest.started = False
    if guest.todo[0] == "add-port":
        guest.told = None
        guest.made |= {"port"}
    guest.todo = guest.todo[1:]


class Late(NamedTuple):
    """A call to Open vSwitch whose transaction has been sent and not been read."""
    operation: str
    guest: object    # as it was when the call was made
    depends: dict    # the ports that the transaction depends on


def found_ports(world, state, name, operation):
    """What ovs-vsctl found and has its transaction depend on: rows by name, and their UUIDs."""
    if operation == "remove-own":
        return {}  # no ovs-vsctl: it depends on the row's external ids alone
    only = world.guests[name].bridge if operation == "remove-port" else None
    return {port: (row.bridge, row.uuid) for port, row in state.rows.items()
            if only in (None, row.bridge)}


def can_be_late(world, state, name):
    """One at a time: an earlier one has been carried out, or can never be any more."""
    late = state.late.get(name)
    if late is not None:
        now = found_ports(world, state, name, late.operation)
        if all(now.get(port) == row for port, row in late.depends.items()):
            return False
    return will_commit(world, state, name)


def be_late(world, state, name, events):
    guest = state.guests[name]
    operation = guest.todo[0]
    state.late[name] = Late(operation, guest.copy(), found_ports(world, state, name, operation))
    if guest.doing == "stop":
        guest.started = False
    guest.todo = guest.todo[1:]
    if operation == "add-port":
        guest.told, guest.made = None, guest.made | {"port"}  # nobody knows that it was not
    return FAILED if guest.doing == "start" and operation == "add-port" else DONE


def is_due(world, state, name):
    """There is a transaction of the guest's that can still be carried out."""
    late = state.late.get(name)
    return (late is not None
            and found_ports(world, state, name, late.operation) == late.depends)


def carry_out_late(world, state, name, events):
    late, now = state.late.pop(name), state.guests[name]
    state.guests[name] = late.guest.copy()
    PORT_OPERATIONS[late.operation](world, state, name, events)
    state.guests[name] = now


# Fault, the actor's name before "/GUEST", when it can step, and its step; in the order of actors.
FAULTS = [
    ("qemu-crash", "crash", can_crash, crash),
    ("start-fails", "fail", can_fail, fail),
    ("fd-leak", "leak", can_leak, leak),
    ("ovs-lie", "lie", will_commit, lie),
    ("ovs-late", "late", can_be_late, be_late),
]
BY_ACTOR = {actor: (fault, step) for fault, actor, _, step in FAULTS}


def new_vswitchd(world, state):
    """The ports and devices when a new ovs-vswitchd has run; its userspace datapath is new, too."""
    killed = state.copy()
    killed.ports = {name: port for name, port in state.ports.items()
                    if world.bridges[port.bridge].datapath != "netdev" and port.away is None}
    killed.devices = {name: device._replace(stuck=None) for name, device in state.devices.items()}
    return run_of_vswitchd(world, killed)


def vswitchd_matters(world, state):
    return (any(guest.waits_for == "ovs" for guest in state.guests.values())
            or new_vswitchd(world, state) != (state.ports, state.devices))


def restart_vswitchd(world, state):
    state.ports, state.devices = new_vswitchd(world, state)
    return WAITS_FOR_OVS  # who waits for it is answered


def always(world, state):
    return True


# Those that strike no guest alone, and whose actor is one.
SINGLE = [
    ("vswitchd-restart", ("restart", "ovs-vswitchd"), vswitchd_matters, restart_vswitchd),
    ("daemon-restart", ("restart", "daemon"), always, restart_daemon),
]
BY_SINGLE = {actor: (fault, step) for fault, actor, _, step in SINGLE}


def enabled_actors(world, state):
    due = [("ovsdb", name) for name in world.guests if is_due(world, state, name)]
    actors = [(actor, name) for fault, actor, can_step, _ in FAULTS
              if state.faults.get(fault, 0) > 0
              for name in world.guests if can_step(world, state, name)]
    return due + actors + [actor for fault, actor, can_step, _ in SINGLE
                           if state.faults.get(fault, 0) > 0 and can_step(world, state)]


def step_single(world, state, actor):
    """Whom to answer, if anybody."""
    fault, carry_out = BY_SINGLE[actor]
    state.faults[fault] -= 1
    return carry_out(world, state)


def step(world, state, actor, events):
    """What came of the operation that the fault has struck, if it has struck one."""
    fault, carry_out = BY_ACTOR[actor[0]]
    state.faults[fault] -= 1
    return carry_out(world, state, actor[1], events)
