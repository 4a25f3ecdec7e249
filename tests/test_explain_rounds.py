"""explain of runs that need not end: after each step whether none, some or all of the fair runs go
wrong, held to a second implementation's graph and another algorithm (tests/brute/rounds.py)."""
import json
import pathlib

import pytest
from brute.rounds import Endless
from brute.scenario import read_world
from mistakes import link, wrong_text

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOR_EVER, RACE = "scenarios/for-ever.yaml", "scenarios/reported-race.yaml"
ALONE = """
title: A guest that starts and stops for ever, alone
report: none
network: {br0: {kind: ovs}}
guests: {a: {nic: {bridge: br0}}}
actors: [[start a, stop a]]
rounds: unbounded
"""
RUNNING = """
title: Two guests that stop and start for ever, and may be left as they run
report: none
network: {br0: {kind: ovs}}
guests:
  a: {nic: {bridge: br0}, state: running}
  b: {nic: {bridge: br0}, state: running}
actors: [[stop a, start a], [stop b, start b]]
rounds: unbounded
"""
CRASH = """
title: A guest that dies while another one starts and stops for ever
report: none
network: {br0: {kind: ovs}}
guests: {a: {nic: {bridge: br0}, state: running}, b: {nic: {bridge: br0}}}
actors: [[start b, stop b]]
faults: {qemu-crash: {guest: a}}
rounds: unbounded
"""
MORE = ALONE + "more-guests: any\n"
PART = "the schedule is no whole run, so nothing lasts in it"
WELL = "a kernel/a kernel/a a ovs-vswitchd a b b b"  # b starts when a is gone, and is well
FAILS = CRASH.replace("qemu-crash: {guest: a}", "start-fails: {guest: b}")  # it leaves its port
LATE = CRASH.replace("qemu-crash: {guest: a}", "ovs-late: {guest: b}")
WORDS = {(True, False): "none", (True, True): "some", (False, True): "all"}
CELLS = {
    "alone": (ALONE, "mac-check"), "running": (RUNNING, "libvirt-6.6"),
    "crash": (CRASH, "libvirt-6.6"), "mutex": (CRASH, "atomic"), "fails": (FAILS, "libvirt-6.6"),
    "late": (LATE, "port-first"),
}


@pytest.fixture(name="path_of")
def make_path_of(tmp_path):
    def path_of(text):
        if not text.startswith("\n"):
            return text
        path = tmp_path / "world.yaml"
        path.write_text(text, encoding="utf-8")
        return path
    return path_of


_graphs = {}


def graph_of(text, policy):
    if (text, policy) not in _graphs:
        text_ = text if text.startswith("\n") else (ROOT / text).read_text(encoding="utf-8")
        text_ = text_.split("\nclaims:")[0].replace("rounds: unbounded", "")
        claim = f"\nclaims: {{{policy}: {{lost-attachment: never}}}}\n"
        _graphs[text, policy] = Endless(read_world(text_ + claim, policy))
    return _graphs[text, policy]


def taken(other, at, actor):
    [(_, to, found, _)] = [step for step in other.steps[at] if step[0] == actor]
    return to, found


def follow(other, schedule, oracle):
    """The states of a schedule, and whether it has gone wrong by then."""
    at, wrong = 0, oracle in other.violated[0]
    places = [(at, wrong)]
    for actor in schedule:
        at, found = taken(other, at, actor)
        wrong = wrong or oracle in found or oracle in other.violated[at]
        places.append((at, wrong))
    return places


def check(other, fates, explained, oracle=None):
    """`oracle`: whose violation on the way decides it."""
    def word(at, wrong):
        return "all" if wrong else WORDS[fates[at]]

    schedule = [step["actor"] for step in explained["steps"]]
    places = follow(other, schedule, oracle)
    said = [explained["before"]["wrong"], *(step["wrong"] for step in explained["steps"])]
    assert said == [word(*place) for place in places]
    assert explained["lost"] == (said.index("all") if "all" in said else None)
    for step, (at, wrong) in zip(explained["steps"], places):
        others = {actor: word(to, wrong or oracle in found or oracle in other.violated[to])
                  for actor, to, found, _ in other.steps[at] if actor != step["actor"]}
        assert {its["actor"]: its["wrong"] for its in step["instead"]} == others
    for race in explained["races"]:
        if race["turned"] is not None:
            turned = follow(other, race["turned"]["schedule"], oracle)[-1]
            assert race["turned"]["wrong"] == word(*turned)
            assert race["matters"] == (word(*turned) != said[race["second"]])
    return said


