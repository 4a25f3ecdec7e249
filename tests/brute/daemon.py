"""The daemon: which operations a start and a stop consist of, and what each of them does.

A thread's plan is the tuple of operations that it has left; an operation that fails, or finds that
there is nothing to do, rewrites the plan."""
from .allocator import release_name
from .creation import (has_reserved, is_link, op_create_link, op_create_tap, op_delete_link,
                       op_lookup, op_pick_name, plan_creation)
from .persistent import (op_get_persist, op_lookup_fixed, op_open_tap, op_set_persist, op_unplug,
                         plan_remembering, plan_tap_deletion)
from .ports import DONE, FAILED, PORT_OPERATIONS, WAITS_FOR_EXIT
from .state import (OTHER, close_descriptor, deferred_work, find_device, is_bound_by_system,
                    memory_of)


# ---- plans ----

def plan_adding(world, bridge):
    if world.bridges[bridge].kind != "ovs":
        return ("add-if",) if world.bridges[bridge].kind == "linux" else ("bind-port",)
    if world.policy["ovs-add"] == "del-wait-add":
        return ("del-port-and-wait", "add-port")
    return ("add-port",)


def plan_start(world, name):
    nic, policy = world.guests[name], world.policy
    locked = policy["guard-lock"] == "create" and not is_link(world, name)
    plan = ("lock",) if locked else ()
    plan += plan_creation(world, name)
    plan += ("unlock",) if locked else ()
    plan += ("set-mac",) if nic.managed and not is_link(world, name) else ()
    if nic.bridge is not None:
        plan += ("get-master",) if policy["attach"] == "reattach" else ()
        plan += plan_adding(world, nic.bridge)
    plan += ("link-up",) if nic.managed else ()
    plan += ("add-filter",) if nic.kind != "macvtap" else ()
    plan += ("set-limit",) if nic.limited else ()
    if not is_link(world, name):
        plan += plan_remembering(world, name)
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
    if (end and has_reserved(world, guest, name) and not is_link(world, name)
            and world.policy["release"] == "device-death"):
        early = ("release-name",)
    filters = ("remove-filter",)
    if "filter" not in made or world.guests[name].kind == "macvtap":
        filters = ()
    if world.guests[name].limited and "limit" in made:
        filters = ("clear-limit",) + filters
    tap, link = (), ()
    if is_link(world, name):
        link = ("delete-link",) if "device" in made else ()
    elif "device" in made:
        tap = plan_tap_deletion(world, name, ending)
    port = ()
    if bridge is not None and world.bridges[bridge].kind == "ovs" and "port" in made:
        port = plan_port_deletion(world, guest)
    if world.policy["stop-order"] == "port-first":
        return filters + port + unbind + end + early + tap + link + ("release",)
    return end + early + filters + tap + port + unbind + link + ("release",)


def plan_undo(world, state, name):
    """What a start does right after it has failed, before the clean-up."""
    guest = state.guests[name]
    plan = ("unlock",) if memory_of(world, state, name).mutex == name else ()
    plan += ("close-tap",) if guest.open else ()
    kept = is_link(world, name) and "device" in guest.made  # until that is deleted
    if has_reserved(world, guest, name) and world.policy["clean-up"] != "created" and not kept:
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
        return DONE  # whatever comes of it
    if device.owner not in (name, OTHER):
        events.add("foreign-delete")
    state.devices[device_name] = device._replace(master=None)
    return DONE


def op_add_if(world, state, name, events):
    device_name = state.guests[name].name
    device = state.devices.get(device_name)
    bridge = world.guests[name].bridge
    if (device is None or device.master is not None or bridge in state.bridges_gone
            or device.kind == "macvtap"):
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
    """A name has one binding: a start fails over another one, a reconnection leaves it."""
    guest = state.guests[name]
    if world.policy["filter-key"] == "binding" and filter_of(world, state, name) in state.filters:
        return DONE if guest.doing == "reconnect" else FAILED
    state.filters |= {filter_of(world, state, name)}
    guest.made |= {"filter"}
    return DONE


def op_set_limit(world, state, name, events):
    """By name, as set-mac."""
    device_name = state.guests[name].name
    if device_name not in state.devices:
        return FAILED
    state.devices[device_name] = state.devices[device_name]._replace(limited=True)
    state.guests[name].made |= {"limit"}
    return DONE


def op_clear_limit(world, state, name, events):
    device_name = state.guests[name].name
    if device_name in state.devices:
        state.devices[device_name] = state.devices[device_name]._replace(limited=False)
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
    guest.process, guest.unplugged = "running", False
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
    if guest.process == "running" and name not in world.ignores_sigterm:
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
    if has_reserved(world, guest, name) and guest.released is None:
        return op_release_name(world, state, name, events)
    return DONE


def op_remove_filter(world, state, name, events):
    state.filters -= {filter_of(world, state, name)}
    return DONE


def op_close_tap(world, state, name, events):
    guest = state.guests[name]
    guest.open = False
    if not is_link(world, name):
        guest.made -= {"device"}  # there is no tap left for a clean-up to delete
        if guest.doing == "undo":
            guest.forgotten = True  # nor one to be compared with another one
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
    "set-limit": op_set_limit, "clear-limit": op_clear_limit,
    "add-filter": op_add_filter, "exec": op_exec, "crash": op_crash, "kill": op_kill,
    "release-name": op_release_name, "release": op_release, "remove-filter": op_remove_filter,
    "open-tap": op_open_tap, "close-opened-tap": op_close_tap, "close-tap": op_close_tap,
    "create-link": op_create_link, "delete-link": op_delete_link,
    **PORT_OPERATIONS,
}
