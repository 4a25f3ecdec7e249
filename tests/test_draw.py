"""draw: what all formats have in common, and docs/drawing.md, which shows what they print."""
import re
import shlex
import shutil

import pytest
from bad_scenarios import scenario
from conftest import ROOT
from drawn import long_schedule, write_odd_world

PAGE = (ROOT / "docs" / "drawing.md").read_text(encoding="utf-8")
FORMATS = re.findall(r"^\| `([a-z]+)` \|", PAGE.split("\n## ")[0], re.MULTILINE)
EACH = pytest.mark.parametrize("name", [name for name in FORMATS if name != "states"])
RACE = ["-p", "exists-check", "-s", "a kernel/a kernel/a a b b b a ovs-vswitchd b b",
        "scenarios/exists-check.yaml"]


def test_the_page_has_all_formats(tapweave):
    text = " ".join(tapweave("draw", "--help").stdout.split())
    text = text[text.index("--as="):text.index("--datapath")]
    assert re.findall(r"; ([a-z]+): ", text) == FORMATS
    run = tapweave("draw", "--as", "x", *RACE)
    assert run.stderr == (f"tapweave: --as 'x': it has to be one of {' '.join(FORMATS)}\n")


def test_the_first_one_is_the_default(tapweave):
    assert tapweave("draw", *RACE).stdout == tapweave("draw", "--as", FORMATS[0], *RACE).stdout


def test_the_page_shows_what_is_printed(tapweave):
    """Each command, and the block that shows all that it prints."""
    blocks = re.findall(r"```[a-z]*\n(.*?)```", PAGE, re.DOTALL)
    commands = [block for block in blocks if block.startswith("$ ")]
    shown = [block for block in blocks if not block.startswith("$ ")]
    assert len(commands) == len(shown) > 0
    for command, text in zip(commands, shown):
        program, *words = shlex.split(command.removeprefix("$ ").replace("\\\n", " "))
        assert program == "build/tapweave"
        assert tapweave(*words).stdout == text


@EACH
@pytest.mark.parametrize("make", [lambda folder, tapweave: RACE,
                                  lambda folder, tapweave: write_odd_world(folder),
                                  lambda folder, tapweave: long_schedule(tapweave, folder, 999)],
                         ids=["race", "odd", "long"])
def test_it_goes_to_a_file_or_to_standard_output(tapweave, tmp_path, name, make):
    arguments = make(tmp_path, tapweave)
    printed = tapweave("draw", "--as", name, *arguments)
    assert printed.returncode == 0 and len(printed.stdout) > 100
    file = tmp_path / "drawing"
    written = tapweave("draw", "--as", name, *arguments, "-o", file)
    assert (written.returncode, written.stdout) == (0, "")
    assert file.read_bytes() == printed.stdout.encode()
    assert printed.stdout.endswith("\n")


@EACH
def test_a_file_that_cannot_be_written(tapweave, name):
    run = tapweave("draw", "--as", name, *RACE, "-o", "/nowhere/drawing")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("tapweave: /nowhere/drawing: cannot be written")


@EACH
def test_a_schedule_that_is_not_possible_leaves_the_file_as_it_was(tapweave, tmp_path, name):
    (tmp_path / "good.yaml").write_text(scenario(), encoding="utf-8")
    (tmp_path / "drawing").write_text("before", encoding="utf-8")
    run = tapweave("draw", "--as", name, "-p", "counter", "-s", "a a", "-o", "drawing",
                   "good.yaml", cwd=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert "step 2: a cannot take a step here" in run.stderr
    assert (tmp_path / "drawing").read_text(encoding="utf-8") == "before"


@EACH
def test_a_drawing_depends_on_nothing_else(tapweave, name):
    """Not on the locale, the terminal's width as the environment has it, or the day."""
    plain = tapweave("draw", "--as", name, *RACE).stdout
    for changes in ({"LC_ALL": "C", "TZ": "Asia/Tokyo"}, {"COLUMNS": "40", "TERM": "xterm"}):
        assert tapweave("draw", "--as", name, *RACE, env=changes).stdout == plain
    later = tapweave("draw", "--as", name, *RACE, under=["faketime", "2031-01-01"]).stdout
    assert later == plain


@EACH
def test_a_trace_and_its_text_are_the_same_drawing(tapweave, tmp_path, name):
    shutil.copy(ROOT / RACE[-1], tmp_path / "world.yaml")
    tapweave("explore", *RACE[:2], "world.yaml", "--traces", ".", cwd=tmp_path)
    trace = tapweave("draw", "--as", name, "lost-attachment.json", cwd=tmp_path).stdout
    assert trace == tapweave("draw", "--as", name, *RACE[:-1], "world.yaml", cwd=tmp_path).stdout


def test_it_says_so_if_it_looks_for_a_window_no_more(tapweave, tmp_path):
    """Two guests take turns for many rounds, in which most steps might be moved; in the last one, a
    deletes the port of c, and no earlier round has to do with that."""
    (tmp_path / "turns.yaml").write_text("""
title: Two guests that take turns
report: none
network: {br0: {kind: ovs}}
guests:
  a: {nic: {bridge: br0, name: one}, state: running}
  b: {nic: {bridge: br0, name: two}, state: running}
  c: {nic: {bridge: br0, name: one}}
actors: [{do: [stop a, start a]}, {do: [stop b, start b]}, {do: [start c, stop c]}]
rounds: unbounded
claims: {libvirt-6.6: {deadlock: never}}
""", encoding="utf-8")
    turn = ("a b kernel/a kernel/b kernel/a a ovs-vswitchd kernel/b b a ovs-vswitchd b "
            "a b a b a ovs-vswitchd b a ovs-vswitchd b a b a b ")
    last = "a kernel/a c c c kernel/a a"
    for turns, said in ((1, ""), (150, "tapweave: note: a window is not looked for any more: the "
                                       "schedule is too long\n")):
        run = tapweave("draw", "--as", "mail", "-p", "libvirt-6.6", "-s", turns * turn + last,
                       tmp_path / "turns.yaml")
        assert (run.returncode, run.stderr) == (0, said)
        assert "of c's port one, by a's del-port" in run.stdout and "window:" not in run.stdout
