"""check of several scenarios: one screen, whose numbers are worked out here from every cell."""
import re

import pytest
from bad_scenarios import scenario
from conftest import SCENARIOS

RACE = "scenarios/reported-race.yaml"
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def counts(text):
    """The table of policies against oracles: policy -> oracle -> what stands there, and how many
    scenarios each policy is said to be decided in, if that is said."""
    lines = ESCAPE.sub("", text).split("\n")
    begin = next(i for i, line in enumerate(lines) if line.startswith("In how many scenarios")) + 1
    oracles, starts = [], []
    while match := re.fullmatch(r"( *(?:\| *)*)([a-z]+-?[a-z]+)", lines[begin]):
        oracles.append(match[2])
        starts.append(len(match[1]))
        begin += 1
    rows, decided = {}, {}
    for line in lines[begin:]:
        if line == "":
            return rows, decided
        policy, *said = line[:starts[0]].split()
        decided[policy] = int(said[1]) if said else None
        rows[policy] = {oracle: line[a:b].strip() for oracle, a, b in zip(
            oracles, starts, [*starts[1:], None], strict=True)}
    return None


def expected_counts(data, named):
    """The same, from the results of every cell."""
    rows, decided = {}, {}
    for result in data["results"]:
        if result["policy"] in named:
            row = rows.setdefault(result["policy"], {})
            decided[result["policy"]] = decided.get(result["policy"], 0) + 1
            for oracle in result["oracles"]:
                number, more = row.get(oracle["name"], (0, False))
                violated = oracle["trace"] is not None
                row[oracle["name"]] = (number + violated,
                                       more or not (result["complete"] or violated))
    return {policy: {oracle: (str(number) if number else "") + ("?" if more else "")
                     or "." for oracle, (number, more) in rows[policy].items()}
            for policy in named if policy in rows}, decided


def test_the_screen_counts_the_scenarios(tapweave, named_policies, check_all):
    run = tapweave("check", "--all-policies", *SCENARIOS)
    rows, decided = counts(run.stdout)
    assert (rows, set(decided.values())) == (expected_counts(check_all, named_policies)[0], {None})
    assert list(rows) == named_policies
    lines = run.stdout.splitlines()
    policies = len({result["policy"] for result in check_all["results"]})
    assert lines[0] == (f"{len(SCENARIOS)} scenarios, {policies} policies, "
                        f"{len(check_all['results'])} cells, {len(check_all['claims'])} claims: "
                        "every claim holds")
    assert len(lines) <= 55 and max(map(len, lines)) <= 100, "one screen"


def test_the_screen_without_all_policies(tapweave, named_policies):
    """Not every policy is decided in every scenario then, and it says in how many."""
    data = tapweave.json("check", *SCENARIOS, status=0)
    run = tapweave("check", *SCENARIOS)
    rows, decided = expected_counts(data, named_policies)
    assert counts(run.stdout) == (rows, decided)
    assert len(run.stdout.splitlines()) <= 55


def test_the_screen_does_not_clear_what_is_inconclusive(tapweave, named_policies):
    command = ("check", "--all-policies", "--max-states=10", RACE, "scenarios/name-taken.yaml")
    data = tapweave.json(*command, status=3)
    rows, _ = counts(tapweave(*command).stdout)
    assert rows == expected_counts(data, named_policies)[0]
    assert "?" in {entry for row in rows.values() for entry in row.values()}


def test_all_tables_with_matrix(tapweave):
    """Each scenario's own table as without it, then the screen."""
    paths = SCENARIOS[:5]
    tables = [tapweave("check", path).stdout.split("\n\n")[0] for path in paths]
    text = tapweave("check", "--matrix", *paths).stdout
    assert text.split("\n\n")[:5] == tables
    assert text.split("\n\n", 5)[5] == "\n".join(
        line for line in tapweave("check", *paths).stdout.split("\n") if "--matrix" not in line)


def test_no_line_is_wider_than_100_columns(tapweave):
    text = tapweave("check", "--all-policies", "--matrix", *SCENARIOS).stdout
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 100


@pytest.mark.parametrize("option", [[], ["--matrix"]])
def test_many_failures_leave_room_for_the_rest(tapweave, tmp_path, option):
    """The screen names twenty of them, with --matrix each has its place below its table."""
    names = [f"{number:02}.yaml" for number in range(23)]
    for name in names:
        (tmp_path / name).write_text(scenario(claims="{counter: {lost-attachment: always}}"),
                                     encoding="utf-8")
    run = tapweave("check", *option, *names, cwd=tmp_path)
    assert run.returncode == 1 and "23 claims: 23 claims fail\n" in run.stdout
    named = re.findall(r"^  (\d\d\.yaml):\d+: the claim about counter fails", run.stdout,
                       re.MULTILINE)
    assert named == (names if option else names[:20])
    assert ("\n  and 3 claims more\n" in run.stdout) == (option == [])
