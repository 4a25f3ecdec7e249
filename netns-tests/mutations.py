"""Wrong models: one deliberate mistake in sim/ each, the words that it denies, and a world in which
`conform` has to see it.  test_mutations.py builds and runs them."""
from mutation import Mutation
from mutations_choices import CHOICES
from mutations_faults import FAULTS
from mutations_filters import FILTERS
from mutations_limits import LIMITS
from mutations_links import LINKS
from mutations_nics import NICS
from mutations_persistent import PERSISTENT
from mutations_renames import RENAMES
from mutations_restart import RESTART
from mutations_rows import ROWS
from mutations_switch import SWITCH
from source import Argument, Replace

# ---- creation, descriptors and processes ----

KERNEL = [
    Mutation(
        "the kernel passes over the lowest free name",
        "lowest free index over all names in the namespace",
        Replace("kernel_lowest_free", "state->network.device[name].kind == DEVICE_NONE",
                "state->network.device[name].kind == DEVICE_NONE && number != 2"),
        "start, taken", "outcome: simulation: value"),
    Mutation(
        "TUNSETIFF takes a tap that somebody has open",
        "single-queue, already attached | EBUSY",
        Replace("kernel_create",
                "return EBUSY;\n"
                "}\n"
                "attach(state, name, owner);",
                "attach(state, name, owner);\n"
                "device->maker = 0;\n"
                "return 0;\n"
                "}\n"
                "attach(state, name, owner);"),
        "start, taken", "outcome: simulation: Success; kernel: Device or resource busy",
        "counter,name-check=no"),
    Mutation(
        "TUNSETIFF with the name of a device that is no tap is EBUSY",
        "it is not a tun/tap, or has the wrong mode | EINVAL",
        Replace("kernel_create", "} return EINVAL;", "} return EBUSY;"),
        "start, taken",
        "outcome: simulation: Device or resource busy; kernel: Invalid argument",
        "counter,name-check=no"),
    Mutation(
        "a tap outlives its last descriptor",
        "numqueues==0 && numdisabled==0 && !PERSIST, then unregister_netdevice",
        Replace("kernel_close",
                "if (device->holders == 0 && device->kind == DEVICE_TAP &&",
                "if (device->holders == 0 && device->kind != DEVICE_TAP &&"),
        "stop", "vnet0: simulation: exists; kernel: gone"),
    Mutation(
        "a tap dies with its QEMU, whoever else has a descriptor",
        "a dup'd fd, a forked child and a descriptor in flight on a socket each keep the device",
        Replace("kernel_close",
                "if (device->holders == 0 && device->kind == DEVICE_TAP &&",
                "if ((device->holders == 0 || holder == HOLDER_QEMU) && device->kind =="
                " DEVICE_TAP &&"),
        "leaked", "vnet0: simulation: gone; kernel: exists"),
    Mutation(
        "a leaked descriptor holds nothing",
        "dup'd fd => device outlives waitpid",
        Replace("add_running",
                "state->network.device[name].holders |= HOLDER_HELPER;\n"
                "state->network.leaked[context.guest] = name;",
                ";"),
        "leaked", "vnet0: simulation: held by QEMU; kernel: held by QEMU and a helper"),
    Mutation(
        "the daemon keeps its descriptor when it has run QEMU",
        "libvirtd closes its own descriptors when the command is run",
        Replace("kernel_exec", "kernel_close_opened(world, state, nic);", ""),
        "start", "vnet0: simulation: held by the daemon and QEMU; kernel: held by QEMU"),
    Mutation(
        "QEMU is not given a descriptor",
        "From here only QEMU",
        Replace("kernel_exec", "state->network.device[name].holders |= HOLDER_QEMU;",
                "state->network.tap[nic] = IFNAME_NONE;"),
        "start", "vnet0: simulation: gone; kernel: exists"),
    Mutation(
        "the kernel refuses to delete a tap that somebody holds",
        "the old descriptor gets EBADFD, and the name is free",
        Replace("kernel_delete",
                "unregister(world, state, name);\n"
                "return 0;",
                "if (state->network.device[name].holders != 0) {\n"
                "return EBUSY;\n"
                "}\n"
                "unregister(world, state, name);\n"
                "return 0;"),
        "start, deleted", "outcome: simulation: Device or resource busy; kernel: Success"),
    Mutation(
        "a name is free only when the process is gone",
        "the name can be reused BEFORE close() or exit returns",
        (Replace("process_exit_step",
                 "if (*tap != IFNAME_NONE) {\n"
                 "kernel_close(world, state, *tap, HOLDER_QEMU);\n"
                 "}\n"
                 "*tap = IFNAME_NONE;",
                 ""),
         Replace("process_exit_step", "guest_thread_exited(world, state, guest);",
                 "kernel_close(world, state, state->network.tap[guest], HOLDER_QEMU);\n"
                 "state->network.tap[guest] = IFNAME_NONE;\n"
                 "guest_thread_exited(world, state, guest);")),
        "stop", "vnet0: simulation: exists; kernel: gone"),
    Mutation(
        "a kill does not wait for the exit",
        "kill(pid,0) until ESRCH",
        Replace("do_kill", "(struct outcome){.waits = WAIT_EXIT}", "failed(0)"),
        "stop", "simulation: it goes on; kernel: it waits"),
    Mutation(
        "a kill returns when the descriptors are closed, before the exit",
        "ESRCH comes only after the reap",
        Replace("process_exit_step", "control_close(world, &state->control, guest);",
                "control_close(world, &state->control, guest);\n"
                "guest_thread_exited(world, state, guest);\n"
                "state->control.phase[guest] = PROCESS_CLOSED;"),
        "stop", "thread of a: simulation: remove-filter; kernel: waits for the exit"),
    Mutation(
        "deleting a tap by name does not create a missing one",
        "It CREATES the device if it is missing",
        Argument("CALL", "open_tap", 1, "device_of(call)->kind == DEVICE_NONE\n"
                 "? ENODEV : do_create_tap(call).error"),
        "stop", "outcome: simulation: No such device; kernel: Success"),
    Mutation(
        "other software's creation of a device succeeds although the name is taken",
        "does nothing if the name is taken",
        Replace("kernel_create_other",
                "return EEXIST;\n"
                "}\n"
                "create(world, state, name, THIRD_PARTY, 0);",
                "return 0;\n"
                "}\n"
                "create(world, state, name, THIRD_PARTY, 0);"),
        "start, taken", "outcome: simulation: Success; kernel: File exists"),
]

