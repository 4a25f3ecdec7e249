"""Random cells: a scenario of docs/scenarios.md, and a policy.

Every part of a scenario comes up, and parts that have something to do with each other come together
more often than chance would have it: names are drawn from a few, so that they meet.  A cell may be
one that the reader refuses; those are passed over, so only what makes most cells invalid is minded
here.  Scenarios are small, because their interleavings are walked one by one."""
import copy
import json
import random
import re

from hunting.odds import ODDS, THEMES

# Choices that matter where a scenario has the word in it.
MATTERS = {
    "crash": "on-gone", "unplug": "unplug", "persistent": "tap-delete", "queues": "tap-delete",
    "persist": "tap-delete", "xml": "xml-names", "macvtap": "name-pool", "vlan": "vlan-by",
    "row": "ovs-add", "restart": "reserve-again", "mac": "port-guard", "fixed": "explicit-name",
    "mytap": "user-template", "start-fails": "clean-up", "ovs": "port-guard",
    "filter": "filter-key", "sigkill": "kill-fails",
}
GUESTS = ("a", "b", "c")
LONG_GUESTS = ("web-1", "backup-server", "d")
BRIDGES = ("br0", "lb0", "br1")
SAME_MAC = "52:54:00:00:00:01"
TEMPLATES = ("mytap%d", "mytap%d", "vnet%d", "macvtap%d", "long-template%d")
FIXED = ("mytap0", "mytap1", "tap0")
MODES = {True: {"netdev": 75, "system": 25}, False: {"linux": 85, "midonet": 15}}


# Where a fault may be aimed at.
OPERATIONS = {
    "start-fails": ("create-tap", "add-port", "link-up", "exec"),
    "ovs-timeout": ("add-port", "del-port"), "ovs-late": ("add-port", "del-port"),
    "ovs-lie": ("add-port", "del-port"), "qemu-crash": ("kill", "del-port", "remove-filter"),
    "daemon-restart": ("kill", "del-port", "release", "add-port", "add-if"),
    "vswitchd-restart": ("add-port", "del-port"), "ovsdb-outage": ("add-port", "del-port"),
}
# What excludes an outage.
NO_OUTAGE = ("vswitchd-restart", "ovs-late")


class Cell:
    """A scenario, as a dictionary, and the text of a policy."""

    def __init__(self, scenario, policy):
        self.scenario, self.policy = scenario, policy

    def text(self):
        """The scenario's file."""
        return "".join(f"{key}: {flow(value)}\n" for key, value in self.scenario.items()
                       if value or key not in OPTIONAL) + f"claims: {flow({self.policy: {}})}\n"


OPTIONAL = ("devices", "rows", "names", "clock", "faults", "platform")


