"""diff -p OLD -p NEW: what is better and what is worse under a new policy than under an old one.

What became of each oracle is worked out here from the shares that explore says of each policy
alone, and held to what the scenarios claim of the two: neither comes from a comparison."""
import json
import re
from fractions import Fraction

import pytest
import yaml
from conftest import ROOT, SCENARIOS
from mistakes import link, wrong_text

OLD, NEW = "libvirt-6.6", "exists-check"
LASTS = ("lost-attachment", "wrong-network")
PAIRS = [(OLD, NEW, "scenarios/exists-check.yaml"),
         (OLD, "atomic", "scenarios/taken-down.yaml"),
         ("owner-delete", OLD, "scenarios/ovs-issues-284.yaml"),
         ("libvirt-9.0", "libvirt-11.3", "scenarios/vpp-1766.yaml"),
         ("counter", "counter", "scenarios/reported-race.yaml"),
         ("per-guest-names", OLD, "scenarios/for-ever.yaml")]


def shares(result):
    """(oracle, lasting) -> the share of the interleavings that are bad; where they are not counted,
    whether there is one."""
    total = result["counts"]["interleavings"]
    found = {}
    for oracle in result["oracles"]:
        for lasting in (False, True) if "lasting" in oracle else (False,):
            verdict = oracle["lasting"] if lasting else oracle
            found[oracle["name"], lasting] = (
                verdict["observation"] != "never" if total is None
                else Fraction(int(verdict["bad"]), int(total)))
    return found


def change(old, new):
    if not old and not new:
        return None
    if not old or not new:
        return "new" if new else "closed"
    if new is True:
        return "uncounted"
    return "same" if new == old else "worse" if new > old else "better"


def check_pair(tapweave, old, new, path):
    before, now = (tapweave.json("explore", "-p", policy, path) for policy in (old, new))
    data = tapweave.json("diff", "-p", old, "-p", new, path)
    assert (data["schema"], data["old"], data["new"]) == ("tapweave-diff/1", old, new)
    entry, = data["scenarios"]
    assert entry["scenario"] == path
    assert entry["end"] == {"old": before["end"], "new": now["end"]}
    assert entry["interleavings"] == {"old": before["counts"]["interleavings"],
                                      "new": now["counts"]["interleavings"]}
    was, is_now = shares(before), shares(now)
    expected = {key: change(was[key], is_now[key]) for key in was}
    found = {(oracle["name"], oracle["lasting"]): oracle["change"] for oracle in entry["oracles"]}
    assert found == {key: word for key, word in expected.items() if word}
    for oracle in entry["oracles"]:
        for word, result in (("old", before), ("new", now)):
            its = next(its for its in result["oracles"] if its["name"] == oracle["name"])
            its = its["lasting"] if oracle["lasting"] else its
            assert oracle[word] == {"observation": its["observation"], "bad": its["bad"]}
    return found


@pytest.mark.parametrize(("old", "new", "path"), PAIRS)
def test_what_became_of_each_oracle(tapweave, old, new, path):
    found = check_pair(tapweave, old, new, path)
    run = tapweave("diff", "-p", old, "-p", new, path)
    assert run.returncode == (1 if {"new", "worse"} & set(found.values()) else 0)
    lines = run.stdout.splitlines()
    assert max(map(len, lines)) <= 100 and len(lines) <= 60
    said = {"same": "as before"}
    for (oracle, lasting), word in found.items():
        name = f"{oracle}, lasting" if lasting else oracle
        row = next(line.split("   ") for line in lines if line.startswith(f"  {name}   "))
        assert row[-1].strip() == said.get(word, word)


def claims():
    """What the scenarios claim of two policies: (path, oracle, lasting, old, new, change)."""
    for path in SCENARIOS:
        single, said = {}, yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))["claims"]
        for policy, oracles in said.items():
            for oracle, words in oracles.items():
                for word in words if isinstance(words, list) else [words]:
                    lasting = word.startswith("lasting ")
                    word = word.removeprefix("lasting ")
                    for order, became in (("rarer than ", "better"), ("more often than ", "worse")):
                        if word.startswith(order):
                            yield (path, oracle, lasting, word.removeprefix(order), policy, became)
                    single.setdefault((oracle, lasting, word), []).append(policy)
        for (oracle, lasting, word), policies in single.items():
            for policy in policies if word in ("sometimes", "always") else []:
                for never in single.get((oracle, lasting, "never"), []):
                    yield path, oracle, lasting, policy, never, "closed"
                    yield path, oracle, lasting, never, policy, "new"


def check_claims(tapweave, most):
    """Holds the pairs of policies of which the most is claimed to all that is claimed of them.
    Returns how many claims that were."""
    by_pair, held = {}, 0
    for path, oracle, lasting, old, new, became in claims():
        by_pair.setdefault((old, new), []).append((str(path), oracle, lasting, became))
    for (old, new), claimed in sorted(by_pair.items(), key=lambda its: -len(its[1]))[:most]:
        data = tapweave.json("diff", "-p", old, "-p", new)
        entries = {entry["scenario"].removeprefix(f"{ROOT}/"): entry["oracles"]
                   for entry in data["scenarios"]}
        assert sorted(entries) == sorted(map(str, SCENARIOS))
        for path, oracle, lasting, became in claimed:
            row = next((row for row in entries[path]
                        if (row["name"], row["lasting"]) == (oracle, lasting)), {"change": None})
            # A claim to be rarer holds of what never is, and one to be more often of what is new.
            also = {"better": "closed", "worse": "new"}.get(became, became)
            assert row["change"] in (became, also), (old, new, path, oracle)
            held += 1
    return held


