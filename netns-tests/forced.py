"""Schedules forced on Debian's libvirtd 9.0.0."""

NETDEV = ("--datapath", "netdev")
NINE = ("-p", "libvirt-9.0")


def replay(tapweave, scenario, schedule, *more):
    return tapweave("replay", "--on", "libvirt", *NETDEV, *NINE, "-s", schedule, *more, scenario)
