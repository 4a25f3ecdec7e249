"""make bench-search: the same world searched by tapweave and by SPIN, in turn.

A world has so many guests, which start and stop on one Open vSwitch bridge under libvirt-6.6. SPIN
searches what `tapweave export promela` writes: a step there is core/'s own code, so that what
differs is the search. SPIN looks for no oracle; tapweave decides all of them, and counts
interleavings.

Each row is the median of RUNS runs, and of all rows one run is made before the next: what else the
machine does strikes all of them. `cpu` is user and system time of all threads. `bytes` is the
largest resident set, all of the process's memory, by the states of the world; where GNU time is not
there, it is left out.

Exit status 0, or 4: SPIN, or a compiler, is not there; 1: two searches have not found the same
number of states."""
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARY = (ROOT / os.environ.get("TAPWEAVE", "build/tapweave")).absolute()
RUNS = 3
POLICY = "libvirt-6.6"
GUESTS = [int(word) for word in sys.argv[1:]] or [2, 3, 4]
TIME = shutil.which("time")


def world(guests):
    names = "abcdef"[:guests]
    nics = ", ".join(f"{name}: {{nic: {{bridge: br0}}}}" for name in names)
    actors = ", ".join(f"[start {name}, stop {name}]" for name in names)
    return (f"title: {guests} guests start and stop\nreport: none\n"
            f"network: {{br0: {{kind: ovs}}}}\nguests: {{{nics}}}\nactors: [{actors}]\n")


def tapweave(path, *options):
    return ([BINARY, "explore", "-p", POLICY, *options, path],
            lambda said: int(re.search(r"^  (\d+) states", said, re.MULTILINE).group(1)))


def spin(folder, path):
    """SPIN's verifier of the world.  It counts one state more, before the world begins."""
    steps = (["spin", "-a", "model.pml"],
             ["cc", "-O3", "-w", "-DSAFETY", "-DNOREDUCE", "-DNOFAIR", f"-I{ROOT}", "-o", "pan",
              "pan.c", ROOT / "build/library.a"])
    subprocess.run([BINARY, "export", "promela", "-p", POLICY, "-o", folder / "model.pml", path],
                   check=True)
    for step in steps:
        subprocess.run(step, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return ([folder / "pan", "-n", "-m100000", "-w22"],
            lambda said: int(re.search(r"(\d+) states, stored", said).group(1)) - 1)


def run(command, cwd):
    """What it says; seconds, of a processor and by the clock; and the largest resident set."""
    timed = [TIME, "-f", "resident %M", *command] if TIME else command
    before, begun = os.times(), time.monotonic()
    ran = subprocess.run(timed, cwd=cwd, capture_output=True, text=True, check=False)
    after, seconds = os.times(), time.monotonic() - begun
    spent = sum(after[2:4]) - sum(before[2:4])
    resident = re.search(r"resident (\d+)", ran.stderr)
    return ran.stdout, spent, seconds, 1024 * int(resident.group(1)) if resident else 0


def bench(guests, folder):
    """Prints the rows of a world.  Whether all have found the same states."""
    path = folder / "world.yaml"
    path.write_text(world(guests), encoding="utf-8")
    searches = {"SPIN": spin(folder, path),
                "tapweave, all states": tapweave(path, "--reduce=none", "--jobs=1"),
                "the same, two threads": tapweave(path, "--reduce=none", "--jobs=2"),
                "tapweave, guests exchanged": tapweave(path, "--jobs=1"),
                "that, two threads": tapweave(path, "--jobs=2")}
    figures = {name: [] for name in searches}
    states = set()
    for _ in range(RUNS):
        for name, (command, count) in searches.items():
            said, *figure = run(command, folder)
            figures[name].append(figure)
            states.add(count(said))
    base = None
    for name, rows in figures.items():
        spent, seconds, resident = map(statistics.median, zip(*rows))
        base = base or seconds
        print(f"{guests:6}  {name:27}{max(states):9}{spent:8.2f}{seconds:8.2f}"
              f"{max(states) / seconds / 1e6:11.2f}{base / seconds:7.1f}"
              f"{resident / max(states) if resident else 0:8.0f}", flush=True)
    return len(states) == 1


def main():
    missing = [tool for tool in ("spin", "cc") if shutil.which(tool) is None]
    if missing:
        print(f"bench: missing: {' '.join(missing)}", file=sys.stderr)
        return 4
    print(f"{'guests':6}  {'search':27}{'states':>9}{'cpu s':>8}{'s':>8}{'10^6/s':>11}"
          f"{'times':>7}{'bytes':>8}")
    with tempfile.TemporaryDirectory() as folder:
        same = [bench(guests, Path(folder)) for guests in GUESTS]
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())
