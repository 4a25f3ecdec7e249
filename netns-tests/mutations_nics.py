"""Wrong models of guests with several nics: see mutations.py."""
from mutation import Mutation

CARDS = [
    Mutation(
        "an exiting process closes its first descriptor alone",
        "**A process that exits** closes all its descriptors in one step", "sim/actor.c",
        "        for (unsigned i = 0; i < context.nics; i++) {\n            uint8_t *tap",
        "        for (unsigned i = 0; i < 1; i++) {\n            uint8_t *tap",
        "nics: stop", "vnet1: simulation: exists; kernel: gone"),
    Mutation(
        "exec hands over the first descriptor alone",
        "one `exec`, which hands over all\n  descriptors", "sim/operate.c",
        "    for (unsigned i = 0; i < context.nics; i++) {\n        uint8_t nic",
        "    for (unsigned i = 0; i < 1; i++) {\n        uint8_t nic",
        "nics: start, deleted", "vnet1: simulation: held by the daemon; kernel: held by QEMU"),
    Mutation(
        "exec does not mind that the device of the second nic is gone",
        "It fails if the device of any nic has been deleted", "sim/operate.c",
        "    for (unsigned i = 0; i < context.nics; i++) {\n        if (state->opened",
        "    for (unsigned i = 0; i < 1; i++) {\n        if (state->opened",
        "nics: start, deleted",
        "outcome: simulation: Success; kernel: File descriptor in bad state"),
    Mutation(
        "the daemon's death leaves it the descriptor of a second nic",
        "The daemon's descriptors are closed: a tap that no other process holds is unregistered",
        "sim/restart.c",
        "        for (unsigned i = 0; i < context.nics; i++) {",
        "        for (unsigned i = 0; i < 1; i++) {",
        "nics: start, restart", "vnet1: simulation: exists; kernel: gone"),
    Mutation(
        "a second nic's row says that it is the first one's",
        "Each has all that a single one has: a kind, a bridge, a MAC", "sim/operate.c",
        "    uint8_t owner = (uint8_t)(nic + 1);\n    struct row *row",
        "    uint8_t owner = (uint8_t)(world_guest(world, nic) + 1);\n    struct row *row",
        "switch: nics", "row vnet1: simulation: on br0, of a; Open vSwitch: on br0, of a.2"),
]
