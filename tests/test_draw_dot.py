"""draw --as dot: graphviz reads it; the boxes are the steps, and the lines and arrows are all that
their order hangs on."""
import json
import random
import re
import subprocess

import pytest
from drawn import (ODD_TITLE, clauses, long_schedule, make_traces,
                   victims_at, write_odd_world)


def read(text):
    """As graphviz has it: the label; {name: box}; edges that can be seen, as pairs."""
    run = subprocess.run(["dot", "-Tdot_json"], input=text, capture_output=True, text=True,
                         check=True, timeout=60)
    assert run.stderr == ""
    graph = json.loads(run.stdout)
    nodes = [each for each in graph.get("objects", []) if "nodes" not in each]
    names = {each["_gvid"]: each["name"] for each in nodes}
    boxes = {each["name"]: each for each in nodes}
    edges = [(names[edge["tail"]], names[edge["head"]], edge) for edge in graph.get("edges", [])
             if edge.get("style") != "invis"]
    return graph["label"], boxes, edges


def plain(label):
    """The label's lines, as they are shown."""
    text = re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], label)
    return text.replace("&amp;", "&").rstrip("\n").replace("\n", " ")


def check(text, replayed):
    """The numbers of steps that are tied, by arrows or by their lanes."""
    label, boxes, edges = read(text)
    assert plain(label).startswith(f"{replayed['scenario']['title']} under {replayed['policy']}")
    lanes = {box["group"]: plain(box["label"]) for name, box in boxes.items() if name[0] == "a"}
    assert len(boxes) == len(lanes) + len(replayed["steps"])
    for number, step in enumerate(replayed["steps"], 1):
        box = boxes[f"s{number}"]
        shown = plain(box["label"])
        assert lanes[box["group"]] == step["actor"]
        assert shown.startswith(f"{number} {step['text']}")
        assert all(clause in shown for clause in clauses(step["change"]))
        assert sorted(re.findall(r"violated: ([a-z-]+) of ", shown)) == sorted(
            victims_at(replayed, number))
        assert (box.get("penwidth") == "2") == bool(victims_at(replayed, number))
    return sorted((int(tail[1:]), int(head[1:])) for tail, head, _ in edges if tail[0] == "s")


def test_every_counterexample(tapweave, traces):
    for trace in traces[::9]:
        run = tapweave("draw", "--as", "dot", trace)
        assert (run.returncode, run.stderr) == (0, "")
        check(run.stdout, tapweave.json("replay", trace, status=1))


def another_order(chance, count, ties):
    """An order of the steps that keeps all ties, by chance."""
    before = {step: {first for first, second in ties if second == step}
              for step in range(1, count + 1)}
    order = []
    while len(order) < count:
        order.append(chance.choice([step for step in before
                                    if step not in order and before[step] <= set(order)]))
    return order


def texts_by_actor(steps):
    found = {}
    for step in steps:
        found.setdefault(step["actor"], []).append(step["text"])
    return found


def test_another_order_that_keeps_all_arrows_is_the_same(tapweave, traces):
    """Each actor does the same; without the arrows, this is not so."""
    chance = random.Random(1)
    tried = 0
    for trace in traces[3::9]:
        replayed = tapweave.json("replay", trace, status=1)
        ties = check(tapweave("draw", "--as", "dot", trace).stdout, replayed)
        steps = replayed["steps"]
        for _ in range(3):
            order = another_order(chance, len(steps), ties)
            changed = json.loads(trace.read_text(encoding="utf-8"))
            changed = {key: changed[key] for key in changed
                       if key not in ("oracle", "lasting", "victims")}
            changed["steps"] = [{"actor": steps[step - 1]["actor"]} for step in order]
            other = trace.with_suffix(".order")
            other.write_text(json.dumps(changed), encoding="utf-8")
            again = tapweave.json("replay", other)["steps"]
            assert texts_by_actor(again) == texts_by_actor(steps)
            tried += order != sorted(order)
    assert tried > 20


@pytest.mark.parametrize("schedule, arrows", [
    # The end of a's process frees the name; a looks for it, and then b takes it; b's port is there,
    # and then a deletes it, and ovs-vswitchd runs after that.
    ("a kernel/a kernel/a a b b b a ovs-vswitchd b b",
     [(1, 2), (3, 4), (4, 5), (7, 8), (8, 9), (9, 10)]),
])
def test_the_arrows_of_the_reported_race(tapweave, schedule, arrows):
    arguments = ["-p", "exists-check", "-s", schedule, "scenarios/exists-check.yaml"]
    ties = check(tapweave("draw", "--as", "dot", *arguments).stdout,
                 tapweave.json("replay", *arguments))
    order = schedule.split()
    assert [(a, b) for a, b in ties if order[a - 1] != order[b - 1]] == arrows


def test_odd_names(tapweave, tmp_path):
    arguments = write_odd_world(tmp_path)
    text = tapweave("draw", "--as", "dot", *arguments).stdout
    check(text, tapweave.json("replay", *arguments))
    assert plain(read(text)[0]) == f"{ODD_TITLE} under libvirt-6.6"


def test_a_long_schedule_and_none(tapweave, tmp_path):
    """Written, and read; graphviz itself takes long to lay out many steps."""
    text = tapweave("draw", "--as", "dot", *long_schedule(tapweave, tmp_path, 4096)).stdout
    assert len(re.findall(r"^  s\d+ \[", text, re.MULTILINE)) == 4096
    nothing = tapweave("draw", "--as", "dot", "-p", "libvirt-6.6", "-s", "",
                       "scenarios/reported-race.yaml").stdout
    assert read(nothing)[1] == {}
