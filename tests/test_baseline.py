"""check --baseline: fails only on what is worse than in an earlier result.  Earlier results are
made by editing one, so that what is worse is known without the tool."""
import copy
import json
import re
from fractions import Fraction

import pytest
from bad_scenarios import scenario
from parts import load, steady

CLAIMS = ("{libvirt-6.6: {lost-attachment: [never, lasting never], deadlock: never},\n"
          "         counter: {lost-attachment: never, duplicate-name: sometimes}}")
A = "a.yaml"


@pytest.fixture(name="check")
def make_check(tapweave, tmp_path):
    """Checks against what `change` makes of the result as it is."""
    (tmp_path / A).write_text(scenario(claims=CLAIMS), encoding="utf-8")
    tapweave("check", A, "--json", "now.json", cwd=tmp_path)
    now = load(tmp_path / "now.json")

    def check(change, *arguments, command="check", files=(A,)):
        then = copy.deepcopy(now)
        change(then)
        (tmp_path / "then.json").write_text(json.dumps(then), encoding="utf-8")
        run = tapweave(command, *files, "--baseline", "then.json", "--json", "out.json",
                       *arguments, cwd=tmp_path)
        return run, load(tmp_path / "out.json") if run.returncode in (0, 1, 3) else None
    return check


def claim(data, policy, oracle, text):
    (found,) = (each for each in data["claims"]
                if (each["policy"], each["oracle"], each["claim"]) == (policy, oracle, text))
    return found


def oracle_of(data, policy, oracle):
    return next(each for result in data["results"] if result["policy"] == policy
                for each in result["oracles"] if each["name"] == oracle)


def test_nothing_is_worse(check, tapweave, tmp_path):
    """All three claims that fail are known; without the baseline they fail."""
    run, data = check(lambda then: None, "--report", "junit=a.xml", "--report", "ktap=a.ktap")
    assert run.returncode == 0
    assert run.stdout.endswith("5 claims: 3 claims fail as in the baseline\n")
    assert "the claim about" not in run.stdout, "they are no news"
    failed = [each for each in data["claims"] if each["verdict"] == "fails"]
    assert [each.get("known") for each in failed] == [True] * 3 and data["worse"] == []
    assert tapweave("check", A, cwd=tmp_path).returncode == 1
    xml, ktap = ((tmp_path / name).read_text(encoding="utf-8") for name in ("a.xml", "a.ktap"))
    assert xml.count("<skipped ") == 3 and "<failure" not in xml and 'failures="0"' in xml
    assert ktap.count(" # XFAIL ") == 3 and "not ok" not in ktap
    assert "xfail:3 " in ktap and "pass:2 fail:0" in ktap


def test_a_claim_that_held_fails(check):
    def held(then):
        claim(then, "libvirt-6.6", "lost-attachment", "never")["verdict"] = "holds"
    run, data = check(held)
    assert run.returncode == 1
    assert "a.yaml:6: the claim about libvirt-6.6 fails: 'never'" in run.stdout
    assert "1 claim fails, 2 claims fail as in the baseline" in run.stdout
    assert "known" not in claim(data, "libvirt-6.6", "lost-attachment", "never")
    assert run.stdout.count("the claim about") == 1


@pytest.mark.parametrize("gone", ["claim", "undecided", "cell"])
def test_a_claim_of_which_the_baseline_says_nothing_fails(check, gone):
    """It may be new, or have been undecided."""
    def change(then):
        entry = claim(then, "counter", "duplicate-name", "sometimes")
        if gone == "claim":
            then["claims"].remove(entry)
        elif gone == "undecided":
            entry["verdict"] = "undecided"
        else:
            then["claims"].remove(entry)
            then["results"] = [each for each in then["results"] if each["policy"] != "counter"]
    run, _ = check(change)
    assert run.returncode == 1 and "the claim about counter fails: 'sometimes'" in run.stdout
    assert run.stdout.count("the claim about") == 1


@pytest.mark.parametrize(("by", "worse"), [(-1, True), (0, False), (1, False)])
@pytest.mark.parametrize("lasting", [False, True])
def test_a_known_claim_that_has_got_worse_fails(check, by, worse, lasting):
    """Its oracle is violated in a larger share of the interleavings than then."""
    text = "lasting never" if lasting else "never"

    def change(then):
        entry = oracle_of(then, "libvirt-6.6", "lost-attachment")
        entry = entry["lasting"] if lasting else entry
        entry["bad"] = str(int(entry["bad"]) + by)
    run, data = check(change)
    assert run.returncode == worse
    assert ("known" not in claim(data, "libvirt-6.6", "lost-attachment", text)) == worse
    assert run.stdout.count("the claim about") == worse and data["worse"] == []


