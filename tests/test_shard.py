"""check --shard and merge: parts of a check, and the whole of them."""
import json
import re
import shutil
from collections import Counter

import pytest
from bad_scenarios import scenario
from conftest import SCENARIOS
from parts import CELLS, UNITS, load, text_of, write


@pytest.fixture(name="files")
def make_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return write(tmp_path)


@pytest.fixture(name="check")
def make_check(tapweave, tmp_path):
    def check(*arguments, command="check", **more):
        return tapweave(command, *arguments, cwd=tmp_path, **more)
    return check


def parts_of(check, number, *arguments):
    """Runs each part; their files, and their runs."""
    runs = [check(*arguments, "--shard", f"{i}/{number}", "--json", f"{i}-of-{number}.json")
            for i in range(1, number + 1)]
    assert all(run.stderr == "" for run in runs), [run.stderr for run in runs]
    return [f"{i}-of-{number}.json" for i in range(1, number + 1)], runs


def same_as_whole(check, tmp_path, number, *arguments, order=1):
    """Merged parts print, write and return what one run does."""
    whole = check(*arguments, "--json", "whole.json", "--report", "junit=whole.xml")
    names, _ = parts_of(check, number, *arguments)
    merged = check(*names[::order], "--json", "merged.json", "--report", "junit=merged.xml",
                   command="merge")
    assert merged.stderr == whole.stderr == ""
    assert (merged.returncode, merged.stdout) == (whole.returncode, whole.stdout)
    assert text_of(tmp_path / "merged.json") == text_of(tmp_path / "whole.json")
    assert (tmp_path / "merged.xml").read_bytes() == (tmp_path / "whole.xml").read_bytes()
    return whole


# Primes, more parts than cells, and the whole.
@pytest.mark.parametrize("number", [2, 3, 4, 5, 7, 13])
@pytest.mark.parametrize("options", [[], ["--all-policies"], ["-p", "libvirt-6.6,port-guard=mac"]],
                         ids=["claims", "all", "own"])
def test_merged_parts_are_the_whole(check, files, tmp_path, number, options):
    whole = same_as_whole(check, tmp_path, number, *options, *files, order=-1)
    assert whole.returncode == 1


def test_four_parts_of_all_scenarios(check, tmp_path):
    for path in SCENARIOS:
        shutil.copy(path, tmp_path)
    whole = same_as_whole(check, tmp_path, 4, *sorted(path.name for path in SCENARIOS))
    assert whole.returncode == 0 and "every claim holds" in whole.stdout


def test_the_bytes_but_for_timing(check, files, tmp_path):
    """merge writes timing as the parts have it: with the same timing, the file is the same."""
    check(*files, "--json", "whole.json")
    names, _ = parts_of(check, 3, *files)
    check(*names, "--json", "merged.json", command="merge")
    seconds = re.compile(rb'"seconds": [0-9.e-]+')
    whole, merged = ((tmp_path / name).read_bytes() for name in ("whole.json", "merged.json"))
    assert whole != merged and seconds.sub(b"", whole) == seconds.sub(b"", merged)
    timings = [result["timing"] for name in names for result in load(tmp_path / name)["results"]]
    assert sorted(map(str, timings)) == sorted(
        str(result["timing"]) for result in load(tmp_path / "merged.json")["results"])


def test_one_table_is_merged_as_well(check, files, tmp_path):
    """Of one scenario, check prints a table, with the share of each cell, and what is waited for in
    vain."""
    (tmp_path / "late.yaml").write_text(
        scenario(actors="[stop a, {do: start b, after: del-port a}]",
                 claims="{libvirt-6.6: {}, owner-delete: {}}"), encoding="utf-8")
    assert "no run has these steps" in same_as_whole(check, tmp_path, 2, "late.yaml").stdout
    same_as_whole(check, tmp_path, 3, "chained.yaml")
    same_as_whole(check, tmp_path, 2, "--max-states=60", "chained.yaml")


