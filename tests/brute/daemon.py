"""The daemon: what each operation of a start and of a stop does.

An operation that finds that there is nothing to do, or that there is more, rewrites what is left of
its guest's plan; one that fails has it replaced."""
from .allocator import release_name
from .creation import (has_reserved, is_link, op_create_link, op_create_tap, op_delete_link,
                       op_lookup, op_pick_name)
from .outcome import DONE, FAILED, WAITS_FOR_EXIT
from .persistent import (op_get_persist, op_lookup_fixed, op_open_tap, op_set_persist, op_unplug,
                         refuse_unplug)
from .plans import gets_qdisc, is_limited_by_qos
from .ports import PORT_OPERATIONS
from .state import (OTHER, belongs_to, can_be_set_up, close_descriptor, find_device,
                    for_card, is_bound_by_system, is_in_use, memory_of)


def op_lock(world, state, slot, events):
    memory = memory_of(world, state, slot)
    assert memory.mutex is None
    memory.mutex = slot.guest
    return DONE


def op_unlock(world, state, slot, events):
    memory_of(world, state, slot).mutex = None
    return DONE


def op_set_mac(world, state, slot, events):
    """By name, as every ioctl is: it may be another's device, but there has to be one."""
    device_name, mac = state.cards[slot].name, world.nics[slot].mac
    device = state.devices.get(device_name)
    if device is None or (device.mac != mac and is_in_use(state.devices, device_name, mac)):
        return FAILED
    state.devices[device_name] = device._replace(mac=mac)
    return DONE


def behind_joining(todo, slot):
    """What is left of a plan if the card's device is not to be put on its bridge."""
    joining = for_card(slot, ("del-port-and-wait", "add-port", "get-index", "add-if", "bind-port"))
    while todo and todo[0] in joining:
        todo = todo[1:]
    return todo


def op_get_master(world, state, slot, events):
    guest, card = state.guests[slot.guest], state.cards[slot]
    device = state.devices.get(card.name)
    if device is None:
        return FAILED
    if is_bound_by_system(world, state, card.name):
        row = state.rows.get(card.name) if state.ovsdb != "down" else None  # `iface-to-br` fails
        current = row.bridge if row else None
        leave = for_card(slot, ("del-port",))
    else:
        current = device.master
        leave = for_card(slot, ("del-if",))
        card.leaving = current
    if current == world.nics[slot].bridge:
        guest.todo = behind_joining(guest.todo, slot)
    elif current is not None and guest.todo[0] != ("del-port-and-wait", slot):
        guest.todo = leave + guest.todo
    elif current is not None and leave == for_card(slot, ("del-if",)):
        guest.todo = guest.todo[:1] + leave + guest.todo[1:]
    return DONE


def op_del_if(world, state, slot, events):
    device_name = state.cards[slot].name
    device = state.devices.get(device_name)
    leaving = state.cards[slot].leaving
    if device is None or device.master is None or device.master != leaving:  # not any more
        # A start goes on, whatever comes of it.
        return FAILED if state.guests[slot.guest].doing == "reconnect" else DONE
    if device.owner != OTHER and not belongs_to(device.owner, slot.guest):
        events.add("foreign-delete")
    state.devices[device_name] = device._replace(master=None)
    return DONE


def op_get_index(world, state, slot, events):
    device = state.devices.get(state.cards[slot].name)
    if device is None:
        return FAILED
    state.cards[slot].index = device.uid
    return DONE


def op_add_if(world, state, slot, events):
    """By the index that a start has asked for, if that was a step of its own; else by the name."""
    card = state.cards[slot]
    by_index = slot in world.contested and state.guests[slot.guest].doing == "start"
    device_name = find_device(state, card.index) if by_index else card.name
    card.index = None
    device = state.devices.get(device_name)
    bridge = world.nics[slot].bridge
    if (device is None or device.master is not None or bridge in state.bridges_gone
            or device.kind == "macvtap"):
        return FAILED
    if is_bound_by_system(world, state, device_name):
        return FAILED
    state.devices[device_name] = device._replace(master=bridge)
    return DONE


def op_bind_port(world, state, slot, events):
    state.bindings[slot] = state.cards[slot].name
    state.cards[slot].made |= {"port"}
    return DONE


def op_unbind_port(world, state, slot, events):
    state.bindings.pop(slot, None)
    return DONE


def op_link_up(world, state, slot, events):
    """By name, as set-mac."""
    device_name = state.cards[slot].name
    device = state.devices.get(device_name)
    if device is None or not can_be_set_up(state.devices, device_name):
        return FAILED
    state.devices[device_name] = device._replace(up=True)
    return DONE


def op_link_down(world, state, slot, events):
    """By name, too.  But a QEMU that has ended has let go of nothing before that."""
    device_name = state.cards[slot].name
    if state.guests[slot.guest].process != "running":
        return DONE if state.guests[slot.guest].doing == "reconnect" else refuse_unplug(state, slot)
    if device_name in state.devices:
        state.devices[device_name] = state.devices[device_name]._replace(up=False)
    return DONE


def filter_of(world, state, slot):
    """What the card's packet filter is filed under."""
    by_mac = world.nics[slot].policy["filter-key"] == "name-mac"
    return state.cards[slot].name, world.nics[slot].mac if by_mac else None


