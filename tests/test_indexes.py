"""The look-up of an index before SIOCBRADDIF (docs/model.md, "Start"): where it is a step of its
own, and that leaving it out elsewhere changes no verdict.

The second implementation counts each world twice, with that step and without it.  What differs is
how many interleavings there are, and never which oracles they can violate: a run in which the
device goes in between has a counterpart in which it goes right before one call that does both."""
import pathlib

import pytest
from brute.graph import count_all
from brute.indexes import INDEXES
from brute.scenario import read_world

ROOT = pathlib.Path(__file__).parents[1]
WORLDS = ROOT / "tests" / "brute" / "worlds"
# An entry that begins with the step itself is no story without it.
PAIRS = [(world, policy) for world, policies in INDEXES.items() for policy in policies
         if "after: get-index" not in (WORLDS / f"{world}.yaml").read_text(encoding="utf-8")]

TWO_TAPS = """
title: Two taps on a Linux bridge
report: none
network: {lb0: {kind: linux}, br0: {kind: ovs}}
guests:
  a: {nic: {bridge: %s}}
  b: {nic: {%s}}
actors: [start a, start b%s]
claims: {libvirt-6.6: {}}
"""


def verdicts(counted):
    def observed(bad):
        return {oracle: ("never" if count == 0 else
                         "always" if count == counted.interleavings else "sometimes")
                for oracle, count in bad.items()}
    return observed(counted.bad), observed(counted.lasting)


@pytest.mark.parametrize(("world", "policy"), PAIRS)
def test_the_step_changes_no_verdict(world, policy):
    ours = read_world((WORLDS / f"{world}.yaml").read_text(encoding="utf-8"), policy)
    by_name = ours._replace(contested=frozenset())
    with_step, without = count_all(ours), count_all(by_name)
    assert with_step.interleavings > without.interleavings
    assert verdicts(with_step) == verdicts(without)


@pytest.mark.parametrize("policy", ["libvirt-6.6", "libvirt-9.0", "reattach"])
def test_nor_where_nobody_else_can_make_the_device_go(policy):
    """The step is not there: only the starting daemon holds the tap."""
    text = TWO_TAPS % ("lb0", "bridge: lb0", "")
    ours = read_world(text, policy)
    assert ours.contested == frozenset()
    forced = ours._replace(contested=frozenset(ours.nics))
    assert verdicts(count_all(ours)) == verdicts(count_all(forced))


@pytest.mark.parametrize(("bridge", "other", "actors", "asks"), [
    ("lb0", "bridge: lb0", "", False),
    ("br0", "bridge: br0", ", delete vnet0", False),
    ("lb0", "bridge: lb0", ", delete vnet0", True),
    ("lb0", "bridge: lb0", ", rename vnet0 t0", True),
    ("lb0", "bridge: lb0", ", create vnet0", False),
    ("lb0", "bridge: lb0", ", delete-bridge lb0", False),
    ("lb0", "kind: macvtap", "", True),
    ("lb0", "kind: veth, bridge: lb0, name: veth%d", "", True),
])
def test_where_the_step_is(tapweave, tmp_path, bridge, other, actors, asks):
    path = tmp_path / "world.yaml"
    path.write_text(TWO_TAPS % (bridge, other, actors), encoding="utf-8")
    walked = tapweave.json("replay", "-p", "libvirt-6.6", "-s", "a a a", path)
    operations = [step["step"] for step in walked["steps"]]
    assert operations[:2] == ["create-tap", "set-mac"]
    assert (operations[2] == "get-index") == asks
