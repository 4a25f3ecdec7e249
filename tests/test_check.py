"""check: the matrix, claims that hold and claims that do not, bounds, and colours.

Verdicts are compared with what the counts of the same run say, worked out here with fractions."""
import json
import os
import pty
import re
from fractions import Fraction

import pytest
from bad_scenarios import scenario
from conftest import SCENARIOS

RACE = "scenarios/reported-race.yaml"
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(name="check")
def make_check(tapweave, tmp_path):
    """Checks a good scenario with these claims; returns the run, and its JSON.  The exit status
    has to be `status`; if that is not given, what follows from a complete search's verdicts."""
    def check(claims, *arguments, status=None, **parts):
        (tmp_path / "claims.yaml").write_text(scenario(claims=claims, **parts), encoding="utf-8")
        run = tapweave("check", *arguments, "--json", "out.json", "claims.yaml", cwd=tmp_path)
        data = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
        follows = 1 if "fails" in [claim["verdict"] for claim in data["claims"]] else 0
        assert run.returncode == (follows if status is None else status), run.stdout + run.stderr
        assert run.stderr == ""
        return run, data
    return check


def verdicts(data):
    return [(claim["policy"], claim["oracle"], claim["claim"], claim["verdict"])
            for claim in data["claims"]]


def matrix(text):
    """The rows of one scenario's table: policy -> oracle -> what stands there.  Columns are as wide
    as the head says; what does not fit into a line is in a table of its own below."""
    rows, starts, oracles = {}, [], []
    lines = ESCAPE.sub("", text).split("\n\n")[0].split("\n")
    for line in lines[next(i for i, line in enumerate(lines) if line.startswith("  policy ")):]:
        line = line.removesuffix("  INCONCLUSIVE")
        if line.startswith("  ~: "):  # what the mark means
            continue
        if line.startswith("  policy "):
            starts = [match.start() for match in re.finditer(r"(?<=  )\S", line)]
        policy, *entries = [line[a:b].strip() for a, b in zip(starts, [*starts[1:], None])]
        if line.startswith("  policy "):
            oracles = entries
        else:
            rows.setdefault(policy, {}).update(zip(oracles, entries, strict=True))
    return rows


def policies_of(data, path):
    return [result["policy"] for result in data["results"] if result["scenario"]["path"] == path]


# ---- the matrix ----

def test_every_claim_of_the_house_holds(tapweave):
    run = tapweave("check", *SCENARIOS)
    assert run.returncode == 0 and run.stderr == ""
    data = tapweave.json("check", *SCENARIOS, status=0)
    assert data["schema"] == "tapweave-check/1"
    assert {claim["verdict"] for claim in data["claims"]} == {"holds"}
    assert {claim["scenario"] for claim in data["claims"]} == {str(path) for path in SCENARIOS}
    assert re.match(rf"{len(SCENARIOS)} scenarios, \d+ policies, {len(data['results'])} cells, "
                    rf"{len(data['claims'])} claims: every claim holds\n", run.stdout)


@pytest.mark.parametrize("path", SCENARIOS, ids=[path.stem for path in SCENARIOS])
def test_the_matrix_has_the_counts_and_the_claims(tapweave, path):
    rows = matrix(tapweave("check", path).stdout)
    data = tapweave.json("check", path, status=0)
    assert list(rows) == policies_of(data, str(path))
    claimed = {(claim["policy"], claim["oracle"]) for claim in data["claims"]}
    shown = {name for _, name in claimed}
    for result in data["results"]:
        total = result["counts"]["interleavings"]
        for oracle in result["oracles"]:
            at = (result["policy"], oracle["name"])
            if oracle["observation"] == "never":
                expected = "never ok" if at in claimed else "."
            else:
                shown.add(oracle["name"])
                expected = "possible" if total is None else f"{oracle['bad']} of {total}"
                passing = oracle.get("lasting", {}).get("observation") == "never"
                expected += " ~" if passing else ""
                expected += " ok" if at in claimed else ""
            assert rows[at[0]].get(at[1], ".") == expected, at
    assert set(rows[data["results"][0]["policy"]]) == shown


