"""How long names grow: what explore says of it, and the table of docs/policies.md."""
import re

import pytest
from conftest import ROOT

ROUNDS = (ROOT / "scenarios" / "rounds.yaml").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")
FORMULAS = dict(re.findall(r"^\| `([a-z-]+)` \| `([^`]+)`.* \|$",
                           PAGE[PAGE.index("## How long names grow"):], re.MULTILINE))


def explore(tapweave, folder, policy, guests, rounds):
    """What is said of `guests` guests that are restarted so often, as text and as JSON."""
    names = "abcdef"[:guests]
    text = re.sub(r"guests:\n.*?(?=^actors)", "guests:\n" + "".join(
        f"  {name}: {{nic: {{bridge: br0}}, state: running}}\n" for name in names),
        ROUNDS, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"actors:\n.*?(?=^claims)", "actors:\n" + "".join(
        f"  - {{do: [stop {name}, start {name}], times: {rounds}}}\n" for name in names),
        text, flags=re.MULTILINE | re.DOTALL)
    (folder / "some-rounds.yaml").write_text(text, encoding="utf-8")
    command = ("explore", "-p", policy, "some-rounds.yaml")
    return tapweave(*command, cwd=folder).stdout, tapweave.json(*command, cwd=folder)


@pytest.mark.parametrize(("policy", "strategy"), [
    ("libvirt-6.6", "kernel"), ("lowest-free", "lowest-free"),
    ("lowest-free-after-cleanup", "lowest-free"),
    ("counter", "counter"), ("libvirt-7.0", "counter"), ("libvirt-11.3", "counter"),
    ("fin-wait,hold=0", "quarantine"), ("fin-wait", "counter")])
@pytest.mark.parametrize(("guests", "rounds"), [(1, 1), (1, 4), (2, 1), (2, 2), (3, 1)])
def test_the_table_is_right(tapweave, tmp_path, policy, strategy, guests, rounds):
    """Of quarantine in numbers: a unit test of the allocator, which has seconds."""
    formula = FORMULAS[strategy]
    highest = eval(formula, {"min": min}, {"g": guests, "r": rounds, "h": 0})
    text, result = explore(tapweave, tmp_path, policy, guests, rounds)
    assert result["names"] == {"vnet": highest}
    assert (f"\n  names up to vnet{highest}\n" in text) == (highest >= guests)
    assert ("names up to" in text) == (highest >= guests)


@pytest.fixture(scope="module", name="strategies")
def list_strategies(tapweave):
    listed = tapweave.json("list", "policies", status=0)["choices"]
    return {value for choice in listed if choice["name"] == "name" for value in choice["values"]}


def test_the_table_has_every_strategy(strategies):
    assert strategies and strategies <= set(FORMULAS)


def test_after_43000_rounds(strategies):
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| `.* \| vnet(\d+)\b.* \|$", PAGE, re.MULTILINE))
    assert strategies <= set(rows)
    for strategy, number in rows.items():
        assert int(number) == eval(FORMULAS[strategy], {"min": min},
                                   {"g": 1, "r": 43000, "h": 3})


def test_names_of_templates_and_of_others(tapweave):
    """A family for each template; what other software has, and what a user fixed, is neither's."""
    def names(policy, scenario):
        return tapweave.json("explore", "-p", policy, f"scenarios/{scenario}.yaml")["names"]

    assert names("counter", "user-template") == {"mytap": 1}
    assert names("libvirt-6.6", "user-template") == {"vnet": 1}
    assert names("libvirt-6.6", "fixed-name") == {}
    assert names("libvirt-7.0", "template-taken") == {"mytap": 1}


def test_a_bound_leaves_what_was_seen(tapweave):
    result = tapweave.json("explore", "-p", "counter", "--max-states=20", "scenarios/rounds.yaml",
                           status=3)
    assert result["names"] == {"vnet": 1}
