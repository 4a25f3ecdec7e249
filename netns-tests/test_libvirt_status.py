"""What a libvirtd has in a status file of a start that fails, and what the next one makes of it."""
import pytest
from forced import replay

pytestmark = pytest.mark.usefixtures("libvirt")


@pytest.mark.parametrize(("others", "schedule", "does"), [
    # Its execve fails, and nothing is undone but for the descriptors of a process that has ended.
    ("", "fail/a restart/daemon a a a ovs-vswitchd a", "connect: ESRCH"),
    ("", "fail/a a a restart/daemon a a a ovs-vswitchd a", "connect: ESRCH"),
    # Its tap has gone, or has another name: there has been no QEMU.
    ("delete vnet0", "other a restart/daemon", "exec vnet0: ENODEV"),
    ("rename vnet0 wan0", "other a a a ovs-vswitchd a", "exec vnet0: ENODEV"),
    # Another tap has its name.
    ("delete vnet0, create vnet0", "other other a restart/daemon a a a ovs-vswitchd a",
     "connect: ESRCH"),
])
def test_a_start_leaves_a_status_file_from_its_qemu_on(tapweave, tmp_path, others, schedule, does):
    scenario = tmp_path / "forked.yaml"
    scenario.write_text(f"""title: A start whose QEMU does not run, and a daemon that is killed
report: none
network: {{br0: {{kind: ovs, datapath: netdev}}}}
guests:
  a: {{nic: {{bridge: br0}}}}
actors: [start a{others and f', [{others}]'}]
faults: {{daemon-restart: 1, start-fails: {{times: 1, at: exec}}}}
claims: {{libvirt-9.0: {{deadlock: never}}}}
""", encoding="utf-8")
    run = replay(tapweave, scenario, f"a a a a a ovs-vswitchd a {schedule}")
    assert does in run.stdout
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr
