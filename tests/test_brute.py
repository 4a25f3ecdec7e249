"""The C explorer's exact counts against those of a second, independent implementation.

tests/brute/ walks through every interleaving of a small world, one by one; tapweave counts them
over its state graph.  The numbers have to be the same, and so has every counterexample: the first
of the shortest schedules, which the other implementation can follow to the same violation.  Where
the interleavings are many it counts over a graph of its own, which agrees with the walk wherever
both are made."""
import gc
import json
import os
import pathlib
import subprocess

import pytest

from brute.agree import differences
from brute.cards import SEVERAL_CARDS
from brute.clients import CLIENTS
from brute.enumerate import enumerate_all
from brute.families import FAMILIES
from brute.forked import FORKED
from brute.generations import GENERATIONS
from brute.graph import count_all
from brute.late import LATE
from brute.indexes import INDEXES, QDISCS
from brute.links import LINKS
from brute.lives import LIVES
from brute.resets import RESETS
from brute.scenario import read_world
from brute.sigkill import SIGKILL
from brute.switch_faults import SWITCH_FAULTS

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORLDS = pathlib.Path(__file__).resolve().parent / "brute" / "worlds"
TAPWEAVE = ROOT / os.environ.get("TAPWEAVE", "build/tapweave")


@pytest.fixture(autouse=True)
def no_search_for_garbage():
    """What a state has leads to no circle: to look for one takes a quarter of the time."""
    gc.disable()
    yield
    gc.enable()


