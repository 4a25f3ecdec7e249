"""Wrong models of what single choices of a policy ask for: see mutations.py."""
from mutation import Mutation
from source import Replace

CHOICES = [
    Mutation(
        "a kill finds a process that is gone",
        "If there is no process any more, `kill` says ESRCH",
        Replace("do_kill", "failed(ESRCH)", "failed(0)"),
        "crash", "outcome: simulation: Success; kernel: No such process"),
    Mutation(
        "del-port of a bridge deletes a port of another one",
        "`del-port BR P` is an error if P is on another bridge",
        Replace("do_del_port", "failed(EINVAL)", "failed(0)"),
        "switches: name fixed twice", "outcome: simulation: Success; kernel: Invalid argument",
        "libvirt-6.6,port-guard=bridge"),
    Mutation(
        "a removal by external ids removes whatever row has the name",
        "ovsdb `wait`(timeout 0, ==) + mutate\n   (returns \"timed out\", nothing applied)",
        Replace("do_remove_own",
                "world_is_one_nic(call->world, row->owner, owner_of(call)) && "
                "(call->op.says_start == 0 || row->owner == owner_of(call)) && "
                "row->start_number == call->op.start_number",
                "row->bridge != 0"),
        "switch: race",
        "row vnet0: simulation: on none, of nobody; Open vSwitch: on br0, of b",
        "libvirt-6.6,port-guard=port-owner,ovs-add=may-exist"),
    Mutation(
        "a removal by external ids waits although it has removed nothing",
        "If the commit changed anything, the thread waits until `ovs-vswitchd` has stepped. "
        "Otherwise it goes on at once",
        Replace("do_remove_own", "committed(0, own)", "committed(0, true)"),
        "switch: race", "simulation: it waits; kernel: it goes on",
        "libvirt-6.6,port-guard=port-owner,ovs-add=may-exist"),
    Mutation(
        "external ids name the guest's first start, whichever wrote them",
        "they also say which of its starts wrote them",
        Replace("ovs_add_port", "row->start_number = op.start_number;", "row->start_number = 0;"),
        "switch: starts again, deleted",
        "row vnet0: simulation: of start 0; Open vSwitch: of start",
        "libvirt-6.6,port-guard=port-owner"),
    Mutation(
        "a deletion before an addition waits only if it has deleted something",
        "waits for `ovs-vswitchd` whether or not there was a row",
        Replace("do_del_port", "|| call->op.always_waits", ""),
        "switch: start, deleted", "simulation: it goes on; kernel: it waits",
        "libvirt-6.6,ovs-add=del-wait-add"),
    Mutation(
        "clearing the limit of another guest's device leaves it as it is",
        "the device that has the name by now, whichever guest's it is",
        Replace("kernel_limit", "device->limit = limit;",
                "device->limit = limit || device->owner == 2;"),
        "limits", "vnet0: simulation: limited; kernel: not limited"),
    Mutation(
        "clearing a limit that is not there succeeds",
        "ENOENT if it has no limit",
        Replace("kernel_limit", "return ENOENT;", "return 0;"),
        "limits", "outcome: simulation: Success; kernel: No such file or directory"),
]
