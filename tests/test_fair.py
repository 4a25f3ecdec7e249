"""explore --fair: runs that never end.  What is found is checked by tests/unit/test_fair.c; here,
what is said of it, and that mistakes in it are noticed there."""
import json
import subprocess

import pytest
from mistakes import built, link, wrong_text

FOR_EVER = "scenarios/for-ever.yaml"


def fair(tapweave, policy, path=FOR_EVER):
    return tapweave.json("explore", "--fair", "-p", policy, path)


def test_a_mutex_lets_a_start_be_overtaken(tapweave, tmp_path):
    """Option C of mail 000 takes one; whoever comes gets it.  No other policy has one."""
    result = fair(tapweave, "atomic")
    said = result["fair"]
    assert said["starvation"] == "possible" and said["command"] in ("start of a", "start of b")
    guest = said["command"][-1]
    loop = said["trace"]["steps"][-said["loop"]:]
    assert not any(step["actor"] == guest for step in loop)
    assert {"lock", "unlock", "next-round"} <= {step["step"] for step in loop}
    trace = tmp_path / "trace.json"
    trace.write_text(json.dumps(said["trace"]), encoding="utf-8")
    assert tapweave("replay", trace).returncode == 0
    once = said["trace"]["steps"]
    twice = " ".join(step["actor"] for step in once + loop + loop)
    run = tapweave("replay", "-p", "atomic", "-s", twice, FOR_EVER)
    assert run.returncode == 0, run.stderr


def test_of_the_named_policies_no_other_one_does(tapweave, named_policies):
    for policy in named_policies:
        if policy != "atomic":
            assert fair(tapweave, policy)["fair"] == {"starvation": "never"}, policy


def test_verdicts_are_those_of_the_search(tapweave):
    for policy in ("libvirt-6.6", "mac-check", "counter"):
        plain = tapweave.json("explore", "-p", policy, FOR_EVER)
        result = fair(tapweave, policy)
        assert "fair" not in plain
        assert result["counts"] == plain["counts"] and result["oracles"] == plain["oracles"]


ALONE = """
title: A guest that starts and stops for ever, alone
report: none
network: {br0: {kind: ovs}}
guests: {a: {nic: {bridge: br0}}}
actors: [[start a, stop a]]
rounds: unbounded
"""


def test_what_every_round_does_is_unavoidable(tapweave, tmp_path):
    """As in scenarios/mac-check-error-log.yaml, where it is `always`."""
    path = tmp_path / "alone.yaml"
    path.write_text(ALONE, encoding="utf-8")
    seen = {oracle["name"]: oracle["observation"]
            for oracle in fair(tapweave, "mac-check", path)["oracles"]}
    assert {name for name, what in seen.items() if what != "never"} == {"spurious-error"}
    assert seen["spurious-error"] == "unavoidable"
    text = tapweave("explore", "--fair", "-p", "mac-check", path).stdout
    assert "\n  spurious-error   unavoidable  " in text
    assert "\n  no command is overtaken for ever\n" in text


def test_the_text_tells_the_run(tapweave):
    text = tapweave("explore", "--fair", "-p", "atomic", FOR_EVER).stdout
    assert "\n  starvation: the start of a is overtaken for ever: 0 steps, and then " in text
    assert ("\nstarvation: the start of a never ends if the steps from 1 on are taken again and "
            "again\n") in text


def test_a_stop_that_nobody_has_given_is_no_command(tapweave, tmp_path):
    """The guest has no commands: its QEMU dies, and the stop for that waits for the mutex."""
    path = tmp_path / "dies.yaml"
    path.write_text("""
title: A guest that dies while another one starts and stops for ever
report: none
network: {br0: {kind: ovs}}
guests: {a: {nic: {bridge: br0}, state: running}, b: {nic: {bridge: br0}}}
actors: [[start b, stop b]]
faults: {qemu-crash: {guest: a}}
rounds: unbounded
""", encoding="utf-8")
    assert fair(tapweave, "atomic", path)["fair"]["command"] == "stop of a"
    text = tapweave("explore", "--fair", "-p", "atomic", path).stdout
    assert "\n  starvation: the stop of a is overtaken for ever: " in text


def test_it_is_for_rounds_without_a_bound(tapweave):
    run = tapweave("explore", "--fair", "-p", "counter", "scenarios/reported-race.yaml")
    assert run.returncode == 2 and "lacks 'rounds: unbounded'" in run.stderr
    for option in ("--reduce=guests,order", "--sample=random"):
        run = tapweave("explore", "--fair", option, "-p", "counter", FOR_EVER)
        assert run.returncode == 2 and "--fair is not for" in run.stderr


def test_without_memory_it_is_inconclusive(tapweave):
    seen = set()
    for size in range(20, 400, 10):
        run = tapweave("explore", "--fair", "-p", "atomic", f"--max-memory={size}K", FOR_EVER)
        assert run.returncode in (1, 3)
        seen.add(run.returncode)
        assert ("overtaken" in run.stdout) == (run.returncode == 1)
    assert seen == {1, 3}


MISTAKES = {
    "nobody has to go on": ("sim/fair_part.c", "return actor_kind_fault(actor.kind) == FAULT_COUNT",
                            "return false"),
    "clients have to begin rounds": (
        "sim/fair_part.c", "actor_may_step(world, state, actor) && !actor_begins_round(world, "
        "state, actor)", "actor_may_step(world, state, actor)"),
    "a guest between rounds is in the middle of a command": (
        "sim/fair.c", "thread->machine.kind == MACHINE_IDLE ? 0 :", ""),
    "every component is fair": ("sim/due.c", "fair = fair && ~set.bit[i] == 0;", ""),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_noticed(tmp_path, mistake):
    path, right, wrong = MISTAKES[mistake]
    unit = link(tmp_path, wrong_text(path, right, wrong), built("fair"), ["-lcmocka"])
    run = subprocess.run([unit], capture_output=True, check=False, timeout=60)
    assert run.returncode != 0
