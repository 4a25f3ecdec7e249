"""Malformed scenarios for test_bad_input.py: a name, what has to be said, and the text.

A mark stands in the text where the complaint has to point to; it is taken out before the text is
written to a file.  Most texts are a good scenario with one part replaced.  A word is suggested
exactly when what has to be said suggests it."""

MARK = "«"

GOOD = {
    "title": "A title",
    "report": "none",
    "network": "{br0: {kind: ovs}, lb0: {kind: linux}}",
    "guests": "{a: {nic: {bridge: br0}, state: running}, b: {nic: {bridge: br0}}}",
    "actors": "[stop a, start b]",
    "claims": "{libvirt-6.6: {lost-attachment: sometimes}}",
}


def scenario(**parts):
    """A good scenario's text with some parts replaced, left out (None) or added."""
    return "".join(f"{key}: {value}\n" for key, value in {**GOOD, **parts}.items()
                   if value is not None)


def place_of(text):
    """The text without the mark, and the mark's line and column, counted from 1."""
    before, mark, after = text.partition(MARK)
    assert mark and MARK not in after, text
    return before + after, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


CASES = []


def bad(name, expected, text=None, **parts):
    CASES.append((name, expected, scenario(**parts) if text is None else text))


def claims(value, *keys):
    """A scenario whose claims are a block: each key with that value behind it."""
    return scenario(claims=None) + "claims:\n" + "".join(f"  {key}{value}\n" for key in keys)


def many(number, pattern):
    return ", ".join(pattern.replace("#", str(i)) for i in range(number))


def guests(a="", b=""):
    """Guest a runs, guest b does not; the arguments are what their nics have beside the bridge."""
    return (f"{{a: {{nic: {{bridge: br0{a}}}, state: running}}, "
            f"b: {{nic: {{bridge: br0{b}}}}}}}")


# ---- no YAML, no text, no document ----
bad("list-not-closed", "not YAML", "title: [a, b\nreport«: c\n")
bad("quote-not-closed", "not YAML", "title: \"A title\nreport: c\n«")
bad("tab-before-a-key", "not YAML: found a tab", "title: A title\n«\treport: none\n")
bad("tab-before-a-bridge", "not YAML", "title: t\nnetwork:\n«\tbr0: {kind: ovs}\n")
bad("two-colons", "not YAML", "title: a«: b\n")
bad("unknown-alias", "alias", "title: A title\nreport: «*nowhere\n")
bad("nul", "NUL", "title: A title\nreport: no«\0ne\n")
bad("control-character", "control character", "title: A title\nreport: no«\a\n")
bad("escaped-control-character", "control character", title='«"a\\x1b[2Jb"')
bad("escaped-c1-control-character", "control character", title='«"a\\x9b2Jb"')
bad("escaped-newline", "control character", title='«"a\\nb"')
bad("empty-file", "nothing in this file", "«")
bad("only-a-comment", "nothing in this file", "«# a comment\n")
bad("two-documents", "second document", scenario() + "«---\n" + scenario())
bad("one-word", "a scenario has to be a mapping", "«hello\n")
bad("a-list", "a scenario has to be a mapping", "«- hello\n")
bad("deep-nesting", "too many brackets", "title: " + "[" * 32 + "«" + "[" * 3000 + "\n")
bad("key-is-a-list", "a key has to be a text", scenario() + "? «[a]\n: b\n")

# ---- parts that are missing ----
for part in [key for key in GOOD if key != "claims"]:
    bad("no-" + part, f"a scenario lacks '{part}'", "«" + scenario(**{part: None}))
bad("no-kind", "a bridge lacks 'kind'", network="{br0: «{datapath: system}}")
bad("no-nic", "a guest lacks 'nic'", guests="{a: «{state: running}, b: {nic: {}}}")
bad("no-do", "an actor lacks 'do'", actors="[stop a, «{times: 2}]")
bad("no-limit", "names lacks 'limit' or 'next'", names="«{}")
bad("no-clean-up-takes", "clock lacks 'clean-up-takes'", clock="«{}")
bad("no-kind-of-device", "a device lacks 'kind'", devices="{tap7: «{}}")

