"""Worlds of clients that give one command after the other, of entries that wait for a step, and of
faults that strike in one place; and the policies under which test_brute.py compares them."""
CLIENTS = {
    "after-kill": ["libvirt-6.6", "counter"],
    "after-exit": ["libvirt-6.6", "libvirt-9.0"],
    "after-others": ["libvirt-6.6", "counter"],
    "after-nothing": ["libvirt-6.6", "owner-delete"],
    "aimed-start": ["libvirt-6.6"],
    "aimed-calls": ["libvirt-6.6", "owner-delete"],
    "aimed-restart": ["libvirt-6.6", "libvirt-9.0"],
    "client-two-guests": ["libvirt-6.6", "exists-check", "counter"],
    "client-crash": ["libvirt-6.6", "libvirt-9.0"],
    "client-fails": ["libvirt-9.0"],
    "retry": ["libvirt-6.6", "libvirt-6.6,port-guard=port-owner", "owner-delete", "atomic"],
    "retry-restart": [
        "libvirt-6.6", "libvirt-6.6,port-guard=port-owner", "libvirt-9.0", "per-guest-names",
    ],
}
