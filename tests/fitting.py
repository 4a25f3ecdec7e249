"""Records of a host that are made of runs, and which runs are possible by them: a second search,
over the states of tests/brute, which is held to `import --scenario`.

A log is a list of (seconds, what): "made" and "gone" of a device vnet0, "inserted" and "deleted" of
its row."""
from collections import deque

import pytest
from brute.graph import freeze
from brute.model import enabled_actors, initial_state, step
from brute.oracles import violated_in_last_state, violated_in_state
from brute.scenario import read_world
from test_import import Journal, link

KERNEL, ROWS = ("made", "gone"), ("inserted", "deleted")
JUDGED = {"lost": {"lost-attachment"}, "foreign-row": {"lost-attachment", "wrong-network"},
          "stale-row": {"stale-port"}, None: {"lost-attachment", "wrong-network"}}
LOST = ("made", "inserted", "gone", "made", "deleted inserted", "deleted")
GRADES = ("part", "all", "rest", "shown")


def write(folder, log, name="vnet0", netdev=False, others="", running=False):
    """The records that a host would have of that log, in the folder; `others` are more links.  With
    `running` there is a device from before, with its row."""
    journal, links, device, row = Journal(), others, 3, None
    if running:
        device, row = 4, journal.insert(0.1, name, bridge="br0", netdev=netdev)
        links += link(0.5, device, name, qdisc="fq_codel")
    for at, what in log:
        if what == "made":
            device += 1
        if what in KERNEL:
            links += link(at, device, name, gone=what == "gone")
        elif what == "inserted":
            row = journal.insert(at, name, bridge="br0", netdev=netdev)
        else:
            journal.delete(at, row)
    (folder / "conf.db").write_text(journal.text, encoding="utf-8")
    (folder / "links").write_text(links, encoding="utf-8")


def scenario(log, datapath="system", more=""):
    """The world of a log, as docs/importing.md has it."""
    names = "abcdef"
    guests, actors = [], []
    devices = [what for _, what in log if what in KERNEL]
    for name in names:
        if not devices:
            break
        devices.pop(0)
        goes = bool(devices) and devices[0] == "gone"
        if goes:
            devices.pop(0)
        guests.append(f"  {name}: {{nic: {{bridge: br0}}}}\n")
        actors.append(f"  - [start {name}{f', stop {name}' if goes else ''}]\n")
    return ("title: t\nreport: r\n"
            f"network:\n  br0: {{kind: ovs, datapath: {datapath}}}\n"
            f"guests:\n{''.join(guests)}actors:\n{''.join(actors)}{more}")


def seen(before, after):
    """What of that the kernel and the database's journal have, in their order."""
    found = []
    for name in sorted({*before.devices, *after.devices, *before.rows, *after.rows}):
        for kinds, old, new in ((KERNEL, before.devices, after.devices),
                                (ROWS, before.rows, after.rows)):
            was = old[name].uid if kinds is KERNEL and name in old else \
                old[name].uuid if name in old else None
            now = new[name].uid if kinds is KERNEL and name in new else \
                new[name].uuid if name in new else None
            if was != now:
                found += [(kinds[1], name)] if was is not None else []
                found += [(kinds[0], name)] if now is not None else []
    return found


def walk(text, policy, choose):
    """What each step of a run to its end shows: `choose` picks an actor of several."""
    world = read_world(text, policy)
    state, log = initial_state(world), []
    while actors := enabled_actors(world, state):
        following, _ = step(world, state, choose(actors))
        log.append(seen(state, following))
        state = following
    return log


def take(record, place, what, at_most):
    """The place behind an event, or None if the record has another one next."""
    for kind, name in what:
        source = int(kind in ROWS)
        events = record[source]
        if name != "vnet0" or place[source] == len(events) or events[place[source]][1] != kind:
            return None
        other = record[1 - source][place[1 - source]:]
        if other and other[0][0] + at_most < events[place[source]][0]:
            return None
        place = (place[0] + 1 - source, place[1] + source)
    return place


def fit(text, policy, log, finding):
    """How well the policy explains the log: the grade, how many events, and the steps of a shortest
    schedule of that grade.  No clock may step in that time: it is not for names that are held."""
    world = read_world(text, policy)
    record = [[event for event in log if event[1] in kinds] for kinds in (KERNEL, ROWS)]
    state = initial_state(world)
    judged = JUDGED[finding]
    first = (state, (0, 0), bool(violated_in_state(world, state) & judged))
    known, queue = {(freeze(state), *first[1:])}, deque([(*first, 0)])
    best, most, length = 0, 0, 0
    while queue:
        state, place, shown, steps = queue.popleft()
        actors = enabled_actors(world, state)
        most = max(most, sum(place))
        if sum(place) == len(log):
            end = shown or (not actors and bool(violated_in_last_state(world, state) & judged))
            grade = 1 if actors else 3 if end == (finding is not None) else 2
            if grade > best:
                best, length = grade, steps
        for actor in actors:
            following, violated = step(world, state, actor)
            violated = violated | violated_in_state(world, following)
            further = take(record, place, seen(state, following), 0.05)
            if further is not None:
                its = (following, further, shown or bool(violated & judged))
                key = (freeze(following), *its[1:])
                if key not in known:
                    known.add(key)
                    queue.append((*its, steps + 1))
    return GRADES[best], most, length if best else 0


def at_times(*steps):
    """A log of what each of these steps shows: so slow that the clocks of two records tell their
    order, and so fast that nothing lasts but what is there in the end."""
    return [(round(1 + 0.3 * number, 1), what)
            for number, step_shows in enumerate(steps) for what in step_shows.split()]


@pytest.fixture(name="story")
def make_story(tapweave, tmp_path):
    def story(log, *options, cli=tapweave, name="vnet0", **records):
        write(tmp_path, log, name, **records)
        said = cli.json("import", tmp_path / "conf.db", tmp_path / "links", "--name", name,
                        "--scenario", tmp_path / "s.yaml", "--trace", tmp_path / "t.json",
                        *options)
        assert said["ahead"] == 0
        return said
    return story


def explained(said):
    """By policy: the grade, how many events, the steps, and with what help."""
    return {one["policy"]: (one["explains"], one["events"], one["steps"], one["with"])
            for one in said["story"]["policies"]}


def policies_that(said, *grades):
    """Without help."""
    return {policy for policy, (grade, _, _, with_what) in explained(said).items()
            if grade in grades and with_what == ""}