# ---- wrong types ----
bad("title-list", "title has to be a text", title="«[a]")
bad("title-mapping", "title has to be a text", title="«{a: b}")
bad("title-empty", "title is empty", title="«''")
bad("title-long", "longer than 600 bytes", title="«" + "x" * 601)
bad("title-tagged", "title has a tag", title="«!!int 3")
bad("report-list", "report has to be a text", report="«[a]")
bad("network-list", "network has to be a mapping", network="«[br0]")
bad("bridge-text", "a bridge has to be a mapping", network="{br0: «ovs}")
bad("kind-list", "kind of bridge has to be a text", network="{br0: {kind: «[ovs]}}")
bad("guests-list", "guests has to be a mapping", guests="«[a, b]")
bad("guests-empty", "guests has 0 entries", guests="«{}")
bad("guest-text", "a guest has to be a mapping", guests="{a: «running}")
bad("nic-text", "a nic has to be a mapping", guests="{a: {nic: «br0}}")
bad("nic-list", "a nic has to be a mapping", guests="{a: {nic: «[br0]}}")
bad("nic-bridge-list", "bridge has to be a text", guests="{a: {nic: {bridge: «[br0]}}}")
bad("mac-mapping", "a MAC address has to be a text", guests=guests(b=", mac: «{}"))
bad("name-list", "a device's name has to be a text", guests=guests(b=", name: «[x]"))
bad("state-list", "state has to be a text", guests="{a: {nic: {}, state: «[running]}}")
bad("leaked-number", "unknown leaked '1'", guests="{a: {nic: {}, state: running, leaked: «1}}")
bad("devices-list", "devices has to be a mapping", devices="«[tap7]")
bad("device-text", "a device has to be a mapping", devices="{tap7: «tap}")
bad("names-number", "names has to be a mapping", names="«3")
bad("next-text", "next has to be a whole number from 0 to 23", names="{next: «three}")
bad("next-large", "next has to be a whole number from 0 to 23", names="{next: «24}")
bad("next-behind-the-limit", "of 3 numbers, which begin with 0, none is 3",
    names="{limit: 3, next: «3}")
bad("key-next", "'nxet'; did you mean 'next'?", names="{«nxet: 3}")
bad("limit-text", "whole number from 1 to 24", names="{limit: «three}")
bad("limit-negative", "whole number from 1 to 24", names="{limit: «-3}")
bad("limit-fraction", "whole number from 1 to 24", names="{limit: «3.5}")
bad("limit-hexadecimal", "whole number from 1 to 24", names="{limit: «0x3}")
bad("clock-number", "clock has to be a mapping", clock="«2")
bad("actors-mapping", "actors has to be a list", actors="«{stop: a}")
bad("actors-text", "actors has to be a list", actors="«stop a")
bad("actors-empty", "actors has 0 entries", actors="«[]")
bad("actor-empty", "a list of commands has 0 entries", actors="[stop a, «[]]")
bad("command-list", "a command has to be a text", actors="[[«[stop a]]]")
bad("do-mapping", "a command has to be a text", actors="[{do: «{stop: a}}]")
bad("times-text", "times has to be a whole number", actors="[{do: stop a, times: «twice}]")
bad("fault-text", "ovs-timeout has to be a whole number from 1 to 9", faults="{ovs-timeout: «once}")
bad("fault-of-a-list", "ovs-timeout has to be a", faults="{ovs-timeout: «[1]}")
bad("faults-list", "faults has to be a mapping", faults="«[]")
bad("claims-list", "claims has to be a mapping", claims="«[libvirt-6.6]")
bad("claims-empty", "claims has 0 entries", claims="«{}")
bad("claims-of-policy-text", "a policy's claims has to be a mapping", claims="{counter: «never}")
bad("claim-mapping", "what an oracle says has to be a list", claims="{counter: {deadlock: «{}}}")
bad("claim-empty-list", "has 0 entries", claims="{counter: {deadlock: «[]}}")
bad("claim-nested-list", "a claim has to be a text", claims="{counter: {deadlock: [«[never]]}}")

# ---- unknown keys ----
bad("key-of-scenario", "'titel'; did you mean 'title'?", "report: r\n«titel: A title\n")
bad("key-of-scenario-far", "unknown key 'horse'", "title: t\nreport: r\n«horse: A title\n")
bad("key-of-bridge", "'knid'; did you mean 'kind'?", network="{br0: {«knid: ovs}}")
bad("key-of-bridge-block", "'datapth'; did you mean 'datapath'?",
    scenario(network="\n  br0:\n    kind: ovs\n    «datapth: system"))
