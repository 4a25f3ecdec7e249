#!/usr/bin/env python3
"""Holds the explorer to two other model checkers: SPIN and Rumur.

    tests/xcheck.py [--binary FILE] [--jobs N] [SCENARIO:POLICY...]          (make xcheck)

Each cell is exported as a model for either (tapweave export), which is compiled and searched.  The
numbers of states and of transitions have to be the same, and so has every verdict.  SPIN is asked
for one oracle after the other; Rumur for all at once, those that are never violated as invariants
and the others as properties to be covered.

Exit status: 0 all agree; 1 some do not; 4 a model checker is missing."""
import argparse
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# All kinds of bridges and devices, restarts and faults, and the oracles' two kinds of verdicts.
CELLS = [
    "reported-race:libvirt-6.6", "reported-race:counter", "reported-race-netdev:libvirt-6.6",
    "two-rounds:libvirt-6.6", "rounds:counter", "start-again:mac-check",
    "failed-start-race:libvirt-9.0", "fixed-name:libvirt-9.0", "vpp-1766:libvirt-11.3",
    "linux-bridge:libvirt-6.6", "linux-only:libvirt-9.0", "linux-bridge-reattach:libvirt-6.6",
    "bandwidth:libvirt-9.0", "bandwidth-switch:libvirt-9.0", "filter-binding:libvirt-9.0",
    "filter-cut-off:libvirt-9.0", "nwfilter-204418:libvirt-9.0",
    "macvtap-stop-start:libvirt-6.6", "macvtap-unfinished:libvirt-11.3",
    "macvtap-unplug:libvirt-9.0", "persistent-inherited:libvirt-6.6",
    "persistent-multi-queue:libvirt-9.0", "tunsetiff-existing:libvirt-9.0",
    "midonet:libvirt-6.6", "container-replaced:libvirt-11.3", "lxc-1600:libvirt-6.6",
    "restart-race:libvirt-6.6", "restart-mid-stop:libvirt-9.0", "restart-behind-kill:libvirt-9.0",
    "vswitchd-restart:libvirt-6.6", "unplug-late:libvirt-9.0", "monitor-late:libvirt-9.0",
    "ovs-late:libvirt-9.0", "ovs-lie:libvirt-9.0", "ovs-orphan:libvirt-9.0",
    "ovs-timeout:libvirt-6.6", "ovsdb-outage:libvirt-9.0", "sigkill-ignored:libvirt-9.0",
    "qemu-crash:libvirt-6.6", "start-fails:libvirt-6.6", "fd-leak:libvirt-9.0",
    "admin-deletes-bridge:libvirt-6.6", "antrea-827:libvirt-6.6", "two-nics:libvirt-9.0",
    "second-daemon:libvirt-6.6", "fin-wait:fin-wait", "name-again:libvirt-6.6",
    "qubes-164:libvirt-6.6", "lp-1734320:libvirt-6.6", "ovs-issues-284:libvirt-6.6",
    "proxmox-qmeventd:libvirt-6.6,filter-key=name-mac",
]


def run(*command, cwd, env=None, statuses=(0,)):
    """The command's standard output."""
    ran = subprocess.run([str(word) for word in command], cwd=cwd, check=False, text=True,
                         env={**os.environ, **(env or {})}, capture_output=True)
    if ran.returncode not in statuses:
        raise RuntimeError(f"{command[0]} ends with {ran.returncode}: {ran.stdout[-500:]}"
                           f"{ran.stderr[-500:]}")
    return ran.stdout


def explored(binary, scenario, policy):
    """What tapweave says of a cell: states, transitions, and the oracles that are violated, and
    those that are at the end of a run."""
    report = json.loads(run(binary, "explore", "-p", policy, "--json", "-", scenario, cwd=ROOT,
                            statuses=(0, 1)))
    violated = {}
    for oracle in report["oracles"]:
        violated[oracle["name"]] = oracle["observation"] != "never"
        if "lasting" in oracle:
            violated[f"{oracle['name']}-lasting"] = oracle["lasting"]["observation"] != "never"
    return {"states": report["counts"]["states"],
            "transitions": report["counts"]["transitions"], "violated": violated}


def export(binary, language, scenario, policy, path):
    run(binary, "export", language, "-p", policy, "-o", path, scenario, cwd=ROOT)
    return path


