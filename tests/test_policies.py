"""docs/policies.md describes every named policy, with exactly the choices that the code has."""
import re

import pytest
import seen_choices
from brute.scenario import NAMED, read_policy
from conftest import ROOT
from test_brute import POLICIES

PAGE = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")
FACTS = (ROOT / "docs" / "facts.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## `([^`]+)`\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
FIRST = "libvirt-6.6"


def one_line(text):
    return " ".join(text.split())


def rows(section):
    """Choice -> value, of the list of a section, each with what it stands for."""
    found = re.findall(r"^- `([^`]+)` `([^`]+)`: \S", section, re.MULTILINE)
    assert len(found) == len(dict(found)) == section.count("\n- `")
    return dict(found)


def chosen(name):
    """All that the page says of a policy: the one it begins from, and what its list changes."""
    if name == FIRST:
        return rows(SECTIONS[name])
    base = re.search(r"\bAs `([^`]+)`(, but:|\.)\n", SECTIONS[name])
    assert base is not None, "it begins from another one"
    changes = rows(SECTIONS[name])
    assert (changes == {}) == (base[2] == ".")
    return {**chosen(base[1]), **changes}


@pytest.fixture(scope="module", name="listed")
def list_policies(tapweave):
    entries = tapweave.json("list", "policies", status=0)["entries"]
    return {entry["name"]: entry["choices"] for entry in entries}


def test_every_policy_has_a_section(listed):
    assert set(SECTIONS) == set(listed)
    assert len(re.findall("^## `", PAGE, re.MULTILINE)) == len(listed), "and one only"


def test_the_choices_are_those_of_the_code(listed):
    """Of all of them, so that a choice that is added has to be described."""
    assert {name: chosen(name) for name in SECTIONS} == listed


@pytest.mark.parametrize("name", SECTIONS)
def test_it_says_where_it_is_from_and_what_it_leaves_out(name):
    text = one_line(SECTIONS[name])
    assert re.search(r"\b(Its s|S)teps\b", text) and re.search("[Ll]eaves out:? ", text)
    assert re.search(r"\b(facts \d|[Mm]ail 00\d)", text)


@pytest.mark.parametrize("release", seen_choices.RELEASES)
def test_what_a_libvirtd_is_seen_to_do(listed, release):
    """By the page of `observe`, which is compared with the libvirtd itself in netns-tests/."""
    seen = seen_choices.choices(release)
    assert len(seen) >= 9
    policy = listed[f"libvirt-{release}"]
    assert seen == {choice: policy[choice] for choice in seen}


def test_the_table_of_what_is_seen():
    """`python3 tests/seen_choices.py` writes it anew."""
    assert f"\n\n{seen_choices.table()}\n" in PAGE


def test_a_policy_fails_where_it_is_said_to(check_all):
    """And every policy that fails anywhere has an entry, with a reason."""
    part = PAGE[PAGE.index("## Where each policy fails"):PAGE.index("## How long names grow")]
    said = re.findall(r"^- `([^`]+)` fails in `([^`]+)`: \S", part, re.MULTILINE)
    assert len(said) == part.count("\n- ")
    defeats = {entry["policy"]: {one["scenario"] for one in entry["defeated"]}
               for entry in check_all["policies"]["named"]}
    for policy, scenario in said:
        assert f"scenarios/{scenario}.yaml" in defeats[policy], (policy, scenario)
    assert {policy for policy, _ in said} == {name for name, found in defeats.items() if found}


def test_the_second_implementation_means_the_same(listed):
    """tests/brute/ has a table of its own."""
    assert {name: {choice: str(value) for choice, value in read_policy(name).items()}
            for name in NAMED} == listed


def test_every_value_is_in_a_world_of_the_second_implementation(tapweave):
    """So that a new one is taught to both.  Numbers are alike: a few of them are enough."""
    used = {pair for policies in POLICIES.values() for policy in policies
            for pair in read_policy(policy).items()}
    missing = [f"{choice['name']}={value}"
               for choice in tapweave.json("list", "policies", status=0)["choices"]
               for value in choice["values"]
               if not value.isdigit() and (choice["name"], value) not in used]
    assert not missing, f"no world of POLICIES in test_brute.py has {', '.join(missing)}"


def test_every_value_is_in_a_page(tapweave):
    """CHOICE=VALUE, or the value in a paragraph that is about the choice."""
    pages = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("docs/model*.md"))]
    pages.append(PAGE)  # which describes all values of the first policy
    paragraphs = [one_line(part) for page in pages for part in re.split(r"\n\n|\n#|\n *- ", page)]
    missing = [f"{choice['name']}={value}"
               for choice in tapweave.json("list", "policies", status=0)["choices"]
               for value in choice["values"] if not value.isdigit()
               if not any(re.search(rf"(?<![\w-]){choice['name']}(?![\w-])", part)
                          and re.search(rf"(?<![\w-]){value}(?![\w-])", part)
                          for part in paragraphs)]
    assert not missing, (f"neither docs/model*.md nor docs/policies.md says what "
                         f"{', '.join(missing)} does")


def test_the_facts_cited_are_there():
    """Sections by their headings; quotations word by word."""
    headings = set(re.findall(r"^#+ (\d[a-z]?)\. ", FACTS, re.MULTILINE))
    cited = set(re.findall(r"\bfacts (\d[a-z]?)\b", PAGE))
    assert cited and cited <= headings
    quotations = re.findall(r'\(?facts \d[a-z]?(?:, [^:"()|]+)?: "([^"]+)"', one_line(PAGE))
    assert len(quotations) > 5
    for quotation in quotations:
        assert quotation in one_line(FACTS), quotation
