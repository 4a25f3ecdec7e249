"""The daemon: which operations a start and a stop consist of, and what each of them does.

A thread's plan is the tuple of operations that it has left; an operation that fails, or finds that
there is nothing to do, rewrites the plan."""
from .allocator import choose_name, is_beyond, release_name, reserves
from .persistent import (op_get_persist, op_lookup_fixed, op_open_tap, op_set_persist, op_unplug,
                         plan_tap_deletion)
from .ports import DONE, FAILED, PORT_OPERATIONS, WAITS_FOR_EXIT
from .state import (OTHER, can_be_opened, close_descriptor, create_device, deferred_work,
                    find_device, is_bound_by_system, lowest_free, memory_of, open_device)


# ---- plans ----

def allocator_names(world, name):
    """True if the allocator chooses the name of this guest."""
    nic = world.guests[name]
    return nic.fixed is None and not nic.by_kernel


def has_reserved(world, guest):
    """True if the guest has a name that the allocator will not give to anybody else."""
    return reserves(world) and guest.chosen


def plan_name(world, name):
    nic = world.guests[name]
    if nic.fixed is not None:
        refuses = world.policy["explicit-name"] == "refuse"
        return ("lookup-fixed",) if refuses or not nic.managed else ()
    if not allocator_names(world, name):
        return ()
    check = ("lookup",) if world.policy["name-check"] == "yes" else ()
    return ("pick-name",) + check


def plan_adding(world, bridge):
    if world.bridges[bridge].kind != "ovs":
        return ("add-if",) if world.bridges[bridge].kind == "linux" else ("bind-port",)
    if world.policy["ovs-add"] == "del-wait-add":
        return ("del-port-and-wait", "add-port")
    return ("add-port",)


def plan_start(world, name):
    nic, policy = world.guests[name], world.policy
    locked = policy["guard-lock"] == "create"
    plan = ("lock",) if locked else ()
    plan += plan_name(world, name) + ("create-tap",)
    plan += ("unlock",) if locked else ()
    plan += ("set-mac",) if nic.managed else ()
    if nic.bridge is not None:
        plan += ("get-master",) if policy["attach"] == "reattach" else ()
        plan += plan_adding(world, nic.bridge)
    plan += ("link-up",) if nic.managed else ()
    plan += ("add-filter",)
    plan += ("get-persist",) if policy["tap-delete"] == "restore" and nic.managed else ()
    return plan + ("exec",)


def plan_port_deletion(world, guest):
    policy = world.policy
    guard = {"mac": ("get-mac",), "quiet-mac": ("get-mac",),
             "exists": ("lookup-port",), "incarnation": ("lookup-port",)}
    guard = guard.get(policy["port-guard"], ())
    deletion = ("remove-own",) if policy["port-guard"] == "port-owner" else ("del-port",)
    if policy["port-guard"] == "port-uuid":
        # A start that has failed before add-port was told no UUID: there is nothing to ask for.
        deletion = ("remove-port",) if guest.told is not None else ()
    if policy["guard-lock"] == "create":
        return ("lock",) + guard + deletion + ("unlock",)
    return guard + deletion


def plan_stop(world, guest, name, ending, made):
    """`ending`: "kill", "unplug", or None for a clean-up, which finds no process.  `made`: what
    there is to undo, as far as it is up to this stop at all."""
    end = (ending,) if ending is not None else ()
    bridge = world.guests[name].bridge
    unbind = ()
    if bridge is not None and world.bridges[bridge].kind == "midonet" and "port" in made:
        unbind = ("unbind-port",)  # no name is needed for it
    if guest.name is None:
        return end + unbind + ("release",)
    early = ()
    if end and has_reserved(world, guest) and world.policy["release"] == "device-death":
        early = ("release-name",)
    filters = ("remove-filter",) if "filter" in made else ()
    tap = plan_tap_deletion(world, name, ending) if "device" in made else ()
    port = ()
    if bridge is not None and world.bridges[bridge].kind == "ovs" and "port" in made:
        port = plan_port_deletion(world, guest)
    if world.policy["stop-order"] == "port-first":
        return filters + port + unbind + end + early + tap + ("release",)
    return end + early + filters + tap + port + unbind + ("release",)


