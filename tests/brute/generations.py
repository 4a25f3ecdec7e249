"""Worlds of several daemons, each with a policy of its own, and the policies under which
test_brute.py compares them: of the daemons that have none."""
GENERATIONS = {
    "own-policies": [
        "libvirt-6.6", "counter", "atomic", "owner-delete", "libvirt-9.0", "per-guest-names",
    ],
    "own-policies-first": ["libvirt-6.6", "libvirt-11.3"],
    "own-policies-filters": [
        "libvirt-6.6", "libvirt-6.6,filter-key=name", "libvirt-6.6,filter-key=name-mac",
    ],
    "own-policies-agent": [
        "libvirt-6.6", "libvirt-6.6,ovs-add=may-exist",
    ],
    "own-policies-names": ["counter", "libvirt-6.6"],
    "own-policies-hold": ["libvirt-6.6", "fin-wait,hold=3"],
    "own-policies-ids": [
        "libvirt-6.6,ovs-add=may-exist", "libvirt-6.6,port-guard=vm-id,ovs-add=may-exist",
    ],
    "three-daemons": ["libvirt-6.6", "per-guest-names"],
    "three-daemons-lists": ["counter", "lowest-free"],
}