def flow(value):
    """YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(its)}" for key, its in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9 %.=-]*", value):
        return value
    return json.dumps(value)


def cell(seed, number, choices):
    """The cell of that number; `choices` is what `tapweave list policies --json` says."""
    generator = Generator(Chance(f"{seed}:{number}"))
    scenario = generator.scenario(number)
    return Cell(scenario, generator.policy(flow(scenario), choices))


class Chance(random.Random):
    def of(self, percent):
        return self.random() * 100 < percent

    def pick(self, values):
        return self.choice(list(values))

    def weighted(self, weights):
        return self.choices(list(weights), list(weights.values()))[0]


class Generator:
    def __init__(self, chance):
        self.chance = chance
        theme = "anything" if chance.of(35) else chance.pick(THEMES)
        self.odds = {**ODDS, **THEMES[theme]}
        self.freebsd = self.has("freebsd")
        self.network, self.guests, self.devices, self.faults = {}, {}, {}, {}
        self.modes = {}  # what each bridge is: a word of MODES
        self.twins, self.twins_do = (), None

    def has(self, what):
        return self.chance.of(self.odds[what])

    def scenario(self, number):
        self.make_network()
        self.make_guests()
        self.make_faults()
        self.make_devices()
        result = {"title": f"cell {number}", "report": "none", "network": self.network,
                  "guests": self.guests, "devices": self.devices, "rows": self.rows(),
                  "actors": self.actors(), "faults": self.faults}
        for fault in {"unplug-late", "monitor-late"} & set(self.faults):
            if "unplug" not in str(result["actors"]):
                del self.faults[fault]
        if self.freebsd:
            result["platform"] = "freebsd"
        if self.has("names"):
            result["names"] = {"limit": len(list(self.nics())) + self.chance.randint(0, 3)}
            if self.has("next"):
                result["names"]["next"] = self.chance.randrange(result["names"]["limit"])
        if self.has("clock") and not {"daemon-restart", "ovs-orphan"} & set(self.faults):
            result["clock"] = {"clean-up-takes": self.chance.randint(1, 3)}
        return result

    def policy(self, scenario, choices):
        chance, named = self.chance, [entry["name"] for entry in choices["entries"]]
        values = {choice["name"]: choice["values"] for choice in choices["choices"]}
        text = "libvirt-6.6" if chance.of(25) else chance.pick(named)
        if self.has("counter"):
            text = chance.pick([name for name in named if name == "counter" or "libvirt-" in name])
        matter = sorted({choice for word, choice in MATTERS.items()
                         if word in scenario and choice in values})
        changed = chance.sample(matter, min(len(matter), chance.weighted({0: 50, 1: 35, 2: 15})))
        changed += chance.sample(list(values), chance.weighted({0: 55, 1: 25, 2: 13, 4: 7}))
        for choice in dict.fromkeys(changed):
            text += f",{choice}={chance.pick(values[choice])}"
        return text

    # ---- the network and the guests ----

    def make_network(self):
        count = self.chance.weighted({0: 12, 1: 55, 2: 28, 3: 5})
        for name in self.chance.sample(BRIDGES, count):
            mode = "linux" if self.freebsd else self.chance.weighted(MODES[self.has("switch")])
            self.modes[name] = mode
            if mode in ("netdev", "system"):
                self.network[name] = {"kind": "ovs", "datapath": mode}
                if self.has("wiring"):
                    self.network[name]["wiring"] = "iface-id"
            else:
                self.network[name] = {"kind": mode}

    def bridges(self, *modes):
        return [name for name, mode in self.modes.items() if not modes or mode in modes]

    def make_guests(self):
        count = self.chance.weighted({1: 35, 2: 55, 3: 10})
        for name in self.chance.sample(LONG_GUESTS if self.has("long names") else GUESTS, count):
            self.guests[name] = self.guest()
        if count > 1 and self.has("twins"):
            self.make_twins(list(self.guests))

    def make_twins(self, names):
        """All are as the first one, or all but one between them, and do as it does (commands); none
        of them runs from the beginning."""
        first = self.guests[names[0]]
        for key in ("state", "leaked"):
            first.pop(key, None)
        for nic in first.get("nics") or [first["nic"]]:
            nic.pop("mac", None)
        self.twins = names[::2] if len(names) > 2 and self.chance.of(50) else names
        self.guests.update({name: copy.deepcopy(first) for name in self.twins})
        self.twins_do = self.verbs(False, "nics" in first)

    def guest(self):
        running = self.has("running")
        if self.has("several"):
            guest = {"nics": [self.nic(running, alone=False)
                              for _ in range(self.chance.weighted({1: 10, 2: 80, 3: 10}))]}
        else:
            guest = {"nic": self.nic(running, alone=True)}
        if running:
            guest["state"] = "running"
            if "nic" in guest and guest["nic"].get("kind", "tap") == "tap" and self.has("leaked"):
                guest["leaked"] = True
        if self.has("sigterm"):
            guest["sigterm"] = "ignored"
        if self.has("sigkill"):
            guest["sigkill"] = "ignored"
        if self.has("second daemon"):
            guest["daemon"] = 2
        return guest

    def nic(self, running, alone):
        kind = "tap" if self.freebsd else self.chance.weighted(
            {"tap": max(5, 100 - self.odds["macvtap"] - self.odds["veth"]),
             "macvtap": self.odds["macvtap"], "veth": self.odds["veth"] if alone else 0})
        return {"tap": self.tap, "macvtap": self.macvtap, "veth": self.veth}[kind](running)

    def tap(self, running):
        nic = {}
        if self.modes and self.has("bridge"):
            nic["bridge"] = self.chance.pick(self.modes)
            if self.modes[nic["bridge"]] in ("netdev", "system") and self.has("vlan"):
                nic["vlan"] = self.chance.randint(1, 2)
        if self.has("template"):
            nic["name"] = self.chance.pick(TEMPLATES)
            if not running and self.has("xml"):
                nic["xml"] = nic["name"].replace("%d", str(self.chance.randint(0, 1)))
        elif self.has("fixed"):
            nic["name"] = self.chance.pick(FIXED)
        if not self.freebsd and self.has("queues"):
            nic["queues"] = 2
        if not self.freebsd and "bridge" not in nic and self.has("unmanaged"):
            nic["name"], nic["managed"] = self.chance.pick((*FIXED, "vnet0")), False
            nic.pop("xml", None)
        if self.has("mac"):
            nic["mac"] = SAME_MAC
        if self.has("limit"):
            nic["limit"] = True
        return self.filtered(nic)

    def filtered(self, nic):
        if self.has("filter"):
            nic["filter"] = True
        return nic

    def macvtap(self, running):
        nic = {"kind": "macvtap"}
        if self.chance.of(40):
            nic["via"] = "network"
        if self.has("fixed"):
            nic["name"] = self.chance.pick(("mv0", *FIXED))
        elif not running and self.has("xml"):
            nic["xml"] = f"macvtap{self.chance.randint(0, 2)}"
        if self.has("mac"):
            nic["mac"] = SAME_MAC
        return nic

    def veth(self, _running):
        name = self.chance.pick(("veth%d", "veth%d", "veth%d", "pair0", *TEMPLATES[:2]))
        nic = {"kind": "veth", "name": name}
        if self.bridges("linux") and self.chance.of(70):
            nic["bridge"] = self.chance.pick(self.bridges("linux"))
        return self.filtered(nic)

    # ---- names that meet ----

    def nics(self):
        for guest in self.guests.values():
            yield from guest.get("nics") or [guest["nic"]]

    def names(self):
        """Those that devices of this world are likely to have."""
        found = []
        for nic in self.nics():
            name = nic.get("name")
            if nic.get("kind") == "macvtap":
                found += [name] if name else ["macvtap0", "macvtap1"]
            elif name is None:
                found += ["vnet0", "vnet1"]
            elif "%d" in name:
                found += [name.replace("%d", "0"), name.replace("%d", "1"), "vnet0"]
            else:
                found.append(name)
        return found

    def name(self):
        if self.chance.of(6):
            return self.chance.pick(("vnet2", "eth1", *(f"tap-{guest}-0" for guest in self.guests)))
        return self.chance.pick(self.names())

    # ---- what is there, and what may go wrong ----

    def make_devices(self):
        for _ in range(self.chance.weighted({1: 75, 2: 25}) if self.has("devices") else 0):
            device = {"kind": self.chance.weighted({"tap": 70, "veth": 20, "macvtap": 10})}
            if device["kind"] == "tap" and not self.freebsd and self.has("persistent"):
                device["persistent"] = True
                if self.bridges("linux", "netdev", "system") and self.has("put"):
                    device["bridge"] = self.chance.pick(self.bridges("linux", "netdev", "system"))
                    if self.modes[device["bridge"]] != "linux" and self.has("put"):
                        device["vlan"] = self.chance.randint(1, 2)
                if self.has("queues"):
                    device["queues"] = 2
            self.devices[self.name()] = device

    def rows(self):
        switches = self.bridges("netdev", "system")
        if not switches or not self.has("row"):
            return {}
        row = {"bridge": self.chance.pick(switches)}
        if self.chance.of(40):
            row["vlan"] = self.chance.randint(1, 2)
        return {self.name(): row}

    def make_faults(self):
        if not self.has("faults"):
            return
        if self.has("restart"):
            self.faults["daemon-restart"] = 2 if self.chance.of(15) else 1
        possible = ["qemu-crash", "start-fails", "daemon-restart"]
        possible += ["fd-leak"] if all("nic" in guest for guest in self.guests.values()) else []
        if self.bridges("netdev", "system"):
            possible += ["ovs-timeout", "ovs-lie", "ovs-late", "vswitchd-restart"] * 2
            possible += ["ovs-orphan", "ovsdb-outage"]
        possible += ["unplug-late", "monitor-late"]
        count = self.chance.weighted({1: 85, 2: 15}) - len(self.faults)
        for fault in self.chance.sample(possible, count):
            self.faults[fault] = 2 if self.chance.of(10) else 1
        if "ovsdb-outage" in self.faults:
            self.faults = {fault: times for fault, times in self.faults.items()
                           if fault not in NO_OUTAGE}
        for fault in self.faults:
            if self.has("aim"):
                self.faults[fault] = {"guest": self.chance.pick(list(self.guests)),
                                      "times": self.faults[fault]}
                if fault in OPERATIONS:
                    self.faults[fault]["at"] = self.chance.pick(OPERATIONS[fault])

    # ---- who acts ----

    def actors(self):
        entries = []
        for name, guest in self.guests.items():
            entries = self.client(entries, self.commands(name, guest))
            kinds = [nic.get("kind", "tap") for nic in guest.get("nics") or [guest["nic"]]]
            if kinds == ["tap"] and not self.freebsd and self.has("qemu"):
                entries.append([f"{self.chance.pick(('persist', 'unpersist'))} {name}"
                                for _ in range(self.chance.weighted({1: 70, 2: 30}))])
            if (guest.get("leaked") or "fd-leak" in self.faults) and self.has("close"):
                entries.append(f"close {name}")
        for _ in range(self.chance.weighted({1: 87, 2: 13}) if self.has("others") else 0):
            entries.append([self.other() for _ in range(self.chance.weighted({1: 65, 2: 35}))])
        return [self.after(entry) for entry in entries] or [f"create {self.name()}"]

    def after(self, entry):
        if isinstance(entry, dict) or not self.has("after"):
            return entry
        step = self.chance.pick(("kill", "exit", "close-descriptors", "crash", "add-port", "add-if",
                                 "del-port", "remove-filter", "exec", "release"))
        return {"do": entry, "after": f"{step} {self.chance.pick(list(self.guests))}"}

    def client(self, entries, added):
        """All entries; or the last one is a client's, which goes on with what is added."""
        if (not entries or not added or not self.has("client")
                or any(isinstance(entry, dict) for entry in (entries[-1], added[0]))):
            return entries + added
        first, second = ([entry] if isinstance(entry, str) else entry
                         for entry in (entries[-1], added[0]))
        return entries[:-1] + [[*first, *second]]

    def verbs(self, running, several):
        """What is to be done with a guest, and whether it runs then."""
        plugged, verbs = True, []
        for _ in range(self.chance.weighted({0: 10, 1: 55, 2: 25, 3: 10})):
            if not running:
                verb, running, plugged = "start", True, True
            else:
                verb = self.chance.weighted({"stop": 65, "crash": 20, "unplug": 15})
                if verb == "unplug" and (not plugged or several):
                    verb = "stop"
                running, plugged = verb == "unplug", verb != "unplug"
            verbs += [verb] * (2 if verb == "start" and self.has("again") else 1)
        return verbs, running

    def commands(self, name, guest):
        runs = guest.get("state") == "running"
        twin = name in self.twins
        verbs, running = self.twins_do if twin else self.verbs(runs, "nics" in guest)
        lines = [f"{verb} {name}" for verb in verbs]
        if lines and not running and not runs and not twin and self.chance.of(10):
            return [{"do": lines, "times": 2}]
        return [lines] if len(lines) > 1 else lines

    def other(self):
        verbs = {"create": 30, "delete": 40, "rename": 0 if self.freebsd else 15}
        if self.bridges("netdev", "system"):
            verbs["delete-port"] = 10
        if self.bridges("netdev", "system", "linux"):
            verbs["delete-bridge"] = 8
        verb = self.chance.weighted(verbs)
        if verb == "delete-bridge":
            return f"{verb} {self.chance.pick(self.bridges('netdev', 'system', 'linux'))}"
        if verb == "rename":
            return f"{verb} {self.name()} {self.chance.pick((*self.names(), 'eth1', 'eth1'))}"
        return f"{verb} {self.name()}"
