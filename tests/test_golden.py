"""Whole reports, as they are printed: tests/golden/*.txt, to be read as diffs.

A file begins with its command; behind it come what that prints, what it says on standard error, and
its exit status.  `make golden` writes them anew.  They are here for the layout and the words: what
the numbers have to be is said by the scenarios' claims and by the second implementation."""
import re
import shlex

import pytest

from conftest import ROOT

GOLDEN = ROOT / "tests" / "golden"
FILES = sorted(GOLDEN.glob("*.txt"))
WIDTH = 100


def arguments_of(line):
    """Those of a line such as `$ tapweave check scenarios/*.yaml`, as a shell has them."""
    prompt, program, *words = shlex.split(line)
    assert (prompt, program) == ("$", "tapweave")
    found = []
    for word in words:
        found += sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(word)) if "*" in word \
            else [word]
    return found


def report(tapweave, line):
    """All that the command says; how long it took is no part of it."""
    run = tapweave(*arguments_of(line))
    said = "".join(f"stderr: {each}\n" for each in run.stderr.splitlines())
    text = re.sub(r"\b\d+(\.\d+)? s\b", "N s", run.stdout + said)
    return f"{line}\n{text}exit {run.returncode}\n"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_report_is_as_it_was(request, tapweave, path):
    before = path.read_text(encoding="utf-8")
    now = report(tapweave, before.splitlines()[0])
    if request.config.getoption("--rewrite"):
        path.write_text(now, encoding="utf-8")
    else:
        assert now == before, "if that is meant: make golden, and read the diff"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_line_is_too_long(path):
    """But for the command, and for error messages."""
    long = [line for line in path.read_text(encoding="utf-8").splitlines()
            if len(line) > WIDTH and not re.match(r"stderr: |\$ tapweave ", line)]
    assert not long


def test_every_command_has_a_report():
    commands = {path.read_text(encoding="utf-8").split()[2] for path in FILES}
    assert commands >= {"check", "explore", "explain", "diff", "necessary", "replay", "list",
                        "--help"}
