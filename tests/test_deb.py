"""make deb: a Debian package.  That it is made takes minutes: make brute does it (--walk-all)."""
import os
import shutil
import subprocess

import pytest
from conftest import ROOT
from test_install import files, make

MISSING = [program for program in ("dpkg-buildpackage", "dh", "lintian", "scdoc")
           if shutil.which(program) is None]


def test_the_folder_for_debhelper(tmp_path):
    """What it needs to be built is what .ci/packages calls so."""
    run = subprocess.run([ROOT / "harness/install/debian", "0.1", "A B <a@b.org>"], cwd=tmp_path,
                         env={**os.environ, "SOURCE_DATE_EPOCH": "86400"}, capture_output=True,
                         text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert files(tmp_path) == {f"debian/{name}" for name in (
        "changelog", "control", "copyright", "rules", "source/format")}
    changelog = (tmp_path / "debian/changelog").read_text(encoding="utf-8")
    assert changelog.startswith("tapweave (0.1) ")
    assert changelog.endswith(" -- A B <a@b.org>  Fri, 02 Jan 1970 00:00:00 +0000\n")
    control = (tmp_path / "debian/control").read_text(encoding="utf-8")
    needed = control.split("Build-Depends: ")[1].split("\nStandards")[0].replace("\n", "")
    packages = (ROOT / ".ci/packages").read_text(encoding="utf-8")
    run_part, install_part = (packages.split(f"\n    {name})\n")[1].split(";;")[0]
                              for name in ("run", "install"))
    named = {line.split()[1] for line in (run_part + install_part).splitlines()
             if line.strip().startswith("need ")}
    assert set(needed.split(", ")) == {"debhelper-compat (= 13)",
                                       *(named - {"gcc", "libc6-dev"})}  # build-essential


@pytest.mark.skipif(MISSING != [], reason=f"needs {MISSING}")
def test_a_package(request, tapweave, tmp_path):
    if not request.config.getoption("--walk-all"):
        pytest.skip("takes a minute: make brute")
    run = make("deb")
    assert run.returncode == 0, run.stderr + run.stdout
    package, = (ROOT / "build/deb").glob("tapweave_*.deb")
    subprocess.run(["dpkg-deb", "-x", package, tmp_path], check=True)
    there = files(tmp_path)
    assert {"usr/bin/tapweave", "usr/share/man/man1/tapweave-check.1.gz",
            "usr/share/zsh/vendor-completions/_tapweave",
            "usr/share/tapweave/schemas/scenario.json"} <= there
    race = "usr/share/tapweave/scenarios/reported-race.yaml"
    run = subprocess.run([tmp_path / "usr/bin/tapweave", "check", tmp_path / race], cwd="/",
                         capture_output=True, text=True, check=False)
    assert run.returncode == 0 and run.stdout.splitlines()[-1] == \
        tapweave("check", "scenarios/reported-race.yaml").stdout.splitlines()[-1]
