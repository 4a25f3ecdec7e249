"""explore: the reported race under each fix, exact counts, bounds that are reached, large worlds.

What is expected here follows from the mails and from docs/model.md; no count is repeated from an
earlier run of the tool."""
import hashlib
import json
import os
import re
import subprocess
import time
from fractions import Fraction

import pytest
from bad_scenarios import scenario

RACE = "scenarios/reported-race.yaml"
UNFIXED = "libvirt-6.6"
CONTRACT = ["schema", "scenario", "policy", "complete", "counts", "search", "names", "oracles",
            "timing"]
GUEST = "{nic: {bridge: br0}, state: running}"
# What a bound may leave in a report, and what only a complete search may say.
CONCLUSIONS = re.compile(r"\b(holds?|never|always|sometimes|complete)\b")


def world(guests, times):
    """Every guest is stopped and started that many times, at once with the others."""
    names = "abcdef"[:guests]
    return "".join([
        "title: Guests in a row\nreport: none\nnetwork: {br0: {kind: ovs}}\nguests:\n",
        *(f"  {name}: {GUEST}\n" for name in names),
        "actors:\n",
        *(f"  - {{do: [stop {name}, start {name}], times: {times}}}\n" for name in names),
        "claims: {libvirt-6.6: {deadlock: never}}\n",
    ])


@pytest.fixture(name="folder", scope="module")
def make_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worlds")
    (folder / "big.yaml").write_text(world(3, 2), encoding="utf-8")
    (folder / "four.yaml").write_text(world(4, 1), encoding="utf-8")
    turned = world(3, 2).replace(f"  a: {GUEST}\n  b: {GUEST}\n", f"  b: {GUEST}\n  a: {GUEST}\n")
    assert turned != world(3, 2)
    (folder / "turned.yaml").write_text(turned, encoding="utf-8")
    return folder


@pytest.fixture(name="race", scope="module")
def explore_race(tapweave, named_policies):
    return {policy: tapweave.json("explore", "-p", policy, RACE) for policy in named_policies}


def oracle(result, name):
    return next(entry for entry in result["oracles"] if entry["name"] == name)


def share(result, name):
    return Fraction(int(oracle(result, name)["bad"]), int(result["counts"]["interleavings"]))


def in_order(wanted, names):
    rest = iter(names)
    return all(name in rest for name in wanted)


# ---- the reported race ----

def test_the_shortest_trace_tells_the_story_of_the_report(race):
    found = oracle(race[UNFIXED], "lost-attachment")
    assert found["observation"] == "sometimes"
    steps = [(step["actor"], step["step"]) for step in found["trace"]["steps"]]
    story = [("a", "kill"), ("b", "create-tap"), ("b", "add-port"), ("a", "del-port")]
    assert in_order(story, steps)
    assert steps[-1] == ("b", "exec"), "B runs, and has lost its port, with the last step"
    # It cannot be shorter: B's five operations, and A's two up to del-port with its exit.
    needed = ["kill", "close-descriptors", "exit", "del-port", "create-tap", "set-mac", "add-port",
              "reconfigure", "link-up", "exec"]
    assert sorted(name for _, name in steps) == sorted(needed)


@pytest.mark.parametrize("policy", ["counter", "atomic", "owner-delete"])
def test_what_closes_the_race(race, policy):
    found = oracle(race[policy], "lost-attachment")
    assert (found["observation"], found["bad"], found["trace"]) == ("never", "0", None)


@pytest.mark.parametrize("policy", ["mac-check", "exists-check"])
def test_what_narrows_the_race(race, policy):
    assert oracle(race[policy], "lost-attachment")["observation"] == "sometimes"
    assert 0 < share(race[policy], "lost-attachment") < share(race[UNFIXED], "lost-attachment") < 1


def test_both_checks_leave_the_same_window(race):
    """Two guests with MACs of their own: they differ in what they log, not in what they do."""
    both = [share(race[policy], "lost-attachment") for policy in ("mac-check", "exists-check")]
    assert both[0] == both[1]
    assert oracle(race["mac-check"], "spurious-error")["observation"] == "sometimes"
    assert oracle(race["exists-check"], "spurious-error")["observation"] == "never"


