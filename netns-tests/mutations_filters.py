"""Wrong models of packet filters: see mutations.py."""
from mutation import Mutation
from source import Replace

REMOVE = ("call->state->network.filter[call->op.name] &=\n"
          "(uint8_t)~state_filter_bit(call->world, call->op.mac);")

FILTERS = [
    Mutation(
        "a filter stays when it is removed",
        "`[remove-filter]`, for a nic with `filter: true`: by name",
        Replace("do_remove_filter", REMOVE, "(void)call;"),
        "stop", "vnet0: simulation: a filter; kernel: no filter"),
    Mutation(
        "a filter goes with its device",
        "A filter by name survives its device",
        Replace("unregister", "state->network.device[name] = (struct device){0};",
                "state->network.device[name] = (struct device){0};\n"
                "state->network.filter[name] = 0;"),
        "stop", "vnet0: simulation: no filter; kernel: a filter"),
    Mutation(
        "a filter by name is spared if the device is another guest's by now",
        "A removal by name removes the filters of that name, whichever guest's device has the "
        "name by then",
        Replace("do_remove_filter", REMOVE,
                "if (device_of(call)->owner == 0 || device_of(call)->owner == owner_of(call)) {\n"
                + REMOVE + "\n}"),
        "filters", "vnet0: simulation: a filter; kernel: no filter",
        "libvirt-6.6,filter-key=name"),
    Mutation(
        "a removal by name and MAC removes all of the name",
        "under filter-key=name-mac by the MAC as well",
        Replace("do_remove_filter", REMOVE,
                "call->state->network.filter[call->op.name] = 0;"),
        "filters", "vnet0: simulation: filters of MACs 0x0; kernel: 0x2",
        "libvirt-6.6,filter-key=name-mac"),
    Mutation(
        "a filter by name and MAC takes the place of the others of that name",
        "Under filter-key=name-mac it is filed under the guest's MAC as well",
        Replace("kernel_add_filter", "*filters |= bit;",
                "*filters = bit;"),
        "filters", "vnet0: simulation: filters of MACs 0x2; kernel: 0x3",
        "libvirt-6.6,filter-key=name-mac"),
    Mutation(
        "a start is content with another guest's binding",
        "and fails (EEXIST) if there is one",
        Replace("kernel_add_filter", "EEXIST", "0"),
        "filters", "outcome: simulation: Success; kernel: File exists",
        "libvirt-6.6"),
    Mutation(
        "a guest that runs from the beginning has no filter",
        "no packet filter",
        Replace("add_running",
                "state->network.filter[name] ="
                " state_filter_bit(world, daemon_filter_mac(&context));",
                "state->network.filter[name] = 0;"),
        "stop", "vnet0: simulation: no filter; kernel: a filter"),
]