def test_matrix_is_for_merge(check, files):
    whole = check("--matrix", *files)
    names, _ = parts_of(check, 2, *files)
    assert check("--matrix", *names, command="merge").stdout == whole.stdout
    run = check("--matrix", "--shard", "1/2", *files)
    assert run.returncode == 2 and run.stdout == ""
    assert "--matrix is of the whole, and this is part 1 of 2 (--shard)" in run.stderr


@pytest.mark.parametrize("number", [1, 2, 3, 5, 8])
def test_each_cell_is_of_one_part(check, files, tmp_path, number):
    """What claims compare stays together; parts are as even as that lets them be."""
    names, runs = parts_of(check, number, *files)
    if number == 1:
        assert load(tmp_path / names[0])["schema"] == "tapweave-check/1"
        return
    found, sizes = Counter(), []
    for name, run in zip(names, runs, strict=True):
        data = load(tmp_path / name)
        results = [(result["scenario"]["path"], result["policy"]) for result in data["results"]]
        chained = [policy for path, policy in results if path == "chained.yaml"]
        assert len(chained) in (0, 1, 4, 5) and (len(chained) < 4 or "mac-check" in chained)
        sizes.append(len(results) - (3 if len(chained) > 1 else 0))
        found.update(results)
        assert f" {len(results)} cell" in run.stdout or not results
    assert len(found) == sum(CELLS.values()) and set(found.values()) == {1}
    assert sum(sizes) == UNITS and max(sizes) - min(sizes) <= 1


def test_a_part_says_what_became_of_its_claims(check, files):
    _, runs = parts_of(check, 5, *files)
    assert sorted(run.returncode for run in runs) == [0, 0, 0, 0, 1]
    (bad,) = (run for run in runs if run.returncode)
    assert "wrong.yaml:6: the claim about libvirt-6.6 fails" in bad.stdout
    assert all(f"part {i} of 5 (--shard): 1 scenario, " in " ".join(run.stdout.split())
               for i, run in enumerate(runs, 1))
    assert "1 cell, 2 claims: 2 claims fail" in bad.stdout


def test_a_pair_is_of_one_part(check, files, tmp_path):
    """With -p: so each part says what is new and worse in its scenarios."""
    names, runs = parts_of(check, 2, "-p", "libvirt-6.6,port-guard=mac", *files)
    for name, run, has in zip(names, runs, (["chained.yaml", "wrong.yaml"], ["plain.yaml"]),
                              strict=True):
        assert [result["scenario"]["path"] for result in load(tmp_path / name)["results"]] == [
            path for path in has for _ in range(2)]
        assert f"its base, libvirt-6.6, in {len(has)} scenario" in run.stdout
        assert run.returncode == 1 and "spurious-error" in run.stdout


def test_a_part_of_which_there_is_nothing(check, files):
    _, runs = parts_of(check, 6, *files)
    assert runs[5].returncode == 0
    assert "part 6 of 6 (--shard): 0 scenarios, 0 policies, 0 cells, 0 claims" in runs[5].stdout


def test_reports_of_parts_are_the_report_of_the_whole(check, files, tmp_path):
    """As GitLab collects the reports of its jobs."""
    def cases(*arguments):
        check(*arguments, *files, "--report", "ktap=a")
        return [re.sub(r"(ok) \d+", r"\1", line) for line in
                (tmp_path / "a").read_text(encoding="utf-8").splitlines()[2:-1]]
    whole = cases()
    parts = sum((cases("--shard", f"{i}/3") for i in (1, 2, 3)), [])
    assert sorted(parts) == sorted(whole) and parts != whole


def test_an_inconclusive_part_is_an_inconclusive_whole(check, files, tmp_path):
    names, runs = parts_of(check, 2, "--max-states=10", *files)
    assert [run.returncode for run in runs] == [3, 3]
    run = check(*names, "--json", "merged.json", command="merge")
    assert run.returncode == 3 and "every claim holds" not in run.stdout
    assert {result["end"] for result in load(tmp_path / "merged.json")["results"]} == {
        "stopped at --max-states"}


# ---- what cannot be merged ----

def edit(path, change):
    data = load(path)
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")


def drop_result(data):
    del data["cells"][-1], data["results"][-1]


