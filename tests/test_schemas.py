"""docs/schemas: they take every scenario and trace that there is, and their keys, words and numbers
are the readers' own.  Results are in test_schemas_results.py."""
import json
import re

import pytest
from conftest import ROOT, SCENARIOS

import schemas
from schemas import SCENARIO, TRACE, wrong

OTHER = "zzzzzzzz"  # no word is near enough to be meant


# ---- what is good ----

@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_scenario_is_one(path):
    assert not wrong(SCENARIO, schemas.read_yaml((ROOT / path).read_text(encoding="utf-8")))


def test_what_the_page_shows_is_good():
    """Its examples are parts: each is put into a scenario that has the others."""
    page = (ROOT / "docs/scenarios.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    whole = schemas.read_yaml(examples[0])
    for example in examples:
        assert not wrong(SCENARIO, {**whole, **schemas.read_yaml(example)})
    assert len(examples) > 8


@pytest.fixture(name="traces", scope="module")
def make_traces(tapweave, tmp_path_factory):
    folder = tmp_path_factory.mktemp("traces")
    for number, scenario in enumerate(SCENARIOS[::6]):
        (folder / str(number)).mkdir()
        tapweave("explore", "-p", "libvirt-6.6", "--traces", folder / str(number),
                 "--max-states", 20000, scenario)
    found = sorted(folder.rglob("*.json"))
    assert len(found) > 20
    return found


def test_every_trace_is_one(traces):
    for path in traces:
        assert not wrong(TRACE, json.loads(path.read_text(encoding="utf-8")))


# ---- held to the readers ----

def words_of(tapweave):
    names = [[entry["name"] for entry in tapweave.json("list", name, status=0)["entries"]]
             for name in ("oracles", "faults", "operations")]
    return [tapweave.json("list", "policies", status=0), *names]


@pytest.mark.parametrize("name", schemas.NAMES)
def test_the_words_are_those_of_today(request, tapweave, name):
    now = schemas.text_of(schemas.with_words(schemas.load(name), *words_of(tapweave)))
    path = schemas.FOLDER / f"{name}.json"
    if request.config.getoption("--rewrite"):
        path.write_text(now, encoding="utf-8")
    else:
        assert path.read_text(encoding="utf-8") == now, "make golden writes them anew"


# A good file in which a mapping of the schema is marked by @: what is put there, a member or
# nothing, is in the program's hands.  Beside it what the mapping has to have, as members.
GOOD = {"title": "A title", "report": "none", "network": "{br0: {kind: ovs}}",
        "guests": "{a: {nic: {bridge: br0}, state: running}, b: {nic: {bridge: br0}}}",
        "actors": "[stop a, start b]"}


def around(**parts):
    return "".join(f"{key}: {value}\n" for key, value in {**GOOD, **parts}.items())


OBJECTS = {
    "scenario": {
        "": ("{@}\n", {key: f'"{value}"' if key in ("title", "report") else value
                       for key, value in GOOD.items()}),
        "/definitions/bridge": (around(network="{br0: {kind: ovs}, br1: {@}}"), {"kind": "ovs"}),
        "/definitions/guest": (around(guests=GOOD["guests"][:-1] + ", c: {@}}"),
                               {"nic": "{bridge: br0}"}),
        "/definitions/nic": (around(guests=GOOD["guests"][:-1] + ", c: {nic: {@}}}"), {}),
        "/definitions/device": (around(devices="{mytap0: {@}}"), {"kind": "tap"}),
        "/definitions/row": (around(rows="{vnet2: {@}}"), {"bridge": "br0"}),
        "/definitions/actor": (around(actors="[stop a, {@}]"), {"do": "start b"}),
        "/definitions/aim": (around(faults="{ovs-timeout: {@}}"), {}),
        "/definitions/claims-of-policy": (around(claims="{atomic: {@}}"), {}),
        "/properties/names": (around(names="{@}"), {"limit": "3"}),
        "/properties/clock": (around(clock="{@}"), {"clean-up-takes": "2"}),
        "/properties/faults": (around(faults="{@}"), {}),
        "/properties/claims": (around(claims="{@}"), {"atomic": "{}"}),
    },
    "trace": {
        "": ("{@}\n", {"schema": "tapweave-trace/1", "scenario": {"path": "good.yaml"},
                       "policy": "atomic", "steps": []}),
        "/definitions/scenario": ('{"schema": "tapweave-trace/1", "policy": "atomic", "steps": [], '
                                  '"scenario": {@}}\n', {"path": "good.yaml"}),
        "/definitions/step": ('{"schema": "tapweave-trace/1", "policy": "atomic", "scenario": '
                              '{"path": "good.yaml"}, "steps": [{@}]}\n', {"actor": "a"}),
    },
}
# What the program does not read: a trace's victims.
UNREAD = {"/definitions/whose", "/definitions/victim"}
CASES = [(name, path) for name, paths in OBJECTS.items() for path in paths]


@pytest.fixture(name="answer")
def make_answer(tapweave, tmp_path):
    (tmp_path / "good.yaml").write_text(around(), encoding="utf-8")

    def answer(name, path, members):
        text, _ = OBJECTS[name][path]
        if name == "trace":
            inside = ", ".join(f'"{key}": {json.dumps(value)}' for key, value in members.items())
        else:
            inside = ", ".join(f"{key}: {value}" for key, value in members.items())
        file = tmp_path / ("x.json" if name == "trace" else "x.yaml")
        file.write_text(text.replace("{@}", "{" + inside + "}"), encoding="utf-8")
        command = ["replay", file] if name == "trace" else ["check", "-p", "atomic", file]
        run = tapweave(*command, cwd=tmp_path)
        return run.stderr if run.returncode == 2 else ""
    return answer


def valid_words(said):
    listed = re.search(r"; valid: (.*)$", said)
    return listed and listed[1].split(", ")


def test_all_objects_are_held():
    for name, paths in OBJECTS.items():
        assert set(schemas.objects(schemas.load(name))) - UNREAD == set(paths)


@pytest.mark.parametrize("name, path", CASES)
def test_its_keys_are_those_of_the_reader(answer, name, path):
    properties = schemas.objects(schemas.load(name))[path]["properties"]
    members = OBJECTS[name][path][1]
    assert answer(name, path, members) == "", "the file is good as it is"
    said = answer(name, path, {OTHER: "never", **members})
    listed = valid_words(said)
    # A list that is too long for a line is not printed: list has those.
    if listed is None and path.endswith(("claims", "claims-of-policy", "faults")):
        assert f"'{OTHER}'" in said
    else:
        assert listed is not None and set(listed) == set(properties), said


@pytest.mark.parametrize("name, path", CASES)
def test_it_needs_what_the_reader_needs(answer, name, path):
    required = schemas.objects(schemas.load(name))[path].get("required", [])
    members = OBJECTS[name][path][1]
    for key in members:
        said = answer(name, path, {other: members[other] for other in members if other != key})
        lacks = f"lacks '{key}'" in said
        if path in ("/definitions/guest", "/properties/names"):  # one of two is needed
            assert key not in required and said != ""
        else:
            assert lacks == (key in required), said
    assert set(required) <= set(members)


def value_of(schema, part):
    """What a property's value may be, through references."""
    while "$ref" in part or "allOf" in part:
        reference = part.get("$ref") or part["allOf"][0]["$ref"]
        part = schema["definitions"][reference.rsplit("/", 1)[1]]
    return part


# Texts that name what the file itself has, or that are read by a program of their own.
FREE = {"title", "report", "bridge", "mac", "name", "xml", "do", "after", "guest", "path", "sha256",
        "actor", "step", "policy", "victims", "vm"}


@pytest.mark.parametrize("name, path", CASES)
def test_its_values_are_those_of_the_reader(answer, name, path):
    """A value that is none: the program says which words, or which numbers, there are."""
    schema = schemas.load(name)
    part = schemas.objects(schema)[path]
    checked = 0
    for key, value in part["properties"].items():
        value = value_of(schema, value)
        members = {**OBJECTS[name][path][1], key: OTHER}
        if path == "/definitions/device" and key != "kind":
            members["persistent"] = "true" if key != "persistent" else OTHER
        if key in FREE or path in ("/properties/claims", "/definitions/claims-of-policy"):
            continue
        said = answer(name, path, members)
        numbers = re.search(r"has to be a whole number from (\d+) to (\d+)$", said.strip())
        words = valid_words(said.strip())
        if numbers:
            if "anyOf" in value:
                value = value["anyOf"][0]
            assert (value.get("type"), value["minimum"], value["maximum"]) == \
                ("integer", int(numbers[1]), int(numbers[2])), said
        elif words == ["false", "true"]:
            assert value.get("type") == "boolean", said
        elif words or key in ("oracle", "at"):
            expected = value.get("enum") or [value["const"]]
            assert words is None or expected == words or set(expected) == set(words), said
        else:
            assert value.get("type") in ("object", "array") or "anyOf" in value, (key, said)
        checked += 1
    assert checked > 0 or set(part["properties"]) <= FREE or path.endswith(("claims", "-policy"))


def test_the_words_of_claims_are_those_of_the_reader(answer):
    said = answer("scenario", "/definitions/claims-of-policy", {"deadlock": OTHER})
    words, compared = schemas.load("scenario")["definitions"]["claim"]["anyOf"]
    plain = [word for word in words["enum"] if not word.startswith("lasting")]
    than = re.search(r"^\^\(lasting \)\?\((.*?)\) than ", compared["pattern"])[1].split("|")
    assert set(valid_words(said.strip())) == {*plain, *(f"{word} than" for word in than)}


def test_limits_of_lists(answer):
    """How many members a part may have."""
    schema = schemas.load("scenario")
    for key, part in schema["properties"].items():
        if part.get("type") == "array" or {"additionalProperties", "maxProperties"} <= set(part):
            many = ("[" + ", ".join(["stop a"] * 99) + "]" if part["type"] == "array" else
                    "{" + ", ".join(f"x{i}: {{}}" for i in range(99)) + "}")
            said = answer("scenario", "", {**OBJECTS["scenario"][""][1], key: many})
            found = re.search(r"has 99 entries, and may have (\d+) to (\d+)", said)
            if found is None:  # no mapping has so many keys
                assert "64" in said, (key, said)
                continue
            least, most = (part.get(f"{end}{'Items' if part['type'] == 'array' else 'Properties'}")
                           for end in ("min", "max"))
            assert (least or 0, most) == (int(found[1]), int(found[2])), key
