"""The operations on rows of Open vSwitch, and what a stop asks before it deletes one."""
from .outcome import DONE, FAILED, WAITS_FOR_EXIT, WAITS_FOR_OVS
from .state import Row, find_device, new_uid


def note_row_loss(state, name, device_name, events):
    """Another's row is deleted or replaced: that is bad as long as its owner's device exists."""
    row, device = state.rows[device_name], state.devices.get(device_name)
    port = state.ports.get(device_name)
    renamed = state.devices.get(find_device(state, port.away)) if port is not None else None
    if renamed is not None and row.owner not in (name, None) and renamed.owner == row.owner:
        events.add("foreign-delete")
    if device is None:
        return
    if row.owner is None and device.permanent and name is not None:
        # An administrator's own, which only a guest that has the tap takes over.
        lost = device.owner != name
    else:
        lost = row.owner != name and device.owner == row.owner
    if lost:
        events.add("foreign-delete")


def start_written(world, guest):
    """What stands in external ids of which of its guest's starts has written them."""
    return guest.start if world.policy["port-guard"] == "port-owner" else None


def op_add_port(world, state, name, events):
    guest, bridge = state.guests[name], world.guests[name].bridge
    row, how = state.rows.get(guest.name), world.policy["ovs-add"]
    start = start_written(world, guest)
    tag = world.guests[name].vlan
    if tag is not None and world.policy["vlan-by"] != "add":
        tag = "parked" if world.policy["vlan-by"] == "parked" else None
    new = Row(bridge, uuid=new_uid(state), owner=name, start=start, tag=tag)
    if row is not None and how == "plain":
        return FAILED
    adopts = how in ("may-exist", "may-exist-tag")
    if row is not None and adopts:
        if row.bridge != bridge:
            return FAILED
        new = row._replace(owner=name, start=start,
                           tag=new.tag if how == "may-exist-tag" else row.tag)
    if bridge in state.bridges_gone:
        return FAILED  # the whole transaction
    if row is not None and how in ("del-add", "del-wait-add"):
        note_row_loss(state, name, guest.name, events)
    state.rows[guest.name] = new
    guest.told = new.uuid
    guest.made |= {"port"}
    # Only an adoption by the one who owns the row already leaves everything as it was.
    return DONE if adopts and new == row else WAITS_FOR_OVS


def keep_port(guest):
    """The guard says no: the deletion, which is next, is left out."""
    assert guest.todo[0] == "del-port"
    guest.todo = guest.todo[1:]


def op_get_mac(world, state, name, events):
    guest = state.guests[name]
    device = state.devices.get(guest.name)
    if device is None:
        if world.policy["port-guard"] == "mac":
            events.add("error-log")
    elif device.mac != world.guests[name].mac:
        keep_port(guest)
    return DONE


def op_lookup_port(world, state, name, events):
    guest = state.guests[name]
    device = state.devices.get(guest.name)
    if device is not None:
        if world.policy["port-guard"] == "exists" or device.uid != guest.device or guest.forgotten:
            keep_port(guest)
    return DONE


def op_del_port(world, state, name, events):
    device_name = state.guests[name].name
    if device_name not in state.rows:
        return DONE
    stops = state.guests[name].doing not in ("start", "reconnect")
    if (stops and world.policy["port-guard"] == "bridge"
            and state.rows[device_name].bridge != world.guests[name].bridge):
        events.add("error-log")
        return DONE
    note_row_loss(state, name, device_name, events)
    del state.rows[device_name]
    return WAITS_FOR_OVS


def op_del_port_and_wait(world, state, name, events):
    op_del_port(world, state, name, events)
    return WAITS_FOR_OVS


def op_remove_port(world, state, name, events):
    guest = state.guests[name]
    row = state.rows.get(guest.name)
    if row is None or row.uuid != guest.told:
        return DONE
    return op_del_port(world, state, name, events)


def op_remove_own(world, state, name, events):
    guest = state.guests[name]
    row = state.rows.get(guest.name)
    if row is None or (row.owner, row.start) != (name, guest.start):
        return DONE
    return op_del_port(world, state, name, events)


PORT_OPERATIONS = {
    "add-port": op_add_port, "get-mac": op_get_mac, "lookup-port": op_lookup_port,
    "del-port": op_del_port, "del-port-and-wait": op_del_port_and_wait,
    "remove-port": op_remove_port, "remove-own": op_remove_own,
}
