"""The oracles of docs/oracles.md that look at a state; those of a step are with the operations."""
from .daemon import filter_of
from .rename import hears, sends
from .state import OTHER, can_be_bound, find_device, is_known_as, is_switch, tags_by_agent

NAMES = ("lost-attachment", "wrong-network", "foreign-delete", "start-failed", "duplicate-name",
         "shared-tap", "lost-filter", "lost-qos", "stale-port", "leaked-tap", "lost-persistence",
         "spurious-error", "deadlock")

# Those of which it is asked, too, whether the last state violates them.
LASTING = ("lost-attachment", "wrong-network")


def runs(guest):
    return guest.started and guest.process == "running"


def running_cards(state):
    """Those of guests that run, by slot."""
    return [(slot, card) for slot, card in state.cards.items() if runs(state.guests[slot.guest])]


def name_of_device(state, card):
    """That of the device that the start created for the card, if it still exists: which the daemon
    may have forgotten."""
    for name, device in state.devices.items():
        if device.uid == card.device:
            return name
    return None


def device_of(state, card):
    return state.devices.get(name_of_device(state, card))


def has_anothers_id(world, state, name, owner):
    """True if the row of the name wires the owner's bridge's port to somebody else's network."""
    row = state.rows.get(name)
    return (row is not None and owner != OTHER and row.bridge == world.nics[owner].bridge
            and world.bridges[row.bridge].wired and not is_known_as(world, row.owner, owner))


def is_attached(world, state, card, bridge, tag):
    name, device = name_of_device(state, card), device_of(state, card)
    if device is None or not device.up:
        return False
    if bridge is None:
        return True
    if world.bridges[bridge].kind == "linux":
        return device.master == bridge
    if world.bridges[bridge].kind == "midonet":
        return state.bindings.get(device.owner) == name
    if has_anothers_id(world, state, name, device.owner):
        return False
    port = state.ports.get(name)
    row = tags_by_agent(world, state.rows).get(name)
    there = {other: its for other, its in state.ports.items() if (its.bridge, its.tag)
             == (bridge, tag) and not has_anothers_id(world, state, other, device.owner)}
    if (any(hears(state, other, its) == device.uid for other, its in there.items())
            and any(sends(state, other, its) == device.uid for other, its in there.items())):
        return True
    if row is None or (row.bridge, row.tag) != (bridge, tag):
        return False
    if not can_be_bound(world, state.ports, name, device, bridge):
        return False
    # A stale port, of netdev, that is on another bridge than its row is removed by ovs-vswitchd; on
    # the row's bridge it stays.
    stuck = (port is not None and not port.live and port.bridge == bridge
             and world.bridges[bridge].datapath == "netdev")
    return not stuck


def is_on_wrong_network(world, state, name, device):
    own, tag = None, None
    if device.owner != OTHER:
        own, tag = world.nics[device.owner].bridge, world.nics[device.owner].vlan
    put = world.permanent[name].bridge if device.permanent else None
    if device.master is not None and device.master not in (own, put):
        return True
    for other, port in state.ports.items():
        if device.uid not in (hears(state, other, port), sends(state, other, port)):
            continue
        if port.tag == "parked":
            continue
        if (other == name and put is not None
                and (port.bridge, port.tag) == (put, world.permanent[name].vlan)):
            row = state.rows.get(name)
            if row is None or row.owner is None or not has_anothers_id(world, state, name,
                                                                       device.owner):
                continue
        if (port.bridge, port.tag) != (own, tag) or has_anothers_id(world, state, other,
                                                                    device.owner):
            return True
    return False


def violated_in_state(world, state):
    found = set()
    names = [(world.daemons[slot.guest], card.name) for slot, card in state.cards.items()
             if card.name is not None and world.nics[slot].fixed is None]
    if len(set(names)) < len(names):
        found.add("duplicate-name")
    there = {device.uid for device in state.devices.values()}
    taps = [card.tap for _, card in running_cards(state) if card.tap in there]
    if len(set(taps)) < len(taps):
        found.add("shared-tap")
    for slot, card in running_cards(state):
        nic, device = world.nics[slot], device_of(state, card)
        if not is_attached(world, state, card, nic.bridge, nic.vlan):
            found.add("lost-attachment")
        under = (name_of_device(state, card), *filter_of(world, state, slot)[1:])
        if device is not None and nic.filtered and under not in state.filters:
            found.add("lost-filter")
        if nic.limited and device is not None and not device.limited:
            found.add("lost-qos")
    if any(is_on_wrong_network(world, state, name, device)
           for name, device in state.devices.items()):
        found.add("wrong-network")
    return found


def is_where_it_was_put(world, state, name, row):
    """The row is that of an administrator's tap, on the bridge that they chose."""
    device = state.devices.get(name)
    return (device is not None and device.permanent
            and row.bridge == world.permanent[name].bridge)


def is_lost(world, state, name, in_use):
    """An administrator's tap is not what, or where, it was."""
    device, put = state.devices.get(name), world.permanent[name]
    if device is None or not device.permanent or not device.persistent:
        return True
    if in_use or put.bridge is None:
        return False
    if is_switch(world, put.bridge):
        row = state.rows.get(name)
        return row is None or (row.bridge, row.tag) != (put.bridge, put.vlan)
    return device.master != put.bridge


def violated_in_last_state(world, state):
    found = set()
    wanted = {}  # by name, the bridges of those that use it: several share a tap of several queues
    for slot, card in running_cards(state):
        wanted.setdefault(name_of_device(state, card), set()).add(world.nics[slot].bridge)
    for name, row in state.rows.items():
        if is_where_it_was_put(world, state, name, row):
            continue
        if name not in wanted and name in state.ports:  # its device may have another name now
            name = find_device(state, state.ports[name].away) or name
        if row.bridge not in wanted.get(name, ()):
            found.add("stale-port")
    if any(not runs(state.guests[slot.guest]) for slot in state.bindings):
        found.add("stale-port")
    if any(device.owner != OTHER and not device.permanent and name not in wanted
           for name, device in state.devices.items()):
        found.add("leaked-tap")
    for name in world.permanent:
        if is_lost(world, state, name, in_use=name in wanted):
            found.add("lost-persistence")
    if any(guest.doing is not None for guest in state.guests.values()):
        found.add("deadlock")
    return found
