"""Schedules forced on a real libvirtd, with QEMU and Open vSwitch: each ends as simulated.

The policy is that of the libvirtd: Debian's 9.0.0 under libvirt-9.0.  Under another policy it has
to diverge, or nothing would be compared."""
import json
import os
import signal
import subprocess
import time

import observed
import pytest
import schemed
from conftest import BINARY, ROOT
from forced import NETDEV, NINE, replay

pytestmark = pytest.mark.usefixtures("libvirt")


def shortest(tapweave, tmp_path, scenario, oracle):
    run = tapweave("explore", *NETDEV, *NINE, "--traces", tmp_path, f"scenarios/{scenario}.yaml")
    assert run.returncode == 1, run.stderr
    return tmp_path / f"{oracle}.json"


@pytest.mark.parametrize("scenario, oracle", [
    ("fixed-name", "lost-attachment"),          # both guests have the name, and a clean-up
    ("restart-mid-stop", "lost-attachment"),    # the daemon restarts in the middle of a stop
    ("vpp-1766", "wrong-network"),              # a stale row with another VLAN
    ("restart-race", "foreign-delete"),
])
def test_shortest_counterexample(tapweave, tmp_path, scenario, oracle):
    trace = shortest(tapweave, tmp_path, scenario, oracle)
    run = tapweave("replay", "--on", "libvirt", *NETDEV, trace)
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr
    assert (run.returncode, run.stderr) == (1, "")


def test_frames_of_a_lost_attachment(tapweave):
    """To the end of the run, where nobody can step: frames are lost on the real switch as well."""
    schedule = "b b ovs-vswitchd b"
    run = replay(tapweave, "scenarios/fixed-name.yaml", schedule)
    assert "violated: lost-attachment" in run.stdout
    assert "agrees after every step, and in the frames of 1 guest" in run.stdout, run.stdout


def test_control_with_automatic_names(tapweave):
    """A stop whose del-port is held while another guest starts: nothing is lost."""
    schedule = "a kernel/a kernel/a b b b b b ovs-vswitchd b b a ovs-vswitchd a"
    run = replay(tapweave, "scenarios/reported-race-netdev.yaml", schedule)
    assert (run.returncode, run.stderr) == (0, "")
    assert "libvirtd agrees after every step, and in the frames of 1 guest" in run.stdout
    kept = BINARY.parent / "libvirt-cache"  # there, if make has made it
    assert not kept.is_dir() or [*kept.glob("qemu/capabilities/*.xml")]


def test_another_policy_diverges(tapweave):
    """The kernel has vnet0 free again, and this libvirtd counts upwards."""
    run = tapweave("replay", "--on", "libvirt", *NETDEV, "-p", "libvirt-6.6", "-s",
                   "a kernel/a kernel/a b",
                   "scenarios/reported-race-netdev.yaml")
    assert run.returncode == 5, run.stdout + run.stderr
    assert "on libvirtd, after step" in run.stdout


def test_a_stop_behind_its_kill_is_not_resumed(tapweave):
    """What libvirt-9.0 says of it, and that its contrary would be seen."""
    schedule = "a kernel/a kernel/a a restart/daemon"
    for policy, status in (("libvirt-9.0", 0), ("libvirt-9.0,stop-status=kept", 5)):
        run = tapweave("replay", "--on", "libvirt", *NETDEV, "-p", policy, "-s",
                       schedule + (" a" if status else ""), "scenarios/restart-forgets-uuid.yaml")
        assert run.returncode == status, run.stdout + run.stderr


@pytest.mark.parametrize("schedule, violated", [
    # A's del-port runs when B has A's name and its row; and B's add-port, when nobody uses that.
    ("a kernel/a kernel/a orphan/a b b b b b ovs-vsctl/a ovs-vswitchd b b", "lost-attachment"),
    ("a b b b b kernel/a kernel/a ovs-vswitchd orphan/b ovs-vsctl/b", "stale-port"),
])
def test_an_ovs_vsctl_outlives_its_libvirtd(tapweave, schedule, violated):
    run = replay(tapweave, "scenarios/ovs-orphan.yaml", schedule)
    assert f"violated: {violated}" in run.stdout
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr
    assert (run.returncode, run.stderr) == (1, "")


def test_a_stop_after_a_crash_is_resumed(tapweave, tmp_path):
    scenario = tmp_path / "crash.yaml"
    scenario.write_text("""title: A crash, and a restart
report: none
network: {br0: {kind: ovs, datapath: netdev}}
guests:
  a: {nic: {bridge: br0}, state: running}
actors: [crash a]
faults: {daemon-restart: 1}
claims: {libvirt-9.0: {deadlock: never}}
""", encoding="utf-8")
    schedule = "a a kernel/a kernel/a restart/daemon a a a ovs-vswitchd a"
    run = replay(tapweave, scenario, schedule)
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr
    assert run.returncode == 0


