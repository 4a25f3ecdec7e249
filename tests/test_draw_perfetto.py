"""draw --as perfetto: held to the trace event format, and to what replay says."""
import json

import pytest
from drawn import (ODD_TITLE, long_schedule, make_traces,
                   victims_at, write_odd_world)

# Of each phase, what has to be there beside ph, name, pid and tid, and what may be.
# https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
PHASES = {"M": ({"args"}, set()), "X": ({"ts", "dur"}, {"cat", "args"}),
          "i": ({"ts", "s"}, {"cat", "args"}), "s": ({"ts", "id", "cat"}, set()),
          "f": ({"ts", "id", "cat", "bp"}, set())}


def read(text):
    """The events, if they are what Perfetto reads: by phase."""
    trace = json.loads(text)
    assert set(trace) == {"displayTimeUnit", "otherData", "traceEvents"}
    assert trace["displayTimeUnit"] in ("ms", "ns")
    found = {phase: [] for phase in PHASES}
    for event in trace["traceEvents"]:
        needed, more = PHASES[event["ph"]]
        keys = set(event) - {"ph", "name", "pid", "tid"}
        assert needed <= keys <= needed | more and isinstance(event["name"], str)
        assert all(type(event[key]) is int and event[key] >= 0  # pylint: disable=C0123
                   for key in ("pid", "tid", "ts", "dur", "id") if key in event)
        found[event["ph"]].append(event)
    assert all(event["s"] in ("g", "p", "t") for event in found["i"])
    assert {event["name"] for event in found["M"]} <= {"process_name", "thread_name",
                                                        "thread_sort_index"}
    return trace["otherData"], found


def slices_at(found, end):
    return [event for event in found["X"] if event["tid"] == end["tid"]
            and event["ts"] <= end["ts"] < event["ts"] + event["dur"]]


def arrows(found):
    """Pairs of steps; each end is on one slice, and both ends have the same name."""
    assert len(found["s"]) == len(found["f"])
    pairs = []
    for begin, end in zip(sorted(found["s"], key=lambda event: event["id"]),
                          sorted(found["f"], key=lambda event: event["id"])):
        assert [begin[key] for key in ("id", "cat", "name")] == [
            end[key] for key in ("id", "cat", "name")]
        (first,), (second,) = slices_at(found, begin), slices_at(found, end)
        assert first["ts"] < second["ts"] and end["bp"] == "e"
        pairs.append((first["args"]["step"], second["args"]["step"]))
    assert len({second for _, second in pairs}) == len(pairs)
    return pairs


def check(text, replayed):
    about, found = read(text)
    tracks = {event["tid"]: event["args"]["name"] for event in found["M"]
              if event["name"] == "thread_name"}
    orders = [event["args"]["sort_index"] for event in found["M"]
              if event["name"] == "thread_sort_index"]
    assert orders == sorted(tracks) and len(set(tracks.values())) == len(tracks)
    assert about["policy"] == replayed["policy"]
    assert about["title"] == replayed["scenario"]["title"]
    steps = [event for event in found["X"] if event["cat"] == "step"]
    assert [(tracks[event["tid"]], event["name"], event["args"]["changed"]) for event in steps] == [
        (step["actor"], step["text"], step["change"]) for step in replayed["steps"]]
    assert [event["ts"] for event in steps] == list(range(1, len(steps) + 1))
    violated = {}
    for event in found["i"]:
        violated.setdefault(event["ts"], []).append(event["name"])
        assert event["ts"] == 0 or event["tid"] == steps[event["ts"] - 1]["tid"]
    for number in range(len(steps) + 1):
        assert sorted(violated.get(number, [])) == sorted(victims_at(replayed, number))
    return found


def test_every_counterexample(tapweave, traces):
    for trace in traces[1::5]:
        run = tapweave("draw", "--as", "perfetto", trace)
        assert (run.returncode, run.stderr) == (0, "")
        arrows(check(run.stdout, tapweave.json("replay", trace, status=1)))


def test_odd_names(tapweave, tmp_path):
    arguments = write_odd_world(tmp_path)
    text = tapweave("draw", "--as", "perfetto", *arguments).stdout
    check(text, tapweave.json("replay", *arguments))
    assert read(text)[0]["title"] == ODD_TITLE


def test_a_path_that_is_no_text(tapweave, tmp_path):
    """A file's name may be any bytes; JSON may not."""
    (*rest, path) = write_odd_world(tmp_path)
    odd = path.rename(tmp_path / "\udcff.yaml")
    about, _ = read(tapweave("draw", "--as", "perfetto", *rest, odd).stdout)
    assert about["scenario"].endswith("/?.yaml")


def test_a_long_schedule(tapweave, tmp_path):
    arguments = long_schedule(tapweave, tmp_path, 4096)
    check(tapweave("draw", "--as", "perfetto", *arguments).stdout,
          tapweave.json("replay", *arguments))


@pytest.mark.parametrize("policy, schedule, scenario", [
    ("exists-check", "a kernel/a kernel/a a b b b a ovs-vswitchd b b", "exists-check"),
    ("libvirt-6.6", "a kernel/a kernel/a a restart/daemon a a b b b b a", "two-nics-restart"),
])
def test_an_arrow_comes_from_the_step_that_made_another_possible(tapweave, policy, schedule,
                                                                 scenario):
    """By replays: before that step the actor has none, and from it on always."""
    arguments = ["-p", policy, "-s", schedule, f"scenarios/{scenario}.yaml"]
    order = schedule.split()

    def possible(taken, actor):
        run = tapweave("replay", "-p", policy, "-s", " ".join([*order[:taken], actor]),
                       arguments[-1])
        return run.returncode < 2

    expected = []
    for index, actor in enumerate(order):
        since = index
        while since > 0 and order[since - 1] != actor and possible(since - 1, actor):
            since -= 1
        if since > 0 and order[since - 1] != actor:
            expected.append((since, index + 1))
    found = read(tapweave("draw", "--as", "perfetto", *arguments).stdout)[1]
    assert arrows(found) == expected and len(expected) > 1
