"""More of bad_scenarios.py: links, and names that definitions carry."""
from bad_scenarios import bad  # what is said here is added to its CASES


def links(a, b="", more=""):
    return f"{{a: {{nic: {{{a}}}{more}}}, b: {{nic: {{{b}}}}}}}"


for name, said, nic in [
        ("kind-of-nic", "unknown kind of nic 'macvtp'; did you mean 'macvtap'?", "kind: «macvtp"),
        ("macvtap-on-a-bridge", "on its parent device", "kind: macvtap, bridge: «br0"),
        ("macvtap-template", "fixed, or generated", "kind: macvtap, name: «mv%d"),
        ("macvtap-name", "must not begin with 'macvtap'", "kind: macvtap, name: «macvtap7"),
        ("via-of-tap", "only a macvtap comes by", "via: «network"),
        ("via", "unknown via 'networks'; did you mean 'network'?", "kind: macvtap, via: «networks"),
        ("veth-of-ovs", "on a Linux bridge alone", "kind: veth, name: v0, bridge: «br0"),
        ("veth-without-name", "needs a name, fixed or a template", "kind: «veth, bridge: lb0"),
        ("xml-and-name", "the user's own name", "kind: macvtap, name: x0, xml: «macvtap0"),
        ("xml-of-another-template", "is not 'mytap' with a number", "name: mytap%d, xml: «mytip0"),
        ("xml-list", "has to be a text", "kind: macvtap, xml: «[macvtap0]")]:
    bad(name, said, guests=links(nic))
ONE = "kind: macvtap, mac: '52:54:00:00:00:01'"
bad("macvtaps-of-one-mac", "one MAC address", guests=links(ONE, ONE.replace("'", "«'", 1)))
bad("veth-unplug", "'a' is a container", actors="[«unplug a]",
    guests=links("kind: veth, name: v0", more=", state: running"))
bad("netns-in-guest", "an actor of tapweave's own", guests="{«netns: {nic: {}}}")
bad("leaked-macvtap", "only a tap lives as long as somebody has a descriptor of it",
    guests=links("kind: macvtap", more=", state: running, leaked: «true"))
for kind, text in {"tap": "", "fixed": "name: x0, ", "veth": "kind: veth, name: x0, "}.items():
    bad("xml-of-" + kind, "only a generated name can be kept",
        guests=links(text + "xml: «macvtap0"))
for name, wrong in {"prefix": "macvtab0", "number": "macvtap", "zero": "macvtap01", "suffix":
                    "macvtap0a", "long": "macvtap100000000"}.items():
    bad("xml-" + name, "is not 'macvtap' with a number behind it",
        guests=links(f"kind: macvtap, xml: «{wrong}"))
bad("xml-of-running", "not matter", guests=links("kind: macvtap, xml: macvtap0",
                                                 more=", state: «running"))
# Names that other software has in a template's family, and a limit without room for them.
for kind, fixed in {"veth": "kind: veth, bridge: lb0, ", "tap": "bridge: br0, "}.items():
    bad("limit-of-a-template-" + kind, "limit 1 is too small for 1 guest and",
        guests="{a: {nic: {" + fixed + "name: pair%d}, state: running}}",
        devices="{pair0: {kind: " + kind + "}}", actors="[stop a]", names="{limit: «1}")
bad("xml-behind-the-limit", "limit 3 is too small", names="{limit: «3}",
    guests=links("kind: macvtap, xml: macvtap3"), actors="[start a]")
bad("xml-too-large", "more than 32 device names", actors="[start a]",
    guests="«" + links("kind: macvtap, xml: macvtap32"))
bad("leak-of-macvtaps", "no guest with a tap runs", guests=links("kind: macvtap", "kind: macvtap"),
    actors="[start a, start b]", faults="{«fd-leak: 1}")
bad("filter-of-macvtap", "a macvtap has no packet filter",
    guests=links("kind: macvtap, filter: «true"))
bad("claim-without-filter", "no nic has a packet filter that it could lose",
    guests=links("bridge: br0, filter: false"), actors="[start a]",
    claims="{libvirt-6.6: {«lost-filter: never}}")
bad("queues-of-macvtap", "only a tap has queues", guests=links("kind: macvtap, queues: «2"))
bad("unmanaged-macvtap", "only a tap has queues",
    guests=links("kind: macvtap, name: mv0, managed: «false"))
bad("persist-of-macvtap", "'a' has no tap", actors="[«persist a]",
    guests=links("kind: macvtap", more=", state: running"))
