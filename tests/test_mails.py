"""docs/mails.md is true: each of its rows is a claim of a scenario, with the count that the search
finds today; and no scenario that cites a mail or a reported case is missing from it."""
import re

import pytest
import yaml
from conftest import ROOT, SCENARIOS

TEXT = (ROOT / "docs/mails.md").read_text(encoding="utf-8")
ROWS = [tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| ---")]
CLAIMS = [row for row in ROWS if len(row) == 6 and row[1] not in ("-", "scenario")]
CASES = [row for row in ROWS if len(row) == 2 and row[0] != "case"]


@pytest.fixture(name="cells", scope="module")
def find_cells(tapweave):
    """What is observed, and of how many interleavings, by scenario, policy and oracle."""
    return {(result["scenario"]["path"], result["policy"], oracle["name"]):
            (oracle["observation"], f"{oracle['bad']} of {result['counts']['interleavings']}")
            for result in tapweave.json("check", *SCENARIOS, status=0)["results"]
            for oracle in result["oracles"]}


def stated(scenario, policy, oracle):
    """The claims of a scenario about an oracle, as a list."""
    claims = yaml.safe_load((ROOT / scenario).read_text(encoding="utf-8"))["claims"]
    values = claims.get(policy, {}).get(oracle, [])
    return values if isinstance(values, list) else [values]


def test_every_row_has_its_columns():
    assert CLAIMS and CASES
    for row in ROWS:
        assert len(row) in (2, 6), row
        assert row[1] != "-" or len(row) == 2 or row[5], f"{row[0]}: no scenario, and no reason"


@pytest.mark.parametrize("row", CLAIMS, ids=lambda row: f"{row[1]}-{row[2]}-{row[3]}")
def test_a_row_is_a_claim_with_todays_count(cells, row):
    scenario, (oracle, said) = f"scenarios/{row[1]}.yaml", row[3].split(" ")
    assert said in stated(scenario, row[2], oracle)
    observed, count = cells[scenario, row[2], oracle]
    assert (observed, row[4]) == (said, count if said == "sometimes" else said)


def test_the_cases_have_their_scenarios():
    for case, scenario in CASES:
        assert scenario.startswith("- ") or (ROOT / f"scenarios/{scenario}.yaml").is_file(), case


def test_what_cites_a_mail_or_a_report_is_listed():
    listed = {row[1] for row in CLAIMS} | {scenario for _, scenario in CASES}
    for path in SCENARIOS:
        report = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))["report"]
        if re.search(r"\bmail \d|#\d|LP \d|rhbz", report):
            assert path.stem in listed, f"{path}: {report}"
