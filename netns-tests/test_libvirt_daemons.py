"""Two libvirtds in one network namespace, each with a counter of its own."""
import pytest
from forced import NETDEV, NINE, replay

pytestmark = pytest.mark.usefixtures("libvirt")


@pytest.mark.parametrize("schedule", [
    # A stop of the one deletes the port that the other has adopted: before its guest runs, and
    # when it does.
    "a b kernel/a b b b b kernel/a a ovs-vswitchd a b b",
    "a kernel/a kernel/a b b b b ovs-vswitchd b ovs-vswitchd b b a ovs-vswitchd a",
])
def test_one_takes_a_port_of_the_other(tapweave, schedule):
    run = replay(tapweave, "scenarios/second-daemon.yaml", schedule)
    assert "violated: lost-attachment" in run.stdout, run.stdout + run.stderr
    assert "libvirtd agrees after every step, and in the frames of 2 guests" in run.stdout
    assert run.returncode == 1


def test_one_restarts_beside_the_other(tapweave, tmp_path):
    """What the other one has in work goes on: a tap of its own, and a guest that starts."""
    scenario = tmp_path / "two.yaml"
    scenario.write_text("""title: One of two daemons restarts
report: none
network: {br0: {kind: ovs, datapath: netdev}}
guests:
  a: {nic: {bridge: br0}, state: running}
  b: {nic: {bridge: br0}, daemon: 2}
actors: [stop a, start b]
faults: {daemon-restart: 1}
claims: {libvirt-9.0: {deadlock: never}}
""", encoding="utf-8")
    schedule = ("b b b b restart/daemon a b a a b a b ovs-vswitchd b b a kernel/a kernel/a a"
                " ovs-vswitchd a")
    run = replay(tapweave, scenario, schedule)
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr
    assert run.returncode == 0


def test_one_libvirtd_has_one_policy(tapweave):
    run = tapweave("conform", "--on", "libvirt", *NETDEV, *NINE, "scenarios/half-upgraded.yaml")
    assert run.returncode == 4
    assert ("not expressible here: a daemon with a policy of its own: all run one libvirtd"
            in " ".join(run.stdout.split())), run.stdout + run.stderr
