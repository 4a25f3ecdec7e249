"""Whose a violation is (docs/oracles.md, docs/formats.md): in the table, below it, and in JSON."""
import re

FIXED = "scenarios/fixed-name.yaml"
RACE = "scenarios/reported-race.yaml"


def of(result, name):
    return next(oracle for oracle in result["oracles"] if oracle["name"] == name)


def test_it_is_the_one_that_has_lost_it_and_not_the_one_that_goes_on(tapweave):
    """B's clean-up deletes the row of a; ovs-vswitchd follows, and answers b."""
    text = " ".join(tapweave("explore", "-p", "libvirt-6.6", FIXED).stdout.split())
    assert re.search(r"b goes on \*\* lost-attachment of a's web0#1 \*\*", text)
    assert "of a's web0#1, by ovs-vswitchd's reconfigure (step 3)" in text
    assert "of a's port web0, by b's del-port (step 2)" in text
    assert "of b, by b's create-tap (step 1)" in text


def test_it_is_in_json(tapweave):
    result = tapweave.json("explore", "-p", "libvirt-6.6", FIXED)
    assert of(result, "lost-attachment")["victims"] == [
        {"oracle": "lost-attachment", "guest": "a", "nic": 1, "device": "web0", "incarnation": 1,
         "step": 3, "by": "ovs-vswitchd"}]
    assert of(result, "foreign-delete")["victims"] == [
        {"oracle": "foreign-delete", "guest": "a", "nic": 1, "port": "web0", "step": 2, "by": "b"}]
    assert of(result, "start-failed")["victims"] == [
        {"oracle": "start-failed", "guest": "b", "step": 1, "by": "b"}]
    assert "victims" not in of(result, "deadlock")
    trace = of(result, "lost-attachment")["trace"]
    assert [victim["oracle"] for victim in trace["victims"]] == [
        "start-failed", "foreign-delete", "lost-attachment"]


def test_two_guests_are_the_victims_of_a_name(tapweave):
    result = tapweave.json("explore", "-p", "libvirt-6.6", RACE)
    victim, = of(result, "duplicate-name")["victims"]
    assert (victim["guest"], victim["with"], victim["name"]) == ("a", {"guest": "b", "nic": 1},
                                                                 "vnet0")


def test_every_counterexample_names_who_it_is_by_its_last_step(check_all):
    """Of every scenario under every policy; of what no guest owns, the owner."""
    seen = set()
    for result in check_all["results"]:
        for oracle in result["oracles"]:
            if oracle["trace"] is None:
                continue
            steps = oracle["trace"]["steps"]
            assert oracle["victims"], (result["scenario"]["path"], oracle["name"])
            for victim in oracle["victims"]:
                assert victim["step"] == len(steps)
                assert victim.get("by") == (steps[-1]["actor"] if steps else None)
                assert ("device" in victim) == ("incarnation" in victim)
            seen.add(oracle["name"])
    assert len(seen) >= 12


def test_a_replay_has_all_of_them_once(tapweave):
    run = tapweave.json("replay", "-p", "libvirt-6.6", "-s",
                        "a kernel/a b b b kernel/a a ovs-vswitchd b b", RACE)
    assert [(victim["oracle"], victim["step"]) for victim in run["victims"]] == [
        ("duplicate-name", 3), ("foreign-delete", 7), ("lost-attachment", 10)]
    assert run["victims"][-1]["incarnation"] == 2  # b's vnet0, and not a's
