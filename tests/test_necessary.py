"""necessary -p POLICY: each choice of a fix taken out in turn, and what breaks without it.

Which choices a named policy has comes from docs/policies.md; what breaks from the shares that
`check --all-policies` says of policies that are each other without a choice, and from what the
scenarios claim of them."""
import re
import shlex

import pytest
import yaml
from bad_scenarios import scenario
from conftest import ROOT, SCENARIOS
from mistakes import link, wrong_text
from test_own_policy import expected

OLD = "libvirt-6.6"
PAGE = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")
# A policy, a choice of it, and the named policy that it is without the choice.
WITHOUT = [("atomic", "guard-lock", "exists-check"), ("exists-reattach", "attach", "exists-check"),
           ("exists-reattach", "port-guard", "reattach"),
           ("lowest-free-after-cleanup", "release", "lowest-free")]


def necessary(tapweave, *arguments, status=None):
    data = tapweave.json("necessary", *arguments, status=status)
    assert data["schema"] == "tapweave-necessary/1"
    return data


def choices_of(policy):
    """What its section says that it has beside libvirt-6.6, or beside the policy it names."""
    text = PAGE.split(f"\n## `{policy}`\n")[1].split("\n## ")[0]
    base = re.search(r"As `([^`]+)`, but:", text)[1]
    own = dict(re.findall(r"^- `([a-z-]+)` `([^`]+)`:", text, re.MULTILINE))
    return own if base == OLD else {**choices_of(base), **own}


@pytest.mark.parametrize("policy", ["mac-check", "atomic", "exists-reattach", "counter",
                                    "per-guest-names", "fin-wait", "libvirt-9.0"])
def test_its_choices(tapweave, policy):
    data = necessary(tapweave, "-p", policy, "scenarios/reported-race.yaml")
    assert (data["policy"], data["base"]) == (policy, OLD)
    said = choices_of(policy)
    if said.get("on-taken") == "fail":  # as libvirt-6.6 has it
        del said["on-taken"]
    assert {its["choice"]: its["value"] for its in data["choices"]} == said


def named_pairs(check_all, without, whole):
    """The results of two named policies, in turn, as `check -p` has them."""
    by_cell = {(result["scenario"]["path"], result["policy"]): result
               for result in check_all["results"]}
    return {"results": [by_cell[str(path), policy] for path in SCENARIOS
                        for policy in (without, whole)]}


def check_without(tapweave, check_all, policy, choice, without):
    data = necessary(tapweave, "-p", policy, *SCENARIOS)
    its, = [its for its in data["choices"] if its["choice"] == choice]
    pairs = named_pairs(check_all, without, policy)
    for lasting, found in ((False, its["comparison"]), (True, its["comparison"]["lasting"])):
        for change, entries in expected(pairs, lasting).items():
            assert found[change] == entries, change
    assert its["verdict"] == "needed" and its["refused"] == []


@pytest.mark.parametrize(("policy", "choice", "without"), WITHOUT)
def test_what_breaks_without_a_choice(tapweave, check_all, policy, choice, without):
    check_without(tapweave, check_all, policy, choice, without)


def claimed(policy, word):
    """Scenario -> the oracles of which that is claimed under the policy."""
    found = {}
    for path in SCENARIOS:
        claims = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))["claims"]
        for oracle, words in claims.get(policy, {}).items():
            if word in (words if isinstance(words, list) else [words]):
                found.setdefault(str(path), set()).add(oracle)
    return found


@pytest.mark.parametrize(("policy", "choice", "without"), WITHOUT)
def test_what_the_scenarios_claim(tapweave, policy, choice, without):
    """What is never under the policy, and sometimes without the choice, is new without it."""
    never, sometimes = claimed(policy, "never"), claimed(without, "sometimes")
    wanted = {path: never[path] & oracles for path, oracles in sometimes.items()
              if never.get(path, set()) & oracles}
    data = necessary(tapweave, "-p", policy, *SCENARIOS)
    its, = [its for its in data["choices"] if its["choice"] == choice]
    new = {entry["scenario"]: set(entry["oracles"]) for entry in its["comparison"]["new"]}
    assert policy == "exists-reattach" or wanted
    for path, oracles in wanted.items():
        assert oracles <= new[path]


