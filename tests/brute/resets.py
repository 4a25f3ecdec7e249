"""Worlds of what the kernel refuses, and of what ovs-vswitchd does to limits of bandwidth, and the
policies under which test_brute.py compares them."""
RESETS = {
    "limits-persistent": ["libvirt-6.6,tap-delete=never", "libvirt-6.6", "libvirt-9.0"],
    "limits-queues": ["libvirt-6.6", "libvirt-6.6,clean-up=created", "port-first"],
    "limits-restart": ["libvirt-6.6", "libvirt-9.0", "reattach"],
    "limits-restart-netdev": ["libvirt-6.6", "libvirt-9.0", "reattach"],
    "limits-row-left": ["libvirt-6.6", "port-first", "libvirt-9.0"],
    "limits-row-left-system": ["libvirt-6.6", "port-first"],
    "limits-vswitchd": ["libvirt-6.6", "owner-delete"],
    "limits-vswitchd-moved": ["libvirt-6.6", "exists-check,clean-up=created"],
    "macvtap-crash": [
        "libvirt-11.3,on-gone=give-up", "libvirt-6.6,on-gone=give-up", "counter,on-gone=give-up",
    ],
    "queues-daemons": ["counter,name-check=no", "lowest-free"],
    "macvtap-macs": ["libvirt-6.6", "libvirt-6.6,clean-up=created", "libvirt-9.0"],
    "qos-again": ["libvirt-9.0", "libvirt-11.3", "libvirt-9.0,clean-up=created"],
    "qos-two": ["libvirt-9.0", "libvirt-11.3", "libvirt-6.6,limit-by=qos",
                "port-first,limit-by=qos", "port-first,limit-by=qos-left"],
    "qos-netdev": ["libvirt-9.0", "libvirt-11.3", "libvirt-6.6,limit-by=qos"],
    "qos-linux": ["libvirt-9.0", "libvirt-11.3", "libvirt-6.6,limit-by=qos-left"],
    "qos-faults": ["libvirt-9.0", "libvirt-11.3", "libvirt-11.3,clean-up=created"],
    "qos-left": ["libvirt-9.0", "libvirt-11.3"],
    "qos-renamed": ["libvirt-9.0", "libvirt-11.3"],
    "qos-cards": ["libvirt-9.0", "libvirt-11.3", "libvirt-6.6,limit-by=qos,clean-up=created"],
}
