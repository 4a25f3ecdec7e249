"""How a start comes to a name and to a device, and how a link is deleted again."""
from .allocator import choose_name, is_beyond, keep_name, reserves, retries
from .ports import DONE, FAILED
from .state import (can_be_opened, create_device, deferred_work, lowest_free, memory_of,
                    open_device, unregister)


def allocator_names(world, name):
    """True if the allocator chooses the name of this guest."""
    nic = world.guests[name]
    return nic.fixed is None and not nic.by_kernel


def has_reserved(world, guest, name):
    """True if the guest has a name that the allocator will not give to anybody else."""
    return reserves(world, world.guests[name]) and guest.chosen


def is_link(world, name):
    return world.guests[name].kind != "tap"


def plan_name(world, name):
    nic = world.guests[name]
    if nic.fixed is not None:
        refuses = world.policy["explicit-name"] == "refuse" and nic.kind == "tap"
        return ("lookup-fixed",) if refuses or not nic.managed else ()
    if not allocator_names(world, name):
        return ()
    check = ("lookup",) if world.policy["name-check"] == "yes" else ()
    return ("pick-name",) + check


def plan_creation(world, name):
    """Choosing a name, if it is to be chosen, and making the device."""
    return plan_name(world, name) + ("create-link" if is_link(world, name) else "create-tap",)


def op_pick_name(world, state, name, events):
    guest = state.guests[name]
    nic, memory, kept = world.guests[name], memory_of(world, state, name), None
    if nic.tried_first is not None and guest.tries == 0:
        kept = keep_name(world, memory, nic)
    guest.name = kept or choose_name(world, memory, nic, after=guest.name, anew=(
        nic.tried_first is not None and guest.tries == 1))
    guest.chosen = True
    guest.tries += 1
    return DONE


def try_next_name(world, state, name, rest):
    """The chosen name is taken: back to choosing one, unless the whole family has been tried."""
    guest = state.guests[name]
    if is_beyond(world, guest.tries):
        return FAILED
    guest.todo = plan_creation(world, name) + rest
    return DONE


def op_lookup(world, state, name, events):
    guest = state.guests[name]
    if guest.name in state.devices:
        assert guest.todo[0] in ("create-tap", "create-link")
        return try_next_name(world, state, name, guest.todo[1:])
    return DONE


def op_is_taken(world, state, name):
    """The creation has failed as if the name were another's device's."""
    guest = state.guests[name]
    if guest.chosen and retries(world, world.guests[name]):
        return try_next_name(world, state, name, guest.todo)
    return FAILED


def keep_on_freebsd(world, state, name):
    stays = world.platform == "freebsd"
    state.devices[name] = state.devices[name]._replace(stays=stays)


def op_create_tap(world, state, name, events):
    guest, nic = state.guests[name], world.guests[name]
    wanted = guest.name
    if wanted is None:
        wanted = lowest_free(state, nic.prefix)
    if (wanted in state.devices and nic.kind == "tap"
            and can_be_opened(state.devices[wanted], nic.queues)):
        guest.device = open_device(state, wanted, name)
    elif wanted in state.devices:
        return op_is_taken(world, state, name)
    else:
        guest.device = create_device(state, wanted, nic.kind, name, "daemon", nic.queues)
        keep_on_freebsd(world, state, wanted)
    guest.name, guest.held = wanted, guest.device
    guest.open = True
    guest.made |= {"device"}
    return DONE


def op_create_link(world, state, name, events):
    """EEXIST, where it is EBUSY or EINVAL for a tap; a macvtap is made with its MAC."""
    outcome = op_create_tap(world, state, name, events)
    guest, nic = state.guests[name], world.guests[name]
    if "device" in guest.made and nic.kind == "macvtap":
        state.devices[guest.name] = state.devices[guest.name]._replace(mac=nic.mac)
    return outcome


def op_delete_link(world, state, name, events):
    """By name, whoever's it is."""
    device = state.devices.get(state.guests[name].name)
    if device is not None:
        if device.owner != name:
            events.add("foreign-delete")
        unregister(state, state.guests[name].name)
        deferred_work(world, state)
    return DONE
