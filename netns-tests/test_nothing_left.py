"""However a run ends, nothing of it is left, and nobody else is disturbed meanwhile."""
import contextlib
import fcntl
import os
import random
import re
import signal
import struct
import subprocess
import time
from pathlib import Path

import pytest
from host import await_orphans, children, everything, in_own_host, links, processes, tapweave

pytestmark = pytest.mark.usefixtures("own_host")

LINUX = ("conform", "--jobs", "2", "linux-only.yaml")
OVS = ("conform", "--jobs", "3", "reported-race-netdev.yaml")
FOR_LONG = ("--cover", "interleavings")  # a sandbox that is left goes on for longer than is waited
SEED = int(os.environ.get("TAPWEAVE_SEED", random.SystemRandom().randrange(1 << 32)))
ROUNDS = 50
HANDFUL = 4
TUNSETIFF, IFF_TAP_NO_PI = 0x400454CA, 0x1002


def pause(run, seconds):
    """Lets it run for so long, or to its end."""
    try:
        run.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        pass


@contextlib.contextmanager
def named(text):
    """What fails inside says so, too."""
    try:
        yield
    except (AssertionError, TimeoutError) as error:
        raise AssertionError(text) from error


def kill_at_random_moments():
    moments = random.Random(SEED)
    before = everything()
    for number in range(ROUNDS):
        at = sorted((moments.uniform(0, 0.4), moments.uniform(0, 0.7)))
        first, second = moments.sample((LINUX, OVS), 2)
        runs = tapweave(*first, *FOR_LONG), tapweave(*second, *FOR_LONG)
        pause(runs[0], at[0])
        runs[0].kill()
        pause(runs[1], at[1] - at[0])
        runs[1].kill()
        for run in runs:
            run.wait()
        with named(f"TAPWEAVE_SEED={SEED}, round {number}, killed at {at}"):
            await_orphans(10)
            assert everything() == before
    assert tapweave(*LINUX).wait() == 0
    assert everything() == before


def test_a_hundred_kills(ovs):
    """What has lost its parent is gone before the next start, and before anybody looks."""
    in_own_host(kill_at_random_moments)


def end_by_signal(number, to_group, arguments):
    before = everything()
    moments = random.Random(SEED)
    for _ in range(HANDFUL):
        at = moments.uniform(0.05, 0.4)
        run = tapweave(*arguments, *FOR_LONG, "--json", "result.json", start_new_session=True)
        pause(run, at)
        (os.killpg if to_group else os.kill)(run.pid, number)
        with named(f"TAPWEAVE_SEED={SEED}, at {at}"):
            assert run.wait() == -number
            assert everything() == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("to_group", [False, True], ids=["alone", "group"])
def test_a_signal_leaves_nothing_at_once(ovs, number, to_group):
    """To the process, as a service manager sends it, and to its group, as a terminal does."""
    in_own_host(end_by_signal, number, to_group, OVS)


def ignore_hangup():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    run = tapweave(*LINUX)
    pause(run, 0.1)
    run.send_signal(signal.SIGHUP)
    assert run.wait() == 0


def test_a_signal_that_is_ignored_ends_nothing(taps):
    """As under nohup."""
    in_own_host(ignore_hangup)


def run_with_a_stranger(number):
    """A shell's own child stays that of the program that the shell becomes."""
    script = ["sh", "-c", 'sleep 1000 & exec ./tapweave "$@"', "sh", *LINUX]
    run = subprocess.Popen(script, stdout=subprocess.DEVNULL)
    if number is not None:
        pause(run, 0.2)
        run.send_signal(number)
    assert run.wait(timeout=60) == (0 if number is None else -number)
    stranger, = processes()
    assert Path(f"/proc/{stranger}/comm").read_text(encoding="ascii") == "sleep\n"


@pytest.mark.parametrize("number", [None, signal.SIGTERM])
def test_a_stranger_is_not_waited_for(taps, number):
    """It may wait for us: `exec tapweave conform ... > >(tee log)`."""
    in_own_host(run_with_a_stranger, number)


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


def furnish_host():
    """Devices with the names that the runs use, up and running, which send nothing by themselves.

    Returns the descriptor that gives vnet0 its carrier."""
    for conf in ("all", "default"):
        path = Path(f"/proc/sys/net/ipv6/conf/{conf}/disable_ipv6")
        if path.exists():
            path.write_text("1", encoding="ascii")
    tap = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", b"vnet0", IFF_TAP_NO_PI))
    for bridge in ("br0", "lb0"):
        ip("link", "add", bridge, "type", "bridge", "mcast_snooping", "0")
    ip("link", "add", "vnet1", "type", "veth", "peer", "name", "probe0")
    for name, bridge in (("vnet0", "br0"), ("vnet1", "lb0")):
        ip("link", "set", name, "master", bridge)
    for name in ("vnet0", "vnet1", "probe0", "br0", "lb0"):
        ip("link", "set", name, "up")
    deadline = time.monotonic() + 10
    while sum(link["operstate"] == "UP" for link in links()) < 4:  # the tap's is not known
        assert time.monotonic() < deadline, links()
    return tap


def run_side_by_side():
    tap = furnish_host()
    before = links()
    runs = [tapweave(*arguments, "-p", "libvirt-6.6") for arguments in (LINUX, OVS)]
    assert [run.wait() for run in runs] == [0, 0]
    assert links() == before
    os.close(tap)


def test_runs_side_by_side_disturb_nobody(ovs):
    """Nor the devices of the host that have the very names, their indexes, or their counters."""
    in_own_host(run_side_by_side)


def kill_within(depth):
    """Kills the process between the run and a sandbox, or the sandbox's first, and nothing else."""
    before = everything()
    run = tapweave("conform", "--jobs", "2", "-p", "libvirt-6.6", "linux-only.yaml",
                   stderr=subprocess.PIPE)
    victim = None
    while victim is None:  # they come within milliseconds
        try:
            above = children(run.pid)[0] if depth == 2 else run.pid
            victim = children(above)[0]
        except (IndexError, FileNotFoundError):
            assert run.poll() is None
    os.kill(victim, signal.SIGKILL)
    said = run.communicate()[1]
    conducted = re.fullmatch(r"tapweave: only (\d+) of 15 schedules were conducted: "
                             r"a process was killed\n", said)
    assert run.returncode == 70 and int(conducted[1]) < 15
    await_orphans(10)
    assert everything() == before


@pytest.mark.parametrize("depth", [1, 2])
def test_what_a_killed_process_did_not_do_is_not_done(taps, depth):
    in_own_host(kill_within, depth)
