"""The operations on rows of Open vSwitch, and what a stop asks before it deletes one."""
from .outage import refused
from .outcome import DONE, FAILED, WAITS_FOR_OVS
from .state import Row, belongs_to, find_device, is_known_as, new_uid


def note_row_loss(state, guest, name, events):
    """A row is deleted or replaced by a guest's thread, or by nobody's (None): if it is another's,
    that is bad as long as its owner's device exists."""
    row, device, port = state.rows[name], state.devices.get(name), state.ports.get(name)
    renamed = state.devices.get(find_device(state, port.away)) if port is not None else None
    if (renamed is not None and row.owner is not None and not belongs_to(row.owner, guest)
            and renamed.owner == row.owner):
        events.add("foreign-delete")
    if device is None:
        return
    if row.owner is None and device.permanent and guest is not None:
        # An administrator's own, which only a guest that has the tap takes over.
        lost = not belongs_to(device.owner, guest)
    else:
        lost = not belongs_to(row.owner, guest) and device.owner == row.owner
    if lost:
        events.add("foreign-delete")


def start_written(world, state, slot):
    """What stands in external ids of which of its guest's starts has written them."""
    if world.nics[slot].policy["port-guard"] != "port-owner":
        return None
    return state.guests[slot.guest].start


def op_add_port(world, state, slot, events):
    card, bridge = state.cards[slot], world.nics[slot].bridge
    policy = world.nics[slot].policy
    row, how = state.rows.get(card.name), policy["ovs-add"]
    start = start_written(world, state, slot)
    tag = world.nics[slot].vlan
    if tag is not None and policy["vlan-by"] != "add":
        tag = "parked" if policy["vlan-by"] == "parked" else None
    new = Row(bridge, uuid=new_uid(state), owner=slot, start=start, tag=tag)
    if row is not None and how == "plain":
        return FAILED
    adopts = how in ("may-exist", "may-exist-set", "may-exist-tag")
    sets = how == "may-exist-tag" or (how == "may-exist-set" and tag is not None)
    if row is not None and adopts:
        if row.bridge != bridge:
            return FAILED
        new = row._replace(owner=slot, start=start,
                           tag=new.tag if sets else row.tag)
    if bridge in state.bridges_gone:
        return FAILED  # the whole transaction
    if row is not None and how in ("del-add", "del-wait-add"):
        note_row_loss(state, slot.guest, card.name, events)
    state.rows[card.name] = new
    card.told = new.uuid
    card.made |= {"port"}
    # Only an adoption by who has written the same ids already leaves everything as it was.
    if row is not None and start is None and is_known_as(world, row.owner, slot):
        row = row._replace(owner=slot)
    return DONE if adopts and new == row else WAITS_FOR_OVS


def keep_port(state, slot):
    """The guard says no: the deletion, which is next, is left out."""
    guest = state.guests[slot.guest]
    assert guest.todo[0] == ("del-port", slot)
    guest.todo = guest.todo[1:]


def op_get_mac(world, state, slot, events):
    card = state.cards[slot]
    device = state.devices.get(card.name)
    if device is None:
        if world.nics[slot].policy["port-guard"] == "mac":
            events.add("spurious-error")
    elif device.mac != world.nics[slot].mac:
        keep_port(state, slot)
    return DONE


def op_lookup_port(world, state, slot, events):
    card = state.cards[slot]
    device = state.devices.get(card.name)
    if device is not None:
        exists = world.nics[slot].policy["port-guard"] == "exists"
        if exists or device.uid != card.device or card.forgotten:
            keep_port(state, slot)
    return DONE


def op_del_port(world, state, slot, events):
    device_name = state.cards[slot].name
    if device_name not in state.rows:
        return DONE
    stops = state.guests[slot.guest].doing not in ("start", "reconnect")
    if (stops and world.nics[slot].policy["port-guard"] == "bridge"
            and state.rows[device_name].bridge != world.nics[slot].bridge):
        events.add("spurious-error")
        return DONE
    note_row_loss(state, slot.guest, device_name, events)
    del state.rows[device_name]
    return WAITS_FOR_OVS


def op_del_port_and_wait(world, state, slot, events):
    op_del_port(world, state, slot, events)
    return WAITS_FOR_OVS


def op_remove_port(world, state, slot, events):
    card = state.cards[slot]
    row = state.rows.get(card.name)
    if row is None or row.uuid != card.told:
        return DONE
    return op_del_port(world, state, slot, events)


def op_remove_own(world, state, slot, events):
    row = state.rows.get(state.cards[slot].name)
    if row is None or not is_known_as(world, row.owner, slot):
        return DONE
    start = start_written(world, state, slot)
    if start is not None and (row.owner, row.start) != (slot, start):
        return DONE
    return op_del_port(world, state, slot, events)


def op_set_qos(world, state, slot, events):
    """One that is there is only written again: nothing comes to refer to it by that."""
    device_name, vm = state.cards[slot].name, world.vms[slot.guest]
    state.cards[slot].made |= {"limit"}
    if (vm, device_name) in state.qos:
        return DONE
    if device_name not in state.rows:
        state.cards[slot].made -= {"limit"}
        return FAILED
    state.qos |= {(vm, device_name)}
    state.rows[device_name] = state.rows[device_name]._replace(qos=vm)
    return WAITS_FOR_OVS


def op_clear_qos(world, state, slot, events):
    device_name, vm = state.cards[slot].name, world.vms[slot.guest]
    if (vm, device_name) not in state.qos:
        return DONE
    state.qos -= {(vm, device_name)}
    row = state.rows.get(device_name)
    if row is not None and row.qos == vm:
        state.rows[device_name] = row._replace(qos=None)
    return WAITS_FOR_OVS


CHANGES = {
    "add-port": op_add_port,
    "del-port": op_del_port, "del-port-and-wait": op_del_port_and_wait,
    "remove-port": op_remove_port, "remove-own": op_remove_own,
    "set-qos": op_set_qos, "clear-qos": op_clear_qos,
}
PORT_OPERATIONS = {
    "get-mac": op_get_mac, "lookup-port": op_lookup_port,
    **{operation: refused(operation, carry_out) for operation, carry_out in CHANGES.items()},
}
