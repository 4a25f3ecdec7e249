"""Malformed scenarios of guests that are lives of one VM: see bad_scenarios.py."""
from bad_scenarios import bad, scenario


def lives(a="", b="", start="{do: start b, after: exit a}", stop="stop a", **parts):
    """Two lives of one VM: what is said of each besides, and their entries."""
    return scenario(guests=f"{{a: {{nic: {{bridge: br0{a}}}, state: running, vm: web}}, "
                           f"b: {{nic: {{bridge: br0{b}}}, vm: «web}}}}",
                    actors=f"[{stop}, {start}]", **parts)


def lives_of(a, b, first="«web", then="web", **parts):
    return scenario(guests=f"{{a: {{{a}, state: running, vm: {first}}}, b: {{{b}, vm: {then}}}}}",
                    actors="[stop a, {do: start b, after: exit a}]", **parts)


AGAIN = "'b' is the next life of 'web': its entry has to begin with its start, and with "
bad("vm-word", "a VM's name 'Web' has to be 1 to 23 small letters",
    guests="{a: {nic: {}, vm: «Web}}")
bad("vm-vlan", "one VM has one definition: the nics of 'a' and 'b' differ", lives(", vlan: 1"))
bad("vm-name", "the nics of 'a' and 'b' differ", lives(", name: tap0", ", name: tap1"))
bad("vm-macs", "the nics of 'a' and 'b' differ", lives(", mac: '52:54:00:00:00:01'",
                                                       ", mac: '52:54:00:00:00:02'"))
bad("vm-mac-of-the-second", "the nics of 'a' and 'b' differ",
    lives("", ", mac: '52:54:00:00:00:02'"))
bad("vm-daemons", "one VM has one daemon: 'a' and 'b' have two",
    lives_of("nic: {bridge: br0}", "nic: {bridge: br0}, daemon: 2", "web", "«web"))
bad("vm-nics", "a VM of several lives is modelled with one nic, a tap",
    lives_of("nics: [{bridge: br0}, {bridge: br0}]", "nic: {bridge: br0}"))
bad("vm-macvtap", "a VM of several lives is modelled with one nic, a tap",
    lives_of("nic: {kind: macvtap}", "nic: {kind: macvtap}"))
bad("vm-midonet", "is not modelled on a bridge of kind midonet",
    lives_of("nic: {bridge: m0}", "nic: {bridge: m0}",
             network="{m0: {kind: midonet}, br0: {kind: ovs}}"))
for name, text in {
        "at-once": lives(start="start b"), "later": lives(start="{do: start b, after: kill a}"),
        "never": scenario(guests="{a: {nic: {}, state: running, vm: web}, «b: {nic: {}, vm: web}}",
                          actors="[stop a]"),
        "running": scenario(guests="{a: {nic: {}, state: running, vm: web}, "
                            "«b: {nic: {}, state: running, vm: web}}", actors="[stop a]")}.items():
    bad(f"vm-{name}", AGAIN + "'after: exit a'",
        text if "«b" in text else text.replace("«", "").replace(" b: ", " «b: "))
bad("vm-third", "'c' is the next life of 'web': its entry has to begin with its start, and with "
    "'after: exit b'",
    guests="{a: {nic: {}, state: running, vm: web}, b: {nic: {}, vm: web}, «c: {nic: {}, vm: web}}",
    actors="[stop a, {do: [start b, stop b], after: exit a}, {do: start c, after: exit a}]")
bad("vm-back", "'a' is one life of 'web', and is started once",
    guests="{«a: {nic: {}, state: running, vm: web}}", actors="[[stop a, start a]]")
bad("vm-restart", "daemon-restart is not modelled beside two lives of one VM",
    lives().replace("«", "").replace(" b: ", " «b: ") + "faults: {daemon-restart: 1}\n")
