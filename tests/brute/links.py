"""Worlds of macvtaps and veths, and the policies under which test_brute.py compares them."""
LINKS = {
    "macvtap-cut-off": ["libvirt-6.6", "lowest-free"],
    "macvtaps": ["libvirt-6.6", "libvirt-7.0", "lowest-free", "counter", "fin-wait,hold=1",
                 "libvirt-7.0,link-delete=bulk"],
    "macvtap-taken": [
        "libvirt-6.6", "libvirt-6.6,clean-up=created", "libvirt-11.3", "counter", "lowest-free",
        "lowest-free,on-taken=fail",
    ],
    "macvtap-fixed": [
        "libvirt-6.6", "libvirt-6.6,xml-names=drop", "libvirt-9.0", "libvirt-11.3",
        "lowest-free,clean-up=created",
    ],
    "macvtap-carried": [
        "libvirt-6.6", "libvirt-6.6,xml-names=keep", "libvirt-6.6,xml-names=drop",
        "libvirt-6.6,xml-names=keep,clean-up=created", "libvirt-7.0", "libvirt-7.0,xml-names=keep",
        "libvirt-7.0,xml-names=keep,clean-up=created-link", "counter,xml-names=keep",
        "lowest-free,xml-names=keep,on-taken=fail",
    ],
    "macvtap-none-left": [
        "libvirt-6.6", "libvirt-7.0", "libvirt-7.0,xml-names=keep",
        "libvirt-7.0,xml-names=keep,clean-up=created-link", "libvirt-7.0,xml-names=drop",
        "libvirt-7.0,xml-names=keep,clean-up=created",
    ],
    "macvtap-fails": [
        "libvirt-6.6", "libvirt-6.6,xml-names=all", "libvirt-6.6,clean-up=created-link",
        "libvirt-6.6,clean-up=created", "libvirt-7.0", "libvirt-7.0,xml-names=keep",
        "lowest-free,on-taken=fail",
    ],
    "macvtap-restart": [
        "libvirt-6.6", "libvirt-6.6,xml-names=drop", "counter,name-pool=kind",
        "lowest-free,reserve-again=first", "libvirt-6.6,link-delete=bulk",
    ],
    "macvtap-unfinished": ["libvirt-9.0", "lowest-free,reserve-again=first,clean-up=created"],
    "macvtap-unplug": ["libvirt-6.6", "libvirt-7.0,link-delete=bulk", "per-guest-names"],
    "veths": ["libvirt-6.6", "libvirt-11.3", "libvirt-6.6,clean-up=created", "reattach",
              "atomic", "libvirt-6.6,link-delete=bulk"],
}
