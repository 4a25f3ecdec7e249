"""Wrong models of Open vSwitch: see mutations.py."""
from mutation import Mutation
from source import Replace

SWITCH = [
    Mutation(
        "a row dies with its device",
        "Port/Interface rows survive device death and reboot",
        Replace("unregister", "rename_unregister(world, state, name);",
                "state->network.row[name] = (struct row){0};\n"
                "rename_unregister(world, state, name);"),
        "switch: stop",
        "row vnet0: simulation: on none, of nobody; Open vSwitch: on br0, of a"),
    Mutation(
        "the userspace datapath notices that a device has died",
        "the datapath's port and its ofport stay; no error",
        Replace("unregister",
                "if (port->life == PORT_LIVE && world_datapath(world, port->bridge,"
                " DATAPATH_NETDEV)) {",
                "if (port->life == PORT_AWAY) {"),
        "switch: stop", "stale ports: simulation: 0; Open vSwitch: 1"),
    Mutation(
        "a stale port is bound to the new device of its name",
        "its AF_PACKET socket is bound to the old ifindex",
        Replace("ovs_vswitchd_run",
                "if (misplaced(state, name)) {\n"
                "remove_port",
                "if (misplaced(state, name) || (state->network.port[name].life == PORT_STALE &&\n"
                "state->network.device[name].kind != DEVICE_NONE)) {\n"
                "remove_port"),
        "switch: name left behind",
        "port vnet0: simulation: bound to the device; Open vSwitch: not bound"),
    Mutation(
        "del+add in one transaction makes a new port",
        "Neither `--may-exist add-port` nor one-transaction `del-port -- add-port` repairs it",
        Replace("ovs_add_port",
                "remove_row(world, state, op.name);\n"
                "*row =",
                "remove_row(world, state, op.name);\n"
                "state->network.port[op.name].bridge = 0;\n"
                "*row ="),
        "switch: name left behind",
        "port vnet0: simulation: bound to the device; Open vSwitch: not bound"),
    Mutation(
        "a new device passes frames through the dead port of its name",
        "from the guest to the switch NONE",
        Replace("ovs_attached",
                "world_datapath(world, bridge, DATAPATH_NETDEV)) {\n"
                "return false;",
                "world_datapath(world, bridge, DATAPATH_NETDEV)) {\n"
                "return true;"),
        "switch: name left behind",
        "guest b, frames from it: simulation: pass; kernel: lost"),
    Mutation(
        "a port whose row has moved to another bridge stays where it is",
        "A port whose row is gone, or is on another bridge, is removed",
        Replace("misplaced",
                "state->network.port[name].bridge != state->network.row[name].bridge",
                "state->network.row[name].bridge == 0"),
        "switches: name left behind",
        "port vnet0: simulation: not bound; Open vSwitch: bound to the device"),
    Mutation(
        "a row is not bound to a device that appears later",
        "every configured interface that lacks a port of the datapath is opened BY NAME and added",
        Replace("ovs_vswitchd_is_behind",
                "state->network.port[name].life == PORT_NONE && bindable(world, state, name)",
                "false"),
        "switch: start, replaced",
        "port vnet0: simulation: not bound; Open vSwitch: bound to the device"),
    Mutation(
        "add-port fails if there is no such device",
        "add-port of a device that cannot be opened: rc 0 before 3.6.0",
        Replace("ovs_add_port", "*waits = false;",
                "*waits = false;\n"
                "if (state->network.device[op.name].kind == DEVICE_NONE) {\n"
                "return ENODEV;\n"
                "}"),
        "switch: start, deleted", "outcome: simulation: No such device; kernel: Success"),
    Mutation(
        "a plain add-port replaces a row",
        "| plain | fails |",
        Replace("ovs_add_port", "!adopt && op.add != OVS_ADD_DEL_ADD", "!adopt && may_exist"),
        "switch: name left behind", "outcome: simulation: Success; kernel: File exists",
        "libvirt-6.6,ovs-add=plain"),
    Mutation(
        "--may-exist adopts a row that is on another bridge",
        "it fails only if the bridge or the set of interfaces differs",
        Replace("ovs_add_port", "may_exist && row->bridge == op.bridge;",
                "may_exist && row->bridge != 0;"),
        "switches: name left behind", "outcome: simulation: Success; kernel: File exists",
        "libvirt-6.6,ovs-add=may-exist"),
    Mutation(
        "an adopted row keeps its owner",
        "the four `set`s still overwrite the row's external ids",
        Replace("ovs_add_port", "row->owner = owner;",
                "row->owner = adopt ? row->owner : owner;"),
        "switch: name left behind",
        "row vnet0: simulation: on br0, of a; Open vSwitch: on br0, of b",
        "libvirt-6.6,ovs-add=may-exist"),
    Mutation(
        "an adopted row gets a UUID of its own",
        "UUID identity is void if B ADOPTS the row (--may-exist keeps the UUID)",
        Replace("ovs_add_port", "row->owner = owner;", "row->uuid = row->owner = owner;"),
        "switch: race",
        "row vnet0: simulation: on br0, of b; Open vSwitch: on none, of nobody",
        "libvirt-6.6,ovs-add=may-exist,port-guard=port-uuid"),
    Mutation(
        "a removal by UUID removes whatever row has the name",
        "remove Bridge BR ports <PortUUID>` (no-op if stale)",
        Replace("do_remove_port", "&& row->uuid == call->op.row", ""),
        "switch: race",
        "row vnet0: simulation: on none, of nobody; Open vSwitch: on br0, of b",
        "owner-delete"),
    Mutation(
        "del-port spares a row that is on another bridge",
        "`--timeout=5 -- --if-exists del-port vnet0`: no bridge, no owner",
        Replace("do_del_port", "delete_row(call)",
                "(bridge == call->world->nic[call->nic].bridge && delete_row(call))"),
        "switches: name fixed twice, deleted",
        "row tap0: simulation: on br0, of a; Open vSwitch: on none, of nobody",
        "exists-check,ovs-add=plain"),
    Mutation(
        "removing a port leaves its device's flags alone",
        "that device is set up or taken down",
        Replace("remove_port", "port->remembered == REMEMBERS_DOWN", "false"),
        "switch and bridge: race", "vnet0: simulation: MAC 2, up; kernel: MAC 2, down"),
    Mutation(
        "ovs-vswitchd reads the link events before the database",
        "the main loop looks at the database before it looks at link events",
        Replace("ovs_vswitchd_run",
                "if (misplaced(state, name)) {\n"
                "remove_port",
                "state->network.port[name].remembered = (uint8_t)expected_flags(world, state,"
                " name);\n"
                "if (misplaced(state, name)) {\n"
                "remove_port"),
        "switch and bridge: race", "vnet0: simulation: MAC 2, up; kernel: MAC 2, down"),
    Mutation(
        "a later device of a port's name is promiscuous, too",
        "those of a later device of the name never say \"promiscuous\"",
        Replace("expected_flags",
                "port->life == PORT_LIVE || (device->kind != DEVICE_NONE &&"
                " device->promiscuous)) {",
                "port->life == PORT_LIVE || device->kind != DEVICE_NONE) {"),
        "switch and bridge: race", "vnet0: simulation: MAC 2, down; kernel: MAC 2, up"),
    Mutation(
        "ovs-vsctl does not wait for ovs-vswitchd",
        "No --no-wait: waits for vswitchd",
        Replace("committed", "waits ? WAIT_VSWITCHD : WAIT_NONE", "WAIT_NONE"),
        "switch: stop", "simulation: it goes on; kernel: it waits"),
    Mutation(
        "ovs-vsctl waits although it has changed nothing",
        "`--if-exists del-port` of a port that is not there returns at once",
        Replace("ovs_del_port", "return existed;", "return existed || true;"),
        "switch: start, taken", "simulation: it waits; kernel: it goes on"),
    Mutation(
        "ovs-vswitchd answers one call that waits, and leaves the others waiting",
        "the thread\nwaits until `ovs-vswitchd` has stepped",
        Replace("guest_thread_answer_all",
                "guest_thread_answer(world, state, guest, 0, event);",
                "guest_thread_answer(world, state, guest, 0, event);\n"
                "break;"),
        "switch: race", "thread of b: simulation: waits for ovs-vswitchd; kernel: link-up"),
    Mutation(
        "a thread stands still while another one's ovs-vsctl waits",
        "While A's del-port hangs, A's domain object is locked (listing all domains blocks);"
        " starting B is not blocked",
        Replace("guest_thread_enabled", "return",
                "if (control_is_vswitchd_awaited(world, &state->control)) {\n"
                "return false;\n"
                "}\n"
                "return"),
        "switch: race", "simulation: cannot step; kernel: can"),
]
