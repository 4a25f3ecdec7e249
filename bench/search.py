"""make bench-search: the same worlds searched by tapweave, SPIN and Rumur, in turn.

A world has so many guests, which start and stop so many times on one Open vSwitch bridge under
libvirt-6.6. SPIN and Rumur search what `tapweave export` writes. In SPIN a step is core/'s own
code, so that what differs is the search; in Rumur it is switches that say the same. Both look for
no oracle; tapweave decides all of them, and counts interleavings unless steps are taken alone.

Each row is the median of RUNS runs, and of all rows of a world one run is made before the next:
what else the machine does strikes all of them. `cpu` is user and system time of all threads.
`bytes` is the largest resident set, all of the process's memory, by the states of the world; where
GNU time is not there, it is left out. A row that takes more than LIMIT seconds to build or to run
is left out of larger worlds, too.

With --plot FILE.svg, gnuplot draws rate, memory and time by the size of the world.

Exit status 0, or 4: a tool is not there; 1: two searches that are to be exact have not found the
same number of states."""
import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARY = (ROOT / os.environ.get("TAPWEAVE", "build/tapweave")).absolute()
RUNS, LIMIT = 3, 60
POLICY = "libvirt-6.6"
WORLDS = ["2x1", "2x2", "3x1", "3x2", "4x1"]
TIME = shutil.which("time")
COMPILE = ["cc", "-O3", "-w"]


class LeftOut(Exception):
    """A step of a row has taken more than LIMIT seconds, or cannot be taken."""


def world(guests, rounds):
    names = "abcdef"[:guests]
    nics = ", ".join(f"{name}: {{nic: {{bridge: br0}}}}" for name in names)
    actors = ", ".join(f"{{do: [start {name}, stop {name}], times: {rounds}}}" for name in names)
    return (f"title: {guests} guests start and stop\nreport: none\n"
            f"network: {{br0: {{kind: ovs}}}}\nguests: {{{nics}}}\nactors: [{actors}]\n")


# ---- the searches: each is a command, made in a folder, and how its states are read ----

def call(command, folder):
    """What it prints, on standard output and error, and its exit status; all that it has started
    ends with it."""
    with subprocess.Popen(command, cwd=folder, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, start_new_session=True) as process:
        try:
            return *process.communicate(timeout=LIMIT), process.returncode
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise LeftOut from error


def build(folder, *steps):
    for step in steps:
        if call(step, folder)[2] != 0:
            raise LeftOut


def tapweave(*options):
    def make(_, path):
        return [BINARY, "explore", "-p", POLICY, *options, path]
    return make, r"^  (\d+) states", 0


def spin(*defines):
    """SPIN's verifier.  It counts one state more, before the world begins."""
    def make(folder, path):
        folder.mkdir()
        build(folder, [BINARY, "export", "promela", "-p", POLICY, "-o", "model.pml", path],
              ["spin", "-a", "model.pml"],
              [*COMPILE, "-DSAFETY", "-DNOFAIR", *defines, f"-I{ROOT}", "-o", "pan", "pan.c",
               ROOT / "build/library.a"])
        return [folder / "pan", "-n", "-m100000", "-w24" if "-DBITSTATE" in defines else "-w22"]
    return make, r"(\d+) states, stored", 1


def rumur(threads):
    def make(folder, path):
        folder.mkdir()
        build(folder, [BINARY, "export", "murphi", "-p", POLICY, "-o", "model.m", path],
              ["rumur", "--deadlock-detection", "off", "--threads", str(threads), "-o", "model.c",
               "model.m"],
              ["cc", "-O1", "-w", "-mcx16", "-o", "model", "model.c", "-pthread", "-latomic"])
        return [folder / "model"]
    return make, r"(\d+) states, (\d+) rules", 0


# What is searched; and whether it finds every state, so that the numbers have to agree.
EXACT = {
    "SPIN": spin("-DNOREDUCE"),
    "Rumur": rumur(1),
    "Rumur, two threads": rumur(2),
    "tapweave, every state kept": tapweave("--reduce=none", "--jobs=1"),
    "the same, two threads": tapweave("--reduce=none", "--jobs=2"),
    "tapweave, guests exchanged": tapweave("--jobs=1"),
    "that, two threads": tapweave("--jobs=2"),
}
OTHERS = {
    "SPIN, its reduction": spin(),
    "SPIN, bitstate": spin("-DNOREDUCE", "-DBITSTATE"),
    "tapweave, steps taken alone": tapweave("--reduce=guests,order", "--jobs=1"),
}