def op_add_filter(world, state, slot, events):
    """A name has one binding: a start fails over another one, a reconnection leaves it."""
    key = filter_of(world, state, slot)
    if world.nics[slot].policy["filter-key"] == "binding" and key in state.filters:
        return DONE if state.guests[slot.guest].doing == "reconnect" else FAILED
    state.filters |= {key}
    state.cards[slot].made |= {"filter"}
    return DONE


def op_set_qdisc(world, state, slot, events):
    """In place of a limit.  A tap has been asked for by name right before."""
    if state.cards[slot].name not in state.devices and not is_link(world, slot):
        return FAILED
    return op_clear_limit(world, state, slot, events)


def op_set_limit(world, state, slot, events):
    """By name, as set-mac."""
    device_name = state.cards[slot].name
    if device_name not in state.devices:
        return FAILED
    state.devices[device_name] = state.devices[device_name]._replace(limited=True)
    state.cards[slot].made |= {"limit"}
    return DONE


def op_clear_limit(world, state, slot, events):
    device_name = state.cards[slot].name
    if device_name in state.devices:
        state.devices[device_name] = state.devices[device_name]._replace(limited=False)
    return DONE


def is_missed(world, state, guest):
    """The last card's tap is asked for by name before there is a QEMU; or was, before its qdisc
    was set."""
    slot = world.cards[guest][-1]
    nic = world.nics[slot]
    asked_before = (nic.kind != "tap" or gets_qdisc(world, slot)
                    or (nic.limited and not is_limited_by_qos(world, slot)))
    return not asked_before and state.cards[slot].name not in state.devices


def op_exec(world, state, slot, events):
    """QEMU is handed the descriptors of all cards."""
    slots = world.cards[slot.guest]
    names = [find_device(state, state.cards[each].held) for each in slots]
    if is_missed(world, state, slot.guest):
        return FAILED
    if None in names:
        state.guests[slot.guest].forked = True
        return FAILED
    for each, name in zip(slots, names):
        card, device = state.cards[each], state.devices[name]
        state.devices[name] = device._replace(
            holders=device.holders - {("daemon", each)} | {("qemu", each)})
        card.tap, card.held = card.held, None
    guest = state.guests[slot.guest]
    guest.process, guest.unplugged = "running", False
    guest.unfinished = True  # until its start has ended
    return DONE


def op_crash(world, state, slot, events):
    state.guests[slot.guest].process = "exiting"
    return DONE


def op_kill(world, state, slot, events):
    guest = state.guests[slot.guest]
    if guest.process is None:
        if world.policies[slot.guest]["on-gone"] == "give-up":
            guest.todo = tuple(step for step in guest.todo if step[0] == "release")
        return DONE
    if guest.process == "running" and slot.guest not in world.ignores_sigterm:
        guest.process = "exiting"
        spoils = world.policies[slot.guest]["stop-status"] == "spoilt"
        guest.obeyed = (spoils and not guest.unfinished
                        and slot.guest not in world.ignores_sigkill)
    return WAITS_FOR_EXIT


def op_release_name(world, state, slot, events):
    card = state.cards[slot]
    release_name(memory_of(world, state, slot), world.nics[slot], card.name)
    card.released = card.name if state.guests[slot.guest].doing != "undo" else None
    return DONE


def op_release(world, state, slot, events):
    """The network port, which nothing here depends on, and the name if it is kept that long."""
    if has_reserved(world, state, slot) and state.cards[slot].released is None:
        return op_release_name(world, state, slot, events)
    return DONE


def op_remove_filter(world, state, slot, events):
    state.filters -= {filter_of(world, state, slot)}
    if state.guests[slot.guest].doing == "undo":
        state.cards[slot].made -= {"filter"}  # for a clean-up that undoes what was made
    return DONE


def op_close_tap(world, state, slot, events):
    card = state.cards[slot]
    if not is_link(world, slot):
        card.made -= {"device"}  # there is no tap left for a clean-up to delete
        if state.guests[slot.guest].doing == "undo":
            card.forgotten = True  # nor one to be compared with another one
    close_descriptor(world, state, card.held, ("daemon", slot))
    card.held = None
    return DONE


OPERATIONS = {
    "lock": op_lock, "unlock": op_unlock, "pick-name": op_pick_name, "lookup": op_lookup,
    "lookup-fixed": op_lookup_fixed, "get-persist": op_get_persist,
    "set-persist": op_set_persist, "unplug": op_unplug,
    "create-tap": op_create_tap, "set-mac": op_set_mac, "get-master": op_get_master,
    "del-if": op_del_if, "get-index": op_get_index, "add-if": op_add_if,
    "bind-port": op_bind_port, "unbind-port": op_unbind_port, "link-up": op_link_up,
    "macvtap-up": op_link_up, "link-down": op_link_down,
    "set-qdisc": op_set_qdisc, "set-limit": op_set_limit, "clear-limit": op_clear_limit,
    "add-filter": op_add_filter, "exec": op_exec, "crash": op_crash, "kill": op_kill,
    "release-name": op_release_name, "release": op_release, "remove-filter": op_remove_filter,
    "open-tap": op_open_tap, "close-opened-tap": op_close_tap, "close-tap": op_close_tap,
    "create-link": op_create_link, "delete-link": op_delete_link,
    **PORT_OPERATIONS,
}