def explanations(tapweave, path, policy):
    """Of each oracle that is violated: the oracle, False, and what is said; and of each that lasts,
    with True."""
    oracles = tapweave.json("explore", "-p", policy, path)["oracles"]
    for oracle in oracles:
        words = ("explain", "-p", policy, "--oracle", oracle["name"], path)
        if oracle["trace"]:
            yield oracle["name"], False, tapweave.json(*words)
        if oracle.get("lasting", {}).get("trace"):
            yield oracle["name"], True, tapweave.json(*words, "--lasting")


def check_cell(tapweave, path, text, policy):
    other, seen = graph_of(text, policy), set()
    for oracle, lasts, explained in explanations(tapweave, path, policy):
        assert (explained["oracle"], explained["lasting"]) == (oracle, lasts)
        assert "runs" not in explained["before"]
        fates = other.of_lasting(oracle) if lasts else other.of_oracle(oracle)
        check(other, fates, explained, None if lasts else oracle)
        seen.add((oracle, lasts))
    return seen


@pytest.mark.parametrize("cell", CELLS)
def test_each_word_is_right(tapweave, path_of, cell):
    seen = check_cell(tapweave, path_of(CELLS[cell][0]), *CELLS[cell])
    assert {"alone": ("spurious-error", False), "running": ("lost-attachment", True),
            "fails": ("stale-port", False), "late": ("stale-port", False)}.get(
                cell, ("duplicate-name", False)) in seen


def test_what_cannot_go_wrong_any_more(tapweave, path_of):
    """a has died, and has been stopped: b is alone then."""
    path, other = path_of(CRASH), graph_of(CRASH, "libvirt-6.6")
    schedule = "crash/a kernel/a kernel/a a a ovs-vswitchd a"
    explained = tapweave.json("explain", "-p", "libvirt-6.6", "--oracle", "lost-attachment", "-s",
                              schedule, path, status=0)
    said = check(other, other.of_oracle("lost-attachment"), explained, "lost-attachment")
    assert (said[0], said[-1], explained["lost"]) == ("some", "none", None)


@pytest.mark.parametrize(("text", "policy"), [(FOR_EVER, "atomic"), (CRASH, "atomic")])
def test_a_command_that_never_ends(tapweave, path_of, text, policy):
    path, other = path_of(text), graph_of(text, policy)
    explained = tapweave.json("explain", "--fair", "-p", policy, path, status=1)
    guest = explained["command"].split()[-1]
    schedule = [step["actor"] for step in explained["steps"]]
    places = [at for at, _ in follow(other, schedule, None)]
    loop = places[-1 - explained["loop"]:]
    commands = {other.busy(at, guest) for at in loop}
    assert len(commands) == 1 and None not in commands and guest not in schedule[-len(loop) + 1:]
    said = check(other, other.of_command(guest, commands.pop()), explained)
    assert set(said) == {"some"}
    out = {its["text"] for step in explained["steps"] for its in step["instead"]
           if its["wrong"] == "none"}
    assert out == {"lock"}
    text = tapweave("explain", "--fair", "-p", policy, path).stdout
    assert f"{guest}: lock, in place of step " in text
    assert text.count("<- from here to the end, again and again") == 1


@pytest.mark.parametrize(("words", "said"), [
    (("--ways", "2", "-p", "libvirt-6.6", FOR_EVER), "not for 'rounds: unbounded'"),
    (("--fair", "-p", "atomic", RACE), "lacks 'rounds: unbounded'"),
    (("--fair", "--lasting", "-p", "atomic", FOR_EVER),
     "--fair takes -p POLICY and one SCENARIO alone"),
    (("--lasting", "--ways", "2", "-p", "libvirt-6.6", RACE),
     "--ways does not go with --lasting"),
    (("--lasting", "--oracle", "stale-port", "-p", "libvirt-6.6", RACE),
     "lost-attachment and wrong-network alone"),
    (("--lasting", "-p", "libvirt-6.6", "-s", "a", RACE), PART),
    (("--lasting", "-p", "libvirt-6.6", "--oracle", "lost-attachment", "-s", WELL, RACE), PART),
    (("--lasting", "-p", "libvirt-6.6", "-s", f"{WELL} ovs-vswitchd b b", RACE),
     "nothing lasts to the end of the schedule: --oracle says what to explain"),
    (("--fair", "-p", "atomic", MORE), "--fair is for the guests of a scenario alone"),
])
def test_bad_input(tapweave, path_of, words, said):
    run = tapweave("explain", *map(path_of, words))
    assert run.returncode == 2 and run.stdout == "" and said in run.stderr


