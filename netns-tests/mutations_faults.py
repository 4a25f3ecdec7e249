"""Wrong models of what goes wrong: more of mutations.py."""
from mutation import Mutation

FAULTS = [
    Mutation(
        "a QEMU that dies by itself has closed its tap when it is dead",
        "`crash/a` has a step if a's process is running", "sim/fault.c",
        "    state->phase[guest] = PROCESS_EXITING;\n",
        "    state->phase[guest] = PROCESS_EXITING;\n"
        "    state->device[state->tap[guest]] = (struct device){0};\n"
        "    state->tap[guest] = 0;\n",
        "stop, crash", "vnet0: simulation: gone; kernel: exists"),
    Mutation(
        "a QEMU that is to be stopped does not die by itself",
        "If a stop is the current command, or the next one, it is that stop", "sim/fault.c",
        "return state->phase[guest] == PROCESS_RUNNING;",
        "return state->phase[guest] == PROCESS_RUNNING &&\n"
        "           state->thread[guest].machine.kind != MACHINE_STOP;",
        "stop, crash", "actor crash/a: simulation: cannot step; kernel: can"),
    Mutation(
        "a link-up that fails has set the device up",
        "The operation fails, and has no effect", "sim/fault.c",
        "event->outcome.error = fault_of_start(event->op);\n",
        "event->outcome.error = fault_of_start(event->op);\n"
        "    state->device[event->op.name].up |= event->op.kind == OP_LINK_UP;\n",
        "start, fails", "vnet0: simulation: MAC 1, up; kernel: MAC 1, down"),
    Mutation(
        "a copy of a descriptor does not keep the tap alive",
        "A detached queue, a dup'd fd, a forked child and a descriptor in flight on a socket "
        "each keep the device alive", "sim/kernel.c",
        "if (device->holders == 0 && device->kind == DEVICE_TAP &&",
        "if ((device->holders & ~HOLDER_HELPER) == 0 && device->kind == DEVICE_TAP &&",
        "leak", "vnet0: simulation: gone; kernel: exists"),
    Mutation(
        "only QEMU's descriptor can leak, and not the daemon's",
        "or the daemon has one open for a", "sim/fault.c",
        "state->phase[guest] == PROCESS_RUNNING ? state->tap[guest] : state->opened[guest];",
        "state->phase[guest] == PROCESS_RUNNING ? state->tap[guest] : IFNAME_NONE;",
        "start, leak", "actor leak/a: simulation: cannot step; kernel: can"),
    Mutation(
        "an ovs-vsctl that lies has deleted the row all the same",
        "The call says success at once, and nothing has\n  happened", "sim/fault.c",
        "event->op = operation_of(world, state, guest);\n    event->violated",
        "event->op = operation_of(world, state, guest);\n"
        "    state->row[event->op.name] = (struct row){0};\n    event->violated",
        "switch: lies", "row vnet0: simulation: on none, of nobody; Open vSwitch: on br0, of a"),
    Mutation(
        "a transaction that is late has had its effect",
        "but\n  without an effect", "sim/fault.c",
        "    delayed_send(world, state, guest, event->op);\n",
        "    delayed_send(world, state, guest, event->op);\n"
        "    state->row[event->op.name] = (struct row){0};\n",
        "switch: late", "row vnet0: simulation: on none, of nobody; Open vSwitch: on br0, of a"),
    Mutation(
        "a deletion is carried out later whatever has been added",
        "while there is such a row that was not there when the transaction was\n  sent",
        "sim/delayed.c",
        "(row->dependents >> guest & 1) == 0 &&", "false &&",
        "switch: late, added", "outcome: simulation: Success; kernel: Resource temporarily"),
    Mutation(
        "a deletion is not carried out later if its row has been adopted",
        "An adopted row is still the same row", "sim/ovs.c",
        "    row->owner = owner; /* facts 1f",
        "    delayed_void(world, state, op.name);\n    row->owner = owner; /* facts 1f",
        "switch: late, adopted",
        "a transaction that was late: simulation: it came to nothing; Open vSwitch: it was carried",
        "lowest-free-after-cleanup,ovs-add=may-exist"),
    Mutation(
        "a stale port of the userspace datapath outlives ovs-vswitchd",
        "every port of a `netdev` bridge is gone, whichever guest's it is", "sim/ovs.c",
        "        if (world_datapath(world, state->port[name].bridge, DATAPATH_NETDEV)) {\n",
        "        if (world_datapath(world, state->port[name].bridge, DATAPATH_NETDEV) &&\n"
        "            state->port[name].life == PORT_LIVE) {\n",
        "vswitchd: restart", "stale ports: simulation: 1; Open vSwitch: 0"),
    Mutation(
        "a new ovs-vswitchd takes back what it has found to be promiscuous",
        "The next one finds it so, has nothing to turn on", "sim/ovs.c",
        "        port->was_promiscuous) {", "        false) {",
        "vswitchd: restart, taken", "vnet0: simulation: MAC 2, down; kernel: MAC 2, up"),
    Mutation(
        "one helper closes its descriptor for all",
        "one more descriptor of it, and the tap lives until all are closed", "sim/kernel.c",
        "        count += holder == HOLDER_HELPER && state->leaked[guest] == name;\n", "",
        "queues shared, leak",
        "mq0: simulation: held by QEMU; kernel: held by QEMU and a helper"),
]
