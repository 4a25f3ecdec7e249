"""What the README and docs/first-case.md show is so: their commands, run one after the other in an
empty folder by a tapweave that was installed, print what stands there.  (What `build/tapweave`
prints is held by tests/test_readme.py.)"""
import fcntl
import os
import re
import shlex
import subprocess

import pytest
from conftest import ROOT, missing_for_ovs, missing_for_taps

SESSION = re.compile(r"```\n(\$ tapweave .*?)```", re.DOTALL)
COMMAND = re.compile(r"^\$ ((?:[^\n]*\\\n)*[^\n]*)\n((?:(?!\$ )[^\n]*\n)*)", re.MULTILINE)
PAGES = ["README.md", "docs/first-case.md"]


def commands(page):
    """Each command of a page as a list, and the lines that it is said to print."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = [(shlex.split(command.replace("\\\n", " ")), said.splitlines())
             for session in SESSION.findall(text) for command, said in COMMAND.findall(session)]
    assert len(found) == text.count("\n$ tapweave ") > 4
    return found


def is_printed(said, printed):
    """All lines, in their order; a line of dots stands for any number of them."""
    pattern = "".join(r"(?:.*\n)*" if line == "..." else re.escape(line) + "\n" for line in said)
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in printed)) is not None


@pytest.fixture(name="installed", scope="module")
def install(tmp_path_factory):
    """The environment in which `tapweave` is found where the README's command puts it."""
    home = tmp_path_factory.mktemp("home")
    keep = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "TAPWEAVE_SCENARIOS")
    env = {name: value for name, value in os.environ.items() if name not in keep}
    command = re.search(r"`(make deps .*?)`", (ROOT / "README.md").read_text(encoding="utf-8"),
                        re.MULTILINE).group(1)
    env |= {"HOME": str(home), "PATH": f"{home}/.local/bin:{env['PATH']}"}
    with open(ROOT / "build/.install", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two of them would make the same man pages
        run = subprocess.run(["sh", "-c", command], cwd=ROOT, env=env, capture_output=True,
                             text=True, timeout=600, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return env


@pytest.mark.parametrize("page", PAGES)
def test_its_commands_print_what_it_says(installed, page, request, tmp_path):
    reason = missing_for_taps() or missing_for_ovs()
    if reason is not None:
        (pytest.fail if request.config.getoption("--require-real") else pytest.skip)(reason)
    for command, said in commands(page):
        run = subprocess.run(command, cwd=tmp_path, env=installed, capture_output=True, text=True,
                             timeout=100, check=False)
        assert run.returncode in (0, 1) and run.stderr == "", run.stderr
        assert is_printed(said, run.stdout.splitlines()), f"{command}:\n{run.stdout}"


def test_what_is_not_printed_is_noticed():
    printed = ["one", "two", "three"]
    for right in (["one", "...", "three"], ["...", "two", "..."]):
        assert is_printed(right, printed)
    for wrong in (["one", "three"], ["...", "two"], ["two", "..."], ["...", "three", "two", "..."]):
        assert not is_printed(wrong, printed)
