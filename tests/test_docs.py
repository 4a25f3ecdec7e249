"""The pages of docs/: their links lead somewhere, and what cites one cites what it says."""
import re

import pytest
import yaml
from conftest import ROOT

PAGES = sorted(ROOT.glob("docs/*.md"))
SOURCES = sorted(path for room in ("core", "sim", "harness", "tests", "netns-tests", "scenarios")
                 for suffix in ("*.c", "*.h", "*.py", "*.yaml")
                 for path in (ROOT / room).rglob(suffix) if path.name != "test_docs.py")


def one_line(text):
    """Without the marks that a comment's lines begin with."""
    return " ".join(re.sub(r"\n\s*(?:\*|#|//)(?= )", "\n", text).split())


TEXTS = {page.name: page.read_text(encoding="utf-8") for page in PAGES}
FACTS = one_line(TEXTS["facts.md"])
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXTS["scenarios.md"], re.DOTALL)


def headings(text):
    return re.findall(r"^#+ (?:\d[a-z]?\. )?(.+)$", text, re.MULTILINE)


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda page: page.name)
def test_a_page_has_no_words_that_have_to_be_read_twice(page):
    text = page.read_text(encoding="utf-8")
    assert not re.findall(r"\b(?:[Ww]hoever|[Ww]hatever|[Nn]obody's|be it|has not got)\b", text)


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda page: page.name)
def test_links_lead_to_a_file(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert target.startswith("http") or (page.parent / target).is_file(), target


def test_what_cites_a_page_cites_what_is_there():
    """docs/PAGE.md, "WORDS" in a comment, or [PAGE.md](PAGE.md), "WORDS" in a page: a heading, as a
    rule."""
    found = 0
    for path in [*SOURCES, *PAGES]:
        text = one_line(path.read_text(encoding="utf-8"))
        for page, heading in re.findall(r'\b([a-z-]+\.md)\)?, "([^"]+)"', text):
            assert page in TEXTS, f"{path}: {page}"
            quoted = len(heading.split()) > 4 and heading in one_line(TEXTS[page])
            assert heading in headings(TEXTS[page]) or quoted, f'{path}: {page}, "{heading}"'
            found += 1
        for heading in re.findall(r'\b[Ff]acts, "([^"]+)"', text):
            assert heading in FACTS, f'{path}: facts, "{heading}"'
    assert found > 20


def test_every_page_that_is_cited_is_there():
    for path in [*SOURCES, ROOT / "README.md"]:
        for page in re.findall(r"\bdocs/([a-z-]+\.md)", path.read_text(encoding="utf-8")):
            assert page in TEXTS, f"{path}: docs/{page}"


def test_a_report_quotes_the_facts_word_by_word():
    """facts 1b, "...", up to the next source; an ellipsis stands for what is left out."""
    found = 0
    for path in SOURCES:
        if path.suffix == ".yaml":
            report = str(yaml.safe_load(path.read_text(encoding="utf-8"))["report"])
            for part in re.split(r";|(?=\bmail \d)", report):
                for quotation in re.findall(r'"([^"]+)"', part) if "facts" in part else []:
                    assert all(words in FACTS for words in quotation.split(" ... ")), \
                        f"{path}: {quotation}"
                    found += 1
    assert found > 40


def test_the_facts_are_in_order():
    numbers = re.findall(r"^#+ (\d[a-z]?)\. ", TEXTS["facts.md"], re.MULTILINE)
    assert numbers == ["1", "1a", "1b", "1c", "1d", "1e", "1f", "2", "3", "4", "5", "6", "7"]
    assert headings(TEXTS["facts.md"])[1] == "libvirt before the fix"


def test_the_first_scenario_is_one(tapweave, tmp_path):
    path = tmp_path / "first.yaml"
    path.write_text(EXAMPLES[0], encoding="utf-8")
    claims = tapweave.json("check", path, status=0)["claims"]
    assert len(claims) == sum(map(len, yaml.safe_load(EXAMPLES[0])["claims"].values()))


def test_every_key_of_a_scenario_has_its_example():
    """And every example is about keys that there are."""
    shown = {key for example in EXAMPLES for key in yaml.safe_load(example)}
    named = set(re.findall(r"^\| `([a-z-]+)` \| .* \| (?:yes|no) \|$", TEXTS["scenarios.md"],
                           re.MULTILINE))
    assert shown <= named and named - shown <= {"platform"}
