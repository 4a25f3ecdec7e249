"""check -p POLICY: a policy of one's own beside the one that it begins with, in all scenarios.

What became of each oracle is worked out here from the counts of both policies, with fractions."""
import re
import shlex
import subprocess
from fractions import Fraction

import pytest
from conftest import SCENARIOS

BEFORE = "libvirt-6.6"
RACE, LINUX = "scenarios/reported-race.yaml", "scenarios/linux-bridge.yaml"
HEADS = {"new": "New: ", "worse": "Worse: ", "closed": "Closed: ", "better": "Better: ",
         "uncounted": "Possible under both, ", "inconclusive": "Inconclusive: "}


def verdicts(result, lasting=False):
    """The share of runs; of those that are not counted, "possible" if there is one."""
    oracles = {oracle["name"]: oracle["lasting"] if lasting else oracle
               for oracle in result["oracles"] if not lasting or "lasting" in oracle}
    if result["complete"] and result["counts"]["interleavings"] is None:
        return {name: verdict["observation"].replace("never", "") or 0
                for name, verdict in oracles.items()}
    total = int(result["counts"]["interleavings"] or 0)
    return {name: Fraction(int(verdict["bad"]), total) if result["complete"] else None
            for name, verdict in oracles.items()}


def change(own, base):
    if own is None or base is None:
        return "inconclusive"
    if "possible" in (own, base) and own and base:
        return "uncounted"
    if own == base:
        return "same" if own else None
    if base == 0:
        return "new"
    if own == 0:
        return "closed"
    return "worse" if own > base else "better"


def expected(data, lasting=False):
    """The key "comparison": change -> scenarios with their oracles; of those that last, "lasting"
    has the same of the runs that end so."""
    found = {name: [] for name in ("new", "worse", "closed", "better", "same", "uncounted",
                                   "inconclusive")}
    for own, base in zip(data["results"][::2], data["results"][1::2], strict=True):
        assert own["scenario"] == base["scenario"]
        mine, theirs = verdicts(own, lasting), verdicts(base, lasting)
        for name, entries in found.items():
            oracles = [oracle for oracle in mine if change(mine[oracle], theirs[oracle]) == name]
            if oracles:
                entries.append({"scenario": own["scenario"]["path"], "oracles": oracles})
    return found


@pytest.mark.parametrize(("policy", "base"), [
    (f"{BEFORE},port-guard=exists", BEFORE), ("counter,hold=2,on-taken=fail", "counter"),
    ("mac-check", BEFORE), ("own-names,port-guard=none", "per-guest-names"), (BEFORE, BEFORE)])
def test_what_became_of_each_oracle(tapweave, policy, base):
    data = tapweave.json("check", "-p", policy, *SCENARIOS)
    own = policy.replace("own-names", "per-guest-names")
    wanted, lasting = expected(data), expected(data, lasting=True)
    assert data["comparison"] == {"policy": own, "base": base, **wanted, "lasting": lasting}
    assert [result["policy"] for result in data["results"]] == [own, base] * len(SCENARIOS)
    assert data["claims"] == [] and wanted["inconclusive"] == []
    run = tapweave("check", "-p", policy, *SCENARIOS)
    worse = [some[name] for some in (wanted, lasting) for name in ("new", "worse") if some[name]]
    assert run.returncode == (1 if worse else 0)
    head, *tally = run.stdout.split("\n\n", maxsplit=1)[0].splitlines()
    assert head == f"{own} beside its base, {base}, in {len(SCENARIOS)} scenarios"
    sums = {name: sum(len(entry["oracles"]) for entry in wanted[name]) for name in wanted}
    said = ("Pairs of a scenario and an oracle: {new} new, {worse} worse, {closed} closed, {better}"
            " better, {same} as before").format(**sums)
    said += f", {sums['uncounted']} uncounted" if sums["uncounted"] else ""
    assert " ".join(map(str.strip, tally)) == said
    if policy == BEFORE:
        assert {name for name, number in sums.items() if number} == {"same", "uncounted"}


def section(text, head):
    """The lines of a section: oracle -> names that are listed, and how many there are."""
    part = next((part for part in text.split("\n\n") if part.startswith(head)), None)
    found = {}
    for line in part.rstrip().split("\n")[1:] if part else []:
        if ", lasting: " in line:
            line = line.replace(", lasting:", "-lasting")
        oracle, said = line.split(None, 1)
        more = re.search(r", and (\d+) more$", said)
        names = re.sub(r", and \d+ more$", "", said).split(", ")
        found[oracle] = names, len(names) + int(more[1] if more else 0)
    return found