def plan_undo(world, state, name):
    """What a start does right after it has failed, before the clean-up."""
    guest = state.guests[name]
    plan = ("unlock",) if memory_of(world, state, name).mutex == name else ()
    plan += ("close-tap",) if guest.open else ()
    if has_reserved(world, guest) and world.policy["clean-up"] != "created":
        plan += ("release-name",)
    return plan


# ---- operations ----

def op_lock(world, state, name, events):
    memory = memory_of(world, state, name)
    assert memory.mutex is None
    memory.mutex = name
    return DONE


def op_unlock(world, state, name, events):
    memory_of(world, state, name).mutex = None
    return DONE


def op_pick_name(world, state, name, events):
    guest = state.guests[name]
    guest.name = choose_name(world, memory_of(world, state, name), world.guests[name].prefix,
                             after=guest.name)
    guest.chosen = True
    guest.tries += 1
    return DONE


def try_next_name(world, state, name, rest):
    """The chosen name is taken: back to choosing one, unless the whole family has been tried."""
    guest = state.guests[name]
    if is_beyond(world, guest.tries):
        return FAILED
    guest.todo = plan_name(world, name) + ("create-tap",) + rest
    return DONE


def op_lookup(world, state, name, events):
    guest = state.guests[name]
    if guest.name in state.devices:
        assert guest.todo[0] == "create-tap"
        return try_next_name(world, state, name, guest.todo[1:])
    return DONE


def op_is_taken(world, state, name):
    """The creation has failed as if the name were another's device's."""
    guest = state.guests[name]
    if guest.chosen and world.policy["on-taken"] == "retry":
        return try_next_name(world, state, name, guest.todo)
    return FAILED


def op_create_tap(world, state, name, events):
    guest, nic = state.guests[name], world.guests[name]
    wanted = guest.name
    if wanted is None:
        wanted = lowest_free(state, nic.prefix)
    if wanted in state.devices and can_be_opened(state.devices[wanted], nic.queues):
        guest.device = open_device(state, wanted, name)
    elif wanted in state.devices:
        return op_is_taken(world, state, name)
    else:
        guest.device = create_device(state, wanted, "tap", name, "daemon", nic.queues)
    guest.name, guest.held = wanted, guest.device
    guest.open = True
    guest.made |= {"device"}
    return DONE


def op_set_mac(world, state, name, events):
    """By name, as every ioctl is: it may be another's device, but there has to be one."""
    device = state.devices.get(state.guests[name].name)
    if device is None:
        return FAILED
    state.devices[state.guests[name].name] = device._replace(mac=world.guests[name].mac)
    return DONE


def op_get_master(world, state, name, events):
    guest, bridge = state.guests[name], world.guests[name].bridge
    device = state.devices.get(guest.name)
    if device is None:
        return FAILED
    if is_bound_by_system(world, state, guest.name):
        row = state.rows.get(guest.name)
        current = row.bridge if row else None
        leave = ("del-port",)
    else:
        current = device.master
        leave = ("del-if",)
    if current == bridge:
        behind = "add-filter" if guest.doing == "reconnect" else "link-up"
        guest.todo = guest.todo[guest.todo.index(behind):]
    elif current is not None and guest.todo[0] != "del-port-and-wait":
        guest.todo = leave + guest.todo
    elif current is not None and leave == ("del-if",):
        guest.todo = guest.todo[:1] + leave + guest.todo[1:]
    return DONE


def op_del_if(world, state, name, events):
    device_name = state.guests[name].name
    device = state.devices.get(device_name)
    if device is None or device.master is None:  # its bridge may have been deleted meanwhile
        return FAILED
    if device.owner not in (name, OTHER):
        events.add("foreign-delete")
    state.devices[device_name] = device._replace(master=None)
    return DONE


