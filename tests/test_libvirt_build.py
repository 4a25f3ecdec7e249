"""The build of a libvirtd says what is wrong before it has written anything:
docs/libvirt-build.md.  What it builds is in netns-tests/test_libvirt_releases.py."""
import os
import shutil
import subprocess

import pytest
from conftest import ROOT

BUILD = ROOT / "netns-tests/libvirt/build"


def build(*arguments, **more):
    return subprocess.run([BUILD, *arguments], capture_output=True, text=True, timeout=60,
                          check=False, **more)


@pytest.mark.parametrize("arguments, said", [
    ([], "needs a source and a folder"),
    (["9.0.0"], "needs a source and a folder"),
    (["nine", "{}/new"], "'nine' is neither a release such as 9.0.0, nor a .dsc, nor a tarball"),
    (["{}/libvirt.dsc", "{}/new"], "{}/libvirt.dsc: no such file"),
    (["{}/libvirt.tar.xz", "{}/new"], "{}/libvirt.tar.xz: no such file"),
    (["9.0.0", "{}"], "{} is there already"),
    (["9.0.0", "{}/new", "{}/a.patch"], "{}/a.patch: no such file"),
])
def test_bad_usage(tmp_path, arguments, said):
    run = build(*[word.format(tmp_path) for word in arguments])
    assert run.returncode == 2
    assert run.stderr.startswith(f"build: {said.format(tmp_path)}"), run.stderr
    assert not list(tmp_path.iterdir())


def test_what_is_missing_is_named(tmp_path):
    """On a machine that has a shell, and little else."""
    for program in ("sh", "dirname", "realpath", "id"):
        (tmp_path / program).symlink_to(shutil.which(program))
    run = build("9.0.0", tmp_path / "new", env={**os.environ, "PATH": str(tmp_path)})
    assert run.returncode == 4
    assert run.stderr.startswith("tapweave needs these packages: dpkg-dev patch meson"), run.stderr
    assert not (tmp_path / "new").exists()