def test_shares_are_compared_and_not_numbers(check):
    """More interleavings in all, and as many bad ones: a smaller share then."""
    def change(then):
        result = next(each for each in then["results"] if each["policy"] == "libvirt-6.6")
        total = int(result["counts"]["interleavings"])
        bad = int(oracle_of(then, "libvirt-6.6", "lost-attachment")["bad"])
        result["counts"]["interleavings"] = str(total + 1)
        assert Fraction(bad, total) > Fraction(bad, total + 1)
    assert check(change)[0].returncode == 1


def test_an_oracle_that_no_claim_is_about(check, tmp_path):
    """It was never violated then, and is now."""
    def change(then):
        entry = oracle_of(then, "libvirt-6.6", "foreign-delete")
        assert entry["observation"] == "sometimes"
        entry.update(observation="never", bad="0", trace=None)
        del entry["victims"]
    run, data = check(change, "--report", "junit=a.xml")
    assert run.returncode == 1
    assert data["worse"] == [{"scenario": A, "policy": "libvirt-6.6", "oracle": "foreign-delete",
                              "lasting": False}]
    line = " ".join(run.stdout.split())
    assert re.search(r" a\.yaml: foreign-delete under libvirt-6\.6: \d+ of \d+; in the baseline: "
                     r"0 of \d+", line)
    assert "1 oracle is worse than in the baseline" in line
    xml = (tmp_path / "a.xml").read_text(encoding="utf-8")
    assert 'name="libvirt-6.6: foreign-delete: no worse than in the baseline"' in xml
    assert xml.count("<failure ") == 1 and "replay it: " in xml


def test_what_is_better_is_no_failure(check):
    def change(then):
        for result in then["results"]:
            for entry in result["oracles"]:
                if entry["trace"]:
                    entry["bad"] = result["counts"]["interleavings"]
    run, data = check(change)
    assert run.returncode == 0 and data["worse"] == []


def test_of_a_scenario_that_has_changed_claims_alone_are_compared(check):
    def change(then):
        for result in then["results"]:
            result["scenario"]["sha256"] = "0" * 64
            for entry in result["oracles"]:
                entry.update(bad="0")
    run, data = check(change)
    assert run.returncode == 0 and data["worse"] == []
    assert "2 cells of scenarios that have changed since the baseline: only " in run.stdout


def test_what_is_undecided_is_no_pass(check):
    """Then it failed, and now nobody knows."""
    run, _ = check(lambda then: None, "--max-states=10")
    assert run.returncode == 3


def test_the_result_is_a_baseline_as_well(check, tapweave, tmp_path):
    _, data = check(lambda then: None)
    again = tapweave("check", A, "--baseline", "out.json", cwd=tmp_path)
    assert again.returncode == 0
    for each in data["claims"]:
        each.pop("known", None)
    del data["worse"]
    assert steady(data) == steady(load(tmp_path / "now.json"))


def test_merge_has_a_baseline_too(check, tapweave, tmp_path):
    for part in ("1", "2"):
        tapweave("check", A, "--shard", f"{part}/2", "--json", f"{part}.json", cwd=tmp_path)
    run, _ = check(lambda then: None, command="merge", files=("1.json", "2.json"))
    assert run.returncode == 0 and "3 claims fail as in the baseline" in run.stdout


@pytest.mark.parametrize(("change", "said"), [
    (lambda then: then.update(schema="tapweave-shard/1"),
     "then.json: is no result of a check (check --json): it has the schema 'tapweave-shard/1', "
     "not 'tapweave-check/1'"),
    (lambda then: then["results"][1].update(oracles=[]),
     "then.json: is damaged: result 2 of it is none"),
    (lambda then: then["results"][0].update(end="well"), "result 1 of it is none")])
def test_bad_baselines(check, change, said):
    run, _ = check(change)
    assert (run.returncode, run.stdout) == (2, "")
    assert re.fullmatch(r"tapweave: [^\n]*\n", run.stderr) and said in run.stderr, run.stderr


def test_not_with_a_policy_of_one_s_own(tapweave, tmp_path):
    (tmp_path / A).write_text(scenario(), encoding="utf-8")
    run = tapweave("check", "-p", "counter", "--baseline", "x", A, cwd=tmp_path)
    assert run.returncode == 2 and "either -p POLICY" in run.stderr
    run = tapweave("check", "--baseline", "x", A, cwd=tmp_path)
    assert (run.returncode, run.stderr) == (
        2, "tapweave: x: cannot be read: No such file or directory\n")
