"""explain --ways: none is missing of those that it says it has all of.

The second implementation (tests/brute/) goes along every schedule. One of which nothing can be left
out, without its last step becoming another one or going wrong no more, has to be a way, or one in
another order of neighbours that can be swapped."""
import re

import pytest
from test_explain import ROOT, Other, swapped

from brute.graph import freeze
from brute.model import initial_state, step


def wrong_schedules(other, oracle):
    """All schedules of which the last step is the first to violate the oracle."""
    following = {}

    def look(state):
        """The key of a state, by which is known where its steps lead; None: it goes wrong."""
        key = freeze(state)
        if key not in following:
            following[key] = []
            for name, actor in other.actors(state).items():
                after, found = step(other.world, state, actor)
                wrong = oracle in found | other.violated(after)
                following[key].append((name, None if wrong else look(after)))
        return key

    def go(key, schedule):
        if key is None:
            yield tuple(schedule)
        for name, after in following[key] if key is not None else ():
            yield from go(after, [*schedule, name])
    return go(look(initial_state(other.world)), [])


def is_part(some, whole):
    """It is left of the other one when steps are left out, but not the last one."""
    steps = iter(whole)
    return some[-1] == whole[-1] and all(one in steps for one in some)


def necessary(schedules):
    """Those that have no other one as a part."""
    found = []
    for schedule in sorted(schedules, key=len):
        if not any(len(part) < len(schedule) and is_part(part, schedule) for part in found):
            found.append(schedule)
    return found


@pytest.mark.parametrize("path,policy,oracle", [
    ("scenarios/reported-race.yaml", "libvirt-6.6", "lost-attachment"),
    ("scenarios/linux-bridge.yaml", "mac-check", "start-failed"),
    ("scenarios/start-again.yaml", "libvirt-6.6", "foreign-delete"),
    ("scenarios/restart-mid-stop.yaml", "libvirt-6.6", "stale-port"),
])
def test_no_way_is_missing(tapweave, path, policy, oracle):
    other = Other((ROOT / path).read_text(encoding="utf-8"), policy)
    said = tapweave.json("explain", "--ways", "1000", "-p", policy, "--oracle", oracle, path)
    schedules = necessary(wrong_schedules(other, oracle))
    longest = max(map(len, schedules))
    assert said["all"] and longest <= said["within"]
    known = set()
    for way in said["ways"]:
        if len(way["steps"]) <= longest:
            known |= swapped(other, [its["actor"] for its in way["steps"]])
    assert set(schedules) <= known


def test_whether_there_may_be_others_is_said(tapweave):
    for scenario, said in (("fixed-name-next", "and there are no others; the shortest ones:"),
                           ("rounds", r"all of at most \d+ steps among them; the shortest ones:")):
        run = tapweave("explain", "--ways", "2", "-p", "libvirt-6.6", f"scenarios/{scenario}.yaml")
        assert re.search(rf"^ +\d+ ways to it were found, {said}$", run.stdout, re.MULTILINE)