def no_violation(data):
    """A trace that is cut short violates nothing."""
    for result in data["results"]:
        for oracle in result["oracles"]:
            if oracle["trace"]:
                del oracle["trace"]["steps"][-1]


def unknown_actor(data):
    for result in data["results"]:
        for oracle in result["oracles"]:
            if oracle["trace"]:
                oracle["trace"]["steps"][0]["actor"] = "nobody"


REFUSED = {
    "missing": (["1", "3"], None, "merge: of 3 parts, 1 is missing: 2"),
    "two-missing": (["2"], None, "merge: of 3 parts, 2 are missing: 1, 3"),
    "twice": (["1", "2", "3", "1"], None, "1-of-3.json: is part 1 of 3, as 1-of-3.json is"),
    "version": ("123", lambda d: d["tool"].update(version="0.2"),
                "2-of-3.json: was made by another version of tapweave than 1-of-3.json"),
    "sources": ("123", lambda d: d["tool"].update(sources="0"),
                "2-of-3.json: was made by another version of tapweave than 1-of-3.json"),
    "options": ("123", lambda d: d["run"].update(max_states=10),
                "2-of-3.json: was made with other options than 1-of-3.json"),
    "scenarios": ("123", lambda d: d["scenarios"].pop(),
                  "2-of-3.json: was made of other scenarios than 1-of-3.json"),
    "edited": ("123", lambda d: d["scenarios"][0].update(sha256="0" * 64),
               "2-of-3.json: was made of other scenarios than 1-of-3.json"),
    "of": ("123", lambda d: d["shard"].update(of=4), "2-of-3.json: is one of 4 parts, and "
                                                     "1-of-3.json of 3"),
    "index": ("123", lambda d: d["shard"].update(index=4), "2-of-3.json: does not say which part"),
    "result-less": ("123", drop_result, "wrong.yaml: no part has the result of libvirt-6.6"),
    "foreign": ("123", lambda d: d["cells"].__setitem__(0, 0),
                "2-of-3.json: is damaged: it has a result that is not its own"),
    "number": ("123", lambda d: d["cells"].__setitem__(0, 99), "a result that is not its own"),
    "counts": ("123", lambda d: d["results"][0]["counts"].update(interleavings="x"),
               "2-of-3.json: is damaged: it has no result of chained.yaml under counter"),
    "policy": ("123", lambda d: d["results"][0].update(policy="atomic"),
               "2-of-3.json: is damaged: it has no result of chained.yaml under counter"),
    "trace": ("123", no_violation, "2-of-3.json: is damaged: it has no result of "),
    "actor": ("123", unknown_actor, "2-of-3.json: is damaged: it has no result of "),
    "schema": ("123", lambda d: d.update(schema="tapweave-check/1"),
               "2-of-3.json: is no part of a check (check --shard): it has the schema "
               "'tapweave-check/1', not 'tapweave-shard/1'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(check, files, tmp_path, name):
    which, change, said = REFUSED[name]
    parts_of(check, 3, *files)
    if change is not None:
        edit(tmp_path / "2-of-3.json", change)
    run = check(*(f"{i}-of-3.json" for i in which), "--json", "m.json", command="merge")
    assert (run.returncode, run.stdout) == (2, "")
    assert re.fullmatch(r"tapweave: [^\n]*\n", run.stderr) and said in run.stderr, run.stderr
    assert not (tmp_path / "m.json").exists()


def test_scenarios_that_have_changed_are_refused(check, files, tmp_path):
    names, _ = parts_of(check, 2, *files)
    (tmp_path / "plain.yaml").write_text(scenario(), encoding="utf-8")
    run = check(*names, command="merge")
    assert run.returncode == 2
    assert "plain.yaml: has changed since 1-of-2.json was made" in run.stderr


@pytest.mark.parametrize(("text", "said"), [
    ("", ":1:"), ("{", ":1:"), ("[]", "has the schema ''"), ('{"schema": 7}', "has the schema ''"),
    ('{"schema": "tapweave-shard/1", "schema": 1}', "is not JSON"),
    ('{"schema": "tapweave-shard/1"}', "does not say which part it is")])
def test_files_that_are_none(check, tmp_path, text, said):
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    run = check("a.json", command="merge")
    assert run.returncode == 2 and re.fullmatch(r"tapweave: a.json:[^\n]*\n", run.stderr)
    assert said in run.stderr


def test_merge_without_files(check, tmp_path):
    for arguments, said in (([], "merge needs the files"), (["no.json"], "No such file"),
                            (["."], "is a folder")):
        run = check(*arguments, command="merge")
        assert run.returncode == 2 and said in run.stderr


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/0", "1/", "/2", "a/b", "1/2x", "-1/2",
                                  "1/65537", "1/99999999999999999999", " 1/2", "1 /2", "1/+2"])
