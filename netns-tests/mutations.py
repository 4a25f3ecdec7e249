"""Wrong models: one deliberate mistake in sim/ each, the words that it denies, and a world in which
`conform` has to see it.  test_mutations.py builds and runs them."""
from mutation import Mutation
from mutations_cards import CARDS
from mutations_choices import CHOICES
from mutations_faults import FAULTS
from mutations_filters import FILTERS
from mutations_limits import LIMITS
from mutations_links import LINKS
from mutations_persistent import PERSISTENT
from mutations_renames import RENAMES
from mutations_restart import RESTART
from mutations_rows import ROWS

# ---- creation, descriptors and processes ----

KERNEL = [
    Mutation(
        "the kernel hands out the highest free name",
        "lowest free index over all names in the namespace", "sim/kernel.c",
        "uint8_t name = (uint8_t)(members->first + number);",
        "uint8_t name = (uint8_t)(members->first + members->count - 1u - number);",
        "start, taken", "outcome: simulation: value"),
    Mutation(
        "TUNSETIFF takes a tap that somebody has open",
        "single-queue, already attached | EBUSY", "sim/kernel.c",
        "            return EBUSY;\n        }\n        attach(state, name, owner);",
        "            attach(state, name, owner);\n            device->maker = 0;\n"
        "            return 0;\n        }\n        attach(state, name, owner);",
        "start, taken", "outcome: simulation: Success; kernel: Device or resource busy",
        "counter,name-check=no"),
    Mutation(
        "TUNSETIFF with the name of a device that is no tap is EBUSY",
        "it is not a tun/tap, or has the wrong mode | EINVAL", "sim/kernel.c",
        "default:\n        return EINVAL;",
        "default:\n        return EBUSY;",
        "start, taken",
        "outcome: simulation: Device or resource busy; kernel: Invalid argument",
        "counter,name-check=no"),
    Mutation(
        "a tap outlives its last descriptor",
        "numqueues==0 && numdisabled==0 && !PERSIST, then unregister_netdevice", "sim/kernel.c",
        "if (device->holders == 0 && device->kind == DEVICE_TAP &&",
        "if (device->holders == 0 && device->kind != DEVICE_TAP &&",
        "stop", "vnet0: simulation: exists; kernel: gone"),
    Mutation(
        "a tap dies with its QEMU, whoever else has a descriptor",
        "a dup'd fd, a forked child and a descriptor in flight on a socket each keep the device "
        "alive",
        "sim/kernel.c",
        "if (device->holders == 0 && device->kind == DEVICE_TAP &&",
        "if ((device->holders == 0 || holder == HOLDER_QEMU) && device->kind == DEVICE_TAP &&",
        "leaked", "vnet0: simulation: gone; kernel: exists"),
    Mutation(
        "a leaked descriptor holds nothing",
        "dup'd fd => device outlives waitpid", "sim/initial.c",
        "state->device[name].holders |= HOLDER_HELPER;\n"
        "        state->leaked[context.guest] = name;",
        "(void)HOLDER_HELPER;",
        "leaked", "vnet0: simulation: held by QEMU; kernel: held by QEMU and a helper"),
    Mutation(
        "the daemon keeps its descriptor when it has run QEMU",
        "libvirtd closes its own descriptors when the command is run", "sim/operate.c",
        "state->device[name].holders |= HOLDER_QEMU;\n"
        "        kernel_close_opened(world, state, nic);",
        "state->device[name].holders |= HOLDER_QEMU;",
        "start", "vnet0: simulation: held by the daemon and QEMU; kernel: held by QEMU"),
    Mutation(
        "QEMU is not given a descriptor",
        "From here only QEMU", "sim/operate.c",
        "state->device[name].holders |= HOLDER_QEMU;",
        "state->tap[nic] = IFNAME_NONE;",
        "start", "vnet0: simulation: gone; kernel: exists"),
    Mutation(
        "the kernel refuses to delete a tap that somebody holds",
        "the old descriptor gets EBADFD, and the name is free", "sim/kernel.c",
        "    unregister(world, state, name, false);\n    return 0;",
        "    if (state->device[name].holders != 0) {\n        return EBUSY;\n    }\n"
        "    unregister(world, state, name, false);\n    return 0;",
        "start, deleted", "outcome: simulation: Device or resource busy; kernel: Success"),
    Mutation(
        "a name is free only when the process is gone",
        "the name can be reused BEFORE close() or exit returns", "sim/actor.c",
        """                kernel_close(world, state, *tap, HOLDER_QEMU, true);
            }
            *tap = IFNAME_NONE;
        }
        state->phase[guest] = PROCESS_CLOSED;
        return;
    }
    event->kind = EVENT_EXIT;
""",
        """            }
        }
        state->phase[guest] = PROCESS_CLOSED;
        return;
    }
    event->kind = EVENT_EXIT;
    if (state->tap[guest] != IFNAME_NONE) {
        kernel_close(world, state, state->tap[guest], HOLDER_QEMU, true);
        state->tap[guest] = IFNAME_NONE;
    }
""",
        "stop", "vnet0: simulation: exists; kernel: gone"),
    Mutation(
        "a kill does not wait for the exit",
        "kill(pid,0) until ESRCH", "sim/operate.c",
        "    *waits = WAIT_EXIT;\n    return 0;",
        "    *waits = WAIT_NONE;\n    return 0;",
        "stop", "simulation: it goes on; kernel: it waits"),
    Mutation(
        "a kill returns when the descriptors are closed, before the exit",
        "ESRCH comes only after the reap", "sim/actor.c",
        "state->phase[guest] = PROCESS_CLOSED;\n",
        "state->phase[guest] = PROCESS_CLOSED;\n"
        "        event->violated |= actor_advance(world, state, guest, (struct outcome){0});\n",
        "stop", "thread of a: simulation: remove-filter; kernel: waits for the exit"),
    Mutation(
        "deleting a tap by name does not create a missing one",
        "It CREATES the device if it is missing", "sim/operate.c",
        "outcome->error = create_tap(world, state, nic, op).error;",
        "outcome->error = state->device[op.name].kind == DEVICE_NONE\n"
        "            ? ENODEV : create_tap(world, state, nic, op).error;",
        "stop", "outcome: simulation: No such device; kernel: Success"),
    Mutation(
        "other software's creation of a device succeeds although the name is taken",
        "does nothing if the name is taken", "sim/kernel.c",
        "        return EEXIST;\n    }\n    create(world, state, name, THIRD_PARTY, 0);",
        "        return 0;\n    }\n    create(world, state, name, THIRD_PARTY, 0);",
        "start, taken", "outcome: simulation: Success; kernel: File exists"),
]

