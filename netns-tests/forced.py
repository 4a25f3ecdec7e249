"""Schedules forced on Debian's libvirtd 9.0.0."""

NETDEV = ("--datapath", "netdev")
NINE = ("-p", "libvirt-9.0")

# A stop that may fail, and the one that follows.
ALONE = """title: A QEMU that SIGKILL does not end in time
report: none
network: {br0: {kind: ovs, datapath: netdev}}
guests:
  a: {nic: {bridge: br0}, state: running, sigkill: ignored}
actors: [stop a]
claims: {libvirt-9.0: {deadlock: never}}
"""


def replay(tapweave, scenario, schedule, *more):
    return tapweave("replay", "--on", "libvirt", *NETDEV, *NINE, "-s", schedule, *more, scenario)
