"""Wrong models of limits of bandwidth, and of what the kernel refuses: see mutations.py."""
from mutation import Mutation
from source import Argument, Replace

GIVE_UP = "libvirt-11.3,on-gone=give-up"

LIMITS = [
    Mutation(
        "a default qdisc leaves a limit where it is",
        "it takes the place of what is at the root, a limit included",
        Argument("CALL", "set_qdisc", 1, "do_lookup(call).error"),
        "tap shared, limited", "tap0: simulation: limited; kernel: not limited",
        "libvirt-6.6,root-qdisc=all"),
    Mutation(
        "a limit over a limit is refused",
        "a second limit takes the place of the first",
        Replace("kernel_limit", "device->limit = limit;",
                "if (limit && device->limit != 0) {\n"
                "return EEXIST;\n"
                "}\n"
                "device->limit = limit;"),
        "limits: queues", "outcome: simulation: File exists; kernel: Success"),
    Mutation(
        "a port that is made leaves its device's limit alone",
        "a limit that was set before the port was made is gone",
        Replace("bind_port", "device->limit = state->network.port[name].qos;", ""),
        "vswitchd: restart, limit", "vnet0: simulation: limited; kernel: not limited"),
    Mutation(
        "ovs-vswitchd clears the limit of any device with a row, at every run",
        "a limit that is set later stays as long as the port does",
        Replace("ovs_vswitchd_run", "state->network.port[name].vlan =",
                "if (state->network.row[name].bridge != 0) {\n"
                "state->network.device[name].limit = 0;\n"
                "}\n"
                "state->network.port[name].vlan ="),
        "switch: limits", "vnet0: simulation: not limited; kernel: limited"),
    Mutation(
        "a port refers to QoS that was there before",
        "with one it writes the rates again, and looks at no port",
        Replace("ovs_set_qos", "(*rows >> guest & 1) != 0",
                "(*rows >> guest & 1) != 0 && state->network.row[name].qos != 0"),
        "switch: QoS, again", "simulation: it waits; kernel: it goes on", "libvirt-9.0"),
    Mutation(
        "QoS goes with the row that refers to it",
        "no row of them goes because nothing refers to it",
        Replace("remove_row", "state->network.row[name] = (struct row){0};",
                "state->network.row[name] = (struct row){0};\n"
                "state->network.qos[name] = 0;"),
        "switch: QoS, again",
        "QoS of a for tap-a: simulation: is not there; Open vSwitch: is there", "libvirt-9.0"),
    Mutation(
        "ovs-vswitchd sets a qdisc again that was taken away",
        "One that is taken away by `tc qdisc del` is not set again as long as the port lasts",
        Replace("misconfigured", "(port->qos != 0)",
                "(state->network.device[name].limit != 0)"),
        "switch: QoS, taken", "tap-a: simulation: limited; kernel: not limited", "libvirt-9.0"),
    Mutation(
        "a stop removes whatever QoS the port has",
        "the port's reference, if it is to that QoS",
        Replace("ovs_clear_qos",
                "if (state->network.row[name].qos == guest + 1) {\n"
                "assert(existed);",
                "if (state->network.row[name].qos != 0) {"),
        "switch: QoS, next", "row tap-a: simulation: QoS of nobody; Open vSwitch: QoS of b",
        "libvirt-11.3"),
    Mutation(
        "two macvtaps of one parent are up with one MAC",
        "and only one of them may be up",
        Replace("kernel_set_up", "device->kind == DEVICE_MACVTAP && !device->up",
                "device->kind == DEVICE_NONE"),
        "macvtap: crash, start again",
        "outcome: simulation: Success; kernel: Address already in use", GIVE_UP),
    Mutation(
        "two macvtaps of one parent cannot have one MAC at all",
        "One that is down is not in the way",
        Replace("kernel_create_link", "create(world, state, name, owner, HOLDER_DAEMON);",
                "for (unsigned other = 1; mac != 0 && other <= IFNAME_MAX_NAMES; other++) {\n"
                "if (state->network.device[other].mac == mac) {\n"
                "return EADDRINUSE;\n"
                "}\n"
                "}\n"
                "create(world, state, name, owner, HOLDER_DAEMON);"),
        "macvtap: crash, start again",
        "outcome: simulation: Address already in use; kernel: Success", GIVE_UP),
    Mutation(
        "a macvtap is given any MAC",
        "cannot be given a MAC that another one of its parent has which is up",
        Replace("kernel_set_mac", "state->network.device[name].kind == DEVICE_MACVTAP",
                "state->network.device[name].kind == DEVICE_NONE"),
        "macvtap: set-mac", "outcome: simulation: Success; kernel: Address already in use"),
    Mutation(
        "a hot-unplug of a QEMU that is dying succeeds",
        "If the process does not run any more, `unplug` does nothing",
        Replace("do_unplug", "failed(ESRCH)", "failed(0)"),
        "unplug, crash", "outcome: simulation: Success; kernel: No such process"),
    Mutation(
        "TUNSETPERSIST of a tap that has been deleted succeeds",
        "the old descriptor gets EBADFD",
        Replace("do_set_persist", "failed(EBADFD)", "failed(0)"),
        "stop, deleted", "outcome: simulation: Success; kernel: File descriptor in bad state"),
]
