"""keep: a schedule that goes wrong as a scenario of its own, with what it needs, and a claim."""
import re

import pytest
import yaml
from conftest import ROOT

CELLS = [
    ("reported-race", "libvirt-6.6"), ("two-rounds", "mac-check"), ("two-nics", "libvirt-6.6"),
    ("restart-race", "libvirt-9.0"), ("ovs-orphan", "libvirt-7.0"), ("second-daemon", "counter"),
    ("persistent-on-switch", "libvirt-6.6"), ("lxc-1600", "libvirt-9.0"),
    ("ovs-issues-284", "libvirt-6.6"), ("fd-leak", "exists-check"), ("crash", "libvirt-6.6"),
]


def schedule_of(text):
    return " ".join(re.search(r"violates .*?:\n((?:#   .*\n)+)", text).group(1)
                    .replace("#   ", " ").split())


def goes_wrong(tapweave, text, policy, oracle, path):
    """The schedule is possible in the scenario of that text, and violates the oracle."""
    path.write_text(text, encoding="utf-8")
    run = tapweave("replay", "-p", policy, "-s", schedule_of(text), path)
    return run.returncode == 1 and f"violated: {oracle}" in run.stdout


def smaller(scenario):
    """The scenario without one of its parts, each in turn."""
    for key in ("faults", "devices", "rows", "names", "guests", "network"):
        for part in scenario.get(key, {}):
            yield f"{key}: {part}", {**scenario, key: {name: its for name, its
                                                       in scenario[key].items() if name != part}}
    for number, entry in enumerate(scenario["actors"]):
        others = scenario["actors"][:number] + scenario["actors"][number + 1:]
        yield f"actors: {entry}", {**scenario, "actors": others}
        if isinstance(entry, dict) and "times" in entry:
            yield f"times: {entry}", {**scenario, "actors": [*others,
                                                             {**entry, "times": 1}]}


@pytest.mark.parametrize("name,policy", CELLS)
def test_it_goes_wrong_and_has_no_part_too_many(tapweave, tmp_path, name, policy):
    traces, kept = tmp_path / "traces", tmp_path / "kept.yaml"
    traces.mkdir()
    assert tapweave("explore", "-p", policy, "--traces", traces,
                    f"scenarios/{name}.yaml").returncode == 1
    for trace in sorted(traces.iterdir()):
        oracle, lasting = re.fullmatch(r"(.*?)(-lasting)?\.json", trace.name).groups()
        assert tapweave("keep", trace, "-o", kept).returncode == 0
        assert tapweave("check", kept).returncode == 0
        text = kept.read_text(encoding="utf-8")
        scenario = yaml.safe_load(text)
        (claimed, claims), = scenario["claims"].items()
        assert claimed == policy and list(claims) == [oracle]
        assert (lasting is not None) == isinstance(claims[oracle], list)
        assert goes_wrong(tapweave, text, policy, oracle, tmp_path / "again.yaml")
        head = "".join(line for line in text.splitlines(True) if line.startswith("#"))
        for part, less in smaller(scenario):
            if lasting is None:
                changed = head + yaml.safe_dump(less, sort_keys=False)
                assert not goes_wrong(tapweave, changed, policy, oracle,
                                      tmp_path / "less.yaml"), part


def test_a_claim_is_what_a_search_says(tapweave):
    """b fails the start of a guest whose name is taken in every run."""
    run = tapweave("keep", "-p", "libvirt-9.0", "-s", "second second", "scenarios/lxc-1600.yaml",
                   "--oracle", "foreign-delete")
    assert yaml.safe_load(run.stdout)["claims"] == {"libvirt-9.0": {"foreign-delete": "always"}}


def test_the_page_shows_what_is_printed(tapweave):
    page = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    block = page.split("$ build/tapweave keep")[1].split("```")[0]
    said = block.split("reported-race.yaml\n", 1)[1]
    run = tapweave("keep", "-p", "libvirt-6.6", "-s",
                   "a kernel/a b b b kernel/a a ovs-vswitchd b b", "scenarios/reported-race.yaml")
    assert run.stdout == said


@pytest.mark.parametrize("words,said", [
    ((), "keep needs one TRACE"),
    (("-p", "counter", "scenarios/reported-race.yaml"), "keep needs one TRACE"),
    (("-p", "counter", "-s", "a b", "scenarios/reported-race.yaml"), "violates nothing"),
    (("-p", "counter", "-s", "a b", "--oracle", "deadlock", "scenarios/reported-race.yaml"),
     "does not violate deadlock"),
    (("-p", "counter", "-s", "a z", "scenarios/reported-race.yaml"), "unknown actor 'z'"),
])
def test_bad_input(tapweave, words, said):
    run = tapweave("keep", *words)
    assert run.returncode == 2 and run.stdout == "" and said in run.stderr


def test_a_name_of_several_lines_stays_in_the_comment(tapweave, tmp_path):
    path = tmp_path / "two\nlines.yaml"
    path.write_bytes((ROOT / "scenarios" / "lxc-1600.yaml").read_bytes())
    run = tapweave("keep", "-p", "libvirt-9.0", "-s", "second second", path)
    assert run.returncode == 0 and run.stdout.startswith("# Kept of two?lines.yaml.")
