"""Every value of every policy choice decides something: somewhere, an observation changes with it.

A choice that changes no verdict of any scenario has no place among the choices.  A witness is a
named policy, a scenario and an oracle whose observation (never, sometimes, always) is another one
when that choice alone is changed, from the policy's own value to another; it speaks for both.

Choices and values are those of `tapweave list policies --json`.  A value that has no row in the
table below fails by its name;

    tests/test_pairwise.py CHOICE=VALUE

looks for a row for it in all scenarios, which takes a while."""
import functools
import sys

import pytest
from conftest import ROOT, SCENARIOS, Cli

# A named policy, the one choice that is changed, and the scenario and the oracle that show it.
WITNESSES = [
    ("libvirt-6.6", "name=counter", "counter", "lost-attachment"),
    ("libvirt-7.0", "name=lowest-free", "lowest-free", "lost-attachment"),
    ("libvirt-7.0", "name=quarantine", "fin-wait-unbounded", "lost-attachment"),
    ("fin-wait", "hold=1", "fin-wait", "lost-attachment"),
    ("lowest-free", "release=clean-up-end", "lowest-free", "lost-attachment"),
    ("libvirt-7.0", "name-check=no", "name-taken", "start-failed"),
    ("libvirt-7.0", "on-taken=retry", "name-taken-meanwhile", "start-failed"),
    ("counter", "user-template=kernel", "user-template", "lost-attachment"),
    ("libvirt-7.0", "user-template=replace", "template-taken", "start-failed"),
    ("libvirt-6.6", "port-guard=mac", "mac-check-error-log", "spurious-error"),
    ("mac-check", "port-guard=quiet-mac", "mac-check-error-log", "spurious-error"),
    ("libvirt-6.6", "port-guard=exists", "exists-check-leak", "stale-port"),
    ("exists-check", "port-guard=incarnation", "exists-check-leak", "stale-port"),
    ("libvirt-6.6", "port-guard=port-uuid", "reported-race", "lost-attachment"),
    ("libvirt-6.6", "port-guard=bridge", "bridge-guard", "lost-attachment"),
    ("libvirt-6.6", "port-guard=port-owner", "reported-race", "lost-attachment"),
    ("libvirt-9.0", "port-guard=vm-id", "fixed-name", "lost-attachment"),
    ("exists-check", "guard-lock=create", "atomic", "lost-attachment"),
    ("libvirt-6.6", "ovs-add=may-exist", "two-switches", "start-failed"),
    ("libvirt-6.6", "ovs-add=plain", "two-switches", "start-failed"),
    ("owner-delete", "ovs-add=del-wait-add", "lp-1519926", "lost-attachment"),
    ("libvirt-9.0", "ovs-add=may-exist-set", "vpp-1766", "lost-attachment"),
    ("libvirt-9.0", "ovs-add=may-exist-tag", "vpp-1766", "lost-attachment"),
    ("libvirt-6.6", "vlan-by=agent", "lp-1734320", "wrong-network"),
    ("libvirt-9.0", "vlan-by=parked", "vpp-1766", "lost-attachment"),
    ("owner-delete", "attach=reattach", "reattach-adopts", "lost-attachment"),
    ("libvirt-6.6", "clean-up=created", "fixed-name", "lost-attachment"),
    ("libvirt-9.0", "clean-up=created-link", "rhbz-2166235", "lost-attachment"),
    ("libvirt-6.6", "stop-order=port-first", "port-first", "lost-attachment"),
    ("libvirt-6.6", "xml-names=drop", "rhbz-2166235", "start-failed"),
    ("libvirt-6.6", "xml-names=keep", "xml-names-direct", "lost-attachment"),
    ("libvirt-6.6", "xml-names=all", "seed3-failed-migration", "lost-attachment"),
    ("counter", "name-pool=kind", "name-pools", "duplicate-name"),
    ("libvirt-6.6", "on-gone=give-up", "urunc-408", "stale-port"),
    ("libvirt-6.6", "root-qdisc=not-ovs", "shared-limit", "lost-qos"),
    ("libvirt-7.0", "root-qdisc=not-ovs", "shared-limit-switch", "lost-qos"),
    ("libvirt-9.0", "limit-by=tc", "bandwidth-left", "lost-qos"),
    ("libvirt-9.0", "limit-by=qos", "bandwidth-left", "lost-qos"),
    ("libvirt-6.6", "filter-key=name-mac", "filter-binding", "start-failed"),
    ("libvirt-6.6", "filter-key=name", "filter-binding", "start-failed"),
    ("libvirt-6.6", "start-unfilters=last", "filter-removed-twice", "start-failed"),
    ("libvirt-6.6", "name-family=own", "own-names", "lost-attachment"),
    ("libvirt-6.6", "tap-delete=never", "freebsd", "leaked-tap"),
    ("libvirt-6.6", "tap-delete=required", "persistent-hostile", "leaked-tap"),
    ("libvirt-6.6", "tap-delete=all", "persistent-hostile-bridge", "leaked-tap"),
    ("libvirt-6.6", "tap-delete=restore", "persistent-precreated", "lost-persistence"),
    ("libvirt-6.6", "unplug=delete", "persistent-unplug", "leaked-tap"),
    ("libvirt-9.0", "stop-status=kept", "two-nics-restart", "lost-attachment"),
    ("libvirt-7.0", "link-delete=bulk", "macvtap-stop-start", "start-failed"),
    ("libvirt-6.6", "kill-fails=fail", "sigkill-ignored", "lost-attachment"),
    ("libvirt-6.6", "explicit-name=refuse", "nova-calico", "start-failed"),
    ("libvirt-11.3", "reserve-again=first", "restart-mid-stop", "lost-attachment"),
]


