"""check --all-policies: what no policy helps against, what one violates that another one keeps.

Computed anew from the results of every cell, whose verdicts other tests are about."""
import re

import pytest
from bad_scenarios import scenario
from conftest import SCENARIOS

RACE, TAKEN = "scenarios/reported-race.yaml", "scenarios/name-taken.yaml"
LEAKED = "scenarios/leaked-for-ever.yaml"


def observations(data, named):
    """Scenario -> policy -> oracle -> "kept", "violated" or "unknown"."""
    table = {}
    for result in data["results"]:
        if result["policy"] in named:
            table.setdefault(result["scenario"]["path"], {})[result["policy"]] = {
                oracle["name"]: "violated" if oracle["trace"] is not None
                else "kept" if result["complete"] else "unknown"
                for oracle in result["oracles"]}
    return table


def expected(data, named):
    """The key "policies", as docs/formats.md says it."""
    hopeless, inconclusive = {}, {}
    defeated, doubted = {name: {} for name in named}, {name: {} for name in named}
    for path, by_policy in observations(data, named).items():
        for oracle in next(iter(by_policy.values())):
            seen = {policy: found[oracle] for policy, found in by_policy.items()}
            assert set(seen) == set(named)
            if set(seen.values()) == {"violated"}:
                hopeless.setdefault(path, []).append(oracle)
                continue
            kept = "kept" in seen.values()
            if not kept:
                inconclusive.setdefault(path, []).append(oracle)
            for policy, what in seen.items():
                if what != "kept":
                    where = defeated if what == "violated" and kept else doubted
                    where[policy].setdefault(path, []).append(oracle)
    return {
        "hopeless": entries(hopeless),
        "inconclusive": entries(inconclusive),
        "named": [{"policy": name, "defeated": entries(defeated[name]),
                   "inconclusive": entries(doubted[name])} for name in named],
        "undefeated": [name for name in named if not defeated[name] and not doubted[name]],
    }


def entries(found):
    return [{"scenario": path, "oracles": oracles} for path, oracles in found.items()]


def stem(path):
    return path.split("/")[-1].removesuffix(".yaml")


def paragraph(text, head):
    """The lines below the one that begins so, up to an empty one, each of them in full; None if
    there is no such line."""
    lines = f"{text}\n".split("\n")
    begin = next((i for i, line in enumerate(lines) if line.startswith(head)), None)
    if begin is None:
        return None
    part = "\n".join(lines[begin + 1:lines.index("", begin)])
    return re.sub(r"\n {4,}", " ", part).split("\n")


UNSOLVED = "No named policy helps"
AVOIDABLE = "In how many scenarios a policy violates what another"


def test_json_has_all_of_it(check_all, named_policies):
    wanted = expected(check_all, named_policies)
    assert check_all["policies"] == wanted
    assert wanted["hopeless"] and any(entry["defeated"] for entry in wanted["named"])
    assert wanted["inconclusive"] == [], "no scenario is too large for this"


def test_without_all_policies_nothing_is_said(tapweave):
    run = tapweave("check", RACE)
    assert paragraph(run.stdout, UNSOLVED) is None and "another one keeps" not in run.stdout
    assert "policies" not in tapweave.json("check", RACE)


def test_what_no_policy_helps_against(tapweave, named_policies):
    """A tap that others keep for ever is left under every policy; no other oracle is hopeless."""
    data = tapweave.json("check", "--all-policies", LEAKED, TAKEN)
    assert data["policies"]["hopeless"] == [{"scenario": LEAKED, "oracles": ["leaked-tap"]}]
    assert data["policies"] == expected(data, named_policies)
    text = tapweave("check", "--all-policies", LEAKED, TAKEN).stdout
    assert [line.split() for line in paragraph(text, UNSOLVED)] == [["leaked-tap",
                                                                     "leaked-for-ever"]]


