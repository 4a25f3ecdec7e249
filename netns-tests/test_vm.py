"""A virtual machine with Debian's kernel: the kernel's own Open vSwitch datapath (docs/vm.md)."""
import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
import schemed
from conftest import BINARY, ROOT
from host import MS_BIND, await_orphans, everything, in_own_host, mount
from host import tapweave as run_in_host
from source import Replace, apply
from test_mutations import build, house  # noqa: F401 (a fixture)

KERNEL = BINARY.parent / "vm"
SYSTEM = "scenarios/reported-race.yaml"
PASSES = "scenarios/antrea-276.yaml"  # one in which frames pass
SMALL = ["scenarios/fixed-name.yaml", PASSES]  # few transitions
ROUNDS = int(os.environ.get("TAPWEAVE_VM_ROUNDS", "4"))
SEED = int(os.environ.get("TAPWEAVE_SEED", random.SystemRandom().randrange(1 << 32)))


@pytest.fixture(autouse=True, scope="session")
def machine(vm):
    pass


def test_the_kernels_datapath_agrees(tapweave, record_property):
    """One boot for all; what is said of the machine is printed at the end of the tests."""
    run = tapweave("conform", "--on", "vm", *SMALL, "-p", "libvirt-6.6", "--json", "-")
    assert run.returncode == 0, run.stdout + run.stderr
    results = json.loads(run.stdout)["results"]
    assert [result["scenario"]["path"] for result in results] == SMALL
    for result in results:
        counts = result["counts"]
        assert counts["walked"] == counts["transitions"] > 0 and counts["frames"] > 0
        assert result["on"] == "vm" and not result["diverged"]
        assert not {"unsupported", "not-compared"} & result.keys()
        release = (KERNEL / "release").read_text(encoding="ascii").strip()
        name, accelerator = result["timing"]["machine"].split(" by ")
        assert name == f"Linux {release}" and accelerator.split()[0] in ("kvm", "tcg")
    record_property("machine", results[0]["timing"]["machine"])
    schemed.expect("conform", json.loads(run.stdout))


class YoungClock:
    """Its first process puts the clock back to the moment of the boot instead of on."""

    def changed(self, folder):
        edit = Replace("grow_old", ", AGE);",
                       ", ({ struct timespec now; clock_gettime(CLOCK_MONOTONIC, &now);"
                       " -(int)now.tv_sec; }));")
        return apply((edit,), [folder / "harness" / "vm"])


def test_a_young_switch_forwards_nothing(house):  # noqa: F811
    """Why the clock is put on: docs/facts.md, "The first ten seconds"."""
    binary, begun = build(house, YoungClock()), time.monotonic()
    run = subprocess.run([binary, "conform", "--on", "vm", "--kernel", KERNEL, "-p", "libvirt-6.6",
                          PASSES], cwd=ROOT, capture_output=True, text=True, timeout=300,
                         check=False)
    if run.returncode == 0 and time.monotonic() - begun > 30:
        pytest.skip("Open vSwitch took more than ten seconds to start here")
    assert run.returncode == 5, run.stdout + run.stderr
    for way in ("from", "to"):
        assert f"frames {way} it: simulation: pass; kernel: lost" in run.stdout


def missing(tapweave, *arguments, **more):
    """What is said, in one line, and nothing else."""
    begun = time.monotonic()
    run = tapweave("conform", "--on", "vm", "-p", "mac-check", SYSTEM, *arguments, **more)
    assert (run.returncode, run.stdout) == (4, "") and time.monotonic() - begun < 60
    line, = run.stderr.splitlines()
    return line


def test_what_is_missing_is_named(tapweave, tmp_path):
    line = missing(tapweave, "--kernel", "/nonexistent")
    assert "/nonexistent/vmlinux" in line and "make vm-deps" in line
    shutil.copy(KERNEL / "release", tmp_path / "vmlinux")
    (tmp_path / "modules").mkdir()
    line = missing(tapweave, "--kernel", tmp_path)
    assert "does not boot" in line and "tcg" in line


def run_without_qemu():
    mount("/dev/null", shutil.which("qemu-system-x86_64"), None, MS_BIND)
    run = run_in_host("conform", "--on", "vm", "reported-race.yaml", stderr=subprocess.PIPE)
    assert "the program 'qemu-system-x86_64' is not installed" in run.communicate()[1]
    assert run.returncode == 4


def test_qemu_is_missing(own_host):
    in_own_host(run_without_qemu)


def run_with_a_panic():
    script = Path("/tmp/qemu")
    script.write_text("#!/bin/sh\necho '[ 1.0] Kernel panic - not syncing: no init'\n"
                      "echo '[ 1.0] Kernel Offset: disabled'\n", encoding="ascii")
    script.chmod(0o755)
    mount(str(script), shutil.which("qemu-system-x86_64"), None, MS_BIND)
    run = run_in_host("conform", "--on", "vm", "reported-race.yaml", stderr=subprocess.PIPE)
    assert "Kernel panic - not syncing: no init" in run.communicate()[1]
    assert run.returncode == 4


def test_the_panic_is_said_and_not_what_follows(own_host):
    in_own_host(run_with_a_panic)


def test_a_mistake_is_said_before_it_boots(tapweave, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("title: 1\n", encoding="ascii")
    for arguments in (["conform", "--on", "vm", bad],
                      ["replay", "--on", "vm", "--hold", "-p", "mac-check", "-s", "a", SYSTEM],
                      ["replay", "--on", "vm", "-p", "mac-check", "-s", "kernel/a", SYSTEM]):
        begun = time.monotonic()
        run = tapweave(*arguments)
        assert run.returncode == 2 and run.stderr.startswith("tapweave: ")
        assert time.monotonic() - begun < 5


def end_at_random_moments(number):
    moments = random.Random(SEED)
    before = everything()
    for _ in range(ROUNDS):
        at = moments.uniform(0, 6)
        run = run_in_host("conform", "--on", "vm", "reported-race.yaml", "-p", "mac-check",
                          "--json", "result.json", start_new_session=True)
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(timeout=at)
        run.send_signal(number)
        assert run.wait() == -number, f"TAPWEAVE_SEED={SEED}, at {at}"
        if number == signal.SIGKILL:
            await_orphans(10)
        assert everything() == before, f"TAPWEAVE_SEED={SEED}, at {at}"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_of_a_machine_is_left(own_host, number):
    in_own_host(end_at_random_moments, number)
