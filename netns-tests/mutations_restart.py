"""Wrong models of what a restart of the daemon does to the rest of the world, and of a QEMU that it
cannot end: see mutations.py."""
from mutation import Mutation
from source import Argument, Replace

RESTART = [
    Mutation(
        "a QEMU that is given up has ended",
        "it sleeps, and no signal ends its sleep",
        Replace("timeout_step", "guest_thread_gave_up(world, state, guest, event);",
                "guest_thread_gave_up(world, state, guest, event);\n"
                "process_exit_step(world, state, guest, event);\n"
                "event->kind = EVENT_GIVE_UP;"),
        "stop, asleep", "vnet0: simulation: gone; kernel: exists"),
    Mutation(
        "a restarted daemon still has its descriptors",
        "The daemon's descriptors are closed: a tap that no other process holds is unregistered",
        Replace("close_descriptors", "kernel_close_opened(world, state, nic);", ""),
        "start, restart", "vnet0: simulation: exists; kernel: gone"),
    Mutation(
        "guests die with their daemon",
        "Guests run on, rows stay",
        Replace("close_descriptors", "kernel_close_opened(world, state, nic);",
                "kernel_close_opened(world, state, nic);\n"
                "if (state->control.phase[world_guest(world, nic)] == PROCESS_RUNNING) {\n"
                "state->control.phase[world_guest(world, nic)] = PROCESS_EXITING;\n"
                "}"),
        "stop, restart", "actor kernel/a: simulation: can step; kernel: cannot"),
    Mutation(
        "what a cut off ovs-vsctl has committed is undone",
        "What its `ovs-vsctl` has committed remains",
        Replace("close_descriptors", "kernel_close_opened(world, state, nic);",
                "kernel_close_opened(world, state, nic);\n"
                "if (control_waits_for_vswitchd(&state->control, world_guest(world, nic))) {\n"
                "state->network.row[state->control.daemon.record[nic].name] = (struct row){0};\n"
                "}"),
        "switch: start, restart",
        "row vnet0: simulation: on none, of nobody; Open vSwitch: on br0, of a"),
    Mutation(
        "a new daemon counts on where the old one was",
        "The allocator is as new: the counter is at 0",
        Replace("fault_restart_daemon", "control_restart(world, &state->control);",
                "struct allocator kept = state->control.daemon.allocator[RESTARTED_DAEMON];\n"
                "control_restart(world, &state->control);\n"
                "state->control.daemon.allocator[RESTARTED_DAEMON] = kept;"),
        "start beside a guest, restart", "outcome: simulation: value 2; kernel: value 1",
        "libvirt-7.0"),
    Mutation(
        "a QEMU that has never run can be signalled",
        "with its kill, which finds no process",
        Replace("do_kill", "failed(ESRCH)", "failed(0)"),
        "start, fails, restart", "outcome: simulation: Success; kernel: No such process"),
    Mutation(
        "a daemon can connect to a QEMU that is dying",
        "`connect`: to QEMU's monitor. Fails if the process is not running",
        Argument("CALL", "connect", 1,
                 "call->state->control.phase[world_guest(call->world, call->nic)] != PROCESS_NONE\n"
                 "? 0 : ESRCH"),
        "stop, restart", "outcome: simulation: Success; kernel: No such process"),
    Mutation(
        "the tap of a userspace bridge has a master",
        "On a `netdev` bridge the tap has no master",
        Replace("do_get_master", ": device_of(call)->master",
                ": device_of(call)->master != 0 ? device_of(call)->master\n"
                ": call->state->network.row[call->op.name].bridge"),
        "switch: restart", "outcome: simulation: value 1; kernel: value 0"),
    Mutation(
        "a QEMU lets go of its network device as often as it is told to",
        "netdev_del of a device that is gone is an error",
        Replace("do_unplug", "failed(ENOENT)", "failed(0)"),
        "unplug, restart", "outcome: simulation: Success; kernel: No such file or directory"),
    Mutation(
        "what outlives its daemon has done its work already",
        "it has not looked at the database yet",
        Replace("fault_orphan", "delayed_orphan(world, state, guest, event->op);",
                "delayed_orphan(world, state, guest, event->op);\n"
                "state->network.row[event->op.name] = (struct row){0};"),
        "switch: orphan", "row vnet0: simulation: on none, of nobody; Open vSwitch: on br0"),
    Mutation(
        "all that a daemon has started ends with it",
        "which outlives its daemon",
        Replace("fault_orphan", "delayed_orphan(world, state, guest, event->op);", ""),
        "switch: orphan",
        "a transaction that was late: simulation: it came to nothing; Open vSwitch: it was"),
    Mutation(
        "what has outlived its daemon finds what was there when it was started",
        "It looks at the database when it runs",
        Replace("delayed_orphan_step", "event->kind = EVENT_RUN;",
                "event->kind = EVENT_RUN;\n"
                "uint8_t name = state->network.delayed[guest].op.name;\n"
                "if (state->network.row[name].owner != guest + 1) {\n"
                "reference_drop_delayed(world, state, guest);\n"
                "return;\n"
                "}"),
        "switch: orphan, adopted", "row vnet0: simulation: on br0, of b; Open vSwitch: on none",
        "lowest-free-after-cleanup,ovs-add=may-exist"),
]
