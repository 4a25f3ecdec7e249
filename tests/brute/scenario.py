"""What stays the same while a world runs: the scenario of a YAML file, and a policy.

Written from docs/scenarios.md, for well-formed files only: that bad ones are refused is the C
reader's business and tested there.  The policies' names and choices are those of core/policy.c."""
from typing import NamedTuple, Optional

import yaml

LIBVIRT_66 = {
    "name": "kernel", "hold": 0, "release": "device-death", "name-check": "no",
    "on-taken": "fail", "user-template": "replace", "port-guard": "none", "guard-lock": "none",
    "ovs-add": "del-add", "vlan-by": "add",
    "attach": "add", "clean-up": "by-name", "stop-order": "kill-first",
    "on-gone": "go-on", "filter-key": "binding", "xml-names": "direct", "name-pool": "one",
    "tap-delete": "ethernet", "unplug": "keep", "explicit-name": "open",
    "name-family": "shared", "reserve-again": "reconnect",
    "stop-status": "kept", "link-delete": "plain", "kill-fails": "go-on", "limit-by": "tc",
    "start-unfilters": "first", "root-qdisc": "none",
}
# Where each named policy departs from libvirt 6.6.
NAMED = {
    "libvirt-6.6": {},
    "mac-check": {"port-guard": "mac"},
    "exists-check": {"port-guard": "exists"},
    "reattach": {"attach": "reattach"},
    "exists-reattach": {"port-guard": "exists", "attach": "reattach"},
    "atomic": {"port-guard": "exists", "guard-lock": "create"},
    "counter": {"name": "counter", "name-check": "yes", "on-taken": "retry",
                "user-template": "honour"},
    "lowest-free": {"name": "lowest-free", "on-taken": "retry", "user-template": "honour"},
    "lowest-free-after-cleanup": {"name": "lowest-free", "release": "clean-up-end",
                                  "on-taken": "retry", "user-template": "honour"},
    "fin-wait": {"name": "quarantine", "hold": 3, "on-taken": "retry", "user-template": "honour"},
    "owner-delete": {"port-guard": "port-uuid"},
    "port-first": {"stop-order": "port-first"},
    "per-guest-names": {"name": "lowest-free", "release": "clean-up-end", "on-taken": "retry",
                  "user-template": "honour", "name-family": "own", "port-guard": "port-owner",
                  "ovs-add": "del-wait-add", "clean-up": "created", "filter-key": "name-mac",
                  "tap-delete": "restore", "unplug": "delete", "reserve-again": "first"},
    "libvirt-7.0": {"name": "counter", "name-check": "yes", "user-template": "honour",
                    "xml-names": "all", "name-pool": "kind", "stop-status": "spoilt",
                    "root-qdisc": "all"},
    "libvirt-9.0": {"name": "counter", "name-check": "yes", "user-template": "honour",
                    "ovs-add": "may-exist", "explicit-name": "refuse", "xml-names": "all",
                    "name-pool": "kind", "stop-status": "spoilt", "limit-by": "qos-left",
                    "start-unfilters": "last", "root-qdisc": "not-ovs"},
    "libvirt-10.3": {"name": "counter", "name-check": "yes", "user-template": "honour",
                     "ovs-add": "may-exist-set", "explicit-name": "refuse",
                     "clean-up": "created-link", "xml-names": "all", "name-pool": "kind",
                     "kill-fails": "fail", "limit-by": "qos", "start-unfilters": "last",
                     "root-qdisc": "not-ovs"},
    "libvirt-11.3": {"name": "counter", "name-check": "yes", "user-template": "honour",
                     "ovs-add": "may-exist-set", "explicit-name": "refuse",
                     "clean-up": "created-link", "xml-names": "all", "name-pool": "kind",
                     "kill-fails": "fail", "limit-by": "qos", "start-unfilters": "last",
                     "root-qdisc": "not-ovs"},
}


class Bridge(NamedTuple):
    kind: str                # "ovs" or "linux"
    datapath: Optional[str]  # of an OVS bridge: "system" or "netdev"
    wired: bool              # a port's network is chosen by its row's iface-id


class Slot(NamedTuple):
    """Which card of which guest."""
    guest: str
    number: int              # in the order of the file, from 0