def test_exit_statuses(tapweave, race):
    for policy, result in race.items():
        violated = any(entry["observation"] != "never" for entry in result["oracles"])
        run = tapweave("explore", "-p", policy, RACE)
        assert run.returncode == (1 if violated else 0), policy
        assert run.stderr == ""
    assert tapweave("explore", "-p", UNFIXED, RACE).returncode == 1
    assert tapweave("explore", "-p", "counter", RACE).returncode == 0


def test_text_and_json_say_the_same(tapweave, race):
    for policy, result in race.items():
        text = tapweave("explore", "-p", policy, RACE).stdout
        counts = result["counts"]
        assert f"  {RACE} under {policy}\n" in text
        assert (f"  {counts['states']} states, {counts['transitions']} transitions, depth "
                f"{counts['depth']}, {counts['interleavings']} interleavings: complete\n") in text
        for entry in result["oracles"]:
            if entry["trace"] is None:
                assert re.search(rf"^  never: (?:.*,\n )*.*\b{entry['name']}\b", text,
                                 re.MULTILINE)
            else:
                assert re.search(rf"^  {entry['name']} +{entry['observation']} +{entry['bad']} of "
                                 rf".* shortest: {len(entry['trace']['steps'])} steps$",
                                 text, re.MULTILINE)


def test_a_world_in_which_nobody_starts(tapweave, named_policies, tmp_path):
    """No name is ever needed there, whoever would choose it."""
    text = ("title: Idle\nreport: none\nnetwork: {br0: {kind: ovs}}\nguests: {a: {nic: {}}}\n"
            "actors: [create tap7]\nclaims: {counter: {deadlock: never}}\n")
    (tmp_path / "idle.yaml").write_text(text, encoding="utf-8")
    for policy in named_policies:
        result = tapweave.json("explore", "-p", policy, "idle.yaml", cwd=tmp_path, status=0)
        assert result["counts"]["states"] == 2 and result["counts"]["interleavings"] == "1"


# ---- JSON ----

def check_contract(result, policy):
    assert set(result) - {"end"} == set(CONTRACT)
    assert result["schema"] == "tapweave-result/1" and result["policy"] == policy
    assert set(result["scenario"]) == {"path", "sha256", "title"}
    assert set(result["counts"]) == {"states", "transitions", "interleavings", "depth"}
    assert set(result["search"]) - {"steps", "estimate"} == {"states", "reduced"}
    assert ("steps" in result["search"]) is not result["complete"]
    for key in ("states", "transitions", "depth"):
        assert isinstance(result["counts"][key], int)
    for entry in result["oracles"]:
        assert set(entry) - {"victims", "lasting"} == {"name", "observation", "bad", "trace"}


def test_json_has_the_keys_of_the_contract(tapweave, race):
    names = [entry["name"] for entry in tapweave.json("list", "oracles")["entries"]]
    content = (tapweave.root / RACE).read_bytes()
    title = content.decode().split("title: ")[1].split("\n")[0]
    for policy, result in race.items():
        check_contract(result, policy)
        assert result["complete"] is True
        assert [entry["name"] for entry in result["oracles"]] == names
        assert result["scenario"] == {"path": RACE, "sha256": hashlib.sha256(content).hexdigest(),
                                      "title": title}


def test_observations_follow_from_the_counts(check_all):
    """Of every scenario under every policy."""
    for result in check_all["results"]:
        total = result["counts"]["interleavings"]
        if result["scenario"]["path"] == "scenarios/for-ever.yaml":  # test_rounds.py
            assert total is None
            continue
        assert re.fullmatch("[1-9][0-9]*", total)
        for entry in result["oracles"]:
            assert re.fullmatch("0|[1-9][0-9]*", entry["bad"])
            bad = int(entry["bad"])
            assert 0 <= bad <= int(total)
            assert entry["observation"] == {0: "never", int(total): "always"}.get(bad, "sometimes")
            assert (entry["trace"] is None) == (bad == 0)


