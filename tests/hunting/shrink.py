"""Makes a cell smaller for as long as it shows the same."""
import copy
import time

from hunting.generate import Cell

DROPPED = ("devices", "rows", "faults", "names", "clock")


def shrink(cell, shows, seconds):
    """The smallest cell that was found in that time; `shows` says whether one still shows it."""
    deadline = time.monotonic() + seconds
    smaller = True
    while smaller:
        smaller = False
        for candidate in smaller_cells(cell):
            if time.monotonic() > deadline:
                return cell
            if shows(candidate):
                cell, smaller = candidate, True
                break
    return cell


def smaller_cells(cell):
    """Each is without one part, the larger parts first.  Some are not valid."""
    for change in (*without_guests(cell.scenario), *without_actors(cell.scenario),
                   *without_entries(cell.scenario), *without_bridges(cell.scenario),
                   *without_keys(cell.scenario)):
        yield Cell(change, cell.policy)
    base, *changes = cell.policy.split(",")
    for index in range(len(changes)):
        yield Cell(cell.scenario, ",".join([base, *changes[:index], *changes[index + 1:]]))
    if base != "libvirt-6.6":
        yield Cell(cell.scenario, ",".join(["libvirt-6.6", *changes]))


def lines_of(entry):
    entry = entry["do"] if isinstance(entry, dict) else entry
    return [entry] if isinstance(entry, str) else entry


def without_guests(scenario):
    for name in scenario["guests"]:
        if len(scenario["guests"]) > 1:
            less = copy.deepcopy(scenario)
            del less["guests"][name]
            less["actors"] = [entry for entry in less["actors"]
                              if lines_of(entry)[0].split()[1] != name]
            other, guest = next(iter(less["guests"].items()))
            verb = "stop" if guest.get("state") == "running" else "start"
            less["actors"] = less["actors"] or [f"{verb} {other}"]  # a scenario has one
            yield less


def without_actors(scenario):
    for index, entry in enumerate(scenario["actors"]):
        if len(scenario["actors"]) > 1:
            less = copy.deepcopy(scenario)
            del less["actors"][index]
            yield less
        for line in range(len(lines_of(entry))):
            if len(lines_of(entry)) > 1 or isinstance(entry, dict):
                less, lines = copy.deepcopy(scenario), list(lines_of(entry))
                if len(lines) > 1:
                    del lines[line]
                less["actors"][index] = lines
                yield less


def without_entries(scenario):
    for key in DROPPED:
        for name in scenario.get(key, {}):
            less = copy.deepcopy(scenario)
            del less[key][name]
            yield less
    for name, budget in scenario["faults"].items():
        for key in budget if isinstance(budget, dict) else ():
            less = copy.deepcopy(scenario)
            del less["faults"][name][key]
            less["faults"][name] = less["faults"][name] or 1
            yield less
        if not isinstance(budget, dict) and budget > 1:
            less = copy.deepcopy(scenario)
            less["faults"][name] = 1
            yield less
    if "platform" in scenario:
        less = copy.deepcopy(scenario)
        del less["platform"]
        yield less


def without_bridges(scenario):
    for name in scenario["network"]:
        less = copy.deepcopy(scenario)
        del less["network"][name]
        for nic in nics_of(less):
            if nic.get("bridge") == name:
                del nic["bridge"]
                nic.pop("vlan", None)
        yield less


def nics_of(scenario):
    for guest in scenario["guests"].values():
        yield from guest.get("nics") or [guest["nic"]]


def without_keys(scenario):
    """Without a key of a guest, a nic, a bridge or a device."""
    def parts(world):
        return [*world["guests"].values(), *nics_of(world), *world["network"].values(),
                *world["devices"].values()]

    for index, part in enumerate(parts(scenario)):
        for key in part:
            if key in ("nic", "nics"):
                continue
            less = copy.deepcopy(scenario)
            del parts(less)[index][key]
            yield less
    for name, guest in scenario["guests"].items():
        for index in range(len(guest.get("nics", []))):
            if len(guest["nics"]) > 1:
                less = copy.deepcopy(scenario)
                del less["guests"][name]["nics"][index]
                yield less
        if len(guest.get("nics", [])) == 1:
            less = copy.deepcopy(scenario)
            less["guests"][name]["nic"] = less["guests"][name].pop("nics")[0]
            yield less