def list_policies():
    return Cli().json("list", "policies", status=0) if Cli.binary.exists() else {
        "entries": [], "choices": []}


LISTED = list_policies()
NAMED = {entry["name"]: entry["choices"] for entry in LISTED["entries"]}
VALUES = {choice["name"]: choice["values"] for choice in LISTED["choices"]}


@functools.cache
def observed(policy, path):
    """Oracle -> observation; empty if the search takes too long to say."""
    result = Cli().json("explore", "-p", policy, "--timeout=5", path)
    if not result["complete"]:
        return {}
    return {oracle["name"]: oracle["observation"] for oracle in result["oracles"]}


def differing(policy, change, path):
    """The oracles whose observation is another one with the change."""
    before, after = observed(policy, path), observed(f"{policy},{change}", path)
    return [name for name in before if after.get(name, before[name]) != before[name]]


@pytest.mark.parametrize(("policy", "change", "scenario", "oracle"), WITNESSES)
def test_a_witness_is_one(policy, change, scenario, oracle):
    choice, value = change.split("=")
    assert NAMED[policy][choice] != value, "nothing is changed"
    assert oracle in differing(policy, change, f"scenarios/{scenario}.yaml")


def spoken_for(choice):
    """The values that a row of the table has, or changes."""
    rows = [(policy, change.split("=")) for policy, change, _, _ in WITNESSES]
    return {value for policy, (name, to) in rows if name == choice
            for value in (to, NAMED[policy][choice])}


def search(choice, value):
    """A witness for a value that the table has none for: a row to be added to it."""
    for path in SCENARIOS:
        for policy, chosen in NAMED.items():
            others = VALUES[choice] if chosen[choice] == value else [value]
            for other in others:
                if other == chosen[choice]:
                    continue
                for oracle in differing(policy, f"{choice}={other}", path):
                    return policy, f"{choice}={other}", path.stem, oracle
    return None


def is_number(choice):
    return all(value.isdigit() for value in VALUES[choice])


@pytest.mark.parametrize(("choice", "value"), [
    (choice, value) for choice, values in VALUES.items() for value in values
    if not is_number(choice)])
def test_a_value_decides_something(choice, value):
    assert value in spoken_for(choice), (
        f"{choice}={value} has no row in WITNESSES: "
        f"tests/test_pairwise.py {choice}={value} looks for one")


@pytest.mark.parametrize("choice", [choice for choice in VALUES if is_number(choice)])
def test_a_number_decides_something(choice):
    """One of them against another; for each of them, see below."""
    assert len(spoken_for(choice)) > 1


@pytest.mark.parametrize("hold", VALUES.get("hold", []))
def test_a_hold_is_enough_if_it_is_longer_than_a_clean_up(tmp_path, hold):
    """So each number is told from the named policy's, or its own from a smaller one (mail 001)."""
    own = int(NAMED["fin-wait"]["hold"])
    less, more = sorted((int(hold), own if int(hold) != own else own - 1))
    text = (ROOT / "scenarios" / "fin-wait.yaml").read_text(encoding="utf-8")
    assert "clean-up-takes: 2" in text
    changed = tmp_path / "changed.yaml"
    changed.write_text(text.replace("clean-up-takes: 2", f"clean-up-takes: {max(less, 1)}"),
                       encoding="utf-8")
    for number, observation in [(less, "sometimes"), (more, "never")]:
        assert observed(f"fin-wait,hold={number}", changed)["lost-attachment"] == observation


def test_the_lists_are_there(tapweave):
    assert tapweave.binary.exists() and NAMED and VALUES


if __name__ == "__main__":
    print(search(*sys.argv[1].split("=")) or "it changes no verdict of any scenario")
