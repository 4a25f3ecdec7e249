"""Who can step in a state, and what a step does.

Together with scenario.py, state.py, allocator.py and daemon.py this is the model of docs/model.md
over again.  It was written from that page alone, without a look at the C code, and for clarity
only: it is here to find out where the C code and the page, or the page and common sense, part."""
from .allocator import choose_name, one_second
from . import daemon, faults, restart
from .creation import allocator_names
from .daemon import DONE, FAILED, filter_of, plan_start, plan_stop, plan_undo
from .others import step_other
from .ports import WAITS_FOR_OVS, start_written
from .state import (OTHER, Guest, Memory, Port, Row, State, close_descriptor, create_device,
                    deferred_work, find_device, is_switch, lowest_free, memory_of, new_uid,
                    run_of_vswitchd, tags_by_agent, unregister)

EVERYTHING = frozenset({"device", "port", "filter", "limit"})
OPERATIONS = {**daemon.OPERATIONS, **restart.OPERATIONS}


# ---- the beginning ----

def initial_state(world):
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
    for name in world.running:
        start_at_once(world, state, name)
    events = set()
    for name in world.guests:
        settle(world, state, name, events)
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


def start_at_once(world, state, name):
    """The guest has been started before anything else happens."""
    guest, nic = state.guests[name], world.guests[name]
    if nic.fixed is not None:
        guest.name = nic.fixed
    elif allocator_names(world, name):
        memory = memory_of(world, state, name)
        guest.name = choose_name(world, memory, nic)
        while guest.name in state.devices:
            guest.name = choose_name(world, memory, nic, after=guest.name)
        guest.chosen = True
    else:
        guest.name = lowest_free(state, nic.prefix)
    guest.device = guest.tap = create_device(state, guest.name, nic.kind, name, "qemu",
                                             nic.queues)
    device = state.devices[guest.name]._replace(up=True, limited=nic.limited,
                                                stays=world.platform == "freebsd")
    if nic.kind != "veth":
        device = device._replace(mac=nic.mac)
    if name in world.leaked:
        device = device._replace(holders=device.holders | {("helper", name)})
        guest.helper = True
    if nic.bridge is not None:
        bridge = world.bridges[nic.bridge]
        if bridge.kind == "ovs":
            state.rows[guest.name] = Row(nic.bridge, uuid=new_uid(state), owner=name,
                                         start=start_written(world, guest), tag=nic.vlan)
            state.ports[guest.name] = Port(nic.bridge, live=True, tag=nic.vlan, remembered=(
                "up" if bridge.datapath == "netdev" else None))
            device = device._replace(promiscuous=bridge.datapath == "netdev")
            guest.told = state.rows[guest.name].uuid
        elif bridge.kind == "midonet":
            state.bindings[name] = guest.name
        else:
            device = device._replace(master=nic.bridge)
    state.devices[guest.name] = device
    if nic.kind != "macvtap":
        state.filters |= {filter_of(world, state, name)}
    guest.made = EVERYTHING
    guest.process, guest.started = "running", True


# ---- a guest's thread ----

def begin_command(world, state, name):
    guest = state.guests[name]
    verb = world.commands[name][guest.command]
    guest.command += 1
    if verb == "start" and (guest.started or guest.process == "running"):
        return  # its stop went with a restart of the daemon: it runs on, and cannot be started
    guest.loaded, guest.again = True, False
    if verb == "start":
        guest.doing = "start"
        guest.start = guest.command
        guest.todo = plan_start(world, name)
        guest.name, guest.chosen, guest.device = None, False, None
        guest.told, guest.made, guest.tries = None, frozenset(), 0
        guest.forgotten, guest.excused, guest.cardless = False, False, False
        guest.persistent = False
    elif guest.started or guest.process == "running":
        begin_stop(world, guest, name, "unplug" if verb == "unplug" else "kill")
        if verb == "crash":
            guest.todo = ("crash",) + guest.todo
    else:
        # Its start has failed: it cannot be stopped, and has no process that could crash.
        guest.loaded = False


def begin_stop(world, guest, name, ending="kill"):
    guest.doing = "unplug" if ending == "unplug" else "stop"
    guest.released = None
    guest.todo = plan_stop(world, guest, name, ending, made=EVERYTHING)