# ---- what is asked and set by name; Linux bridges ----

BY_NAME = [
    Mutation(
        "a device is up as soon as it is created",
        "SetOnline: up, AFTER the attachment",
        Replace("create",
                "(struct device){.kind = DEVICE_TAP, .owner = owner, .holders = holders};",
                "(struct device){.kind = DEVICE_TAP, .owner = owner, .holders = holders, .up ="
                " 1};"),
        "start", "vnet0: simulation: MAC 0, up; kernel: MAC 0, down"),
    Mutation(
        "a new tap has its guest's MAC",
        "Until then the tap has no guest's MAC",
        Replace("create",
                "(struct device){.kind = DEVICE_TAP, .owner = owner, .holders = holders};",
                "(struct device){.kind = DEVICE_TAP, .owner = owner, .holders = holders, .mac ="
                " owner};"),
        "start", "vnet0: simulation: MAC 1, down; kernel: MAC 0, down"),
    Mutation(
        "setting the MAC of a device that is gone succeeds",
        "`get-index` and `add-if` fail if a third party has deleted the device",
        Replace("kernel_set_mac", "return ENODEV;", "return 0;"),
        "start, deleted", "outcome: simulation: Success; kernel: No such device"),
    Mutation(
        "a lookup does not see other software's devices",
        "skip if virNetDevExists",
        Replace("do_lookup", "device_of(call)->kind == DEVICE_NONE",
                "device_of(call)->kind == DEVICE_NONE || device_of(call)->owner == THIRD_PARTY"),
        "start, taken", "outcome: simulation: No such device; kernel: Success", "counter"),
    Mutation(
        "a lookup takes any life of a name for one's own",
        "name+ifindex is a usable incarnation id",
        Replace("do_lookup", "device_incarnation(device_of(call))", "owner_of(call)"),
        "switches: name fixed twice", "outcome: simulation: value 2; kernel: value 1",
        "libvirt-6.6,port-guard=incarnation"),
    Mutation(
        "whoever asks for a MAC reads his own",
        "keep the port if a device of that name exists and its MAC is not this guest's",
        Replace("do_get_mac", "device_of(call)->mac", "call->world->nic[call->nic].mac"),
        "switches: name fixed twice", "outcome: simulation: value 2; kernel: value 1",
        "mac-check"),
    Mutation(
        "SIOCBRADDIF succeeds on an enslaved device",
        "SIOCBRADDIF on a device that has a master is EBUSY",
        Replace("kernel_bridge_add",
                "if (device->master != 0 || device->kind == DEVICE_MACVTAP ||",
                "if (device->kind == DEVICE_MACVTAP ||"),
        "starts on two bridges, deleted",
        "outcome: simulation: Success; kernel: Device or resource busy"),
    Mutation(
        "SIOCBRADDIF succeeds on a device that is on that very bridge",
        "a device that has a master is EBUSY, even for the same bridge",
        Replace("kernel_bridge_add",
                "if (device->master != 0 || device->kind == DEVICE_MACVTAP ||",
                "if ((device->master != 0 && device->master != bridge) ||\n"
                "device->kind == DEVICE_MACVTAP ||"),
        "starts, deleted", "outcome: simulation: Success; kernel: Device or resource busy"),
    Mutation(
        "SIOCBRDELIF leaves the device on its bridge",
        "by `[del-port]` if that is an OVS bridge, by `[del-if]` if that is a Linux bridge",
        Replace("kernel_bridge_del",
                "device->master = 0;\n"
                "return 0;",
                "return 0;"),
        "starts on two bridges, deleted", "vnet0: simulation: master lb0; kernel: master none",
        "reattach"),
    Mutation(
        "a port of the userspace datapath has ovs-system for its master",
        "a tap may be on a Linux bridge AND on OVS at once",
        Replace("kernel_on_ovs_system",
                "return port->life == PORT_LIVE && world_datapath(world, port->bridge,"
                " DATAPATH_SYSTEM);",
                "return port->life == PORT_LIVE;"),
        "switch: starts again, deleted", "simulation: master ovs-system; kernel: master none",
        "reattach"),
]

