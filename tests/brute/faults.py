"""What may go wrong at any time, as often as the scenario allows: "Faults" of docs/model-faults.md.

The end of a wait for ovs-vsctl, which is a fault as well, is in model.py with the other waits."""
from typing import NamedTuple

from . import outage
from .creation import is_link, op_is_taken
from .daemon import is_missed
from .outcome import DONE, FAILED, WAITS_FOR_OVS
from .ports import PORT_OPERATIONS
from .restart import plan_after_failure, plan_update, restart_daemon
from .state import find_device, run_of_vswitchd

# What a start does whose failing makes it fail.
OF_A_START = ("create-tap", "create-link", "set-mac", "get-master", "add-port", "get-index",
              "add-if", "bind-port", "link-up", "add-filter", "set-qdisc", "set-limit", "set-qos",
              "get-persist", "exec", "macvtap-up")

# Calls to Open vSwitch.
CALLS = ("add-port", "del-port", "del-port-and-wait", "remove-port", "remove-own", "set-qos",
         "clear-qos")
# Of those, the ones that come to no harm by themselves.
NEVER_LEFT = ("set-qos", "clear-qos")
# Operations that traces have other names for.
IN_TRACES = {"del-port-and-wait": "del-port", "close-opened-tap": "close-tap",
             "lookup-fixed": "lookup", "lookup-port": "lookup", "macvtap-up": "link-up"}


def next_operation(guest):
    """What the guest's thread does in its next step, and the slot of the card that it is for."""
    return guest.todo[0] if guest.todo else (None, None)


def present_operation(guest):
    """What the guest's thread is in the middle of or, if it waits for nothing, does next; by the
    name that traces have for it."""
    operation = guest.waits_in[0] if guest.waits_for is not None else next_operation(guest)[0]
    return IN_TRACES.get(operation, operation)


def is_aimed_at(world, state, fault, name):
    """The scenario lets the fault strike that guest, with what its thread is at."""
    guest, operation = world.aims[fault]
    return (guest in (None, name)
            and operation in (None, present_operation(state.guests[name])))


def can_crash(world, state, name):
    return state.guests[name].process == "running"


def crash(world, state, name, events):
    """A stop is next, unless one is in work or about to begin."""
    guest = state.guests[name]
    guest.process = "exiting"
    if guest.doing != "stop":
        guest.died = True
    elif next_operation(guest)[0] == "crash":
        guest.todo = guest.todo[1:]  # it cannot die twice


def can_fail(world, state, name):
    guest = state.guests[name]
    if guest.doing != "start" or guest.waits_for is not None:
        return False
    operation, slot = next_operation(guest)
    return operation in OF_A_START and (operation != "set-qdisc" or not is_link(world, slot))


def fail(world, state, name, events):
    """The next operation fails without having done anything.  Returns what came of it."""
    guest = state.guests[name]
    (operation, slot), guest.todo = guest.todo[0], guest.todo[1:]
    guest.loaded = False
    card = state.cards[slot]
    if card.name is None:
        card.name = world.nics[slot].fixed
    outcome = FAILED
    if operation == "create-tap":
        outcome = op_is_taken(world, state, slot)
    if operation == "exec":
        guest.forked = not is_missed(world, state, name)
    guest.excused = outcome == FAILED
    return outcome


def tap_to_leak(world, state, name):
    """The name of the tap that QEMU has open or, while none runs, the daemon for it."""
    card = state.cards[world.cards[name][0]]
    return find_device(state, card.tap if state.guests[name].process == "running" else card.held)


def can_leak(world, state, name):
    slot, *more = world.cards[name]
    if more or world.nics[slot].kind != "tap" or tap_to_leak(world, state, name) is None:
        return False
    return not any(("helper", slot) in device.holders for device in state.devices.values())


def leak(world, state, name, events):
    tap = tap_to_leak(world, state, name)
    device, slot = state.devices[tap], world.cards[name][0]
    state.devices[tap] = device._replace(holders=device.holders | {("helper", slot)})
    state.guests[name].helper = True


