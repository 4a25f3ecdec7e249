"""Worlds in which SIGKILL does not end a QEMU in time, and their policies."""
SIGKILL = {
    "sigkill": [
        "libvirt-6.6", "libvirt-6.6,kill-fails=fail", "libvirt-11.3", "exists-check", "lowest-free",
        "lowest-free,on-taken=fail", "lowest-free,kill-fails=fail", "port-first,kill-fails=fail",
        "fin-wait,hold=1", "per-guest-names,kill-fails=fail",
    ],
    "sigkill-fixed": [
        "libvirt-6.6", "libvirt-6.6,kill-fails=fail", "libvirt-9.0", "libvirt-11.3", "exists-check",
    ],
    "sigkill-restart": [
        "libvirt-6.6", "libvirt-6.6,kill-fails=fail", "libvirt-9.0", "libvirt-11.3",
        "port-first,kill-fails=fail", "lowest-free-after-cleanup,kill-fails=fail",
    ],
    "sigkill-again": [
        "libvirt-6.6", "libvirt-6.6,kill-fails=fail", "libvirt-9.0,kill-fails=fail",
        "port-first,kill-fails=fail",
    ],
    "sigkill-crash": ["libvirt-6.6", "libvirt-6.6,kill-fails=fail", "port-first,kill-fails=fail"],
    "sigkill-unfinished": ["libvirt-6.6", "libvirt-6.6,kill-fails=fail", "libvirt-11.3"],
    "sigkill-unplugged": ["libvirt-6.6", "libvirt-6.6,kill-fails=fail"],
}
