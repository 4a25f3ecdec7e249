"""The restart of the daemon: what it forgets, and how its guests' threads take them back: "Daemon
restart" of docs/model-faults.md."""
from .allocator import keep_last_number, reserves
from .creation import allocator_names
from .daemon import behind_joining
from .outcome import DONE, FAILED
from .plans import once, plan_adding
from .state import Memory, close_descriptor, for_card, memory_of


def has_monitor_open(world, name, guest):
    """In a stop whose QEMU has ended: the limits and the filters, and the names that are given back
    early, come before it is closed."""
    ahead = {operation for operation, _ in guest.todo}
    early = world.policies[name]["stop-order"] != "port-first" and "release-name" in ahead
    return early or not ahead.isdisjoint(("clear-limit", "clear-qos", "remove-filter"))


def has_status_file(world, name, guest):
    """One that the next daemon can read."""
    if guest.doing == "stop" and guest.obeyed and guest.waits_for != "exit":
        return has_monitor_open(world, name, guest)
    return (guest.started or guest.forked
            or guest.doing in ("stop", "reconnect", "unplug", "removal")
            or guest.process == "running" or guest.died or guest.stuck)


def reserve(world, state, slot):
    """False if the name is reserved already, which only a list of names can know."""
    card, memory, nic = state.cards[slot], memory_of(world, state, slot), world.nics[slot]
    if nic.policy["name"] == "counter":
        keep_last_number(world, memory, nic, card.name)
    elif reserves(world, nic):
        if card.name in memory.reserved:
            return False
        memory.reserved |= {card.name}
        card.chosen = True
    return True


def plan_card(world, state, slot):
    """The card's name, and its bridge."""
    nic, plan = world.nics[slot], ()
    if (nic.policy["reserve-again"] == "reconnect" and allocator_names(world, slot)
            and state.cards[slot].name is not None
            and (nic.prefix == "vnet" or nic.kind == "macvtap")):
        plan += ("reserve-name",)
    if nic.bridge is not None:
        plan += ("get-master",)
        plan += plan_adding(world, slot)[-1:]  # the device is not new: no run in between
    return plan


def plan_reconnect(world, state, guest):
    plan, filters = once(world, guest, "connect"), ()
    if state.guests[guest].cardless:
        return plan
    for slot in world.cards[guest]:
        plan += for_card(slot, plan_card(world, state, slot))
        if world.nics[slot].filtered:
            filters += for_card(slot, ("add-filter",))
    return plan + filters + (plan_update(world, state, guest) if state.guests[guest].again else ())


def plan_update(world, state, name):
    """The comparison with QEMU's list, at the end: the nic is missing there."""
    slot = world.cards[name][0]
    sets_down = world.nics[slot].kind == "macvtap" and state.cards[slot].name is not None
    return for_card(slot, ("link-down",) if sets_down else ()) + once(world, name, "unplug")


def plan_after_failure(guest, operation, slot):
    """Nothing is done about a failure; where the bridge cannot be asked for, or another one cannot
    be left, none is joined."""
    if operation in ("get-master", "del-port", "del-if"):
        return behind_joining(guest.todo, slot)
    if operation == "unplug":
        guest.doing = "gone"  # QEMU has not what the status file says it has
    return guest.todo


def find_status_file(world, state, name):
    guest = state.guests[name]
    guest.again = ((guest.doing == "unplug" and not guest.loaded and guest.late is None)
                   or (guest.doing in ("reconnect", "stop") and guest.again))
    guest.again = guest.again or guest.late == "said"
    guest.late = {"kept": "kept", None: None, "said": None}.get(guest.late, "unheard")
    if guest.loaded:
        guest.command -= 1  # it comes when the guest has been taken back
        guest.loaded = False
    guest.doing, guest.forked = "reconnect", False
    for slot in world.cards[name]:
        nic, card = world.nics[slot], state.cards[slot]
        if nic.kind == "macvtap" and nic.direct and nic.policy["xml-names"] == "drop":
            card.name = None  # no such name survives any reading of XML
        card.chosen, card.told, card.forgotten = False, None, True
        if (nic.policy["reserve-again"] == "first" and allocator_names(world, slot)
                and card.name is not None):
            reserve(world, state, slot)
    guest.todo = plan_reconnect(world, state, name)


def close_descriptors(world, state, slots):
    """The daemon's own."""
    for slot in slots:
        card = state.cards[slot]
        if card.held is not None:
            close_descriptor(world, state, card.held, ("daemon", slot))
        card.held = None


def restart_daemon(world, state):
    """The first daemon, if there are two."""
    ours = {name: guest for name, guest in state.guests.items() if world.daemons[name] == 1}
    found = {name for name, guest in ours.items() if has_status_file(world, name, guest)}
    for name, guest in ours.items():
        guest.waits_for, guest.died, guest.obeyed = None, False, False
        guest.stuck, guest.unasked = False, False
        guest.over = guest.command - guest.loaded
        guest.keeping, guest.forgetting = None, None
        for slot in world.cards[name]:
            state.cards[slot].released = None
        close_descriptors(world, state, world.cards[name])
    state.memory[1] = Memory()
    for name, guest in ours.items():
        if name in found:
            find_status_file(world, state, name)
        elif not guest.loaded:
            guest.doing, guest.todo = None, ()
            for slot in world.cards[name]:
                state.cards[slot].name, state.cards[slot].chosen = None, False


# ---- operations ----

def op_connect(world, state, slot, events):
    guest = state.guests[slot.guest]
    if guest.process != "running" or guest.unfinished:
        guest.doing, guest.todo = "gone", ()
    return DONE


def op_reserve_name(world, state, slot, events):
    return DONE if reserve(world, state, slot) else FAILED


OPERATIONS = {"connect": op_connect, "reserve-name": op_reserve_name}
