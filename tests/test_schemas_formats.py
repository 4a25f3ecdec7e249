"""docs/schemas of what commands write beside results: they take it, have no key that none of it
has, and refuse a key that is missing, one too many, and a value of another kind.  What needs a
kernel to be written is in netns-tests."""
import json
import re

import fitting
import pytest
from conftest import ROOT
from test_ranks import srun

import held
import schemas
from schemas import RESULT, validator, wrong

RACE, FIXED = "scenarios/reported-race.yaml", "scenarios/fixed-name-next.yaml"
FOR_EVER = "scenarios/for-ever.yaml"
UPGRADED = "scenarios/half-upgraded.yaml"  # a daemon has a policy of its own
OLD = ["-p", "libvirt-6.6"]
STEPS = "a kernel/a b b b kernel/a a ovs-vswitchd a b b"
# By schema, what is run.
RUNS = {
    "explain": [
        ["explain", *OLD, RACE], ["explain", *OLD, "--datapath", "netdev", RACE],
        ["explain", "-p", "mac-check", "scenarios/linux-bridge.yaml"],
        ["explain", *OLD, UPGRADED], ["explain", *OLD, "-s", STEPS, RACE],
        ["explain", "-p", "libvirt-9.0", "scenarios/restart-mid-stop.yaml"],
        ["explain", "-p", "libvirt-9.0", "scenarios/lxc-1600.yaml"],
        ["explain", "-p", "counter", "-s", "a", "--oracle", "lost-attachment", RACE],
        ["explain", "--lasting", *OLD, RACE], ["explain", *OLD, FOR_EVER],
        ["explain", "--fair", "-p", "atomic", FOR_EVER],
        ["explain", "-p", "counter", "--oracle", "deadlock", RACE],
        ["explain", "-p", "owner-delete", "vain.yaml"],
    ],
    "ways": [
        ["explain", "--ways", "9", *OLD, RACE], ["explain", "--ways", "2", "--plain", *OLD, FIXED],
        ["explain", "--ways", "3", *OLD, FIXED], ["explain", "--ways", "2", *OLD, UPGRADED],
        ["explain", "--ways", "2", *OLD, "--datapath", "netdev", RACE],
        ["explain", "--ways", "2", "-p", "counter", RACE],
    ],
    "sample": [
        ["explore", "--sample", "random", "--walks", "300", *OLD, RACE],
        ["explore", "--sample", "pct", "--walks", "300", *OLD, "--datapath", "netdev", RACE],
        ["explore", "--sample", "random", "--preemptions", "2", "--walks", "300", *OLD, UPGRADED],
        ["explore", "--sample", "random", "--walks", "20", "--max-steps", "3", "-p", "counter",
         RACE],
    ],
    "preemptions": [
        ["explore", "--preemptions", "0", *OLD, RACE],
        ["explore", "--preemptions", "3", *OLD, "--datapath", "netdev", RACE],
        ["explore", "--preemptions", "2", *OLD, UPGRADED],
    ],
    "diff": [
        ["diff", *OLD, "-p", "atomic", RACE], ["diff", *OLD, "-p", "mac-check", "--orders", RACE],
        ["diff", *OLD, "-p", "counter", "scenarios/for-ever.yaml"],
        ["diff", *OLD, "-p", "exists-check", RACE, FIXED, "scenarios/linux-bridge.yaml"],
        ["diff", "-p", "libvirt-9.0", "-p", "libvirt-11.3", "scenarios/restart-mid-stop.yaml"],
    ],
    "necessary": [
        ["necessary", "-p", "atomic", RACE, "scenarios/linux-bridge.yaml"],
        ["necessary", "-p", "exists-check,hold=3", RACE], ["necessary", "-p", "counter", RACE],
        ["necessary", "-p", "lowest-free", "--base", "mac-check", RACE, UPGRADED],
        ["necessary", "-p", "libvirt-6.6,name=counter,name-family=own", RACE],
        ["necessary", "-p", "counter", "long.yaml"],
    ],
    "list": [["list", name] for name in ("policies", "oracles", "operations", "faults", "machines",
                                         "scenarios")],
    "replay": [
        ["replay", *OLD, "-s", STEPS, RACE], ["replay", "whole/lost-attachment-lasting.json"],
        ["replay", *OLD, "-s", "a", "--datapath", "netdev", UPGRADED],
    ],
    "shard": [
        ["check", "--shard", "1/2", RACE, FIXED],
        ["check", *OLD, "--shard", "2/2", RACE, FIXED],
    ],
    "import": [
        ["import", "lost/conf.db", "lost/links", "--scenario", "s.yaml", "--trace", "t.json"],
        ["import", "lost/conf.db", "lost/links", "--scenario", "s.yaml", "--max-states", "5"],
        ["import", "stuck/conf.db", "stuck/links", "--name", "vnet0", "--scenario",
         "s.yaml"],
        ["import", "records/show-log.txt"],
        ["import", *(f"records/{name}" for name in ("show-log.txt", "links.txt", "hook.log",
                                                    "libvirtd.log", "ovs-vswitchd.log"))],
    ],
}
# A template that leaves the kernel no room for a number: there is no such world under its names.
LONG = """title: A template without room for a number
report: none
network: {br0: {kind: ovs}}
guests: {a: {nic: {bridge: br0}, state: running}, b: {nic: {name: fourteen-bytes%d}}}
actors: [stop a, start b]
"""
# Nothing goes wrong under owner-delete, whose ports go by another step.
VAIN = """title: A start that waits for what is never done
report: none
network: {br0: {kind: ovs}}
guests: {a: {nic: {bridge: br0}, state: running}, b: {nic: {bridge: br0}}}
actors: [stop a, {do: start b, after: del-port a}]
"""
# Keys that need not be there (docs/formats.md); others of a schema do.
OPTIONAL = {"datapath", "daemons", "victims", "lasting", "orders", "together", "depth", "actors",
            "steps", "one-in", "all-miss", "preemptions", "guest", "nic", "owner", "with",
            "device", "incarnation", "port", "name", "by", "sha256", "title", "step", "oracle",
            "unreached"}
