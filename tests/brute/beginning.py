"""The state of a world before the first step."""
from .allocator import COUNTERS, choose_name
from .creation import allocator_names
from .daemon import filter_of
from .plans import EVERYTHING, is_limited_by_qos
from .ports import start_written
from .state import (OTHER, Card, Guest, Memory, Port, Row, State, create_device, is_switch,
                    lowest_free, memory_of, new_uid)


def state_at_first(world):
    """Before any guest's thread has looked for its first command."""
    state = State()
    state.netdev = frozenset(name for name, bridge in world.bridges.items()
                             if bridge.datapath == "netdev")
    state.done_by_others = (0,) * len(world.others)
    state.memory = {daemon: Memory() for daemon in world.daemons.values()}
    state.faults = dict(world.faults)
    for name, kind in world.devices.items():
        create_device(state, name, kind, OTHER, "other")
    for name, tap in world.permanent.items():
        create_permanent(world, state, name, tap)
    for name, (bridge, tag) in world.rows.items():
        state.rows[name] = Row(bridge, uuid=new_uid(state), owner=None, tag=tag)
    for name in world.guests:
        state.guests[name] = Guest()
        for slot in world.cards[name]:
            state.cards[slot] = Card()
    for name in world.running:
        for slot in world.cards[name]:
            put_in_place(world, state, slot)
        state.guests[name].process, state.guests[name].started = "running", True
    if world.next is not None:
        for memory in state.memory.values():
            memory.last_numbers = {counter: world.next - 1 for counter in COUNTERS}
    return state


def create_permanent(world, state, name, tap):
    """It has been made, and put on its bridge, by an administrator."""
    create_device(state, name, "tap", OTHER, "nobody", tap.queues)
    device = state.devices[name]._replace(holders=frozenset(), up=True, persistent=True,
                                          permanent=True)
    if is_switch(world, tap.bridge):
        netdev = world.bridges[tap.bridge].datapath == "netdev"
        state.rows[name] = Row(tap.bridge, uuid=new_uid(state), owner=None, tag=tap.vlan)
        state.ports[name] = Port(tap.bridge, live=True, tag=tap.vlan,
                                 remembered="up" if netdev else None)
        device = device._replace(promiscuous=netdev)
    else:
        device = device._replace(master=tap.bridge)
    state.devices[name] = device


def put_in_place(world, state, slot):
    """The card of a guest that has been started before anything else happens."""
    card, nic = state.cards[slot], world.nics[slot]
    if nic.fixed is not None:
        card.name = nic.fixed
    elif allocator_names(world, slot):
        memory = memory_of(world, state, slot)
        card.name = choose_name(world, memory, nic)
        while card.name in state.devices:
            card.name = choose_name(world, memory, nic, after=card.name)
        card.chosen = True
    else:
        card.name = lowest_free(state, nic.prefix)
    card.device = card.tap = create_device(state, card.name, nic.kind, slot, "qemu", nic.queues)
    device = state.devices[card.name]._replace(up=True, limited=nic.limited,
                                               stays=world.platform == "freebsd")
    if nic.kind != "veth":
        device = device._replace(mac=nic.mac)
    if slot.guest in world.leaked:
        device = device._replace(holders=device.holders | {("helper", slot)})
        state.guests[slot.guest].helper = True
    if nic.bridge is not None:
        device = put_on_bridge(world, state, slot, device)
    state.devices[card.name] = device
    if nic.filtered:
        state.filters |= {filter_of(world, state, slot)}
    card.made = EVERYTHING


def put_on_bridge(world, state, slot, device):
    """What becomes of the device by that."""
    card, nic = state.cards[slot], world.nics[slot]
    bridge = world.bridges[nic.bridge]
    if bridge.kind == "linux":
        return device._replace(master=nic.bridge)
    if bridge.kind == "midonet":
        state.bindings[slot] = card.name
        return device
    qos = world.vms[slot.guest] if is_limited_by_qos(world, slot) else None
    state.qos |= {(qos, card.name)} if qos else set()
    state.rows[card.name] = Row(nic.bridge, uuid=new_uid(state), owner=slot, qos=qos,
                                start=start_written(world, state, slot), tag=nic.vlan)
    state.ports[card.name] = Port(
        nic.bridge, live=True, tag=nic.vlan, shaped=qos is not None,
        remembered="up" if bridge.datapath == "netdev" else None)
    card.told = state.rows[card.name].uuid
    return device._replace(promiscuous=bridge.datapath == "netdev")
