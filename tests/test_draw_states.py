"""draw --as states: the graph has the states and transitions of the search, and as many
interleavings, good and bad, counted here along its arrows."""
import json
import re
import subprocess
from functools import cache

import pytest
from drawn import ODD_TITLE, write_odd_world
from test_draw_dot import plain

CELLS = [("exists-check", "exists-check"), ("libvirt-6.6", "reported-race"),
         ("libvirt-6.6", "mac-check-error-log"), ("fin-wait", "linux-bridge"),
         ("libvirt-6.6", "two-rounds")]


def read(text):
    """The label; by state, its shape and what it violates, and its edges: (label, target)."""
    run = subprocess.run(["dot", "-Tdot_json"], input=text, capture_output=True, text=True,
                         check=True, timeout=60)
    graph = json.loads(run.stdout)
    names = {node["_gvid"]: node["name"] for node in graph["objects"]}
    states = {node["name"]: (node["shape"], plain(node["label"]).split()[1:], [])
              for node in graph["objects"]}
    for edge in graph["edges"]:
        states[names[edge["tail"]]][2].append((plain(edge["label"]), names[edge["head"]]))
    return plain(graph["label"]), states


def count(states, oracle):
    """Of all runs from the first state on, how many there are, and how many violate it nowhere."""
    @cache
    def runs(name, good):
        shape, violated, edges = states[name]
        if good and oracle in violated:
            return 0
        assert (shape == "doublecircle") == (edges == [])
        return 1 if not edges else sum(
            runs(target, good) for label, target in edges
            if not good or oracle not in label.split())
    return runs("s0", False), runs("s0", True)


@pytest.mark.parametrize("policy, scenario", CELLS)
def test_it_has_every_state_step_and_run(tapweave, policy, scenario):
    path = f"scenarios/{scenario}.yaml"
    run = tapweave("draw", "--as", "states", "-p", policy, path)
    result = tapweave.json("explore", "-p", policy, path)
    if result["counts"]["states"] > 300:
        assert (run.returncode, run.stdout) == (3, "")
        assert run.stderr == "tapweave: no states are drawn: there are more than 300\n"
        return
    assert (run.returncode, run.stderr) == (0, "")
    label, states = read(run.stdout)
    assert label == f"{result['scenario']['title']} under {policy}"
    assert len(states) == result["counts"]["states"]
    assert sum(len(edges) for _, _, edges in states.values()) == result["counts"]["transitions"]
    for oracle in result["oracles"]:
        every, good = count(states, oracle["name"])
        assert str(every) == result["counts"]["interleavings"]
        assert str(every - good) == oracle["bad"]


def test_one_of_them_is_too_large(tapweave):
    """And the others are not: the test above is about both."""
    counts = [tapweave.json("explore", "-p", policy, f"scenarios/{scenario}.yaml")["counts"]
              for policy, scenario in CELLS]
    assert [each["states"] > 300 for each in counts] == [False, False, False, False, True]


def test_the_steps_of_a_counterexample_lead_through_it(tapweave):
    path = "scenarios/exists-check.yaml"
    states = read(tapweave("draw", "--as", "states", "-p", "exists-check", path).stdout)[1]
    result = tapweave.json("explore", "-p", "exists-check", path)
    steps = result["oracles"][0]["trace"]["steps"]
    name = "s0"
    for step in steps:
        (name,) = [target for label, target in states[name][2]
                   if re.match(rf"{step['actor']} {step['step']}\b", label)]
    assert "lost-attachment" in states[name][1] and len(steps) == 11


def test_odd_names(tapweave, tmp_path):
    path = write_odd_world(tmp_path)[-1]
    label, states = read(tapweave("draw", "--as", "states", "-p", "libvirt-6.6", path).stdout)
    assert label == f"{ODD_TITLE} under libvirt-6.6" and len(states) > 100


def test_a_file_is_as_it_was_if_there_are_too_many(tapweave, tmp_path):
    file = tmp_path / "drawing"
    file.write_text("before", encoding="utf-8")
    run = tapweave("draw", "--as", "states", "-p", "libvirt-6.6", "-o", file,
                   "scenarios/two-rounds.yaml")
    assert run.returncode == 3 and file.read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize("words, said", [
    (["scenarios/exists-check.yaml"], "--as states needs -p POLICY and one SCENARIO"),
    (["-p", "counter", "-s", "a", "scenarios/exists-check.yaml"], "and no schedule"),
    (["-p", "counter"], "--as states needs -p POLICY and one SCENARIO"),
    (["-p", "counter", "scenarios/for-ever.yaml"], "rounds"),
])
def test_bad_usage(tapweave, words, said):
    run = tapweave("draw", "--as", "states", *words)
    assert (run.returncode, run.stdout) == (2, "") and said in run.stderr
    assert run.stderr.count("\n") == 1
