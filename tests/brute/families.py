"""Worlds of names that run out, or do not, and the policies under which test_brute.py compares
them.  The second implementation has as many names as any run takes."""
FAMILIES = {
    "counter-wraps": ["counter,name-check=no,on-taken=fail"],
    "counter-wraps-linux": ["counter", "counter,name-check=no,on-taken=fail"],
    "names-limit": [
        "counter", "counter,name-check=no", "counter,name-check=no,on-taken=fail",
        "libvirt-7.0,user-template=kernel", "lowest-free", "fin-wait,hold=1",
        "per-guest-names,user-template=kernel",
    ],
    "names-limit-wraps": [
        "counter", "counter,name-check=no", "libvirt-7.0,user-template=kernel", "fin-wait,hold=1",
    ],
    "names-long-template": ["libvirt-9.0", "lowest-free", "per-guest-names"],
    "names-long-template-limit": ["libvirt-9.0", "counter,name-check=no"],
    "names-vnet-template": ["libvirt-6.6", "libvirt-9.0", "libvirt-7.0,user-template=kernel"],
    "names-next": ["libvirt-6.6", "counter", "counter,name-check=no", "libvirt-7.0"],
    "names-next-limit": ["counter", "counter,name-check=no,on-taken=fail", "lowest-free"],
    "names-rename": ["libvirt-6.6", "counter", "lowest-free"],
    "names-rename-other": ["libvirt-6.6", "counter", "lowest-free", "per-guest-names"],
    "names-veth-left": [
        "libvirt-6.6", "libvirt-6.6,on-gone=give-up", "counter,on-gone=give-up",
        "lowest-free,on-gone=give-up",
    ],
    "template-fails": [
        "libvirt-6.6", "libvirt-9.0", "libvirt-7.0,user-template=kernel",
        "libvirt-9.0,user-template=replace", "lowest-free", "counter,clean-up=created",
        "fin-wait,hold=1", "per-guest-names",
    ],
    "template-vnet": [
        "libvirt-7.0,user-template=kernel", "counter,user-template=kernel",
        "lowest-free,user-template=kernel",
    ],
    "template-vnet-own": [
        "per-guest-names", "per-guest-names,user-template=kernel",
        "per-guest-names,user-template=replace", "libvirt-7.0,user-template=kernel",
    ],
}