bad("key-of-guest", "'sate'; did you mean 'state'?", guests="{a: {nic: {}, «sate: running}}")
bad("key-of-nic", "'brige'; did you mean 'bridge'?", guests="{a: {nic: {«brige: br0}}}")
bad("key-of-device", "'knd'; did you mean 'kind'?", devices="{tap7: {«knd: tap}}")
bad("key-of-names", "'limits'; did you mean 'limit'?", names="{«limits: 3}")
bad("key-of-clock", "did you mean 'clean-up-takes'?", clock="{«cleanup-takes: 2}")
bad("key-of-actor", "'tims'; did you mean 'times'?", actors="[{do: stop a, «tims: 2}]")
bad("key-sigterm", "'sigtrem'; did you mean 'sigterm'?",
    guests="{a: {nic: {}, «sigtrem: ignored}}")
bad("fault", "unknown fault 'horse'", faults="{«horse: 1}")
bad("fault-near", "unknown fault 'ovs-timeuot'; did you mean 'ovs-timeout'?",
    faults="{«ovs-timeuot: 1}")
bad("key-is-case-sensitive", "unknown key 'Title'; did you mean 'title'?", "«Title: A title\n")

# ---- the same thing twice ----
bad("twice-title", "'title' is here twice", scenario() + "«title: Another\n")
bad("twice-bridge", "'br0' is here twice", network="{br0: {kind: ovs}, «br0: {kind: ovs}}")
bad("twice-guest", "'a' is here twice", guests="{a: {nic: {}}, b: {nic: {}}, «a: {nic: {}}}")
bad("twice-key-of-nic", "'bridge' is here twice", guests=guests(a=", «bridge: br0"))
bad("twice-device", "'t7' is here twice", devices="{t7: {kind: tap}, «t7: {kind: tap}}")
bad("twice-policy", "'counter' is here twice", claims="{counter: {}, «counter: {}}")
bad("twice-oracle", "'deadlock' is here twice",
    claims="{counter: {deadlock: never, «deadlock: never}}")
bad("twice-fault", "'ovs-timeout' is here twice", faults="{ovs-timeout: 1, «ovs-timeout: 2}")
bad("twice-choice", "'hold' is here twice", claims(": {}", "fin-wait,hold=1,«hold=2"))
bad("twice-do", "'do' is here twice", actors="[{do: stop a, «do: stop a}]")

# ---- unknown words ----
bad("kind", "kind of bridge 'osv'; did you mean 'ovs'?", network="{br0: {kind: «osv}}")
bad("datapath", "unknown datapath 'netdve'; did you mean 'netdev'?",
    network="{br0: {kind: ovs, datapath: «netdve}}")
bad("bridge", "unknown bridge 'br1'; did you mean 'br0'?", guests="{a: {nic: {bridge: «br1}}}")
bad("state", "unknown state 'runing'; did you mean 'running'?",
    guests="{a: {nic: {}, state: «runing}}")
bad("leaked", "unknown leaked 'True'; did you mean 'true'?",
    guests="{a: {nic: {}, state: running, leaked: «True}}")
bad("sigterm", "unknown sigterm 'ignord'; did you mean 'ignored'?",
    guests="{a: {nic: {}, sigterm: «ignord}}")
bad("sigkill", "unknown sigkill 'ignord'; did you mean 'ignored'?",
    guests="{a: {nic: {}, sigkill: «ignord}}")
bad("sigkill-veth", "a container's processes end by SIGKILL here",
    guests="{a: {nic: {kind: veth, name: veth%d}, sigkill: «ignored}}")
bad("sigkill-again", "'a' ignores SIGKILL: that is modelled of a guest that is started once, since "
    "its QEMU may still be there",
    guests="{a: {nic: {bridge: br0}, state: running, sigkill: ignored}}",
    actors="[[stop a, «start a]]")
