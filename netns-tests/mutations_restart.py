"""Wrong models of what a restart of the daemon does to the rest of the world: see mutations.py."""
from mutation import Mutation

CLOSES = "            kernel_close_opened(world, state, context.nic_at[i]);\n        }\n"

RESTART = [
    Mutation(
        "a restarted daemon still has its descriptors",
        "The daemon's descriptors are closed: a tap that no other process holds is unregistered",
        "sim/restart.c", CLOSES, "            (void)kernel_close_opened;\n        }\n",
        "start, restart", "vnet0: simulation: exists; kernel: gone"),
    Mutation(
        "guests die with their daemon",
        "Guests run on, rows stay", "sim/restart.c", CLOSES,
        CLOSES + "        if (state->phase[guest] == PROCESS_RUNNING) {\n"
        "            state->phase[guest] = PROCESS_EXITING;\n        }\n",
        "stop, restart", "actor kernel/a: simulation: can step; kernel: cannot"),
    Mutation(
        "what a cut off ovs-vsctl has committed is undone",
        "What its `ovs-vsctl` has committed remains", "sim/restart.c", CLOSES,
        CLOSES + "        if (state->thread[guest].waits == WAIT_VSWITCHD) {\n"
        "            state->row[state->daemon.record[guest].name] = (struct row){0};\n        }\n",
        "switch: start, restart",
        "row vnet0: simulation: on none, of nobody; Open vSwitch: on br0, of a"),
    Mutation(
        "a new daemon counts on where the old one was",
        "The allocator is as new: the counter is at 0", "sim/restart.c",
        "    daemon_forget(&state->daemon, RESTARTED_DAEMON);\n",
        "    (void)daemon_forget;\n",
        "start beside a guest, restart", "outcome: simulation: value 2; kernel: value 1",
        "libvirt-7.0"),
    Mutation(
        "a daemon can connect to a QEMU that is dying",
        "`connect`: to QEMU's monitor. Fails if the process is not running", "sim/operate.c",
        "outcome->error = state->phase[guest] == PROCESS_RUNNING ? 0 : ESRCH;",
        "outcome->error = state->phase[guest] != PROCESS_NONE ? 0 : ESRCH;",
        "stop, restart", "outcome: simulation: Success; kernel: No such process"),
    Mutation(
        "the tap of a userspace bridge has a master",
        "On a `netdev` bridge the tap has no master", "sim/operate.c",
        "                                         : device->master};",
        "                                         : device->master != 0 ? device->master\n"
        "                                           : state->row[name].bridge};",
        "switch: restart", "outcome: simulation: value 1; kernel: value 0"),
    Mutation(
        "a QEMU lets go of its network device as often as it is told to",
        "netdev_del of a device that is gone is an error", "sim/operate.c",
        "    if (state->unplugged[guest] != 0) {\n        return ENOENT;",
        "    if (state->unplugged[guest] != 0) {\n        return 0;",
        "unplug, restart", "outcome: simulation: Success; kernel: No such file or directory"),
]
