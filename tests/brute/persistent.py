"""Taps that outlive their descriptors, and that are opened again: the daemon's operations."""
from .outcome import DONE, FAILED
from .state import (can_be_opened, close_descriptor, create_device, deferred_work, find_device,
                    open_device)


def plan_remembering(world, name):
    """Reading what a stop is to restore."""
    restores = world.policy["tap-delete"] == "restore" and world.platform != "freebsd"
    return ("get-persist",) if restores and world.guests[name].managed else ()


def plan_tap_deletion(world, name, ending):
    """virNetDevTapDelete: open, TUNSETPERSIST, close."""
    nic, which = world.guests[name], world.policy["tap-delete"]
    if not nic.managed or (ending == "unplug" and world.policy["unplug"] == "keep"):
        return ()
    if world.platform == "freebsd":
        return ("delete-link",) if which != "never" else ()
    deletes = {"never": False, "required": False, "all": True,
               "ethernet": nic.bridge is None,
               "restore": ending is not None}[which]
    return ("open-tap", "set-persist", "close-opened-tap") if deletes else ()


def op_lookup_fixed(world, state, name, events):
    """The user's own name: refused if it exists, or needed."""
    exists = state.guests[name].name in state.devices
    return DONE if exists != world.guests[name].managed else FAILED


def op_get_persist(world, state, name, events):
    guest = state.guests[name]
    device_name = find_device(state, guest.held)
    if device_name is None:
        return FAILED
    guest.persistent = state.devices[device_name].persistent
    return DONE


def op_set_persist(world, state, name, events):
    guest = state.guests[name]
    device_name = find_device(state, guest.held)
    if device_name is not None:
        persistent = guest.persistent if world.policy["tap-delete"] == "restore" else False
        state.devices[device_name] = state.devices[device_name]._replace(persistent=persistent)
    return DONE


def op_unplug(world, state, name, events):
    guest = state.guests[name]
    if guest.process != "running" or guest.unplugged:
        return FAILED if guest.doing == "reconnect" else DONE
    guest.unplugged = True
    if close_descriptor(state, guest.tap, ("qemu", name)):
        deferred_work(world, state)
    guest.tap = None
    return DONE


def op_open_tap(world, state, name, events):
    """virNetDevTapDelete asks for one queue, whatever the tap has (facts 1b)."""
    guest = state.guests[name]
    queues = world.guests[name].queues if world.policy["tap-delete"] == "restore" else 1
    if guest.name not in state.devices:
        guest.held = create_device(state, guest.name, "tap", name, "daemon", queues)
    elif can_be_opened(state.devices[guest.name], queues):
        guest.held = open_device(state, guest.name, name)
    else:
        events.add("error-log")
        guest.todo = guest.todo[2:]  # there is nothing to set, nor to close
        return DONE
    guest.open = True
    return DONE