def test_a_guest_is_stopped_when_it_has_been_taken_back(tapweave, tmp_path):
    """Its port has to be added anew, so ovs-vswitchd's step is the one that ends the reconnection:
    the thread of libvirtd has to have ended by then, too."""
    scenario = tmp_path / "back.yaml"
    scenario.write_text("""title: A port that is deleted, and added anew
report: none
network: {br0: {kind: ovs, datapath: netdev}}
guests:
  a: {nic: {bridge: br0, name: tap0}, state: running}
  b: {nic: {bridge: br0, name: tap0}}
actors: [[start b, stop a]]
faults: {daemon-restart: 1}
claims: {libvirt-9.0: {deadlock: never}}
""", encoding="utf-8")
    schedule = "b b ovs-vswitchd b restart/daemon a a a ovs-vswitchd a kernel/a kernel/a a"
    run = replay(tapweave, scenario, schedule)
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr
    assert (run.returncode, run.stderr) == (1, "")


@pytest.mark.parametrize("schedule", [
    "a a a other a a a",  # QEMU ends by itself: its macvtap has gone
    "a a a a other a a kernel/a kernel/a",  # that one is missed when it is to be set up
])
def test_a_macvtap_goes_while_its_guest_is_started(tapweave, schedule):
    run = replay(tapweave, "scenarios/macvtap-unfinished.yaml", schedule)
    assert "violated: start-failed" in run.stdout
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr


@pytest.mark.parametrize("schedule", [
    "a a a other a a a",  # before its MAC is set
    "a a a a other a ovs-vswitchd a a a",  # before its port is added
    "a a a a a ovs-vswitchd a other a a a ovs-vswitchd a",  # before QEMU is started
])
def test_a_tap_goes_while_its_guest_is_started(tapweave, tmp_path, schedule):
    scenario = tmp_path / "gone.yaml"
    scenario.write_text("""title: A tap goes before its QEMU is started
report: none
network: {br0: {kind: ovs, datapath: netdev}}
guests:
  a: {nic: {bridge: br0}}
actors: [start a, delete vnet0]
claims: {libvirt-9.0: {deadlock: never}}
""", encoding="utf-8")
    run = replay(tapweave, scenario, schedule)
    assert "violated: start-failed" in run.stdout
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr


def test_a_qemu_that_ignores_sigterm(tapweave):
    """B starts meanwhile, and A gets its SIGKILL without the 10 s of libvirtd's sleeps."""
    schedule = "a b b b b b ovs-vswitchd b b timeout/a kernel/a kernel/a a ovs-vswitchd a"
    run = replay(tapweave, "scenarios/sigterm-ignored.yaml", schedule)
    assert "sigkill" in run.stdout
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr
    assert run.returncode == 0


def test_an_ovs_vsctl_lies(tapweave):
    """Of its add-port: the guest is started, and has no port."""
    run = replay(tapweave, "scenarios/ovs-lie.yaml", "a a a a lie/a a a")
    assert "violated: lost-attachment" in run.stdout
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr
    assert "(1 step is the harness's own answer" in run.stdout


def test_what_libvirt_believes_is_compared(tapweave, tmp_path, monkeypatch):
    """By a virsh that says something else of a's device, at the end of a run that agrees."""
    virsh = tmp_path / "virsh"
    virsh.write_text("#!/bin/bash\nset -o pipefail\n/usr/bin/virsh \"$@\" | sed s/web0/web9/\n",
                     encoding="utf-8")
    virsh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    run = replay(tapweave, "scenarios/fixed-name.yaml", "b b ovs-vswitchd b")
    assert "a: the model believes 'running web0', and libvirtd 'running web9'" in run.stdout
    assert run.returncode == 5


def test_a_restart_behind_a_hot_unplug_kills_the_guest(tapweave):
    """What the status file has, QEMU has not, neither in front nor behind."""
    schedule = "a restart/daemon a a a a a kernel/a kernel/a a"
    run = replay(tapweave, "scenarios/unplug-restart.yaml", schedule)
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr
    assert "QEMU of a is gone" in run.stdout


@pytest.mark.parametrize("schedule, seen", [
    # Nobody looks at the nic any more: before the removal, and when it has begun.
    ("mute/a restart/daemon a a a a", "violated: leaked-tap"),
    ("mute/a deleted/a a restart/daemon a a a ovs-vswitchd", "violated: stale-port"),
    # The guest is killed for what the list of its devices has.
    ("slow/a deleted/a a restart/daemon a a a a a kernel/a kernel/a a ovs-vswitchd a",
     "QEMU of a is gone"),
])
def test_a_restart_behind_a_late_hot_unplug(tapweave, tmp_path, schedule, seen):
    scenario = tmp_path / "late.yaml"
    scenario.write_text("""title: A hot-unplug is acknowledged late, and the daemon is restarted
report: none
network: {br0: {kind: ovs, datapath: netdev}}
guests:
  a: {nic: {bridge: br0}, state: running}
actors: [unplug a]
faults: {unplug-late: 1, monitor-late: 1, daemon-restart: 1}
claims: {libvirt-9.0: {deadlock: never}}
""", encoding="utf-8")
    run = replay(tapweave, scenario, schedule)
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr
    assert seen in run.stdout, run.stdout


