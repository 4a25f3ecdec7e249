"""The README tells the truth: its commands print what it says, and its table has today's counts."""
import re
import shlex

import pytest
from conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
TABLE = re.compile(r"<!-- table -->\n(.*?)<!-- end of table -->\n\n"
                   r"Never, in all of them: (.*?)\. Also with any number of guests and rounds "
                   r"\(`any-number`\)\.\n", re.DOTALL)
BLOCKS = re.findall(r"```\n\$ (build/tapweave .*?)```", README, re.DOTALL)

# What the table's columns are: a heading, a scenario and its oracles.
COLUMNS = [
    ("reported race", "reported-race", ["lost-attachment"]),
    ("QEMU crashes", "crash", ["lost-attachment"]),
    ("userspace datapath", "reported-race-netdev", ["lost-attachment"]),
    ("Linux bridge", "linux-bridge", ["start-failed", "wrong-network"]),
    ("a stop alone", "mac-check-error-log", ["spurious-error"]),
]


def cell(check_all, policy, scenario, oracles):
    """The counts of the oracles, of all interleavings; or the observation that they share."""
    result = next(result for result in check_all["results"]
                  if result["policy"] == policy
                  and result["scenario"]["path"] == f"scenarios/{scenario}.yaml")
    verdicts = [next(entry for entry in result["oracles"] if entry["name"] == oracle)
                for oracle in oracles]
    observation, = {verdict["observation"] for verdict in verdicts}
    if observation != "sometimes":
        return observation
    counts = ", ".join(verdict["bad"] for verdict in verdicts)
    return f"{counts} of {result['counts']['interleavings']}"


def command_of(block):
    """The command of a block, of one line or of several, as a list, and what it is said to print.
    """
    command, said = re.fullmatch(r"((?:[^\n]*\\\n)*[^\n]*)\n(.*)", block, re.DOTALL).groups()
    program, *arguments = shlex.split(command.replace("\\\n", " "))
    assert program == "build/tapweave"
    return arguments, said


def test_it_is_one_that_people_read():
    lines = README.splitlines()
    assert len(lines) < 120 and max(map(len, lines)) <= 100
    assert len(BLOCKS) == 1


def test_the_table_has_the_counts_of_today(tapweave, check_all, named_policies):
    cells = {policy: [cell(check_all, policy, *column[1:]) for column in COLUMNS]
             for policy in named_policies}
    rows = [["policy", *(heading for heading, _, _ in COLUMNS)], ["---"] * (len(COLUMNS) + 1),
            *([policy, *found] for policy, found in cells.items() if set(found) != {"never"})]
    table, never = TABLE.search(README).groups()
    assert table == "".join("| " + " | ".join(row) + " |\n" for row in rows)
    assert never.split() == ", ".join(policy for policy, found in cells.items()
                                      if set(found) == {"never"}).split()
    for policy in re.split(r",\s+", never):
        result = tapweave.json("explore", "-p", policy, "scenarios/any-number.yaml", status=0)
        assert cell({"results": [result]}, policy, "any-number", ["lost-attachment"]) == "never"


@pytest.mark.parametrize("block", BLOCKS)
def test_a_command_prints_what_the_readme_says(tapweave, block):
    """(The session of `tapweave`, which needs a real kernel: netns-tests/test_sessions.py.)"""
    arguments, said = command_of(block)
    printed = [line.rstrip() for line in tapweave(*arguments).stdout.splitlines()]
    assert printed == said.rstrip().split("\n")
