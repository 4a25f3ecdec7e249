"""Wrong models of guests with several nics: see mutations.py."""
from mutation import Mutation
from source import Replace

NICS = [
    Mutation(
        "an exiting process closes its first descriptor alone",
        "**A process that exits** closes all its descriptors in one step",
        Replace("process_exit_step", "i < context.nics", "i < 1"),
        "nics: stop", "vnet1: simulation: exists; kernel: gone"),
    Mutation(
        "exec hands over the first descriptor alone",
        "one `exec`, which hands over all\n  descriptors",
        Replace("kernel_exec",
                "i < context.nics; i++) {\n"
                "uint8_t nic",
                "i < 1; i++) {\n"
                "uint8_t nic"),
        "nics: start, deleted", "vnet1: simulation: held by the daemon; kernel: held by QEMU"),
    Mutation(
        "exec does not mind that the device of the first nic is gone",
        "It fails if the device of any nic has been deleted",
        Replace("kernel_exec",
                "return gone[world->nic[context.nic_at[i]].kind];",
                "return i == 0 ? 0 : gone[world->nic[context.nic_at[i]].kind];"),
        "nics: start, first deleted",
        "outcome: simulation: Success; kernel: File descriptor in bad state"),
    Mutation(
        "nobody asks for the last tap by its name before QEMU does by its descriptor",
        "the device of the last nic is asked for by name",
        Replace("kernel_misses", "op.asked != IFNAME_NONE", "op.asked > IFNAME_MAX_NAMES"),
        "nics: start, deleted",
        "outcome: simulation: File descriptor in bad state; kernel: No such device"),
    Mutation(
        "the daemon's death leaves it the descriptor of a second nic",
        "The daemon's descriptors are closed: a tap that no other process holds is unregistered",
        Replace("close_descriptors", "nic < world_nics(world)", "nic < world->guests"),
        "nics: start, restart", "vnet1: simulation: exists; kernel: gone"),
    Mutation(
        "a second nic's row says that it is the first one's",
        "Each has all that a single one has: a kind, a bridge, a MAC",
        Replace("do_add_port", "owner_of(call)",
                "(uint8_t)(world_guest(call->world, call->nic) + 1)"),
        "switch: nics", "row vnet1: simulation: on br0, of a; Open vSwitch: on br0, of a.2"),
]
