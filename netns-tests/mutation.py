"""What a mutation is, and the worlds in which mutations.py has them caught: small enough to be
walked whole, each named by what happens in it."""
from dataclasses import dataclass

from source import apply


@dataclass(frozen=True)
class Mutation:
    name: str      # what the wrong model says, as a sentence
    denies: str    # words of docs/facts.md or docs/model*.md that say otherwise
    edits: object  # one of source.py, or several: each fits exactly once in core/ and sim/
    world: str     # a key of WORLDS
    seen: str      # what the divergence has to say, so that it is the mistake that is caught
    policy: str = "libvirt-6.6"

    def changed(self, folder):
        """{path: its text with the mistake in it}, of the sources in that folder."""
        edits = self.edits if isinstance(self.edits, tuple) else (self.edits,)
        return apply(edits, [folder / "core", folder / "sim"])


def scenario(network, guests, actors, devices="{}", rows="{}", faults="{}"):
    return (f"title: A world to catch a wrong model in\nreport: none\nnetwork: {network}\n"
            f"guests: {guests}\ndevices: {devices}\nrows: {rows}\nactors: {actors}\n"
            f"faults: {faults}\n"
            "claims: {libvirt-6.6: {deadlock: never}}\n")


LINUX = "{lb0: {kind: linux}}"
OVS = "{br0: {kind: ovs, datapath: netdev}}"
TWO_SWITCHES = "{br0: {kind: ovs, datapath: netdev}, br1: {kind: ovs, datapath: netdev}}"

