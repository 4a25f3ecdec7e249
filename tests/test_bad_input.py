"""Malformed scenarios and traces: where the mistake is, what it is, and what may have been meant.

Bad input gives exit status 2 and one line on standard error, `tapweave: FILE:LINE:COLUMN: ...`,
and nothing else: no half of a result on standard output, no file, no temporary file.  Only a file
of which nothing can be read, or that is too large, has no line and column to point to."""
import os
import re

import bad_actors
import bad_claims
import bad_daemons
import bad_links
import bad_lives
import bad_names
import bad_nics
import bad_scenarios
import bad_taps
import bad_traces
import pytest

POLICY = "libvirt-6.6"
LARGEST_SCENARIO, LARGEST_TRACE = 64 * 1024, 1024 * 1024


def ids(cases):
    return [name for name, *_ in cases]


def listing(folder):
    return sorted((str(path.relative_to(folder)), path.lstat().st_size)
                  for path in folder.rglob("*"))


@pytest.fixture(name="refuse")
def make_refuse(tapweave, tmp_path):
    """Runs a command in the test's folder, checks all that holds for any bad input, and returns
    what the one line says behind the prefix."""
    def refuse(command, *arguments, prints=False, under=()):
        before = listing(tmp_path)
        run = tapweave(command, "--json", "result.json", *arguments, cwd=tmp_path, under=under)
        assert run.returncode == 2, run.stderr + run.stdout
        assert run.stderr.startswith("tapweave: ") and run.stderr.endswith("\n")
        assert run.stderr.count("\n") == 1 and run.stderr[:-1].isprintable(), run.stderr
        assert prints or run.stdout == ""
        assert listing(tmp_path) == before
        return run.stderr.removeprefix("tapweave: ").removesuffix("\n")
    return refuse


# Root reads any file, unless it is without these.
ROOT_WHO_MAY_NOT = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def commands_for(scenario):
    return ["check", scenario], ["explore", "-p", POLICY, scenario]


def check_words(said, expected):
    assert expected in said
    assert ("did you mean" in said) == ("did you mean" in expected)


def test_the_good_ones_are_good(tapweave, tmp_path):
    """Otherwise anything could be what is wrong with the malformed ones."""
    (tmp_path / "good.yaml").write_text(bad_scenarios.scenario(), encoding="utf-8")
    (tmp_path / "good.json").write_text(bad_traces.trace(), encoding="utf-8")
    assert tapweave("check", "good.yaml", cwd=tmp_path).returncode == 0
    assert tapweave("replay", "good.json", cwd=tmp_path).returncode == 1


@pytest.mark.parametrize(("_name", "expected", "marked"), bad_taps.CASES,
                         ids=ids(bad_taps.CASES))
def test_scenario(refuse, tmp_path, _name, expected, marked):
    text, line, column = bad_scenarios.place_of(marked)
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8", newline="")
    for command in commands_for("bad.yaml"):
        said = refuse(*command)
        assert said.startswith(f"bad.yaml:{line}:{column}: ")
        check_words(said, expected)


@pytest.mark.parametrize("said", [
    "sometimes, sometimes", "never, rarer than reattach", "always, more often than reattach",
    "always, in fewer interleavings than reattach", "rarer than reattach, more often than counter",
    "more often than reattach, in fewer interleavings than reattach",
])
def test_claims_that_can_hold_together(tapweave, tmp_path, said):
    """They may fail, but then it is the scenario that says so."""
    text = bad_scenarios.scenario(claims=f"{{atomic: {{deadlock: [{said}]}}}}")
    (tmp_path / "good.yaml").write_text(text, encoding="utf-8")
    assert tapweave("check", "good.yaml", cwd=tmp_path).returncode in (0, 1)


@pytest.mark.parametrize(("_name", "expected", "marked"), bad_traces.CASES,
                         ids=ids(bad_traces.CASES))
def test_trace(refuse, tmp_path, _name, expected, marked):
    text, line, first, last = bad_traces.place_of(marked)
    (tmp_path / "good.yaml").write_text(bad_scenarios.scenario(), encoding="utf-8")
    (tmp_path / "bad.json").write_text(text, encoding="utf-8", newline="")
    said = refuse("replay", "bad.json", prints=True)
    places = [f"bad.json:{line}:{column}: " for column in range(first, last + 1)]
    assert said.startswith(tuple(places))
    check_words(said, expected)


