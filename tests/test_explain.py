"""explain: after each step of a schedule that goes wrong, how many of the runs that go on from
there do; what could have been done in its place; which steps race.

Every number is held to a graph of the second implementation's (tests/brute/), and so is it that two
steps race: neighbours that can be taken in both orders, and lead to different states, have to."""
import pathlib
import re

import pytest
from brute.enumerate import actor_text
from brute.graph import Graph
from brute.model import enabled_actors, initial_state, step
from brute.oracles import violated_in_last_state, violated_in_state
from brute.scenario import read_world
from brute.troubles import troubles
from mistakes import link, wrong_text

ROOT = pathlib.Path(__file__).resolve().parent.parent
ALIKE = """title: Two guests that are alike, and one that is not
report: none
network: {br0: {kind: ovs}}
guests:
  a: {nic: {bridge: br0}}
  b: {nic: {bridge: br0}}
  c: {nic: {bridge: br0}, state: running}
actors: [{do: [start a]}, {do: [start b]}, {do: [stop c]}]
claims: {libvirt-6.6: {lost-attachment: sometimes}}
"""
CELLS = [
    ("scenarios/reported-race.yaml", "libvirt-6.6"),
    ("scenarios/reported-race.yaml", "mac-check"),
    ("scenarios/reported-race.yaml", "owner-delete,ovs-add=may-exist"),
    ("scenarios/linux-bridge.yaml", "libvirt-6.6"),
    ("scenarios/linux-bridge.yaml", "mac-check"),
    ("scenarios/fixed-name.yaml", "libvirt-6.6"),
    ("scenarios/fixed-name-next.yaml", "libvirt-9.0"),
    ("scenarios/crash.yaml", "libvirt-6.6"),
    ("scenarios/restart-mid-stop.yaml", "libvirt-9.0"),
    ("scenarios/fd-leak.yaml", "exists-check"),
    ("alike", "libvirt-6.6"),
]


class Other:
    """The second implementation's graph of a cell."""
    def __init__(self, text, policy):
        self.world = read_world(text, policy)
        self.graph = Graph(self.world, None)

    def actors(self, state):
        return {actor_text(actor): actor for actor in enabled_actors(self.world, state)}

    def violated(self, state):
        found = set(violated_in_state(self.world, state))
        return found if self.actors(state) else found | set(violated_in_last_state(self.world,
                                                                                   state))

    def walk(self, schedule):
        """The states of a schedule, and the oracles that have been violated by then."""
        state = initial_state(self.world)
        states, violated = [state], [self.violated(state)]
        for name in schedule:
            state, found = step(self.world, state, self.actors(state)[name])
            states.append(state)
            violated.append(violated[-1] | found | self.violated(state))
        return states, violated

    def outlook(self, state, violated, oracle, lasting=False):
        """The runs that go on from a state, and how many of them go wrong."""
        node = self.graph.nodes[self.graph.visit(state)]
        if lasting:
            bad = node.lasting[oracle]
        elif oracle in violated:
            bad = node.interleavings
        else:
            bad = node.interleavings - node.good[oracle]
        return {"runs": str(node.interleavings), "bad": str(bad)}


def outlook_of(entry):
    return {key: entry[key] for key in ("runs", "bad")}


def check_steps(other, explained, lasting=False):
    oracle = explained["oracle"]
    schedule = [entry["actor"] for entry in explained["steps"]]
    states, violated = other.walk(schedule)
    outlooks = [explained["before"], *map(outlook_of, explained["steps"])]
    for state, past, outlook in zip(states, violated, outlooks, strict=True):
        assert outlook == other.outlook(state, past, oracle, lasting)
    lost = [n for n, outlook in enumerate(outlooks) if outlook["runs"] == outlook["bad"]]
    assert explained["lost"] == (lost[0] if lost else None)
    for number, entry in enumerate(explained["steps"]):
        state, past = states[number], violated[number]
        expected = []
        for name, actor in other.actors(state).items():
            if name != entry["actor"]:
                after, found = step(other.world, state, actor)
                found = past | found | other.violated(after)
                expected.append((name, other.outlook(after, found, oracle, lasting)))
        assert [(its["actor"], outlook_of(its)) for its in entry["instead"]] == expected


