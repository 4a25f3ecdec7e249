"""Each system call by which output is written fails in turn, as on a disk that is full or broken:
a file appears as a whole or not at all, nothing is left beside it, and the exit status says so.

strace lets them fail (--inject): the program is the one that users have."""
import re
import shutil
import subprocess

import pytest

from conftest import BINARY, environment
from failing.runs import RUNS, outputs, prepare

# What output is written by.  openat is also what input is read by: there, a file that is named.
CALLS = ("openat", "write", "writev", "fchmod", "fsync", "close", "rename")
ERRORS = ("ENOSPC", "EIO")
NAMES = ("check", "explore", "explore --checkpoint", "keep", "merge", "draw --as mail",
         "--report junit", "list")
BAD = 2
INPUT = "before"


@pytest.fixture(name="folder", scope="module")
def make_folder(tapweave, tmp_path_factory):
    if shutil.which("strace") is None:
        pytest.skip("strace is missing")
    folder = tmp_path_factory.mktemp("runs")
    prepare(tapweave, folder)
    (folder / "OUT").mkdir()
    return folder


def strace(folder, command, *options):
    """A run, beside which there is a file for each of those that are written already."""
    log = folder / "log"
    run = subprocess.run(["strace", "-f", "-o", log, *options, BINARY, *command], cwd=folder,
                         env=environment(None), capture_output=True, text=True, check=False,
                         timeout=60)
    return run, log.read_text(encoding="utf-8", errors="replace").splitlines()


def clear(folder, expected):
    """The files that will be written are there, and have something else in them."""
    shutil.rmtree(folder / "OUT")
    (folder / "OUT").mkdir()
    for name in expected:
        (folder / "OUT" / name).write_text(INPUT, encoding="utf-8")


def calls(lines, call):
    """Which ones of those calls are about output, counted from 1: those on a file below OUT, or on
    its descriptor."""
    chosen, number, ours = [], 0, set()
    for line in lines:
        found = re.match(r"\d+ +(\w+)\((.*?)(?:\) += (-?\d+).*)?$", line)
        if found is None:
            continue
        name, arguments, result = found.groups()
        number += name == call
        about = "OUT/" in arguments or arguments.split(",")[0].rstrip(")") in ours
        if name == "openat" and "OUT/" in arguments and result not in (None, "-1"):
            ours.add(result)
        if name == call and about:
            chosen.append(number)
        if name == "close":
            ours.discard(arguments.split(",")[0])
    return chosen


@pytest.mark.parametrize("name", NAMES)
def test_a_write_that_fails_leaves_all_or_nothing(folder, name):
    command = RUNS[name]
    clear(folder, ())
    whole, lines = strace(folder, command)
    assert whole.returncode in (0, 1, 3), whole.stderr
    expected = outputs(folder / "OUT")
    assert expected
    tried = 0
    for call in CALLS:
        for number in calls(lines, call):
            error = ERRORS[number % len(ERRORS)]
            clear(folder, expected)
            run, _ = strace(folder, command, f"--inject={call}:error={error}:when={number}")
            what = f"{call} {number} {error}: {run.stderr}"
            written = outputs(folder / "OUT")
            assert set(written) == set(expected), what
            for path, data in written.items():
                assert data in (expected[path], INPUT.encode()), (what, path)
            if run.returncode != whole.returncode or run.stderr != whole.stderr:
                assert run.returncode == BAD, what
                assert run.stderr.startswith("tapweave: ") and run.stderr.count("\n") == 1, what
                assert "cannot be written" in run.stderr, what
            else:
                assert written == expected, what
            tried += 1
    assert tried >= 4 * len(expected)
