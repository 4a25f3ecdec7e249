"""The README tells the truth: its commands print what it says, and its table has today's counts."""
import re

import pytest
from conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
TABLE = re.compile(r"(<!-- table -->\n)(.*?)(<!-- end of table -->)", re.DOTALL)

# What the table's columns are: a heading, a scenario and an oracle.
COLUMNS = [
    ("reported race", "reported-race", "lost-attachment"),
    ("QEMU crashes", "crash", "lost-attachment"),
    ("userspace datapath", "reported-race-netdev", "lost-attachment"),
    ("Linux bridge: start-failed", "linux-bridge", "start-failed"),
    ("Linux bridge: wrong-network", "linux-bridge", "wrong-network"),
    ("a stop alone: spurious-error", "mac-check-error-log", "spurious-error"),
]


def cell(check_all, policy, scenario, oracle):
    result = next(result for result in check_all["results"]
                  if result["policy"] == policy
                  and result["scenario"]["path"] == f"scenarios/{scenario}.yaml")
    verdict = next(entry for entry in result["oracles"] if entry["name"] == oracle)
    if verdict["observation"] == "sometimes":
        return f"{verdict['bad']} of {result['counts']['interleavings']}"
    return verdict["observation"]


def table(check_all, policies):
    rows = [["policy", *(heading for heading, _, _ in COLUMNS)], ["---"] * (len(COLUMNS) + 1)]
    for policy in policies:
        rows.append([f"`{policy}`", *(cell(check_all, policy, *column[1:]) for column in COLUMNS)])
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


def test_the_table_has_the_counts_of_today(check_all, named_policies):
    found = TABLE.search(README)
    assert found is not None and found.group(2) == table(check_all, named_policies)


@pytest.mark.parametrize("block", re.findall(r"```\n\$ (.*?)```", README, re.DOTALL))
def test_a_command_prints_what_the_readme_says(tapweave, block):
    command, _, said = block.partition("\n")
    program, *arguments = command.split()
    assert program == "build/tapweave"
    printed = "\n".join(line.rstrip() for line in tapweave(*arguments).stdout.splitlines())
    assert printed.rstrip() == said.rstrip()
