"""More of bad_scenarios.py: names and addresses that the kernel, Open vSwitch, libvirt or the
harness refuses (netns-tests/test_names.py asks the kernel), and names that nothing ever has."""
from bad_scenarios import bad, guests  # what is said here is added to its CASES

NO_NAME = "is not a name that the kernel gives a device"
REFUSED = {
    "all": NO_NAME, "default": NO_NAME, "à": NO_NAME, "lo": "'lo' is the loopback device",
    "ovs-system": "is Open vSwitch's own device", "ovs-netdev": "is Open vSwitch's own device",
    "--": "'--' is what ends a command of ovs-vsctl", "br0": "'br0' is a bridge",
    "lb0": "'lb0' is a bridge", "probe0": "begins with 'probe', as the harness's own devices do",
}
for text, said in REFUSED.items():
    for place, parts in {
            "nic": {"guests": guests(b=f", name: «'{text}'")},
            "unmanaged": {"guests": f"{{a: {{nic: {{name: «'{text}', managed: false}}}}}}",
                          "actors": "[start a]"},
            "macvtap": {"guests": f"{{a: {{nic: {{kind: macvtap, name: «'{text}'}}}}}}",
                        "actors": "[start a]"},
            "device": {"devices": f"{{«'{text}': {{kind: veth}}}}"},
            "persistent": {"devices": f"{{«'{text}': {{kind: tap, persistent: true}}}}"},
            "row": {"rows": f"{{«'{text}': {{bridge: br0}}}}"},
            "create": {"actors": f"[create «{text}]"},
            "delete": {"actors": f"[delete «{text}]"},
            "delete-port": {"actors": f"[delete-port «{text}]"},
            "rename": {"actors": f"[rename «{text} t0]"},
            "rename-to": {"actors": f"[rename vnet0 «{text}]"},
    }.items():
        bad(f"{place}-called-{text}", said, **parts)
for text in ("all", "default", "lo", "ovs-system", "ovs-netdev", "probe", "a-name-too-long0"):
    for kind in ("linux", "ovs"):
        bad(f"{kind}-bridge-called-{text}", REFUSED.get(text, REFUSED["probe0"] if text == "probe"
                                                        else NO_NAME),
            network=f"{{br0: {{kind: ovs}}, «{text}: {{kind: {kind}}}}}")
for text in ("vnet0", "macvtap12", "macvlan3"):
    bad("bridge-called-" + text, f"a bridge cannot be '{text}': libvirt gives such names",
        network=f"{{br0: {{kind: ovs}}, «{text}: {{kind: linux}}}}")
bad("template-of-a-bridge", "'br%d' makes 'br0', which is a bridge",
    guests=guests(b=", name: «br%d"))
bad("template-of-a-probe", "'probe%d' begins with 'probe'", guests=guests(b=", name: «probe%d"))

for name, wrong, said in (
        ("multicast", "01:00:5e:00:00:01", "it is a multicast address"),
        ("broadcast", "FF:FF:FF:FF:FF:FF", "it is a multicast address"),
        ("odd", "5b:54:00:00:00:01", "it is a multicast address"),
        ("zero", "00:00:00:00:00:00", "it is zero")):
    bad("mac-" + name, said, guests=guests(b=f", mac: «'{wrong}'"))
    bad("macvtap-mac-" + name, said, actors="[start a]",
        guests=f"{{a: {{nic: {{kind: macvtap, mac: «'{wrong}'}}}}}}")
bad("mac-of-a-tap", "libvirt keeps MAC addresses that begin with fe for its taps",
    guests=guests(b=", mac: «'FE:54:00:00:00:01'"))

# ---- names that nothing can ever have ----
for command in ("delete", "delete-port"):
    bad(command + "-of-nothing", "nothing ever has the name 'vent0'; did you mean 'vnet0'?",
        actors=f"[[stop a, start a], {command} «vent0]")
    bad(command + "-of-no-such-number", "the name 'vnet07'; did you mean 'vnet0'?",
        actors=f"['{command} «vnet07']")
bad("rename-of-nothing", "nothing ever has the name 'vent1'; did you mean 'vnet1'?",
    actors="[rename «vent1 t0]")
bad("delete-of-nothing-near", "nothing ever has the name 'eth0'", actors="[stop a, delete «eth0]")
bad("delete-of-a-fixed-one", "the name 'tpa7'; did you mean 'tap7'?", actors="[delete «tpa7]",
    guests=guests(b=", name: tap7"))
bad("delete-of-a-template", "the name 'mytpa3'; did you mean 'mytap3'?", actors="[delete «mytpa3]",
    guests=guests(b=", name: mytap%d"))
bad("delete-of-a-macvtap", "the name 'macvtab0'; did you mean 'macvtap0'?",
    actors="[delete «macvtab0]", guests="{a: {nic: {kind: macvtap}}}")
bad("delete-of-a-device", "the name 't8'; did you mean 't7'?", actors="[delete «t8]",
    devices="{t7: {kind: tap}}")
bad("delete-of-a-created-one", "the name 't8'; did you mean 't7'?",
    actors="[[delete «t8, create t7]]")
bad("delete-of-a-renamed-one", "the name 't8'; did you mean 't7'?",
    actors="[[rename vnet0 t7, delete «t8]]")
bad("delete-of-a-row", "nothing ever has the name 'gone7'", actors="[delete «gone7]",
    rows="{gone7: {bridge: br0}}")