MUTATIONS = (KERNEL + BY_NAME + SWITCH + CHOICES + ROWS + FAULTS + PERSISTENT + RESTART + RENAMES
             + LINKS + FILTERS + NICS + LIMITS)

# Known not to be caught: what both worlds share.  A test shows that this is still so.

NOT_CAUGHT = [
    # Whether the clock can step is not compared: schedules that lack its steps agree.
    Mutation(
        "a name may be held back for ever",
        "steps while any name is held back",
        Replace("control_may_tick", "return counting;", "return false;"), "stop", "", "fin-wait"),
    # core/ is the program under test: both worlds run it, so neither says what it should do.
    Mutation(
        "a stop does not delete its port", "unless the port is kept: `del-port`",
        Replace("wants", "return port && guard_of(context).deletes == row && (machine->flag",
                "return false && port && guard_of(context).deletes == row && (machine->flag"),
        "switch: stop", ""),
    # Oracles judge the simulation; of their verdicts lost-attachment is seen, in frames, and
    # lost-filter, in spoofed ones.
    Mutation(
        "nobody's deletion of a row is foreign",
        "A guest's thread deletes or replaces a row whose owner is another guest",
        Replace("judge_row", "!world_owns(call->world, guest_of(call), row->owner) &&",
                "row->owner == 0 &&"),
        "switch: race", ""),
]