def op_add_if(world, state, name, events):
    device_name = state.guests[name].name
    device = state.devices.get(device_name)
    bridge = world.guests[name].bridge
    if device is None or device.master is not None or bridge in state.bridges_gone:
        return FAILED
    if is_bound_by_system(world, state, device_name):
        return FAILED
    state.devices[device_name] = device._replace(master=bridge)
    return DONE


def op_bind_port(world, state, name, events):
    state.bindings[name] = state.guests[name].name
    state.guests[name].made |= {"port"}
    return DONE


def op_unbind_port(world, state, name, events):
    state.bindings.pop(name, None)
    return DONE


def op_link_up(world, state, name, events):
    """By name, as set-mac."""
    device_name = state.guests[name].name
    device = state.devices.get(device_name)
    if device is None:
        return FAILED
    state.devices[device_name] = device._replace(up=True)
    return DONE


def filter_of(world, state, name):
    """What the guest's packet filter is filed under."""
    by_mac = world.policy["filter-key"] == "name-mac"
    return state.guests[name].name, world.guests[name].mac if by_mac else None


def op_add_filter(world, state, name, events):
    guest = state.guests[name]
    state.filters |= {filter_of(world, state, name)}
    guest.made |= {"filter"}
    return DONE


def op_exec(world, state, name, events):
    guest = state.guests[name]
    device_name = find_device(state, guest.held)
    if device_name is None:
        return FAILED
    device = state.devices[device_name]
    state.devices[device_name] = device._replace(
        holders=device.holders - {("daemon", name)} | {("qemu", name)})
    guest.tap, guest.held = guest.held, None
    guest.open = False
    guest.process = "running"
    return DONE


def op_crash(world, state, name, events):
    state.guests[name].process = "exiting"
    return DONE


def op_kill(world, state, name, events):
    guest = state.guests[name]
    if guest.process is None:
        if world.policy["on-gone"] == "give-up":
            guest.todo = ("release",)
        return DONE
    if guest.process == "running" and name not in world.stubborn:
        guest.process = "exiting"
    return WAITS_FOR_EXIT


def op_release_name(world, state, name, events):
    guest = state.guests[name]
    release_name(world, memory_of(world, state, name), guest.name)
    guest.released = guest.name if guest.doing != "undo" else None
    return DONE


def op_release(world, state, name, events):
    """The network port, which nothing here depends on, and the name if it is kept that long."""
    guest = state.guests[name]
    if has_reserved(world, guest) and guest.released is None:
        return op_release_name(world, state, name, events)
    return DONE


def op_remove_filter(world, state, name, events):
    state.filters -= {filter_of(world, state, name)}
    return DONE


def op_close_tap(world, state, name, events):
    guest = state.guests[name]
    guest.open = False
    guest.made -= {"device"}  # there is no tap left for a clean-up to delete
    if close_descriptor(state, guest.held, ("daemon", name)):
        deferred_work(world, state)
    guest.held = None
    return DONE


OPERATIONS = {
    "lock": op_lock, "unlock": op_unlock, "pick-name": op_pick_name, "lookup": op_lookup,
    "lookup-fixed": op_lookup_fixed, "get-persist": op_get_persist,
    "set-persist": op_set_persist, "unplug": op_unplug,
    "create-tap": op_create_tap, "set-mac": op_set_mac, "get-master": op_get_master,
    "del-if": op_del_if, "add-if": op_add_if,
    "bind-port": op_bind_port, "unbind-port": op_unbind_port, "link-up": op_link_up,
    "add-filter": op_add_filter, "exec": op_exec, "crash": op_crash, "kill": op_kill,
    "release-name": op_release_name, "release": op_release, "remove-filter": op_remove_filter,
    "open-tap": op_open_tap, "close-opened-tap": op_close_tap, "close-tap": op_close_tap,
    **PORT_OPERATIONS,
}