def test_all_policies(tapweave, named_policies, check_all):
    """Those with claims first, in their order, then the named ones that have none."""
    run = tapweave("check", "--all-policies", RACE)
    alone = policies_of(tapweave.json("check", RACE), RACE)
    assert run.returncode == 0
    wanted = alone + [policy for policy in named_policies if policy not in alone]
    assert list(matrix(run.stdout)) == policies_of(check_all, RACE) == wanted
    for path in SCENARIOS:
        assert set(named_policies) <= set(policies_of(check_all, str(path)))


# ---- claims ----

# A policy, what is claimed of lost-attachment there, and whether it holds (docs/model.md, mails).
SINGLE = [("libvirt-6.6", "never", "fails"), ("libvirt-6.6", "sometimes", "holds"),
          ("libvirt-6.6", "always", "fails"), ("counter", "never", "holds"),
          ("counter", "sometimes", "fails"), ("counter", "always", "fails")]


@pytest.mark.parametrize(("policy", "claim", "verdict"), SINGLE)
def test_a_claim(check, policy, claim, verdict):
    run, data = check(f"{{{policy}: {{lost-attachment: {claim}}}}}",
                      status=0 if verdict == "holds" else 1)
    assert verdicts(data) == [(policy, "lost-attachment", claim, verdict)]
    if verdict == "holds":
        assert run.stdout.endswith("\n1 scenario, 1 policy, 1 cell, 1 claim: every claim holds\n")
        assert "FAILS" not in run.stdout
    else:
        observation = "never" if policy == "counter" else "sometimes"
        assert (f" claims.yaml:6: the claim about {policy} fails: '{claim}' is claimed of "
                f"lost-attachment; it is {observation} ") in " ".join(run.stdout.split())
        assert matrix(run.stdout)[policy]["lost-attachment"].endswith(" FAILS")
        assert "every claim holds" not in run.stdout
        assert run.stdout.endswith("\n1 scenario, 1 policy, 1 cell, 1 claim: 1 claim fails\n")


def test_always(check):
    """Both guests have the name that A's device has: B cannot start."""
    guests = "{a: {nic: {name: web0}, state: running}, b: {nic: {name: web0}}}"
    claims = "{libvirt-6.6: {start-failed: always, deadlock: never}}"
    check(claims, status=0, guests=guests, actors="[start b]")
    _, data = check("{libvirt-6.6: {start-failed: sometimes}}", status=1, guests=guests,
                    actors="[start b]")
    assert verdicts(data) == [("libvirt-6.6", "start-failed", "sometimes", "fails")]


def test_a_claim_that_fails_is_named_with_its_line(check):
    claims = ("\n  counter:\n    lost-attachment: never\n    duplicate-name: sometimes\n"
              "  libvirt-6.6:\n    lost-attachment:\n      - sometimes\n      - rarer than counter")
    run, data = check(claims, status=1)
    assert [(claim["line"], claim["verdict"]) for claim in data["claims"]] == [
        (8, "holds"), (9, "fails"), (12, "holds"), (13, "fails")]
    assert "\n  claims.yaml:9: the claim about counter fails: 'sometimes'" in run.stdout
    assert "\n  claims.yaml:13: the claim about libvirt-6.6 fails: 'rarer than" in run.stdout
    assert run.stdout.count("the claim about") == 2 and "2 claims fail" in run.stdout


def test_a_failure_in_any_scenario_is_a_failure(tapweave, tmp_path):
    (tmp_path / "bad.yaml").write_text(scenario(claims="{counter: {lost-attachment: always}}"),
                                       encoding="utf-8")
    (tmp_path / "good.yaml").write_text(scenario(), encoding="utf-8")
    for files in (["bad.yaml", "good.yaml"], ["good.yaml", "bad.yaml"]):
        run = tapweave("check", *files, cwd=tmp_path)
        assert run.returncode == 1
        assert "\n2 scenarios, 2 policies, 2 cells, 2 claims: 1 claim fails\n" in run.stdout
        assert "  bad.yaml:" in run.stdout and run.stdout.count("the claim about") == 1


def counts_of(data, oracle):
    """Policy -> bad interleavings and all of them."""
    return {result["policy"]: (int(entry["bad"]), int(result["counts"]["interleavings"]))
            for result in data["results"] for entry in result["oracles"]
            if entry["name"] == oracle}