def test_what_no_policy_helps_against_in_one_line_each(tapweave, check_all):
    """The screen has as many scenarios as there is room for, and --matrix has all."""
    wanted = {}
    for entry in check_all["policies"]["hopeless"]:
        for oracle in entry["oracles"]:
            wanted.setdefault(oracle, []).append(stem(entry["scenario"]))
    for option in ([], ["--matrix"]):
        text = tapweave("check", "--all-policies", *option, *SCENARIOS).stdout
        found = dict(line.split(None, 1) for line in paragraph(text, UNSOLVED))
        assert set(found) == set(wanted)
        for oracle, said in found.items():
            more = re.search(r", and (\d+) more$", said)
            names = re.sub(r", and \d+ more$", "", said).split(", ")
            assert names == wanted[oracle][:len(names)]
            assert len(names) + int(more[1] if more else 0) == len(wanted[oracle])
            assert more is None or not option


def test_matrix_lists_those_that_violate_the_least_first(tapweave, check_all, named_policies):
    text = tapweave("check", "--all-policies", "--matrix", *SCENARIOS).stdout
    wanted = expected(check_all, named_policies)
    rows = [re.fullmatch(r"  (\S+) +(\d+)  (.*)", line).groups()
            for line in paragraph(text, AVOIDABLE)]
    lists = {entry["policy"]: {stem(one["scenario"]): one["oracles"] for one in entry["defeated"]}
             for entry in wanted["named"]}
    counts = {policy: len(found) for policy, found in lists.items() if found}
    assert {policy: int(count) for policy, count, _ in rows} == counts
    assert [int(count) for _, count, _ in rows] == sorted(counts.values())
    for policy, count, said in rows:
        more = re.search(r", and (\d+) more$", said)
        found = re.findall(r"(\S+) \(([a-z, -]+)\)", said)
        assert len(found) + int(more[1] if more else 0) == int(count)
        assert more is None or int(count) > 12, "a few are listed in full"
        for name, oracles in found:
            assert oracles.split(", ") == lists[policy][name]
    assert wanted["undefeated"] == [], "no policy is clean"
    assert "\nEach policy violates something that another one keeps.\n" in text


def test_the_most_telling_scenario_comes_first(tapweave):
    """That no other policy violates anything in it says most of a policy."""
    text = tapweave("check", "--all-policies", "--matrix", RACE, TAKEN,
                    "scenarios/mac-check-error-log.yaml").stdout
    row = next(line for line in paragraph(text, AVOIDABLE) if line.startswith("  mac-check "))
    assert row.split(None, 2)[1:] == ["2", "mac-check-error-log (spurious-error), reported-race "
                                      "(lost-attachment, foreign-delete, duplicate-name, "
                                      "spurious-error)"]


def test_what_violates_nothing_that_another_one_keeps(tapweave, named_policies):
    text = tapweave("check", "--all-policies", "scenarios/mac-check-error-log.yaml").stdout
    said = " ".join(text.split())
    assert said.endswith("Violate nothing that another policy keeps: " + ", ".join(
        name for name in named_policies if name != "mac-check"))


@pytest.mark.parametrize("bound", [1, 30, 60, 100, 150])
def test_what_is_inconclusive_is_neither(tapweave, named_policies, bound):
    options = ("check", "--all-policies", "--matrix", f"--max-states={bound}", RACE, TAKEN)
    data = tapweave.json(*options, status=3)
    wanted = expected(data, named_policies)
    assert data["policies"] == wanted
    text = tapweave(*options).stdout
    open_lines = paragraph(text, "Inconclusive whether one helps")
    assert (open_lines is None) == (wanted["inconclusive"] == [])
    doubts = {entry["policy"]: len(entry["inconclusive"]) for entry in wanted["named"]
              if entry["inconclusive"]}
    assert {policy: int(count) for policy, count in re.findall(
        r"^  (\S+) is inconclusive in (\d+)$", text, re.MULTILINE)} == doubts
    if bound == 1:
        assert wanted["undefeated"] == [] and wanted["hopeless"] == []
        assert ("\nEach policy violates something that another one keeps, or is inconclusive.\n"
                in text)


def test_a_scenario_by_another_name(tapweave, tmp_path):
    for name in ("mine.yml", "other.yml"):
        (tmp_path / name).write_text(scenario(), encoding="utf-8")
    text = tapweave("check", "--all-policies", "--matrix", "mine.yml", "other.yml",
                    cwd=tmp_path).stdout
    row = next(line for line in paragraph(text, AVOIDABLE) if line.startswith("  libvirt-6.6 "))
    assert re.match(r"  libvirt-6\.6 +2  mine \(lost-attachment,", row)
