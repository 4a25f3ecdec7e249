"""Wrong models of macvtaps and veths: see mutations.py."""
from mutation import Mutation

LINKS = [
    Mutation(
        "a macvtap goes with its last descriptor",
        "closing /dev/tapN never deletes it", "sim/kernel.c",
        "if (device->holders == 0 && device->kind == DEVICE_TAP &&",
        "if (device->holders == 0 && device->kind != DEVICE_VETH &&",
        "macvtap: stop", "macvtap0: simulation: gone; kernel: exists"),
    Mutation(
        "RTM_NEWLINK succeeds although the name is taken",
        "dup name EEXIST", "sim/kernel.c",
        "        return EEXIST;\n    }\n    create(world, state, name, owner, HOLDER_DAEMON);",
        "        return 0;\n    }\n    create(world, state, name, owner, HOLDER_DAEMON);",
        "macvtap: start, taken", "outcome: simulation: Success; kernel: File exists"),
    Mutation(
        "a new macvtap has a MAC of its own",
        "A macvtap has its guest's MAC from then on", "sim/kernel.c",
        "    state->device[name].mac = mac;\n    state->opened[owner - 1] = name;",
        "    (void)mac;\n    state->opened[owner - 1] = name;",
        "macvtap: start, taken", "macvtap2: simulation: MAC 0, down; kernel: MAC 1, down"),
    Mutation(
        "the descriptor of a macvtap that is gone says what a tap's says",
        "and is ENOLINK if that is gone", "sim/operate.c",
        "[NIC_MACVTAP] = ENOLINK",
        "[NIC_MACVTAP] = EBADFD",
        "macvtap: start, deleted",
        "outcome: simulation: File descriptor in bad state; kernel: Link has been severed"),
    Mutation(
        "a macvtap can be put on a bridge",
        "A macvtap cannot be put on a bridge (EBUSY)", "sim/kernel.c",
        "if (device->master != 0 || device->kind == DEVICE_MACVTAP ||",
        "if (device->master != 0 ||",
        "macvtap for a tap", "outcome: simulation: Success; kernel: Device or resource busy",
        "counter,name-pool=kind"),
    Mutation(
        "the clean-up of a container's start spares the other container's veth",
        "`delete-link` (RTM_DELLINK, by name) ends it, whoever's it is", "sim/operate.c",
        "        outcome->error = kernel_delete(world, state, op.name);",
        "        outcome->error = violated != 0 ? 0 : kernel_delete(world, state, op.name);",
        "veth: name fixed twice", "pair0: simulation: exists; kernel: gone"),
]