COMPARED = ["libvirt-6.6", "mac-check", "counter", "libvirt-6.6,port-guard=none", "fin-wait"]


@pytest.mark.parametrize("oracle", ["lost-attachment", "duplicate-name", "spurious-error"])
def test_comparisons(check, oracle):
    """Each policy with each one, itself among them: neither of two equal shares is the rarer."""
    orders = ["rarer than", "more often than", "in fewer interleavings than",
              "in more interleavings than"]
    found = set()
    for order in orders:
        for policy in COMPARED:
            claims = ", ".join(f"'{order} {other}'" for other in COMPARED[:4])
            _, data = check(f"{{'{policy}': {{{oracle}: [{claims}]}}}}")
            counts = counts_of(data, oracle)
            for claim in data["claims"]:
                (bad, total), (than_bad, than_total) = (
                    counts[policy], counts[claim["claim"].removeprefix(order + " ")])
                holds = {
                    orders[0]: Fraction(bad, total) < Fraction(than_bad, than_total),
                    orders[1]: Fraction(bad, total) > Fraction(than_bad, than_total),
                    orders[2]: bad < than_bad,
                    orders[3]: bad > than_bad,
                }[order]
                assert claim["verdict"] == ("holds" if holds else "fails"), claim
                found.add((order, holds))
    assert len(found) == 2 * len(orders), "each order holds somewhere, and fails somewhere"


def test_a_comparison_runs_the_policy_it_compares_with(check):
    run, data = check("{mac-check: {lost-attachment: rarer than libvirt-6.6}}", status=0)
    assert policies_of(data, "claims.yaml") == list(matrix(run.stdout)) == ["mac-check",
                                                                            "libvirt-6.6"]
    assert matrix(run.stdout)["mac-check"]["lost-attachment"].endswith(" ok")
    assert not matrix(run.stdout)["libvirt-6.6"]["lost-attachment"].endswith(" ok")


# ---- bounds ----

def test_a_bound_makes_claims_undecided(check):
    run, data = check("{libvirt-6.6: {lost-attachment: sometimes, spurious-error: never}}",
                      "--max-states=10", status=3)
    assert {claim["verdict"] for claim in data["claims"]} == {"undecided"}
    assert run.stdout.endswith(": 2 claims are undecided, 1 cell is inconclusive\n")
    assert "INCONCLUSIVE" in run.stdout and "every claim holds" not in run.stdout
    assert "FAILS" not in run.stdout, "what is undecided has not failed"
    assert " ok" not in run.stdout


def test_a_bound_without_claims_is_inconclusive_as_well(check):
    run, data = check("{libvirt-6.6: {}}", "--max-states=10", status=3)
    assert data["claims"] == [] and "every claim holds" not in run.stdout


def test_a_scenario_without_claims(tapweave, tmp_path):
    """It can be explored, and checked under policies that are named; otherwise there is nothing to
    check, which is not the same as that all of it holds."""
    (tmp_path / "bare.yaml").write_text(scenario(claims=None), encoding="utf-8")
    (tmp_path / "good.yaml").write_text(scenario(), encoding="utf-8")
    bare = tapweave.json("explore", "-p", "libvirt-6.6", "bare.yaml", cwd=tmp_path, status=1)
    good = tapweave.json("explore", "-p", "libvirt-6.6", "good.yaml", cwd=tmp_path, status=1)
    assert bare["counts"] == good["counts"] and bare["scenario"]["sha256"]
    for command in (["check", "bare.yaml"], ["check", "good.yaml", "bare.yaml"],
                    ["conform", "bare.yaml"]):
        run = tapweave(*command, cwd=tmp_path)
        assert (run.returncode, run.stdout) == (2, "")
        assert run.stderr.startswith("tapweave: bare.yaml: makes no claims, so ")
    run = tapweave("check", "--all-policies", "bare.yaml", cwd=tmp_path)
    assert run.returncode == 0 and " 0 claims: nothing is claimed\n" in run.stdout
    run = tapweave("check", "-p", "counter", "bare.yaml", cwd=tmp_path)
    assert run.returncode == 0 and "claim" not in run.stdout


