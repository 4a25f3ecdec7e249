"""list: what there is to choose from, and that it is what the other commands take and print."""
import json
import os
import re
import shutil
import subprocess

import pytest
import yaml
from bad_scenarios import scenario

LISTS = ["policies", "oracles", "operations", "faults", "machines", "scenarios"]
RACE = "scenarios/reported-race.yaml"


def entries(tapweave, name):
    result = tapweave.json("list", name, status=0)
    assert result["schema"] == "tapweave-list/1" and result["list"] == name
    more = {"choices"} if name == "policies" else set()
    assert set(result) == {"schema", "list", "entries"} | more
    assert all(set(entry) == {"name", "text"} | more for entry in result["entries"])
    return {entry["name"]: entry["text"] for entry in result["entries"]}


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_a_text_and_json(tapweave, name):
    run = tapweave("list", name)
    assert run.returncode == 0 and run.stderr == ""
    lines = run.stdout.splitlines()
    assert name == "machines" or max(map(len, lines)) <= 100
    begins = [line.split()[0] for line in lines if re.match(r"  \S", line)]
    for entry, text in entries(tapweave, name).items():
        assert entry in run.stdout and text != ""
        assert name == "machines" or entry in begins
        assert name == "machines" or f"{entry} {text}" in " ".join(run.stdout.split())


def test_policies(tapweave, named_policies):
    assert {"libvirt-6.6", "mac-check", "exists-check", "reattach", "atomic", "counter",
            "lowest-free", "fin-wait", "owner-delete", "libvirt-7.0", "libvirt-9.0",
            "libvirt-11.3"} <= set(named_policies)
    for policy in named_policies:
        result = tapweave.json("explore", "-p", policy, RACE)
        assert result["policy"] == policy and result["complete"] is True


def choices(tapweave):
    """Each choice's name and its values, read from the text: a paragraph for each choice, and a
    line for each value, with what it means."""
    _, text = tapweave("list", "policies").stdout.split("CHOICE one of\n\n")
    found = {}
    for paragraph in text.rstrip().split("\n\n"):
        head, *lines = paragraph.split("\n")
        name, = re.fullmatch(r"  (\S+) +\S.*", head).groups()
        numbers = re.fullmatch(r"    (\d) to (\d)", lines[0])
        found[name] = ([str(n) for n in range(int(numbers[1]), int(numbers[2]) + 1)] if numbers
                       else [re.fullmatch(r"    (\S+) +\S.*", line)[1] for line in lines])
    return found


def test_choices_in_json(tapweave):
    """The same choices as in the text, and each policy's values, which spelled out make it."""
    result = tapweave.json("list", "policies", status=0)
    values = {choice["name"]: choice["values"] for choice in result["choices"]}
    assert values == choices(tapweave)
    for entry in result["entries"]:
        assert list(entry["choices"]) == list(values)
        assert all(value in values[name] for name, value in entry["choices"].items())
        spelled = ",".join(["libvirt-6.6", *map("=".join, entry["choices"].items())])
        one = tapweave.json("explore", "-p", entry["name"], RACE)
        two = tapweave.json("explore", "-p", spelled, RACE)
        assert one["counts"] == two["counts"] and [
            (oracle["name"], oracle["bad"]) for oracle in one["oracles"]] == [
            (oracle["name"], oracle["bad"]) for oracle in two["oracles"]]


def test_choices(tapweave):
    """Every value that is listed is taken, and what is not listed is not."""
    found = choices(tapweave)
    assert {"name", "port-guard", "ovs-add", "attach", "stop-order", "hold"} <= set(found)
    for name, values in found.items():
        assert len(values) == len(set(values)) > 1
        for value in values:
            run = tapweave("explore", "-p", f"libvirt-6.6,{name}={value}", RACE)
            assert run.returncode in (0, 1), run.stderr
        run = tapweave("explore", "-p", f"libvirt-6.6,{name}=horse", RACE)
        assert run.returncode == 2


