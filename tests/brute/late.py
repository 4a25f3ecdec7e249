"""Worlds in which a nic is let go of late, or QEMU says so late, and their policies."""
LATE = {
    "unplug-late": ["libvirt-6.6", "libvirt-9.0", "port-first"],
    "unplug-late-crash": ["libvirt-6.6", "port-first"],
    "unplug-late-macvtap": ["libvirt-6.6"],
    "unplug-late-restart": ["libvirt-6.6", "libvirt-9.0", "port-first"],
    "monitor-late": ["libvirt-6.6", "libvirt-9.0"],
    "monitor-late-stop": ["libvirt-6.6", "libvirt-9.0", "port-first"],
}