# Bytes that are no text, with the line and column of the first wrong one.
@pytest.mark.parametrize(("content", "place"), [
    (b"title: A title\nreport: caf\xe9 au lait\n", "2:12"),
    (b"title: A title\n# \xc0\xaf\nreport: none\n", "2:3"),
    ("title: A title\nreport: \ud800\n".encode("utf-8", "surrogatepass"), "2:9"),
    ("title: \u00e9\u00e9\n".encode() + b"report: \xff\n", "2:9"),
], ids=["latin-1", "overlong", "surrogate", "behind-good-ones"])
def test_scenario_that_is_not_utf8(refuse, tmp_path, content, place):
    (tmp_path / "bad.yaml").write_bytes(content)
    for command in commands_for("bad.yaml"):
        said = refuse(*command)
        assert said.startswith(f"bad.yaml:{place}: ")
        assert re.search("UTF-8|Unicode", said)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_files_in_utf16(refuse, tmp_path, encoding):
    mark = "" if encoding == "utf-16" else "\ufeff"
    (tmp_path / "bad.yaml").write_bytes((mark + bad_scenarios.scenario()).encode(encoding))
    (tmp_path / "bad.json").write_bytes((mark + bad_traces.trace()).encode(encoding))
    for command in (*commands_for("bad.yaml"), ["replay", "bad.json"]):
        assert refuse(*command) == f"{command[-1]}:1:1: this is UTF-16: it has to be UTF-8"


def test_a_byte_order_mark_is_no_part_of_a_file(tapweave, refuse, tmp_path):
    """Some editors put one in front of UTF-8; places are what the editor shows."""
    (tmp_path / "good.yaml").write_text(bad_scenarios.scenario(), encoding="utf-8-sig")
    (tmp_path / "good.json").write_text(bad_traces.trace(), encoding="utf-8-sig")
    assert tapweave("check", "good.yaml", cwd=tmp_path).returncode == 0
    assert tapweave("replay", "good.json", cwd=tmp_path).returncode == 1
    (tmp_path / "bad.yaml").write_text("tilte: a\n", encoding="utf-8-sig")
    (tmp_path / "bad.json").write_text('{"shcema": 1}', encoding="utf-8-sig")
    for command in commands_for("bad.yaml"):
        assert refuse(*command).startswith("bad.yaml:1:1: unknown key 'tilte'")
    assert refuse("replay", "bad.json").startswith("bad.json:1:2: unknown key 'shcema'")
    (tmp_path / "bad.yaml").write_text("", encoding="utf-8-sig")
    assert refuse("check", "bad.yaml") == "bad.yaml:1:1: there is nothing in this file"


@pytest.mark.parametrize("actors", [
    "[delete vnet3]", "[delete-port vnet0, rename vnet1 t0]", "[[rename vnet0 t0, delete t0]]",
    "[create t0, delete t0]", "[delete tap-a-0]", "[delete-port gone7]", "[delete t7]",
    "[delete tap-2-0]", "[delete mytap-c-1]", "[delete mytap1]"])
def test_names_that_something_may_have(tapweave, tmp_path, actors):
    text = bad_scenarios.scenario(actors=actors, devices="{t7: {kind: tap}}",
                                  rows="{gone7: {bridge: br0}}",
                                  claims="{counter: {deadlock: never}}",
                                  guests="{a: {nic: {bridge: br0}, state: running}, "
                                         "c: {nic: {bridge: br0, name: mytap%d}}, "
                                         "long-name-b: {nic: {bridge: br0}}}")
    (tmp_path / "good.yaml").write_text(text, encoding="utf-8")
    run = tapweave("check", "good.yaml", cwd=tmp_path)
    assert run.returncode == 0, run.stderr


def test_trace_that_is_not_utf8(refuse, tmp_path):
    (tmp_path / "bad.json").write_bytes(b'{\n"schema": "caf\xe9"}')
    said = refuse("replay", "bad.json")
    assert said.startswith(tuple(f"bad.json:2:{column}: " for column in range(11, 16)))
    assert "0xe9" in said


def test_files_as_large_as_allowed_and_larger(tapweave, refuse, tmp_path):
    scenario, trace = bad_scenarios.scenario(), bad_traces.trace()
    fill = "#" * (LARGEST_SCENARIO - len(scenario) - 1) + "\n"
    (tmp_path / "good.yaml").write_text(scenario + fill, encoding="utf-8")
    (tmp_path / "large.yaml").write_text(scenario + "#" + fill, encoding="utf-8")
    blanks = " " * (LARGEST_TRACE - len(trace))
    (tmp_path / "good.json").write_text(trace + blanks, encoding="utf-8")
    (tmp_path / "large.json").write_text(trace + blanks + " ", encoding="utf-8")
    assert tapweave("check", "good.yaml", cwd=tmp_path).returncode == 0
    assert tapweave("replay", "good.json", cwd=tmp_path).returncode == 1
    for command in commands_for("large.yaml"):
        assert refuse(*command) == f"large.yaml: larger than {LARGEST_SCENARIO} bytes"
    assert refuse("replay", "large.json") == f"large.json: larger than {LARGEST_TRACE} bytes"