def test_every_choice_at_once(tapweave, tmp_path):
    """A policy may spell out all of them, on the command line and in a claim."""
    longest = [f"{name}={max(values, key=len)}" for name, values in choices(tapweave).items()]
    policy = ",".join(["lowest-free-after-cleanup", *longest])
    run = tapweave("explore", "-p", policy, RACE)
    assert run.returncode in (0, 1), run.stderr
    claims = f"{{'{policy}': {{deadlock: never}}}}"
    (tmp_path / "claims.yaml").write_text(scenario(claims=claims), encoding="utf-8")
    run = tapweave("check", "claims.yaml", cwd=tmp_path)
    assert run.returncode == 0, run.stderr


def test_oracles(tapweave):
    """Each with when it is judged, in the order that results have."""
    found = entries(tapweave, "oracles")
    assert {"lost-attachment", "wrong-network", "foreign-delete", "start-failed", "duplicate-name",
            "lost-filter", "stale-port", "leaked-tap", "spurious-error", "deadlock"} <= set(found)
    result = tapweave.json("explore", "-p", "counter", RACE)
    assert [oracle["name"] for oracle in result["oracles"]] == list(found)
    assert all(re.fullmatch(r"[^:]+: .+", text) for text in found.values())
    states = {"lost-attachment", "wrong-network", "duplicate-name", "shared-tap", "lost-filter",
              "lost-qos"}
    assert len({found[name].split(":")[0] for name in states}) == 1


def test_operations_are_the_steps_of_threads(tapweave, check_all):
    """What a guest's thread does in any counterexample is an operation, or a crash."""
    found = entries(tapweave, "operations")
    used = set()
    for result in check_all["results"]:
        for oracle in result["oracles"]:
            used |= {step["step"] for step in (oracle["trace"] or {"steps": []})["steps"]
                     if re.fullmatch("[a-z0-9-]+", step["actor"])
                     and step["actor"] not in ("ovs-vswitchd", "clock", "other", "other2")}
    assert used - {"crash"} <= set(found)
    assert {"kill", "create-tap", "add-port", "add-if", "del-port", "exec", "get-mac"} <= used


def test_scenarios(tapweave):
    found = entries(tapweave, "scenarios")
    paths = sorted((tapweave.root / "scenarios").glob("*.yaml"), key=os.fsencode)
    assert list(found) == [f"scenarios/{path.name}" for path in paths]
    for path in paths:
        title = yaml.safe_load(path.read_text(encoding="utf-8"))["title"]
        assert found["scenarios/" + path.name] == title


def test_scenarios_of_a_folder(tapweave, tmp_path):
    (tmp_path / "inner").mkdir()
    assert entries_of(tapweave, tmp_path) == {}
    (tmp_path / "inner" / "one.yaml").write_text(scenario(title="One"), encoding="utf-8")
    (tmp_path / "inner" / "two.yml").write_text("no scenario\n", encoding="utf-8")
    (tmp_path / "inner" / ".yaml").write_text("no scenario\n", encoding="utf-8")
    assert entries_of(tapweave, tmp_path) == {"inner/one.yaml": "One"}
    (tmp_path / "inner" / "bad.yaml").write_text("title: 1\n", encoding="utf-8")
    run = tapweave("list", "scenarios", "inner", cwd=tmp_path)
    assert run.returncode == 2 and run.stderr.startswith("tapweave: inner/bad.yaml:1:1: ")


def entries_of(tapweave, folder):
    run = tapweave("list", "scenarios", "inner", "--json", "-", cwd=folder)
    assert run.returncode == 0, run.stderr
    return {entry["name"]: entry["text"] for entry in json.loads(run.stdout)["entries"]}


def test_scenarios_of_a_folder_with_a_long_path(tapweave, tmp_path):
    folder = tmp_path / ("d" * 150) / ("e" * 150)
    folder.mkdir(parents=True)
    (folder / "one.yaml").write_text(scenario(), encoding="utf-8")
    run = tapweave("list", "scenarios", folder)
    assert run.returncode == 0, run.stderr
    assert str(folder / "one.yaml") in run.stdout


def there(folder, count):
    """Scenarios called 0.yaml, 1.yaml, ... in a folder that is made."""
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"{number}.yaml").write_text(scenario(), encoding="utf-8")
    return folder


def listed(binary, cwd, **env):
    run = subprocess.run([binary, "list", "scenarios", "--json", "-"], cwd=cwd, text=True,
                         capture_output=True, env={**os.environ, **env}, check=False)
    if run.returncode != 0:
        return run.returncode, run.stderr
    return 0, [entry["name"] for entry in json.loads(run.stdout)["entries"]]


