"""The inputs that fuzzing begins with, made by the tool itself: a folder of them for each target.

FOLDER/seeds/TARGET/ has the inputs, and FOLDER/TARGET.dict the words that are in them, which
libFuzzer puts into others."""
import json
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCENARIOS = ROOT / "scenarios"
# Small ones, of which results and traces are made: what fuzzing is good at is short.
SMALL = ("exists-check", "reported-race", "linux-bridge", "half-upgraded", "two-nics")
SMALL_BYTES = 4096  # of a scenario
WORDS = 400         # of a dictionary

SCHEMA = {"name": "Open_vSwitch", "version": "8.3.1", "tables": {}}
PORT, INTERFACE, BRIDGE = (f"{number}0000000-0000-4000-8000-000000000001" for number in "123")


def run(binary, *arguments):
    done = subprocess.run([binary, *arguments], cwd=ROOT, capture_output=True, text=True,
                          check=False)
    assert done.returncode in (0, 1, 3), done.stderr
    return done.stdout


def scenarios(_, folder):
    for path in sorted(SCENARIOS.glob("*.yaml")):
        if path.stat().st_size <= SMALL_BYTES:
            (folder / path.stem).write_bytes(path.read_bytes())


def policies(binary, folder):
    listed = json.loads(run(binary, "list", "policies", "--json", "-"))
    for entry in listed["entries"]:
        (folder / entry["name"]).write_text(entry["name"], encoding="utf-8")
    for choice in listed["choices"]:
        for value in choice.get("values") or ["3"]:
            value = value["name"] if isinstance(value, dict) else value
            text = f"libvirt-6.6,{choice['name']}={value}"
            (folder / f"{choice['name']}-{value}").write_text(text, encoding="utf-8")


def traces(binary, folder):
    for name in SMALL:
        path = f"scenarios/{name}.yaml"
        run(binary, "explore", "-p", "mac-check", "--traces", folder, path)
        for trace in list(folder.glob("*.json")):
            steps = [step["actor"] for step in json.loads(trace.read_bytes())["steps"]]
            if name == SMALL[0]:  # the one in which texts are walked
                (folder / f"{trace.stem}.text").write_text(" ".join(steps), encoding="utf-8")
            trace.rename(folder / f"{name}-{trace.stem}")


# As test_import_logs.py has them, of which the forms are.
STOP = "vm=0x7f0c5400 name=a id=1 pid=77, reason=destroyed, asyncJob=none, flags=0x0"
LOGS = {
    "libvirtd": "2026-11-30 00:00:01.000+0000: 81: debug : virNetDevTapCreate:1234 : created"
                " device: 'vnet0'\n2026-11-30 00:00:01.050+0000: 81: debug : virCommandRunAsync:12"
                " : About to run /usr/bin/ovs-vsctl --timeout=5 -- --if-exists del-port vnet0\n"
                "2026-11-30 00:00:02.900+0000: 81: debug : qemuProcessStop:1234 : Shutting down "
                f"{STOP}\n2026-11-30 00:00:05.200+0000: 81: debug : virThreadJobClear:1234 : Thread"
                " 81 (rpc-libvirtd) finished job remoteX with ret=0\n",
    "hook": "2026-11-30T00:00:00.900123456Z a prepare begin\n2026-11-30T00:00:02.900123456Z a"
            " stopped end aaaaaaaa-0000-4000-8000-00000000000a vnet0\n",
    "vswitchd": "2026-11-30T00:00:01.101Z|00045|bridge|INFO|bridge br0: added interface vnet0 on"
                " port 1\n2026-11-30T00:00:01.102Z|00046|netdev_linux(revalidator1)|WARN|ioctl on"
                " vnet0 failed\n",
    "journal": "Nov 30 00:00:05 node7 ovs-vswitchd[77]: ovs|00045|bridge|INFO|bridge br0: deleted"
               " interface vnet0 on port 1\n",
}
# Of ovsdb-tool show-log.
SHOWN = ('record 0: "Open_vSwitch" schema, version="8.3.1", cksum="1 1"\n\n'
         'record 1: 2026-11-30 00:00:01.100 "ovs-vsctl: add-port br0 vnet0"\n'
         "  table Port insert row \"vnet0\" (20000000):\n    name=vnet0\n"
         "  table Interface insert row \"vnet0\" (10000000):\n    name=vnet0\n    type=\"\"\n")


def record(its, kind="JSON"):
    """As a database's file has it (ovsdb(5))."""
    body = json.dumps(its) + "\n"
    return f"OVSDB {kind} {len(body)} {'0' * 40}\n{body}"


def clustered(*transactions):
    """The same of a clustered database: what its server remembers for Raft."""
    records = [{"name": "Open_vSwitch", "prev_index": 1, "prev_term": 1,
                "prev_data": [SCHEMA, {"_date": 1795996800000}]}, {"term": 1, "vote": "5"}]
    for number, its in enumerate(transactions):
        records += [{"term": 1, "index": number + 2, "data": [None, its]},
                    {"commit_index": number + 2}]
    return "".join(record(its, "CLUSTER") for its in records)


