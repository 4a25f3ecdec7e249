"""make bench: schedules of the two-guest race that are forced on this kernel in a second.

Each row runs `tapweave conform` on one cell with that many sandboxes side by side, up to three
times. Its seconds are those that it reports: from the search to the end of the last sandbox, the
start of every one (and of its Open vSwitch) among them. There are fewer than --jobs where there are
too few schedules for them.

Exit status 0: both rates that are wanted were reached; 1: one was not; otherwise it is conform's,
with what it complained of (4: a prerequisite is missing). The environment variable TAPWEAVE names
the binary, build/tapweave without it."""
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARY = (ROOT / os.environ.get("TAPWEAVE", "build/tapweave")).absolute()
POLICY = "libvirt-6.6"
JOBS = (1, 2, 4, 8, 16, 32, 64)
RUNS, ROW_SECONDS = 3, 10  # a row gets no further run that would take it beyond these seconds
ALL_SECONDS = 170

# The world, the scenario, what is covered, and the schedules a second wanted on two processors.
CELLS = (("Linux bridges", "scenarios/linux-only.yaml", "interleavings", 150),
         ("Open vSwitch", "scenarios/reported-race-netdev.yaml", "transitions", 20))


def conform(scenario, cover, jobs, deadline):
    """The number of schedules, the seconds that they took, and in how many namespaces."""
    command = [BINARY, "conform", "-p", POLICY, "--cover", cover, "--jobs", str(jobs),
               "--json", "-", scenario]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False,
                         timeout=max(0, deadline - time.monotonic()))
    if run.returncode != 0:
        print(run.stderr.strip() or f"bench: {scenario}: conform ends with {run.returncode}",
              file=sys.stderr)
        sys.exit(run.returncode if run.returncode > 0 else 70)
    result, = json.loads(run.stdout)["results"]
    return (result["counts"]["schedules"], result["timing"]["seconds"],
            result["timing"]["sandboxes"])


def measure(scenario, cover, jobs, deadline):
    """Prints a row. The median rate, and how many sandboxes there were."""
    seconds = []
    while not seconds or len(seconds) < RUNS and sum(seconds) + seconds[-1] <= ROW_SECONDS:
        schedules, took, namespaces = conform(scenario, cover, jobs, deadline)
        seconds.append(took)
    rate = schedules / statistics.median(seconds)
    print(f"  {namespaces:10} {schedules:10} {len(seconds):5} {min(seconds):8.2f} "
          f"{statistics.median(seconds):8.2f} {max(seconds):8.2f} {rate:9.1f}", flush=True)
    return rate, namespaces


def bench(world, scenario, cover, wanted, deadline):
    """Prints a table. Whether the rate that is wanted is reached in one of its rows."""
    print(f"\n{world}: {scenario} under {POLICY}, --cover {cover}; times in seconds\n"
          "  namespaces  schedules  runs      min   median      max  a second", flush=True)
    rows = []
    try:
        for jobs in JOBS:
            rows.append(measure(scenario, cover, jobs, deadline))
    except subprocess.TimeoutExpired:
        print(f"  not all was measured: {ALL_SECONDS} seconds are over")
    rate, namespaces = max(rows, default=(0, 0))
    print(f"  best: {rate:.1f} a second, in {namespaces} namespaces; wanted: {wanted}: "
          f"{'reached' if rate >= wanted else 'NOT REACHED'}", flush=True)
    return rate >= wanted


def open_vswitch():
    """Its version: administrators' programs may not be on a user's path."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    try:
        run = subprocess.run(["ovs-vswitchd", "--version"], capture_output=True, text=True,
                             check=False, env={**os.environ, "PATH": path})
        return "Open vSwitch " + run.stdout.splitlines()[0].split()[-1]
    except (OSError, IndexError):
        return "no Open vSwitch"


def main():
    if not os.access(BINARY, os.X_OK):
        print(f"bench: there is no binary at {BINARY}: run make", file=sys.stderr)
        return 4
    deadline = time.monotonic() + ALL_SECONDS
    machine = os.uname()
    print(f"{len(os.sched_getaffinity(0))} processors, {machine.sysname} {machine.release}, "
          f"{open_vswitch()}; seconds include the start of the namespaces")
    reached = [bench(*cell, deadline) for cell in CELLS]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
