"""--reduce and --audit: a search that keeps one state for several says the same as one that keeps
all, and wrong reductions are noticed."""
import signal
import subprocess

import pytest
from conftest import SCENARIOS
from mistakes import link, wrong_text

RACE = "scenarios/reported-race.yaml"

WORLD = """
title: Guests that may change places, and some that may not
report: none
network: {{br0: {{kind: ovs}}}}
guests: {guests}
actors: {actors}
{more}
"""
START_STOP = "[[start a, stop a], [start b, stop b]]"
TWO = "{a: {nic: {bridge: br0}}, b: {nic: {bridge: br0}}}"

WORLDS = {
    "alike": WORLD.format(guests=TWO, actors=START_STOP, more=""),
    "another tag": WORLD.format(
        guests="{a: {nic: {bridge: br0}}, b: {nic: {bridge: br0, vlan: 1}}}", actors=START_STOP,
        more=""),
    "another task": WORLD.format(guests=TWO, actors="[[start a, stop a], start b]", more=""),
    "another name from the beginning": WORLD.format(
        guests="{a: {nic: {bridge: br0}, state: running},"
               " b: {nic: {bridge: br0}, state: running}}",
        actors="[[stop a, start a], [stop b, start b]]", more=""),
    "a fault of one's": WORLD.format(
        guests=TWO, actors=START_STOP,
        more="faults: {start-fails: {times: 1, at: exec, guest: a}}"),
    "two kinds": WORLD.format(
        guests="{a: {nic: {bridge: br0}}, b: {nic: {bridge: br0, vlan: 1}},"
               " c: {nic: {bridge: br0}}, d: {nic: {bridge: br0, vlan: 1}}}",
        actors="[[start a, stop a], start b, [start c, stop c], start d]", more=""),
    "three": WORLD.format(
        guests="{a: {nic: {bridge: br0}}, b: {nic: {bridge: br0}}, c: {nic: {bridge: br0}}}",
        actors="[[start a, stop a], [start b, stop b], [start c, stop c]]", more=""),
}

ALIKE = {"alike": "a, b", "two kinds": "a, c; b, d", "three": "a, b, c"}


@pytest.fixture(name="world")
def write_world(tmp_path):
    def write(name):
        path = tmp_path / "world.yaml"
        path.write_text(WORLDS[name], encoding="utf-8")
        return path
    return write


def same(result):
    """What does not depend on how it was searched."""
    return {key: value for key, value in result.items() if key not in ("search", "timing")}


@pytest.mark.parametrize("name, guests", ALIKE.items())
def test_all_numbers_are_the_same(tapweave, world, name, guests):
    path = world(name)
    reduced = tapweave.json("explore", "-p", "libvirt-6.6", path)
    whole = tapweave.json("explore", "-p", "libvirt-6.6", "--reduce=none", path)
    assert same(reduced) == same(whole)
    assert whole["search"] == {"states": whole["counts"]["states"], "reduced": "none"}
    assert reduced["search"]["reduced"] == "guests"
    assert reduced["search"]["states"] < whole["counts"]["states"]
    text = tapweave("explore", "-p", "libvirt-6.6", path).stdout
    assert (f"\n  searched: {reduced['search']['states']} states, as these may change places: "
            f"{guests}\n") in text
    assert "searched" not in tapweave("explore", "-p", "libvirt-6.6", "--reduce=none", path).stdout


@pytest.mark.parametrize("name", [name for name in WORLDS if name not in ALIKE])
def test_guests_that_differ_stay_in_their_places(tapweave, world, name):
    result = tapweave.json("explore", "-p", "libvirt-6.6", world(name))
    assert result["search"] == {"states": result["counts"]["states"], "reduced": "none"}


def test_a_bound_is_one_of_the_world(tapweave, world):
    """Not of the states that are kept: it is reached with a reduction if it is without."""
    path = world("two kinds")
    states = tapweave.json("explore", "-p", "libvirt-6.6", path)["counts"]["states"]
    for reduce in ("guests", "none"):
        command = ("explore", "-p", "libvirt-6.6", f"--reduce={reduce}", path)
        assert tapweave(*command, f"--max-states={states}").returncode == 1
        assert tapweave(*command, f"--max-states={states - 1}").returncode == 3


@pytest.mark.parametrize("options", [[], ["--max-states=15000"]], ids=["whole", "cut short"])
def test_it_makes_no_difference_how_many_threads_there_are(tapweave, world, options):
    def said(jobs):
        run = tapweave("explore", "-p", "libvirt-6.6", "--reduce=none", f"--jobs={jobs}",
                       *options, world("three"))
        assert run.returncode == (3 if options else 1) and run.stderr == ""
        return run.stdout
    assert said(1) == said(2) == said(8)


# ---- the audit ----

def test_every_scenario_passes_the_audit(tapweave, check_all):
    audited = tapweave.json("check", "--all-policies", "--audit", *SCENARIOS, status=0)
    assert list(map(same, audited["results"])) == list(map(same, check_all["results"]))
    reduced = [result for result in audited["results"] if result["search"]["reduced"] != "none"]
    assert len({result["scenario"]["path"] for result in reduced}) >= 4


def test_an_audit_that_reaches_a_bound_is_inconclusive(tapweave, world):
    path = world("two kinds")
    command = ("explore", "-p", "libvirt-6.6", "--max-memory=20M", path)
    assert tapweave(*command).returncode == 1
    assert tapweave(*command, "--audit").returncode == 3


def test_where_nothing_is_reduced_there_is_nothing_to_audit(tapweave):
    one, other = (tapweave("explore", "-p", "libvirt-6.6", RACE, *option)
                  for option in ([], ["--audit"]))
    assert (one.stdout, one.stderr, one.returncode) == (other.stdout, other.stderr,
                                                        other.returncode)


# The audit itself; or an assertion that is broken before: some state that a schedule comes to has
# never been found, or a guest is at a place to which it never comes.
SAID = ["audit of libvirt-6.6: ", "Assertion"]
AUDIT, ASSERTION = (70, SAID[0]), (-signal.SIGABRT, SAID[1])

# What is changed in which file, a world in which it is noticed, and how.
MISTAKES = {
    "guests of two descriptions": (
        "sim/alike.c", "return memcmp(&a, &b, sizeof a) == 0 && renaming_are_alike(world, one, "
        "other) &&", "(void)a;\n(void)b;\nreturn", "another tag", ASSERTION),
    "guests with two tasks": (
        "sim/alike.c", "return memcmp(&a, &b, sizeof a) == 0 &&", "(void)a;\n(void)b;\nreturn",
        "another task", AUDIT),
    "guests that begin otherwise": (
        "sim/alike.c", "renaming_are_alike(world, one, other) && begin_alike(world, one, other)",
        "renaming_are_alike(world, one, other)", "another name from the beginning", AUDIT),
    "a guest that a fault strikes": (
        "sim/alike.c", "world->aim[fault].guest != 0", "false", "a fault of one's",
        AUDIT),
    "one state too many is counted": (
        "sim/symmetry.c", "equal += order == 0;", "", "alike", AUDIT),
    "guests of two classes": (
        "sim/symmetry.c", "if (symmetry->class_of[before] != symmetry->class_of[guest])",
        "if (symmetry->class_of[before] > 4)", "two kinds", ASSERTION),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_audit_notices(tapweave, world, tmp_path, mistake):
    path, right, wrong, where, said = MISTAKES[mistake]
    binary = link(tmp_path, wrong_text(path, right, wrong))
    command = [binary, "explore", "--audit", "-p", "libvirt-6.6", world(where)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode, *[word for word in SAID if word in run.stderr]) == said, run.stderr
