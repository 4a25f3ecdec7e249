"""A cell's guests again and again: what `rounds: unbounded` says of a cell, and what bounded worlds
say of so many rounds of it, which is held to the second implementation elsewhere."""
import itertools

from hunting.generate import Cell

COMMANDS = ("start", "stop", "crash", "unplug")
MOST_ROUNDS = 3  # of a guest, in a counterexample that is held to a bounded world


def repeated(lines, running):
    """The commands of one guest, and what else makes it end as it begins."""
    verbs, guest = [line.split()[0] for line in lines], lines[0].split()[1]
    runs = verbs[-1] in ("start", "unplug")
    if verbs[-1] == "unplug":
        verbs, runs = [*verbs, "stop"], False
    if runs != running:
        verbs.append("start" if running else "stop")
    return [f"{verb} {guest}" for verb in verbs]


def split(scenario):
    """The entries of guests, guest -> commands of a round, and those of others; None if somebody
    waits."""
    rounds, others = {}, []
    for entry in scenario["actors"]:
        if isinstance(entry, dict) and "after" in entry:
            return None
        lines = entry["do"] if isinstance(entry, dict) else entry
        lines = [lines] if isinstance(lines, str) else lines
        guests = {line.split()[1] for line in lines}
        if lines[0].split()[0] not in COMMANDS:
            others.append(lines)
        elif len(guests) > 1:
            return None
        else:
            guest = guests.pop()
            rounds[guest] = repeated(lines, scenario["guests"][guest].get("state") == "running")
    return (rounds, others) if rounds else None


def unbounded(cell, rounds, others):
    return Cell({**cell.scenario, "actors": [*rounds.values(), *others], "rounds": "unbounded"},
                cell.policy)


def bounded(cell, rounds, others, times):
    entries = [{"do": lines, "times": times[guest]} if times[guest] > 1 else lines
               for guest, lines in rounds.items()]
    return Cell({**cell.scenario, "actors": [*entries, *others]}, cell.policy)


def verdicts(report):
    """Verdict -> whether it is violated, and a trace of that."""
    found = {}
    for oracle in report["oracles"]:
        found[oracle["name"]] = oracle["observation"] != "never", oracle["trace"]
        if "lasting" in oracle:
            lasting = oracle["lasting"]
            found[f"lasting {oracle['name']}"] = lasting["observation"] != "never", lasting["trace"]
    return found


def rounds_in(trace, guest):
    return 1 + sum(step["actor"] == guest and step["step"] == "next-round"
                   for step in trace["steps"])


def disagreement(cell, explore):
    """What does not fit, as a line, or None; `explore` gives the report of a cell, or None if it is
    no world, or too large a one."""
    parts = split(cell.scenario)
    endless = parts and explore(unbounded(cell, *parts))
    if not endless:
        return None
    said, known = verdicts(endless), {}

    def in_rounds(times):
        if times not in known:
            report = explore(bounded(cell, *parts, dict(zip(parts[0], times))))
            known[times] = report and verdicts(report)
        return known[times]

    holds_names = "fin-wait" in str(cell.policy) or "quarantine" in str(cell.policy)
    for times in itertools.product((1, 2), repeat=len(parts[0])):
        for name, (violated, _) in (in_rounds(times) or {}).items():
            if violated and not said[name][0] and not holds_names:  # its rounds wait for the clock
                return f"{name} is never violated, and is in {times} rounds"
    for name, (violated, trace) in said.items():
        times = violated and tuple(rounds_in(trace, guest) for guest in parts[0])
        if violated and max(times) <= MOST_ROUNDS and not (in_rounds(times) or said)[name][0]:
            return f"{name} is possible in {times} rounds, and is not in as many"
    return None
