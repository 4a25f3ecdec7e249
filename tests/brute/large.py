"""The pairs of a world and a policy that are left to `make brute`: each has more than 40,000
interleavings, and takes seconds or half a minute to walk.  `make test` has minutes for all others
together."""

LARGE = {
    ("both-waits", "libvirt-6.6"),
    ("both-waits", "port-first"),
    ("bridge-left", "reattach"),
    ("counter-wraps", "counter,name-check=no,on-taken=fail"),
    ("counter-wraps-linux", "counter"),
    ("ethernet-only", "fin-wait,hold=1"),
    ("fixed-name", "owner-delete,guard-lock=create"),
    ("netdev", "exists-check"),
    ("netdev", "lowest-free"),
    ("netdev", "reattach"),
    ("netdev-leaked", "libvirt-6.6"),
    ("ovs-timeout", "libvirt-6.6"),
    ("ovs-timeout", "owner-delete"),
    ("ovs-timeout-fixed", "libvirt-6.6"),
    ("ovs-timeout-fixed", "libvirt-6.6,clean-up=created"),
    ("ovs-timeout-fixed", "owner-delete"),
    ("queues", "libvirt-6.6,tap-delete=restore"),
    ("queues-left", "libvirt-6.6"),
    ("reported", "atomic"),
    ("restart", "fin-wait,hold=1"),
    ("restart-starts", "libvirt-6.6,guard-lock=create"),
    ("unplug", "lowest-free"),
}