def test_bad_shards(check, files, text):
    run = check("--shard", text, *files)
    assert (run.returncode, run.stderr) == (
        2, f"tapweave: --shard '{text}': it has to be I/N, with I from 1 to N\n")


# ---- the environment ----

@pytest.mark.parametrize(("env", "part", "source"), [
    ({"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "3"}, "2/3", "CI_NODE_INDEX"),
    ({"SLURM_ARRAY_TASK_ID": "5", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "4",
      "SLURM_ARRAY_TASK_MAX": "6", "SLURM_ARRAY_TASK_STEP": "1"}, "2/3", "SLURM_ARRAY_TASK_ID"),
    ({"SLURM_ARRAY_TASK_ID": "20", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "0",
      "SLURM_ARRAY_TASK_STEP": "10"}, "3/3", "SLURM_ARRAY_TASK_ID"),
])
def test_a_job_of_several(check, files, tmp_path, env, part, source):
    run = check(*files, "--json", "env.json", env=env)
    assert check(*files, "--json", "shard.json", "--shard", part).returncode == run.returncode
    assert text_of(tmp_path / "env.json") == text_of(tmp_path / "shard.json")
    assert f"part {part.replace('/', ' of ')} ({source}): " in run.stdout
    assert check(*files, "--shard", "1/1", env=env).stdout == check(*files).stdout


@pytest.mark.parametrize("env", [
    {"CI_NODE_TOTAL": "1"}, {"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "1"}, {"CI_NODE_INDEX": "2"},
    {"CI_NODE_INDEX": "", "CI_NODE_TOTAL": ""}, {"SLURM_ARRAY_TASK_ID": "3"},
    # A batch script, which Slurm runs once, whatever number of tasks srun could start.
    {"SLURM_PROCID": "0", "SLURM_NTASKS": "4", "SLURM_JOB_ID": "9"},
])
def test_a_job_that_is_not_one_of_several(check, files, env):
    assert check(*files, env=env).stdout == check(*files).stdout


@pytest.mark.parametrize(("env", "said"), [
    ({"CI_NODE_INDEX": "x", "CI_NODE_TOTAL": "3"}, "CI_NODE_INDEX 'x': it has to be a whole"),
    ({"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "-3"}, "CI_NODE_TOTAL '-3': it has to be a whole"),
    ({"CI_NODE_INDEX": "0", "CI_NODE_TOTAL": "3"}, "CI_NODE_INDEX 0 is none of CI_NODE_TOTAL 3"),
    ({"CI_NODE_INDEX": "4", "CI_NODE_TOTAL": "3"}, "CI_NODE_INDEX 4 is none of CI_NODE_TOTAL 3"),
    ({"SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "1",
      "SLURM_ARRAY_TASK_STEP": "1"}, "SLURM_ARRAY_TASK_ID 7 is none of"),
    ({"SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "1",
      "SLURM_ARRAY_TASK_STEP": "0"}, "SLURM_ARRAY_TASK_ID 1 is none of"),
    ({"OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "2"}, "OMPI_COMM_WORLD_RANK 2 is none"),
])
def test_an_environment_that_makes_no_sense(check, files, env, said):
    """An array such as 1,3,7 has no equal steps: which part a task is cannot be told."""
    run = check(*files, env=env)
    assert (run.returncode, run.stdout) == (2, "")
    assert re.fullmatch(r"tapweave: [^\n]*\n", run.stderr) and said in run.stderr
    assert "--shard I/N" in run.stderr
