"""conform shows how far it is where somebody watches: a terminal, as Python's own pty has it."""
import json
import os
import pty
import re
import subprocess

from conftest import BINARY, ROOT

COMMAND = [BINARY, "conform", "-p", "libvirt-6.6", "--cover", "interleavings", "--jobs", "8",
           "--json", "-", "scenarios/linux-only.yaml"]


def read_all(terminal):
    text = b""
    try:
        while part := os.read(terminal, 4096):
            text += part
    except OSError:  # EIO: nobody has the other side any more
        pass
    return text.decode()


def test_progress_on_a_terminal(taps):
    ours, theirs = pty.openpty()
    with subprocess.Popen(COMMAND, cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs) as run:
        os.close(theirs)
        shown = read_all(ours)
        result, = json.loads(run.stdout.read())["results"]
    os.close(ours)
    assert run.returncode == 0, shown
    *lines, blanks, end = shown.split("\r")[1:]
    words = [re.fullmatch(r"  (\d+) of (\d+) schedules ", line) for line in lines]
    done = [int(word[1]) for word in words]
    assert {int(word[2]) for word in words} == {result["counts"]["schedules"]}
    assert 1 <= min(done) and max(done) <= result["counts"]["schedules"]
    # At most one in 100 ms, and at least some of them: it takes seconds.
    assert 2 <= len(done) <= result["timing"]["seconds"] * 10
    assert end == "" and blanks.strip() == "" and len(blanks) >= max(map(len, lines))


def test_no_progress_elsewhere(taps, tapweave):
    run = tapweave(*COMMAND[1:])
    assert (run.returncode, run.stderr) == (0, "")
    json.loads(run.stdout)
