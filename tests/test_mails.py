"""docs/mails.md is true: each of its entries is a claim of a scenario, with the count that the
search finds today; and no scenario that cites a mail or a reported case is missing from it."""
import re

import pytest
import yaml
from conftest import ROOT, SCENARIOS

TEXT = (ROOT / "docs/mails.md").read_text(encoding="utf-8")
# An entry is a claim in words and, below it, where that is decided; each may be several lines long.
LINES = [" ".join(line.split()) for line in re.findall(
    r"^ *- .+(?:\n +(?!- )\S.*)*", TEXT[TEXT.index("## Mail 000"):], re.MULTILINE)]
EVIDENCE = re.compile(r"- `([a-z0-9-]+)` under `([^`]+)`: ([a-z-]+) (never|always|sometimes, "
                      r"(\d+ of \d+))\. Kernel: \S.*\.")
REASON = re.compile(r"- No scenario: \S.*\.")
# The scenario, the policy, the oracle, what is claimed, and the count of a "sometimes".
CLAIMS = [(found[1], found[2], found[3], found[4].split(",")[0], found[5])
          for found in map(EVIDENCE.fullmatch, LINES) if found is not None]
CASES = [tuple(cell.strip() for cell in line.strip("|").split("|"))
         for line in TEXT.splitlines()
         if line.startswith("| ") and not line.startswith("| ---")][1:]


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


def test_every_claim_of_a_mail_is_decided_or_has_its_reason():
    """In turn: words, and where they are decided."""
    assert CLAIMS and CASES and len(LINES) % 2 == 0
    for words, decided in zip(LINES[::2], LINES[1::2]):
        assert not EVIDENCE.fullmatch(words) and not REASON.fullmatch(words), words
        assert EVIDENCE.fullmatch(decided) or REASON.fullmatch(decided), f"{words}: {decided}"
    assert len(LINES) == 2 * TEXT.count("\n  - "), "an entry that is not read"


@pytest.mark.parametrize("row", CLAIMS, ids=lambda row: "-".join(row[:3]))
def test_an_entry_is_a_claim_with_todays_count(cells, row):
    name, policy, oracle, said, count = row
    scenario = f"scenarios/{name}.yaml"
    assert said in stated(scenario, policy, oracle)
    observed, counted = cells[scenario, policy, oracle]
    assert (observed, count) == (said, counted if said == "sometimes" else None)


def test_the_cases_have_their_scenarios():
    for case, scenario in CASES:
        assert (ROOT / f"scenarios/{scenario}.yaml").is_file(), case


def test_what_cites_a_mail_or_a_report_is_listed():
    listed = {row[0] for row in CLAIMS} | {scenario for _, scenario in CASES}
    for path in SCENARIOS:
        report = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))["report"]
        if re.search(r"\bmail \d|#\d|LP \d|rhbz", report):
            assert path.stem in listed, f"{path}: {report}"
