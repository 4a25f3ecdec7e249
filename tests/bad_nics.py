"""Guests with several nics that are refused: more of bad_scenarios.py."""
from bad_scenarios import bad

CARD = "{bridge: br0}"
TWO = f"[{CARD}, {CARD}]"


def one(guest, actors, name, message, **parts):
    bad(name, message, guests=f"{{a: {guest}}}", actors=actors, **parts)


one("{nic: {}, nics: «[{}]}", "[start a]", "nic-and-nics", "a guest has either 'nic' or 'nics'")
one("{nics: «{bridge: br0}}", "[start a]", "nics-mapping", "nics has to be a list")
one("{nics: «[]}", "[start a]", "nics-empty", "nics has 0 entries")
one("{nics: «[{}, {}, {}, {}, {}, {}, {}]}", "[start a]", "nics-too-many", "nics has 7 entries")
one("{nics: [{}, «br0]}", "[start a]", "nics-text", "a nic has to be a mapping")
one("{nics: [{}, {bridge: «br9}]}", "[start a]", "nics-bridge",
    "unknown bridge 'br9'; did you mean 'br0'?")
one("{nisc: [{}]}".replace("nisc", "«nisc"), "[start a]", "nics-misspelt",
    "'nisc'; did you mean 'nic'?")
bad("nics-too-many", "the world is too large: more than 6 nics in all",
    guests="{a: {nics: [{}, {}, {}]}, b: {nics: [{}, {}, «{}]}, c: {nic: {}}}",
    actors="[start a]")
one("{nics: [{}, «{kind: veth, name: eth0}]}", "[start a]", "nics-veth",
    "a container, which has a veth, is modelled with one nic")
one(f"{{nics: {TWO}, state: running, leaked: «true}}", "[stop a]", "nics-leaked",
    "a leaked descriptor is modelled of a guest with one nic")
one("{nics: [{}, {kind: macvtap, xml: macvtap0}], state: «running}", "[stop a]", "nics-xml-runs",
    "what its definition carried ('xml') does not matter any more")
one("{nics: [{kind: macvtap, mac: '52:54:00:00:00:01'},"
    " {kind: macvtap, mac: «'52:54:00:00:00:01'}]}", "[start a]", "nics-macvtap-mac",
    "two macvtaps of one parent cannot have one MAC address")
one(f"{{nics: {TWO}, state: running}}", "[«unplug a]", "nics-unplug",
    "'a' has several nics: that is modelled of one nic alone")
one(f"{{nics: {TWO}, state: running}}", "[stop a, «persist a]", "nics-persist",
    "'a' has several nics: that is modelled of one nic alone")
one(f"{{nics: {TWO}}}", "[start a]", "nics-fd-leak",
    "fd-leak is not modelled beside guests with several nics", faults="{«fd-leak: 1}")
one("{nics: [{}, {}, {}]}", "[start a]", "nics-limit",
    "names: limit 2 is too small for 3 nics and what other software has", names="{limit: «2}")