# ---- what is asked and set by name; Linux bridges ----

BY_NAME = [
    Mutation(
        "a device is up as soon as it is created",
        "SetOnline: up, AFTER the attachment", "sim/kernel.c",
        "(struct device){.kind = DEVICE_TAP, .owner = owner, .holders = holders};",
        "(struct device){.kind = DEVICE_TAP, .owner = owner, .holders = holders, .up = 1};",
        "start", "vnet0: simulation: MAC 0, up; kernel: MAC 0, down"),
    Mutation(
        "a new tap has its guest's MAC",
        "Until then the tap has no guest's MAC", "sim/kernel.c",
        "(struct device){.kind = DEVICE_TAP, .owner = owner, .holders = holders};",
        "(struct device){.kind = DEVICE_TAP, .owner = owner, .holders = holders,"
        " .mac = owner};",
        "start", "vnet0: simulation: MAC 1, down; kernel: MAC 0, down"),
    Mutation(
        "setting the MAC of a device that is gone succeeds",
        "6, 9, `get-master`, `set-limit` and `add-if` fail if a third party has deleted the "
        "device",
        "sim/kernel.c",
        "        return ENODEV;\n    }\n    if (state->device[name].kind == DEVICE_MACVTAP &&",
        "        return 0;\n    }\n    if (state->device[name].kind == DEVICE_MACVTAP &&",
        "start, deleted", "outcome: simulation: Success; kernel: No such device"),
    Mutation(
        "a lookup does not see other software's devices",
        "skip if virNetDevExists", "sim/operate.c",
        "outcome->error = state->device[op.name].kind == DEVICE_NONE ? ENODEV : 0;\n"
        "        outcome->value = device_incarnation(&state->device[op.name]);",
        "outcome->error = state->device[op.name].kind == DEVICE_NONE ||\n"
        "            state->device[op.name].owner == THIRD_PARTY ? ENODEV : 0;\n"
        "        outcome->value = device_incarnation(&state->device[op.name]);",
        "start, taken", "outcome: simulation: No such device; kernel: Success", "counter"),
    Mutation(
        "a lookup takes any life of a name for one's own",
        "name+ifindex is a usable incarnation id", "sim/operate.c",
        "outcome->value = device_incarnation(&state->device[op.name]);",
        "outcome->value = (uint8_t)(guest + 1);",
        "switches: name fixed twice", "outcome: simulation: value 2; kernel: value 1",
        "libvirt-6.6,port-guard=incarnation"),
    Mutation(
        "whoever asks for a MAC reads his own",
        "keep the port if a device of that name exists and its MAC is not this guest's",
        "sim/operate.c",
        "outcome->value = state->device[op.name].mac;",
        "outcome->value = world->nic[guest].mac;",
        "switches: name fixed twice", "outcome: simulation: value 2; kernel: value 1",
        "mac-check"),
    Mutation(
        "SIOCBRADDIF succeeds on an enslaved device",
        "SIOCBRADDIF on a device that has a master is EBUSY", "sim/kernel.c",
        "if (device->master != 0 || device->kind == DEVICE_MACVTAP ||",
        "if (device->kind == DEVICE_MACVTAP ||",
        "starts on two bridges, deleted",
        "outcome: simulation: Success; kernel: Device or resource busy"),
    Mutation(
        "SIOCBRADDIF succeeds on a device that is on that very bridge",
        "SIOCBRADDIF on a device that has a master is EBUSY, even for the same bridge",
        "sim/kernel.c",
        "if (device->master != 0 || device->kind == DEVICE_MACVTAP ||",
        "if ((device->master != 0 && device->master != bridge) ||\n"
        "        device->kind == DEVICE_MACVTAP ||",
        "starts, deleted", "outcome: simulation: Success; kernel: Device or resource busy"),
    Mutation(
        "SIOCBRDELIF leaves the device on its bridge",
        "by `[del-port]` if that is an OVS bridge, by `[del-if]` if that is a Linux bridge",
        "sim/kernel.c",
        "    device->master = 0;\n    return 0;",
        "    return 0;",
        "starts on two bridges, deleted", "vnet0: simulation: master lb0; kernel: master none",
        "reattach"),
    Mutation(
        "a port of the userspace datapath has ovs-system for its master",
        "There is no rx_handler: a tap may be on a Linux bridge AND on OVS at once",
        "sim/kernel.c",
        "return port->life == PORT_LIVE && world_datapath(world, port->bridge, DATAPATH_SYSTEM);",
        "return port->life == PORT_LIVE;",
        "switch: starts again, deleted", "outcome: simulation: value 1; kernel: value 0",
        "reattach"),
]