def test_the_reason_for_a_second_try(tapweave):
    """docs/policies.md of name-taken-meanwhile: the lookup and the creation are two steps, and
    without a second try the start fails."""
    data = necessary(tapweave, "-p", "counter", "scenarios/name-taken-meanwhile.yaml", status=1)
    its, = [its for its in data["choices"] if its["choice"] == "on-taken"]
    assert (its["value"], its["without"], its["verdict"]) == ("retry", "fail", "needed")
    assert its["example"]["oracle"] == "start-failed"


def test_each_example_is_one(tapweave):
    """Each line that is printed shows a violation, in a shell; what is new is never violated under
    the whole policy; and the trace in the JSON is the same schedule."""
    run = tapweave("necessary", "-p", "per-guest-names")
    lines = re.findall(r"^(\S+)=(\S+), not (\S+), (?:is\s+needed|makes\s+some\s+rarer).*\n"
                       r"(?:    .*\n)??    ([a-z-]+)(?:, lasting,)? in (\S+): .*, and "
                       r"(never|.* of .*) with\s+it\n"
                       r"    replay it: ((?:.*\n)+?.*\.yaml)$",
                       run.stdout, re.MULTILINE)
    data = necessary(tapweave, "-p", "per-guest-names", *SCENARIOS, status=1)
    needed = [its for its in data["choices"] if its["verdict"] in ("needed", "rarer")]
    assert run.returncode == 1 and len(lines) == len(needed) > 8
    for line, its in zip(lines, needed, strict=True):
        choice, value, without, oracle, name, with_it, command = line
        assert (choice, value, without) == (its["choice"], its["value"], its["without"])
        assert its["policy"] == f"per-guest-names,{choice}={without}"
        program, *words = shlex.split(command.replace("\\\n", " "))
        assert program == "tapweave" and words[2] == its["policy"]
        shown = tapweave.json(*words, status=1)
        assert oracle in shown["violated"] and its["example"]["oracle"] == oracle
        assert [step["actor"] for step in its["example"]["steps"]] == words[4].split()
        whole = tapweave.json("explore", "-p", "per-guest-names", words[-1])
        is_never = {each["name"]: each["observation"] for each in whole["oracles"]}[oracle]
        assert (is_never == "never") == (with_it == "never") and name in words[-1]


def test_about_one_screen(tapweave):
    lines = tapweave("necessary", "-p", "per-guest-names").stdout.splitlines()
    assert len(lines) <= 60 and max(map(len, lines)) <= 100


def test_what_only_makes_it_rarer(tapweave):
    """The window between the check and the deletion stays (mail 000, option B)."""
    words = ("-p", "libvirt-6.6,port-guard=exists", "scenarios/reported-race.yaml")
    run = tapweave("necessary", *words)
    assert run.returncode == 1
    assert ", makes some rarer, and closes nothing; without it: 3 worse\n" in run.stdout
    its, = necessary(tapweave, *words, status=1)["choices"]
    assert its["verdict"] == "rarer" and its["comparison"]["worse"] != []
    assert its["comparison"]["new"] == its["comparison"]["lasting"]["new"] == []


def test_what_is_not_needed(tapweave):
    """A hold is not read by a counter (tapweave list policies), so nothing hangs on it."""
    run = tapweave("necessary", "-p", "counter,hold=3", "scenarios/reported-race.yaml")
    assert run.returncode == 0
    assert run.stdout.splitlines()[1:] == ["hold=3, not 0, is not needed"]


def test_what_is_not_needed_together(tapweave):
    """Guests that count, and guests with names of their own: each of the two keeps one guest from
    another one's name (docs/policies.md), and without both the race is there."""
    race = "scenarios/reported-race.yaml"
    policy = f"{OLD},name=counter,name-family=own"
    data = necessary(tapweave, "-p", policy, race, status=1)
    assert [its["verdict"] for its in data["choices"]] == ["not needed"] * 2
    assert data["together"]["policy"] == OLD and data["together"]["verdict"] == "needed"
    entry, = data["together"]["comparison"]["new"]
    assert entry["scenario"] == race and "lost-attachment" in entry["oracles"]
    text = " ".join(tapweave("necessary", "-p", policy, race).stdout.split())
    assert "name=counter, not kernel, is not needed" in text and "not all together" in text
    alone = tapweave("necessary", "-p", "counter,hold=3,name-pool=kind", race).stdout
    assert alone.endswith("\nWithout all of those: counter\n")