# Of those formats where a key of one of these names has to be there, these alone.
OPTIONAL_OF = {
    "list": set(), "import": {"story", "scenario", "trace"},
    "replay": OPTIONAL - {"steps", "sha256", "title", "step"}, "shard": set(),
}


def prepare(tapweave, folder):
    """What the commands read."""
    (folder / "scenarios").symlink_to(ROOT / "scenarios")
    (folder / "records").symlink_to(ROOT / "tests/records")
    (folder / "long.yaml").write_text(LONG, encoding="utf-8")
    (folder / "vain.yaml").write_text(VAIN, encoding="utf-8")
    for name, log in (("lost", fitting.LOST), ("stuck", ("made", "inserted", "inserted"))):
        (folder / name).mkdir()
        fitting.write(folder / name, fitting.at_times(*log))
    (folder / "whole").mkdir()
    tapweave("explore", *OLD, "--traces", "whole", UPGRADED, cwd=folder)


def error_of_a_process(tapweave, folder):
    """The part of a process that cannot read what the others can."""
    run = tapweave("check", "no.yaml", "--json", "out.json", env=srun(1, 2), cwd=folder)
    assert (run.returncode, run.stderr) == (0, "")
    part, = folder.glob("out.json.*.rank-1")
    return json.loads(part.read_text(encoding="utf-8"))


@pytest.fixture(name="said", scope="module")
def make_said(tapweave, tmp_path_factory):
    """By schema, what the program has written."""
    folder = tmp_path_factory.mktemp("formats")
    prepare(tapweave, folder)
    said = {name: [tapweave.json(*run, cwd=folder) for run in runs] for name, runs in RUNS.items()}
    said["shard"].append(error_of_a_process(tapweave, folder))
    return said


NAMES = sorted(RUNS)


def test_each_schema_has_its_outputs():
    assert sorted([*NAMES, *schemas.REAL]) == sorted(schemas.NAMES[3:])


@pytest.mark.parametrize("name", NAMES)
def test_it_takes_what_is_written_and_nothing_else(said, name):
    documents = said[name]
    assert {each["schema"] for each in documents} == {f"tapweave-{name}/1"}
    assert not [each for each in documents if wrong(validator(name), each)]
    if name == "shard":  # a part's results are held in test_schemas_results.py
        documents = [{key: [] if key == "results" else value for key, value in each.items()}
                     for each in documents]
    assert held.expect(name, documents, OPTIONAL_OF.get(name, OPTIONAL)) > 20


@pytest.mark.parametrize("name", NAMES)
def test_no_key_is_one_that_nothing_has(said, name):
    schema = validator(name).schema
    dead = held.dead_keys(schema, [(schema, each) for each in said[name]])
    # What is the same in all schemas has its outputs in test_schemas_results.py.
    shared = tuple(f"/definitions/{part}" for part in RESULT.schema["definitions"])
    assert {key for key in dead if not key.startswith(shared)} == set(), "\n".join(sorted(dead))


def test_every_format_has_a_schema():
    """But for what is no JSON, and what is in a page (docs/report.md)."""
    written = {name for path in (ROOT / "harness").rglob("*.[ch]")
               for name in re.findall(r'"tapweave-([a-z]+)/1"', path.read_text(encoding="utf-8"))}
    assert written - {"checkpoint", "report", "check"} == set(schemas.NAMES) - {"scenario"}
    assert RESULT.schema["definitions"]["check"]["properties"]["schema"] == {
        "const": "tapweave-check/1"}


def test_what_several_schemas_have_is_the_same():
    known = {}
    for name in schemas.NAMES[1:]:
        for what, part in schemas.load(name)["definitions"].items():
            others = known.setdefault(what, [])
            assert others in ([], [part]), f"{name}: {what}"
            known[what] = [part]


def test_the_page_has_all_of_them():
    page = (ROOT / "docs/install.md").read_text(encoding="utf-8")
    assert all(f"`{name}.json`" in page for name in schemas.NAMES)
