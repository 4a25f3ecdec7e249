"""A terminal: its width is kept, progress is shown on it, and Ctrl-C loses nothing."""
import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios
from contextlib import contextmanager

import pytest
from bad_scenarios import scenario
from conftest import SCENARIOS, environment

RACE = "scenarios/reported-race.yaml"
WINDOW = "scenarios/mac-check-window.yaml"


@contextmanager
def terminal(columns):
    """Both sides of one."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    try:
        yield ours, theirs
    finally:
        os.close(ours)


def read_all(side):
    text = b""
    try:
        while part := os.read(side, 65536):
            text += part
    except OSError:  # EIO: nobody has the other side any more
        pass
    return text.decode().replace("\r\n", "\n")


def shown(tapweave, columns, *arguments):
    """What standard output has on a terminal of that width."""
    with terminal(columns) as (ours, theirs):
        with subprocess.Popen([tapweave.binary, *map(str, arguments)], cwd=tapweave.root,
                              env=environment({"TERM": "dumb"}), stdin=subprocess.DEVNULL,
                              stdout=theirs, stderr=subprocess.DEVNULL):
            os.close(theirs)
            return read_all(ours)


COMMANDS = [["check", *SCENARIOS[::7]], ["check", "--all-policies", *SCENARIOS[::7]],
            ["check", "-p", "libvirt-6.6,port-guard=exists", *SCENARIOS[::7]], ["check", WINDOW],
            ["explore", "-p", "mac-check", WINDOW],
            ["diff", "-p", "libvirt-6.6", "-p", "mac-check", WINDOW],
            ["diff", "-p", "libvirt-6.6", "-p", "atomic", "scenarios/counter.yaml"],
            ["necessary", "-p", "libvirt-6.6,port-guard=exists,attach=reattach", WINDOW],
            ["explore", "-p", "fin-wait", "scenarios/two-rounds.yaml"], ["list", "policies"],
            ["list", "oracles"], ["list", "faults"], ["list", "scenarios"], ["explore", "--help"]]
# What is not broken: a policy, a path with what stands before it, a table's one column.
WHOLE = re.compile(r"(.*\S*(tapweave|scenarios/)\S*.*|  \S+ +\d+ of \d+( ok| FAILS)? *"
                   r"|  policy .*)")


@pytest.mark.parametrize("columns", [60, 80, 100, 200])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: " ".join(map(str, words[:3])))
def test_no_line_is_wider_than_the_terminal(tapweave, columns, command):
    lines = shown(tapweave, columns, *command).splitlines()
    most = min(columns, 79 if "--help" in command else 100)
    wide = [line for line in lines if len(line.rstrip()) > most]
    assert lines and [line for line in wide if columns >= 80 or not WHOLE.fullmatch(line)] == []


@pytest.mark.parametrize("command", [command for command in COMMANDS
                                     if "--help" not in command and len(command) < 5],
                         ids=lambda words: " ".join(map(str, words[:3])))
def test_nothing_is_lost_on_a_narrow_one(tapweave, command):
    """The same words in other lines.  (Lists of the screens end in "and 3 more", earlier there.)"""
    wide, narrow = (sorted(set(re.findall(r"[\w.#-]+", shown(tapweave, columns, *command))))
                    for columns in (100, 80))
    assert wide == narrow and len(wide) > 20


def test_a_table_that_does_not_fit_becomes_a_list(tapweave):
    """With the same numbers."""
    command = ["check", "--all-policies", *SCENARIOS[::7]]
    table = tapweave(*command).stdout
    names = [line.split()[-1] for line in table.splitlines()
             if re.fullmatch(r" {20,}(\| *)*[a-z-]+", line)]
    row = next(line.split()[1:] for line in table.splitlines() if line.startswith("  mac-check "))
    wanted = [f"{name} {number}" for name, number in zip(names, row, strict=True) if number != "."]
    listed = shown(tapweave, 60, *command)
    part = re.search(r"\n  mac-check *\n((?:    .*\n)+)", listed)[1]
    assert " ".join(part.split()).split(", ") == wanted and len(wanted) > 3


# ---- progress, and Ctrl-C ----

def guests(number, times):
    """A world that takes seconds, or hours."""
    names = "abcdef"[:number]
    return scenario(guests="{" + ", ".join(f"{name}: {{nic: {{bridge: br0}}, state: running}}"
                                           for name in names) + "}",
                    actors="[" + ", ".join(f"{{do: [stop {name}, start {name}], times: {times}}}"
                                           for name in names) + "]",
                    claims="{libvirt-6.6: {lost-attachment: sometimes}}")


@pytest.fixture(name="folder", scope="module")
def make_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worlds")
    (folder / "small.yaml").write_text(scenario(), encoding="utf-8")
    (folder / "large.yaml").write_text(guests(4, 2), encoding="utf-8")
    return folder


def read_until(side, pattern):
    text = ""
    while not re.search(pattern, text):
        text += os.read(side, 4096).decode()
    return text


def interrupted(tapweave, folder, arguments, pattern, under=()):
    """Runs it until standard error, a terminal, says that; then it is interrupted.  Its exit
    status, its output, and all that the terminal has."""
    with terminal(100) as (ours, theirs):
        command = [*under, tapweave.binary, *arguments]
        with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=theirs,
                              env=environment({})) as run:
            os.close(theirs)
            said = read_until(ours, pattern)
            run.send_signal(signal.SIGINT)
            text = run.stdout.read().decode()
            said += read_all(ours)
    return run.returncode, text, said


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_check_says_how_far_it_is_and_what_it_knows_when_interrupted(tapweave, folder, jobs):
    """The small world has been decided, the large one not; one more was not begun by then."""
    files = ["small.yaml", "large.yaml", "large.yaml", "large.yaml", "large.yaml"]
    status, text, said = interrupted(
        tapweave, folder, ["check", "--jobs", jobs, *files, "--json", "out.json"],
        r"\r1 of 5 cells, \d+ s ")
    assert status == 3, text
    assert "claim holds" not in text
    assert ("\n5 scenarios, 1 policy, 5 cells, 5 claims: interrupted, 4 claims are undecided, "
            "4 cells are inconclusive\n") in text.replace("\n    inconclusive", " inconclusive")
    data = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    assert [result["end"] for result in data["results"]] == ["complete"] + 4 * ["interrupted"]
    assert [claim["verdict"] for claim in data["claims"]] == ["holds"] + 4 * ["undecided"]
    begun = [result["counts"]["states"] > 0 for result in data["results"]]
    assert begun == [number <= int(jobs) for number in range(5)], "the others were not begun"
    assert re.search(r"\r +\r5 cells in \d+\.\d s, \d at a time\n$", said)


def test_a_policy_of_ones_own_is_not_cleared_when_interrupted(tapweave, folder):
    status, text, _ = interrupted(
        tapweave, folder, ["check", "-p", "counter", "--jobs=1", "small.yaml", "large.yaml"],
        r"\r2 of 4 cells, \d+ s ")
    assert status == 3
    assert text.startswith("Interrupted: 2 of 4 cells are inconclusive.\n")
    part = next(part for part in text.split("\n\n") if part.startswith("Inconclusive: "))
    assert {line.split(None, 1)[1] for line in part.rstrip().split("\n")[1:]} == {"large"}
    closed = next(part for part in text.split("\n\n") if part.startswith("Closed: "))
    assert "\n  lost-attachment   small" in closed


def test_explore_says_what_it_knows_when_interrupted(tapweave, folder):
    status, text, _ = interrupted(tapweave, folder, ["explore", "-p", "libvirt-6.6", "large.yaml"],
                                  r"\r\d+ states, ")
    assert status == 3
    found = re.search(r"^  (\d+) states, (\d+) transitions, depth \d+: INCONCLUSIVE, interrupted$",
                      text, re.MULTILINE)
    assert found and 0 < int(found[1]) <= int(found[2])
    assert not re.search(r"\b(holds?|never|always|sometimes|complete)\b", text)
    assert "\nduplicate-name: " in text, "what was found so far is shown"


def test_an_interrupt_that_is_ignored_stays_so(tapweave, folder):
    """As in the background of a shell without job control."""
    status, text, _ = interrupted(
        tapweave, folder, ["explore", "-p", "libvirt-6.6", "--max-states=300000", "large.yaml"],
        r"\r\d+ states, ", under=["env", "--ignore-signal=INT"])
    assert status == 3 and "INCONCLUSIVE, stopped at --max-states" in text


def test_no_progress_elsewhere(tapweave):
    run = tapweave("check", "--all-policies", *SCENARIOS)
    assert (run.returncode, run.stderr) == (0, "")