bad("sigterm-list", "sigterm has to be a text", guests="{a: {nic: {}, sigterm: «[ignored]}}")
bad("key-vm", "unknown key 'vn'; did you mean 'vm'?", guests="{a: {nic: {}, «vn: web}}")
bad("kind-of-device", "kind of device 'tup'; did you mean 'tap'?", devices="{t7: {kind: «tup}}")
bad("verb", "unknown verb 'strat'; did you mean 'start'?", actors="[stop a, «strat b]")
bad("verb-far", "unknown verb 'migrate'", actors="[stop a, «migrate b]")
bad("guest", "unknown guest 'web1'; did you mean 'web2'?", actors="[start «web1]",
    guests="{web2: {nic: {}}, db: {nic: {}}}")
bad("guest-in-list", "unknown guest 'c'", actors="[[stop a, start a], [start «c, stop c]]",
    guests="{a: {nic: {}, state: running}, foo: {nic: {}}}")
bad("guest-in-quotes", "unknown guest 'zzz'", actors='[stop a, "start «zzz"]')
bad("policy", "unknown policy 'libvirt-6.7'; did you mean 'libvirt-6.6'?",
    claims="{«libvirt-6.7: {}}")
bad("policy-far", "unknown policy 'horse-race'", claims="{«horse-race: {}}")
bad("choice", "unknown choice 'port-gaurd'; did you mean 'port-guard'?",
    claims(": {}", "counter,«port-gaurd=mac"))
bad("choice-in-quotes", "unknown choice 'hlod'; did you mean 'hold'?",
    claims(": {}", "'counter,«hlod=3'"))
bad("value", "unknown port-guard 'exist'; did you mean 'exists'?",
    claims(": {}", "libvirt-6.6,port-guard=«exist"))
bad("value-of-number", "hold has to be a number from 0 to 9", claims(": {}", "fin-wait,hold=«10"))
bad("choice-without-value", "'hold' is not CHOICE=VALUE", claims(": {}", "fin-wait,«hold"))
bad("choice-empty", "'' is not CHOICE=VALUE", claims(": {}", "fin-wait,«"))
bad("oracle", "unknown oracle 'lost-atachment'; did you mean 'lost-attachment'?",
    claims="{libvirt-6.6: {«lost-atachment: never}}")
bad("claim", "unknown claim 'somtimes'; did you mean 'sometimes'?",
    claims="{libvirt-6.6: {deadlock: «somtimes}}")
bad("claim-far", "unknown claim 'true'", claims="{libvirt-6.6: {deadlock: «true}}")
bad("rarer-than-unknown", "unknown policy 'countr'; did you mean 'counter'?",
    claims="{libvirt-6.6: {deadlock: [never, rarer than «countr]}}")
bad("rarer-than-unknown-in-quotes", "unknown policy 'countr'; did you mean 'counter'?",
    claims="{libvirt-6.6: {deadlock: 'rarer than «countr'}}")
bad("in-fewer-than-unknown", "unknown policy 'atmic'; did you mean 'atomic'?",
    claims="{counter: {deadlock: in fewer interleavings than «atmic}}")

# ---- words that are no names ----
for name, wrong in {"upper-case": "Web", "digit-first": "1a", "dash-first": "-a", "long": "x" * 24,
                    "underscore": "a_b", "not-ascii": "w\u00e9b", "slash": "a/b"}.items():
    bad("guest-name-" + name, f"a guest's name '{wrong}'", guests=f"{{«{wrong}: {{nic: {{}}}}}}")
    bad("bridge-name-" + name, f"a bridge's name '{wrong}'",
        network=f"{{«{wrong}: {{kind: ovs}}}}")
for word in ("clock", "ovs-vswitchd", "other", "other2", "kernel", "helper", "timeout",
             "agent", "crash", "fail", "leak",
             "lie", "late", "ovsdb"):
    bad("guest-called-" + word, "actor of tapweave's own", guests=f"{{«{word}: {{nic: {{}}}}}}")
for name, wrong in {"long": "x" * 16, "slash": "a/b", "blank": "'a b'", "dots": "'..'",
                    "colon": "'a:b'"}.items():
    bad("device-name-" + name, "is not a name that the kernel gives a device",
        devices=f"{{«{wrong}: {{kind: tap}}}}")
    bad("nic-name-" + name, "is not a name that the kernel gives a device",
        guests=guests(b=f", name: «{wrong}"))