def begin_clean_up(world, state, name):
    guest, nic, rule = state.guests[name], world.guests[name], world.policy["clean-up"]
    has_link = nic.kind != "tap" and "device" in guest.made
    if nic.fixed is None and rule != "created" and not has_link:
        guest.name, guest.chosen = nic.tried_first, False
    made = guest.made if rule == "created" else EVERYTHING
    if rule == "created-link" and nic.kind != "tap" and not has_link:
        made -= {"device"}
    guest.doing = "clean-up"
    guest.released = None
    guest.todo = plan_stop(world, guest, name, None, made=made)


def settle(world, state, name, events):
    """The bookkeeping after an operation: what is next?"""
    guest = state.guests[name]
    while guest.waits_for is None and not guest.todo:
        if guest.doing == "start":
            guest.started = True
            guest.doing = None
        elif guest.doing == "undo":
            if not guest.excused:
                events.add("start-failed")
            begin_clean_up(world, state, name)
        elif guest.doing == "reconnect":
            guest.started = not (guest.again or guest.cardless)
            guest.doing = None
            if guest.again and not guest.died:
                begin_stop(world, guest, name, "unplug")
        elif guest.doing == "gone":
            guest.started, guest.died, guest.again = False, False, False
            begin_stop(world, guest, name)
        elif guest.doing is not None:
            guest.cardless, guest.again = guest.doing == "unplug", False
            guest.name, guest.chosen, guest.released = None, False, None
            guest.doing = None
        elif guest.died:
            guest.died = False
            begin_stop(world, guest, name)
        elif guest.command < len(world.commands[name]):
            begin_command(world, state, name)
        else:
            return


def thread_can_step(world, state, name):
    guest = state.guests[name]
    if guest.waits_for is not None or not guest.todo:
        return False
    return guest.todo[0] != "lock" or memory_of(world, state, name).mutex is None


def fail_start(world, state, name):
    guest = state.guests[name]
    assert guest.doing == "start"
    guest.doing = "undo"
    guest.todo = plan_undo(world, state, name)


def step_thread(world, state, name, events):
    guest = state.guests[name]
    operation, guest.todo = guest.todo[0], guest.todo[1:]
    guest.loaded = False
    if guest.doing in ("stop", "unplug"):
        guest.started = False
    if guest.doing == "start" and guest.name is None:
        guest.name = world.guests[name].fixed
    outcome = OPERATIONS[operation](world, state, name, events)
    if outcome == FAILED and guest.doing == "reconnect":
        guest.todo = restart.plan_after_failure(guest, operation)
    elif outcome == FAILED:
        fail_start(world, state, name)
    elif outcome != DONE:
        guest.waits_for, guest.waits_in = outcome, operation
    settle(world, state, name, events)


def complete_waits(world, state, names, reason, events):
    for name in names:
        if state.guests[name].waits_for == reason:
            state.guests[name].waits_for = None
            settle(world, state, name, events)


# ---- the other actors ----

def step_kernel(world, state, name, events):
    guest = state.guests[name]
    if guest.process == "exiting":
        close_descriptor(state, guest.tap, ("qemu", name))
        guest.tap = None
        guest.process = "closed"
    else:
        deferred_work(world, state)
        guest.process = None
        complete_waits(world, state, (name,), "exit", events)


def step_vswitchd(world, state, events):
    state.ports, state.devices = run_of_vswitchd(world, state)
    complete_waits(world, state, world.guests, "ovs", events)


def timeout_can_step(state, guest):
    if guest.waits_for == "exit":
        return guest.process == "running"
    return guest.waits_for == "ovs" and state.faults.get("ovs-timeout", 0) > 0


def step_timeout(world, state, name, events):
    guest = state.guests[name]
    if guest.waits_for == "exit":
        guest.process = "exiting"
        return
    state.faults["ovs-timeout"] -= 1
    guest.waits_for = None
    if guest.waits_in == "add-port":
        # The row is there, but the start does not know it: it may be, so it has to be undone.
        guest.told = None
        if guest.doing == "start":
            fail_start(world, state, name)
    settle(world, state, name, events)