def test_json_is_the_same_every_time_but_for_timing(tapweave):
    def once():
        text = tapweave("explore", "-p", UNFIXED, RACE, "--json", "-").stdout
        rest, timings = re.subn(r'"timing": \{[^{}]*\}', '"timing": {}', text)
        assert timings == 1
        return rest
    first = once()
    assert all(once() == first for _ in range(5))


# ---- bounds ----

def check_inconclusive(result, text):
    assert result["complete"] is False
    assert result["counts"]["interleavings"] is None
    for entry in result["oracles"]:
        assert entry["bad"] is None and entry["observation"] == "inconclusive"
    assert not CONCLUSIONS.search(json.dumps(result).replace('"complete": false', ""))
    assert not CONCLUSIONS.search(text) and "INCONCLUSIVE" in text


@pytest.mark.parametrize(("bound", "file"), [
    (["--max-states", "10"], "big.yaml"), (["--max-states", "1"], "big.yaml"),
    (["--max-memory", "64K"], "big.yaml"), (["--max-memory", "1"], "big.yaml"),
    (["--max-memory", "1M"], "big.yaml"), (["--timeout", "0.001"], "big.yaml"),
    (["--max-states", "100000"], "four.yaml"), (["--timeout", "0.05"], "four.yaml"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else value)
@pytest.mark.parametrize("policy", [UNFIXED, "counter"])
def test_a_bound_makes_it_inconclusive(tapweave, folder, bound, file, policy):
    run = tapweave("explore", "-p", policy, file, *bound, "--json", "out.json", cwd=folder)
    assert run.returncode == 3 and run.stderr == ""
    result = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    check_contract(result, policy)
    check_inconclusive(result, run.stdout)
    assert f"stopped at {bound[0]}" in run.stdout and result["end"] == f"stopped at {bound[0]}"
    if bound[0] == "--max-states":
        assert result["counts"]["states"] == int(bound[1])


def test_a_timeout_is_looked_at_in_time(tapweave, folder):
    """No machine finds 5,000 states in a millisecond.  One that is slower finds fewer."""
    for seconds in ("0.000001", "0.001"):
        result = tapweave.json("explore", "-p", UNFIXED, "four.yaml", "--timeout", seconds,
                               cwd=folder, status=3)
        assert result["counts"]["states"] < 5000


def test_a_bound_that_is_not_reached_changes_nothing(tapweave, race):
    states = race[UNFIXED]["counts"]["states"]
    for bound in (["--max-states", states], ["--max-memory", "1M"], ["--timeout", "1000"]):
        result = tapweave.json("explore", "-p", UNFIXED, RACE, *bound, status=1)
        assert {**result, "timing": 0} == {**race[UNFIXED], "timing": 0}
    assert tapweave("explore", "-p", UNFIXED, RACE, "--max-states", states - 1).returncode == 3


def test_a_violation_found_before_the_bound_is_shown_with_its_trace(tapweave, race):
    """It is a fact whatever else is unknown, and it is the same shortest trace."""
    states = race[UNFIXED]["counts"]["states"]
    result = tapweave.json("explore", "-p", UNFIXED, RACE, "--max-states", states - 1, status=3)
    found = oracle(result, "duplicate-name")
    assert found["observation"] == "inconclusive"
    assert found["trace"] == oracle(race[UNFIXED], "duplicate-name")["trace"]


# ---- large worlds ----

def measured(tapweave, folder, file, policy):
    """The result, seconds of wall clock, and bytes of memory at the most."""
    command = [tapweave.binary, "explore", "-p", policy, file, "--json", f"{file}.json"]
    begun = time.monotonic()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1)
    result = json.loads((folder / f"{file}.json").read_text(encoding="utf-8"))
    return result, time.monotonic() - begun, usage.ru_maxrss * 1024


@pytest.mark.parametrize(("file", "policy"), [("big.yaml", UNFIXED), ("four.yaml", UNFIXED),
                                              ("big.yaml", "counter")])
def test_a_large_world_is_decided_exactly(tapweave, folder, file, policy):
    result, seconds, memory = measured(tapweave, folder, file, policy)
    assert seconds < 60 and memory < 4 << 30
    check_contract(result, policy)
    assert result["complete"] is True and result["counts"]["states"] > 100000
    total = result["counts"]["interleavings"]
    assert re.fullmatch("[1-9][0-9]*", total) and int(total) > 2 ** 64
    assert 0 < float(result["timing"]["seconds"]) <= seconds
    lost = oracle(result, "lost-attachment")
    if policy == "counter":
        assert lost["observation"] == "never" and lost["bad"] == "0"
    else:
        # Guests in a world without order have symmetrical roles: it takes but two of them.
        assert lost["observation"] == "sometimes" and 2 ** 64 < int(lost["bad"]) < int(total)
        assert len(lost["trace"]["steps"]) < 30


@pytest.mark.parametrize(("policy", "file"), [
    (UNFIXED, RACE), ("mac-check", RACE), ("atomic", "scenarios/linux-bridge.yaml"),
    ("port-first", "scenarios/crash.yaml")])
def test_a_search_that_ends_early_knows_the_first_steps(tapweave, policy, file):
    """What it says is not violated within so many steps is not, as a complete search has it; and it
    says so of the last step but one that it has looked at."""
    whole = tapweave.json("explore", "-p", policy, file)
    shortest = {each["name"]: len(each["trace"]["steps"]) for each in whole["oracles"]
                if each["trace"] is not None}
    assert "steps" not in whole["search"]
    known, exact = set(), 0
    for states in range(1, whole["counts"]["states"]):
        part = tapweave.json("explore", "-p", policy, "--max-states", states, "--reduce=none", file)
        steps = part["search"]["steps"]
        assert steps == max(part["counts"]["depth"] - 1, 0)
        for each in part["oracles"]:
            if each["trace"] is None:
                assert shortest.get(each["name"], 10 ** 9) > steps
                exact += shortest.get(each["name"]) == steps + 1
            else:
                assert len(each["trace"]["steps"]) == shortest[each["name"]]
        known.add(steps)
    assert known == set(range(len(known))) and len(known) > whole["counts"]["depth"] - 3
    # What is judged at the end of runs is found later than the last state of them.
    assert (exact > 0) is bool({"stale-port", "leaked-tap", "deadlock"} & set(shortest))
    text = tapweave("explore", "-p", policy, "--max-states", states, file).stdout
    assert re.search(rf"^  every run is searched up to step {steps}: no (other )?oracle is "
                     r"violated by then$", text, re.MULTILINE)


def test_all_states_may_be_found_and_runs_not_counted(tapweave, tmp_path):
    """There is memory enough for the graph, and not for the counting behind it.  (Where guests are
    alike, states are still looked up then.)"""
    text = world(3, 2).replace(", state: running", "")
    (tmp_path / "alike.yaml").write_text(text.replace("stop a, start a", "start a, stop a")
                                         .replace("stop b, start b", "start b, stop b")
                                         .replace("stop c, start c", "start c, stop c"),
                                         encoding="utf-8")
    command = ["explore", "-p", UNFIXED, "alike.yaml"]
    whole = tapweave.json(*command, cwd=tmp_path)
    too_small, size = 2000, 8000
    while size - too_small > 1:
        middle = (too_small + size) // 2
        found = tapweave.json(*command, f"--max-memory={middle}K", cwd=tmp_path)["counts"]["states"]
        if found == whole["counts"]["states"]:
            size = middle
        else:
            too_small = middle
    part = tapweave.json(*command, f"--max-memory={size}K", cwd=tmp_path)
    assert part["complete"] is False and part["search"]["steps"] == whole["counts"]["depth"]
    text = tapweave(*command, f"--max-memory={size}K", cwd=tmp_path).stdout
    assert "\n  every state is found: no other oracle is violated; runs are not counted\n" in text
    violated = {each["name"] for each in whole["oracles"] if each["observation"] != "never"}
    assert {each["name"] for each in part["oracles"] if each["trace"] is not None} == violated


def test_counts_do_not_depend_on_which_guest_is_called_what(tapweave, folder):
    """The world in which A and B have changed places has as many runs, to the last digit."""
    one = measured(tapweave, folder, "big.yaml", UNFIXED)[0]
    other = measured(tapweave, folder, "turned.yaml", UNFIXED)[0]
    assert one["counts"] == other["counts"]
    for mine, theirs in zip(one["oracles"], other["oracles"], strict=True):
        assert (mine["name"], mine["bad"]) == (theirs["name"], theirs["bad"])


def test_what_waits_for_a_step_that_no_run_takes(tapweave, tmp_path):
    """Nothing of it begins, which is not the same as that nothing comes of it."""
    (tmp_path / "late.yaml").write_text(scenario(
        actors="[stop a, {do: start b, after: del-port a}]",
        claims="{libvirt-6.6: {}, owner-delete: {}}"), encoding="utf-8")
    said = "no run has these steps, so nothing that waits for them begins: del-port a\n"
    run = tapweave("explore", "-p", "owner-delete", "late.yaml", cwd=tmp_path)
    assert f"\n  {said}" in run.stdout
    data = tapweave.json("explore", "-p", "owner-delete", "late.yaml", cwd=tmp_path)
    assert data["unreached"] == "del-port a"
    run = tapweave("check", "late.yaml", cwd=tmp_path)
    assert "\n  owner-delete: no run has these steps" in run.stdout
    assert run.stdout.count("no run has these steps") == 1
    whose = f"\n  late, owner-delete: {said}"
    assert whose in tapweave("check", "-p", "owner-delete", "late.yaml", cwd=tmp_path).stdout
    words = ("diff", "-p", "libvirt-6.6", "-p", "owner-delete", "late.yaml")
    assert whose in tapweave(*words, cwd=tmp_path).stdout
    assert whose in tapweave(*words, "late.yaml", cwd=tmp_path).stdout
    assert whose in tapweave("necessary", "-p", "owner-delete", "late.yaml", cwd=tmp_path).stdout
    for words in ((), ("--ways", "2"), ("-s", "a", "--oracle", "lost-attachment")):
        run = tapweave("explain", "-p", "owner-delete", *words, "late.yaml", cwd=tmp_path)
        assert f"\n  {said}" in run.stdout, words
    data = tapweave.json("explain", "-p", "owner-delete", "late.yaml", status=0, cwd=tmp_path)
    assert data["unreached"] == "del-port a"
    data = tapweave.json("explore", "-p", "libvirt-6.6", "late.yaml", cwd=tmp_path)
    assert "unreached" not in data


# ---- without -p ----

@pytest.mark.parametrize("claims", ["{mac-check: {lost-attachment: sometimes}}",
                                    "{mac-check: {lost-attachment: rarer than libvirt-6.6}}",
                                    "{mac-check: {}}"])
def test_the_policy_of_a_scenario_about_one(tapweave, tmp_path, claims):
    """One that it is compared with is no second one."""
    (tmp_path / "one.yaml").write_text(scenario(claims=claims), encoding="utf-8")
    run, same = (tapweave("explore", *policy, "one.yaml", cwd=tmp_path)
                 for policy in ([], ["-p", "mac-check"]))
    assert (run.returncode, run.stdout, run.stderr) == (1, same.stdout, "")
    assert run.stdout.splitlines()[1] == "  one.yaml under mac-check"


@pytest.mark.parametrize("claims,said", [
    (None, "one.yaml: makes no claims, so no policy is to be tried: name one (-p POLICY)"),
    ("{atomic: {}, 'counter,hold=1': {deadlock: never}}", "one.yaml: makes claims about 2 policies,"
     " and one is needed (-p); valid: atomic, counter,hold=1\n"),
])
def test_a_scenario_about_none_or_several(tapweave, tmp_path, claims, said):
    (tmp_path / "one.yaml").write_text(scenario(claims=claims), encoding="utf-8")
    run = tapweave("explore", "one.yaml", cwd=tmp_path)
    assert (run.returncode, run.stdout) == (2, "") and run.stderr.startswith(f"tapweave: {said}")
