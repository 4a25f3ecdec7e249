"""Timed waits on the real kernel: the schedule moves the clock, and whoever waits reads it.

Time is libfaketime's (docs/architecture.md, "Time")."""
import json
import os
import subprocess
import time
from collections import namedtuple
from pathlib import Path

import pytest
from conftest import BINARY, ROOT, require
from host import HOME, MS_BIND, in_own_host, mount
from test_conform import on_linux

LIBRARIES = [str(path.parent) for path in Path("/usr/lib").glob("*/faketime/libfaketime.so.1")]
# What libfaketime, Open vSwitch, QEMU and its libraries read from their environment.
MISLEADING = {
    "FAKETIME_TIMESTAMP_FILE": "/run/clock", "FAKETIME": "@2020-12-24 20:30:00",
    "FAKETIME_FMT": "%Y",
    "FAKETIME_NO_CACHE": "0", "FAKETIME_CACHE_DURATION": "3600", "FAKETIME_SKIP_CMDS": "tapweave",
    "FAKETIME_STOP_AFTER_NUMCALLS": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "0",
    "FAKETIME_XRESET": "1",
    "FAKETIME_FOLLOW_FILE": "/etc/passwd", "FAKETIME_FOLLOW_ABSOLUTE": "1", "NO_FAKE_STAT": "1",
    "TAPWEAVE_BEGUN_AGAIN": "1", "OVS_RUNDIR": "/nowhere", "OVS_LOGDIR": "/nowhere",
    "OVS_DBDIR": "/nowhere", "OVS_SYSCONFDIR": "/nowhere", "OVS_PKGDATADIR": "/nowhere",
    "OVS_BINDIR": "/nowhere", "OVS_SYSLOG_METHOD": "unix:/nowhere", "OVS_CTL_TIMEOUT": "1",
    "OVS_COLORS": "x", "OVS_RESOLV_CONF": "/nowhere", "QEMU_MODULE_DIR": "/nowhere",
    "QEMU_AUDIO_DRV": "nonsense", "G_DEBUG": "fatal-warnings", "G_MESSAGES_DEBUG": "all",
    "MALLOC_PERTURB_": "165", "TMPDIR": "/nowhere", "HOME": "/nowhere", "LC_ALL": "tr_TR.UTF-8",
    "TZ": "Nowhere/Here", "XTABLES_LIBDIR": "/nowhere",
}

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


@pytest.mark.parametrize("environment", [{}, MISLEADING], ids=["plain", "misleading"])
def test_a_timed_out_call_takes_the_next_guest_to_the_wrong_switch(faketime, ovs, tapweave,
                                                                   tmp_path, environment):
    """The shortest counterexample, forced: ovs-vsctl has to end by SIGALRM, its row to be there."""
    found = tapweave("explore", "-p", "libvirt-6.6", "--traces", tmp_path,
                     "scenarios/ovs-timeout.yaml")
    assert found.returncode == 1, found.stderr
    trace = next(path for path in tmp_path.iterdir() if "wrong-network" in path.name)
    steps = json.loads(trace.read_text(encoding="utf-8"))["steps"]
    assert {"actor": "timeout/a", "step": "ovs-timeout"} in steps
    run = tapweave("replay", "--on", "netns", trace, env={**os.environ, **environment})
    assert run.returncode == 1 and "the real kernel agrees after every step" in run.stdout


def test_minutes_pass_in_milliseconds(faketime, tapweave, tmp_path):
    path = tmp_path / "sigterm-ignored.yaml"
    path.write_text(SIGTERM_IGNORED, encoding="utf-8")
    begun = time.monotonic()
    result, = expect_agreement(tapweave("conform", path, "--json", "-"))
    assert result["counts"]["schedules"] == 1
    assert time.monotonic() - begun < 8, "80 seconds are one and a third of a minute"


# In libfaketime's place: a clock that always shows what the first one shows.
STOPPED = """
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t clock, struct timespec *time)
{
    long result = syscall(SYS_clock_gettime, clock, time);
    if (clock == CLOCK_REALTIME) {
        *time = (struct timespec){1000000000, 0};
    }
    return (int)result;
}
"""


Scenario = namedtuple("Scenario", "name text")


def with_library(source, path, *arguments):
    """Runs it with another libfaketime than the machine's."""
    Path("/tmp/library.c").write_text(source, encoding="ascii")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", "/tmp/library.so", "-x", "c", "/tmp/library.c"],
                   check=True)
    mount("/tmp/library.so", os.path.realpath(f"{LIBRARIES[0]}/libfaketime.so.1"), flags=MS_BIND)
    (HOME / path.name).write_bytes(path.text)
    return subprocess.run(["./tapweave", "conform", "--jobs", "4", *arguments, path.name],
                          check=False, capture_output=True, text=True)


def diverge_without_a_clock(path, policy, difference):
    run = with_library(STOPPED, path, "-p", policy)
    assert run.returncode == 5 and difference in run.stdout


def refuse_without_a_clock(path):
    run = with_library("int nothing;\n", path, "-p", "libvirt-6.6")
    assert (run.returncode, run.stderr) == (
        4, "tapweave: needs libfaketime: the clock does not show what it is set to\n")


def copy_of(scenario, folder):
    """Read before the host's folders hide it."""
    return Scenario(f"{scenario}.yaml", on_linux(scenario, folder).read_bytes())


@pytest.mark.parametrize("scenario, policy, difference", [
    ("fin-wait", "fin-wait,hold=1", "outcome: simulation: value 1; kernel: value 2"),
    ("sigterm-ignored", "counter", "kernel: Resource temporarily unavailable")])
def test_the_daemon_reads_its_clock(faketime, own_host, tapweave, tmp_path, scenario, policy,
                                    difference):
    """The same schedules diverge where the clock does not move: nobody is told what time it is."""
    path = on_linux(scenario, tmp_path)
    assert tapweave("conform", "-p", policy, path).returncode == 0
    in_own_host(diverge_without_a_clock, copy_of(scenario, tmp_path), policy, difference)


def test_a_libfaketime_that_does_nothing_is_named(faketime, own_host, tmp_path):
    in_own_host(refuse_without_a_clock, copy_of("sigterm-ignored", tmp_path))


@pytest.mark.parametrize("variable", ["FAKETIME_TIMESTAMP_FILE", None])
@pytest.mark.parametrize("scenario, policy", [("fin-wait", "fin-wait,hold=1"),
                                              ("sigterm-ignored", "counter")])
def test_nothing_in_the_environment_is_believed(faketime, tapweave, tmp_path, variable, scenario,
                                                policy):
    path = on_linux(scenario, tmp_path)
    believed = MISLEADING if variable is None else {variable: MISLEADING[variable]}
    expect_agreement(tapweave("conform", "-p", policy, path, "--json", "-",
                              env={**os.environ, **believed}))


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