@pytest.mark.parametrize(("words", "said", "asked"), [
    (("-p", "libvirt-7.0", "--lasting", "--oracle", "wrong-network", "scenarios/vpp-1766.yaml"),
     "wrong-network never lasts to the end", ("wrong-network", True, False)),
    (("-p", "counter", "--lasting", RACE), "no oracle is violated to the end",
     (None, True, False)),
    (("-p", "counter", "--fair", FOR_EVER), "no command is overtaken for ever",
     (None, False, True)),
    (("-p", "counter", FOR_EVER), "no oracle is violated", (None, False, False)),
    (("-p", "libvirt-6.6", "--oracle", "deadlock", RACE), "deadlock is never violated",
     ("deadlock", False, False)),
])
def test_nothing_to_explain(tapweave, tmp_path, words, said, asked):
    """The file says so as well, in place of what it has said before."""
    (tmp_path / "out.json").write_text("{}", encoding="utf-8")
    run = tapweave("explain", "--json", tmp_path / "out.json", *words)
    assert run.returncode == 0 and f"  {said}: there is nothing to explain\n" in run.stdout
    data = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert (data.get("oracle"), data["lasting"], data["fair"]) == asked
    assert data["observation"] == "never" and "steps" not in data


def test_no_ways(tapweave):
    data = tapweave.json("explain", "--ways", "2", "-p", "counter", RACE, status=0)
    assert (data["count"], data["all"], data["ways"], "oracle" in data) == (0, True, [], False)


@pytest.mark.parametrize(("words", "said"), [
    ((), "no oracle is violated by"), (("--lasting",), "no oracle is violated to the end by"),
    (("--oracle", "lost-attachment"), "lost-attachment is not violated by"),
])
def test_more_guests_may_do_what_these_do_not(tapweave, path_of, words, said):
    """That is, of the reported race, what one guest alone cannot."""
    run = tapweave("explain", "-p", "libvirt-6.6", *words, path_of(MORE))
    assert run.returncode == 3
    assert f"\n  {said} the scenario's own guests; of more guests nothing is said\n" in run.stdout
    data = tapweave.json("explain", "-p", "libvirt-6.6", *words, path_of(MORE), status=3)
    assert data["observation"] == "inconclusive"


def test_where_all_words_are_some(tapweave, path_of):
    """No order of steps changes that, which is not the same as that none matters."""
    words = ("explain", "--lasting", "-p", "libvirt-6.6", path_of(RUNNING))
    races = [race for race in tapweave.json(*words)["races"] if race["turned"]]
    assert races and {race["turned"]["wrong"] for race in races} == {"some"}
    text = " ".join(tapweave(*words).stdout.split())
    assert "no order of two steps changes what can be told here (none, some or all)" in text
    assert "whose order matters" not in text


MISTAKES = {
    "who is put off": ("sim/due.c", "fair_add(&put_off, graph->due[edge]);", ""),
    "where runs may end": ("sim/fate.c", "if (due_is_rest(seeking->graph, id)) {", "if (false) {"),
    "steps that go wrong": (
        "sim/fate.c", "return (graph->objection[edge] & on_the_way(seeking)) != 0 ||", "return"),
    "what has gone wrong": (
        "sim/outlook.c", "fate = outlook[i].wrong ? FATE_WRONG : ", "fate = "),
    "one sweep is enough": ("sim/fate.c", "while (found && sweep(&seeking)) {",
                            "if (found && sweep(&seeking)) {"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_seen(tapweave, path_of, tmp_path, name):
    """The tests above fail of a program that has it."""
    wrong = type(tapweave)()
    wrong.binary = link(tmp_path, wrong_text(*MISTAKES[name]))
    with pytest.raises((AssertionError, ValueError)):  # which is no JSON
        for text, policy in CELLS.values():
            check_cell(wrong, path_of(text), text, policy)