bad("device-name-template", "is not a name", devices="{«'tap%d': {kind: tap}}")
bad("created-name-long", "is not a name", actors="[create «" + "x" * 16 + "]")
bad("created-name-template", "is not a name", actors="[create «tap%d]")
for name in ("vnet", "macvtap", "macvlan"):
    bad("fixed-" + name, f"must not begin with '{name}'", guests=guests(b=f", name: «{name}7"))
for name, wrong in {"two-numbers": "a%d%d", "string": "a%s", "suffix": "a%db", "bare": "'%d'",
                    "percent-alone": "a%",
                    "long": "x" * 15 + "%d", "slash": "a/%d"}.items():
    bad("template-" + name, "is no template", guests=guests(b=f", name: «{wrong}"))
bad("template-without-room-for-the-kernel", "leaves it no room for the %d",
    guests="«" + guests(b=", name: " + "x" * 14 + "%d"),
    claims="{'libvirt-6.6,user-template=kernel': {lost-attachment: sometimes}}")
for name, wrong in {"short": "'52:54:00:00:00'", "letter": "'52:54:00:00:00:0g'",
                    "dashes": "52-54-00-00-00-01", "long": "'52:54:00:00:00:01:02'"}.items():
    bad("mac-" + name, "is not a MAC address", guests=guests(b=f", mac: «{wrong}"))

# ---- commands that cannot be carried out ----
bad("command-without-guest", "'stop' is not a command", actors="[«stop]")
bad("command-of-three-words", "is not a command", actors="[«stop a now]")
bad("command-with-two-blanks", "is not a command", actors="[«'stop  a']")
bad("start-running", "'a' is running by then", actors="[«start a]")
bad("stop-stopped", "'b' is stopped by then", actors="[stop a, «stop b]")
bad("crash-stopped", "'b' is stopped by then", actors="[«crash b]")
bad("stop-twice", "'a' is stopped by then", actors="[[stop a, «stop a]]")
bad("repeated-stop", "'a' is stopped by then", actors="[{do: «stop a, times: 2}]")
bad("two-entries", "'a' has commands already", actors="[stop a, start b, «start a]")
bad("outsider-in-guest", "another actor's", actors="[[stop a, «create tap7]]")
bad("guest-in-outsider", "another actor's", actors="[[create tap7, «stop a]]")
bad("close-not-leaked", "not leaked", actors="[stop a, «close a]")
LEAKED = "{a: {nic: {bridge: br0}, state: running, leaked: true}, b: {nic: {}}}"
bad("close-twice", "only once", guests=LEAKED, actors="[close a, stop a, «close a]")
bad("close-in-guest", "another actor's", guests=LEAKED, actors="[[stop a, «close a]]")
bad("leaked-stopped", "only a running guest", guests="{a: {nic: {}, leaked: «true}}")
bad("leaked-said-to-be-stopped", "only a running guest",
    guests="{a: {nic: {}, state: stopped, leaked: «true}}")
bad("fault-without-ovs", "no bridge of kind ovs", network="{br0: {kind: linux}}",
    faults="{«ovs-timeout: 1}")
STOPPED = "{a: {nic: {bridge: br0}}}"
bad("clock-and-restart", "no clock together with daemon-restart",
    clock="«{clean-up-takes: 2}", faults="{daemon-restart: 1}")
bad("crash-of-nobody", "no guest runs, and none is started", guests=STOPPED,
    actors="[create t7]", faults="{«qemu-crash: 1}")
bad("leak-of-nobody", "no guest with a tap", guests=STOPPED, actors="[create t7]",
    faults="{«fd-leak: 1}")
bad("close-leaked-twice", "only once", actors="[close a, stop a, «close a]",
    faults="{fd-leak: 2}")
bad("lie-without-ovs", "no ovs-vsctl can lie", network="{br0: {kind: linux}}",
    faults="{«ovs-lie: 1}")
bad("late-without-ovs", "no ovs-vsctl can be late", network="{br0: {kind: linux}}",
    faults="{«ovs-late: 1}")
bad("restart-without-ovs", "there is no ovs-vswitchd", network="{br0: {kind: linux}}",
    faults="{«vswitchd-restart: 1}")
bad("outage-without-ovs", "there is no ovsdb-server", network="{br0: {kind: linux}}",
    faults="{«ovsdb-outage: 1}")