class Nic(NamedTuple):
    """A card, as its guest's definition has it."""
    policy: dict             # of the daemon that has its guest
    bridge: Optional[str]
    mac: str
    kind: str                # "tap", "macvtap" or "veth"
    fixed: Optional[str]     # the name that the user fixed, or that a template has become
    direct: bool             # a macvtap by type='direct', not by type='network'
    tried_first: Optional[str]  # a macvtap's name from elsewhere that its definition has kept
    prefix: str              # what stands before the number in the name's template
    of_template: bool        # its name is made of its user's template
    by_kernel: bool          # the template goes to the kernel, whoever chooses the others' names
    vlan: Optional[int]      # the tag that its port is to have
    queues: int
    managed: bool
    limited: bool            # its bandwidth
    filtered: bool           # it has a packet filter


class Permanent(NamedTuple):
    """An administrator's persistent tap."""
    bridge: Optional[str]
    vlan: Optional[int]
    queues: int


class World(NamedTuple):
    policies: dict           # guest -> the choices of the daemon that has it
    bridges: dict            # name -> Bridge
    guests: tuple            # names, in the order of the file
    cards: dict              # guest -> the slots of its cards
    nics: dict               # slot -> Nic
    contested: frozenset     # slots of cards whose device others may delete or rename while a start
                             # puts it on a Linux bridge
    exposed: frozenset       # slots of cards whose name another card's limited device may have
    prefixes: frozenset      # of the families that there are: of generated names, of templates
    daemons: dict            # guest -> the daemon that has it
    vms: dict                # guest -> the first of those that are lives of its VM
    running: tuple           # guests that run from the beginning
    leaked: frozenset        # guests whose tap a helper holds, too
    closing: tuple           # guests whose helper closes it some time
    commands: dict           # guest -> its verbs
    gates: dict              # (guest, index of its command) -> another guest, and how many of that
                             # one's have to be over before
    after: dict              # "kill a" as a pair; of a guest's first command in its entry, of a
                             # guest's "QEMU" or "helper", or of an index of other software
    others: tuple            # per other software: its (verb, device name), or with a new name
    devices: dict            # name -> kind of what is there from the beginning
    permanent: dict          # name -> Permanent
    platform: str
    qemu: dict               # guest -> what its QEMU does to its tap, in that order
    rows: dict               # name -> (bridge, tag) of what was left in OVSDB
    limit: Optional[int]     # numbers that a counter has; None: more than any run needs
    next: Optional[int]      # the number that a counter hands out next; None: it goes on
    clean_up_takes: Optional[int]
    ignores_sigterm: frozenset  # guests whose QEMU ignores SIGTERM
    ignores_sigkill: frozenset  # guests whose QEMU may outlive what a stop waits for its end
    faults: dict             # fault -> how often it may happen
    aims: dict               # fault -> the guest and the operation that it strikes at; None: any


def read_policy(text):
    """The choices that a text such as "counter,user-template=kernel" stands for."""
    base, *changes = text.split(",")
    policy = {**LIBVIRT_66, **NAMED[base]}
    for change in changes:
        choice, value = change.split("=")
        assert choice in policy, choice
        policy[choice] = int(value) if choice == "hold" else value
    return policy


def own_template(guest, number, template):
    """Names that are this guest's alone, of 15 bytes at most with two digits; `template` is its
    user's, if it is kept."""
    prefix = "tap" if template is None else template.removesuffix("%d")
    own = f"{prefix}-{guest}-%d"
    if len(own) > 15:
        own = f"{prefix}-{number}-%d"
    return own if len(own) <= 15 else f"tap-{number}-%d"


def read_vms(specs):
    """Each guest's is its own, unless the file says that it is one life of several."""
    first = {}
    for guest, spec in specs.items():
        first.setdefault(spec.get("vm"), guest)
    return {guest: first[spec["vm"]] if "vm" in spec else guest for guest, spec in specs.items()}


def nics_of(spec):
    return spec["nics"] if "nics" in spec else [spec.get("nic") or {}]


def filtered_by_default(data):
    """Of a file that claims something of packet filters, and does not say which nics have one."""
    says = any("filter" in nic for spec in data["guests"].values() for nic in nics_of(spec))
    claims = (data.get("claims") or {}).values()
    return not says and any("lost-filter" in oracles for oracles in claims)


def read_nics(guest, number, vm, spec, policy, filtered):
    """By slot; `vm` is the guest by whose name its VM is known, and `number` is that one's."""
    return {Slot(guest, card): read_nic(Slot(vm, card), number, nic, policy, filtered)
            for card, nic in enumerate(nics_of(spec))}