def test_a_claim_can_fail_before_the_bound(check):
    """The violation has been seen; the fourth layer of states has it."""
    run, data = check("{libvirt-6.6: {duplicate-name: never, lost-attachment: never}}",
                      "--max-states=60", status=1)
    assert [verdict for *_, verdict in verdicts(data)] == ["fails", "undecided"]
    assert matrix(run.stdout)["libvirt-6.6"]["duplicate-name"].endswith("FAILS")


def test_a_comparison_with_an_inconclusive_cell_is_undecided(check):
    """libvirt-6.6 has fewer states than fin-wait, so that a bound can be between the two."""
    claims = "{libvirt-6.6: {duplicate-name: more often than fin-wait}}"
    _, data = check(claims, status=0)
    few, many = (result["counts"]["states"] for result in data["results"])
    assert few < many
    _, data = check(claims, f"--max-states={few}", status=3)
    assert [verdict for *_, verdict in verdicts(data)] == ["undecided"]


# ---- colours ----

def on_terminal(tapweave, *arguments, **env):
    """What the tool prints on a terminal, standard error being none."""
    ours, theirs = pty.openpty()
    try:
        run = tapweave(*arguments, stdout=theirs, env=env)
        os.close(theirs)
        theirs, text = None, b""
        while chunk := read(ours):
            text += chunk
    finally:
        os.close(ours)
        if theirs is not None:
            os.close(theirs)
    return run.returncode, text.decode().replace("\r\n", "\n")


def read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side has been closed
        return b""


WRONG = "{libvirt-6.6: {lost-attachment: always}}"


@pytest.fixture(name="wrong")
def make_wrong(tmp_path):
    """A scenario whose matrix is small enough for a terminal's buffer, with a claim that fails."""
    (tmp_path / "wrong.yaml").write_text(scenario(claims=WRONG), encoding="utf-8")
    return tmp_path / "wrong.yaml"


@pytest.mark.parametrize(("options", "env", "coloured"), [
    ([], {}, False),
    ([], {"TERM": "xterm", "CLICOLOR_FORCE": "1"}, False),
    (["--colour=auto"], {"TERM": "xterm"}, False),
    (["--colour=never"], {"TERM": "xterm"}, False),
    (["--colour=always"], {}, True),
    (["--colour=always"], {"TERM": "dumb", "NO_COLOR": "1"}, True),
    (["--colour=always", "--colour=never"], {}, False),
    (["--colour=never", "--colour=always"], {}, True),
])
def test_colours_in_a_pipe(tapweave, wrong, options, env, coloured):
    plain = tapweave("check", wrong)
    run = tapweave("check", *options, wrong, env=env)
    assert run.returncode == 1 and ESCAPE.sub("", run.stdout) == plain.stdout
    assert ("\x1b" in run.stdout) == coloured
    if coloured:
        assert re.search(r"\x1b\[31m[^\x1b]*FAILS *\x1b\[0m", run.stdout), "a failure is red"


@pytest.mark.parametrize(("options", "env", "coloured"), [
    ([], {"TERM": "xterm"}, True),
    (["--colour=auto"], {"TERM": "xterm"}, True),
    ([], {"TERM": "xterm", "NO_COLOR": ""}, True),
    ([], {"TERM": "xterm", "NO_COLOR": "1"}, False),
    ([], {"TERM": "xterm", "NO_COLOR": "0"}, False),
    ([], {"TERM": "dumb"}, False),
    ([], {}, False),
    (["--colour=never"], {"TERM": "xterm"}, False),
    (["--colour=always"], {"TERM": "xterm", "NO_COLOR": "1"}, True),
])
def test_colours_on_a_terminal(tapweave, wrong, options, env, coloured):
    status, text = on_terminal(tapweave, "check", *options, wrong, **env)
    assert status == 1 and ESCAPE.sub("", text) == tapweave("check", wrong).stdout
    assert ("\x1b" in text) == coloured


def test_json_has_no_colours(tapweave, wrong):
    run = tapweave("check", "--colour=always", "--json", "-", wrong)
    assert "\x1b" not in run.stdout and "\\u001b" not in run.stdout and json.loads(run.stdout)
