"""Wrong models of what goes wrong: more of mutations.py."""
from mutation import Mutation
from source import Replace

FAULTS = [
    Mutation(
        "a QEMU that dies by itself has closed its tap when it is dead",
        "`crash/a` has a step if a's process is running",
        Replace("fault_crash", "control_eof(world, &state->control, guest);",
                "control_eof(world, &state->control, guest);\n"
                "state->network.device[state->network.tap[guest]] = (struct device){0};\n"
                "state->network.tap[guest] = IFNAME_NONE;"),
        "stop, crash", "vnet0: simulation: gone; kernel: exists"),
    Mutation(
        "a QEMU that is to be stopped does not die by itself",
        "If a stop is the current command, or the next one, it is that stop",
        Replace("actor_may_step", "return kinds",
                "if (fault == FAULT_QEMU_CRASH &&\n"
                "state->control.thread[actor.index].machine.kind == MACHINE_STOP) {\n"
                "return false;\n"
                "}\n"
                "return kinds"),
        "stop, crash", "actor crash/a: simulation: cannot step; kernel: can"),
    Mutation(
        "a link-up that fails has set the device up",
        "The operation fails, and has no effect",
        Replace("fault_fail_start", "state->excused[guest] = 1;",
                "state->excused[guest] = 1;\n"
                "state->network.device[event->op.name].up |= event->op.kind == OP_LINK_UP;"),
        "start, fails", "vnet0: simulation: MAC 1, up; kernel: MAC 1, down"),
    Mutation(
        "a copy of a descriptor does not keep the tap alive",
        "A detached queue, a dup'd fd, a forked child and a descriptor in flight on a socket "
        "each keep the device alive",
        Replace("kernel_close",
                "if (device->holders == 0 && device->kind == DEVICE_TAP &&",
                "if ((device->holders & ~HOLDER_HELPER) == 0 && device->kind == DEVICE_TAP &&"),
        "leak", "vnet0: simulation: gone; kernel: exists"),
    Mutation(
        "only QEMU's descriptor can leak, and not the daemon's",
        "or the daemon has one open for a",
        Replace("open_tap", "state->network.opened[guest]", "IFNAME_NONE"),
        "start, leak", "actor leak/a: simulation: cannot step; kernel: can"),
    Mutation(
        "an ovs-vsctl that lies has deleted the row all the same",
        "The call says success at once, and nothing has\n  happened",
        Replace("fault_lie", "guest_thread_done(world, state, guest, event);",
                "state->network.row[event->op.name] = (struct row){0};\n"
                "guest_thread_done(world, state, guest, event);"),
        "switch: lies", "row vnet0: simulation: on none, of nobody; Open vSwitch: on br0, of a"),
    Mutation(
        "a transaction that is late has had its effect",
        "but\n  without an effect",
        Replace("fault_be_late", "delayed_send(world, state, guest, event->op);",
                "delayed_send(world, state, guest, event->op);\n"
                "state->network.row[event->op.name] = (struct row){0};"),
        "switch: late", "row vnet0: simulation: on none, of nobody; Open vSwitch: on br0, of a"),
    Mutation(
        "a deletion is carried out later whatever has been added",
        "while there is such a row that was not there when the transaction was\n  sent",
        Replace("delayed_enabled", "(row->dependents >> guest & 1) == 0", "false"),
        "switch: late, added", "outcome: simulation: Success; kernel: Resource temporarily"),
    Mutation(
        "a deletion is not carried out later if its row has been adopted",
        "An adopted row is still the same row",
        Replace("ovs_add_port", "row->owner = owner;",
                "for (unsigned guest = 0; row->dependents >> guest != 0; guest++) {\n"
                "if ((row->dependents >> guest & 1) != 0) {\n"
                "reference_drop_delayed(world, state, guest);\n"
                "}\n"
                "}\n"
                "row->owner = owner;"),
        "switch: late, adopted",
        "a transaction that was late: simulation: it came to nothing; Open vSwitch: it was carried",
        "lowest-free-after-cleanup,ovs-add=may-exist"),
    Mutation(
        "a stale port of the userspace datapath outlives ovs-vswitchd",
        "every port of a `netdev` bridge is gone, whichever guest's it is",
        Replace("ovs_vswitchd_restart",
                "world_datapath(world, state->network.port[name].bridge, DATAPATH_NETDEV)",
                "world_datapath(world, state->network.port[name].bridge, DATAPATH_NETDEV) &&\n"
                "state->network.port[name].life == PORT_LIVE"),
        "vswitchd: restart", "stale ports: simulation: 1; Open vSwitch: 0"),
    Mutation(
        "a new ovs-vswitchd takes back what it has found to be promiscuous",
        "The next one finds it so, has nothing to turn on",
        Replace("expected_flags", "port->was_promiscuous) {", "false) {"),
        "vswitchd: restart, taken", "vnet0: simulation: MAC 2, down; kernel: MAC 2, up"),
    Mutation(
        "an ovs-vsctl needs no ovsdb-server",
        "every call to Open vSwitch (an `ovs-vsctl`, or `remove-own`) fails at once",
        Replace("carry_out", "refused ? failed", "refused && op.kind == OP_COUNT ? failed"),
        "outage", "outcome: simulation: Success; kernel: Connection refused"),
    Mutation(
        "what was committed is lost with ovsdb-server",
        "What was committed before ovsdb-server is killed has been sent to ovs-vswitchd",
        Replace("outage_begin", "ovs_vswitchd_run(world, state);", ";"),
        "outage", "stale ports: simulation: 1; Open vSwitch: 0"),
    Mutation(
        "who waits is told by an ovs-vswitchd that has lost its server",
        "It cannot write cur_cfg: who waits is told nothing",
        Replace("outage_begin", "ovs_vswitchd_run(world, state);",
                "ovs_vswitchd_run(world, state);\n"
                "guest_thread_answer_all(world, state, event);"),
        "outage", "thread of a: simulation: release; kernel: waits for ovs-vswitchd"),
    Mutation(
        "who has waited since before an outage is told nothing",
        "It connects again by itself",
        Replace("outage_vswitchd_step", "state->network.ovsdb = OVSDB_UP;",
                "state->network.ovsdb = OVSDB_UP;\n"
                "ovs_vswitchd_run(world, state);\n"
                "return;"),
        "outage", "thread of a: simulation: waits for ovs-vswitchd; kernel: release"),
    Mutation(
        "ovs-vswitchd reconfigures itself without an ovsdb-server",
        "While ovsdb-server is away, ovs-vswitchd does not reconfigure itself",
        (Replace("outage_vswitchd_enabled", "return ovs_link_events_are_unread(world, state);",
                 "return ovs_vswitchd_is_behind(world, state);"),
         Replace("outage_vswitchd_step", "ovs_read_link_events(world, state);\n        return;",
                 "ovs_vswitchd_run(world, state);\n        return;")),
        "outage, row", "port vnet0: simulation: bound to the device; Open vSwitch: not bound"),
    Mutation(
        "ovs-vswitchd reads no link events before it has connected again",
        "It reads link events before it has connected and reconfigures itself",
        Replace("outage_vswitchd_step",
                "ovs_read_link_events(world, state);\n"
                "state->network.ovsdb = OVSDB_UP;",
                "state->network.ovsdb = OVSDB_UP;"),
        "outage, next", "tap0: simulation: MAC 0, up; kernel: MAC 0, down"),
    Mutation(
        "one helper closes its descriptor for all",
        "one more descriptor of it, and the tap lives until all are closed",
        Replace("reference_descriptors",
                "count += holder == HOLDER_HELPER && state->network.leaked[guest] == name;",
                ""),
        "queues shared, leak",
        "mq0: simulation: held by QEMU; kernel: held by QEMU and a helper"),
]
