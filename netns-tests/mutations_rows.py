"""Wrong models of what a row has besides its bridge: see mutations.py."""
from mutation import Mutation
from source import Replace

ROWS = [
    Mutation(
        "an adopted row gets the tag that was asked for",
        "`--may-exist` returns before the tag is applied",
        Replace("ovs_add_port", "if (sets_tag(op))", "if (may_exist)"),
        "switch: row left behind",
        "row vnet0: simulation: tag 2, iface-id of a; Open vSwitch: tag 1, iface-id of a",
        "libvirt-6.6,ovs-add=may-exist"),
    Mutation(
        "an adopted row keeps its tag if a command of its own sets it",
        "as may-exist, and then sets the tag of a guest that has a VLAN",
        Replace("sets_tag", "op.add == OVS_ADD_MAY_EXIST_SET && op.vlan != VLAN_NONE", "false"),
        "switch: row left behind",
        "row vnet0: simulation: tag 1, iface-id of a; Open vSwitch: tag 2, iface-id of a",
        "libvirt-6.6,ovs-add=may-exist-set"),
    Mutation(
        "frames pass whatever the port's tag is",
        "frames of another VLAN do not pass",
        Replace("ovs_passes",
                "device == name && port->bridge == bridge && port->vlan == vlan &&",
                "device == name && port->bridge == bridge &&"),
        "switch: row left behind", "guest a, frames from it: simulation: pass; kernel: lost",
        "libvirt-6.6,ovs-add=may-exist"),
    Mutation(
        "a tap that has been put on a switch has its row alone",
        "which no start has inserted or written, and a live port",
        Replace("add_port", ".life = PORT_LIVE,",
                ".life = row.owner == 0 ? PORT_NONE : PORT_LIVE,"),
        "switch: put there",
        "port mytap0: simulation: not bound; Open vSwitch: bound to the device"),
    Mutation(
        "a tap that has been put on a switch has no tag",
        "with the scenario's tag or none",
        Replace("add_preset", ".uuid = ROW_LEFTOVER, .vlan = preset->vlan}",
                ".uuid = ROW_LEFTOVER}"),
        "switch: put there", "row mytap0: simulation: tag 0, iface-id of nobody"),
    Mutation(
        "the port of a persistent tap goes with its user",
        "stays one, up and bound, from one user to the next",
        Replace("kernel_close", "device->holders &= (uint8_t)~holder;",
                "device->holders &= (uint8_t)~holder;\n"
                "if (holder == HOLDER_QEMU) {\n"
                "state->network.port[name].life = PORT_NONE;\n"
                "}"),
        "switch: put there",
        "port mytap0: simulation: not bound; Open vSwitch: bound to the device"),
    Mutation(
        "a stop deletes only what a start has written",
        "the clean-up of a start that has refused to open it",
        Replace("ovs_del_port",
                "remove_row(world, state, name);",
                "existed = state->network.row[name].owner != 0;\n"
                "if (existed) {\n"
                "remove_row(world, state, name);\n"
                "}"),
        "switch: put there", "row mytap0: simulation: on br0, of nobody; Open vSwitch: on none",
        "libvirt-9.0"),
    Mutation(
        "the agent knows a row by who inserted it",
        "It knows a row by the iface-id of its owner",
        Replace("tag_to_be",
                "row->owner != 0 && world_agent_tags(",
                "row->owner != 0 && row->uuid == row->owner && world_agent_tags("),
        "switch: VLAN left behind", "actor agent: simulation: cannot step; kernel: can",
        "libvirt-6.6,ovs-add=may-exist,vlan-by=agent"),
    Mutation(
        "a vm-id tells two lives of one VM apart",
        "deletes a row whose owner is any life of its VM",
        Replace("do_remove_own", "world_is_one_nic(call->world, row->owner, owner_of(call))",
                "row->owner == owner_of(call)"),
        "switch: two lives", "simulation: it goes on; kernel: it waits",
        "libvirt-9.0,port-guard=vm-id"),
    Mutation(
        "the next life of a VM adopts a row as another guest's",
        "changes nothing in the row if it writes the same external ids",
        Replace("ovs_add_port", "!world_is_one_nic(world, row->owner, owner)",
                "row->owner != owner"),
        "switch: two lives", "simulation: it waits; kernel: it goes on",
        "libvirt-9.0,port-guard=vm-id"),
    Mutation(
        "external ids do not say which life has written them",
        "there the external ids say which start wrote them, and so which life",
        Replace("do_remove_own",
                "(call->op.says_start == 0 || row->owner == owner_of(call)) &&", ""),
        "switch: two lives", "simulation: it waits; kernel: it goes on",
        "libvirt-9.0,port-guard=port-owner"),
    Mutation(
        "an add-port makes its bridge, if there is none",
        "add-port: \"no bridge named br0\", rc 1",
        Replace("ovs_add_port", "state->network.bridge_gone[op.bridge - 1] != 0",
                "state->network.bridge_gone[op.bridge - 1] > 1"),
        "switch: deleted", "outcome: simulation: Success; kernel: No such device"),
    Mutation(
        "the rows of a bridge outlive it",
        "del-br takes its rows along",
        Replace("delete_bridge", "state->network.row[name].bridge == bridge",
                "state->network.row[name].bridge > bridge"),
        "switch: deleted", "row vnet0: simulation: on br0, of a; Open vSwitch: on none, of nobody"),
    Mutation(
        "devices go with their Linux bridge",
        "RTM_DELLINK of a Linux bridge leaves its ports without a master",
        Replace("delete_bridge", "device->master = 0;", "kernel_delete(world, state, name);"),
        "bridge deleted", "vnet0: simulation: gone; kernel: exists"),
    Mutation(
        "SIOCBRADDIF finds a bridge that was deleted",
        "on a bridge that was deleted: ENODEV",
        Replace("kernel_bridge_add",
                "device->kind == DEVICE_NONE || state->network.bridge_gone[bridge - 1] != 0",
                "device->kind == DEVICE_NONE"),
        "bridge deleted", "outcome: simulation: Success; kernel: No such device"),
]
