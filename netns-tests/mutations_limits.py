"""Wrong models of limits of bandwidth: see mutations.py."""
from mutation import Mutation

LIMITS = [
    Mutation(
        "a limit over a limit is refused",
        "a second limit takes the place of the first", "sim/kernel.c",
        "    device->limit = limit;",
        "    if (limit && device->limit != 0) {\n        return EEXIST;\n    }\n"
        "    device->limit = limit;",
        "limits: queues", "outcome: simulation: File exists; kernel: Success"),
    Mutation(
        "a port that is made leaves its device's limit alone",
        "a limit that was set before the port was made is gone", "sim/ovs.c",
        "    device->limit = 0;",
        "    device->limit |= 0;",
        "vswitchd: restart, limit", "vnet0: simulation: limited; kernel: not limited"),
    Mutation(
        "ovs-vswitchd clears the limit of any device with a row, at every run",
        "a limit that is set later stays as long as the port does", "sim/ovs.c",
        "        state->port[name].vlan =\n",
        "        if (state->row[name].bridge != 0) {\n            state->device[name].limit = 0;\n"
        "        }\n        state->port[name].vlan =\n",
        "switch: limits", "vnet0: simulation: not limited; kernel: limited"),
]
