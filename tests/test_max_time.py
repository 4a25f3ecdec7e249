"""check --max-time: the whole of it ends, inconclusive, and says what is not decided."""
import re
import time

import pytest
from bad_scenarios import scenario

# Under 6 s of searching there is no end of it: four guests, each started and stopped twice.
LONG = {
    "guests": "{" + ", ".join(f"{g}: {{nic: {{bridge: br0}}, state: running}}" for g in "abcdef")
              + "}",
    "actors": "[" + ", ".join(f"[stop {g}, start {g}, stop {g}]" for g in "abcdef") + "]",
    "claims": "{fin-wait: {lost-attachment: never}, atomic: {lost-attachment: never}}",
}


@pytest.fixture(name="folder")
def make_folder(tmp_path):
    (tmp_path / "long.yaml").write_text(scenario(**LONG), encoding="utf-8")
    (tmp_path / "short.yaml").write_text(scenario(), encoding="utf-8")
    return tmp_path


def test_it_ends_inconclusive(tapweave, folder):
    """What was decided before stays so; what was not begun is not decided either."""
    begun = time.monotonic()
    run = tapweave("check", "short.yaml", "long.yaml", "--jobs=1", "--max-time=1", "--json",
                   "out.json", "--report", "junit=a.xml", cwd=folder)
    assert 0.9 < time.monotonic() - begun < 10
    assert run.returncode == 3 and "every claim holds" not in run.stdout
    assert ("\n--max-time has left undecided: long (fin-wait), long (atomic)\n") in run.stdout
    assert "2 claims are undecided, 2 cells are inconclusive" in run.stdout
    assert (folder / "a.xml").read_text(encoding="utf-8").count("<error ") == 2
    text = (folder / "out.json").read_text(encoding="utf-8")
    assert re.findall(r'"end": "([^"]*)"', text) == ["complete", *["stopped at --max-time"] * 2]


def test_a_part_that_ends_so_is_merged(tapweave, folder):
    for i in (1, 2):
        run = tapweave("check", "short.yaml", "long.yaml", "--max-time=0.5", "--shard", f"{i}/2",
                       "--json", f"{i}.json", cwd=folder)
        assert run.returncode == 3 and "--max-time has left undecided: long (" in run.stdout
    run = tapweave("merge", "1.json", "2.json", cwd=folder)
    assert run.returncode == 3
    assert "--max-time has left undecided: long (fin-wait), long (atomic)\n" in run.stdout


def test_a_claim_that_has_failed_fails(tapweave, folder):
    (folder / "short.yaml").write_text(
        scenario(claims="{libvirt-6.6: {lost-attachment: never}}"), encoding="utf-8")
    run = tapweave("check", "short.yaml", "long.yaml", "--jobs=1", "--max-time=0.5", cwd=folder)
    assert run.returncode == 1 and "left undecided" in run.stdout


def test_what_is_decided_in_time_is_as_without(tapweave, folder):
    with_it, without = (tapweave("check", "short.yaml", *more, cwd=folder)
                        for more in (["--max-time=60"], []))
    assert (with_it.returncode, with_it.stdout) == (without.returncode, without.stdout)
    assert with_it.returncode == 0


def test_many_are_named_on_a_line(tapweave, folder):
    run = tapweave("check", "--all-policies", "long.yaml", "--jobs=1", "--max-time=0.3", "--json",
                   "out.json", cwd=folder)
    (line,) = re.findall(r"--max-time has left undecided: .*", run.stdout)
    named = re.findall(r"long \(([^)]*)\)", line)
    assert len(line) <= 100 and int(re.search(r"and (\d+) more", line).group(1)) + len(named) == (
        folder / "out.json").read_text(encoding="utf-8").count('"stopped at --max-time"')


@pytest.mark.parametrize("text", ["0", "-1", "", "x", "1s", "nan", "inf"])
def test_bad_times(tapweave, folder, text):
    run = tapweave("check", "short.yaml", f"--max-time={text}", cwd=folder)
    assert (run.returncode, run.stderr) == (
        2, f"tapweave: --max-time '{text}': it has to be a number of seconds above 0\n")