bad("outage-and-restart", "ovsdb-outage is not modelled beside vswitchd-restart",
    faults="{vswitchd-restart: 1, «ovsdb-outage: 1}")
bad("outage-and-late", "ovsdb-outage is not modelled beside ovs-late",
    faults="{«ovsdb-outage: 1, ovs-late: 1}")
bad("start-of-nobody", "no guest is started", actors="[stop a]", faults="{«start-fails: 1}")
bad("datapath-of-linux", "only a bridge of kind ovs",
    network="{br0: {kind: linux, datapath: «system}}")
bad("fixed-name-twice", "would have the name 'web0'", actors="[stop a]",
    guests="«{a: {nic: {name: web0}, state: running}, b: {nic: {name: web0}, state: running}}")
bad("fixed-name-of-device", "would have the name 'web0'", devices="{web0: {kind: veth}}",
    guests="«{a: {nic: {name: web0}, state: running}, b: {nic: {}}}")

# ---- Midonet ----
bad("datapath-of-midonet", "only a bridge of kind ovs has a datapath to choose",
    network="{br0: {kind: midonet, datapath: «netdev}}")
bad("midonet-near", "unknown kind of bridge 'midnet'; did you mean 'midonet'?",
    network="{br0: {kind: «midnet}}")
bad("delete-midonet", "'br0' is no bridge of this host's to delete",
    network="{br0: {kind: midonet}}", actors="[«delete-bridge br0]")
bad("row-of-midonet", "only a bridge of kind ovs has rows",
    network="{br0: {kind: ovs}, m0: {kind: midonet}}", rows="{vnet1: {bridge: «m0}}")

# ---- an administrator ----
bad("delete-unknown-bridge", "unknown bridge 'br1'; did you mean 'br0'?",
    actors="[stop a, delete-bridge «br1]")
bad("delete-bridge-twice", "'br0' can be deleted only once",
    actors="[delete-bridge br0, [create t7, «delete-bridge br0]]")
bad("delete-port-without-ovs", "there is no port to delete", network="{br0: {kind: linux}}",
    actors="[«delete-port vnet0]")
bad("delete-port-of-no-name", "is not a name that the kernel gives a device",
    actors="[delete-port «" + "x" * 16 + "]")
bad("verb-delete-brigde", "unknown verb 'delete-brigde'; did you mean 'delete-bridge'?",
    actors="[«delete-brigde br0]")

# ---- rows and VLANs ----
bad("wiring", "unknown wiring 'ifaceid'; did you mean 'iface-id'?",
    network="{br0: {kind: ovs, wiring: «ifaceid}}")
bad("wiring-of-linux", "only a bridge of kind ovs has a wiring to choose",
    network="{br0: {kind: linux, wiring: «bridge}}")
bad("vlan-of-linux", "only a port of a bridge of kind ovs has a VLAN",
    guests="{a: {nic: {bridge: lb0, vlan: «3}}}")
bad("vlan-of-no-bridge", "only a port of a bridge of kind ovs has a VLAN",
    guests="{a: {nic: {vlan: «3}}}")
bad("vlan-zero", "vlan has to be a whole number from 1 to 7", guests=guests(b=", vlan: «0"))
bad("vlan-eight", "vlan has to be a whole number from 1 to 7", guests=guests(b=", vlan: «8"))
bad("rows-list", "rows has to be a mapping", rows="«[vnet0]")
bad("row-text", "a row has to be a mapping", rows="{vnet0: «br0}")
bad("row-without-bridge", "a row lacks 'bridge'", rows="{vnet1: «{vlan: 1}}")
bad("key-of-row", "'valn'; did you mean 'vlan'?", rows="{vnet1: {bridge: br0, «valn: 1}}")
bad("bridge-of-row", "unknown bridge 'br1'; did you mean 'br0'?", rows="{vnet1: {bridge: «br1}}")
bad("row-of-linux", "only a bridge of kind ovs has rows", rows="{vnet1: {bridge: «lb0}}")
bad("vlan-of-row", "vlan has to be a whole number", rows="{vnet1: {bridge: br0, vlan: «all}}")
bad("name-of-row", "is not a name that the kernel gives a device", rows="{«'a b': {bridge: br0}}")
bad("row-template", "is not a name that the kernel gives a device", rows="{«vnet%d: {bridge: br0}}")
bad("row-of-a-guest", "a device that is there: 'vnet0'", rows="«{vnet0: {bridge: br0}}")
bad("row-of-a-device", "a device that is there: 't7'", rows="«{t7: {bridge: br0}}",
    devices="{t7: {kind: tap}}")