def will_commit(world, state, name):
    """The thread is about to make a call to Open vSwitch that changes something."""
    guest = state.guests[name]
    operation, slot = next_operation(guest)
    if guest.waits_for is not None or operation not in CALLS:
        return False
    tried = state.copy()
    tried.guests[name].todo = guest.todo[1:]
    return PORT_OPERATIONS[operation](world, tried, slot, set()) == WAITS_FOR_OVS


def lie(world, state, name, events):
    guest = state.guests[name]
    (operation, slot), guest.todo = guest.todo[0], guest.todo[1:]
    if guest.doing == "stop":
        guest.started = False
    if operation == "add-port":
        card = state.cards[slot]
        card.told = None
        card.made |= {"port"}
    if operation == "set-qos":
        state.cards[slot].made |= {"limit"}


class Late(NamedTuple):
    """A call to Open vSwitch whose transaction has been sent and not been read; or an ovs-vsctl
    whose daemon has gone, and which has sent none yet."""
    operation: str
    slot: tuple
    guest: object    # as it was when the call was made
    card: object     # the same
    depends: dict    # the ports that the transaction depends on
    orphan: bool = False


def found_ports(world, state, operation, slot):
    """What ovs-vsctl found and has its transaction depend on: rows by name, and their UUIDs."""
    if operation == "remove-own":
        return {}  # no ovs-vsctl: it depends on the row's external ids alone
    only = world.nics[slot].bridge if operation == "remove-port" else None
    return {port: (row.bridge, row.uuid) for port, row in state.rows.items()
            if only in (None, row.bridge)}


def can_still_come(world, state, late):
    """What it depends on has not gone."""
    now = found_ports(world, state, late.operation, late.slot)
    return all(now.get(port) == row for port, row in late.depends.items())


def can_be_late(world, state, name):
    """One at a time: an earlier one has been carried out, or can never be any more."""
    late = state.late.get(name)
    if late is not None and late.orphan:
        return False
    if late is not None and can_still_come(world, state, late):
        return False
    return next_operation(state.guests[name])[0] not in NEVER_LEFT and will_commit(
        world, state, name)


def be_late(world, state, name, events):
    guest = state.guests[name]
    operation, slot = guest.todo[0]
    card = state.cards[slot]
    state.late[name] = Late(operation, slot, guest.copy(), card.copy(),
                            found_ports(world, state, operation, slot))
    if guest.doing == "stop":
        guest.started = False
    guest.todo = guest.todo[1:]
    if operation == "add-port":
        card.told = None
        card.made |= {"port"}  # nobody knows that it was not
    elif guest.doing == "reconnect":
        guest.todo = plan_after_failure(guest, operation, slot)
    return FAILED if guest.doing == "start" and operation == "add-port" else DONE


def is_due(world, state, name):
    """There is a transaction of the guest's that can still be carried out."""
    late = state.late.get(name)
    return (late is not None and not late.orphan
            and found_ports(world, state, late.operation, late.slot) == late.depends)


def carry_out_late(world, state, name, events):
    late = state.late.pop(name)
    guest, card = state.guests[name], state.cards[late.slot]
    state.guests[name], state.cards[late.slot] = late.guest.copy(), late.card.copy()
    PORT_OPERATIONS[late.operation](world, state, late.slot, events)
    state.guests[name], state.cards[late.slot] = guest, card


def can_orphan(world, state, name):
    """The thread is about to start an ovs-vsctl, be there anything to do for it or not."""
    guest, late = state.guests[name], state.late.get(name)
    operation, _ = next_operation(guest)
    if world.daemons[name] != 1 or guest.waits_for is not None or operation == "remove-own":
        return False
    if operation not in CALLS or operation in NEVER_LEFT:
        return False
    return late is None or (not late.orphan and not can_still_come(world, state, late))


def orphan(world, state, name, events):
    guest = state.guests[name]
    operation, slot = guest.todo[0]
    guest.loaded = False  # its command has begun
    if guest.doing == "stop":
        guest.started = False
    left = Late(operation, slot, guest.copy(), state.cards[slot].copy(), {}, True)
    restart_daemon(world, state)
    state.late[name] = left


