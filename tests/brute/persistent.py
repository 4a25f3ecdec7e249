"""Taps that outlive their descriptors, and that are opened again: the daemon's operations."""
from .outcome import DONE, FAILED
from .state import (can_be_opened, close_descriptor, create_device, find_device,
                    open_device)


def restores(world, slot):
    return world.nics[slot].policy["tap-delete"] == "restore"


def plan_remembering(world, slot):
    """Reading what a stop is to restore."""
    remembers = restores(world, slot) and world.platform != "freebsd"
    return ("get-persist",) if remembers and world.nics[slot].managed else ()


def plan_tap_deletion(world, slot, ending):
    """virNetDevTapDelete: open, TUNSETPERSIST, close."""
    nic = world.nics[slot]
    which = nic.policy["tap-delete"]
    if not nic.managed or (ending == "unplug" and nic.policy["unplug"] == "keep"):
        return ()
    if world.platform == "freebsd":
        return ("delete-link",) if which != "never" else ()
    deletes = {"never": False, "required": False, "all": True,
               "ethernet": nic.bridge is None,
               "restore": ending is not None}[which]
    return ("open-tap", "set-persist", "close-opened-tap") if deletes else ()


def op_lookup_fixed(world, state, slot, events):
    """The user's own name: refused if it exists, or needed."""
    exists = state.cards[slot].name in state.devices
    return DONE if exists != world.nics[slot].managed else FAILED


def op_get_persist(world, state, slot, events):
    card = state.cards[slot]
    device_name = find_device(state, card.held)
    if device_name is None:
        return FAILED
    card.persistent = state.devices[device_name].persistent
    return DONE


def op_set_persist(world, state, slot, events):
    card = state.cards[slot]
    device_name = find_device(state, card.held)
    if device_name is not None:
        persistent = card.persistent if restores(world, slot) else False
        state.devices[device_name] = state.devices[device_name]._replace(persistent=persistent)
    return DONE


def refuse_unplug(state, slot):
    """QEMU does not run, or has no such nic any more: the stop that is due finds all as it was."""
    guest = state.guests[slot.guest]
    if guest.doing == "removal":
        guest.late = None
    if guest.doing == "reconnect":
        return FAILED
    if not guest.again:
        guest.doing, guest.todo = "refused", ()
    return DONE


def op_unplug(world, state, slot, events):
    guest, card = state.guests[slot.guest], state.cards[slot]
    if guest.process != "running" or guest.unplugged:
        return refuse_unplug(state, slot)
    guest.unplugged = True
    close_descriptor(world, state, card.tap, ("qemu", slot))
    card.tap = None
    return DONE


def op_open_tap(world, state, slot, events):
    """virNetDevTapDelete asks for one queue, whatever the tap has (facts 1b)."""
    card = state.cards[slot]
    queues = world.nics[slot].queues if restores(world, slot) else 1
    if card.name not in state.devices:
        card.held = create_device(state, card.name, "tap", slot, "daemon", queues)
    elif can_be_opened(state.devices[card.name], queues):
        card.held = open_device(state, card.name, slot)
    else:
        events.add("spurious-error")
        guest = state.guests[slot.guest]
        guest.todo = guest.todo[2:]  # there is nothing to set, nor to close
    return DONE
