"""check under mpirun and srun: processes that were started together share one check.

Slurm is played by its variables, as srun sets them.  Open MPI is the real one, if it is there."""
import fcntl
import json
import os
import re
import shutil
import subprocess
import time

import pytest
from conftest import ROOT, environment
from parts import load, text_of, write

MPIRUN = shutil.which("mpirun")


def srun(number, of, job="7"):
    return {"SLURM_PROCID": str(number), "SLURM_STEP_NUM_TASKS": str(of), "SLURM_NTASKS": str(of),
            "SLURM_JOB_ID": job, "SLURM_STEP_ID": "0"}


@pytest.fixture(name="files")
def make_files(tmp_path):
    return write(tmp_path)


@pytest.fixture(name="start")
def make_start(tapweave, tmp_path):
    def start(*arguments, **env):
        return subprocess.Popen([tapweave.binary, "check", *arguments], cwd=tmp_path,
                                env=environment(env), stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)
    return start


def together(start, of, *arguments, order=1, job="7"):
    """All processes of a step: (status, stdout, stderr) of each."""
    running = [start(*arguments, **srun(number, of, job)) for number in list(range(of))[::order]]
    ended = [(*process.communicate(timeout=60), process.returncode) for process in running][::order]
    return [(status, out, err) for out, err, status in ended]


