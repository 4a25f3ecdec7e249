"""Whether a violation lasts to the end of its interleaving (docs/oracles.md, "Whether it lasts").

The second implementation counts the same in tests/test_brute.py; here is what can be said by
hand."""
import json
import re

import pytest
from bad_scenarios import scenario

ADOPTED = "scenarios/vpp-1766.yaml"
RACE = "scenarios/reported-race.yaml"


def lasting(tapweave, policy, path, oracle):
    result = tapweave.json("explore", "-p", policy, path)
    found = next(entry for entry in result["oracles"] if entry["name"] == oracle)
    return found, found["lasting"], int(result["counts"]["interleavings"])


@pytest.mark.parametrize("path", [ADOPTED, "scenarios/row-adopted-without-vlan.yaml"])
def test_a_leak_of_an_instant_and_one_that_stays(tapweave, path):
    """9.0.0 adopts the leftover row with its tag; 7.0.0 replaces it as soon as it adds its own."""
    for policy, observation in [("libvirt-7.0", "never"), ("libvirt-9.0", "always")]:
        found, its, interleavings = lasting(tapweave, policy, path, "wrong-network")
        assert int(found["bad"]) > 0 and its["observation"] == observation
        assert int(its["bad"]) == (0 if observation == "never" else interleavings)
        assert (its["trace"] is None) == (observation == "never")


def test_the_port_that_is_taken_in_the_reported_race_does_not_come_back(tapweave):
    """Nobody adds it again: each interleaving that loses it ends so."""
    found, its, _ = lasting(tapweave, "libvirt-6.6", RACE, "lost-attachment")
    assert its["bad"] == found["bad"] and its["observation"] == "sometimes"
    assert len(its["trace"]["steps"]) > len(found["trace"]["steps"]), "its end is one of all steps"


def test_a_guest_that_is_stopped_has_lost_nothing_in_the_end(tapweave, tmp_path):
    path = tmp_path / "stopped.yaml"
    path.write_text(scenario(actors="[stop a, [start b, stop b]]"), encoding="utf-8")
    found, its, _ = lasting(tapweave, "libvirt-6.6", path, "lost-attachment")
    assert int(found["bad"]) > 0 and (its["observation"], its["bad"]) == ("never", "0")


def test_other_oracles_have_no_such_verdict(tapweave):
    result = tapweave.json("explore", "-p", "libvirt-6.6", RACE)
    assert {entry["name"] for entry in result["oracles"] if "lasting" in entry} == {
        "lost-attachment", "wrong-network"}


def test_it_is_printed(tapweave):
    text = tapweave("explore", "-p", "libvirt-7.0", ADOPTED).stdout
    assert re.search(r"^  wrong-network +sometimes .*\n    lasting +never$", text, re.MULTILINE)
    text = tapweave("explore", "-p", "libvirt-9.0", ADOPTED).stdout
    assert re.search(r"^    lasting +always +3 of 3 +shortest: ", text, re.MULTILINE)
    assert "\n    to its end: tapweave replay -p libvirt-9.0 -s '" in text
    text = tapweave("check", ADOPTED).stdout
    rows = {line.split()[0]: line for line in text.splitlines() if line.startswith("  libvirt")}
    assert " 2 of 3 ~ ok" in rows["libvirt-7.0"] and "~" not in rows["libvirt-9.0"]
    assert "  ~: in no interleaving does it last to the end\n" in text
    assert "~" not in tapweave("check", RACE).stdout


def test_its_trace_is_a_whole_interleaving(tapweave, tmp_path):
    tapweave("explore", "-p", "libvirt-6.6", RACE, "--traces", tmp_path)
    path = tmp_path / "lost-attachment-lasting.json"
    trace = json.loads(path.read_text(encoding="utf-8"))
    assert trace["lasting"] is True and trace["oracle"] == "lost-attachment"
    run = tapweave("replay", path)
    assert run.returncode == 1 and "    it lasts to the end\n" in run.stdout
    path = tmp_path / "lost-attachment.json"
    trace = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**trace, "lasting": True}), encoding="utf-8")
    run = tapweave("replay", path)
    assert run.returncode == 2 and "lasts to its end, and it does not" in run.stderr


def test_a_replay_says_that_it_has_healed(tapweave):
    """ovs-vswitchd binds the tap through the old row, and then follows the new one."""
    steps = "b ovs-vswitchd b b ovs-vswitchd b b"
    run = tapweave("replay", "-p", "libvirt-6.6", "-s", steps, ADOPTED)
    assert run.returncode == 1 and "    it does not last to the end\n" in run.stdout
    run = tapweave("replay", "-p", "libvirt-6.6", "-s", steps.removesuffix(" b"), ADOPTED)
    assert run.returncode == 1 and "last to the end" not in run.stdout, "it is not over"


@pytest.mark.parametrize(("claim", "verdict"), [
    ("lasting", "holds"), ("lasting sometimes", "holds"), ("lasting never", "fails"),
    ("lasting always", "fails"), ("lasting more often than counter", "holds"),
    ("lasting rarer than counter", "fails"), ("[sometimes, lasting]", "holds"),
    ("lasting in more interleavings than counter", "holds")])
def test_claims(tapweave, tmp_path, claim, verdict):
    path = tmp_path / "claim.yaml"
    path.write_text(scenario(claims=f"{{libvirt-6.6: {{lost-attachment: {claim}}}}}"),
                    encoding="utf-8")
    run = tapweave("check", path, "--json", tmp_path / "out.json")
    last = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["claims"][-1]
    assert last["verdict"] == verdict and run.returncode == (verdict == "fails")
    assert last["claim"].startswith("lasting ")
    if verdict == "fails":
        said = " ".join(run.stdout.split())
        assert f"'{last['claim']}' is claimed of lost-attachment; it is lasting sometimes" in said


def test_a_bound_leaves_it_open(tapweave, tmp_path):
    path = tmp_path / "claim.yaml"
    path.write_text(scenario(claims="{libvirt-6.6: {lost-attachment: lasting never}}"),
                    encoding="utf-8")
    run = tapweave("check", path, "--max-states", "20")
    assert run.returncode == 3 and "is undecided" in run.stdout
