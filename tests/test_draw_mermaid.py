"""draw --as mermaid: read by a small parser of what it may write, and held to what replay says.

The grammar is that of Mermaid's sequence diagrams (docs/drawing.md); where Mermaid would take a
text for something else, the parser fails: a text has letters, digits and a few marks, and all else
as character references."""
import json
import re
import shlex

import pytest
from drawn import (ODD_NAMES, ODD_SCHEDULE, ODD_TITLE, clauses, long_schedule, make_traces,
                   victims_at, write_odd_world)

TEXT = r"(?:[A-Za-z0-9 _.,/()'*=!+?-]|:(?= |$|<br/>)|#\d+;|<br/>)+"
LINES = [
    ("comment", rf"%%(?P<comment> [\x20-\x24\x26-\x7e]*)"),
    ("title", rf"title (?P<text>{TEXT})"),
    ("participant", rf"participant (?P<id>p\d+|kernel|ovsdb) as (?P<text>{TEXT})"),
    ("arrow", rf"(?P<from>\w+)(?P<kind>->>|-->>)(?P<to>\w+): (?P<text>{TEXT})"),
    ("note", rf"Note over (?P<over>\w+(,\w+)?): (?P<text>{TEXT})"),
    ("rect", r"rect rgba\(\d+, \d+, \d+, 0\.\d+\)"),
    ("end", r"end"),
]
GRAMMAR = [(kind, re.compile("    " + pattern)) for kind, pattern in LINES]


def plain(text):
    """The text as Mermaid shows it."""
    return re.sub(r"#(\d+);", lambda match: chr(int(match[1])), text.replace("<br/>", " "))


class Diagram:
    """What is in it: lifelines by their ids, the steps as drawn, and the window."""

    def __init__(self, source):
        head, *lines = source.splitlines()
        assert head == "sequenceDiagram" and source.endswith("\n")
        self.lifelines, self.steps, self.title, self.window = {}, [], None, None
        self.before, self.comments, open_rects = [], [], []
        for line in lines:
            kind, match = next((kind, match) for kind, pattern in GRAMMAR
                               if (match := pattern.fullmatch(line)))
            text = plain(match["text"]) if "text" in match.groupdict() else ""
            if kind == "title":
                self.title = text
            elif kind == "participant":
                assert match["id"] not in self.lifelines and not self.steps
                self.lifelines[match["id"]] = text.removeprefix("daemon for ")
            elif kind == "arrow" and match["kind"] == "->>":
                number, words = text.split(" ", 1)
                assert int(number) == len(self.steps) + 1
                self.steps.append({"actor": self.name(match["from"]), "text": words, "notes": [],
                                   "to": self.name(match["to"]), "on": [], "violated": []})
            elif kind == "arrow":
                assert text == "goes on" and self.name(match["from"]) == self.steps[-1]["actor"]
                self.steps[-1]["on"].append(self.name(match["to"]))
            elif kind == "rect":
                open_rects.append(len(self.steps) + 1)
            elif kind == "end":
                begin = open_rects.pop()
                if self.window and self.window[0] == begin and not open_rects:
                    self.window = (begin, len(self.steps), self.window[2])
            elif kind == "comment":
                self.comments.append(match["comment"])
            elif kind == "note":
                self.add_note([self.name(each) for each in match["over"].split(",")], text,
                              len(open_rects))
        assert not open_rects

    def name(self, identifier):
        return self.lifelines[identifier]

    def add_note(self, over, text, depth):
        if text.startswith("window: "):
            assert self.window is None and depth == 1
            self.window = (len(self.steps) + 1, None, text)
        elif text.startswith("violated: "):
            assert depth > 0
            (self.steps[-1]["violated"] if self.steps else self.before).append(
                (text.removeprefix("violated: ").split(" of ", 1), over))
        else:
            self.steps[-1]["notes"].append(text)


