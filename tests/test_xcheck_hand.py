"""tests/xcheck/race.pml, a model of the reported race that was written by hand for SPIN, against
tapweave: in the same world under the same policy they have the same numbers of states and of
transitions, and violate the same oracles.

Neither has been made from the other, so that what they agree in is no mistake of one of them. The
last tests show that they can disagree."""
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

MODEL = Path(__file__).resolve().parent / "xcheck" / "race.pml"
RACE = "scenarios/reported-race.yaml"
POLICIES = ["libvirt-6.6", "mac-check", "reattach", "exists-check", "atomic", "counter",
            "owner-delete"]
COMMANDS = {"stop": ["stop"], "start": ["start"], "restart": ["stop", "start"],
            "start_stop": ["start", "stop"]}
WORLDS = [  # what is done to each guest; those that run from the beginning come first
    (["stop", "start", "start"], ["libvirt-6.6", "counter"]),
    (["restart", "restart"], ["libvirt-6.6", "reattach", "owner-delete"]),
    (["restart", "stop", "start_stop"], ["mac-check"]),
    (["stop", "stop", "start", "start"], ["libvirt-6.6"]),
    (["stop"] * 5, ["libvirt-6.6"]),
]
VIOLATED = re.compile(r"assertion violated +!\((\w+)\)")


@pytest.fixture(autouse=True)
def spin_is_installed():
    lacks = [program for program in ("spin", "cc") if shutil.which(program) is None]
    if lacks and os.environ.get("TAPWEAVE_REQUIRE_REAL"):
        pytest.fail(f"needs {lacks[0]}", pytrace=False)
    if lacks:
        pytest.skip(f"needs {lacks[0]}")


def run(folder, *command):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120,
                          check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def pan(folder, policy, programs, *defines):
    """The model's verifier in that folder, as a function that runs it: what it prints."""
    running = [commands for commands in programs if COMMANDS[commands][0] == "stop"]
    starts = sum(COMMANDS[commands].count("start") for commands in programs)
    assert programs[:len(running)] == running
    names = len(running) + starts if policy == "counter" else len(programs)
    values = {"POLICY": re.sub(r"[-.]", "_", policy).upper(), "GUESTS": len(programs),
              "RUNNING": len(running), "NAMES": names,
              **{f"DO_{guest}": commands for guest, commands in enumerate(programs)}}
    said = run(folder, "spin", "-a", *(f"-D{key}={value}" for key, value in values.items()),
               *(f"-D{define}" for define in defines), MODEL)
    assert said.strip() == ""
    run(folder, "cc", "-w", "-O0", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c")

    def search(option):
        said = run(folder, "./pan", "-m100000", "-w18", option)
        assert "Search not completed" not in said and "too small" not in said, said
        return said

    return search


def model(folder, policy, programs, *defines):
    """What the model says: states, transitions, and the oracles that are violated."""
    search = pan(folder, policy, programs, *defines)
    counted = search("-A")
    assert "errors: 0" in counted
    judged = search("-c0")
    messages = re.findall(r"^pan:\d+: (.*) \(at depth \d+\)$", judged, re.MULTILINE)
    assert (messages == []) == ("errors: 0" in judged)
    violated = set()
    for message in set(messages):
        match = VIOLATED.fullmatch(message)
        assert match or message.startswith("invalid end state"), message
        violated.add(match[1].replace("_", "-") if match else "deadlock")
    return {"states": int(re.search(r"(\d+) states, stored", counted)[1]) - 1,
            "transitions": int(re.search(r"(\d+) transitions", counted)[1]) - 2,
            "violated": violated}


def explored(tapweave, policy, scenario):
    result = tapweave.json("explore", "-p", policy, scenario)
    assert result["complete"]
    return {"states": result["counts"]["states"], "transitions": result["counts"]["transitions"],
            "violated": {oracle["name"] for oracle in result["oracles"]
                         if oracle["observation"] != "never"}}


def write_scenario(folder, programs):
    names = "abcdef"[:len(programs)]
    lines = ["title: Guests stop and start on one bridge", "report: none",
             "network: {br0: {kind: ovs, datapath: system}}", "guests:"]
    for name, commands in zip(names, programs):
        state = "running" if COMMANDS[commands][0] == "stop" else "stopped"
        lines.append(f"  {name}: {{nic: {{bridge: br0}}, state: {state}}}")
    lines.append("actors:")
    for name, commands in zip(names, programs):
        lines.append(f"  - [{', '.join(f'{word} {name}' for word in COMMANDS[commands])}]")
    path = folder / "world.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("policy", POLICIES)
def test_the_reported_race(tapweave, tmp_path, policy):
    of_model = model(tmp_path, policy, ["stop", "start"])
    assert of_model == explored(tapweave, policy, RACE)
    assert ("lost-attachment" in of_model["violated"]) == (
        policy in ("libvirt-6.6", "mac-check", "reattach", "exists-check"))


@pytest.mark.parametrize(("programs", "policy"), [
    (programs, policy) for programs, policies in WORLDS for policy in policies])
def test_other_worlds(tapweave, tmp_path, programs, policy):
    assert model(tmp_path, policy, programs) == explored(
        tapweave, policy, write_scenario(tmp_path, programs))


@pytest.mark.parametrize(("last", "lasts"), [("start", True), ("start_stop", False)])
def test_whether_it_lasts(tapweave, tmp_path, last, lasts):
    """A guest that is stopped in the end has lost nothing then."""
    programs = ["stop", last]
    result = tapweave.json("explore", "-p", "exists-check", write_scenario(tmp_path, programs))
    lost = next(oracle for oracle in result["oracles"] if oracle["name"] == "lost-attachment")
    said = VIOLATED.findall(pan(tmp_path, "exists-check", programs, "LASTING")("-c0"))
    assert "lost_attachment" in said and lost["observation"] == "sometimes"
    assert ("lasting_lost_attachment" in said) == lasts
    assert lost["lasting"]["observation"] == ("sometimes" if lasts else "never")


@pytest.mark.parametrize(("mutation", "kept"), [
    ("WRONG_DELETE", {"foreign-delete", "lost-attachment"}),
    ("WRONG_NAME", {"foreign-delete", "lost-attachment", "duplicate-name"}),
])
def test_a_wrong_model_is_seen(tapweave, tmp_path, mutation, kept):
    """A del-port that deletes nothing, and a kernel that gives the highest free name: neither keeps
    the race, and both have other counts."""
    wrong = model(tmp_path, "libvirt-6.6", ["stop", "start"], mutation)
    right = explored(tapweave, "libvirt-6.6", RACE)
    assert right["violated"] - wrong["violated"] == kept
    assert wrong["states"] != right["states"] and wrong["transitions"] != right["transitions"]
