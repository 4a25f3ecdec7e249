"""Nics with limits of bandwidth, and with several queues, of a real libvirtd."""
import pytest
from forced import NETDEV, replay

pytestmark = pytest.mark.usefixtures("libvirt")


@pytest.mark.parametrize("schedule", [
    # Frames pass by the first queue, on either kind of bridge; and a start that fails closes both.
    "a kernel/a kernel/a a ovs-vswitchd a b b b b b b b",
    "b b b b b fail/b b b",
])
def test_a_tap_of_two_queues(tapweave, tmp_path, schedule):
    scenario = tmp_path / "queues.yaml"
    scenario.write_text("""title: Taps of two queues
report: none
network: {br0: {kind: ovs, datapath: netdev}, lb0: {kind: linux}}
guests:
  a: {nic: {bridge: br0, queues: 2}, state: running}
  b: {nic: {bridge: lb0, queues: 2}}
actors: [stop a, start b]
faults: {start-fails: 1}
claims: {libvirt-9.0: {deadlock: never}}
""", encoding="utf-8")
    run = replay(tapweave, scenario, schedule)
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr
    assert "fail/b" in schedule or "in the frames of 2 guests" in run.stdout


def test_two_guests_share_a_tap_of_two_queues(tapweave):
    """Both have looked whether it is there before either has made it."""
    schedule = "a b a b a b a b a b"
    run = replay(tapweave, "scenarios/tunsetiff-multi-queue.yaml", schedule)
    assert "violated: shared-tap" in run.stdout
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr


def limited(tmp_path, kind):
    scenario = tmp_path / "limited.yaml"
    scenario.write_text(f"""title: Limits of bandwidth
report: none
network: {{br0: {{kind: {kind}}}}}
guests:
  a: {{nic: {{bridge: br0, name: tap0, limit: true}}, state: running}}
actors: [[stop a, start a]]
claims: {{libvirt-9.0: {{deadlock: never}}}}
""", encoding="utf-8")
    return scenario


OVER = "a kernel/a kernel/a a a"  # a stop: the kill, the limit, and the port or its filing


def test_a_limit_by_tc(tapweave, tmp_path):
    run = replay(tapweave, limited(tmp_path, "linux"), f"{OVER} a a a a a a a")
    assert "set-limit tap0" in run.stdout, run.stdout + run.stderr
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr


def test_a_limit_by_open_vswitch(tapweave, tmp_path):
    """9.0.0 leaves the rows of the first start, and the second one looks at no port."""
    schedule = f"{OVER} ovs-vswitchd a a a a a ovs-vswitchd a a a"
    run = replay(tapweave, limited(tmp_path, "ovs, datapath: netdev"), schedule)
    assert "violated: lost-qos" in run.stdout, run.stdout + run.stderr
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr


def test_the_rows_of_a_limit_are_compared(tapweave, tmp_path):
    """Under a policy whose stop removes them."""
    run = tapweave("replay", "--on", "libvirt", "-p", "libvirt-9.0,limit-by=qos", "-s",
                   "a kernel/a kernel/a a", limited(tmp_path, "ovs, datapath: netdev"))
    assert run.returncode == 5, run.stdout + run.stderr
    assert "a: the model has 'clear-qos tap0' next" in run.stdout


def test_a_hot_unplug_removes_the_rows_of_a_limit(tapweave):
    """By three calls that wait for ovs-vswitchd, where the model has one; and libvirtd has the tap
    of another guest open, which what it forks for each call has to close."""
    schedule = "a b b b b ovs-vswitchd a a ovs-vswitchd a"
    run = replay(tapweave, "scenarios/unplug-limit.yaml", schedule)
    assert "clear-qos" in run.stdout, run.stdout + run.stderr
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr
