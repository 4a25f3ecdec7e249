"""The same question has the same answer, byte for byte, whatever is different around it.

Text and JSON of every command are compared with those of a plain run, but for what stands under
"timing": another date, a clock that runs a thousand times faster, locale, time zone, umask, size
of the environment, addresses, contents of fresh memory, working folder, order of files."""
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from conftest import SCENARIOS

RACE = "scenarios/reported-race.yaml"
SCHEDULE = "a kernel/a b b b kernel/a"
COMMANDS = [
    ["check", *SCENARIOS],
    ["check", "--all-policies", "--colour=always", RACE, "scenarios/linux-bridge.yaml"],
    ["check", "--all-policies", "--matrix", "--jobs=3", RACE, "scenarios/crash.yaml"],
    ["check", "-p", "libvirt-6.6,port-guard=exists", "--jobs=3", *SCENARIOS[:20]],
    ["explore", "-p", "fin-wait", RACE],
    ["explore", "-p", "libvirt-6.6", "scenarios/two-rounds.yaml"],
    ["explore", "-p", "libvirt-6.6", "--max-states", "50", RACE],
    ["explore", "-p", "mac-check", "--sample=pct", "--seed=3", "--walks=2000", RACE],
    ["explore", "-p", "mac-check", "--sample=random", "--preemptions=2", "--walks=2000", RACE],
    ["replay", "-p", "libvirt-6.6", "-s", SCHEDULE, RACE],
    ["list", "policies"],
    ["list", "machines"],
    ["list", "scenarios"],
]
TIMING = re.compile(r'"timing": \{[^{}]*\}')


