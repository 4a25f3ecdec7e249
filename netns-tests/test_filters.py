"""Packet filters on the real kernel, with other eyes than the harness's own: nft, and frames of the
test's own.

A guest's MAC is the number of the guest behind 52:54:00:00:00; its tap has the same behind fe."""
import errno
import json
import os
import subprocess

import pytest
import schemed
from host import in_own_host, processes
from host import tapweave as start
from seccomp import refuse_netfilter, without_netfilter
from test_eyes import held, look

LINUX = "scenarios/filter-binding.yaml"  # only what stop a and start b do to each other by a name
CRASH = "scenarios/qubes-164.yaml"
BY_NAME = "libvirt-6.6,filter-key=name"
BY_MAC = "libvirt-6.6,filter-key=name-mac"

A, B = "52:54:00:00:00:01", "52:54:00:00:00:02"


def ruleset(world):
    """Every object of the namespace's nftables but what made the answer, by kind."""
    listed = json.loads(world.run("nft", "-j", "list", "ruleset"))["nftables"]
    return [next(iter(entry.items())) for entry in listed if "metainfo" not in entry]


def filters(world):
    """The MACs that each name may send from.  All is in one table of the bridge family, so that a
    name may go and its filters stay."""
    objects = ruleset(world)
    assert {thing["family"] for _, thing in objects} == {"bridge"}
    sets = {thing["name"]: thing.get("elem", []) for kind, thing in objects if kind == "set"}
    found = {name: set() for name in sets["guarded"]}
    for element in sets["allowed"]:
        name, mac = element["concat"]
        found[name].add(mac)
    assert all(found.values())
    return found


def frames(world, name, bridge="lb0"):
    world.run("ip", "link", "add", "eye0", "type", "veth", "peer", "name", "eye1")
    world.run("ip", "link", "set", "eye1", "up")
    world.run("ip", "link", "set", "eye0", "up", "master", bridge)
    seen = world.eye("frames", name, "eye1")
    world.run("ip", "link", "delete", "eye0")
    return seen


ALL_PASS = {"in": True, "out": True, "spoofed": True}
OWN_PASS = {"in": True, "out": True, "spoofed": False}

# The start of b is create-tap, set-mac, add-if, link-up, add-filter, exec; the stop of a is kill,
# remove-filter, release; under counter b's begins with pick-name and lookup.
PREFIXES = [
    (BY_NAME, "a", {"vnet0": {A}}, {}),
    (BY_NAME, "a kernel/a", {"vnet0": {A}}, {}),  # it survives the device ...
    (BY_NAME, "a kernel/a b b b b", {"vnet0": {A}}, {}),  # ... is the next one's ...
    (BY_NAME, "a kernel/a b b b b b b", {"vnet0": {A, B}}, {"vnet0": OWN_PASS}),
    # a's removal is of all of the name, and b runs without a filter.
    (BY_NAME, "a kernel/a b b b b b b kernel/a a", {}, {"vnet0": ALL_PASS}),
    ("counter", "a kernel/a b b b b b b b b kernel/a a a", {"vnet1": {B}}, {"vnet1": OWN_PASS}),
    (BY_MAC, "a kernel/a b b b b b b", {"vnet0": {A, B}}, {"vnet0": OWN_PASS}),
    (BY_MAC, "a kernel/a b b b b b b kernel/a a a", {"vnet0": {B}}, {"vnet0": OWN_PASS}),
]


@pytest.mark.parametrize("policy, schedule, listed, passed", PREFIXES)
def test_filters_are_as_the_model_has_them(nft, policy, schedule, listed, passed):
    with held(LINUX, policy, schedule) as world:
        assert filters(world) == listed
        assert {name: frames(world, name) for name in passed} == passed


def test_a_late_clean_up_after_a_crash(nft):
    """Under the name b's filter goes, under name and MAC a's."""
    schedule = "a a kernel/a b b b b b b kernel/a a a"
    for policy, listed, passed in ((BY_NAME, {}, ALL_PASS),
                                   (BY_MAC, {"vnet0": {B}}, OWN_PASS)):
        with held(CRASH, policy, schedule) as world:
            assert filters(world) == listed
            assert frames(world, "vnet0") == passed


def test_a_filter_is_seen_on_a_linux_bridge_only(nft, ovs):
    """The userspace datapath passes no nftables: a's filter is there, and holds back nothing."""
    with held("scenarios/own-names.yaml", "libvirt-6.6", "b") as world:
        assert filters(world) == {"vnet0": {A}}
        assert look(world, "vnet0")[1] == ALL_PASS


# ---- a kernel without nf_tables ----

WITHOUT = "packet filters: this kernel has no nf_tables for bridges"
BINDING = "libvirt-6.6"


@pytest.fixture
def bare(less, tapweave):
    return lambda *arguments: tapweave(*arguments, preexec_fn=without_netfilter)


@pytest.mark.parametrize("policy", [BY_NAME, "counter,filter-key=name"])
def test_without_nf_tables_all_but_filters_is_compared(bare, policy):
    run = bare("conform", "-p", policy, LINUX, "--json", "-")
    assert run.returncode == 0, run.stdout + run.stderr
    result, = json.loads(run.stdout)["results"]
    assert result["not-compared"] == WITHOUT and "unsupported" not in result
    assert result["counts"]["walked"] == result["counts"]["transitions"] > 0
    assert result["counts"]["frames"] > 0
    assert f"    not compared: {WITHOUT}\n" in bare("conform", "-p", policy, LINUX).stdout
    schemed.expect("conform", {"schema": "tapweave-conform/1", "results": [result]})


def test_without_nf_tables_a_replay_says_so(bare):
    run = bare("replay", "--on", "netns", "-p", BY_NAME, "-s", "a", LINUX)
    assert run.returncode == 0, run.stderr
    assert f"  (not compared: {WITHOUT})\n" in run.stdout


def test_without_nf_tables_bindings_are_not_expressible(bare):
    """A start would have to learn from them that it fails."""
    run = bare("conform", "-p", BINDING, LINUX, "--json", "-")
    result, = json.loads(run.stdout)["results"]
    assert result["unsupported"] == WITHOUT and result["counts"]["walked"] == 0
    run = bare("replay", "--on", "netns", "-p", BINDING, "-s", "a", LINUX)
    assert (run.returncode, run.stderr) == (4, f"tapweave: not expressible here: {WITHOUT}\n")


def test_a_failure_is_not_taken_for_a_kernel_that_has_none(less, tapweave):
    run = tapweave("conform", "-p", "libvirt-6.6", LINUX,
                   preexec_fn=lambda: refuse_netfilter(errno.ENOBUFS))
    assert (run.returncode, run.stderr) == (
        70, f"tapweave: cannot change the packet filters: {os.strerror(errno.ENOBUFS)}\n")


# ---- nothing is left ----

def leave_nothing():
    ruleset_of_host = ["nft", "-j", "list", "ruleset"]
    before = subprocess.check_output(ruleset_of_host)
    run = start("conform", "-p", "libvirt-6.6", "linux-only.yaml")
    assert run.wait() == 0 and processes() == []
    assert subprocess.check_output(ruleset_of_host) == before


def test_filters_are_in_the_sandbox_alone(nft, own_host):
    in_own_host(leave_nothing)
