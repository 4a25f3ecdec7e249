"""Malformed scenarios of taps that outlive their descriptors: see bad_scenarios.py."""
from bad_scenarios import CASES, bad, guests  # CASES: what is said here is added to it

bad("rename-alone", "'rename vnet0' is not a command", actors="[«rename vnet0]")
bad("rename-to-two", "'rename vnet0 t0 t1' is not a command", actors="[«rename vnet0 t0 t1]")
bad("rename-to-itself", "'vnet0' has that name already", actors="[rename «vnet0 vnet0]")
bad("rename-no-name", "'a/b' is not a name that the kernel gives", actors="[rename «a/b t0]")
bad("rename-to-no-name", "'t%d' is not a name that the kernel gives", actors="[rename t0 «t%d]")
bad("rename-verb", "unknown verb 'renames'; did you mean 'rename'?", actors="[«renames t0]")
bad("rename-permanent", "'t0' is an administrator's tap, which keeps its name",
    actors="[rename «t0 t1]", devices="{t0: {kind: tap, persistent: true}}")
bad("rename-to-permanent", "'t0' is an administrator's tap, which keeps its name",
    actors="[rename t1 «t0]", devices="{t0: {kind: tap, persistent: true}}")
bad("rename-of-leaked", "'a' is started twice, and an earlier device",
    actors="«[[stop a, start a], rename vnet0 t0]",
    guests="{a: {nic: {bridge: br0}, state: running, leaked: true}}")
bad("rename-of-hostile", "'a' is started twice, and an earlier device",
    actors="«[[stop a, start a], persist a, rename vnet0 t0]")
bad("rename-of-shared", "'a' is started twice, and an earlier device",
    actors="«[[stop a, start a], rename vnet0 t0]", guests=guests(a=", queues: 2"))
bad("rename-beside-a-leak", "'a' is started twice, and an earlier device",
    actors="«[[stop a, start a], rename vnet0 t0]", faults="{fd-leak: 1}")
bad("qemu-in-guest", "another actor's", actors="[[stop a, «persist a]]")
bad("guest-in-qemu", "another actor's", actors="[[persist a, «stop a]]")
bad("two-qemus-in-one", "one guest's QEMU", actors="[[persist a, «unpersist b]]")
bad("qemu-twice", "'a' has commands already", actors="[persist a, stop a, «unpersist a]")
bad("qemu-commands", "more than 16 commands for QEMU",
    actors="[{do: [persist a, «unpersist a, persist a], times: 6}]")
bad("unpersist-verb", "unknown verb 'unpersit'; did you mean 'unpersist'?",
    actors="[«unpersit a]")
bad("unplug-stopped", "'b' is stopped by then", actors="[«unplug b]")
bad("unplug-twice", "'a' is without a nic by then", actors="[[unplug a, «unplug a]]")
bad("start-unplugged", "'a' is running by then", actors="[[unplug a, «start a]]")
bad("qemu-as-guest", "an actor of tapweave's own", guests="{«qemu: {nic: {}}}")
bad("three-queues", "queues has to be a whole number from 1 to 2",
    guests=guests(b=", queues: «3"))
bad("limit-of-a-macvtap", "only a tap has queues or a limit",
    guests="{a: {nic: {kind: macvtap, limit: «true}}, b: {nic: {bridge: br0}}}",
    actors="[start a]")
bad("limit-word", "unknown limit 'yes'", guests=guests(b=", limit: «yes"))
bad("managed-word", "unknown managed 'no'", guests=guests(b=", managed: «no"))
bad("unmanaged-on-a-bridge", "with a name and without a bridge",
    guests=guests(b=", name: tap7, managed: «false"))
bad("unmanaged-without-a-name", "with a name and without a bridge",
    guests="{a: {nic: {managed: «false}}}")
bad("unmanaged-template", "with a name and without a bridge",
    guests="{a: {nic: {name: tap%d, managed: «false}}}")
bad("persistent-veth", "only a tap can be persistent",
    devices="{t0: {kind: veth, persistent: «true}}")
bad("persistent-word", "unknown persistent 'maybe'",
    devices="{t0: {kind: tap, persistent: «maybe}}")
bad("bridge-of-others", "of a tap with persistent: true",
    devices="{t0: {kind: tap, bridge: «lb0}}")
bad("queues-of-others", "of a tap with persistent: true",
    devices="{t0: {kind: tap, persistent: false, queues: «2}}")
bad("persistent-on-midonet", "of kind linux or ovs",
    network="{br0: {kind: ovs}, md0: {kind: midonet}}",
    devices="{t0: {kind: tap, persistent: true, bridge: «md0}}")
bad("persistent-tag", "only a port of a bridge of kind ovs has a VLAN",
    network="{br0: {kind: ovs}, lb0: {kind: linux}}",
    devices="{t0: {kind: tap, persistent: true, bridge: lb0, vlan: «1}}")
bad("persistent-tag-of-nothing", "only a port of a bridge of kind ovs has a VLAN",
    devices="{t0: {kind: tap, persistent: true, vlan: «1}}")
bad("persistent-tag-too-large", "vlan has to be a whole number from 1 to 7",
    devices="{t0: {kind: tap, persistent: true, bridge: br0, vlan: «8}}")
bad("tag-of-others", "of a tap with persistent: true",
    devices="{t0: {kind: tap, vlan: «1}}")
bad("persistent-on-nothing", "unknown bridge 'lb1'; did you mean",
    devices="{t0: {kind: tap, persistent: true, bridge: «lb1}}")
bad("three-queues-of-device", "queues has to be a whole number from 1 to 2",
    devices="{t0: {kind: tap, persistent: true, queues: «3}}")
bad("device-key", "did you mean 'persistent'?", devices="{t0: {kind: tap, «persistant: true}}")
bad("platform", "unknown platform 'freebds'; did you mean 'freebsd'?", platform="«freebds")
LB0 = "{lb0: {kind: linux}}"
ON_LB0 = "{a: {nic: {bridge: lb0}, state: running}}"
bad("freebsd-ovs", "a bridge of kind ovs is not modelled on freebsd", platform="«freebsd")
bad("freebsd-persistent", "a persistent tap is not modelled", platform="«freebsd", network=LB0,
    guests=ON_LB0, actors="[stop a]", devices="{t0: {kind: tap, persistent: true}}")
bad("freebsd-rename", "a device that is renamed is not modelled", platform="«freebsd",
    network=LB0, guests=ON_LB0, actors="[stop a, rename vnet0 t1]")
bad("freebsd-persist", "IFF_PERSIST is not modelled", platform="«freebsd", network=LB0,
    guests=ON_LB0, actors="[stop a, persist a]")
bad("freebsd-queues", "queues: 2 is not modelled", platform="«freebsd", network=LB0,
    guests="{a: {nic: {bridge: lb0, queues: 2}, state: running}}", actors="[stop a]")
bad("freebsd-unmanaged", "managed: false is not modelled", platform="«freebsd", network=LB0,
    guests="{a: {nic: {name: t0, managed: false}}}", actors="[start a]")
bad("freebsd-macvtap", "a device that is no tap is not modelled", platform="«freebsd",
    network="{}", guests="{a: {nic: {kind: macvtap}, state: running}}", actors="[stop a]")