def check(diagram, replayed):
    """All that replay says of the steps is there, and no more."""
    assert diagram.title == f"{replayed['scenario']['title']}, under {replayed['policy']}"
    assert len(diagram.steps) == len(replayed["steps"])
    for number, (drawn, step) in enumerate(zip(diagram.steps, replayed["steps"]), 1):
        assert (drawn["actor"], drawn["text"]) == (step["actor"], step["text"])
        changed = [f"{name} goes on" for name in drawn["on"]]
        changed += [each for note in drawn["notes"] for each in clauses(note)]
        assert not any(f"{name} goes on" in clauses(note) for note in drawn["notes"]
                       for name in diagram.lifelines.values())
        assert sorted(changed) == sorted(clauses(step["change"]))
        assert sorted(oracle for (oracle, _), _ in drawn["violated"]) == sorted(
            victims_at(replayed, number))
        for (oracle, whose), over in drawn["violated"]:
            assert over[0] == step["actor"]
            for victim in replayed["victims"]:
                if (victim["oracle"], victim["step"]) == (oracle, number) and "guest" in victim:
                    assert victim["guest"] in whose
                    assert len(over) == 1 or "with" in victim or over[1] == victim["guest"]
    assert sorted(oracle for (oracle, _), _ in diagram.before) == sorted(victims_at(replayed, 0))


def test_every_counterexample(tapweave, traces):
    windows = 0
    for trace in traces[::2]:
        run = tapweave("draw", trace)
        assert (run.returncode, run.stderr) == (0, "")
        diagram = Diagram(run.stdout)
        check(diagram, tapweave.json("replay", trace, status=1))
        windows += diagram.window is not None
    assert 25 < windows < len(traces)


def test_no_name_or_title_is_taken_for_something_else(tapweave, tmp_path):
    arguments = write_odd_world(tmp_path)
    diagram = Diagram(tapweave("draw", "--as", "mermaid", *arguments).stdout)
    check(diagram, tapweave.json("replay", *arguments))
    assert diagram.title == f"{ODD_TITLE}, under libvirt-6.6"
    assert [step["actor"] for step in diagram.steps] == ODD_SCHEDULE
    assert all(any(name in step["text"] for step in diagram.steps) for name in ODD_NAMES)


def test_what_operations_are_done_to(tapweave):
    """Transactions: the database; a kill: the end of the process; the daemon's own: itself."""
    source = tapweave("draw", "-p", "atomic", "-s", "a b kernel/a b b kernel/a b a b",
                      "scenarios/atomic.yaml").stdout
    assert " as daemon for a\n" in source and " as daemon for b\n" in source
    assert source.count("daemon for") == 2
    to = {step["text"].split()[0]: (step["actor"], step["to"]) for step in Diagram(source).steps}
    assert to == {"kill": ("a", "kernel/a"), "close-descriptors": ("kernel/a", "kernel/a"),
                  "exit": ("kernel/a", "kernel/a"), "lock": ("a", "a"),
                  "create-tap": ("b", "kernel"), "unlock": ("b", "b"), "set-mac": ("b", "kernel"),
                  "add-port": ("b", "OVSDB")}


# ---- the window, judged by replays of other schedules ----

def replay(tapweave, trace, actors):
    """What replay says of other steps in the trace's world; None if they are not possible."""
    other = trace.with_suffix(".other")
    changed = json.loads(trace.read_text(encoding="utf-8"))
    changed = {key: changed[key] for key in changed if key not in ("oracle", "lasting", "victims")}
    other.write_text(json.dumps({**changed, "steps": [{"actor": actor} for actor in actors]}),
                     encoding="utf-8")
    run = tapweave("replay", other, "--json", "-")
    return json.loads(run.stdout) if run.returncode < 2 else None


def violated_at_last(tapweave, trace, order):
    """Who can step first of those that are left does: what all of them violate, or None if some are
    left."""
    taken, left, result = [], list(order), None
    while left:
        for index, actor in enumerate(left):
            if result := replay(tapweave, trace, [*taken, actor]):
                taken.append(left.pop(index))
                break
        else:
            return None
    return set(result["violated"])


