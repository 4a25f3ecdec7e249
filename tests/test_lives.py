"""Guests that are lives of one VM (`vm`): what is known by the VM's ids is of all of them."""
import pytest
import yaml
from conftest import ROOT

PAGE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
EXAMPLE = PAGE.split("**Lives of one VM**")[1].split("```yaml\n")[1].split("```")[0]


def written(tmp_path, guests_alone=False):
    """The page's example; or the same with two VMs."""
    scenario = {"title": "t", "report": "none", "network": {"br0": {"kind": "ovs"}},
                **yaml.safe_load(EXAMPLE)}
    for guest in scenario["guests"].values():
        if guests_alone:
            del guest["vm"]
    path = tmp_path / f"{'two-vms' if guests_alone else 'one-vm'}.yaml"
    path.write_text(yaml.safe_dump(scenario, sort_keys=False), encoding="utf-8")
    return path


def lost(tapweave, policy, path):
    report = tapweave.json("explore", "-p", policy, path)
    return next(its for its in report["oracles"] if its["name"] == "lost-attachment")


# Whether a late clean-up costs another VM its network, and the next life of its own VM.
@pytest.mark.parametrize("policy, another, own", [
    ("libvirt-11.3", "sometimes", "sometimes"),
    ("libvirt-11.3,port-guard=vm-id", "never", "sometimes"),
    ("libvirt-11.3,port-guard=port-owner", "never", "never"),
    # In another life it is another row, as long as nobody has adopted the first one.
    ("owner-delete", "never", "never"),
    ("owner-delete,ovs-add=may-exist", "sometimes", "sometimes"),
])
def test_what_a_guard_by_the_vm_takes_for_its_own(tapweave, tmp_path, policy, another, own):
    assert [lost(tapweave, policy, written(tmp_path, guests_alone))["observation"]
            for guests_alone in (True, False)] == [another, own]


def test_its_counterexample_can_be_kept(tapweave, tmp_path):
    """A scenario that is made of it still says that they are one VM, since it needs that."""
    policy, path = "libvirt-11.3,port-guard=vm-id", written(tmp_path)
    schedule = " ".join(step["actor"] for step
                        in lost(tapweave, policy, path)["trace"]["steps"])
    kept = tapweave("keep", "-p", policy, "-s", schedule, "--oracle", "lost-attachment", path)
    assert kept.returncode == 0, kept.stderr
    guests = yaml.safe_load(kept.stdout)["guests"]
    assert [guest.get("vm") for guest in guests.values()] == ["web", "web"]
