"""Wrong models of packet filters: see mutations.py."""
from mutation import Mutation

REMOVE = "state->filter[op.name] &= (uint8_t)~world_filter(world, nic);"

FILTERS = [
    Mutation(
        "a filter stays when it is removed",
        "`remove-filter`: by name", "sim/operate.c",
        REMOVE, ";",
        "stop", "vnet0: simulation: a filter; kernel: no filter"),
    Mutation(
        "a filter goes with its device",
        "A filter by name survives its device", "sim/kernel.c",
        "    state->device[name] = (struct device){0};\n    for (",
        "    state->device[name] = (struct device){0};\n    state->filter[name] = 0;\n    for (",
        "stop", "vnet0: simulation: no filter; kernel: a filter"),
    Mutation(
        "a filter by name is spared if the device is another guest's by now",
        "A removal by name removes the filters of that name, whichever guest's device has the "
        "name by then",
        "sim/operate.c",
        REMOVE,
        "if (state->device[op.name].owner == 0 || state->device[op.name].owner == nic + 1) {\n"
        "            " + REMOVE + "\n        }",
        "filters", "vnet0: simulation: a filter; kernel: no filter"),
    Mutation(
        "a removal by name and MAC removes all of the name",
        "under filter-key=name-mac by the MAC as well", "sim/operate.c",
        REMOVE, "state->filter[op.name] = 0;",
        "filters", "vnet0: simulation: filters of MACs 0x0; kernel: 0x2",
        "libvirt-6.6,filter-key=name-mac"),
    Mutation(
        "a filter by name and MAC takes the place of the others of that name",
        "Under filter-key=name-mac it is filed under the guest's MAC as well", "sim/operate.c",
        "state->filter[op.name] |= world_filter(world, nic);",
        "state->filter[op.name] = world_filter(world, nic);",
        "filters", "vnet0: simulation: filters of MACs 0x2; kernel: 0x3",
        "libvirt-6.6,filter-key=name-mac"),
    Mutation(
        "a start is content with another guest's binding",
        "and fails (EEXIST) if there is one", "sim/operate.c",
        "return state->thread[guest].machine.kind == MACHINE_RECONNECT ? 0 : EEXIST;",
        "return 0;",
        "filters", "outcome: simulation: Success; kernel: File exists",
        "libvirt-6.6,filter-key=binding"),
    Mutation(
        "a guest that runs from the beginning has no filter",
        "no packet filter", "sim/initial.c",
        "state->filter[name] = world_filter(world, nic);",
        "state->filter[name] = 0;",
        "stop", "vnet0: simulation: no filter; kernel: a filter"),
]
