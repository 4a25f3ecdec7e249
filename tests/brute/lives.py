"""Worlds of one VM that lives more than once, and the policies under which test_brute.py compares
them."""
LIVES = {
    "lives": [
        "libvirt-6.6", "libvirt-9.0,port-guard=vm-id", "libvirt-6.6,port-guard=vm-id", "mac-check",
        "libvirt-9.0,port-guard=port-owner", "owner-delete,ovs-add=may-exist", "atomic",
    ],
    "lives-wired": [
        "libvirt-6.6,ovs-add=may-exist,port-guard=vm-id", "libvirt-10.3", "reattach",
        "libvirt-6.6,ovs-add=may-exist,port-guard=port-owner",
        "libvirt-6.6,ovs-add=may-exist,vlan-by=agent",
    ],
    "lives-limits": ["libvirt-9.0", "libvirt-11.3", "libvirt-11.3,port-guard=vm-id"],
    "lives-filters": ["libvirt-6.6", "libvirt-6.6,filter-key=name-mac"],
    "lives-three": [
        "libvirt-6.6,port-guard=vm-id", "libvirt-6.6,ovs-add=may-exist,port-guard=port-owner",
        "per-guest-names,tap-delete=never", "lowest-free", "counter",
    ],
}