def test_another_base(tapweave):
    data = necessary(tapweave, "-p", "libvirt-11.3", "--base", "libvirt-9.0", SCENARIOS[0])
    assert {its["choice"]: (its["value"], its["without"]) for its in data["choices"]} == {
        "ovs-add": ("may-exist-set", "may-exist"), "stop-status": ("kept", "spoilt"),
        "kill-fails": ("fail", "go-on"), "limit-by": ("qos", "qos-left"),
        "clean-up": ("created-link", "by-name")}


def test_what_cannot_be_built(tapweave, tmp_path):
    """The kernel expands a template, and this one leaves no room for %d: under the kernel's names
    there is no such world (docs/model.md: a template has 15 bytes)."""
    text = scenario(guests="{a: {nic: {bridge: br0}, state: running}, "
                           "b: {nic: {bridge: br0, name: fourteen-bytes%d}}}",
                    claims="{counter: {lost-attachment: never}}")
    (tmp_path / "long.yaml").write_text(text, encoding="utf-8")
    run = tapweave("necessary", "-p", "counter", "long.yaml", cwd=tmp_path)
    assert "\nCannot be built, and says nothing:\n" in run.stdout
    assert re.search(r"counter,name=kernel: long.yaml:\d+:\d+: under this\s+policy the kernel",
                     run.stdout)
    data = necessary(tapweave, "-p", "counter", str(tmp_path / "long.yaml"))
    refused = {its["choice"]: len(its["refused"]) for its in data["choices"]}
    assert refused == {"name": 1, "name-check": 0, "on-taken": 0, "user-template": 0}
    its = data["choices"][0]
    assert its["choice"] == "name" and not any(its["comparison"]["inconclusive"])


def test_a_bound(tapweave):
    run = tapweave("necessary", "-p", "counter", "--max-states", "20", "scenarios/rounds.yaml")
    assert run.returncode == 3 and "may be needed" in run.stdout


@pytest.mark.parametrize(("words", "said"), [
    ((), "necessary needs -p POLICY"),
    (("-p", OLD), "libvirt-6.6 makes the same choices as libvirt-6.6: there is nothing to take"),
    (("-p", "atomic", "-p", OLD), "there is one already"),
    (("-p", "atomic", "--base", "countr"), "--base:1:1: unknown policy 'countr'"),
    (("-p", "atomic", "nowhere.yaml"), "nowhere.yaml: cannot be opened"),
])
def test_bad_usage(tapweave, words, said):
    run = tapweave("necessary", *words)
    assert run.returncode == 2 and run.stdout == "" and said in run.stderr


def test_side_by_side(tapweave):
    runs = [tapweave("necessary", "-p", "atomic", "--json", "-", "--jobs", jobs).stdout
            for jobs in ("1", "5")]
    assert runs[0] == runs[1] and len(runs[0]) > 5000


MISTAKES = {
    "the choice stays": (
        "harness/command_necessary.c",
        "policy_set(&policy->policy, choice, policy_get(&fix->base.policy, choice));", ""),
    "the two change places": (
        "harness/necessary.c", "comparison_note(&out->summary[i], without, whole);",
        "comparison_note(&out->summary[i], whole, without);"),
    "another choice is judged": (
        "harness/necessary.c", "*without = whole + cell;", "*without = whole + 1;"),
    "a scenario is missing": (
        "harness/necessary.c", "for (unsigned i = 0; i < check->scenarios; i++) {",
        "for (unsigned i = 1; i < check->scenarios; i++) {"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_seen(tapweave, check_all, tmp_path, name):
    """The tests above fail of a program that has it."""
    wrong = type(tapweave)()
    wrong.binary = link(tmp_path, wrong_text(*MISTAKES[name]))
    fails = 0
    for case in WITHOUT[:2]:
        try:
            check_without(wrong, check_all, *case)
        except (AssertionError, ValueError):
            fails += 1
    assert fails
