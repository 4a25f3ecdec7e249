"""Timed waits on the real kernel: the schedule moves the clock, and whoever waits reads it.

Time is libfaketime's (docs/architecture.md, "Time")."""
import json
import os
import subprocess
import time
from pathlib import Path

import pytest
from conftest import BINARY, ROOT, require
from test_conform import on_linux

LIBRARIES = [str(path.parent) for path in Path("/usr/lib").glob("*/faketime/libfaketime.so.1")]
# What the program finds once it has put itself under libfaketime; alone, without libfaketime.
UNDER_NOTHING = {**os.environ, "FAKETIME_TIMESTAMP_FILE": "/run/clock"}

SIGTERM_IGNORED = """
title: Eight times ten seconds, one after the other
report: none
network: {lb0: {kind: linux}}
guests:
  a: {nic: {bridge: lb0}, state: running, sigterm: ignored}
actors:
  - {do: [stop a, start a], times: 8}
claims: {libvirt-6.6: {}}
"""


@pytest.fixture(autouse=True)
def in_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="session")
def faketime(request, taps):
    require(request.config, None if LIBRARIES else "needs libfaketime.so.1: not installed")


def expect_agreement(run):
    assert run.returncode == 0, run.stdout + run.stderr
    results = json.loads(run.stdout)["results"]
    for result in results:
        counts = result["counts"]
        assert counts["walked"] == counts["transitions"] > 0 and counts["schedules"] > 0
        assert not result["diverged"] and not {"unsupported", "not-compared"} & result.keys()
    return results


def test_sigkill_follows_sigterm_on_a_linux_bridge(faketime, tapweave, tmp_path):
    expect_agreement(tapweave("conform", on_linux("sigterm-ignored", tmp_path), "--json", "-"))


def test_a_timed_out_call_takes_the_next_guest_to_the_wrong_switch(faketime, ovs, tapweave,
                                                                   tmp_path):
    """The shortest counterexample, forced: ovs-vsctl has to end by SIGALRM, its row to be there."""
    found = tapweave("explore", "-p", "libvirt-6.6", "--traces", tmp_path,
                     "scenarios/ovs-timeout.yaml")
    assert found.returncode == 1, found.stderr
    trace = next(path for path in tmp_path.iterdir() if "wrong-network" in path.name)
    steps = json.loads(trace.read_text(encoding="utf-8"))["steps"]
    assert {"actor": "timeout/a", "step": "ovs-timeout"} in steps
    run = tapweave("replay", "--on", "netns", trace)
    assert run.returncode == 1 and "the real kernel agrees after every step" in run.stdout


def test_minutes_pass_in_milliseconds(faketime, tapweave, tmp_path):
    path = tmp_path / "sigterm-ignored.yaml"
    path.write_text(SIGTERM_IGNORED, encoding="utf-8")
    begun = time.monotonic()
    result, = expect_agreement(tapweave("conform", path, "--json", "-"))
    assert result["counts"]["schedules"] == 1
    assert time.monotonic() - begun < 8, "80 seconds are one and a third of a minute"


def test_the_daemon_reads_its_clock(faketime, tapweave, tmp_path):
    """The same schedules diverge where the clock does not move: nobody is told what time it is."""
    for scenario, policy, difference in [
            ("fin-wait", "fin-wait,hold=1", "outcome: simulation: value 1; kernel: value 2"),
            ("sigterm-ignored", "counter", "kernel: Resource temporarily unavailable")]:
        path = on_linux(scenario, tmp_path)
        assert tapweave("conform", "-p", policy, path).returncode == 0
        run = tapweave("conform", "-p", policy, path, env=UNDER_NOTHING)
        assert run.returncode == 5 and difference in run.stdout


def test_a_world_without_timed_waits_needs_no_libfaketime(taps, faketime, mounts, tmp_path):
    hide = " && ".join(f"mount -t tmpfs none {folder}" for folder in LIBRARIES)
    shares = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]

    def conform(scenario, policy):
        return subprocess.run([*shares, "sh", "-c", f'{hide} && exec "$0" "$@"', str(BINARY),
                               "conform", "-p", policy, str(on_linux(scenario, tmp_path))],
                              capture_output=True, text=True, check=False, timeout=60)

    assert conform("fin-wait", "libvirt-6.6").returncode == 0
    run = conform("fin-wait", "fin-wait")
    assert run.returncode == 4 and run.stdout == ""
    assert run.stderr == ("tapweave: the package faketime is not installed: there is no "
                          "libfaketime.so.1\n")


@pytest.mark.parametrize("seconds", [0.05, 0.2, 0.5])
def test_a_killed_run_leaves_no_shared_memory(faketime, tmp_path, seconds):
    """libfaketime names it after the process that it is preloaded into."""
    with subprocess.Popen([BINARY, "conform", str(on_linux("sigterm-ignored", tmp_path))],
                          stdout=subprocess.DEVNULL) as run:
        try:
            run.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            run.kill()
    assert not [name for name in os.listdir("/dev/shm") if name.endswith(f"_{run.pid}")]
