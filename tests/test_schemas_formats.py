"""docs/schemas of what commands write beside results: they take it, have no key that none of it
has, and refuse a key that is missing, one too many, and a value of another kind."""
import copy

import pytest
from conftest import ROOT
from test_schemas_results import keys_met

import schemas
from schemas import validator, wrong

RACE, FIXED = "scenarios/reported-race.yaml", "scenarios/fixed-name-next.yaml"
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
    ],
    "ways": [
        ["explain", "--ways", "9", *OLD, RACE], ["explain", "--ways", "2", "--plain", *OLD, FIXED],
        ["explain", "--ways", "3", *OLD, FIXED], ["explain", "--ways", "2", *OLD, UPGRADED],
        ["explain", "--ways", "2", *OLD, "--datapath", "netdev", RACE],
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
}
# A template that leaves the kernel no room for a number: there is no such world under its names.
LONG = """title: A template without room for a number
report: none
network: {br0: {kind: ovs}}
guests: {a: {nic: {bridge: br0}, state: running}, b: {nic: {name: fourteen-bytes%d}}}
actors: [stop a, start b]
"""
# Keys that need not be there (docs/formats.md); others of a schema do.
OPTIONAL = {"datapath", "daemons", "victims", "lasting", "orders", "together", "depth", "actors",
            "steps", "one-in", "all-miss", "preemptions", "guest", "nic", "owner", "with",
            "device", "incarnation", "port", "name", "by", "sha256", "title", "step", "oracle"}


@pytest.fixture(name="said", scope="module")
def make_said(tapweave, tmp_path_factory):
    """By schema, what the program has written."""
    folder = tmp_path_factory.mktemp("formats")
    (folder / "scenarios").symlink_to(ROOT / "scenarios")
    (folder / "long.yaml").write_text(LONG, encoding="utf-8")
    return {name: [tapweave.json(*run, cwd=folder) for run in runs] for name, runs in RUNS.items()}


NAMES = schemas.NAMES[3:]


def test_each_schema_has_its_outputs():
    assert sorted(NAMES) == sorted(RUNS)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_one(said, name):
    schema = validator(name)
    for each in said[name]:
        assert each["schema"] == f"tapweave-{name}/1"
        assert not wrong(schema, each)[:3]


@pytest.mark.parametrize("name", NAMES)
def test_no_key_is_one_that_nothing_has(said, name):
    schema, met = validator(name).schema, set()
    for each in said[name]:
        keys_met(schema, schema, each, met)
    dead = {f"{path}: {key}" for path, part in schemas.objects(schema).items()
            for key in part["properties"] if (id(part), key) not in met}
    # What is the same in all schemas has its outputs in test_schemas_results.py.
    shared = ("/definitions/victim", "/definitions/whose", "/definitions/trace",
              "/definitions/changes", "/definitions/comparison")
    assert {key for key in dead if not key.startswith(shared)} == set(), "\n".join(sorted(dead))


def parts_of(value, path=(), shape=()):
    """Each part of a document, by its path; of parts in one place of a list's members the first
    one that has these keys."""
    if isinstance(value, (dict, list)):
        keys = tuple(value) if isinstance(value, dict) else len(value) > 0
        yield path, (shape, keys), value
    members = value.items() if isinstance(value, dict) else \
        enumerate(value) if isinstance(value, list) else []
    for key, member in members:
        yield from parts_of(member, (*path, key), (*shape, key if isinstance(key, str) else "[]"))


def changed(document, path, change):
    document = copy.deepcopy(document)
    part = document
    for key in path:
        part = part[key]
    change(part)
    return document


def broken(document):
    """Documents in each of which one thing is wrong, and what that is."""
    seen = set()
    for path, shape, part in parts_of(document):
        if shape in seen or not isinstance(part, dict):
            continue
        seen.add(shape)
        yield f"{path}: another key", changed(document, path, lambda its: its.update(zzzzzzzz=1))
        for key, value in part.items():
            other = 0.5 if isinstance(value, list) else [0.5]
            yield f"{path}: {key}", changed(document, path,
                                            lambda its, key=key, other=other:
                                            its.update({key: other}))
            if key not in OPTIONAL:
                yield f"{path}: no {key}", changed(document, path,
                                                   lambda its, key=key: its.pop(key))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_wrong_is_refused(said, name):
    schema, refused = validator(name), 0
    for each in said[name]:
        for what, document in broken(each):
            # The daemons that have a policy are not keys of a format, and any may be missing.
            if "'daemons')" not in what or "another key" in what:
                assert wrong(schema, document), what
                refused += 1
    assert refused > 20


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
