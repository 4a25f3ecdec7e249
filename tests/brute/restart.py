"""The restart of the daemon: what it forgets, and how its guests' threads take them back: "Daemon
restart" of docs/model.md."""
from .allocator import keep_last_number, reserves
from .creation import allocator_names
from .daemon import DONE, FAILED, plan_adding
from .state import Memory, close_descriptor, deferred_work, memory_of


def has_status_file(guest):
    return (guest.started or guest.doing in ("stop", "reconnect", "unplug")
            or guest.process == "running" or guest.died)


def reserve(world, state, name):
    """False if the name is reserved already, which only a list of names can know."""
    guest, memory, nic = state.guests[name], memory_of(world, state, name), world.guests[name]
    if world.policy["name"] == "counter":
        keep_last_number(world, memory, nic, guest.name)
    elif reserves(world, nic):
        if guest.name in memory.reserved:
            return False
        memory.reserved |= {guest.name}
        guest.chosen = True
    return True


def plan_reconnect(world, state, name):
    nic, plan = world.guests[name], ("connect",)
    if state.guests[name].cardless:
        return plan
    if (world.policy["reserve-again"] == "reconnect" and allocator_names(world, name)
            and state.guests[name].name is not None
            and (nic.prefix == "vnet" or nic.kind == "macvtap")):
        plan += ("reserve-name",)
    if nic.bridge is not None:
        plan += ("get-master",)
        plan += plan_adding(world, nic.bridge)[-1:]  # the device is not new: no run in between
    plan += ("add-filter",) if nic.kind != "macvtap" else ()
    return plan + (("unplug",) if state.guests[name].again else ())


def plan_after_failure(guest, operation):
    """Nothing is done about a failure; where the bridge cannot be asked for, none is joined."""
    if operation == "get-master":
        return guest.todo[guest.todo.index("add-filter"):]
    if operation == "unplug":
        guest.doing = "gone"  # QEMU has not what the status file says it has
    return guest.todo


def find_status_file(world, state, name):
    guest = state.guests[name]
    guest.again = ((guest.doing == "unplug" and not guest.loaded)
                   or (guest.doing == "reconnect" and guest.again))
    if guest.loaded:
        guest.command -= 1  # it comes when the guest has been taken back
        guest.loaded = False
    guest.doing = "reconnect"
    nic = world.guests[name]
    if nic.kind == "macvtap" and nic.direct and world.policy["xml-names"] == "drop":
        guest.name = None  # no such name survives any reading of XML
    guest.todo = plan_reconnect(world, state, name)
    guest.chosen, guest.told, guest.forgotten = False, None, True
    if (world.policy["reserve-again"] == "first" and allocator_names(world, name)
            and guest.name is not None):
        reserve(world, state, name)


def restart_daemon(world, state):
    """The first daemon, if there are two."""
    ours = {name: guest for name, guest in state.guests.items() if world.daemons[name] == 1}
    for name, guest in ours.items():
        guest.waits_for, guest.released, guest.died = None, None, False
        if guest.open:
            guest.open = False
            if close_descriptor(state, guest.held, ("daemon", name)):
                deferred_work(world, state)
            guest.held = None
    state.memory[1] = Memory()
    for name, guest in ours.items():
        if has_status_file(guest):
            find_status_file(world, state, name)
        elif not guest.loaded:
            guest.doing, guest.todo = None, ()
            guest.name, guest.chosen = None, False


# ---- operations ----

def op_connect(world, state, name, events):
    guest = state.guests[name]
    if guest.process != "running":
        guest.doing, guest.todo = "gone", ()
    return DONE


def op_reserve_name(world, state, name, events):
    return DONE if reserve(world, state, name) else FAILED


OPERATIONS = {"connect": op_connect, "reserve-name": op_reserve_name}