# Some of the smallest; make conform-libvirt has these and larger ones.
@pytest.mark.parametrize("scenario", ["fixed-name", "vpp-1766", "tunsetiff-existing",
                                      "persistent-refused", "name-taken"])
def test_all_transitions(tapweave, scenario):
    run = tapweave("conform", "--on", "libvirt", *NETDEV, *NINE, "--json", "-",
                   f"scenarios/{scenario}.yaml")
    assert run.returncode == 0, run.stdout + run.stderr
    cell = json.loads(run.stdout)["results"][0]
    assert cell["counts"]["walked"] == cell["counts"]["transitions"] > 0
    assert "not-compared" not in cell
    schemed.expect("conform", json.loads(run.stdout))


@pytest.mark.parametrize("scenario, why", [
    ("../tests/brute/worlds/lives",
     "two lives of one VM on Open vSwitch: a libvirtd has one domain of a UUID"),
    ("lxc-1600", "containers: this is libvirt's QEMU driver"),
    ("freebsd", "libvirt's QEMU driver is on Linux"),
    ("nwfilter-204418", "a packet filter of a port of Open vSwitch: libvirt refuses such a nic"),
])
def test_what_cannot_be_forced(tapweave, scenario, why):
    run = tapweave("conform", "--on", "libvirt", *NETDEV, *NINE, f"scenarios/{scenario}.yaml")
    assert run.returncode == 4
    assert f"not expressible here: {why}" in " ".join(run.stdout.split())


TWICE = "scenarios/filter-removed-twice.yaml"


def test_a_packet_filter_is_removed_twice(tapweave):
    """B's start fails, and its clean-up removes the filter that C has bound to the name since."""
    run = replay(tapweave, TWICE, "b b b b b b fail/b b b b c c c c c c b c")
    assert "violated: lost-filter" in run.stdout
    assert "libvirtd agrees after every step, and in the frames of 1 guest" in run.stdout, (
        run.stdout + run.stderr)
    assert (run.returncode, run.stderr) == (1, "")


def test_a_packet_filter_is_refused(tapweave):
    """As long as another guest's is bound to the name: here, that of the start that has failed."""
    run = replay(tapweave, TWICE, "b b b b b b fail/b b c c c c c c c c c")
    assert "add-filter tap0: EEXIST" in run.stdout
    assert "violated: start-failed" in run.stdout
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr


@pytest.mark.parametrize("choice, schedule, differs", [
    # A filter that stood beside the other one.
    ("filter-key=name", "b b b b b b fail/b b c c c c c c",
     "outcome: simulation: Success; kernel: File exists"),
    # 9.0.0 closes the tap first, and removes the filter then.
    ("start-unfilters=first", "b b b b b b fail/b b", "tap0: simulation: exists; kernel: gone"),
])
def test_another_policy_of_packet_filters_diverges(tapweave, choice, schedule, differs):
    run = tapweave("replay", "--on", "libvirt", "-p", f"libvirt-9.0,{choice}", "-s", schedule,
                   TWICE)
    assert run.returncode == 5, run.stdout + run.stderr
    assert differs in " ".join(run.stdout.split())


def test_no_such_libvirtd(tapweave, tmp_path):
    run = replay(tapweave, "scenarios/fixed-name.yaml", "b", "--libvirtd", tmp_path / "none")
    assert run.returncode == 4
    assert run.stderr == f"tapweave: {tmp_path}/none: it cannot be run: No such file or directory\n"


def test_one_that_does_not_start(tapweave):
    run = replay(tapweave, "scenarios/fixed-name.yaml", "b", "--libvirtd", "/bin/false")
    assert run.returncode == 4
    assert run.stderr.startswith("tapweave: libvirtd has ended")


def descendants(pid):
    """All processes that this one has started, and those that they have."""
    run = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    children = run.stdout.split()
    return children + [below for child in children for below in descendants(child)]


@pytest.mark.parametrize("seconds", [0.5, 1.0, 1.5, 2.5])
def test_sigkill_leaves_nothing(seconds):
    """At whatever time: all that runs is in a namespace that ends with it."""
    command = [BINARY, "conform", "--on", "libvirt", *NETDEV, *NINE, "--jobs", "1",
               ROOT / "scenarios/reported-race-netdev.yaml"]
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(seconds)
        started = descendants(run.pid)
    finally:
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
    assert started  # or nothing has been left for no reason
    deadline = time.monotonic() + 10
    while any(os.path.exists(f"/proc/{pid}") for pid in started):
        assert time.monotonic() < deadline, started
        time.sleep(0.05)


@pytest.mark.parametrize("which", range(5))
def test_what_it_does_is_what_the_page_says(request, tapweave, tmp_path, which):
    page = ROOT / "docs/libvirt-9.0.md"
    assert len(observed.commands(page.read_text(encoding="utf-8"))) == 5
    said = tmp_path / "said.json"
    observed.compare(page, which, lambda *words: tapweave(*words, "--json", said),
                     request.config.getoption("--rewrite"))
    schemed.expect("observe", json.loads(said.read_text(encoding="utf-8")), broken=which == 0)
