"""Hunts for disagreements: random scenarios under random policies.

    tests/hunt.py [--seed N] [--seconds N] [--cells N | --cell N]          (make hunt)

Each cell runs in a build with assertions, ASan and UBSan.  Where it is small enough it is held to
the second implementation of tests/brute/.  One cell in three is checked and replayed as well, its
guests' commands are given again without a bound and compared with bounded worlds, and where it is
very small, it is held to this machine's kernel by `conform`.  A cell follows from the seed
and its number alone; how many there are follows from the time.  A cell that disagrees is made
smaller and written as a scenario, with the command that shows it again.

Exit status: 0 all agree; 1 some do not; 3 interrupted; 4 nothing could be compared."""
import argparse
import collections
import json
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from hunting.features import features, missing
from hunting.generate import cell as cell_of
from hunting.hold import MISSING, Tools, hold, run
from hunting.shrink import shrink

ROOT = Path(__file__).resolve().parent.parent
THOROUGH = 3         # one cell in so many is held to the kernel, too
SHRINKING = 30       # seconds for each finding, behind all others

PROBES = {
    "linux": "network: {lb0: {kind: linux}}\nguests: {a: {nic: {bridge: lb0}}}\n",
    "ovs": "network: {br0: {kind: ovs, datapath: netdev}}\nguests: {a: {nic: {bridge: br0}}}\n",
}


def read_arguments():
    parser = argparse.ArgumentParser(description="random scenarios under random policies")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--seconds", type=float, default=60, metavar="N",
                        help="how long to look (60); a finding is made smaller behind that")
    parser.add_argument("--cells", type=int, default=sys.maxsize, metavar="N",
                        help="no more than the first N cells")
    parser.add_argument("--cell", type=int, metavar="N", help="this cell alone")
    parser.add_argument("--shown", type=int, default=3, metavar="N",
                        help="of findings that are likely to be one defect (3)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N")
    parser.add_argument("--no-kernel", action="store_true", help="hold nothing to the kernel")
    parser.add_argument("--folder", type=Path, default=ROOT / "build/hunt",
                        help="where cells that disagree are written (build/hunt)")
    parser.add_argument("--binary", type=Path, metavar="FILE", default=Path(
        os.environ.get("TAPWEAVE", ROOT / "build/tapweave")))
    parser.add_argument("--sanitized", type=Path, metavar="FILE",
                        default=ROOT / "build/sanitize/tapweave")
    return parser.parse_args()


def probe(binary, folder):
    """What can be held to this machine's kernel; says why something cannot."""
    able = []
    for what, world in PROBES.items():
        path = folder / "probe.yaml"
        path.write_text(f"title: probe\nreport: none\n{world}actors: [start a]\n"
                        "claims: {libvirt-6.6: {}}\n", encoding="utf-8")
        done = run(binary, "conform", path)
        if done.returncode == MISSING:
            print(f"hunt: nothing with {what} is held to the kernel: {done.stderr.strip()}")
        else:
            able.append(what)
    return tuple(able)


def look(options, tools, choices, folder, number):
    chosen = cell_of(options.seed, number, choices)
    path = folder / f"{number}.yaml"
    outcome = hold(chosen, path, tools, number % THOROUGH == 0 or options.cell is not None)
    path.unlink()
    return chosen, outcome