def can_give_up(world, state, name):
    """It is about to begin an `unplug` command."""
    guest = state.guests[name]
    return (guest.doing == "unplug" and guest.loaded and guest.late is None
            and guest.process == "running")


def give_up(late):
    def step_it(world, state, name, events):
        guest = state.guests[name]
        guest.doing, guest.todo, guest.loaded, guest.late = None, (), False, late
        guest.started = guest.started and late == "kept"
    return step_it


def hear(world, state, name):
    """Its nic is gone.  The removal comes before a command that has not begun."""
    guest = state.guests[name]
    guest.started = False
    if guest.doing == "reconnect":
        guest.again, guest.late = True, None  # it has still to compare the lists
        guest.todo += plan_update(world, state, name)
        return
    if guest.doing == "unplug" and not guest.loaded:
        guest.late = "unheard"  # that one finds it without being told
        return
    guest.late = "said" if guest.late == "kept" else "told"
    if guest.loaded:
        guest.command -= 1
        guest.doing, guest.todo, guest.loaded = None, (), False


# Fault, the actor's name before "/GUEST", when it can step, and its step; in the order of actors.
FAULTS = [
    ("qemu-crash", "crash", can_crash, crash),
    ("start-fails", "fail", can_fail, fail),
    ("fd-leak", "leak", can_leak, leak),
    ("ovs-lie", "lie", will_commit, lie),
    ("ovs-late", "late", can_be_late, be_late),
    ("ovs-orphan", "orphan", can_orphan, orphan),
    ("unplug-late", "slow", can_give_up, give_up("kept")),
    ("monitor-late", "mute", can_give_up, give_up("unsaid")),
]
BY_ACTOR = {actor: (fault, step) for fault, actor, _, step in FAULTS}


def new_vswitchd(world, state):
    """The ports and devices when a new ovs-vswitchd has run; its userspace datapath is new, too."""
    killed = state.copy()
    killed.ports = {name: port for name, port in state.ports.items()
                    if world.bridges[port.bridge].datapath != "netdev" and port.away is None}
    killed.devices = {name: device._replace(stuck=None) for name, device in state.devices.items()}
    for name, port in killed.ports.items():
        row, device = state.rows.get(name), killed.devices.get(name)
        if device is not None and row is not None and row.bridge == port.bridge:
            # It opens it, for the first time.
            killed.devices[name] = device._replace(limited=row.qos is not None)
            killed.ports[name] = port._replace(shaped=row.qos is not None)
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
LAST = ("ovsdb-outage", ("stop", "ovsdb-server"), outage.is_there, outage.go_down)
RETURN = (None, outage.START, outage.is_over, outage.come_back)
BY_SINGLE = {actor: (fault, step) for fault, actor, _, step in (*SINGLE, LAST, RETURN)}


def enabled_actors(world, state):
    if not world.faults:
        return []  # nor is anything late
    due = [("ovsdb", name) for name in world.guests if is_due(world, state, name)]
    due += [("ovs-vsctl", name) for name in world.guests
            if name in state.late and state.late[name].orphan]

    def striking(faults):
        return [(actor, name) for fault, actor, can_step, _ in faults
                if state.faults.get(fault, 0) > 0
                for name in world.guests
                if is_aimed_at(world, state, fault, name) and can_step(world, state, name)]

    def striking_all(faults):
        return [actor for fault, actor, can_step, _ in faults
                if state.faults.get(fault, 0) > 0
                and any(is_aimed_at(world, state, fault, name) for name in world.guests)
                and can_step(world, state)]

    due += [outage.START] if state.ovsdb == "down" else []
    return (due + striking(FAULTS[:-3]) + striking_all(SINGLE) + striking(FAULTS[-3:])
            + striking_all((LAST,)))


def step_single(world, state, actor):
    """Whom to answer, if anybody."""
    fault, carry_out = BY_SINGLE[actor]
    if fault is not None:
        state.faults[fault] -= 1
    return carry_out(world, state)


def step(world, state, actor, events):
    """What came of the operation that the fault has struck, if it has struck one."""
    fault, carry_out = BY_ACTOR[actor[0]]
    state.faults[fault] -= 1
    return carry_out(world, state, actor[1], events)
