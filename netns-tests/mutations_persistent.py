"""Wrong models of taps that outlive their descriptors: see mutations.py."""
from mutation import Mutation
from source import Replace

PERSISTENT = [
    Mutation(
        "a persistent tap goes with its last descriptor",
        "A persistent tap whose last descriptor is closed stays",
        Replace("kernel_close", "device->kind == DEVICE_TAP && device->persist == 0 &&",
                "device->kind == DEVICE_TAP &&"),
        "persistent", "mytap0: simulation: gone; kernel: exists", "libvirt-6.6,tap-delete=never"),
    Mutation(
        "a persistent tap that nobody has open cannot be opened",
        "else (persistent+unattached, or another MQ queue) | ATTACH succeeds",
        Replace("kernel_create", "(device->persist == 0 || device->holders != 0)",
                "(device->kind != DEVICE_NONE)"),
        "persistent", "outcome: simulation: Device or resource busy; kernel: Success"),
    Mutation(
        "a persistent tap that is opened is taken down",
        "with its MAC, IFF_UP, its master and its port",
        Replace("attach", "device->holders |= HOLDER_DAEMON;",
                "device->up = 0;\n"
                "device->holders |= HOLDER_DAEMON;"),
        "persistent", "mytap0: simulation: MAC 0, down; kernel: MAC 0, up"),
    Mutation(
        "a persistent tap that is opened is on no bridge",
        "SIOCBRADDIF on a device that has a master is EBUSY, even for the same bridge",
        Replace("attach", "device->holders |= HOLDER_DAEMON;",
                "device->master = 0;\n"
                "device->holders |= HOLDER_DAEMON;"),
        "persistent", "mytap0: simulation: master none; kernel: master lb0"),
    Mutation(
        "a tap of one queue can be opened with several",
        "the MULTI_QUEUE bit differs | EINVAL",
        Replace("kernel_create", "if (device->multi != multi) {",
                "if (device->multi && !multi) {"),
        "queues", "outcome: simulation: Success; kernel: Invalid argument"),
    Mutation(
        "a tap of several queues can be opened with one",
        "the MULTI_QUEUE bit differs | EINVAL",
        Replace("kernel_create", "if (device->multi != multi) {",
                "if (!device->multi && multi) {"),
        "queues", "outcome: simulation: Success; kernel: Invalid argument"),
    Mutation(
        "a tap of several queues can be open once",
        "Another MQ queue may be one of another process's live tap",
        Replace("kernel_create", "if (!multi && (device->persist == 0",
                "if ((device->persist == 0"),
        "queues shared", "outcome: simulation: Device or resource busy; kernel: Success"),
    Mutation(
        "QEMU is not let set IFF_PERSIST",
        "any holder of the descriptor may set or clear it, without privileges too",
        Replace("process_qemu_step",
                "state->network.device[event->op.name].persist = persist;",
                ""),
        "hostile", "vnet0: simulation: not persistent; kernel: persistent"),
    Mutation(
        "IFF_PERSIST is cleared along with the last close",
        "Clearing it deletes the tap only at the last close",
        Replace("kernel_close", "device->holders &= (uint8_t)~holder;",
                "device->holders &= (uint8_t)~holder;\n"
                "device->persist &= device->holders != 0;"),
        "persistent", "mytap0: simulation: gone; kernel: exists", "libvirt-6.6,tap-delete=never"),
    Mutation(
        "the deletion's TUNSETPERSIST changes nothing",
        "open tun + TUNSETIFF(name, no MULTI_QUEUE) + TUNSETPERSIST 0 + close",
        Replace("do_set_persist", "persist = call->op.persist", "persist |= call->op.persist"),
        "hostile", "vnet0: simulation: persistent; kernel: not persistent"),
    Mutation(
        "a tap that is opened again is another one",
        "name+ifindex is a usable incarnation id",
        Replace("device_incarnation",
                "device->maker != 0 ? device->maker : device->owner",
                "device->owner"),
        "persistent", "outcome: simulation: value 7; kernel: value 8",
        "libvirt-6.6,explicit-name=refuse"),
    Mutation(
        "hot-unplug leaves QEMU its descriptor",
        "then netdev_del (the tap goes), then del-port",
        Replace("do_unplug", "*tap != IFNAME_NONE", "*tap == 99"),
        "unplug", "vnet0: simulation: exists; kernel: gone"),
]