def check_races(other, explained):
    oracle = explained["oracle"]
    schedule = [entry["actor"] for entry in explained["steps"]]
    states, _ = other.walk(schedule)
    pairs = {(race["first"], race["second"]) for race in explained["races"]}
    for race in explained["races"]:
        first, second, turned = race["first"], race["second"], race["turned"]
        assert first < second and schedule[first - 1] != schedule[second - 1]
        if turned is None:
            assert not race["matters"]
            continue
        ends, violated = other.walk(turned["schedule"])
        assert turned["schedule"][-1] == schedule[second - 1]
        assert outlook_of(turned) == other.outlook(ends[-1], violated[-1], oracle)
        after = explained["steps"][second - 1]
        assert race["matters"] == (int(after["bad"]) * int(turned["runs"]) !=
                                   int(turned["bad"]) * int(after["runs"]))
    for second in range(2, len(schedule) + 1):
        if schedule[second - 2] != schedule[second - 1] and differs(
                other, states[second - 2], schedule[second - 2], schedule[second - 1]):
            assert (second - 1, second) in pairs, (second - 1, second)


def differs(other, state, first, second):
    """The two can be taken there in either order, and that leads to different states; or only the
    first one makes the second one possible."""
    ends = []
    for order in ((first, second), (second, first)):
        end = state
        for name in order:
            if name not in other.actors(end):
                return True
            end, _ = step(other.world, end, other.actors(end)[name])
        ends.append(other.graph.visit(end))
    return ends[0] != ends[1]


def violated_oracles(tapweave, path, policy):
    result = tapweave.json("explore", "-p", policy, path)
    return [oracle["name"] for oracle in result["oracles"] if oracle["trace"] is not None]


@pytest.fixture(name="path_of")
def make_path_of(tmp_path):
    def path_of(name):
        if name != "alike":
            return name
        (tmp_path / "alike.yaml").write_text(ALIKE, encoding="utf-8")
        return str(tmp_path / "alike.yaml")
    return path_of


@pytest.mark.parametrize("name,policy", CELLS)
def test_each_number_is_right(tapweave, path_of, name, policy):
    path = path_of(name)
    other = Other((ROOT / path).read_text(encoding="utf-8"), policy)
    oracles = violated_oracles(tapweave, path, policy)
    assert oracles
    for oracle in oracles:
        explained = tapweave.json("explain", "-p", policy, "--oracle", oracle, path)
        assert explained["oracle"] == oracle and explained["steps"][-1:] is not None
        check_steps(other, explained)
        check_races(other, explained)


def refused(tapweave, *words):
    run = tapweave(*words)
    assert run.returncode == 2 and run.stdout == ""
    return run.stderr


def test_what_lasts_to_the_end(tapweave, tmp_path):
    path, policy = "scenarios/fixed-name-next.yaml", "libvirt-9.0"
    assert tapweave("explore", "-p", policy, "--traces", tmp_path, path).returncode == 1
    explained = tapweave.json("explain", str(tmp_path / "lost-attachment-lasting.json"))
    assert explained["lasting"] is True
    again = tapweave.json("explain", "--lasting", "-p", policy, path, status=1)
    assert {**again, "scenario": explained["scenario"]} == explained
    assert explained["steps"][-1]["bad"] == explained["steps"][-1]["runs"] == "1"
    check_steps(Other((ROOT / path).read_text(encoding="utf-8"), policy), explained, lasting=True)


def test_a_schedule_of_ones_own(tapweave):
    """b's tap is made while a's is there: the kernel gives it another name, and nothing is lost
    (mail 000: it is the name that is used again)."""
    run = ("explain", "-p", "libvirt-6.6", "-s", "a b", "scenarios/reported-race.yaml")
    assert "--oracle says what to explain" in refused(tapweave, *run)
    explained = tapweave.json(*run, "--oracle", "lost-attachment")
    assert explained["steps"][1]["bad"] == "0" != explained["steps"][0]["bad"]
    assert explained["lost"] is None


def test_the_story_of_the_report(tapweave):
    """The two orders of which the report (mail 000) speaks: a's tap is gone before b's is made, so
    that this one gets its name; and b's port is there before a's del-port runs."""
    explained = tapweave.json("explain", "-p", "libvirt-6.6", "scenarios/reported-race.yaml")
    steps = explained["steps"]
    pairs = [[(steps[race[end] - 1]["actor"], steps[race[end] - 1]["step"])
              for end in ("first", "second")] for race in explained["races"] if race["matters"]]
    assert pairs == [[("kernel/a", "close-descriptors"), ("b", "create-tap")],
                     [("b", "add-port"), ("a", "del-port")]]
    assert all(race["turned"]["bad"] == "0" for race in explained["races"] if race["matters"])
    lost = steps[explained["lost"] - 1]
    assert (lost["actor"], lost["step"]) == ("b", "add-port")
    assert int(lost["bad"]) and all(its["bad"] != its["runs"] for its in lost["instead"])


LOST = ("--oracle", "lost-attachment")
EXCHANGED = [("explain", "-p", "libvirt-6.6", "-s", schedule, *LOST)
             for schedule in ("c kernel/c b b b a", "c kernel/c a a a b")]


