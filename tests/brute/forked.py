"""Worlds of starts that fail, and their policies: with a QEMU that does not run, which a status
file makes something of; and with filters, which are removed twice.  And of status files that are
good until a stop has removed limits and filters."""
FORKED = {
    "forked": ["libvirt-6.6", "libvirt-9.0", "libvirt-11.3", "libvirt-6.6,on-gone=give-up",
               "per-guest-names", "lowest-free,reserve-again=first,clean-up=created"],
    "forked-two": ["libvirt-6.6", "libvirt-7.0", "libvirt-11.3", "libvirt-11.3,reserve-again=first",
                   "owner-delete", "per-guest-names,tap-delete=never",
                   "libvirt-6.6,port-guard=incarnation", "libvirt-6.6,port-guard=port-owner"],
    "forked-ethernet": ["libvirt-6.6", "libvirt-9.0", "lowest-free", "per-guest-names"],
    "forked-cards": ["libvirt-6.6", "libvirt-9.0", "lowest-free"],
    "forked-veth": ["libvirt-6.6", "libvirt-11.3", "libvirt-6.6,clean-up=created"],
    "tap-missed": ["libvirt-6.6", "libvirt-9.0", "libvirt-11.3"],
    "tap-missed-limit": ["libvirt-6.6", "libvirt-9.0", "libvirt-11.3"],
    "tap-renamed": ["libvirt-6.6", "libvirt-9.0"],
    "unfilter": ["libvirt-6.6", "libvirt-7.0", "libvirt-9.0", "libvirt-11.3", "atomic",
                 "libvirt-6.6,filter-key=name-mac", "lowest-free,clean-up=created",
                 "libvirt-9.0,clean-up=created"],
    "unfilter-cards": ["libvirt-6.6", "libvirt-9.0", "lowest-free", "lowest-free,clean-up=created",
                       "libvirt-9.0,clean-up=created"],
    "unfilter-template": ["libvirt-7.0", "libvirt-9.0", "lowest-free",
                          "lowest-free,clean-up=created"],
    "unfilter-veth": ["libvirt-6.6", "libvirt-9.0"],
    "clears-restart": [
        "libvirt-6.6", "libvirt-7.0", "libvirt-9.0", "libvirt-11.3",
        "port-first,stop-status=spoilt", "lowest-free,stop-status=spoilt",
        "lowest-free,stop-status=spoilt,release=device-death",
        "fin-wait,hold=1,stop-status=spoilt",
    ],
    "clears-cards": [
        "libvirt-6.6", "libvirt-7.0", "libvirt-9.0", "port-first,stop-status=spoilt",
        "lowest-free,stop-status=spoilt,release=device-death",
    ],
}