# ---- Open vSwitch ----

SWITCH = [
    Mutation(
        "a row dies with its device",
        "Port/Interface rows survive device death and reboot", "sim/kernel.c",
        "    if (!deferred) {",
        "    state->row[name] = (struct row){0};\n    if (!deferred) {",
        "switch: stop",
        "row vnet0: simulation: on none, of nobody; Open vSwitch: on br0, of a"),
    Mutation(
        "the userspace datapath notices that a device has died",
        "The device's death is not noticed; the datapath's port and its ofport stay; no error",
        "sim/kernel.c",
        "if (port->life == PORT_STALE && world_datapath(world, port->bridge, DATAPATH_SYSTEM)) {",
        "if (port->life == PORT_STALE) {",
        "switch: stop", "stale ports: simulation: 0; Open vSwitch: 1"),
    Mutation(
        "a stale port is bound to the new device of its name",
        "its AF_PACKET socket is bound to the old ifindex", "sim/ovs.c",
        "        if (misplaced(state, name)) {\n            remove_port",
        "        if (misplaced(state, name) || (state->port[name].life == PORT_STALE &&\n"
        "                                       state->device[name].kind != DEVICE_NONE)) {\n"
        "            remove_port",
        "switch: name left behind",
        "port vnet0: simulation: bound to the device; Open vSwitch: not bound"),
    Mutation(
        "del+add in one transaction makes a new port",
        "Neither `--may-exist add-port` nor one-transaction `del-port -- add-port` repairs it",
        "sim/ovs.c",
        "        remove_row(world, state, op.name);\n        *row =",
        "        remove_row(world, state, op.name);\n        state->port[op.name].bridge = 0;\n"
        "        *row =",
        "switch: name left behind",
        "port vnet0: simulation: bound to the device; Open vSwitch: not bound"),
    Mutation(
        "a new device passes frames through the dead port of its name",
        "from the switch to the guest frames pass (it sends by the current ifindex), from the "
        "guest to the switch NONE", "sim/ovs.c",
        "        world_datapath(world, bridge, DATAPATH_NETDEV)) {\n        return false;",
        "        world_datapath(world, bridge, DATAPATH_NETDEV)) {\n        return true;",
        "switch: name left behind",
        "guest b, frames from it: simulation: pass; kernel: lost"),
    Mutation(
        "a port whose row has moved to another bridge stays where it is",
        "A port whose row is gone, or is on another bridge, is removed", "sim/ovs.c",
        "state->port[name].bridge != state->row[name].bridge;",
        "state->row[name].bridge == 0;",
        "switches: name left behind",
        "port vnet0: simulation: not bound; Open vSwitch: bound to the device"),
    Mutation(
        "a row is not bound to a device that appears later",
        "every configured interface that lacks a port of the datapath is opened BY NAME and added",
        "sim/ovs.c",
        "            (state->port[name].life == PORT_NONE && bindable(world, state, name)) ||",
        "            false ||",
        "switch: start, replaced",
        "port vnet0: simulation: not bound; Open vSwitch: bound to the device"),
    Mutation(
        "add-port fails if there is no such device",
        "add-port of a device that cannot be opened: rc 0 before 3.6.0", "sim/ovs.c",
        "    if (row->bridge != 0 && !adopt && op.mode != OVS_ADD_DEL_ADD) {",
        "    if (state->device[op.name].kind == DEVICE_NONE) {\n        return ENODEV;\n    }\n"
        "    if (row->bridge != 0 && !adopt && op.mode != OVS_ADD_DEL_ADD) {",
        "switch: start, deleted", "outcome: simulation: No such device; kernel: Success"),
    Mutation(
        "a plain add-port replaces a row",
        "| plain | fails |", "sim/ovs.c",
        "!adopt && op.mode != OVS_ADD_DEL_ADD) {",
        "!adopt && may_exist) {",
        "switch: name left behind", "outcome: simulation: Success; kernel: File exists",
        "libvirt-6.6,ovs-add=plain"),
    Mutation(
        "--may-exist adopts a row that is on another bridge",
        "With --may-exist it fails only if the bridge or the set of interfaces differs",
        "sim/ovs.c",
        "may_exist && row->bridge == op.bridge;",
        "may_exist && row->bridge != 0;",
        "switches: name left behind", "outcome: simulation: Success; kernel: File exists",
        "libvirt-6.6,ovs-add=may-exist"),
    Mutation(
        "an adopted row keeps its owner",
        "the four `set`s still overwrite the row's external ids", "sim/ovs.c",
        "    row->owner = owner; /*",
        "    row->owner = adopt ? row->owner : owner; /*",
        "switch: name left behind",
        "row vnet0: simulation: on br0, of a; Open vSwitch: on br0, of b",
        "libvirt-6.6,ovs-add=may-exist"),
    Mutation(
        "an adopted row gets a UUID of its own",
        "UUID identity is void if B ADOPTS the row (--may-exist keeps the UUID)", "sim/ovs.c",
        "    row->owner = owner; /*",
        "    row->uuid = owner;\n    row->owner = owner; /*",
        "switch: race",
        "row vnet0: simulation: on br0, of b; Open vSwitch: on none, of nobody",
        "libvirt-6.6,ovs-add=may-exist,port-guard=port-uuid"),
    Mutation(
        "a removal by UUID removes whatever row has the name",
        "remove Bridge BR ports <PortUUID>` (no-op if stale)", "sim/ovs.c",
        "if (state->row[name].bridge != 0 && state->row[name].uuid == uuid) {",
        "if (state->row[name].bridge != 0) {",
        "switch: race",
        "row vnet0: simulation: on none, of nobody; Open vSwitch: on br0, of b",
        "owner-delete"),
    Mutation(
        "del-port spares a row that is on another bridge",
        "`--timeout=5 -- --if-exists del-port vnet0`: no bridge, no owner", "sim/operate.c",
        "        ovs_del_port(world, state, op.name, &wait);",
        "        if (row->bridge == world->nic[nic].bridge) {\n"
        "                ovs_del_port(world, state, op.name, &wait);\n            }",
        "switches: name fixed twice, deleted",
        "row tap0: simulation: on br0, of a; Open vSwitch: on none, of nobody",
        "exists-check,ovs-add=plain"),
    Mutation(
        "removing a port leaves its device's flags alone",
        "that device is set up or taken down", "sim/ovs.c",
        "        if (port->remembered == REMEMBERS_DOWN) {\n",
        "        if (false) {\n",
        "switch and bridge: race", "vnet0: simulation: MAC 2, up; kernel: MAC 2, down"),
    Mutation(
        "ovs-vswitchd reads the link events before the database",
        "the main loop looks at the database before it looks at link events", "sim/ovs.c",
        "        if (misplaced(state, name)) {\n            remove_port",
        "        state->port[name].remembered = (uint8_t)expected_flags(world, state, name);\n"
        "        if (misplaced(state, name)) {\n            remove_port",
        "switch and bridge: race", "vnet0: simulation: MAC 2, up; kernel: MAC 2, down"),
    Mutation(
        "a later device of a port's name is promiscuous, too",
        "those of a later device of the name never say \"promiscuous\"", "sim/ovs.c",
        "port->life == PORT_LIVE || (device->kind != DEVICE_NONE && device->promiscuous)) {",
        "port->life == PORT_LIVE || device->kind != DEVICE_NONE) {",
        "switch and bridge: race", "vnet0: simulation: MAC 2, down; kernel: MAC 2, up"),
    Mutation(
        "ovs-vsctl does not wait for ovs-vswitchd",
        "No --no-wait: waits for vswitchd", "sim/operate.c",
        "*waits = wait ? WAIT_VSWITCHD : WAIT_NONE;",
        "*waits = WAIT_NONE;",
        "switch: stop", "simulation: it goes on; kernel: it waits"),
    Mutation(
        "ovs-vsctl waits although it has changed nothing",
        "`--if-exists del-port` of a port that is not there returns at once", "sim/ovs.c",
        "*waits = state->row[name].bridge != 0;",
        "*waits = true;",
        "switch: start, taken", "simulation: it waits; kernel: it goes on"),
    Mutation(
        "ovs-vswitchd answers one call that waits, and leaves the others waiting",
        "the thread\nwaits until `ovs-vswitchd` has stepped", "sim/actor.c",
        "actor_advance(world, state, guest, outcome);\n        }\n    }\n",
        "actor_advance(world, state, guest, outcome);\n            break;\n        }\n    }\n",
        "switch: race", "thread of b: simulation: waits for ovs-vswitchd; kernel: link-up"),
    Mutation(
        "a thread stands still while another one's ovs-vsctl waits",
        "While A's del-port hangs, A's domain object is locked (listing all domains blocks);"
        " starting B is not blocked", "sim/actor.c",
        "    struct context context = world_context(world, guest);\n\n"
        "    if (thread_ended(thread,",
        "    struct context context = world_context(world, guest);\n\n"
        "    for (unsigned other = 0; other < world->guests; other++) {\n"
        "        if (state->thread[other].waits == WAIT_VSWITCHD) {\n            return false;\n"
        "        }\n    }\n"
        "    if (thread_ended(thread,",
        "switch: race", "actor a: simulation: cannot step; kernel: can"),
]

