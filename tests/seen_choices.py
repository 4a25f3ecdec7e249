"""What the pages of `tapweave observe` (docs/libvirt-9.0.md and its like) show of a libvirtd's
choices: the table of docs/policies.md.  `python3 tests/seen_choices.py` writes it anew."""
import re
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"
RELEASES = ("7.0", "9.0", "11.3")
BEGIN = "## What `observe` shows of the choices\n"

# A section of a page, by the scenario that it is about.
SWITCH, BRIDGE, BARE, LIMITED, MACVTAP = ("reported-race", "linux-only", "ethernet",
                                          "bandwidth-left", "macvtap-stop-start")


def read(release):
    """Scenario -> episode -> its calls, in order, as lines of words."""
    page = (DOCS / f"libvirt-{release}.md").read_text(encoding="utf-8")
    found = {}
    for scenario, text in re.findall(r"^What libvirtd does for guest a of scenarios/(\S+)\.yaml\n"
                                     r"(.*?)^```", page, re.MULTILINE | re.DOTALL):
        text = re.sub(r"\n {22,}(?=\S)", " ", text)
        found[scenario] = {
            name: [" ".join(line.split()) for line in re.findall(r"^ {4}(\S.*)", calls,
                                                                 re.MULTILINE)]
            for name, calls in re.findall(r"^  (\S+): .*\n((?: {4}.*\n)*)", text, re.MULTILINE)}
    return found


def first(calls, *words):
    """Where the first of the calls is that has all of these words; None: there is none."""
    return next((i for i, call in enumerate(calls) if all(word in call for word in words)), None)


def after(calls, *words):
    return calls[first(calls, *words) + 1:]


def made(calls):
    return next(call.split()[1] for call in calls if call.startswith("TUNSETIFF"))


def name(seen):
    """Three starts, one after the other, where nothing is left of those before."""
    names = [made(seen[SWITCH][episode]) for episode in ("start", "failed-start")]
    names.append(re.search(r"del-port (\S+)", " ".join(seen[SWITCH]["crash"]))[1])
    return {("vnet0", "vnet1", "vnet2"): "counter", ("vnet0",) * 3: "lowest-free"}[tuple(names)]


def is_looked_up(calls):
    looked = first(calls, f"SIOCGIFFLAGS {made(calls)}: ENODEV")
    return looked is not None and looked < first(calls, "TUNSETIFF")


def name_check(seen):
    return "yes" if is_looked_up(seen[SWITCH]["start"]) else "no"


def explicit_name(seen):
    return "refuse" if is_looked_up(seen[LIMITED]["start"]) else "open"


def ovs_add(seen):
    call = seen[SWITCH]["start"][first(seen[SWITCH]["start"], "add-port")]
    if "--if-exists del-port" in call:
        return "del-add"
    assert "--may-exist add-port" in call
    return "may-exist-set" if "set Port vnet0 other_config:transient=true" in call else "may-exist"


def port_guard(seen):
    """It asks nothing about the device or the row, and names no bridge."""
    calls = after(seen[SWITCH]["stop"], "kill QEMU TERM")
    assert calls[first(calls, "del-port")].endswith("-- --if-exists del-port vnet0")
    assert first(calls, "SIOC") is None and first(calls, "ovs-vsctl", "find") is None
    return "none"


def stop_order(seen):
    calls = seen[SWITCH]["stop"]
    kills = first(calls, "kill QEMU TERM")
    return "kill-first" if kills < first(calls, "del-port") else "port-first"


def tap_delete(seen):
    bare, bridge = (first(seen[where]["stop"], "TUNSETPERSIST off") for where in (BARE, BRIDGE))
    return {(True, False): "ethernet", (True, True): "all", (False, False): "never"}[
        bare is not None, bridge is not None]


def unplug(seen):
    deleted = first(after(seen[BARE]["unplug"], "netdev_del"), "TUNSETPERSIST off")
    return "keep" if deleted is None else "delete"


def limit_by(seen):
    start, stop = (seen[LIMITED][episode] for episode in ("start", "stop"))
    if first(start, "qdisc add", "htb") is not None:
        return "tc"
    assert first(start, "qos=@qos1") is not None
    return "qos-left" if first(stop, "destroy qos") is None else "qos"


def link_delete(seen):
    if MACVTAP not in seen:
        return None
    call = seen[MACVTAP]["stop"][first(seen[MACVTAP]["stop"], "RTM_DELLINK")]
    return "bulk" if "bulk" in call else "plain"


# Choice: its value, and what shows it.
CHOICES = {
    "name": (name, "the names of three starts in a row"),
    "name-check": (name_check, "SIOCGIFFLAGS before TUNSETIFF"),
    "explicit-name": (explicit_name, "the same of a name of the user's"),
    "ovs-add": (ovs_add, "the words around `add-port`"),
    "port-guard": (port_guard, "what stands before `del-port`, and in its line"),
    "stop-order": (stop_order, "SIGTERM, and then `del-port`"),
    "tap-delete": (tap_delete, "TUNSETPERSIST in a stop without a bridge"),
    "unplug": (unplug, "no TUNSETPERSIST behind `netdev_del`"),
    "limit-by": (limit_by, "tc or `qos=@qos1` at first, `destroy qos` at last"),
    "link-delete": (link_delete, "RTM_DELLINK, of one or of a list"),
}


def choices(release):
    """Choice -> value, of those that the release's page shows."""
    seen = read(release)
    values = {choice: show(seen) for choice, (show, _) in CHOICES.items()}
    return {choice: value for choice, value in values.items() if value is not None}


def table():
    head = "| choice | " + " | ".join(f"`libvirt-{release}`" for release in RELEASES)
    values = {release: choices(release) for release in RELEASES}
    lines = [f"{head} | seen in |", "| --- " * (len(RELEASES) + 2) + "|"]
    for choice, (_, where) in CHOICES.items():
        cells = (f"`{values[release][choice]}`" if choice in values[release] else "-"
                 for release in RELEASES)
        lines.append(f"| `{choice}` | {' | '.join(cells)} | {where} |")
    return "\n".join(lines) + "\n"


def rewrite():
    page = DOCS / "policies.md"
    text = page.read_text(encoding="utf-8")
    begin = text.index("| choice |", text.index(BEGIN))
    end = text.index("\n\n", begin) + 1
    page.write_text(text[:begin] + table() + text[end:], encoding="utf-8")


if __name__ == "__main__":
    rewrite()
