"""Words that were renamed: old files and command lines mean what they meant, with a warning."""
import json

import pytest
from bad_scenarios import scenario
from conftest import ROOT

RACE = "scenarios/reported-race.yaml"
POLICIES = {"own-names": "per-guest-names", "lowest-free-late": "lowest-free-after-cleanup"}
ORACLES = {"error-log": "spurious-error", "lost-limit": "lost-qos"}


def warning(place, kind, old, new):
    return f"tapweave: {place}: warning: {kind} '{old}' is called '{new}' now\n"


def without_timing(text):
    return {**json.loads(text), "timing": 0}


@pytest.mark.parametrize(("old", "new"), POLICIES.items())
@pytest.mark.parametrize("choice", ["", ",port-guard=none"])
def test_a_policy_on_the_command_line(tapweave, old, new, choice):
    """The result says the word of today, and nothing but that differs."""
    was = tapweave("explore", "-p", old + choice, RACE, "--json", "-")
    now = tapweave("explore", "-p", new + choice, RACE, "--json", "-")
    assert was.stderr == warning("--policy:1:1", "policy", old, new) and now.stderr == ""
    assert was.returncode == now.returncode
    assert without_timing(was.stdout) == without_timing(now.stdout)
    assert without_timing(was.stdout)["policy"] == new + choice


def test_a_scenario_file(tapweave, tmp_path):
    """A policy under both of its names is one policy."""
    (tmp_path / "old.yaml").write_text(scenario(claims=(
        "\n  own-names: {error-log: never}\n  per-guest-names: {lost-limit: never}\n"
        "  libvirt-6.6: {lost-attachment: more often than own-names}")), encoding="utf-8")
    run = tapweave("check", "old.yaml", "--json", "-", cwd=tmp_path)
    data = json.loads(run.stdout)
    assert [result["policy"] for result in data["results"]] == ["per-guest-names", "libvirt-6.6"]
    assert [(claim["policy"], claim["oracle"], claim["claim"]) for claim in data["claims"]] == [
        ("per-guest-names", "spurious-error", "never"), ("per-guest-names", "lost-qos", "never"),
        ("libvirt-6.6", "lost-attachment", "more often than per-guest-names")]
    lines = (tmp_path / "old.yaml").read_text(encoding="utf-8").split("\n")
    places = [(number, line.index(word) + 1) for word in ("own-names", "error-log", "lost-limit")
              for number, line in enumerate(lines, 1) if word in line]
    assert len(places) == 4
    own, than, error, limit = (f"old.yaml:{line}:{column}" for line, column in places)
    assert run.stderr == (warning(own, "policy", "own-names", "per-guest-names")
                          + warning(error, "oracle", "error-log", "spurious-error")
                          + warning(limit, "oracle", "lost-limit", "lost-qos")
                          + warning(than, "policy", "own-names", "per-guest-names"))


def test_a_file_of_the_time_when_every_nic_had_a_packet_filter(tapweave, tmp_path):
    """A claim about filters says that it is one, unless a nic says whether it has one."""
    claims = "{'libvirt-6.6,filter-key=name': {lost-filter: sometimes}}"
    nic = "{nic: {bridge: lb0}, state: running}, b: {nic: {bridge: lb0}}"
    (tmp_path / "old.yaml").write_text(scenario(guests=f"{{a: {nic}}}", claims=claims),
                                       encoding="utf-8")
    said = nic.replace("lb0", "lb0, filter: true")
    (tmp_path / "new.yaml").write_text(scenario(guests=f"{{a: {said}}}", claims=claims),
                                       encoding="utf-8")
    old, new = (tapweave("check", f"{name}.yaml", "--json", "-", cwd=tmp_path)
                for name in ("old", "new"))
    column = claims.index("lost-filter") + len("claims: ") + 1
    assert old.stderr.startswith(f"tapweave: old.yaml:6:{column}: warning: no nic says ")
    assert (old.returncode, new.returncode, new.stderr) == (0, 0, "")
    counts = [[oracle["bad"] for oracle in without_timing(run.stdout)["results"][0]["oracles"]]
              for run in (old, new)]
    assert counts[0] == counts[1]


def test_a_trace(tapweave, tmp_path):
    trace = {"schema": "tapweave-trace/1", "scenario": {"path": str(ROOT / RACE)},
             "policy": "own-names", "oracle": "error-log", "steps": [{"actor": "a"}]}
    (tmp_path / "old.json").write_text(json.dumps(trace), encoding="utf-8")
    run = tapweave("replay", "old.json", cwd=tmp_path)
    assert run.returncode == 2, "the first step violates nothing"
    first, second, problem = run.stderr.splitlines()
    assert "warning: policy 'own-names' is called 'per-guest-names' now" in first
    assert "warning: oracle 'error-log' is called 'spurious-error' now" in second
    assert problem.endswith("the trace says that it violates spurious-error, and it does not")
    assert "under per-guest-names" in run.stdout


def test_a_mistake_behind_an_old_word_is_where_it_stands(tapweave):
    run = tapweave("explore", "-p", "own-names,port-gaurd=none", RACE)
    assert run.returncode == 2
    assert "tapweave: --policy:1:11: unknown choice 'port-gaurd'" in run.stderr


def test_an_old_word_may_end_a_text_of_any_length_that_is_allowed(tapweave, tmp_path):
    """The word of today is longer, and has room."""
    choices = tapweave.json("list", "policies", status=0)["choices"]
    text = "lowest-free-late" + "".join(f",{choice['name']}={max(choice['values'], key=len)}"
                                        for choice in choices)
    assert len(text) < 600
    result = tapweave.json("explore", "-p", text, RACE)
    assert result["policy"] == text.replace("lowest-free-late", "lowest-free-after-cleanup")
