"""Wrong models of devices that are renamed: see mutations.py."""
from mutation import Mutation
from source import Replace

RENAMES = [
    Mutation(
        "a rename takes a name that another device has",
        "EEXIST if any device has the new name",
        Replace("rename_device", "return EEXIST;", "return 0;"),
        "renamed, taken", "outcome: simulation: Success; kernel: File exists"),
    Mutation(
        "a renamed device leaves its bridge",
        "A Linux bridge has its ports by their devices, and does not notice",
        Replace("rename_device", "state->network.device[name] = (struct device){0};",
                "state->network.device[name] = (struct device){0};\n"
                "state->network.device[to].master = 0;"),
        "renamed, taken", "t0: simulation: master none; kernel: master lb0"),
    Mutation(
        "a port loses a device that is renamed",
        "It hears by the index that its packet socket is bound to",
        Replace("leave",
                "port->life = PORT_AWAY;\n"
                "port->receives_from = to;",
                "port->life = PORT_STALE;"),
        "switch: renamed", "stale ports: simulation: 1; Open vSwitch: 0"),
    Mutation(
        "a port goes on sending to a device that is renamed, whoever has its name",
        "When another device has the old name, the port sends to that one",
        Replace("create", "port->sends_to = IFNAME_NONE;",
                "port->sends_to = port->receives_from;"),
        "switch: renamed, taken", "guest a, frames to it: simulation: pass; kernel: lost"),
    Mutation(
        "the death of a renamed device is told under its port's name",
        "a renamed device's death is no such event",
        Replace("rename_unregister",
                "port->life = PORT_STALE; /* nobody says so under its name */",
                "port->life = PORT_STALE;\n"
                "port->last_event = REMEMBERS_DOWN;"),
        "switch: renamed, name taken", "vnet0: simulation: MAC 2, down; kernel: MAC 2, up"),
]