@pytest.mark.parametrize("place", ["build", "build/sanitize", "prefix/bin"])
def test_the_programs_own_scenarios(tapweave, tmp_path, place):
    """From any folder: those of the repository, or of the installation, that it is run from."""
    program = tmp_path / place / "tapweave"
    program.parent.mkdir(parents=True)
    shutil.copy(tapweave.binary, program)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    status, said = listed(program, elsewhere)
    assert status == 2 and "there is no folder of scenarios" in said and said.count("\n") == 1
    own = there(tmp_path / ("scenarios" if "build" in place else "prefix/share/tapweave/scenarios"),
                2)
    assert listed(program, elsewhere) == (0, [f"{own}/0.yaml", f"{own}/1.yaml"])
    if "build" not in place:  # a home that is the prefix may have a folder of that name
        there(tmp_path / "prefix/scenarios", 4)
        assert listed(program, elsewhere)[1] == [f"{own}/0.yaml", f"{own}/1.yaml"]
    # A folder `scenarios` here is nearer, and the environment says more than either.
    there(elsewhere / "scenarios", 3)
    assert listed(program, elsewhere) == (0, [f"scenarios/{n}.yaml" for n in range(3)])
    given = there(tmp_path / "given", 1)
    assert listed(program, elsewhere, TAPWEAVE_SCENARIOS=str(given)) == (0, [f"{given}/0.yaml"])
    status, said = listed(program, elsewhere, TAPWEAVE_SCENARIOS=str(tmp_path / "none"))
    assert status == 2 and "none: is not a folder that can be read" in said


# ---- machines, as DOT ----

TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|(digraph|node)|(->)|([\[\]{};,=])|(\w+))')


def tokens(text):
    at, text = 0, text.rstrip()
    while at < len(text):
        found = TOKEN.match(text, at)
        assert found is not None, f"no DOT: {text[at:at + 40]!r}"
        at = found.end()
        yield found.group(found.lastindex)


def attributes(stream):
    """[a=b, c=d], if the next token begins it; and the token behind it."""
    token, found = next(stream), {}
    if token == "[":
        while token != "]":
            name, equals, found[name] = next(stream), next(stream), None
            assert equals == "="
            found[name] = next(stream)
            token = next(stream)
            assert token in (",", "]")
        token = next(stream)
    return found, token


def read_graphs(text):
    """The digraphs of a text: nodes with their attributes, and edges."""
    stream, graphs = tokens(text), {}
    for token in stream:
        assert token == "digraph"
        name, brace = next(stream), next(stream)
        nodes, edges = {}, []
        assert brace == "{" and name not in graphs
        while (token := next(stream)) != "}":
            if token == "node":
                _, end = attributes(stream)
            else:
                assert token.startswith('"')
                found, end = attributes(stream)
                if end == "->":
                    edges.append((token, next(stream)))
                    end = next(stream)
                else:
                    assert token not in nodes
                    nodes[token] = found
            assert end == ";"
        graphs[name.strip('"')] = (nodes, edges)
    return graphs


def test_machines_are_dot(tapweave):
    graphs = read_graphs(tapweave("list", "machines").stdout)
    assert list(graphs) == list(entries(tapweave, "machines")) == ["start", "stop", "reconnect"]
    operations = set(entries(tapweave, "operations"))
    for nodes, edges in graphs.values():
        assert len(edges) == len(set(edges)) > 0
        assert {node for edge in edges for node in edge} == set(nodes)
        ends = {node for node, found in nodes.items() if found.get("shape") == "oval"}
        assert ends == set(nodes) - {before for before, _ in edges}, "ends have no way out"
        for node in set(nodes) - ends:
            state, operation = nodes[node]["label"].strip('"').split("\\n")
            assert state == node.strip('"') and operation in operations


def test_graphviz_takes_the_machines(tapweave):
    text = tapweave("list", "machines").stdout
    run = subprocess.run(["dot", "-Tcanon"], input=text.encode(), capture_output=True, check=False)
    assert run.returncode == 0 and run.stderr == b""
    assert run.stdout.count(b"digraph") == text.count("digraph")