@pytest.mark.parametrize("words", EXCHANGED)
def test_guests_that_change_places(tapweave, path_of, words):
    """One state stands for both that an exchange of a and b leads to; the steps are those of the
    guests that are meant."""
    explained = tapweave.json(*words, path_of("alike"))
    assert [entry["actor"] for entry in explained["steps"]] == words[4].split()
    check_steps(Other(ALIKE, "libvirt-6.6"), explained)


def test_the_page_shows_what_is_printed(tapweave):
    page = (ROOT / "docs" / "explaining.md").read_text(encoding="utf-8")
    command, said = page.split("```\n$ build/tapweave ")[1].split("```")[0].split("\n", 1)
    assert tapweave(*command.split()).stdout == said


def violates(other, schedule, oracle):
    """It is possible, and its last step is the first to violate the oracle."""
    try:
        _, violated = other.walk(schedule)
    except KeyError:
        return False
    return oracle in violated[-1] and not (len(violated) > 1 and oracle in violated[-2])


def swapped(other, schedule):
    """All schedules that differ from it in the order of neighbours that can be swapped."""
    seen, left = {tuple(schedule)}, [tuple(schedule)]
    while left:
        its = left.pop()
        states, _ = other.walk(its)
        for at in range(len(its) - 1):
            if its[at] != its[at + 1] and not differs(other, states[at], its[at], its[at + 1]):
                swap = (*its[:at], its[at + 1], its[at], *its[at + 2:])
                if swap not in seen:
                    seen.add(swap)
                    left.append(swap)
    return seen


def check_ways(other, found):
    """Each goes wrong, none without one of its steps, and no two are one in another order."""
    oracle = found["oracle"]
    ways = [[step["actor"] for step in way["steps"]] for way in found["ways"]]
    assert found["count"] == len(ways) > 0 == found["left"]
    assert [len(way) for way in ways] == sorted(map(len, ways))
    known = set()
    for way in ways:
        assert violates(other, way, oracle)
        assert not any(violates(other, way[:at] + way[at + 1:], oracle)
                       for at in range(len(way) - 1))
        assert tuple(way) not in known
        known |= swapped(other, way) if len(way) <= 12 else set()  # there are too many of them


@pytest.mark.parametrize("path,policy", [
    ("scenarios/reported-race.yaml", "libvirt-6.6"), ("scenarios/crash.yaml", "libvirt-6.6"),
    ("scenarios/restart-mid-stop.yaml", "libvirt-9.0"),
    ("scenarios/linux-bridge.yaml", "mac-check"),
])
def test_ways_to_go_wrong(tapweave, path, policy):
    other = Other((ROOT / path).read_text(encoding="utf-8"), policy)
    for oracle in violated_oracles(tapweave, path, policy):
        check_ways(other, tapweave.json("explain", "--ways", "1000", "-p", policy, "--oracle",
                                        oracle, path))


def test_two_stories_of_the_report(tapweave):
    """b's port is deleted before ovs-vswitchd has bound it, or after that (docs/explaining.md)."""
    found = tapweave.json("explain", "--ways", "9", "-p", "libvirt-6.6",
                          "scenarios/reported-race.yaml")
    orders = [[step["step"] for step in way["steps"] if step["step"] in ("reconfigure", "del-port")]
              for way in found["ways"]]
    assert orders == [["del-port", "reconfigure"], ["reconfigure", "del-port", "reconfigure"]]


def errors_of(other, way, oracle):
    """What goes wrong in it besides, step by step (tests/brute/troubles.py)."""
    state, errors = initial_state(other.world), 0
    for name in way:
        actor = other.actors(state)[name]
        following, found = step(other.world, state, actor)
        errors += troubles(state, actor, found, oracle)
        state = following
    return errors