def read_prefixes(guests, nics):
    """What stands before the numbers of names; a template that is not kept has a family as well."""
    names = [nic.get("name") or "" for guest in guests
             for nic in guest.get("nics") or [guest.get("nic") or {}]]
    given = {name.removesuffix("%d") for name in names if name.endswith("%d")}
    return frozenset({"vnet"} | given | {nic.prefix for nic in nics})


def read_nic(slot, number, nic, policy, filtered):
    kind = nic.get("kind", "tap")
    more = {"tap": lambda: read_names(slot.guest, number, nic, policy),
            "macvtap": lambda: read_macvtap_names(nic, policy),
            "veth": lambda: read_veth_names(nic, policy)}[kind]()
    return Nic(
        policy=policy,
        bridge=nic.get("bridge"),
        mac=nic.get("mac", f"the MAC of {slot}"),
        kind=kind,
        queues=nic.get("queues", 1),
        managed=nic.get("managed", True),
        limited=nic.get("limit", False),
        filtered=kind != "macvtap" and nic.get("filter", filtered),
        vlan=nic.get("vlan"),
        direct=nic.get("via", "direct") == "direct",
        **more,
    )


def read_names(guest, number, nic, policy):
    """How a tap comes to its name: what docs/model-names.md says of its definition."""
    name, kept = nic.get("name"), nic.get("xml")
    template = name if name is not None and "%d" in name else None
    if template is not None and (template.startswith("vnet") or (
            policy["xml-names"] == "all" and is_generated(template))):
        name = template = kept = None
    if policy["user-template"] == "replace":
        kept = None
    kept_template = template if policy["user-template"] != "replace" else None
    template_in_use = kept_template or "vnet%d"
    if policy["name-family"] == "own" and not (template is not None
                                               and policy["user-template"] == "kernel"):
        template_in_use = own_template(guest, number, kept_template)
    return {
        "fixed": kept if template is not None else name,
        "tried_first": None,
        "prefix": template_in_use.removesuffix("%d"),
        "of_template": kept_template is not None,
        "by_kernel": policy["name"] == "kernel"
        or (template is not None and policy["user-template"] == "kernel"),
    }


def read_veth_names(nic, policy):
    """A container's template is its daemon's own, and is taken as it is."""
    fixed = None if "%d" in nic["name"] else nic["name"]
    return {"fixed": fixed, "tried_first": None, "prefix": nic["name"].removesuffix("%d"),
            "of_template": False,
            "by_kernel": policy["name"] == "kernel"}


def is_generated(name):
    return name.startswith(("macvtap", "macvlan"))


def read_macvtap_names(nic, policy):
    """The same of a macvtap, which the daemon always names by itself (mail 001)."""
    direct = nic.get("via", "direct") == "direct"
    name, kept, era = nic.get("name"), nic.get("xml"), policy["xml-names"]
    if era == "all" or (direct and era != "keep"):
        kept = None
    if direct and era == "drop":
        name = None
    return {"fixed": name, "tried_first": kept, "prefix": "macvtap",
            "of_template": False, "by_kernel": False}


def read_actors(entries, guests):
    """Sorts the actors' commands by who carries them out."""
    commands, gates, after = {guest: () for guest in guests}, {}, {}
    qemu = {}
    closing, others = [], []
    for entry in entries:
        if isinstance(entry, dict):
            lines, times = entry["do"], entry.get("times", 1)
        else:
            lines, times = entry, 1
        lines = [lines] if isinstance(lines, str) else lines
        verbs = [tuple(line.split()) for line in lines] * times
        first, subject = verbs[0][:2]
        landmark = tuple(entry["after"].split()) if "after" in entry else None
        if first == "close":
            closing.append(subject)
            after["helper", subject] = landmark
        elif first in ("create", "delete", "delete-port", "delete-bridge", "rename"):
            after["other", len(others)] = landmark
            others.append(tuple(verbs))
        elif first in ("persist", "unpersist"):
            qemu[subject] = tuple(verb for verb, _ in verbs)
            after["QEMU", subject] = landmark
        else:
            before, after[subject, len(commands[subject])] = None, landmark
            for verb, guest in verbs:
                if before not in (None, guest):
                    gates[guest, len(commands[guest])] = before, len(commands[before])
                commands[guest] += (verb,)
                before = guest
    closing = tuple(guest for guest in guests if guest in closing)
    qemu = {guest: qemu[guest] for guest in guests if guest in qemu}
    after = {who: landmark for who, landmark in after.items() if landmark is not None}
    return commands, gates, after, closing, tuple(others), qemu