def recordings(_, folder):
    """A port that is deleted while its device lives, in both forms that ip has of a time."""
    made = {"_date": 1795996801000, "_comment": "ovs-vsctl: add-port br0 vnet0",
            "Bridge": {BRIDGE: {"name": "br0", "ports": ["set", [["uuid", PORT]]]}},
            "Port": {PORT: {"name": "vnet0", "interfaces": ["uuid", INTERFACE]}},
            "Interface": {INTERFACE: {"name": "vnet0", "type": ""}}}
    gone = {"_date": 1795996805000, "_comment": "ovs-vsctl: del-port vnet0", "Port": {PORT: None}}
    journal = record(SCHEMA) + record(made) + record(gone)
    link = ("{}2: vnet0: <BROADCAST> mtu 1500 qdisc noop state DOWN\n"
            "    link/ether 52:54:00:00:00:01\n{}Deleted 3: vnet1@if2: <BROADCAST> mtu 1500 qdisc "
            "noqueue master br0\n")
    short = "[2026-11-30T00:00:{}.500000] "
    long = "Timestamp: Mon Nov 30 00:00:{} 2026 500000 usec\n"
    for name, time in ("short", short), ("long", long):
        text = journal + "====\n" + link.format(time.format("00"), time.format("09"))
        (folder / name).write_text(text, encoding="utf-8")
        for kind, log in LOGS.items():
            (folder / f"{name}-{kind}").write_text(text + "====\n" + log, encoding="utf-8")
    for kind, log in LOGS.items():
        (folder / f"only-{kind}").write_text(journal + "====\n" + log, encoding="utf-8")
    taken = {"_date": 1795996803000, "_comment": "ovs-vsctl: --may-exist add-port br0 vnet0",
             "Interface": {INTERFACE: {"external_ids": ["map", [["vm-id", "b"]]]}}}
    made["Interface"][INTERFACE]["external_ids"] = ["map", [["vm-id", "a"]]]
    text = "".join(record(its) for its in (SCHEMA, made, taken, gone))
    (folder / "taken-over").write_text(text, encoding="utf-8")
    (folder / "clustered").write_text(clustered(made, taken, gone), encoding="utf-8")
    text = re.sub("(record .): ", "\\1:\\n term: 1\\n index: 2\\n ", SHOWN)
    (folder / "shown-clustered").write_text(text, encoding="utf-8")
    text = link.format(short.format("00"), short.format("09")) + "====\n" + SHOWN
    (folder / "shown").write_text(text, encoding="utf-8")


def shards(binary, folder):
    """Parts of checks; and both parts of one in one, which is the only one."""
    for name in SMALL:
        path = f"scenarios/{name}.yaml"
        parts = [json.loads(run(binary, "check", "--shard", f"{part}/2", "--json", "-", path))
                 for part in (1, 2)]
        for number, part in enumerate(parts):
            (folder / f"{name}-{number}").write_text(json.dumps(part), encoding="utf-8")
        whole = {**parts[0], "shard": {"index": 1, "of": 1}}
        for key in "cells", "results":
            whole[key] = parts[0][key] + parts[1][key]
        (folder / name).write_text(json.dumps(whole), encoding="utf-8")
    error = {"schema": "tapweave-shard/1", "shard": {"index": 1, "of": 1},
             "error": {"status": 2, "text": "there is no such file"}}
    (folder / "error").write_text(json.dumps(error), encoding="utf-8")


def baselines(binary, folder):
    for name in SMALL:
        text = run(binary, "check", "--json", "-", f"scenarios/{name}.yaml")
        (folder / name).write_text(json.dumps(json.loads(text)), encoding="utf-8")


def checkpoints(binary, folder):
    for states in (1, 5, 20, 60):
        run(binary, "explore", "-p", "libvirt-6.6", "--max-states", str(states), "--checkpoint",
            folder / str(states), "scenarios/reported-race.yaml")


TARGETS = {"scenario": scenarios, "policy": policies, "trace": traces, "import": recordings,
           "shard": shards, "baseline": baselines, "checkpoint": checkpoints}


def words(folder):
    """Those that are in most files, in libFuzzer's form."""
    files = [path.read_bytes().decode("utf-8", "ignore") for path in sorted(folder.iterdir())]
    found = {}
    for text in files:
        for word in set(re.findall(r"[A-Za-z][\w/-]{2,23}", text, re.ASCII)):
            found[word] = found.get(word, 0) + 1
    most = sorted(found, key=lambda word: (-found[word], word))[:WORDS]
    return "".join(f'"{word}"\n' for word in most)


def make(binary, folder):
    """Fills FOLDER."""
    binary = binary.resolve()
    for target, make in TARGETS.items():
        seeds = folder / "seeds" / target
        shutil.rmtree(seeds, ignore_errors=True)
        seeds.mkdir(parents=True)
        make(binary, seeds.resolve())
        (folder / f"{target}.dict").write_text(words(seeds), encoding="utf-8")