# Chosen for what they exercise, and so that no pair has more than about 150,000 interleavings.
POLICIES = {
    "reported": [
        "libvirt-6.6", "mac-check", "exists-check", "reattach", "exists-reattach", "atomic",
        "counter", "lowest-free", "lowest-free-after-cleanup", "owner-delete", "port-first",
        "libvirt-6.6,port-guard=incarnation", "libvirt-6.6,ovs-add=plain",
        "owner-delete,ovs-add=may-exist", "libvirt-6.6,port-guard=bridge", "libvirt-9.0",
        "owner-delete,ovs-add=may-exist,port-guard=port-owner",
        "libvirt-6.6,port-guard=port-owner", "per-guest-names,tap-delete=never",
        "libvirt-6.6,port-guard=vm-id", "libvirt-6.6,port-guard=vm-id,ovs-add=may-exist",
    ],
    "netdev": ["libvirt-6.6", "exists-check", "owner-delete", "reattach", "lowest-free",
               "libvirt-6.6,ovs-add=may-exist"],
    "two-switches": [
        "libvirt-6.6", "reattach", "exists-check,ovs-add=plain", "exists-check,ovs-add=may-exist",
        "libvirt-6.6,port-guard=bridge", "reattach,port-guard=bridge,ovs-add=del-wait-add",
        "libvirt-6.6,port-guard=port-owner,ovs-add=may-exist",
    ],
    "two-datapaths": ["libvirt-6.6", "mac-check", "libvirt-6.6,ovs-add=plain"],
    "linux-next": ["libvirt-6.6", "mac-check", "reattach", "exists-reattach", "counter"],
    "linux-and-netdev": ["libvirt-6.6", "exists-check", "owner-delete"],
    "two-netdev-bridges": ["libvirt-6.6", "libvirt-6.6,ovs-add=plain"],
    "netdev-leaked": ["libvirt-6.6", "port-first"],
    "netdev-restart": [
        "libvirt-6.6", "exists-check", "owner-delete", "reattach", "counter",
        "per-guest-names,tap-delete=never",
    ],
    "stale-reused": [
        "libvirt-6.6", "libvirt-6.6,ovs-add=plain", "libvirt-6.6,ovs-add=del-wait-add",
        "reattach,ovs-add=del-wait-add",
    ],
    "bridge-left": ["reattach", "libvirt-6.6"],
    "equal-macs": [
        "mac-check", "libvirt-6.6,port-guard=quiet-mac", "libvirt-6.6,filter-key=name-mac",
    ],
    "lock": ["atomic", "libvirt-6.6,guard-lock=create", "owner-delete,guard-lock=create"],
    "counter-in-the-way": [
        "libvirt-6.6", "counter", "counter,name-check=no", "counter,on-taken=fail",
        "counter,name-check=no,on-taken=fail", "lowest-free", "lowest-free,on-taken=fail",
        "lowest-free,name-check=yes", "libvirt-7.0", "libvirt-11.3",
    ],
    "other-software": [
        "mac-check",
        "libvirt-6.6", "libvirt-6.6,clean-up=created", "exists-check", "counter", "lowest-free",
        "reattach", "libvirt-6.6,ovs-add=may-exist,clean-up=created",
    ],
    "running-deleted": ["libvirt-6.6", "reattach", "libvirt-6.6,ovs-add=plain", "counter"],
    "crash": [
        "libvirt-6.6", "mac-check", "reattach", "libvirt-6.6,on-gone=give-up",
        "libvirt-6.6,filter-key=name-mac", "libvirt-6.6,filter-key=name",
        "lowest-free,on-gone=give-up",
    ],
    "leaked": ["libvirt-6.6", "exists-check", "libvirt-6.6,port-guard=incarnation"],
    "leaked-restart": [
        "exists-check,ovs-add=may-exist",
        "libvirt-6.6", "exists-check", "owner-delete", "lowest-free", "fin-wait",
        "lowest-free,on-taken=fail", "fin-wait,hold=2,name-check=yes",
    ],
    "leaked-for-ever": ["exists-check", "lowest-free"],
    "quarantine": ["fin-wait,hold=1", "fin-wait,hold=1,release=clean-up-end"],
    "quarantine-bounded": ["fin-wait,hold=1", "fin-wait,hold=2"],
    "quarantine-two": ["fin-wait", "fin-wait,hold=1,stop-order=port-first"],
    "ethernet": ["libvirt-6.6", "port-first", "counter"],
    "ethernet-only": ["libvirt-6.6", "lowest-free", "fin-wait,hold=1"],
    "fixed-name": [
        "per-guest-names",
        "owner-delete,guard-lock=create", "libvirt-6.6,port-guard=port-owner",
        "libvirt-6.6", "libvirt-6.6,clean-up=created", "mac-check", "owner-delete", "port-first",
        "port-first,clean-up=created",
    ],
    "template": [
        "libvirt-6.6", "libvirt-6.6,user-template=honour", "counter,user-template=kernel",
        "lowest-free,user-template=replace",
    ],
    "template-and-default": [
        "libvirt-6.6,user-template=kernel", "counter", "counter,user-template=kernel",
        "counter,name-check=no", "lowest-free", "per-guest-names", "counter,name-family=own",
        "per-guest-names,user-template=kernel", "per-guest-names,user-template=replace",
    ],
    "failed-start": ["libvirt-6.6", "libvirt-6.6,clean-up=created", "exists-check",
                     "owner-delete", "atomic,clean-up=created"],
    "failed-ethernet": ["libvirt-6.6", "libvirt-6.6,clean-up=created", "port-first"],
    "limits": ["libvirt-6.6", "counter", "port-first", "lowest-free"],
    "limits-deleted": ["libvirt-6.6", "libvirt-6.6,clean-up=created", "port-first"],
    "two-stops": ["libvirt-6.6", "mac-check", "port-first"],
    "restart": ["libvirt-6.6", "owner-delete", "counter", "fin-wait,hold=1"],
    "name-kept": [
        "per-guest-names,on-taken=fail",
        "lowest-free,on-taken=fail,clean-up=created",
        "lowest-free,on-taken=fail", "lowest-free-after-cleanup,on-taken=fail,clean-up=created",
        "fin-wait,hold=1,on-taken=fail",
    ],
    "ethernet-deleted": [
        "libvirt-6.6", "libvirt-6.6,clean-up=created", "port-first",
        "libvirt-6.6,filter-key=name",
    ],
    "two-templates-running": ["libvirt-6.6,user-template=kernel", "lowest-free", "counter"],
    "leaked-deleted": ["libvirt-6.6"],
    "sigterm": ["libvirt-6.6", "mac-check", "port-first"],
    "sigterm-restart": ["libvirt-6.6", "lowest-free"],
    "ovs-timeout": ["libvirt-6.6", "owner-delete", "port-first"],
    "ovs-timeout-twice": [
        "libvirt-6.6", "libvirt-6.6,ovs-add=may-exist", "owner-delete,ovs-add=may-exist",
        "libvirt-6.6,ovs-add=plain", "lowest-free", "libvirt-6.6,port-guard=port-owner",
        "per-guest-names", "per-guest-names,ovs-add=del-add",
        "libvirt-6.6,port-guard=port-owner,ovs-add=may-exist",
    ],
    "ovs-timeout-fixed": [
        "libvirt-6.6", "libvirt-6.6,clean-up=created", "owner-delete",
    ],
    "both-waits": ["libvirt-6.6", "port-first"],
    "persistent": [
        "libvirt-6.6", "libvirt-6.6,tap-delete=restore", "libvirt-6.6,tap-delete=all",
        "reattach,tap-delete=never", "libvirt-6.6,clean-up=created",
    ],
    "persistent-hostile": [
        "libvirt-6.6", "libvirt-6.6,tap-delete=all", "libvirt-6.6,tap-delete=restore",
        "lowest-free", "lowest-free,tap-delete=all",
    ],
    "persistent-again": [
        "libvirt-6.6", "libvirt-6.6,tap-delete=all", "libvirt-6.6,tap-delete=restore",
        "libvirt-6.6,tap-delete=restore,attach=reattach",
    ],
    "persistent-switch": [
        "libvirt-6.6,tap-delete=all", "libvirt-6.6,port-guard=incarnation,tap-delete=never",
        "libvirt-6.6,port-guard=incarnation,tap-delete=restore",
    ],
    "persistent-guard": [
        "libvirt-6.6,port-guard=incarnation,tap-delete=restore",
        "libvirt-6.6,port-guard=incarnation,tap-delete=all", "port-first,tap-delete=restore",
    ],
    "permanent-switches": [
        "libvirt-6.6", "libvirt-9.0", "per-guest-names", "exists-check",
        "owner-delete,ovs-add=may-exist",
        "libvirt-6.6,ovs-add=may-exist,port-guard=incarnation", "libvirt-6.6,tap-delete=all",
    ],
    "permanent-tag": [
        "libvirt-6.6", "reattach", "owner-delete,ovs-add=may-exist", "libvirt-6.6,ovs-add=plain",
        "libvirt-9.0",
    ],
    "permanent-wired": [
        "exists-check", "owner-delete,ovs-add=may-exist", "per-guest-names",
        "libvirt-6.6,clean-up=created",
    ],
    "permanent-moved": ["libvirt-6.6", "reattach"],
    "permanent-restart": ["libvirt-6.6", "libvirt-9.0", "owner-delete,ovs-add=may-exist"],
    "permanent-late": ["libvirt-6.6,clean-up=created", "per-guest-names"],
    "unplug": ["libvirt-6.6", "libvirt-6.6,unplug=delete", "port-first", "lowest-free"],
    "unplug-persistent": ["libvirt-6.6", "libvirt-6.6,unplug=delete", "lowest-free"],
    "unplug-restart": ["libvirt-6.6", "port-first", "per-guest-names", "counter"],
    "unplug-restart-twice": ["libvirt-6.6"],
    "unplug-restart-stop": ["libvirt-6.6", "libvirt-6.6,xml-names=drop"],
    "unplug-restart-macvtap": ["libvirt-6.6", "libvirt-6.6,xml-names=drop"],
    "queues": [
        "libvirt-6.6", "libvirt-6.6,tap-delete=never", "libvirt-6.6,tap-delete=restore",
        "libvirt-6.6,explicit-name=refuse",
    ],
    "queues-leak": ["libvirt-6.6", "libvirt-6.6,tap-delete=never", "libvirt-9.0"],
    "queues-differ": ["libvirt-6.6", "libvirt-6.6,tap-delete=restore"],
    "queues-left": ["libvirt-6.6", "libvirt-6.6,tap-delete=restore"],
    "managed": [
        "libvirt-6.6", "libvirt-9.0", "libvirt-6.6,guard-lock=create,tap-delete=restore",
    ],
    "freebsd": [
        "libvirt-6.6", "libvirt-6.6,tap-delete=never", "lowest-free,on-taken=fail",
        "libvirt-6.6,clean-up=created", "libvirt-6.6,tap-delete=required",
    ],
    "freebsd-fixed": [
        "per-guest-names", "libvirt-6.6", "libvirt-6.6,tap-delete=never", "port-first",
    ],
    "persistent-restart": ["libvirt-6.6", "libvirt-6.6,tap-delete=restore", "per-guest-names"],
    "persistent-hostile-restart": [
        "libvirt-6.6", "libvirt-6.6,tap-delete=restore", "per-guest-names",
    ],
    "persistent-leaked": ["libvirt-6.6", "libvirt-6.6,tap-delete=restore", "per-guest-names"],
    "persistent-start-fails": [
        "libvirt-6.6", "libvirt-6.6,tap-delete=restore,attach=reattach",
        "libvirt-6.6,tap-delete=all,clean-up=created",
    ],
    "unplug-crash": ["libvirt-6.6", "lowest-free", "per-guest-names"],
    "queues-crash": ["libvirt-6.6", "libvirt-11.3", "lowest-free,tap-delete=never"],
    "freebsd-leaked": [
        "libvirt-6.6", "libvirt-6.6,tap-delete=never", "libvirt-6.6,tap-delete=restore",
    ],
    "freebsd-start-fails": [
        "libvirt-6.6", "libvirt-6.6,clean-up=created", "libvirt-6.6,tap-delete=restore",
    ],
    "managed-missing": ["libvirt-6.6", "libvirt-6.6,guard-lock=create,tap-delete=restore"],
    "restart-stop": [
        "libvirt-6.6", "libvirt-9.0", "port-first", "owner-delete", "fin-wait,hold=1",
        "libvirt-6.6,port-guard=incarnation", "port-first,port-guard=port-owner",
    ],
    "restart-beside-start": [
        "libvirt-6.6", "libvirt-7.0", "libvirt-7.0,reserve-again=first",
        "lowest-free-after-cleanup", "lowest-free-after-cleanup,reserve-again=first", "reattach",
    ],
    "restart-race": ["libvirt-6.6", "lowest-free-after-cleanup,reserve-again=first"],
    "restart-netdev": ["libvirt-6.6", "libvirt-9.0", "owner-delete", "port-first", "atomic"],
    "restart-twice": ["libvirt-6.6", "libvirt-6.6,port-guard=incarnation", "owner-delete"],
    "restart-template": [
        "libvirt-6.6", "libvirt-7.0", "libvirt-7.0,reserve-again=first", "lowest-free",
    ],
    "restart-crash": ["libvirt-6.6", "libvirt-7.0", "lowest-free", "port-first"],
    "restart-sigterm": ["libvirt-6.6", "lowest-free", "port-first"],
    "restart-starts": ["libvirt-6.6", "libvirt-6.6,guard-lock=create"],
    "restart-deleted": ["libvirt-6.6", "mac-check", "lowest-free"],
    "unplug-restart-ovs": ["libvirt-6.6", "libvirt-9.0", "port-first"],
    "reattach-refused": ["libvirt-6.6"],
    "reattach-late": ["libvirt-6.6"],
    "restart-two-daemons": ["libvirt-6.6", "libvirt-7.0"],
    "qemu-crash": ["libvirt-6.6", "port-first", "lowest-free"],
    "qemu-crash-start": ["libvirt-6.6", "port-first", "owner-delete"],
    "qemu-crash-twice": ["libvirt-6.6", "mac-check", "counter"],
    "qemu-crash-command": ["libvirt-6.6", "port-first", "fin-wait,hold=1"],
    "qemu-crash-ignored": ["libvirt-6.6", "port-first", "fin-wait,hold=1"],
    "start-fails": [
        "libvirt-6.6", "libvirt-6.6,clean-up=created", "counter", "libvirt-7.0", "lowest-free",
        "owner-delete,attach=reattach", "atomic", "lowest-free-after-cleanup,guard-lock=create",
        "lowest-free,on-taken=fail,clean-up=created", "fin-wait,hold=1",
    ],
    "start-fails-fixed": ["libvirt-6.6", "libvirt-6.6,clean-up=created", "owner-delete"],
    "fd-leak": ["libvirt-6.6", "exists-check", "libvirt-6.6,port-guard=incarnation", "counter"],
    "fd-leak-ethernet": ["libvirt-6.6"],
    "fd-leak-fails": [
        "libvirt-6.6", "exists-check", "libvirt-6.6,clean-up=created", "lowest-free",
        "lowest-free,on-taken=fail",
    ],
    "start-fails-two": ["libvirt-6.6", "libvirt-6.6,clean-up=created"],
    "rows-left": [
        "libvirt-6.6", "libvirt-6.6,ovs-add=may-exist", "libvirt-6.6,ovs-add=may-exist-tag",
        "libvirt-6.6,ovs-add=may-exist-set",
        "libvirt-6.6,ovs-add=plain", "owner-delete,ovs-add=may-exist", "counter",
        "libvirt-6.6,vlan-by=agent", "libvirt-6.6,vlan-by=parked",
        "libvirt-6.6,ovs-add=may-exist,vlan-by=agent",
        "libvirt-6.6,ovs-add=may-exist-tag,vlan-by=parked",
    ],
    "rows-left-netdev": [
        "libvirt-6.6", "libvirt-6.6,ovs-add=may-exist", "libvirt-6.6,ovs-add=may-exist-tag",
    ],
    "vlans": [
        "libvirt-6.6", "libvirt-6.6,ovs-add=may-exist", "libvirt-6.6,ovs-add=may-exist-tag",
        "owner-delete,ovs-add=may-exist", "reattach",
    ],
    "wired": ["libvirt-6.6", "libvirt-6.6,ovs-add=may-exist", "owner-delete", "reattach"],
    "wired-netdev": ["libvirt-6.6,ovs-add=may-exist", "exists-check"],
    "two-daemons": ["counter", "lowest-free-after-cleanup"],
    "two-daemons-linux": ["fin-wait,hold=1"],
    "two-daemons-starts": ["atomic", "libvirt-7.0"],
    "admin": [
        "libvirt-6.6", "libvirt-6.6,ovs-add=plain", "libvirt-6.6,ovs-add=may-exist", "reattach",
    ],
    "admin-netdev": ["libvirt-6.6", "counter"],
    "admin-linux": ["libvirt-6.6", "reattach"],
    "midonet": ["libvirt-6.6", "port-first", "reattach", "counter"],
    "midonet-fails": ["libvirt-6.6", "libvirt-6.6,clean-up=created"],
    "midonet-unplugged": ["libvirt-6.6", "port-first"],
    "vlan-agent": [
        "libvirt-6.6,vlan-by=agent", "libvirt-6.6,ovs-add=may-exist,vlan-by=parked",
    ],
    "vlans-netdev": ["libvirt-6.6,ovs-add=may-exist", "owner-delete"],
    "renamed": ["libvirt-6.6", "reattach", "owner-delete", "counter"],
    "renamed-stopped": [
        "libvirt-6.6", "libvirt-6.6,port-guard=incarnation", "port-first",
    ],
    "renamed-back": ["libvirt-6.6"],
    "renamed-kept": ["libvirt-6.6", "reattach", "libvirt-9.0", "owner-delete"],
    "renamed-netdev": ["libvirt-6.6", "exists-check", "counter", "libvirt-6.6,ovs-add=may-exist"],
    "renamed-netdev-stopped": ["libvirt-6.6", "exists-check"],
    "renamed-swapped": ["libvirt-6.6"],
    "renamed-restart": ["libvirt-6.6"],
    "renamed-wired": ["libvirt-6.6", "libvirt-6.6,ovs-add=may-exist"],
    "renamed-linux": ["libvirt-6.6", "libvirt-6.6,filter-key=name-mac"],
    "renamed-queues": ["libvirt-6.6", "libvirt-6.6,port-guard=incarnation"],
    "renamed-midonet": ["libvirt-6.6"],
    "renamed-enslaved": ["reattach"],
    "renamed-onwards": ["libvirt-6.6"],
    "renamed-unheard": ["libvirt-6.6"],
    "containers-replaced": [
        "libvirt-6.6", "libvirt-11.3", "port-first", "per-guest-names", "reattach",
    ],
    "containers-restart": ["libvirt-6.6", "libvirt-6.6,on-gone=give-up"],
    "containers-named": ["libvirt-6.6", "lowest-free"],
    "template-carried": ["libvirt-6.6", "libvirt-7.0", "libvirt-7.0,clean-up=created"],
    "two-kinds": [
        "libvirt-6.6", "libvirt-7.0", "counter", "counter,on-taken=fail", "lowest-free",
        "counter,on-taken=fail,name-pool=kind", "lowest-free,on-taken=fail",
        "libvirt-6.6,user-template=kernel",
    ],
    **SEVERAL_CARDS,
    **LATE,
    **LINKS,
    **LIVES,
    **INDEXES,
    **QDISCS,
    **RESETS,
    **FAMILIES,
    **FORKED,
    **SWITCH_FAULTS,
    **SIGKILL,
    **CLIENTS,
    **GENERATIONS,
}


PAIRS = [(world, policy) for world, policies in POLICIES.items() for policy in policies]

# Interleavings that are walked one by one in a pair; `make brute` walks all there are.
WALKED = 1000


def explore(path, policy):
    run = subprocess.run([TAPWEAVE, "explore", "-p", policy, str(path), "--json", "-"],
                         capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode in (0, 1), run.stderr
    report = json.loads(run.stdout)
    assert report["complete"]
    return report


def test_every_world_is_used():
    assert {path.stem for path in WORLDS.glob("*.yaml")} == set(POLICIES)


@pytest.mark.parametrize(("world", "policy"), PAIRS)
def test_counts_agree(request, world, policy):
    path = WORLDS / f"{world}.yaml"
    report = explore(path, policy)
    ours = read_world(path.read_text(encoding="utf-8"), policy)
    counted = count_all(ours)
    assert counted.interleavings >= 2  # in a single one no step too many is seen
    assert differences(report, ours, counted) == []
    if counted.interleavings <= WALKED or request.config.getoption("--walk-all"):
        assert enumerate_all(ours) == counted
