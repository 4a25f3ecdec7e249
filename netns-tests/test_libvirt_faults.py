"""Faults forced on a real libvirtd: transactions that are late, descriptors that leak, a QEMU that
SIGKILL does not end."""
import pytest
from forced import ALONE, NETDEV, replay

pytestmark = pytest.mark.usefixtures("libvirt")


@pytest.mark.parametrize("schedule, violated", [
    # An add-port that ran out of time is read when its start has failed; and a del-port, when the
    # guest has another name.
    ("a b b b b kernel/a kernel/a a ovs-vswitchd a late/b b b ovsdb/b", "violated: stale-port"),
    ("a kernel/a kernel/a late/a a b b b ovsdb/a ovs-vswitchd b b ovs-vswitchd b b",
     "a's row vnet0 is deleted"),
])
def test_a_transaction_is_read_late(tapweave, schedule, violated):
    run = replay(tapweave, "scenarios/ovs-late.yaml", schedule)
    assert violated in run.stdout
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr


@pytest.mark.parametrize("scenario, schedule", [
    ("fd-leak", "leak/a a kernel/a kernel/a a ovs-vswitchd a"),
    ("leaked-for-ever", "a kernel/a kernel/a a ovs-vswitchd a"),
])
def test_a_helper_keeps_a_tap(tapweave, scenario, schedule):
    """A copy of QEMU's descriptor, during the run and from the beginning."""
    run = replay(tapweave, f"scenarios/{scenario}.yaml", schedule)
    assert "violated: leaked-tap" in run.stdout
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr


def test_a_descriptor_of_libvirtd_leaks(tapweave, tmp_path):
    """While it starts a guest; another one runs, whose tap it is not."""
    scenario = tmp_path / "leak.yaml"
    scenario.write_text("""title: A descriptor leaks during a start
report: none
network: {br0: {kind: ovs, datapath: netdev}}
guests:
  a: {nic: {bridge: br0}, state: running}
  b: {nic: {bridge: br0}}
actors: [start b, close b]
faults: {fd-leak: 1, start-fails: 1}
claims: {libvirt-9.0: {deadlock: never}}
""", encoding="utf-8")
    run = replay(tapweave, scenario, "b b b leak/b fail/b b helper/b b")
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr


def test_a_qemu_that_ignores_sigkill(tapweave):
    """9.0.0 takes it for one that has ended: B has the name meanwhile, and A's tap is there."""
    schedule = "a timeout/a a ovs-vswitchd a b b b b b ovs-vswitchd b b kernel/a kernel/a"
    run = replay(tapweave, "scenarios/sigkill-ignored.yaml", schedule)
    assert "give-up" in run.stdout
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr


def test_a_kill_that_fails_does_not_fail_its_stop(tapweave, tmp_path):
    """Of 9.0.0; that of 11.3.0 does (test_libvirt_releases.py)."""
    scenario = tmp_path / "alone.yaml"
    scenario.write_text(ALONE, encoding="utf-8")
    run = tapweave("replay", "--on", "libvirt", *NETDEV, "-p", "libvirt-9.0,kill-fails=fail", "-s",
                   "a timeout/a", scenario)
    assert ("a: the model has a stop that fails without QEMU's end, and libvirtd's goes on"
            in run.stdout), run.stdout + run.stderr
    assert run.returncode == 5
