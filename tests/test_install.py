"""make install, and what it installs: docs/install.md."""
import fcntl
import os
import shutil
import subprocess

import pytest
from conftest import ROOT, SCENARIOS

RACE = "share/tapweave/scenarios/reported-race.yaml"


def make(*arguments, **more):
    env = {name: value for name, value in os.environ.items()
           if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "TAPWEAVE_SCENARIOS")}
    env.update(more.pop("env", {}))
    with open(ROOT / "build/.install", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two of them would make the same man pages
        return subprocess.run(["make", "--no-print-directory", *arguments], cwd=ROOT, check=False,
                              capture_output=True, text=True, timeout=600, env=env, **more)


def files(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


@pytest.fixture(name="prefix", scope="module")
def make_prefix(tmp_path_factory):
    """tapweave, installed to /opt/weave below a folder that stands for /."""
    folder = tmp_path_factory.mktemp("install")
    run = make("install", f"DESTDIR={folder}", "PREFIX=/opt/weave")
    assert run.returncode == 0, run.stderr + run.stdout
    assert [path.name for path in folder.iterdir()] == ["opt"], "nothing is written elsewhere"
    return folder / "opt/weave"


def test_what_is_where(prefix):
    there = files(prefix)
    scenarios = {path.name for path in (ROOT / "scenarios").glob("*.yaml")}
    pages = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    schemas = {path.name for path in (ROOT / "docs/schemas").glob("*.json")}
    assert len(schemas) == 16
    assert {"bin/tapweave", *(f"share/tapweave/schemas/{name}" for name in schemas),
            "share/tapweave/fetch-kernel",
            *(f"share/tapweave/scenarios/{name}" for name in scenarios),
            *(f"share/doc/tapweave/{name}" for name in pages | {"README.md", "LICENSE"})} <= there
    commands = subprocess.run([prefix / "bin/tapweave", "describe", "commands"], check=True,
                              capture_output=True, text=True).stdout.split()
    if shutil.which("scdoc"):
        assert {"share/man/man1/tapweave.1", "share/man/man5/tapweave-scenario.5",
                *(f"share/man/man1/tapweave-{name}.1" for name in commands)} <= there
    for name in there:
        executable = name in ("bin/tapweave", "share/tapweave/fetch-kernel")
        assert (prefix / name).stat().st_mode & 0o777 == (0o755 if executable else 0o644), name


def without_the_tree(prefix, elsewhere, *arguments):
    """Runs the installed program where the source tree is an empty folder."""
    script = 'mount -t tmpfs none "$0" && [ -z "$(ls "$0")" ] && exec "$@"'
    env = {name: value for name, value in os.environ.items() if name != "TAPWEAVE_SCENARIOS"}
    return subprocess.run(["unshare", "-Urm", "sh", "-c", script, ROOT,
                           prefix / "bin/tapweave", *arguments], cwd=elsewhere, check=False,
                          capture_output=True, text=True, timeout=120, env=env)


def namespaces():
    unshare = shutil.which("unshare")
    return unshare is not None and subprocess.run(
        [unshare, "-Urm", "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not namespaces(), reason="needs a user namespace")
def test_it_runs_without_the_source_tree(tapweave, prefix, tmp_path):
    run = without_the_tree(prefix, tmp_path, "list", "scenarios")
    assert run.returncode == 0 and f"{prefix}/{RACE}" in run.stdout
    run = without_the_tree(prefix, tmp_path, "check", prefix / RACE)
    expected = tapweave("check", "scenarios/reported-race.yaml")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.split() == expected.stdout.replace("scenarios/reported-race.yaml",
                                                         f"{prefix}/{RACE}").split()
    run = without_the_tree(prefix, tmp_path, "check", "-p", "atomic")
    scenarios = len(SCENARIOS)
    assert run.returncode in (0, 1) and f"{scenarios} scenarios" in run.stdout, run.stderr


@pytest.mark.parametrize("shell, name", [("bash", "bash-completion/completions/tapweave"),
                                         ("zsh", "zsh/site-functions/_tapweave")])
def test_completion(tapweave, prefix, shell, name):
    assert (prefix / "share" / name).read_text(encoding="utf-8") == \
        tapweave("describe", shell).stdout


def test_without_scdoc_the_rest_is_installed(prefix, tmp_path):
    for folder in ("/bin", "/usr/bin"):
        for program in os.listdir(folder):
            if program != "scdoc" and not (tmp_path / program).is_symlink():
                (tmp_path / program).symlink_to(f"{folder}/{program}")
    (tmp_path / "to").mkdir()
    run = make("install", f"DESTDIR={tmp_path}/to", "PREFIX=/opt/weave",
               env={"PATH": f"{tmp_path}:/usr/sbin:/sbin"})
    assert run.returncode == 0 and run.stderr == \
        "no man pages are installed: scdoc is missing; make deps installs it\n"
    assert files(tmp_path / "to/opt/weave") == {name for name in files(prefix)
                                                if not name.startswith("share/man/")}


def test_a_moved_installation_finds_its_scenarios(tapweave, prefix, tmp_path):
    shutil.copytree(prefix, tmp_path / "moved")
    run = subprocess.run([tmp_path / "moved/bin/tapweave", "list", "scenarios"], cwd=tmp_path,
                         capture_output=True, text=True, check=False, timeout=60)
    assert f"{tmp_path}/moved/{RACE}" in run.stdout


def test_uninstall_leaves_what_is_not_its_own(tmp_path):
    words = (f"DESTDIR={tmp_path}", "PREFIX=/opt/a b")
    prefix = tmp_path / "opt/a b"
    assert make("install", *words).returncode == 0 and (prefix / "bin/tapweave").exists()
    (prefix / "bin/other").write_text("", encoding="utf-8")
    (prefix / "share/tapweave/scenarios/own.yaml").write_text("", encoding="utf-8")
    run = make("uninstall", *words)
    assert (run.returncode, run.stderr, run.stdout) == (0, "", "")
    assert files(prefix) == {"bin/other", "share/tapweave/scenarios/own.yaml"}
    assert not (prefix / "share/doc").exists(), "a folder that is empty goes, too"
    assert make("uninstall", f"DESTDIR={tmp_path}", "PREFIX=/not/there").returncode == 0


def few_programs(folder, *more):
    """A PATH with a shell, make, and little else; apt-get says so if it is called."""
    for program in ("sh", "make", "id", "nproc", "find", "sort", "mkdir", "dirname", *more):
        (folder / program).symlink_to(shutil.which(program))
    apt = folder / "apt-get"
    apt.write_text('#!/bin/sh\necho "apt-get $*" >>"$0.log"\nexit 1\n', encoding="utf-8")
    apt.chmod(0o755)
    return {"PATH": str(folder), "SHELL": str(folder / "sh")}


@pytest.mark.parametrize("target", ["all", "install"])
def test_make_names_what_is_missing_and_installs_nothing(tmp_path, target):
    run = make(target, f"DESTDIR={tmp_path}/to", "SHELL=sh", f"BUILD={tmp_path}/build",
               env=few_programs(tmp_path))
    said = [line for line in run.stderr.splitlines() if "***" not in line]
    assert run.returncode != 0 and len(said) == 1, run.stderr
    assert said[0].startswith("tapweave needs these packages: gcc libc6-dev pkg-config ")
    assert said[0].endswith("; make deps installs them")
    assert not (tmp_path / "apt-get.log").exists() and not (tmp_path / "to").exists()


@pytest.mark.parametrize("target", ["deps", "run", "test"])
def test_these_install_what_is_missing_where_root_is(tmp_path, target):
    root = tmp_path / "id"
    env = few_programs(tmp_path)
    root.unlink()
    root.write_text("#!/bin/sh\necho 0\n", encoding="utf-8")
    root.chmod(0o755)
    run = make(target, "SHELL=sh", env=env)
    assert run.returncode != 0
    said = [line for line in run.stderr.splitlines() if line.startswith("tapweave needs")]
    assert len(said) == 1 and "make deps" not in said[0], run.stderr
    assert (tmp_path / "apt-get.log").read_text(encoding="utf-8").startswith("apt-get update")
