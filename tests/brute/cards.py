"""Worlds of guests with several cards, and the policies under which test_brute.py compares them."""
SEVERAL_CARDS = {
    "cards-stop": ["libvirt-6.6", "port-first"],
    "cards-start": ["libvirt-6.6"],
    "cards-both": ["libvirt-6.6", "port-first"],
    "cards-lock": ["atomic", "libvirt-6.6,guard-lock=create"],
    "cards-lock-link": ["atomic"],
    "cards-fail": [
        "libvirt-6.6", "libvirt-6.6,clean-up=created", "libvirt-6.6,tap-delete=restore", "counter",
        "lowest-free", "own-names", "atomic", "owner-delete", "port-first",
    ],
    "cards-exec": [
        "libvirt-6.6", "libvirt-6.6,clean-up=created", "port-first", "lowest-free", "own-names",
        "exists-check", "libvirt-6.6,ovs-add=may-exist", "libvirt-6.6,port-guard=port-owner",
    ],
    "cards-macvtap": [
        "libvirt-6.6", "libvirt-6.6,clean-up=created", "libvirt-6.6,clean-up=created-link",
        "libvirt-7.0", "lowest-free", "counter,xml-names=keep",
    ],
    "cards-gone": ["libvirt-6.6", "libvirt-6.6,on-gone=give-up", "lowest-free,on-gone=give-up"],
    "cards-names": [
        "libvirt-6.6", "counter", "lowest-free", "lowest-free-late", "own-names",
    ],
    "cards-held": ["fin-wait,hold=1", "fin-wait", "fin-wait,release=clean-up-end"],
    "cards-crash": ["libvirt-6.6", "port-first"],
    "cards-calls": ["libvirt-6.6", "owner-delete,ovs-add=may-exist", "port-first", "own-names"],
    "cards-midonet": ["libvirt-6.6", "port-first", "libvirt-6.6,clean-up=created"],
    "cards-restart": ["libvirt-6.6", "libvirt-7.0", "lowest-free", "port-first", "own-names"],
    "cards-restart-names": [
        "libvirt-6.6", "libvirt-6.6,xml-names=drop", "libvirt-7.0",
        "lowest-free,reserve-again=first",
    ],
    "cards-queues": ["libvirt-6.6", "libvirt-6.6,tap-delete=restore"],
    "cards-freebsd": ["libvirt-6.6", "own-names"],
    "cards-wired": ["libvirt-6.6,ovs-add=may-exist"],
}