MUTATIONS = (KERNEL + BY_NAME + SWITCH + CHOICES + ROWS + FAULTS + PERSISTENT + RESTART + RENAMES
             + LINKS + FILTERS + CARDS + LIMITS)

# Known not to be caught: what both worlds share.  A test shows that this is still so.

NOT_CAUGHT = [
    # Whether the clock can step is not compared: schedules that lack its steps agree.
    Mutation(
        "a name may be held back for ever",
        "steps while any name is held back", "sim/actor.c",
        "    return counting;\n", "    return false;\n", "stop", "", "fin-wait"),
    # core/ is the program under test: both worlds run it, so neither says what it should do.
    Mutation(
        "a stop does not delete its port", "The deletion, unless the port is kept: `del-port`",
        "core/stop.c",
        "return port && policy->port_guard != PORT_GUARD_PORT_UUID &&",
        "return false && port && policy->port_guard != PORT_GUARD_PORT_UUID &&",
        "switch: stop", ""),
    # Oracles judge the simulation; of their verdicts lost-attachment is seen, in frames, and
    # lost-filter, in spoofed ones.
    Mutation(
        "nobody's deletion of a row is foreign",
        "A guest's thread deletes or replaces a row whose owner is another guest", "sim/operate.c",
        "!world_owns(world, guest, row->owner) &&", "row->owner == 0 &&",
        "switch: race", ""),
]
