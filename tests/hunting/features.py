"""Which features of scenarios a cell has, to say which of them no cell had."""
FEATURES = {
    "bridge: linux", "bridge: netdev", "bridge: system", "bridge: midonet", "bridge: wired",
    "no bridge", "platform: freebsd",
    "guest: running", "guest: stopped", "guest: leaked", "guest: sigterm", "guest: sigkill",
    "guest: daemon",
    "several nics", "guests: 1", "guests: 2", "guests: 3",
    "nic: tap", "nic: macvtap", "nic: veth", "nic: via network", "nic: xml", "nic: limit",
    "nic: filter",
    "nic: queues", "nic: managed", "nic: vlan", "nic: mac", "nic: template", "nic: fixed name",
    "device: tap", "device: veth", "device: macvtap", "device: persistent", "device: on a bridge",
    "device: on a switch", "device: queues", "row", "row: vlan", "names", "next", "clock",
    "start", "stop", "crash", "unplug", "persist", "unpersist", "close", "create", "delete",
    "delete-port", "delete-bridge", "rename", "twice", "two of other software",
    "ovs-timeout", "qemu-crash", "start-fails", "fd-leak", "ovs-lie", "ovs-late",
    "vswitchd-restart", "daemon-restart", "ovs-orphan", "unplug-late", "monitor-late",
    "ovsdb-outage",
    "a budget of 2", "two faults", "aim: guest", "aim: at", "client", "again", "after", "twins",
}
COMMANDS = ("start", "stop", "crash", "unplug")
OTHERS = ("create", "delete", "delete-port", "delete-bridge", "rename")


def features(cell):
    scenario, found = cell.scenario, set()
    for bridge in scenario["network"].values():
        found.add(f"bridge: {bridge.get('datapath', bridge['kind'])}")
        found |= {"bridge: wired"} if "wiring" in bridge else set()
    found |= {f"platform: {scenario['platform']}"} if "platform" in scenario else set()
    found.add(f"guests: {len(scenario['guests'])}")
    for guest in scenario["guests"].values():
        found.add(f"guest: {guest.get('state', 'stopped')}")
        found |= {f"guest: {key}" for key in ("leaked", "sigterm", "sigkill", "daemon")
                  if key in guest}
        found |= {"several nics"} if len(guest.get("nics", [])) > 1 else set()
        for nic in guest.get("nics") or [guest["nic"]]:
            found |= of_nic(nic)
    for device in scenario["devices"].values():
        found |= of_device(device, scenario["network"])
    for row in scenario["rows"].values():
        found |= {"row", "row: vlan"} if "vlan" in row else {"row"}
    found |= {key for key in ("names", "clock") if key in scenario}
    found |= {"next"} if "next" in scenario.get("names", {}) else set()
    found |= set(scenario["faults"])
    aimed = [fault for fault in scenario["faults"].values() if isinstance(fault, dict)]
    found |= {f"aim: {key}" for fault in aimed for key in ("guest", "at") if key in fault}
    found |= {"a budget of 2"} if 2 in scenario["faults"].values() else set()
    guests = [str(guest) for guest in scenario["guests"].values() if "state" not in guest]
    found |= {"twins"} if len(set(guests)) < len(guests) else set()
    found |= {"two faults"} if len(scenario["faults"]) > 1 else set()
    return found | of_actors(scenario["actors"])


def of_nic(nic):
    found = {f"nic: {nic.get('kind', 'tap')}"}
    found |= {f"nic: {key}" for key in nic if key in ("xml", "limit", "filter", "queues",
                                                      "managed", "vlan", "mac")}
    found |= {"nic: via network"} if nic.get("via") == "network" else set()
    found |= {"no bridge"} if "bridge" not in nic else set()
    if "name" in nic:
        found.add("nic: template" if "%d" in nic["name"] else "nic: fixed name")
    return found


def of_device(device, network):
    found = {f"device: {device['kind']}"}
    found |= {f"device: {key}" for key in ("persistent", "queues") if key in device}
    if "bridge" in device:
        found.add("device: on a switch" if network[device["bridge"]]["kind"] == "ovs"
                  else "device: on a bridge")
    return found


def of_actors(entries):
    found, others = set(), 0
    for entry in entries:
        found |= {"twice"} if isinstance(entry, dict) and "times" in entry else set()
        found |= {"after"} if isinstance(entry, dict) and "after" in entry else set()
        lines = entry["do"] if isinstance(entry, dict) else entry
        verbs = [line.split()[0] for line in ([lines] if isinstance(lines, str) else lines)]
        found |= set(verbs)
        guests = [line.split()[1] for line in ([lines] if isinstance(lines, str) else lines)]
        found |= {"client"} if verbs[0] in COMMANDS and len(set(guests)) > 1 else set()
        found |= {"again"} if ("start", "start") in zip(verbs, verbs[1:]) else set()
        others += verbs[0] in OTHERS
    return found | ({"two of other software"} if others > 1 else set())


def missing(seen):
    return sorted(FEATURES - set(seen))
