"""Worlds of guests with several cards, and the policies under which test_brute.py compares them."""
SEVERAL_CARDS = {
    "cards-stop": ["port-first"],
    "cards-start": ["libvirt-6.6"],
    "cards-both": ["libvirt-6.6"],
    "cards-lock": ["atomic", "libvirt-6.6,guard-lock=create"],
    "cards-lock-link": ["atomic"],
    "cards-fail": [
        "libvirt-6.6", "libvirt-6.6,clean-up=created", "libvirt-6.6,tap-delete=restore", "counter",
        "lowest-free", "per-guest-names", "atomic", "owner-delete", "port-first",
    ],
    "cards-exec": [
        "libvirt-6.6", "libvirt-6.6,clean-up=created", "port-first", "lowest-free",
        "per-guest-names", "libvirt-6.6,ovs-add=may-exist", "mac-check,stop-order=port-first",
    ],
    "cards-macvtap": [
        "libvirt-6.6", "libvirt-6.6,clean-up=created", "libvirt-6.6,clean-up=created-link",
        "libvirt-7.0", "lowest-free", "counter,xml-names=keep",
    ],
    "cards-macvtaps": ["libvirt-6.6", "port-first", "counter"],
    "cards-limits": ["libvirt-6.6"],
    "cards-forget": ["lowest-free,on-taken=fail", "libvirt-6.6"],
    "cards-gone": ["libvirt-6.6", "libvirt-6.6,on-gone=give-up", "lowest-free,on-gone=give-up"],
    "cards-names": [
        "libvirt-6.6", "counter", "lowest-free", "lowest-free-after-cleanup", "per-guest-names",
    ],
    "cards-held": ["fin-wait,hold=1", "fin-wait", "fin-wait,release=clean-up-end"],
    "cards-crash": ["libvirt-6.6", "port-first"],
    "cards-calls": [
        "libvirt-6.6", "owner-delete,ovs-add=may-exist", "port-first", "per-guest-names",
    ],
    "cards-midonet": ["libvirt-6.6", "port-first", "libvirt-6.6,clean-up=created"],
    "cards-restart": [
        "libvirt-6.6", "port-first", "port-first,port-guard=incarnation", "lowest-free",
        "per-guest-names",
    ],
    "cards-restart-deleted": ["libvirt-6.6", "counter"],
    "cards-restart-names": [
        "libvirt-6.6", "libvirt-6.6,xml-names=drop", "libvirt-7.0",
        "lowest-free,reserve-again=first",
    ],
    "cards-queues": ["libvirt-6.6", "libvirt-6.6,tap-delete=restore"],
    "cards-freebsd": ["libvirt-6.6", "per-guest-names"],
    "cards-wired": ["libvirt-6.6,ovs-add=may-exist"],
}