@pytest.mark.parametrize("brackets", ["[", "{a: ", "- "], ids=["lists", "mappings", "block"])
def test_a_file_full_of_brackets_is_refused_at_once(tapweave, tmp_path, brackets):
    """No file of the size that is allowed may keep anybody waiting."""
    text = "title: " + brackets * ((LARGEST_SCENARIO - 8) // len(brackets)) + "\n"
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")
    run = tapweave("check", "bad.yaml", cwd=tmp_path, timeout=3)
    assert run.returncode == 2 and run.stderr.startswith("tapweave: bad.yaml:")


@pytest.mark.parametrize(("name", "said"), [
    ("missing", "missing: cannot be opened: No such file or directory"),
    ("folder", "folder: cannot be read: Is a directory"),
    ("file/below", "file/below: cannot be opened: Not a directory"),
    ("", "cannot be opened: No such file or directory"),
])
def test_no_file(refuse, tmp_path, name, said):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    for command in (*commands_for(name), ["replay", name],
                    ["replay", "-p", POLICY, "-s", "a", name]):
        assert said in refuse(*command)


def test_file_that_may_not_be_read(refuse, tmp_path):
    (tmp_path / "secret").write_text(bad_scenarios.scenario(), encoding="utf-8")
    (tmp_path / "secret").chmod(0)
    for command in commands_for("secret"):
        said = refuse(*command, under=() if os.geteuid() else ROOT_WHO_MAY_NOT)
        assert said == "secret: cannot be opened: Permission denied"


def test_one_bad_scenario_among_good_ones(refuse, tmp_path):
    """Nothing is run and nothing is printed before all of them have been read."""
    (tmp_path / "good.yaml").write_text(bad_scenarios.scenario(), encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("title: 1\n", encoding="utf-8")
    assert refuse("check", "good.yaml", "bad.yaml").startswith("bad.yaml:1:1: a scenario lacks")


def test_trace_of_a_scenario_that_is_bad(refuse, tmp_path):
    """The complaint is about the scenario's file, then."""
    (tmp_path / "good.json").write_text(bad_traces.trace(), encoding="utf-8")
    assert refuse("replay", "good.json").startswith("good.yaml: cannot be opened: ")
    (tmp_path / "good.yaml").write_text("title: 1\n", encoding="utf-8")
    assert refuse("replay", "good.json").startswith("good.yaml:1:1: a scenario lacks 'report'")


@pytest.mark.parametrize(("schedule", "said"), [
    ("kernel/a", "schedule:1:1: step 1: kernel/a cannot take a step here; enabled: a, b"),
    ("a  kernel/a a", "schedule:1:3: step 3: a cannot take a step here; enabled: b, kernel/a"),
    ("a kernel/c", "schedule:1:2: step 2: unknown actor 'kernel/c'; did you mean 'kernel/a'?"),
    ("a " + "x" * 80, "schedule:1:2: "),
    ("a " * (bad_traces.MOST_STEPS + 1), f"schedule:1:{bad_traces.MOST_STEPS + 1}: "),
], ids=["not-enabled", "not-enabled-later", "unknown", "long-name", "too-many"])
def test_schedule(refuse, tmp_path, schedule, said):
    """In a schedule on the command line the column is the step's number."""
    (tmp_path / "good.yaml").write_text(bad_scenarios.scenario(), encoding="utf-8")
    arguments = ["replay", "-p", POLICY, "-s", schedule, "good.yaml"]
    assert refuse(*arguments, prints=True).startswith(said)


def test_steps_that_were_not_taken_are_not_shown(tapweave, tmp_path):
    """A step with another name is refused, so what it would have violated is not violated."""
    text = bad_traces.trace(steps=bad_traces.steps(
        bad_traces.KILL, bad_traces.CLOSE, bad_traces.step("b", "set-mac")))
    (tmp_path / "good.yaml").write_text(bad_scenarios.scenario(), encoding="utf-8")
    (tmp_path / "bad.json").write_text(text, encoding="utf-8")
    run = tapweave("replay", "bad.json", cwd=tmp_path)
    assert run.returncode == 2 and "close-descriptors" in run.stdout
    assert "create-tap" not in run.stdout and "duplicate-name" not in run.stdout


def test_a_path_is_named_whole(refuse, tmp_path):
    """However long it is: somebody has to find the file."""
    folder = tmp_path / ("d" * 200) / ("e" * 100)
    folder.mkdir(parents=True)
    (folder / "bad.yaml").write_text("«", encoding="utf-8")
    path = str((folder / "bad.yaml").relative_to(tmp_path))
    for command in commands_for(path):
        assert refuse(*command).startswith(path + ":1:1: ")


def test_a_path_cannot_forge_lines(refuse):
    """A file's name may have any byte; what is printed of it is still one line."""
    assert "cannot be opened" in refuse("check", "no\ntapweave: such\x1b[2Jfile")
