"""How often random scenarios have what; and themes, which have some of it more often."""

# In percent, how often a scenario, a guest, a nic or a device has what the word says.
ODDS = {
    "freebsd": 6, "long names": 8, "wiring": 12, "running": 50, "several": 10, "leaked": 8,
    "sigterm": 7, "sigkill": 5, "second daemon": 8, "macvtap": 14, "veth": 11, "bridge": 80,
    "vlan": 15,
    "template": 15, "fixed": 22, "xml": 25, "queues": 9, "unmanaged": 25, "mac": 10, "limit": 12,
    "filter": 45,
    "devices": 30, "persistent": 60, "put": 60, "row": 12, "faults": 50, "restart": 0, "names": 10,
    "next": 50, "clock": 6, "aim": 15, "client": 6, "again": 6, "after": 5,
    "twins": 5,
    "qemu": 8, "close": 60, "others": 30, "switch": 47, "counter": 0,
}
# What a cell may be about: the odds that are other ones then.
THEMES = {
    "anything": {},
    "families of names": {"template": 65, "xml": 40, "devices": 55, "persistent": 10, "names": 50,
                          "counter": 70, "others": 40, "veth": 20, "freebsd": 2},
    "switches": {"switch": 92, "limit": 35, "vlan": 30, "row": 25, "faults": 75, "wiring": 25,
                 "freebsd": 0},
    "links": {"macvtap": 50, "veth": 35, "mac": 25, "fixed": 35, "freebsd": 0},
    "taps that stay": {"fixed": 65, "devices": 80, "persistent": 90, "queues": 30, "qemu": 35,
                       "leaked": 20, "freebsd": 0, "macvtap": 3, "veth": 3},
    "restarts": {"faults": 100, "restart": 90, "sigterm": 15, "sigkill": 12},
    "several nics": {"several": 75, "leaked": 0},
    "guests that are alike": {"twins": 100, "running": 0, "client": 0, "after": 0, "aim": 5,
                              "queues": 30, "fixed": 40, "several": 20},
}