def expected_window(tapweave, trace):
    """By the words of docs/drawing.md: the first and the last step, the one behind, the oracles."""
    replayed = tapweave.json("replay", trace)
    order = [step["actor"] for step in replayed["steps"]]
    first_of = {}
    for victim in replayed["victims"]:
        first_of.setdefault(victim["oracle"], victim["step"])
    last = max(first_of.values())
    oracles = {oracle for oracle, step in first_of.items() if step == last}
    for late in range(last, 1, -1):
        actor, since = order[late - 1], late - 1
        while since > 0 and order[since - 1] != actor and replay(
                tapweave, trace, [*order[:since - 1], actor]):
            since -= 1
        if since + 1 < late and actor in "abcdef" and actor in order[:late - 1]:
            moved = [*order[:since], actor, *order[since:late - 1], *order[late:]]
            found = violated_at_last(tapweave, trace, moved)
            if found is not None and not found & oracles:
                return since + 1, late - 1, late, oracles
    return None


def test_the_window_is_the_one_that_the_page_speaks_of(tapweave, traces, tmp_path):
    """In short schedules, and of oracles that do not need the end; and in one whose last step could
    come earlier, but would go wrong all the same."""
    tapweave("explore", "-p", "libvirt-9.0", "scenarios/unplug-restart.yaml", "--traces", tmp_path)
    judged = ("lost-attachment", "foreign-delete", "duplicate-name", "start-failed")
    chosen = [trace for trace in traces if trace.stem in judged
              and len(json.loads(trace.read_text(encoding="utf-8"))["steps"]) in range(2, 13)]
    found = 0
    for trace in [*chosen[::5], tmp_path / "lost-attachment.json"]:
        window = Diagram(tapweave("draw", trace).stdout).window
        expected = expected_window(tapweave, trace)
        assert (window is None) == (expected is None), trace
        if window:
            first, last, late, oracles = expected
            steps = f"step {first}" if first == last else f"steps {first} to {last}"
            said = re.fullmatch(rf"window: with step {late} before {steps}(.*)", window[2])
            assert window[:2] == (first, last)
            assert set(re.findall(r", no ([a-z-]+)", said[1])) == oracles
            found += 1
    assert found > 2


def test_without_another_order_there_is_no_window(tapweave):
    """Nobody else steps: nothing could come first."""
    source = tapweave("draw", "-p", "mac-check", "-s", "a kernel/a kernel/a a",
                      "scenarios/mac-check-error-log.yaml").stdout
    diagram = Diagram(source)
    assert diagram.window is None and diagram.steps[-1]["violated"]


# ---- long ones, and none ----

def test_the_comment_replays_it(tapweave, traces):
    """Where the schedule takes several lines, too."""
    several = 0
    for trace in traces[::29]:
        diagram = Diagram(tapweave("draw", trace).stdout)
        text = "\n".join(diagram.comments)
        words = shlex.split(text.replace("\\\n", " "))
        assert words[:4] == ["replay", "it:", "tapweave", "replay"]
        replayed = tapweave.json(*words[3:], status=1)
        assert [step["text"] for step in replayed["steps"]] == [
            step["text"] for step in diagram.steps]
        several += len(diagram.comments) > 1
    assert several > 3


def test_a_long_schedule_is_drawn_and_warned_of(tapweave, tmp_path):
    arguments = long_schedule(tapweave, tmp_path, 4096)
    run = tapweave("draw", *arguments)
    assert run.returncode == 0 and len(Diagram(run.stdout).steps) == 4096
    assert re.fullmatch(r"tapweave: note: the diagram has \d+ bytes, and Mermaid shows 50000 if it "
                        r"is not told otherwise \(maxTextSize\)\n", run.stderr)
    assert str(len(run.stdout)) in run.stderr


def test_no_step_is_a_diagram_too(tapweave):
    run = tapweave("draw", "-p", "libvirt-6.6", "-s", "", "scenarios/reported-race.yaml")
    diagram = Diagram(run.stdout)
    assert diagram.lifelines == {"kernel": "kernel"} and diagram.steps == []