def read_faults(specs):
    """Each is how often it may happen, or where as well."""
    specs = {fault: spec if isinstance(spec, dict) else {"times": spec}
             for fault, spec in specs.items()}
    return {"faults": {fault: spec.get("times", 1) for fault, spec in specs.items()},
            "aims": {fault: (spec.get("guest"), spec.get("at")) for fault, spec in specs.items()}}


def contested(nics, bridges, others, platform):
    """By other software, or because another guest's nic is a link, which is deleted by its name."""
    by_others = any(verb[0] in ("delete", "rename") for verbs in others for verb in verbs)
    return frozenset(
        slot for slot, nic in nics.items()
        if platform == "linux" and nic.bridge is not None and bridges[nic.bridge].kind == "linux"
        and (by_others or any(other.guest != slot.guest and nics[other].kind != "tap"
                              for other in nics)))


def exposed(nics, others, platform):
    """Another card has a limit, and the two may have one tap, or one name in turn."""
    by_others = any(verb[0] in ("delete", "rename") for verbs in others for verb in verbs)

    def may_meet(slot, nic):
        return nic.queues > 1 or by_others or any(
            other.guest != slot.guest and nics[other].kind != "tap" for other in nics)

    return frozenset(
        slot for slot, nic in nics.items()
        if platform == "linux" and may_meet(slot, nic)
        and any(other != slot and nics[other].limited for other in nics))


def read_world(text, policy_text):
    """The world of a scenario's YAML text, under the policy of that text."""
    data = yaml.safe_load(text)
    daemons = {guest: spec.get("daemon", 1) for guest, spec in data["guests"].items()}
    own = data.get("daemons") or {}
    policies = {guest: read_policy(own.get(daemons[guest], policy_text)) for guest in daemons}
    bridges = {
        name: Bridge(spec["kind"],
                     spec.get("datapath", "system") if spec["kind"] == "ovs" else None,
                     spec.get("wiring") == "iface-id")
        for name, spec in (data["network"] or {}).items()
    }
    guests, nics, vms = tuple(data["guests"]), {}, read_vms(data["guests"])
    for name, spec in data["guests"].items():
        nics |= read_nics(name, guests.index(vms[name]), vms[name], spec, policies[name],
                          filtered_by_default(data))
    commands, gates, after, closing, others, qemu = read_actors(data["actors"], guests)
    devices = data.get("devices") or {}
    return World(
        policies=policies,
        bridges=bridges,
        guests=guests,
        cards={name: tuple(slot for slot in nics if slot.guest == name) for name in guests},
        nics=nics,
        exposed=exposed(nics, others, data.get("platform", "linux")),
        contested=contested(nics, bridges, others, data.get("platform", "linux")),
        prefixes=read_prefixes(data["guests"].values(), nics.values()),
        daemons=daemons,
        vms=vms,
        running=tuple(g for g, spec in data["guests"].items() if spec.get("state") == "running"),
        leaked=frozenset(g for g, spec in data["guests"].items() if spec.get("leaked")),
        closing=closing,
        commands=commands,
        gates=gates,
        after=after,
        others=others,
        devices={name: spec["kind"] for name, spec in devices.items()
                 if not spec.get("persistent")},
        permanent={name: Permanent(spec.get("bridge"), spec.get("vlan"), spec.get("queues", 1))
                   for name, spec in devices.items() if spec.get("persistent")},
        platform=data.get("platform", "linux"),
        qemu=qemu,
        rows={name: (spec["bridge"], spec.get("vlan"))
              for name, spec in (data.get("rows") or {}).items()},
        limit=(data.get("names") or {}).get("limit"),
        next=(data.get("names") or {}).get("next"),
        clean_up_takes=(data.get("clock") or {}).get("clean-up-takes"),
        ignores_sigterm=frozenset(g for g, spec in data["guests"].items()
                                  if spec.get("sigterm") == "ignored"),
        ignores_sigkill=frozenset(g for g, spec in data["guests"].items()
                                  if spec.get("sigkill") == "ignored"),
        **read_faults(data.get("faults") or {}),
    )
