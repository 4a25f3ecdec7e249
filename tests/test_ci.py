"""docs/ci.md and docs/ci/: what they print is true, and their commands run.  GitLab, GitHub, Slurm
and podman are not there: their files are read, and their commands run as these would run them."""
import os
import re
import shlex
import shutil
import subprocess

import pytest
import yaml
from conftest import BINARY, ROOT, SCENARIOS, environment
from parts import load, text_of

PAGE = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
CI = ROOT / "docs/ci"


@pytest.fixture(name="shell")
def make_shell(tmp_path):
    """Runs a command in a folder that has the scenarios, and finds tapweave."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "tapweave").symlink_to(BINARY)
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    (tmp_path / "scenarios").mkdir()
    for path in SCENARIOS:
        shutil.copy(ROOT / path, tmp_path / "scenarios")

    def shell(command, **env):
        path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
        return subprocess.run(["sh", "-c", command], cwd=tmp_path, check=False, text=True,
                              env=environment({**env, "PATH": path}), capture_output=True,
                              timeout=120)
    return shell


def blocks():
    return [block for block in re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)
            if block.startswith("$ ")]


def test_what_the_page_prints_is_true(shell):
    """A command is a line behind "$ "; below it stands all that it prints, but for merge's."""
    found = 0
    for block in blocks():
        for command, printed in re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", block, re.MULTILINE):
            run = shell(command)
            assert run.stderr == "" and (printed in ("", run.stdout)), command
            found += printed != ""
    assert found >= 5


def test_the_page_s_baseline_exits_as_it_says(shell):
    assert shell("tapweave check tests/golden/fails.yaml --json baseline.json").returncode == 1
    assert shell("tapweave check tests/golden/fails.yaml --baseline baseline.json").returncode == 0


def spoil(tmp_path):
    """A claim that does not hold, in the scenario that comes last."""
    path = tmp_path / "scenarios" / "reported-race.yaml"
    text = path.read_text(encoding="utf-8")
    spoilt = re.sub(r"(counter: *\{[^}]*lost-attachment:) never", r"\1 always", text)
    assert spoilt != text
    path.write_text(spoilt, encoding="utf-8")


def is_whole(shell, tmp_path):
    """tapweave.json is what one check of all scenarios writes."""
    shell("tapweave check scenarios/*.yaml --json whole.json")
    assert text_of(tmp_path / "tapweave.json") == text_of(tmp_path / "whole.json")


@pytest.mark.parametrize("spoilt", [False, True])
def test_gitlab(shell, tmp_path, spoilt):
    jobs = yaml.safe_load((CI / "gitlab-ci.yml").read_text(encoding="utf-8"))
    stages, _ = jobs.pop("stages"), jobs.pop("variables")
    assert [job["stage"] for job in jobs.values()] == stages
    keys = {"stage", "image", "parallel", "script", "allow_failure", "artifacts"}
    assert all(set(job) <= keys and "script" in job for job in jobs.values())
    if spoilt:
        spoil(tmp_path)
    statuses = set()
    for index in range(1, jobs["check"]["parallel"] + 1):
        (command,) = jobs["check"]["script"]
        run = shell(command, CI_NODE_INDEX=str(index), CI_NODE_TOTAL="4")
        assert f"part {index} of 4 (CI_NODE_INDEX): " in run.stdout, run.stderr
        statuses.add(run.returncode)
    assert statuses == ({0, 1} if spoilt else {0})
    assert statuses - {0} <= set(jobs["check"]["allow_failure"]["exit_codes"])
    (command,) = jobs["merge"]["script"]
    run = shell(command, CI_NODE_TOTAL="1")
    assert run.returncode == spoilt and run.stderr == ""
    for job in jobs.values():
        for kept in [*job["artifacts"]["paths"], *job["artifacts"]["reports"].values()]:
            assert list(tmp_path.glob(kept)), kept
    assert len(load(tmp_path / "quality.json")) == spoilt
    is_whole(shell, tmp_path)