bad("twice-row", "'vnet1' is here twice", rows="{vnet1: {bridge: br0}, «vnet1: {bridge: br0}}")
bad("nine-rows", "has 9 entries, and may have 0 to 8",
    rows="«{" + many(9, "t#: {bridge: br0}") + "}")

# ---- too many, too few, too large ----
bad("seven-guests", "has 7 entries, and may have 1 to 6",
    guests="«{" + many(7, "g#: {nic: {}}") + "}")
bad("five-bridges", "has 5 entries, and may have 0 to 4",
    network="«{" + many(5, "br#: {kind: ovs}") + "}")
bad("nine-devices", "has 9 entries, and may have 0 to 8",
    devices="«{" + many(9, "t#: {kind: tap}") + "}")
bad("commands-listed", "has 17 entries, and may have 1 to 16",
    actors="[«[" + many(8, "stop a, start a") + ", stop a]]")
bad("commands-repeated", "more than 16 commands", actors="[{do: [«stop a, start a], times: 9}]")
bad("outsider-commands", "more than 16 commands", actors="[{do: [create t7, «delete t7, "
    "create t8], times: 6}]")
bad("three-outsiders", "more than 2 actors", actors="[create t1, create t2, «create t3]")
bad("21-actors", "has 21 entries", actors="«[" + many(21, "create t#") + "]")
bad("times-zero", "times has to be a whole number from 1 to 16",
    actors="[{do: stop a, times: «0}]")
bad("times-seventeen", "whole number from 1 to 16", actors="[{do: stop a, times: «17}]")
bad("limit-zero", "whole number from 1 to 24", names="{limit: «0}")
bad("limit-too-large", "whole number from 1 to 24", names="{limit: «25}")
bad("limit-far-too-large", "whole number from 1 to 24", names="{limit: «99999999999999999999}")
bad("limit-too-small", "limit 1 is too small", names="{limit: «1}")
bad("limit-too-small-with-device", "limit 2 is too small", names="{limit: «2}",
    devices="{vnet1: {kind: tap}}")
bad("clean-up-takes-zero", "whole number from 1 to 9", clock="{clean-up-takes: «0}")
bad("fault-zero", "ovs-timeout has to be a whole number from 1 to 9", faults="{ovs-timeout: «0}")
bad("fault-ten", "ovs-timeout has to be a whole number from 1 to 9", faults="{ovs-timeout: «10}")
bad("clean-up-takes-ten", "whole number from 1 to 9", clock="{clean-up-takes: «10}")
bad("too-many-names", "more than 32 device names", claims="{fin-wait: {deadlock: never}}",
    guests="«{" + many(6, "g#: {nic: {}, state: running}") + "}",
    actors="[" + many(6, "{do: [stop g#, start g#], times: 8}") + "]")
bad("five-claims", "has 5 entries, and may have 1 to 4",
    claims="{counter: {deadlock: «[never, never, never, never, never]}}")
bad("25-policies", "has 25 entries, and may have 1 to 24",
    claims="«{" + many(25, "'counter,hold=#': {}") + "}")
bad("25th-policy", "more than 24 policies",
    claims="{counter: {deadlock: rarer than mac-check}, " + many(8, "'atomic,hold=#': {}") + ", "
    + many(8, "'counter,hold=#': {}") + ", " + many(6, "'fin-wait,hold=#': {}")
    + ", «reattach: {}}")
TEN_CLAIMS = "{deadlock: [never, never, never, never], start-failed: [never, never, " \
    "never, never], leaked-tap: [never, never]}"
bad("129-claims", "more than 128 claims",
    claims="{" + many(10, "'atomic,hold=#': " + TEN_CLAIMS) + ", counter: " + TEN_CLAIMS
    + ", reattach: " + TEN_CLAIMS + ", mac-check: "
    + TEN_CLAIMS.replace("tap: [never", "tap: [«never") + "}")
bad("65-keys", "has 65 entries", "«" + "".join(f"key{i}: x\n" for i in range(65)))
