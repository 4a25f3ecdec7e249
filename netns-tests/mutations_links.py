"""Wrong models of macvtaps and veths: see mutations.py."""
from mutation import Mutation
from source import Argument, Replace, Row

LINKS = [
    Mutation(
        "a macvtap goes with its last descriptor",
        "closing /dev/tapN never deletes it",
        Replace("kernel_close",
                "if (device->holders == 0 && device->kind == DEVICE_TAP &&",
                "if (device->holders == 0 && device->kind != DEVICE_VETH &&"),
        "macvtap: stop", "macvtap0: simulation: gone; kernel: exists"),
    Mutation(
        "RTM_NEWLINK succeeds although the name is taken",
        "a name that is taken is EEXIST",
        Replace("kernel_create_link",
                "return EEXIST;\n"
                "}\n"
                "create(world, state, name, owner, HOLDER_DAEMON);",
                "return 0;\n"
                "}\n"
                "create(world, state, name, owner, HOLDER_DAEMON);"),
        "macvtap: start, taken", "outcome: simulation: Success; kernel: File exists"),
    Mutation(
        "a new macvtap has a MAC of its own",
        "A macvtap has its guest's MAC from then on",
        Replace("kernel_create_link", "state->network.device[name].mac = mac;", "(void)mac;"),
        "macvtap: start, taken", "macvtap2: simulation: MAC 0, down; kernel: MAC 1, down"),
    Mutation(
        "the descriptor of a macvtap that is gone says what a tap's says",
        "and is ENOLINK if that is gone",
        Row("gone", "NIC_MACVTAP", None, "EBADFD"),
        "macvtap: start, deleted",
        "outcome: simulation: File descriptor in bad state; kernel: Link has been severed"),
    Mutation(
        "a bridge takes the device that has the name by then",
        "So it is if another device has its name: that one is put on no bridge",
        Replace("move_descriptors", "move(&state->network.indexed[nic], name, to);",
                "(void)state;"),
        "bridge: replaced", "outcome: simulation: Success; kernel: Invalid argument"),
    Mutation(
        "a device that has gone is missed by its name",
        "If the device has gone by then: EINVAL",
        Replace("kernel_add_if", "return EINVAL;", "return ENODEV;"),
        "bridge: replaced", "outcome: simulation: No such device; kernel: Invalid argument"),
    Mutation(
        "a renamed device is put on no bridge",
        "If the device has been renamed, it is the one that is put on the bridge",
        Replace("reference_device_renamed", "move_descriptors(world, state, name, to);",
                "move_descriptors(world, state, name, to);\n"
                "for (unsigned nic = 0; nic < world_nics(world); nic++) {\n"
                "state->network.indexed[nic] = IFNAME_NONE;\n"
                "}"),
        "bridge: renamed", "outcome: simulation: Invalid argument; kernel: Success"),
    Mutation(
        "a macvtap can be put on a bridge",
        "A macvtap cannot be put on a bridge (EBUSY)",
        Replace("kernel_bridge_add",
                "if (device->master != 0 || device->kind == DEVICE_MACVTAP ||",
                "if (device->master != 0 ||"),
        "macvtap for a tap", "outcome: simulation: Success; kernel: Device or resource busy",
        "counter,name-pool=kind"),
    Mutation(
        "the clean-up of a container's start spares the other container's veth",
        "`delete-link` (RTM_DELLINK, by name) ends it, whichever guest's it is",
        Replace("do_delete_link", "return failed(kernel_delete",
                "return failed(call->event->violated != 0 ? 0 : kernel_delete"),
        "veth: name fixed twice", "pair0: simulation: exists; kernel: gone"),
    Mutation(
        "a macvtap can be deleted in bulk",
        "`delete-link` deletes no link: EOPNOTSUPP, whether there is one or not",
        Replace("do_delete_link", "if (call->op.bulk != 0) {", "if (call->op.bulk > 1) {"),
        "macvtap: stop", "outcome: simulation: Success; kernel: Operation not supported",
        "libvirt-7.0,link-delete=bulk"),
    Mutation(
        "a macvtap stays up when it is unplugged",
        "It clears IFF_UP of the device that has the name by then",
        Replace("kernel_set_down", "state->network.device[name].up = 0;", ""),
        "macvtap: unplug, start", "macvtap0: simulation: MAC 1, up; kernel: MAC 1, down"),
    Mutation(
        "a macvtap is set down although its QEMU is dead",
        "if the process does not run any more, it does nothing, and nothing follows",
        Argument("CALL", "link_down", 1, "kernel_set_down(call->state, call->op.name)"),
        "macvtap: unplug, crash", "outcome: simulation: Success; kernel: No such process"),
    Mutation(
        "a container's veth goes with its last process",
        "18 of 20 times it was still there then",
        Replace("kernel_close", "device->orphan = 1;",
                "unregister(world, state, name);"),
        "veth: stop", "veth0: simulation: gone; kernel: exists"),
    Mutation(
        "a container's veth stays until somebody deletes it",
        "and cleanup_net is a work of its own",
        Replace("process_netns_step", "kernel_delete(world, state, event->op.name);",
                "state->network.device[event->op.name].orphan = 0;"),
        "veth: stop", "veth0: simulation: exists; kernel: gone"),
    Mutation(
        "a container's veth may go while it runs",
        "when `kernel/a` closes its descriptors, its network namespace has lost its last user",
        Replace("orphan_of", "state->network.device[name].orphan != 0",
                "state->network.device[name].kind == DEVICE_VETH"),
        "veth: stop", "actor netns/a: simulation: can step; kernel: cannot"),
    Mutation(
        "a veth gets the first name of its family, if it is taken or not",
        "A veth with a template, under name=kernel, gets the lowest free number",
        Replace("do_create_link",
                "kernel_lowest_free(call->world, call->state, call->op.family - 1u)",
                "call->world->names.family[call->op.family - 1u].first"),
        "veth: stop", "outcome: simulation: File exists; kernel: Success"),
]