WORLDS = {
    "stop": scenario(LINUX, "{a: {nic: {filter: true}, state: running}}", "[stop a]"),
    "crash": scenario(LINUX, "{a: {nic: {bridge: lb0}, state: running}}", "[crash a]"),
    "stop, asleep": scenario(
        LINUX, "{a: {nic: {bridge: lb0}, state: running, sigkill: ignored}}", "[stop a]"),
    "leaked": scenario(LINUX, "{a: {nic: {bridge: lb0}, state: running, leaked: true}}",
                       "[stop a, close a]"),
    "filters": scenario(
        LINUX, "{a: {nic: {bridge: lb0, filter: true}, state: running},"
        " b: {nic: {bridge: lb0, filter: true}}}", "[stop a, start b]"),
    "limits": scenario(
        LINUX, "{a: {nic: {bridge: lb0, limit: true}, state: running},"
        " b: {nic: {bridge: lb0, limit: true}}}", "[stop a, start b]"),
    "limits: queues": scenario(
        "{}", "{a: {nic: {name: mq0, queues: 2, limit: true}, state: running},"
        " b: {nic: {name: mq0, queues: 2, limit: true}}}", "[start b]"),
    "start": scenario(LINUX, "{a: {nic: {bridge: lb0}}}", "[start a]"),
    "persistent": scenario(
        LINUX, "{a: {nic: {bridge: lb0, name: mytap0}}, b: {nic: {name: mytap0}}}",
        "[start a, [start b, stop b]]", "{mytap0: {kind: tap, persistent: true, bridge: lb0}}"),
    "hostile": scenario(LINUX, "{a: {nic: {}, state: running}}", "[stop a, persist a]"),
    "queues": scenario(LINUX, "{a: {nic: {name: mq0}}, b: {nic: {name: sq0, queues: 2}}}",
                       "[start a, start b]", "{mq0: {kind: tap, persistent: true, queues: 2},"
                       " sq0: {kind: tap, persistent: true}}"),
    "queues shared": scenario(
        LINUX, "{a: {nic: {name: mq0, queues: 2}}, b: {nic: {name: mq0, queues: 2}}}",
        "[[start a, stop a], start b]"),
    "queues shared, leak": scenario(
        LINUX, "{a: {nic: {name: mq0, queues: 2}, state: running},"
        " b: {nic: {name: mq0, queues: 2}}}", "[start b, close a]", faults="{fd-leak: 2}"),
    "unplug": scenario(LINUX, "{a: {nic: {bridge: lb0}, state: running}}", "[unplug a]"),
    "nics: stop": scenario(LINUX, "{a: {nics: [{bridge: lb0}, {}], state: running}}", "[stop a]"),
    "nics: start, deleted": scenario(LINUX, "{a: {nics: [{}, {bridge: lb0}]}}",
                                      "[start a, delete vnet1]"),
    "nics: start, first deleted": scenario(LINUX, "{a: {nics: [{}, {bridge: lb0}]}}",
                                            "[start a, delete vnet0]"),
    "start, fails, restart": scenario(
        LINUX, "{a: {nic: {bridge: lb0}}}", "[start a]",
        faults="{start-fails: {times: 1, at: exec}, daemon-restart: 1}"),
    "nics: start, restart": scenario(LINUX, "{a: {nics: [{}, {bridge: lb0}]}}", "[start a]",
                                      faults="{daemon-restart: 1}"),
    "switch: nics": scenario(OVS, "{a: {nics: [{bridge: br0}, {bridge: br0}]}}", "[start a]"),
    "start, taken": scenario(LINUX, "{a: {nic: {bridge: lb0}}}", "[start a, create vnet0]",
                             "{vnet0: {kind: tap}, vnet1: {kind: veth}}"),
    "start, deleted": scenario(LINUX, "{a: {nic: {bridge: lb0}}}", "[start a, delete vnet0]"),
    "starts, deleted": scenario(LINUX, "{a: {nic: {bridge: lb0}}, b: {nic: {bridge: lb0}}}",
                                "[start a, start b, delete vnet0]"),
    "starts on two bridges, deleted": scenario(
        "{lb0: {kind: linux}, lb1: {kind: linux}}",
        "{a: {nic: {bridge: lb0}}, b: {nic: {bridge: lb1}}}", "[start a, start b, delete vnet0]"),
    "stop, crash": scenario(LINUX, "{a: {nic: {bridge: lb0}, state: running}}", "[stop a]",
                            faults="{qemu-crash: 1}"),
    "stop, restart": scenario(LINUX, "{a: {nic: {bridge: lb0}, state: running}}", "[stop a]",
                              faults="{daemon-restart: 1}"),
    "start, restart": scenario(LINUX, "{a: {nic: {bridge: lb0}}}", "[start a]",
                               faults="{daemon-restart: 1}"),
    "start beside a guest, restart": scenario(
        LINUX, "{a: {nic: {bridge: lb0}, state: running}, b: {nic: {bridge: lb0}}}", "[start b]",
        faults="{daemon-restart: 1}"),
    "unplug, crash": scenario(LINUX, "{a: {nic: {bridge: lb0}, state: running}}", "[unplug a]",
                              faults="{qemu-crash: 1}"),
    "stop, deleted": scenario("{}", "{a: {nic: {}, state: running}}", "[stop a, delete vnet0]"),
    "unplug, restart": scenario(LINUX, "{a: {nic: {bridge: lb0}, state: running}}", "[unplug a]",
                                faults="{daemon-restart: 1}"),
    "switch: restart": scenario(OVS, "{a: {nic: {bridge: br0}, state: running}}", "[stop a]",
                                faults="{daemon-restart: 1}"),
    "switch: start, restart": scenario(OVS, "{a: {nic: {bridge: br0}}}", "[start a]",
                                       faults="{daemon-restart: 1}"),
    "switch: lies": scenario(OVS, "{a: {nic: {bridge: br0}, state: running}}", "[stop a]",
                             faults="{ovs-lie: 1}"),
    "vswitchd: restart": scenario(OVS, "{a: {nic: {bridge: br0}, state: running}}", "[stop a]",
                                  faults="{vswitchd-restart: 1}"),
    "outage": scenario(OVS, "{a: {nic: {bridge: br0}, state: running}}", "[stop a]",
                       faults="{ovsdb-outage: 1}"),
    "outage, row": scenario(OVS, "{a: {nic: {bridge: br0}}}", "[start a]",
                            rows="{vnet0: {bridge: br0}}", faults="{ovsdb-outage: 1}"),
    "outage, next": scenario(
        OVS, "{a: {nic: {bridge: br0, name: tap0}, state: running},"
        " b: {nic: {bridge: br0, name: tap0}}}", "[[stop a, start b]]",
        faults="{ovsdb-outage: {guest: a, at: kill}}"),
    "vswitchd: restart, limit": scenario(
        OVS, "{a: {nic: {bridge: br0, limit: true}, state: running}}", "[stop a]",
        faults="{vswitchd-restart: 1}"),
    "switch: limits": scenario(
        OVS, "{a: {nic: {bridge: br0, limit: true}, state: running},"
        " b: {nic: {bridge: br0, limit: true}}}", "[delete vnet0, start b]"),
    "switch: two lives": scenario(
        OVS, "{a: {nic: {bridge: br0, name: tap-a}, vm: web},"
        " b: {nic: {bridge: br0, name: tap-a}, vm: web}}",
        "[[start a, stop a], {do: start b, after: exit a}]"),
    "switch: QoS, again": scenario(
        OVS, "{a: {nic: {bridge: br0, name: tap-a, limit: true}, state: running}}",
        "[[stop a, start a]]"),
    "switch: QoS, taken": scenario(
        OVS, "{a: {nic: {bridge: br0, name: tap-a, limit: true}, state: running},"
        " b: {nic: {bridge: br0, name: tap-a, limit: true}}}", "[start b]"),
    "switch: QoS, next": scenario(
        OVS, "{a: {nic: {bridge: br0, name: tap-a, limit: true}, state: running},"
        " b: {nic: {bridge: br0, name: tap-a, limit: true}}}", "[stop a, start b]"),
    "vswitchd: restart, taken": scenario(
        OVS, "{a: {nic: {bridge: br0}, state: running}, b: {nic: {}}}", "[stop a, start b]",
        faults="{vswitchd-restart: 1}"),
    "switch: orphan": scenario(OVS, "{a: {nic: {bridge: br0}, state: running}}", "[stop a]",
                               faults="{ovs-orphan: 1}"),
    "switch: orphan, adopted": scenario(
        OVS, "{a: {nic: {bridge: br0}, state: running}, b: {nic: {bridge: br0}}}",
        "[stop a, start b]", faults="{ovs-orphan: 1}"),
    "switch: late": scenario(OVS, "{a: {nic: {bridge: br0}, state: running}}", "[stop a]",
                             faults="{ovs-late: 1}"),
    "switch: late, added": scenario(
        OVS, "{a: {nic: {bridge: br0}, state: running}, b: {nic: {bridge: br0, name: tap0}}}",
        "[stop a, start b]", faults="{ovs-late: 1}"),
    "switch: late, adopted": scenario(
        OVS, "{a: {nic: {bridge: br0}, state: running}, b: {nic: {bridge: br0}}}",
        "[stop a, start b]", faults="{ovs-late: 1}"),
    "leak": scenario(LINUX, "{a: {nic: {bridge: lb0}, state: running}}", "[stop a]",
                     faults="{fd-leak: 1}"),
    "start, leak": scenario(LINUX, "{a: {nic: {bridge: lb0}}}", "[start a]",
                            faults="{fd-leak: 1}"),
    "start, fails": scenario(LINUX, "{a: {nic: {bridge: lb0}}}", "[start a]",
                             faults="{start-fails: 1}"),
    "switch: stop": scenario(OVS, "{a: {nic: {bridge: br0}, state: running}}", "[stop a]"),
    "switch: start, taken": scenario(OVS, "{a: {nic: {bridge: br0, name: tap0}}}", "[start a]",
                                     "{tap0: {kind: tap}}"),
    "switch: start, deleted": scenario(OVS, "{a: {nic: {bridge: br0}}}",
                                       "[start a, delete vnet0]"),
    "switch: start, replaced": scenario(OVS, "{a: {nic: {bridge: br0}}}",
                                        "[start a, [delete vnet0, create vnet0]]"),
    "switch: starts again, deleted": scenario(OVS, "{a: {nic: {bridge: br0}}}",
                                              "[[start a, stop a, start a], delete vnet0]"),
    "switch: name left behind": scenario(
        OVS, "{a: {nic: {bridge: br0}, state: running}, b: {nic: {bridge: br0}}}",
        "[delete vnet0, start b]"),
    "switches: name left behind": scenario(
        TWO_SWITCHES, "{a: {nic: {bridge: br0}, state: running}, b: {nic: {bridge: br1}}}",
        "[delete vnet0, start b]"),
    "switches: name fixed twice": scenario(
        TWO_SWITCHES, "{a: {nic: {bridge: br0, name: tap0}, state: running},"
        " b: {nic: {bridge: br1, name: tap0}}}", "[start b]"),
    "switches: name fixed twice, deleted": scenario(
        TWO_SWITCHES, "{a: {nic: {bridge: br0, name: tap0}, state: running},"
        " b: {nic: {bridge: br1, name: tap0}}}", "[start b, delete tap0]"),
    "switch and bridge: race": scenario(
        "{br0: {kind: ovs, datapath: netdev}, lb0: {kind: linux}}",
        "{a: {nic: {bridge: br0}, state: running}, b: {nic: {bridge: lb0}}}",
        "[stop a, start b]"),
    "switch: row left behind": scenario(OVS, "{a: {nic: {bridge: br0, vlan: 2}}}", "[start a]",
                                        rows="{vnet0: {bridge: br0, vlan: 1}}"),
    "switch: put there": scenario(
        OVS, "{a: {nic: {bridge: br0, name: mytap0, vlan: 2}}}", "[[start a, stop a]]",
        "{mytap0: {kind: tap, persistent: true, bridge: br0, vlan: 1}}"),
    "switch: VLAN left behind": scenario(
        OVS, "{a: {nic: {bridge: br0, vlan: 1}, state: running}, b: {nic: {bridge: br0, vlan: 2}}}",
        "[delete vnet0, start b]"),
    "switch: deleted": scenario(
        OVS, "{a: {nic: {bridge: br0}, state: running}, b: {nic: {bridge: br0}}}",
        "[delete-bridge br0, start b]"),
    "bridge deleted": scenario(
        LINUX, "{a: {nic: {bridge: lb0}, state: running}, b: {nic: {bridge: lb0}}}",
        "[delete-bridge lb0, start b]"),
    "tap shared, limited": scenario(
        "{}", "{a: {nic: {name: tap0, queues: 2, limit: true}, state: running},"
        " b: {nic: {name: tap0, queues: 2}}}", "[start b]"),
    "bridge: replaced": scenario(LINUX, "{a: {nic: {bridge: lb0}}}",
                                 "[start a, [delete vnet0, create vnet0]]"),
    "bridge: renamed": scenario(LINUX, "{a: {nic: {bridge: lb0}}}", "[start a, rename vnet0 t0]"),
    "renamed, taken": scenario(LINUX, "{a: {nic: {bridge: lb0}, state: running}}",
                               "[[rename vnet0 t0, rename t0 t1]]", "{t1: {kind: veth}}"),
    "switch: renamed": scenario(OVS, "{a: {nic: {bridge: br0}, state: running}}",
                                "[[rename vnet0 t0, rename t0 vnet0]]"),
    "switch: renamed, taken": scenario(OVS, "{a: {nic: {bridge: br0}, state: running}}",
                                       "[[rename vnet0 t0, create vnet0]]"),
    "switch: renamed, name taken": scenario(
        OVS, "{a: {nic: {bridge: br0}, state: running}, b: {nic: {}}}",
        "[[rename vnet0 t0, delete t0, delete-port vnet0], start b]"),
    "macvtap: stop": scenario("{}", "{a: {nic: {kind: macvtap}, state: running}}", "[stop a]"),
    "macvtap: crash, start again": scenario("{}", "{a: {nic: {kind: macvtap}, state: running}}",
                                            "[[crash a, start a]]"),
    "macvtap: unplug, start": scenario(
        "{}", "{a: {nic: {kind: macvtap}, state: running}, b: {nic: {}}}",
        "[[unplug a, start b]]"),
    "macvtap: unplug, crash": scenario(
        "{}", "{a: {nic: {kind: macvtap}, state: running}}", "[unplug a]",
        faults="{qemu-crash: 1}"),
    "macvtap: set-mac": scenario(
        "{}", "{a: {nic: {kind: macvtap, mac: '52:54:00:00:00:01'}, state: running},"
        " b: {nic: {name: mv1, mac: '52:54:00:00:00:01'}},"
        " c: {nic: {kind: macvtap, name: mv1}}}", "[start b, start c, delete mv1]"),
    "macvtap: start, taken": scenario("{}", "{a: {nic: {kind: macvtap}}}", "[start a]",
                                      "{macvtap0: {kind: macvtap}, macvtap1: {kind: tap}}"),
    "macvtap: start, deleted": scenario("{}", "{a: {nic: {kind: macvtap}}}",
                                        "[start a, delete macvtap0]"),
    "macvtap for a tap": scenario(
        LINUX, "{a: {nic: {bridge: lb0, name: macvtap%d}}, b: {nic: {kind: macvtap}}}",
        "[start a, start b, delete macvtap0]"),
    "veth: name fixed twice": scenario(
        LINUX, "{a: {nic: {kind: veth, bridge: lb0, name: pair0}, state: running},"
        " b: {nic: {kind: veth, bridge: lb0, name: pair0}}}", "[start b]"),
    "veth: stop": scenario(
        LINUX, "{a: {nic: {kind: veth, bridge: lb0, name: veth%d}, state: running},"
        " b: {nic: {kind: veth, bridge: lb0, name: veth%d}}}", "[stop a, start b]"),
    "switch: race": scenario(
        OVS, "{a: {nic: {bridge: br0}, state: running}, b: {nic: {bridge: br0}}}",
        "[stop a, start b]"),
}