@pytest.mark.parametrize("of", [2, 3, 5, 11])
@pytest.mark.parametrize("order", [1, -1], ids=["first-first", "first-last"])
def test_processes_are_one_check(tapweave, start, files, tmp_path, of, order):
    """The first one says and writes everything, whichever begins first, and the others nothing."""
    whole = tapweave("check", *files, "--json", "whole.json", cwd=tmp_path)
    (first, *others) = together(start, of, *files, "--json", "out.json", order=order)
    assert first == (whole.returncode, whole.stdout, "") and whole.returncode == 1
    assert others == [(0, "", "")] * (of - 1)
    assert text_of(tmp_path / "out.json") == text_of(tmp_path / "whole.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [*files, "out.json", "whole.json"])


def test_they_share_the_work(start, files, tmp_path):
    """The first one waits for what it has not decided itself."""
    first = start(*files, "--json", "out.json", **srun(0, 2))
    time.sleep(1)
    assert first.poll() is None and not (tmp_path / "out.json").exists()
    second = start(*files, "--json", "out.json", **srun(1, 2))
    assert second.wait(timeout=60) == 0 and first.wait(timeout=60) == 1
    assert len(load(tmp_path / "out.json")["results"]) == 8


def test_without_a_file_they_meet_in_the_current_folder(tapweave, start, files, tmp_path):
    first, second = together(start, 2, *files)
    assert first[1] == tapweave("check", *files, cwd=tmp_path).stdout and second == (0, "", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == files


def test_to_standard_output(tapweave, start, files, tmp_path):
    first, _ = together(start, 2, *files, "--json", "-")
    whole = tapweave("check", *files, "--json", "-", cwd=tmp_path).stdout
    (tmp_path / "a").write_text(first[1], encoding="utf-8")
    (tmp_path / "b").write_text(whole, encoding="utf-8")
    assert text_of(tmp_path / "a") == text_of(tmp_path / "b")


def test_a_note_is_said_once(tapweave, start, files, tmp_path):
    """Of a scenario in the folder that takes minutes, and is left out."""
    shutil.copy(ROOT / "tests/golden/any-number.yaml", tmp_path)
    env = {"TAPWEAVE_SCENARIOS": str(tmp_path)}
    whole = tapweave("check", "--all-policies", cwd=tmp_path, env=env)
    running = [start("--all-policies", **srun(number, 2), **env) for number in (0, 1)]
    (out, err), others = running[0].communicate(timeout=60), running[1].communicate(timeout=60)
    assert (out, err) == (whole.stdout, whole.stderr) and others == ("", "")
    assert "any-number.yaml is left out" in err and len(files) == 3


def test_bad_input_is_said_once(start, files):
    first, *others = together(start, 3, *files, "no.yaml")
    assert first == (2, "", "tapweave: no.yaml: cannot be opened: No such file or directory\n")
    assert others == [(0, "", "")] * 2


def test_what_only_another_one_cannot_read(start, files, tmp_path):
    """It hands over why, and the first one says it."""
    (tmp_path / "other").mkdir()
    process = [start(*files, "--json", tmp_path / "out.json", **srun(0, 2))]
    process.append(subprocess.Popen([*process[0].args], cwd=tmp_path / "other",
                                    env=environment(srun(1, 2)), stderr=subprocess.PIPE))
    out, err = process[0].communicate(timeout=60)
    assert process[1].wait(timeout=60) == 0 and process[1].stderr.read() == b""
    assert (process[0].returncode, out) == (2, "")
    assert err == "tapweave: chained.yaml: cannot be opened: No such file or directory\n"
    assert not (tmp_path / "out.json").exists()


def test_one_that_ends_without_a_result(start, files, tmp_path):
    """As if it had crashed: its lock goes, and the first one does not wait for ever."""
    with open(tmp_path / "out.json.7-0.ranks", "w+b") as file:
        file.write(b"\0+")
        file.flush()
        fcntl.lockf(file, fcntl.LOCK_EX, 1, 1)
        first = start(*files, "--json", "out.json", **srun(0, 2))
        time.sleep(0.5)
        assert first.poll() is None, "the lock is held"
    out, err = first.communicate(timeout=60)
    assert (first.returncode, out) == (3, "")
    assert err == "tapweave: process 1 of 2 has ended without a result\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == files


@pytest.mark.skipif(shutil.which("faketime") is None, reason="needs faketime: not installed")
def test_one_that_never_comes(tapweave, files, tmp_path):
    """A minute, by a clock that goes 60 times as fast: what the others decide is not known."""
    run = tapweave("check", *files, "--json", "out.json", cwd=tmp_path, env=srun(0, 2),
                   under=["faketime", "-f", "+0 x60"])
    assert (run.returncode, run.stdout) == (3, "") and not (tmp_path / "out.json").exists()
    assert run.stderr == ("tapweave: process 1 of 2 has not come to out.json.7-0.ranks for 60 s: "
                          "do all of them have this folder?\n")


def test_two_with_one_number(start, files, tmp_path):
    first = start(*files, **srun(0, 2))
    while not list(tmp_path.glob("*.ranks")):
        time.sleep(0.01)
    time.sleep(0.2)
    again = start(*files, **srun(0, 2))
    assert again.wait(timeout=60) == 2
    assert "tapweave.7-0.ranks: the processes of SLURM_PROCID cannot meet" in again.stderr.read()
    start(*files, **srun(1, 2)).wait(timeout=60)
    assert first.wait(timeout=60) == 1


def test_where_they_cannot_meet(start, files):
    first = start(*files, "--json", "nowhere/out.json", **srun(0, 2))
    _, err = first.communicate(timeout=60)
    assert first.returncode == 2
    assert re.fullmatch(r"tapweave: nowhere/out.json.7-0.ranks: the processes of SLURM_PROCID "
                        r"cannot meet in this file: No such file or directory\n", err)


def test_a_step_of_one(tapweave, start, files, tmp_path):
    (only,) = together(start, 1, *files)
    assert only[1] == tapweave("check", *files, cwd=tmp_path).stdout


def test_processes_of_one_job_of_several(tapweave, start, files, tmp_path):
    """srun in an array: the step decides the array's part, which is merged as any other."""
    for part in (1, 2):
        running = [start(*files, "--json", f"{part}.json", **srun(number, 2, str(part)),
                         SLURM_ARRAY_TASK_ID=str(part), SLURM_ARRAY_TASK_COUNT="2",
                         SLURM_ARRAY_TASK_MIN="1", SLURM_ARRAY_TASK_STEP="1") for number in (0, 1)]
        assert [process.wait(timeout=60) in (0, 1) for process in running] == [True, True]
        tapweave("check", *files, "--shard", f"{part}/2", "--json", f"alone-{part}.json",
                 cwd=tmp_path)
        assert text_of(tmp_path / f"{part}.json") == text_of(tmp_path / f"alone-{part}.json")
    run = tapweave("merge", "1.json", "2.json", "--json", "m.json", cwd=tmp_path)
    tapweave("check", *files, "--json", "whole.json", cwd=tmp_path)
    assert run.returncode == 1 and text_of(tmp_path / "m.json") == text_of(tmp_path / "whole.json")


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs two processors")
@pytest.mark.parametrize("of", [1, 2])
def test_as_many_threads_as_processors_that_it_may_use(tapweave, files, tmp_path, of):
    """mpirun and srun give each process its own.  On a terminal, check says how many there were."""
    some = set(sorted(os.sched_getaffinity(0))[:of])
    ours, theirs = os.openpty()
    tapweave("check", *files, cwd=tmp_path, stderr=theirs,
             preexec_fn=lambda: os.sched_setaffinity(0, some))
    said = os.read(ours, 4096).decode()
    os.close(theirs)
    os.close(ours)
    assert re.search(rf"8 cells in [\d.]+ s, {of} at a time", said), said


# ---- Open MPI ----

@pytest.mark.skipif(MPIRUN is None, reason="needs mpirun: not installed")
@pytest.mark.parametrize("of", [2, 3])
def test_mpirun(tapweave, files, tmp_path, of):
    root = ["--allow-run-as-root"] if os.geteuid() == 0 else []
    under = [MPIRUN, *root, "--oversubscribe", "-n", of]
    good = files[:2]
    whole = tapweave("check", *good, "--json", "whole.json", cwd=tmp_path)
    run = tapweave("check", *good, "--json", "out.json", cwd=tmp_path, under=under)
    assert (run.returncode, run.stdout) == (0, whole.stdout), run.stderr
    assert text_of(tmp_path / "out.json") == text_of(tmp_path / "whole.json")
    bad = tapweave("check", *files, "--json", "out.json", cwd=tmp_path, under=under)
    tapweave("check", *files, "--json", "whole.json", cwd=tmp_path)
    assert bad.returncode == 1 and "wrong.yaml:6: the claim about" in bad.stdout
    assert text_of(tmp_path / "out.json") == text_of(tmp_path / "whole.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [*files, "out.json", "whole.json"])
    assert json.loads((tmp_path / "out.json").read_bytes())["schema"] == "tapweave-check/1"