def test_what_the_scenarios_claim(tapweave):
    assert check_claims(tapweave, 12) > 150


def test_one_screen(tapweave):
    run = tapweave("diff", "-p", OLD, "-p", NEW)
    lines = run.stdout.splitlines()
    assert run.returncode == 1 and len(lines) <= 55 and max(map(len, lines)) <= 100
    assert lines[0] == f"{NEW} (new) beside {OLD} (old), in {len(SCENARIOS)} scenarios"
    own = tapweave("check", "-p", "libvirt-6.6,port-guard=exists").stdout.splitlines()
    assert lines[1:-4] == own[1:-4], "the base of that policy is libvirt-6.6, too"


def test_tables_of_all(tapweave):
    alone = tapweave("diff", "-p", OLD, "-p", NEW, SCENARIOS[3]).stdout
    every = tapweave("diff", "-p", OLD, "-p", NEW, "--matrix", *SCENARIOS[:6]).stdout
    table = alone.split("\n  lost-attachment, by the order", maxsplit=1)[0]
    assert "better" in table and table in every and every.count(f"{OLD} (old), {NEW} (new)") == 6


def test_side_by_side(tapweave):
    """The same bytes, however many searches run at a time."""
    runs = [tapweave("diff", "-p", OLD, "-p", NEW, "--json", "-", "--jobs", jobs, *SCENARIOS)
            for jobs in ("1", "5")]
    assert runs[0].stdout == runs[1].stdout and len(runs[0].stdout) > 10000


def test_a_bound(tapweave):
    run = tapweave("diff", "-p", OLD, "-p", "counter", "--max-states", "50", PAIRS[0][2])
    assert run.returncode == 3 and "the search of counter is inconclusive: stopped at" in run.stdout
    data = tapweave.json("diff", "-p", OLD, "-p", "counter", "--max-states", "50", PAIRS[0][2])
    entry, = data["scenarios"]
    assert {oracle["change"] for oracle in entry["oracles"]} == {"inconclusive"}
    assert "stopped at --max-states" in entry["end"].values()


@pytest.mark.parametrize(("words", "said"), [
    ((), "diff needs two policies: -p OLD -p NEW"),
    (("-p", OLD), "diff needs two policies: -p OLD -p NEW"),
    (("-p", OLD, "-p", NEW, "-p", "atomic"), "-p 'atomic': there are two already, OLD and NEW"),
    (("-p", OLD, "-p", "existscheck"), "did you mean 'exists-check'?"),
    (("-p", OLD, "-p", NEW, "nowhere.yaml"), "nowhere.yaml: cannot be opened"),
])
def test_bad_usage(tapweave, words, said):
    run = tapweave("diff", *words)
    assert run.returncode == 2 and run.stdout == "" and said in run.stderr


def test_no_other_command_takes_two(tapweave):
    for command in ("check", "explore", "explain"):
        run = tapweave(command, "-p", OLD, "-p", NEW, PAIRS[0][2])
        assert run.returncode == 2 and run.stdout == ""
        assert run.stderr == (f"tapweave: -p '{NEW}': there is one already, and 'diff' alone takes "
                              "two\n")


def test_the_page_shows_what_is_printed(tapweave):
    page = (ROOT / "docs" / "comparing.md").read_text(encoding="utf-8")
    shown = re.findall(r"```\n\$ build/tapweave ((?:.*\\\n)*.*)\n((?:.*\n)*?)```", page)
    assert len(shown) == page.count("$ build/tapweave ") > 1
    for command, said in shown:
        assert tapweave(*command.replace("\\\n", " ").split()).stdout == said


MISTAKES = {
    "the policies change places": (
        "harness/command_diff.c", ".before = &cell[OLD], .now = &cell[NEW]",
        ".before = &cell[NEW], .now = &cell[OLD]"),
    "numbers are compared, and not shares": (
        "harness/report_compare.c", "{oracle, lasting, .as_share = true}",
        "{oracle, lasting, .as_share = false}"),
    "what lasts is what there is": (
        "harness/report_pair_json.c", "cell_verdict(cell, oracle, lasting)",
        "cell_verdict(cell, oracle, false)"),
    "a scenario is missing": (
        "harness/command_diff.c", "json_t *scenarios = json_array(); for (unsigned i = 0;",
        "json_t *scenarios = json_array(); for (unsigned i = 1;"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_seen(tapweave, tmp_path, name):
    """The tests above fail of a program that has it."""
    wrong = type(tapweave)()
    wrong.binary = link(tmp_path, wrong_text(*MISTAKES[name]))

    def fails(check, *arguments):
        try:
            check(wrong, *arguments)
        except (AssertionError, ValueError, KeyError, json.JSONDecodeError):
            return True
        return False
    assert any(fails(check_pair, *pair) for pair in PAIRS[:4])
