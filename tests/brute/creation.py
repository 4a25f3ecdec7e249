"""How a start comes to a name and to a device, and how a link is deleted again."""
from .allocator import choose_name, is_beyond, keep_name, reserves, retries
from .outcome import DONE, FAILED
from .state import (belongs_to, can_be_opened, create_device, for_card,
                    lowest_free, memory_of, open_device, unregister)


def allocator_names(world, slot):
    """True if the allocator chooses the name of this card's device."""
    nic = world.nics[slot]
    return nic.fixed is None and not nic.by_kernel


def has_reserved(world, state, slot):
    """True if the card has a name that the allocator will not give to anybody else."""
    return reserves(world, world.nics[slot]) and state.cards[slot].chosen


def is_link(world, slot):
    return world.nics[slot].kind != "tap"


def plan_name(world, slot):
    nic = world.nics[slot]
    if nic.fixed is not None:
        refuses = nic.policy["explicit-name"] == "refuse" and nic.kind == "tap"
        return ("lookup-fixed",) if refuses or not nic.managed else ()
    if not allocator_names(world, slot):
        return ()
    check = ("lookup",) if nic.policy["name-check"] == "yes" else ()
    return ("pick-name",) + check


def plan_creation(world, slot):
    """Choosing a name, if it is to be chosen, and making the device."""
    return plan_name(world, slot) + ("create-link" if is_link(world, slot) else "create-tap",)


def op_pick_name(world, state, slot, events):
    card = state.cards[slot]
    nic, memory, kept = world.nics[slot], memory_of(world, state, slot), None
    if nic.tried_first is not None and card.tries == 0:
        kept = keep_name(world, memory, nic)
    card.name = kept or choose_name(world, memory, nic, after=card.name, anew=(
        nic.tried_first is not None and card.tries == 1))
    card.chosen = card.name is not None
    card.tries += 1
    return DONE if card.chosen else FAILED


def try_next_name(world, state, slot):
    """The chosen name is taken: back to choosing one, unless the whole family has been tried."""
    guest = state.guests[slot.guest]
    if is_beyond(world, world.nics[slot], state.cards[slot].tries):
        return FAILED
    guest.todo = for_card(slot, plan_creation(world, slot)) + guest.todo
    return DONE


def op_lookup(world, state, slot, events):
    guest = state.guests[slot.guest]
    if state.cards[slot].name in state.devices:
        assert guest.todo[0][0] in ("create-tap", "create-link")
        guest.todo = guest.todo[1:]
        return try_next_name(world, state, slot)
    return DONE


def op_is_taken(world, state, slot):
    """The creation has failed as if the name were another's device's."""
    if state.cards[slot].chosen and retries(world, world.nics[slot]):
        return try_next_name(world, state, slot)
    return FAILED


def keep_on_freebsd(world, state, name):
    stays = world.platform == "freebsd"
    state.devices[name] = state.devices[name]._replace(stays=stays)


def op_create_tap(world, state, slot, events):
    card, nic = state.cards[slot], world.nics[slot]
    wanted = card.name
    if wanted is None:
        wanted = lowest_free(state, nic.prefix)
    if (wanted in state.devices and nic.kind == "tap"
            and can_be_opened(state.devices[wanted], nic.queues)):
        card.device = open_device(state, wanted, slot)
    elif wanted in state.devices:
        return op_is_taken(world, state, slot)
    else:
        card.device = create_device(state, wanted, nic.kind, slot, "daemon", nic.queues)
        keep_on_freebsd(world, state, wanted)
    card.name, card.held = wanted, card.device
    card.made |= {"device"}
    return DONE


def op_create_link(world, state, slot, events):
    """EEXIST, where it is EBUSY or EINVAL for a tap; a macvtap is made with its MAC."""
    outcome = op_create_tap(world, state, slot, events)
    card, nic = state.cards[slot], world.nics[slot]
    if "device" in card.made and nic.kind == "macvtap":
        state.devices[card.name] = state.devices[card.name]._replace(mac=nic.mac)
    return outcome


def op_delete_link(world, state, slot, events):
    """By name, whoever's it is.  Links are not deleted in bulk."""
    if is_link(world, slot) and world.nics[slot].policy["link-delete"] == "bulk":
        return DONE
    device_name = state.cards[slot].name
    device = state.devices.get(device_name)
    if device is not None:
        if not belongs_to(device.owner, slot.guest):
            events.add("foreign-delete")
        unregister(world, state, device_name)
    return DONE
