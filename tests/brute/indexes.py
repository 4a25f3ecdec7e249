"""Worlds in which a device may go, or get another name, between the look-up of its index and its
addition to a bridge, and the policies under which test_brute.py compares them."""
INDEXES = {
    "index-deleted": ["libvirt-6.6", "libvirt-9.0", "lowest-free,on-taken=fail"],
    "index-renamed": ["libvirt-6.6", "reattach"],
    "index-veths": ["libvirt-6.6", "libvirt-11.3", "libvirt-6.6,clean-up=created"],
    "index-after": ["libvirt-6.6", "reattach", "atomic"],
    "index-cards": ["libvirt-6.6", "per-guest-names"],
}
# Worlds in which a start's default qdisc may come upon another guest's limit.
QDISCS = {
    "qdisc-shared": ["libvirt-6.6,root-qdisc=all", "libvirt-6.6,root-qdisc=not-ovs",
                     "libvirt-7.0", "libvirt-7.0,limit-by=qos"],
    "qdisc-taken": ["libvirt-6.6", "libvirt-7.0", "libvirt-9.0"],
    "qdisc-links": ["libvirt-6.6,root-qdisc=not-ovs"],
    "qdisc-fails": ["libvirt-9.0"],
}