def work(options, tools, choices, folder, first, results):
    """One process: every JOBS-th cell until the time is over."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the first process
    number = first
    while number < options.cells and time.monotonic() < options.deadline:
        chosen, outcome = look(options, tools, choices, folder, number)
        results.put((number, outcome, features(chosen)))
        number += options.jobs
    results.put(None)


def hunt(options, tools, choices, folder):
    """Yields (number, outcome, features) as they come."""
    if options.cell is not None:
        chosen, outcome = look(options, tools, choices, folder, options.cell)
        yield options.cell, outcome, features(chosen)
        return
    results = multiprocessing.Queue()
    workers = [multiprocessing.Process(target=work, daemon=True, args=(
        options, tools, choices, folder, first, results)) for first in range(options.jobs)]
    for worker in workers:
        worker.start()
    left = len(workers)
    try:
        while left > 0:
            result = results.get()
            if result is None:
                left -= 1
            else:
                yield result
    except KeyboardInterrupt:
        options.interrupted = True
        for worker in workers:
            worker.terminate()


def report(options, tools, choices, folder, number, finding):
    """Writes the cell, smaller if that can be, and says how to see it again."""
    thorough = finding.kind in ("check", "replay", "rounds", "kernel")

    def shows(smaller):
        found = hold(smaller, folder / "smaller.yaml", tools, thorough).finding
        return found is not None and found.signature() == finding.signature()

    chosen = shrink(cell_of(options.seed, number, choices), shows, SHRINKING)
    options.folder.mkdir(parents=True, exist_ok=True)
    path = options.folder / f"{options.seed}-{number}.yaml"
    found = hold(chosen, path, tools, thorough).finding or finding
    again = f"tests/hunt.py --seed {options.seed} --cell {number}"
    command = "conform --datapath netdev" if found.kind == "kernel" else "explore"
    lines = [f"{found.kind}:", *found.what, f"again: {again}",
             f"or: build/tapweave {command} -p {chosen.policy} THIS-FILE"]
    path.write_text("".join(f"# {line}\n" for line in lines) + chosen.text(), encoding="utf-8")
    print(f"hunt: cell {number} disagrees, by {found.kind}")
    for line in found.what[:6]:
        print(f"    {line}")
    print(f"  {path}, policy {chosen.policy}\n  again: {again}", flush=True)


def main():
    options, begin = read_arguments(), time.monotonic()
    options.deadline, options.interrupted = begin + options.seconds, False
    for binary in (options.binary, options.sanitized):
        if not os.access(binary, os.X_OK):
            print(f"hunt: there is no {binary}: make hunt builds it", file=sys.stderr)
            return 4
    choices = json.loads(run(options.binary, "list", "policies", "--json", "-").stdout)
    counts, seen, found = collections.Counter(), collections.Counter(), {}
    with tempfile.TemporaryDirectory(prefix="tapweave-hunt-") as name:
        folder = Path(name)
        able = () if options.no_kernel else probe(options.binary, folder)
        tools = Tools(options.binary.absolute(), options.sanitized.absolute(), able)
        for number, outcome, its in hunt(options, tools, choices, folder):
            counts["cells"] += 1
            counts["refused"] += outcome.refused is not None
            counts["explored"] += outcome.explored
            counts["compared"] += outcome.compared
            counts["kernel"] += outcome.transitions > 0
            counts["transitions"] += outcome.transitions
            if outcome.compared:
                seen.update(its)
            if outcome.finding is not None:
                found.setdefault(outcome.finding.signature(), []).append(
                    (number, outcome.finding))
        seconds = time.monotonic() - begin
        for findings in found.values():
            for number, finding in sorted(findings)[:options.shown]:
                report(options, tools, choices, folder, number, finding)
            if len(findings) > options.shown:
                print(f"hunt: and {len(findings) - options.shown} more like this")
    total = sum(map(len, found.values()))
    print(f"hunt: seed {options.seed}: {counts['cells']} cells in {seconds:.0f} s, of which"
          f" {counts['refused']} are not valid, {counts['explored']} were explored,"
          f" {counts['compared']} compared with the second implementation,"
          f" {counts['kernel']} held to the kernel ({counts['transitions']} transitions)")
    if options.cell is None and missing(seen):
        print(f"hunt: none of those compared has {', '.join(missing(seen))}")
    print(f"hunt: {total or 'no'} disagreement{'' if total == 1 else 's'}")
    if found or options.interrupted:
        return 1 if found else 3
    return 0 if counts["compared"] > 0 or counts["transitions"] > 0 else 4


if __name__ == "__main__":
    sys.exit(main())