@pytest.mark.parametrize("spoilt", [False, True])
def test_github(shell, tmp_path, spoilt):
    flow = yaml.safe_load((CI / "github-workflow.yml").read_text(encoding="utf-8"))
    assert set(flow) == {"name", True, "permissions", "jobs"}  # YAML 1.1 reads `on` as true
    check, merge = flow["jobs"]["check"], flow["jobs"]["merge"]
    assert merge["needs"] == "check"
    for job in (check, merge):
        for step in job["steps"]:
            assert re.fullmatch(r"[\w/-]+@v\d+", step.get("uses", "a@v1")) and len(step) <= 3
    if spoilt:
        spoil(tmp_path)
    annotations = 0
    for part in check["strategy"]["matrix"]["part"]:
        def filled(text, part=part):
            return text.replace("${{ matrix.part }}", str(part))
        (command,) = (step["run"] for step in check["steps"] if "run" in step)
        run = shell(filled(command))
        assert run.returncode == 0 and run.stderr == ""
        annotations += run.stdout.count("\n::error ")
        (kept,) = (step["with"] for step in check["steps"] if "upload" in step.get("uses", ""))
        assert (tmp_path / filled(kept["path"])).is_file()
        assert re.fullmatch(r"part-\d", filled(kept["name"])), "the next job asks for part-*"
    assert annotations == spoilt
    (command,) = (step["run"] for step in merge["steps"] if "run" in step)
    run = shell(command)
    assert run.returncode == spoilt and run.stderr == ""
    (sarif,) = (step["with"]["sarif_file"] for step in merge["steps"] if "sarif_file"
                in step.get("with", {}))
    assert len(load(tmp_path / sarif)["runs"][0]["results"]) == spoilt
    is_whole(shell, tmp_path)


def test_github_bad_input_fails_at_once(shell, tmp_path):
    (tmp_path / "scenarios" / "bad.yaml").write_text("title: x\n", encoding="utf-8")
    flow = yaml.safe_load((CI / "github-workflow.yml").read_text(encoding="utf-8"))
    (command,) = (step["run"] for step in flow["jobs"]["check"]["steps"] if "run" in step)
    assert shell(command.replace("${{ matrix.part }}", "1")).returncode == 1


def test_slurm(shell, tmp_path):
    script = (CI / "slurm.sh").read_text(encoding="utf-8")
    first, last = map(int, re.search(r"#SBATCH --array=(\d)-(\d)", script).groups())
    merge = re.search(r"#   (tapweave merge .*)", script).group(1)
    for index in range(first, last + 1):
        run = shell(shlex.quote(str(CI / "slurm.sh")), SLURM_ARRAY_TASK_ID=str(index),
                    SLURM_ARRAY_TASK_COUNT=str(last - first + 1), SLURM_PROCID="0",
                    SLURM_NTASKS="1", SLURM_ARRAY_TASK_MIN=str(first), SLURM_JOB_ID="5",
                    SLURM_ARRAY_TASK_MAX=str(last), SLURM_ARRAY_TASK_STEP="1")
        assert run.returncode == 0 and run.stderr == ""
    assert shell(merge).returncode == 0
    is_whole(shell, tmp_path)


# ---- the container ----

def stages():
    """Instructions of the container file: those before the second FROM, and the rest."""
    text = (CI / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line and line[0] != "#"]
    second = max(i for i, (word, _) in enumerate(lines) if word == "FROM")
    return lines[:second], lines[second:]


def installed(lines):
    (command,) = (rest for word, rest in lines if word == "RUN" and "apt-get install" in rest)
    words = command.split("--no-install-recommends")[1].split("&&")[0].split()
    return set(words)


def test_the_container_has_what_is_needed_to_build():
    script = (ROOT / ".ci/packages").read_text(encoding="utf-8")
    run = re.search(r"\n    run\)\n(.*?);;", script, re.DOTALL).group(1)
    assert installed(stages()[0]) == {*re.findall(r"need (\S+)", run), "make"}


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="needs dpkg: no Debian")
def test_the_container_has_what_is_needed_to_run():
    """The packages of the libraries that the program names (those of the C library are there)."""
    names = re.findall(r"\(NEEDED\).*\[(.*)\]", subprocess.run(
        ["readelf", "-d", BINARY], capture_output=True, text=True, check=True).stdout)
    owners = subprocess.run(["dpkg", "-S", *(f"*/{name}" for name in names)], check=False,
                            capture_output=True, text=True).stdout
    packages = {line.split(":")[0] for line in owners.splitlines()}
    assert installed(stages()[1]) == {name for name in packages if not name.startswith(
        ("libc6", "libasan", "libubsan"))}


def test_the_container_s_make_installs_the_program(tmp_path):
    (command,) = (rest for word, rest in stages()[0] if word == "RUN" and rest.startswith("make"))
    command = command.replace("/src", shlex.quote(str(ROOT))).replace("/out",
                                                                     shlex.quote(str(tmp_path)))
    subprocess.run(command, shell=True, check=True, capture_output=True, timeout=120)
    (copied,) = (rest for word, rest in stages()[1] if word == "COPY")
    assert copied == "--from=build /out/ /"
    program = tmp_path / "usr" / "bin" / "tapweave"
    assert subprocess.run([program, "list", "scenarios"], check=True, cwd=tmp_path,
                          capture_output=True).stdout
    words = dict((word, rest) for word, rest in stages()[1])
    assert words["ENTRYPOINT"] == '["tapweave"]' and words["USER"] == "65534:65534"