def test_one_screen_lists_them(tapweave):
    policy = f"{BEFORE},port-guard=exists"
    data = tapweave.json("check", "-p", policy, *SCENARIOS)
    wanted, lasting = expected(data), expected(data, lasting=True)
    assert lasting["new"]
    text = tapweave("check", "-p", policy, *SCENARIOS).stdout
    lines = text.splitlines()
    assert len(lines) <= 55 and max(map(len, lines)) <= 100
    for name, head in HEADS.items():
        by_oracle = {}
        for entry in wanted[name]:
            for oracle in entry["oracles"]:
                stem = entry["scenario"].removeprefix("scenarios/").removesuffix(".yaml")
                by_oracle.setdefault(oracle, []).append(stem)
        for entry in lasting[name] if name not in ("uncounted", "inconclusive") else []:
            all_of_it = next((its["oracles"] for its in wanted[name]
                              if its["scenario"] == entry["scenario"]), [])
            for oracle in sorted(set(entry["oracles"]) - set(all_of_it)):
                stem = entry["scenario"].removeprefix("scenarios/").removesuffix(".yaml")
                by_oracle.setdefault(f"{oracle}-lasting", []).append(stem)
        found = section(text, head)
        assert set(found) == set(by_oracle), name
        for oracle, (names, count) in found.items():
            assert names == by_oracle[oracle][:len(names)] and count == len(by_oracle[oracle])
    same = {}
    for entry in wanted["same"]:
        for oracle in entry["oracles"]:
            same[oracle] = same.get(oracle, 0) + 1
    part = next(part for part in text.split("\n\n") if part.startswith("As before: "))
    assert {oracle: int(number) for oracle, number in re.findall(r"([a-z-]+) (\d+)", part)} == same


def test_a_red_verdict_has_the_line_that_shows_it(tapweave):
    """Each printed line, in a shell, shows a violation; each oracle that is new has one."""
    policy = f"{BEFORE},attach=reattach"
    run = tapweave("check", "-p", policy, RACE, LINUX)
    wanted = tapweave.json("check", "-p", policy, RACE, LINUX)["comparison"]
    assert wanted["new"] + wanted["worse"] and run.returncode == 1
    lines = section_lines(run.stdout)
    assert 1 <= len(lines) <= 4
    for line in lines:
        program, *arguments = shlex.split(line)
        assert program == "tapweave"
        assert tapweave(*arguments).returncode == 1
    red = {entry["scenario"] for entry in wanted["new"] + wanted["worse"]}
    assert {shlex.split(line)[-1] for line in lines} <= red


def section_lines(text):
    lines = text.partition("Step by step:\n")[2].replace("\\\n", "")
    return [line.strip() for line in lines.splitlines()]


def test_nothing_red_has_no_such_line(tapweave):
    run = tapweave("check", "-p", "counter", RACE)
    assert run.returncode == 0 and "Step by step" not in run.stdout
    assert section(run.stdout, "Closed: ").keys() >= {"lost-attachment"}


def test_matrix_has_both_in_a_table(tapweave):
    """With counts, and no word on claims, which are about other policies."""
    text = tapweave("check", "-p", "counter", "--matrix", RACE).stdout
    rows = re.findall(r"^  (counter|libvirt-6\.6) +(\S.*)$", text.split("\n\n")[0], re.MULTILINE)
    assert [policy for policy, _ in rows] == ["counter", BEFORE]
    assert "227 of 945" in rows[1][1] and " ok" not in text


def test_the_scenarios_are_tapweaves_own_if_none_is_named(tapweave, tmp_path):
    screen = tapweave("check", "--all-policies")
    assert screen.stdout == tapweave("check", "--all-policies", *SCENARIOS).stdout
    named = tapweave.json("check", "-p", "counter", *SCENARIOS)["comparison"]
    assert tapweave.json("check", "-p", "counter")["comparison"] == named
    run = subprocess.run([tapweave.binary, "check", "-p", "counter"], cwd=tmp_path, text=True,
                         capture_output=True, check=False, env={
                             "TAPWEAVE_SCENARIOS": str(tapweave.root / "scenarios")})
    assert run.returncode == 1
    assert re.fullmatch(r"tapweave: note: \S+/any-number\.yaml is left out: .*\n", run.stderr)
    assert run.stdout.splitlines()[:-4] == tapweave("check", "-p", "counter").stdout.splitlines()[
        :-4], "but for the paths in the lines that are to be pasted"


def test_a_bound_leaves_it_open(tapweave):
    run = tapweave("check", "-p", "counter", "--max-states=50", RACE)
    data = tapweave.json("check", "-p", "counter", "--max-states=50", RACE)
    assert run.returncode == 3
    assert data["comparison"]["inconclusive"][0]["scenario"] == RACE
    assert all(data["comparison"][name] == [] for name in ("worse", "closed", "better", "same"))
    assert "Inconclusive: a search is not complete" in run.stdout


def test_what_cannot_be(tapweave, tmp_path):
    run = tapweave("check", "-p", "counter", "--all-policies", RACE)
    assert run.returncode == 2 and "either -p POLICY or --all-policies" in run.stderr
    run = tapweave("check", "-p", "countr", RACE)
    assert run.returncode == 2 and run.stdout == ""
    assert run.stderr == ("tapweave: --policy:1:1: unknown policy 'countr'; did you mean "
                          "'counter'?\n")
    (tmp_path / "empty").mkdir()
    for arguments in (["-p", "counter"], ["--all-policies"]):
        run = tapweave("check", *arguments, cwd=tmp_path,
                       env={"TAPWEAVE_SCENARIOS": str(tmp_path / "empty")})
        assert run.returncode == 2 and run.stdout == ""
        assert run.stderr == "tapweave: there is no scenario in the folder\n"
