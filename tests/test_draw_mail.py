"""draw --as mail: what replay says on a terminal of 72 columns, the window, and the command."""
import re
import shlex

from drawn import long_schedule, make_traces, write_odd_world
from test_terminal import shown

WIDTH = 72


def parts(text):
    """What replay says, the window or "", and the words of the command that replays it."""
    match = re.fullmatch(r"(.*?\n)(  window: .*?\n)?    replay it: (tapweave replay .*\n)", text,
                         re.DOTALL)
    return match[1], match[2] or "", shlex.split(match[3].replace("\\\n", " "))


def check(tapweave, text, *arguments):
    said, window, command = parts(text)
    assert said == shown(tapweave, WIDTH, "replay", *arguments)
    again = tapweave("replay", *command[2:]).stdout
    assert again == tapweave("replay", *arguments).stdout
    return window


def test_every_counterexample(tapweave, traces):
    windows = 0
    for trace in traces[::7]:
        run = tapweave("draw", "--as", "mail", trace)
        assert (run.returncode, run.stderr) == (0, "")
        windows += check(tapweave, run.stdout, trace) != ""
        long = [line for line in run.stdout.splitlines()
                if len(line) > WIDTH or line != line.rstrip() or "\t" in line]
        assert [line for line in long if str(trace.parent) not in line
                and "scenarios/" not in line] == []
    assert 5 < windows < len(traces)


def test_no_path_is_broken_and_no_other_line_is_too_long(tapweave):
    """The paths of the scenarios are short enough, as they stand in the repository."""
    text = tapweave("draw", "--as", "mail", "-p", "exists-check", "-s",
                    "a kernel/a kernel/a a b b b a ovs-vswitchd b b",
                    "scenarios/exists-check.yaml").stdout
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "  window: with step 8 before steps 5 to 7, no lost-attachment\n" in text


def test_odd_names_and_long_schedules(tapweave, tmp_path):
    for arguments in (write_odd_world(tmp_path), long_schedule(tapweave, tmp_path, 700)):
        text = tapweave("draw", "--as", "mail", *arguments).stdout
        assert check(tapweave, text, *arguments) == ""
        assert max(len(line) for line in text.splitlines() if str(tmp_path) not in line) <= WIDTH
