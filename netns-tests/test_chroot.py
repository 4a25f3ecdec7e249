"""In a plain chroot: its root is a folder where nothing is mounted, as a build's often is.

There nothing can be said of the mounts at the root, and the kernel has no user namespaces."""
import json
import os
import subprocess
from pathlib import Path

import pytest
from host import HOME, MS_BIND, MS_REC, in_own_host, mount

PLAIN = HOME / "plain"
BOUND = ("usr", "etc", "dev", "sys", "proc", "mnt")  # ... and mnt/tapweave, mnt/*.yaml
NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
ENTER = ["chroot", str(PLAIN), "env", "-C", "/mnt"]


def furnish():
    for folder in (*BOUND, "run", "tmp", "var"):
        (PLAIN / folder).mkdir(parents=True)
    for folder in BOUND[:-1]:
        mount(f"/{folder}", PLAIN / folder, flags=MS_BIND | MS_REC)
    mount(HOME, PLAIN / "mnt", flags=MS_BIND)
    (PLAIN / "var/run").symlink_to("../run")
    for folder in ("bin", "sbin", "lib", "lib64"):
        if Path(f"/{folder}").is_symlink():
            (PLAIN / folder).symlink_to(os.readlink(f"/{folder}"))
        elif Path(f"/{folder}").is_dir():
            (PLAIN / folder).mkdir()
            mount(f"/{folder}", PLAIN / folder, flags=MS_BIND | MS_REC)


def run(*command, **more):
    return subprocess.run([*ENTER, *command], capture_output=True, text=True, check=False,
                          timeout=60, **more)


def conform(file):
    """All is walked, and nothing that is mounted for it is seen outside the sandboxes."""
    furnish()
    assert os.lstat(PLAIN).st_dev == os.lstat(PLAIN.parent).st_dev  # nothing is mounted there
    assert run("unshare", "-m", "true").returncode != 0
    before = Path("/proc/self/mountinfo").read_text(encoding="utf-8")
    conformed = run("./tapweave", "conform", "--datapath", "netdev", "-p", "libvirt-6.6", file,
                    "--json", "-")
    assert (conformed.returncode, conformed.stderr) == (0, ""), conformed.stdout
    result, = json.loads(conformed.stdout)["results"]
    assert result["counts"]["walked"] == result["counts"]["transitions"] > 0
    assert Path("/proc/self/mountinfo").read_text(encoding="utf-8") == before


def shared(file):
    """The same where mounts go out to other namespaces, as they do where systemd runs."""
    mount(None, "/", None, MS_REC | 1 << 20)  # MS_SHARED
    conform(file)


@pytest.mark.parametrize("test", [conform, shared])
@pytest.mark.parametrize("real_root", [True, False])
@pytest.mark.parametrize("file", ["linux-only.yaml", "reboot-own-name.yaml"])
def test_a_chroot(request, own_host, test, real_root, file):
    if file != "linux-only.yaml":
        request.getfixturevalue("ovs")
    if real_root:
        request.getfixturevalue("less")
    in_own_host(test, file, real_root=real_root)


def hold():
    """Who enters is in the chroot, where the sandbox's folders are."""
    furnish()
    command = [*ENTER, "./tapweave", "replay", "--on", "netns", "--hold", "-p", "libvirt-6.6", "-s",
               "a", "linux-only.yaml"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as held:
        line = next(line for line in held.stdout if " held: " in line)
        way_in = line.split("nsenter ")[1].split(";")[0].split()
        found = run("nsenter", *way_in, "stat", "-c", "%d %i", "/", "/run")
        held.stdin.close()
    assert found.returncode == 0, found.stderr
    root, folder = (tuple(map(int, line.split())) for line in found.stdout.splitlines())
    assert root == (os.stat(PLAIN).st_dev, os.stat(PLAIN).st_ino)
    assert folder[0] not in (root[0], os.stat("/run").st_dev)  # the sandbox's own


def test_a_held_world_is_entered(own_host):
    in_own_host(hold)


def ordinary_user():
    furnish()
    PLAIN.chmod(0o755)
    refused = run(*NOBODY, "./tapweave", "conform", "-p", "libvirt-6.6", "linux-only.yaml")
    assert (refused.returncode, refused.stderr) == (
        4, "tapweave: needs root, or a user namespace: unshare(CLONE_NEWUSER): the kernel lets "
        "nobody in a chroot have a user namespace\n")


def test_an_ordinary_user_in_a_chroot_is_told(own_host, less):
    in_own_host(ordinary_user, real_root=True)