def run(command, cwd):
    """What it says; seconds, of a processor and by the clock; and the largest resident set."""
    timed = [TIME, "-f", "resident %M", *command] if TIME else command
    before, begun = os.times(), time.monotonic()
    said, errors, _ = call(timed, cwd)
    after, seconds = os.times(), time.monotonic() - begun
    spent = sum(after[2:4]) - sum(before[2:4])
    resident = re.search(r"resident (\d+)", errors)
    return said, spent, seconds, 1024 * int(resident.group(1)) if resident else 0


# ---- a world ----

def make_all(folder, path, left_out):
    """The commands of the rows that are not left out yet."""
    commands = {}
    for number, (name, (make, pattern, more)) in enumerate({**EXACT, **OTHERS}.items()):
        if name not in left_out:
            try:
                commands[name] = make(folder / str(number), path), pattern, more
            except LeftOut:
                left_out.add(name)
    return commands


def measure(folder, commands, left_out):
    """RUNS runs of each, in turn: seconds, of a processor and by the clock, and bytes; and the
    states that those found which are exact."""
    figures, states = {name: [] for name in commands}, {}
    for _ in range(RUNS):
        for name, (command, pattern, more) in commands.items():
            if name in left_out:
                continue
            try:
                said, *figure = run(command, folder)
            except LeftOut:
                left_out.add(name)
                continue
            figures[name].append(figure)
            if name in EXACT:
                states[name] = int(re.search(pattern, said, re.MULTILINE).group(1)) - more
    return {name: rows for name, rows in figures.items() if len(rows) == RUNS}, states


def bench(guests, rounds, folder, left_out):
    """Prints the rows of a world, and returns them: name, states, seconds, bytes; and whether all
    have found the same states."""
    path = folder / "world.yaml"
    folder.mkdir()
    path.write_text(world(guests, rounds), encoding="utf-8")
    figures, states = measure(folder, make_all(folder, path, left_out), left_out)
    rows, base, most = [], None, max(states.values())
    for name, each in figures.items():
        spent, seconds, resident = map(statistics.median, zip(*each))
        base = base or seconds
        print(f"{guests}x{rounds:<6}{name:28}{most:10}{spent:8.2f}{seconds:8.2f}"
              f"{most / seconds / 1e6:9.2f}{base / seconds:8.1f}"
              f"{resident / most if resident else 0:9.0f}", flush=True)
        rows.append((name, most, seconds, resident))
    return rows, len(set(states.values())) == 1


# ---- the plot ----

PANELS = [("states/s", "$1/$2"), ("bytes a state", "$3/$1"), ("seconds to the verdict", "$2")]


def plot(rows, file):
    """Three panels, each row of the table a line, by the states of the world."""
    names = list(dict.fromkeys(name for name, *_ in rows))
    blocks = "\n".join(f"$row{number} << END\n" + "".join(
        f"{states} {seconds} {resident}\n" for name, states, seconds, resident in rows
        if name == wanted) + "END" for number, wanted in enumerate(names))
    lines = [blocks, "set terminal svg size 900,1100 font 'sans,12' background rgb 'white'",
             f"set output '{file}'", "set logscale xy", "set key outside right",
             "set xlabel 'states of the world'", "set grid", "set multiplot layout 3,1"]
    for title, value in PANELS:
        lines += [f"set title '{title}'", "plot " + ", ".join(
            f"$row{number} using 1:({value}) with linespoints title '{name}'"
            for number, name in enumerate(names))]
    subprocess.run(["gnuplot"], input="\n".join([*lines, "unset multiplot", ""]), text=True,
                   check=True)


def main():
    parser = argparse.ArgumentParser(description="tapweave, SPIN and Rumur on the same worlds")
    parser.add_argument("--plot", metavar="FILE.svg")
    parser.add_argument("--only", action="append", metavar="NAME", choices=[*EXACT, *OTHERS],
                        help="of the searches this one alone, or these")
    parser.add_argument("worlds", nargs="*", default=WORLDS, metavar="GUESTSxROUNDS")
    arguments = parser.parse_args()
    tools = ["spin", "rumur", "cc", *(["gnuplot"] if arguments.plot else [])]
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        print(f"bench: missing: {' '.join(missing)}", file=sys.stderr)
        return 4
    print(f"{'world':8}{'search':28}{'states':>10}{'cpu s':>8}{'s':>8}{'10^6/s':>9}{'times':>8}"
          f"{'bytes':>9}")
    rows, same = [], True
    left_out = set() if arguments.only is None else {*EXACT, *OTHERS} - set(arguments.only)
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.worlds:
            guests, _, rounds = name.partition("x")
            more, agree = bench(int(guests), int(rounds or 1), Path(folder) / name,
                                left_out)
            rows, same = rows + more, same and agree
    if left_out and arguments.only is None:
        print(f"left out of some worlds (more than {LIMIT} s): {', '.join(sorted(left_out))}")
    if arguments.plot:
        plot(rows, arguments.plot)
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
