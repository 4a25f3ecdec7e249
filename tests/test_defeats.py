"""check --all-policies: what no policy helps against, and what defeats which policy.

Computed anew from the results of every cell, whose verdicts other tests are about."""
import re

import pytest
from bad_scenarios import scenario

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


def paragraphs(text):
    """The paragraphs behind the overview's legend, each as its lines; the last is the summary."""
    behind = text[text.index("\n  violated in some"):].split("\n\n")[1:]
    return [re.sub(r",\n +", ", ", part).split("\n") for part in behind]


def test_json_has_all_of_it(check_all, named_policies):
    wanted = expected(check_all, named_policies)
    assert check_all["policies"] == wanted
    assert wanted["hopeless"] and any(entry["defeated"] for entry in wanted["named"])
    assert wanted["inconclusive"] == [], "no scenario is too large for this"


def test_without_all_policies_nothing_is_said(tapweave):
    run = tapweave("check", RACE)
    assert "No named policy helps" not in run.stdout and "defeat" not in run.stdout
    assert "policies" not in tapweave.json("check", RACE)


def test_what_no_policy_helps_against(tapweave, named_policies):
    """A tap that others keep for ever is left under every policy; no other oracle is hopeless."""
    data = tapweave.json("check", "--all-policies", LEAKED, TAKEN)
    assert data["policies"]["hopeless"] == [{"scenario": LEAKED, "oracles": ["leaked-tap"]}]
    assert data["policies"] == expected(data, named_policies)
    first, *_ = paragraphs(tapweave("check", "--all-policies", LEAKED, TAKEN).stdout)
    assert first[0] == "  No named policy helps: violated under each."
    assert [line.split() for line in first[1:]] == [["leaked-tap", "leaked-for-ever"]]


def test_the_text_lists_those_defeated_least_first(tapweave, check_all, named_policies):
    run = tapweave("check", "--all-policies", *(
        dict.fromkeys(result["scenario"]["path"] for result in check_all["results"])))
    wanted = expected(check_all, named_policies)
    _, defeated, last, _ = paragraphs(run.stdout)
    rows = [re.fullmatch(r"    (\S+) +(\d+)   (.*)", line).groups() for line in defeated[1:]]
    lists = {entry["policy"]: entry["defeated"] for entry in wanted["named"]}
    counts = {policy: len(found) for policy, found in lists.items() if found}
    assert {policy: int(count) for policy, count, _ in rows} == counts
    assert [int(count) for _, count, _ in rows] == sorted(counts.values())
    for policy, count, text in rows:
        shown = re.sub(r",? and (\d+) more$", "", text)
        more = re.search(r" and (\d+) more$", text)
        found = [word.split() for word in shown.split(", ")]
        assert len(found) + int(more[1] if more else 0) == int(count)
        assert more is None or int(count) > 12, "a few are listed in full"
        assert {name for name, _ in found} <= {stem(one["scenario"]) for one in lists[policy]}
        for name, letters in found:
            oracles = next(one["oracles"] for one in lists[policy] if stem(one["scenario"]) == name)
            assert len(letters) == len(oracles)
    if wanted["undefeated"]:
        assert re.split(r"[ ,]+", last[0].removeprefix("  No scenario defeats ")) == wanted[
            "undefeated"]
    else:
        assert last == ["  Each policy is defeated by some scenario"]
    assert max(map(len, run.stdout.split("\n\n")[-3].split("\n"))) <= 100


def test_the_most_telling_scenario_comes_first(tapweave):
    """That nobody else is defeated by it says most of a policy."""
    text = tapweave("check", "--all-policies", RACE, TAKEN,
                    "scenarios/mac-check-error-log.yaml").stdout
    row = next(line for line in text.split("\n") if re.match(r"    mac-check +2 ", line))
    assert row.split(None, 2)[2] == "mac-check-error-log E, reported-race LFDXE"


def test_nothing_defeats_anybody_where_nothing_is_violated(tapweave, named_policies):
    text = tapweave("check", "--all-policies", "scenarios/mac-check-error-log.yaml").stdout
    last = paragraphs(text)[-2]
    assert last[0] == "  No scenario defeats " + ", ".join(
        name for name in named_policies if name != "mac-check")


@pytest.mark.parametrize("bound", [1, 30, 60, 100, 150])
def test_what_is_inconclusive_is_neither(tapweave, named_policies, bound):
    options = ("check", "--all-policies", f"--max-states={bound}", RACE)
    data = tapweave.json(*options, status=3)
    wanted = expected(data, named_policies)
    assert data["policies"] == wanted
    text = "\n\n".join("\n".join(part) for part in paragraphs(tapweave(*options).stdout))
    assert ("Inconclusive whether one helps" in text) == (wanted["inconclusive"] != [])
    doubts = [entry for entry in wanted["named"] if entry["inconclusive"]]
    assert len(re.findall(r"\b1 inconclusive$", text, re.MULTILINE)) == len(doubts)
    if bound == 1:
        assert wanted["undefeated"] == [] and wanted["hopeless"] == []
        assert "  Each policy is defeated by some scenario, or inconclusive" in text


def test_a_scenario_by_another_name(tapweave, tmp_path):
    (tmp_path / "mine.yml").write_text(scenario(), encoding="utf-8")
    run = tapweave("check", "--all-policies", "mine.yml", cwd=tmp_path)
    assert re.search(r"^    libvirt-6\.6 +1   mine L", run.stdout, re.MULTILINE)