def ask_spin(model, oracles):
    """What SPIN says of a model, as explored()."""
    folder = model.parent
    run("spin", "-a", model.name, cwd=folder)
    run("cc", "-O1", "-w", "-DSAFETY", "-DNOREDUCE", "-I", ROOT, "-o", "pan", "pan.c",
        ROOT / "build/library.a", cwd=folder)

    def search(oracle):
        said = run("./pan", "-n", "-m100000", "-w18", cwd=folder,
                   env={"ORACLE": oracle} if oracle else {})
        numbers = {what: int(number) for number, what in
                   re.findall(r"(\d+) (states, stored|states, matched)", said)}
        if "max search depth too small" in said:
            raise RuntimeError("SPIN has not searched to the end")
        return numbers, int(re.search(r"errors: (\d+)", said).group(1))

    # It counts the state before the world's beginning, the step from there, and, among those that
    # are stored, the very first one, to which no step leads.
    numbers, errors = search(None)
    if errors != 0:
        raise RuntimeError("SPIN finds an error without an oracle")
    return {"states": numbers["states, stored"] - 1,
            "transitions": numbers["states, stored"] + numbers["states, matched"] - 2,
            "violated": {oracle: search(oracle)[1] > 0 for oracle in oracles}}


def ask_rumur(model, oracles):
    """What Rumur says of a model, as explored()."""
    folder = model.parent
    run("rumur", "--deadlock-detection", "off", "-o", "model.c", model.name, cwd=folder)
    run("cc", "-O0", "-w", "-mcx16", "-o", "model", "model.c", "-pthread", "-latomic", cwd=folder)
    said = run("./model", cwd=folder, statuses=(0, 1))
    found = re.search(r"(\d+) states, (\d+) rules fired", said)
    if "No error found" not in said:
        return {"states": 0, "transitions": 0, "violated": {}, "said": said}
    covered = set(re.findall(r'cover "([a-z-]+)" hit [1-9]', said))
    return {"states": int(found.group(1)), "transitions": int(found.group(2)),
            "violated": {oracle: oracle in covered for oracle in oracles}}


LANGUAGES = {"promela": ("model.pml", ask_spin), "murphi": ("model.m", ask_rumur)}


def check(binary, cell, languages=tuple(LANGUAGES), change=None):
    """The differences of a cell, as lines, and its numbers.  `change` is a function of a language
    and a model's text, which returns the text that is searched instead."""
    name, policy = cell.split(":")
    scenario = ROOT / "scenarios" / f"{name}.yaml"
    here = explored(binary, scenario, policy)
    differences = []
    for language in languages:
        file, ask = LANGUAGES[language]
        with tempfile.TemporaryDirectory() as folder:
            model = export(binary, language, scenario, policy, Path(folder) / file)
            if change is not None:
                model.write_text(change(language, model.read_text(encoding="utf-8")),
                                 encoding="utf-8")
            there = ask(model, here["violated"])
            differences += [f"{cell}: {language}: {what}: {there[what]}, and here {here[what]}"
                            for what in here if there[what] != here[what]]
    return differences, here


def missing():
    return [tool for tool in ("spin", "rumur", "cc") if shutil.which(tool) is None]


def main():
    parser = argparse.ArgumentParser(description="the explorer, held to SPIN and Rumur")
    parser.add_argument("--binary", default=ROOT / "build/tapweave", metavar="FILE")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N")
    parser.add_argument("cells", nargs="*", default=CELLS, metavar="SCENARIO:POLICY")
    arguments = parser.parse_args()
    if missing():
        print(f"xcheck: missing: {' '.join(missing())}", file=sys.stderr)
        return 4
    begin, failed, states = time.monotonic(), 0, 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        done = pool.map(lambda cell: check(arguments.binary, cell), arguments.cells)
        for cell, (differences, here) in zip(arguments.cells, done):
            print(f"{cell:45} {here['states']:7} states {here['transitions']:7} transitions: "
                  f"{'differs' if differences else 'the same in SPIN and Rumur'}")
            for difference in differences:
                print(f"  {difference}")
            failed += bool(differences)
            states += here["states"]
    print(f"xcheck: {len(arguments.cells)} cells, {states} states, "
          f"{failed if failed else 'none'} with a difference, {time.monotonic() - begin:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