def results(run):
    """What all commands give, as text and as JSON, which only `list` does not write beside it;
    `run` is like the fixture tapweave."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        for command in COMMANDS:
            written = run(*command, "--json", path)
            text = run(*command) if command[0] == "list" else written
            assert text.stderr == written.stderr == ""
            assert text.returncode == written.returncode
            path.chmod(0o600)
            data = path.read_text(encoding="utf-8")
            path.unlink()
            found.append((text.returncode, text.stdout, TIMING.sub("", data)))
    return found


@pytest.fixture(name="plain", scope="module")
def plain_results(tapweave):
    return results(tapweave)


@pytest.fixture(name="compare")
def make_compare(tapweave, plain):
    """Runs everything with these keyword arguments of the fixture tapweave, and compares."""
    def compare(**around):
        changed = results(lambda *arguments: tapweave(*arguments, **around))
        for command, before, after in zip(COMMANDS, plain, changed, strict=True):
            assert before == after, command[:3]
    return compare


def why_no_fixed_addresses():
    if shutil.which("setarch") is None:
        return "needs setarch: not installed"
    run = subprocess.run(["setarch", "-R", "true"], capture_output=True, check=False)
    return run.stderr.decode().strip() if run.returncode else ""


NO_FAKETIME = "" if shutil.which("faketime") else "needs faketime: not installed"
NO_FIXED_ADDRESSES = why_no_fixed_addresses()


def test_what_is_compared_is_something(plain):
    statuses = [status for status, _, _ in plain]
    assert statuses == [0, 0, 0, 1, 1, 1, 3, 1, 1, 1, 0, 0, 0]
    assert all(text and data for _, text, data in plain)


def test_again(compare):
    compare()


@pytest.mark.skipif(NO_FAKETIME != "", reason=NO_FAKETIME)
@pytest.mark.parametrize("when", [["2031-02-03"], ["1971-01-01 00:00:00"], ["-f", "+0 x1000"]],
                         ids=" ".join)
def test_another_time(compare, when):
    compare(under=["faketime", *when])


@pytest.mark.parametrize("name", ["C", "C.UTF-8", "POSIX"])
def test_a_plain_locale(compare, name):
    compare(env={"LC_ALL": name, "LANG": name})


@pytest.mark.parametrize("language", ["tr_TR", "de_DE"])
def test_a_locale_with_other_rules(compare, tmp_path, language):
    """In Turkish I is not the capital of i; in both a fraction has a comma."""
    name = f"{language}.UTF-8"
    made = subprocess.run(["localedef", "-i", language, "-f", "UTF-8", tmp_path / name],
                          capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    there = {"LC_ALL": name, "LANGUAGE": name, "LOCPATH": str(tmp_path)}
    asked = subprocess.check_output(["locale", "decimal_point"], env=os.environ | there, text=True)
    assert asked == ",\n"
    compare(env=there)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "XYZ-13:45", ":nowhere"])
def test_another_time_zone(compare, zone):
    compare(env={"TZ": zone})


@pytest.mark.parametrize("mask", [0o000, 0o777])
def test_another_umask(compare, mask):
    compare(umask=mask)


@pytest.mark.parametrize("size", [1, 4097, 100000])
def test_a_larger_environment(compare, size):
    """It moves the stack, and what may lie there from before."""
    compare(env={"FILLING": "x" * size})


def test_an_empty_environment(compare):
    compare(under=["env", "-i"])


@pytest.mark.skipif(NO_FIXED_ADDRESSES != "", reason=NO_FIXED_ADDRESSES)
def test_fixed_addresses(compare):
    compare(under=["setarch", "-R"])


@pytest.mark.parametrize("byte", [1, 85, 170, 255])
def test_other_contents_of_fresh_memory(compare, byte):
    """What is read before it is written shows, as glibc fills memory with this byte."""
    compare(env={"MALLOC_PERTURB_": str(byte)})


def test_another_working_folder(tapweave, tmp_path):
    """The paths are what was given; nothing else depends on the folder."""
    scenario = tapweave.root / RACE
    here = tapweave.json("explore", "-p", "fin-wait", scenario, status=1)
    there = tapweave.json("explore", "-p", "fin-wait", scenario, cwd=tmp_path, status=1)
    assert {**here, "timing": 0} == {**there, "timing": 0}
    shutil.copy(scenario, tmp_path / "copy.yaml")
    copy = tapweave.json("explore", "-p", "fin-wait", "copy.yaml", cwd=tmp_path, status=1)
    assert here["counts"] == copy["counts"]
    assert json.dumps(here["oracles"]).replace(str(scenario), "copy.yaml") == json.dumps(
        copy["oracles"])


def test_any_number_of_jobs(tapweave):
    """Each cell is decided by one thread, whichever that is."""
    command = ["check", "--all-policies", "--matrix", *SCENARIOS[::4]]
    runs = [[tapweave(*command, f"--jobs={jobs}", *json_too) for json_too in ([], ["--json", "-"])]
            for jobs in (1, 2, 7, 64)]
    said = {tuple((run.returncode, TIMING.sub("", run.stdout), run.stderr) for run in both)
            for both in runs}
    assert len(said) == 1 and all(run.returncode == 0 for both in runs for run in both)


def by_scenario(tapweave, paths):
    """What check says of each scenario: its results, its claims, and its part of the text."""
    data = tapweave.json("check", *paths, status=0)
    *parts, summary = tapweave("check", "--matrix", *paths).stdout.split("\n\n", len(paths))
    assert len(parts) == len(paths)
    results_of, claims_of = {}, {}
    for result in data["results"]:
        results_of.setdefault(result["scenario"]["path"], []).append({**result, "timing": 0})
    for claim in data["claims"]:
        claims_of.setdefault(claim["scenario"], []).append(claim)
    found = {str(path): (results_of[str(path)], claims_of[str(path)], part)
             for path, part in zip(paths, parts, strict=True)}
    return list(results_of), found, summary


def test_the_order_of_scenarios(tapweave):
    """They are treated in the order of the command line, and none of them knows of the others."""
    halves = len(SCENARIOS) // 2
    order, together, summary = by_scenario(tapweave, SCENARIOS)
    assert order == [str(path) for path in SCENARIOS]
    for paths in (SCENARIOS[::-1], SCENARIOS[halves:] + SCENARIOS[:halves]):
        order, found, other_summary = by_scenario(tapweave, paths)
        assert order == [str(path) for path in paths]
        assert found == together and other_summary == summary
    for path in SCENARIOS:
        assert by_scenario(tapweave, [path])[1] == {str(path): together[str(path)]}


def test_the_order_in_a_folder(tapweave, tmp_path):
    """A folder lists its files as it likes; `list scenarios` sorts them by their names' bytes."""
    names = ["B.yaml", "a.yaml", "b-1.yaml", "b.yaml", "b1.yaml", "\u00e9.yaml"]
    said = []
    for number, order in enumerate((names, names[::-1], names[3:] + names[:3])):
        folder = tmp_path / str(number) / "folder"
        folder.mkdir(parents=True)
        for name in order:
            shutil.copy(tapweave.root / RACE, folder / name)
        said.append(tapweave("list", "scenarios", "folder", cwd=folder.parent).stdout)
    assert said[0] == said[1] == said[2]
    listed = re.findall(r"^  folder/(\S+)", said[0], re.MULTILINE)
    assert listed == sorted(names, key=os.fsencode)