@pytest.mark.parametrize("path,policy,oracle,some", [
    ("scenarios/fixed-name-next.yaml", "libvirt-6.6", "lost-attachment", {False, True}),
    ("scenarios/start-again.yaml", "libvirt-9.0", "lost-attachment", {False, True}),
    ("scenarios/linux-bridge.yaml", "libvirt-6.6", "start-failed", {False}),
    ("scenarios/mac-check-error-log.yaml", "mac-check", "spurious-error", {False}),
    ("scenarios/fixed-name.yaml", "libvirt-6.6", "lost-attachment", {True}),
])
def test_what_goes_wrong_besides(tapweave, path, policy, oracle, some):
    """It is counted, it decides between ways of one length, and --plain leaves out what has some.
    The failure or the error that is asked about is not counted."""
    other = Other((ROOT / path).read_text(encoding="utf-8"), policy)
    words = ("explain", "--ways", "1000", "-p", policy, "--oracle", oracle, path)
    every = tapweave.json(*words, status=1)
    plain = tapweave.json(*words, "--plain", status=0 if some == {True} else 1)
    errors = [errors_of(other, [each["actor"] for each in way["steps"]], oracle)
              for way in every["ways"]]
    assert [way["errors"] for way in every["ways"]] == errors
    assert {number > 0 for number in errors} == some
    order = [(len(way["steps"]), way["errors"]) for way in every["ways"]]
    assert order == sorted(order)
    assert plain["ways"] == [way for way in every["ways"] if way["errors"] == 0]
    assert plain["count"] == len(plain["ways"]) and plain["plain"] and not every["plain"]
    none = "    there is no way to it in which nothing else goes wrong\n"
    assert tapweave(*words, "--plain").stdout.endswith(none) == (some == {True} and plain["all"])


def test_the_reported_race_behind_a_failed_start(tapweave):
    """docs/explaining.md: 3 steps by the clean-up of a start, and 10 without."""
    words = ("explain", "--ways", "1", "-p", "libvirt-6.6", "scenarios/fixed-name-next.yaml")
    assert "\n1. 3 steps, with 1 that fails\n" in tapweave(*words).stdout
    plain = tapweave(*words, "--plain").stdout
    assert "\n1. 10 steps\n" in plain and "EBUSY" not in plain
    assert re.search(r"\d ways to it in which nothing else goes wrong were found", plain)


@pytest.mark.parametrize("words,said", [
    (("-p", "libvirt-6.6"), "explain needs"),
    (("-s", "a", "scenarios/reported-race.yaml"), "explain needs"),
    (("-p", "libvirt-6.6", "--oracle", "lost-atachment", "scenarios/reported-race.yaml"),
     "did you mean 'lost-attachment'?"),
    (("-p", "libvirt-6.6", "-s", "a kernel/z", "scenarios/reported-race.yaml"),
     "unknown actor 'kernel/z'"),
    (("--ways", "2", "-p", "libvirt-6.6", "-s", "a", "scenarios/reported-race.yaml"),
     "--ways is of a scenario"),
    (("--plain", "-p", "libvirt-6.6", "scenarios/reported-race.yaml"), "--plain needs --ways"),
    (("--ways", "0", "-p", "libvirt-6.6", "scenarios/reported-race.yaml"), "1 to 1000"),
])
def test_bad_input(tapweave, words, said):
    assert said in refused(tapweave, "explain", *words)


def test_a_bound(tapweave):
    run = tapweave("explain", "-p", "libvirt-6.6", "--max-states", "10",
                   "scenarios/reported-race.yaml")
    assert run.returncode == 3 and run.stdout == "" and "--max-states" in run.stderr


MISTAKES = {
    "guests are not exchanged": (
        "sim/standing.c", "actor.index = exchange->to[actor.index];", ""),
    "what has gone wrong is forgotten": (
        "sim/outlook.c", "if (outlook[i].wrong && !of.lasting) {", "if (false) {"),
    "what makes a step possible is left out": (
        "sim/dependence.c", "at[second].since == first + 1 ||", ""),
    "no step of a way is left out": ("sim/draft.c", "if (enough) {", "if (false) {"),
    "ways are not put in order": (
        "sim/draft.c", "for (unsigned i = 0; i < length; i++) {",
        "for (unsigned i = 0; i < 0; i++) {"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_seen(tapweave, path_of, tmp_path, name):
    """The tests above fail of a program that has it."""
    binary = link(tmp_path, wrong_text(*MISTAKES[name]))
    wrong = type(tapweave)()
    wrong.binary = binary
    race = ("explain", "-p", "libvirt-6.6", "scenarios/reported-race.yaml", "--oracle")
    runs = [*((words, "alike") for words in EXCHANGED),
            ((*race, "lost-attachment"), "scenarios/reported-race.yaml"),
            ((*race, "foreign-delete"), "scenarios/reported-race.yaml"),
            (("explain", "-p", "mac-check", "scenarios/linux-bridge.yaml", "--oracle",
              "stale-port", "--ways", "999"), "scenarios/linux-bridge.yaml")]
    assert any(is_wrong(wrong, words, path_of(cell)) for words, cell in runs)


def is_wrong(program, words, path):
    other = Other((ROOT / path).read_text(encoding="utf-8"), words[2])
    try:
        explained = program.json(*words, *({path} - set(words)))
        if "--ways" in words:
            check_ways(other, explained)
        else:
            check_steps(other, explained)
            check_races(other, explained)
    except (AssertionError, ValueError):
        return True
    return False