def step_helper(world, state, name):
    guest = state.guests[name]
    guest.helper = False
    if close_descriptor(state, tap_of_helper(state, name), ("helper", name)):
        deferred_work(world, state)


def tap_of_helper(state, name):
    """The tap that the guest's helper holds: not always the one that the guest has by now."""
    for device in state.devices.values():
        if ("helper", name) in device.holders:
            return device.uid
    return None


def orphan_of(state, name):
    """The name of a veth that is to go with the namespace of the guest's container."""
    return next((device_name for device_name, device in state.devices.items()
                 if device.orphan and device.owner == name), None)


def qemu_can_step(world, state, name):
    guest = state.guests[name]
    return (guest.qemu_done < len(world.qemu[name]) and guest.process == "running"
            and find_device(state, guest.tap) is not None)


def step_qemu(world, state, name):
    guest = state.guests[name]
    device_name = find_device(state, guest.tap)
    persistent = world.qemu[name][guest.qemu_done] == "persist"
    state.devices[device_name] = state.devices[device_name]._replace(persistent=persistent)
    guest.qemu_done += 1


def clock_can_step(world, state):
    if not any(memory.held_back for memory in state.memory.values()):
        return False
    if world.clean_up_takes is None:
        return True
    for name, guest in state.guests.items():
        if guest.released is not None:
            held_back = memory_of(world, state, name).held_back
            passed = world.policy["hold"] - held_back.get(guest.released, 0)
            if passed >= world.clean_up_takes:
                return False
    return True


# ---- all of them ----

def enabled_actors(world, state):
    """The actors that can step, in the order of the table in docs/model.md."""
    guests = state.guests
    actors = [(name,) for name in guests if thread_can_step(world, state, name)]
    actors += [("kernel", name) for name, guest in guests.items()
               if guest.process in ("exiting", "closed")]
    if (any(guest.waits_for == "ovs" for guest in guests.values())
            or run_of_vswitchd(world, state) != (state.ports, state.devices)):
        actors.append(("ovs-vswitchd",))
    actors += [("timeout", name) for name, guest in guests.items()
               if timeout_can_step(state, guest)]
    actors += [("helper", name) for name in world.closing
               if guests[name].helper and tap_of_helper(state, name) is not None]
    actors += [("other", index) for index, commands in enumerate(world.others)
               if state.done_by_others[index] < len(commands)]
    if clock_can_step(world, state):
        actors.append(("clock",))
    if tags_by_agent(world, state.rows) != state.rows:
        actors.append(("agent",))
    actors += [("qemu", name) for name in guests if qemu_can_step(world, state, name)]
    actors += [("netns", name) for name in guests if orphan_of(state, name) is not None]
    return actors + faults.enabled_actors(world, state)


def step(world, state, actor):
    """The state after the actor's step, and the oracles that the step itself violates."""
    state, events = state.copy(), set()
    kind = actor[0]
    if kind == "kernel":
        step_kernel(world, state, actor[1], events)
    elif kind == "ovs-vswitchd":
        step_vswitchd(world, state, events)
    elif kind == "timeout":
        step_timeout(world, state, actor[1], events)
    elif kind == "helper":
        step_helper(world, state, actor[1])
    elif kind == "other":
        step_other(world, state, actor[1], events)
    elif kind == "netns":
        unregister(state, orphan_of(state, actor[1]))
        deferred_work(world, state)
    elif kind == "qemu":
        step_qemu(world, state, actor[1])
    elif kind == "clock":
        for memory in state.memory.values():
            one_second(memory)
    elif kind == "agent":
        state.rows = tags_by_agent(world, state.rows)
    elif kind == "ovsdb":
        faults.carry_out_late(world, state, actor[1], events)
    elif actor in faults.BY_SINGLE:
        if faults.step_single(world, state, actor) == WAITS_FOR_OVS:
            complete_waits(world, state, world.guests, "ovs", events)
        for name in world.guests:
            settle(world, state, name, events)
    elif kind in faults.BY_ACTOR:
        if faults.step(world, state, actor, events) == FAILED:
            fail_start(world, state, actor[1])
        settle(world, state, actor[1], events)
    else:
        step_thread(world, state, kind, events)
    return state, events
