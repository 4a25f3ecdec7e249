"""Worlds with faults of Open vSwitch, and of what the daemon runs for it, and their policies."""
SWITCH_FAULTS = {
    "ovs-lie": ["libvirt-6.6", "port-first"],
    "ovs-lie-again": [
        "libvirt-6.6", "owner-delete", "mac-check", "libvirt-6.6,ovs-add=may-exist",
        "libvirt-6.6,ovs-add=plain", "libvirt-6.6,ovs-add=del-wait-add", "reattach",
        "libvirt-6.6,port-guard=port-owner,ovs-add=may-exist",
    ],
    "ovs-late": ["owner-delete", "libvirt-6.6,ovs-add=may-exist"],
    "ovs-late-again": [
        "libvirt-6.6", "libvirt-6.6,ovs-add=may-exist", "owner-delete",
        "owner-delete,ovs-add=may-exist", "libvirt-6.6,ovs-add=plain",
        "libvirt-6.6,ovs-add=del-wait-add", "libvirt-6.6,port-guard=port-owner",
        "libvirt-6.6,port-guard=port-owner,ovs-add=may-exist", "counter",
    ],
    "ovs-late-two": ["libvirt-6.6", "owner-delete", "libvirt-6.6,port-guard=port-owner"],
    "ovs-orphan": ["libvirt-9.0", "port-first", "libvirt-6.6,port-guard=port-owner"],
    "ovs-orphan-again": [
        "libvirt-6.6", "libvirt-9.0", "owner-delete", "owner-delete,ovs-add=may-exist",
        "libvirt-6.6,port-guard=port-owner", "libvirt-6.6,ovs-add=del-wait-add",
    ],
    "outage": ["libvirt-6.6", "libvirt-9.0", "port-first"],
    "outage-twice": [
        "libvirt-6.6", "libvirt-6.6,ovs-add=del-wait-add", "libvirt-6.6,port-guard=port-owner",
        "owner-delete,ovs-add=may-exist", "libvirt-6.6,ovs-add=plain", "mac-check",
        "libvirt-6.6,clean-up=created",
    ],
    "outage-restart": ["libvirt-6.6", "libvirt-9.0", "reattach"],
    "outage-admin": ["libvirt-6.6", "libvirt-6.6,vlan-by=agent", "libvirt-6.6,vlan-by=parked"],
    "outage-qos": ["libvirt-9.0", "libvirt-11.3", "libvirt-11.3,clean-up=created"],
    "outage-orphan": ["libvirt-6.6", "libvirt-9.0"],
    "outage-timeout": ["libvirt-6.6", "libvirt-9.0"],
    "outage-lie": ["libvirt-6.6", "libvirt-6.6,port-guard=bridge"],
    "outage-moved": ["libvirt-6.6", "reattach", "reattach,ovs-add=del-wait-add"],
    "vswitchd-restart": ["libvirt-6.6", "exists-check", "libvirt-6.6,ovs-add=may-exist"],
    "vswitchd-restart-taken": ["libvirt-6.6"],
    "vswitchd-restart-system": ["libvirt-6.6", "libvirt-6.6,ovs-add=plain"],
}
