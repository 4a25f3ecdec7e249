"""docs/schemas/result.json takes what explore and check say, has no key that none of it has, and
refuses what is no result."""
import json

import bad_scenarios
import pytest
from conftest import ROOT
from test_crowd import ONE
from test_explore import world

import held
from schemas import RESULT, wrong

RUNS = [
    ["explore", "-p", "mac-check", "scenarios/reported-race.yaml"],
    ["explore", "-p", "mac-check", "--datapath", "netdev", "scenarios/reported-race.yaml"],
    ["explore", "-p", "libvirt-6.6", "scenarios/half-upgraded.yaml"],
    ["explore", "-p", "libvirt-6.6", "--max-states", "90", "scenarios/rounds.yaml"],
    ["explore", "-p", "libvirt-6.6", "--reduce", "order", "scenarios/rounds.yaml"],
    ["explore", "-p", "mac-check", "--fair", "scenarios/for-ever.yaml"],
    ["explore", "-p", "atomic", "--fair", "scenarios/for-ever.yaml"],
    ["explore", "-p", "counter", "--more-guests", "scenarios/for-ever.yaml"],
    ["explore", "-p", "libvirt-6.6", "scenarios/admin-deletes-bridge.yaml"],
    ["explore", "-p", "libvirt-6.6", "scenarios/persistent-hostile.yaml"],
    ["explore", "-p", "libvirt-6.6", "--more-guests", "one.yaml"],
    ["explore", "-p", "owner-delete", "late.yaml"],
    ["explore", "-p", "libvirt-6.6", "--estimate", "--max-states", "40000", "large.yaml"],
    ["check", "scenarios/reported-race.yaml", "tests/golden/fails.yaml"],
    ["check", "-p", "atomic", "scenarios/reported-race.yaml", "scenarios/linux-bridge.yaml"],
]


@pytest.fixture(name="results", scope="module")
def make_results(tapweave, check_all, tmp_path_factory):
    """What explore and check say of many things; of the whole matrix, each seventh cell."""
    folder = tmp_path_factory.mktemp("results")
    for name in ("scenarios", "tests"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "one.yaml").write_text(ONE, encoding="utf-8")
    (folder / "late.yaml").write_text(bad_scenarios.scenario(
        actors="[stop a, {do: start b, after: del-port a}]", claims=None), encoding="utf-8")
    (folder / "large.yaml").write_text(world(3, 2), encoding="utf-8")
    found = [{**check_all, "results": check_all["results"][::7]},
             *(tapweave.json(*run, cwd=folder) for run in RUNS)]
    then = tapweave.json("check", "tests/golden/fails.yaml", cwd=folder)
    for change in ("always", "never"):
        for result in then["results"]:
            for oracle in result["oracles"]:
                oracle.update(observation=change, bad=result["counts"]["interleavings"]
                              if change == "always" else "0")
        (folder / "then.json").write_text(json.dumps(then), encoding="utf-8")
        found.append(tapweave.json("check", "tests/golden/fails.yaml", "--baseline", "then.json",
                                   cwd=folder))
    return found


def test_every_result_is_one(results):
    for result in results:
        assert not wrong(RESULT, result)[:3]


def test_no_key_of_a_result_is_one_that_no_result_has(results):
    parts = RESULT.schema["definitions"]
    dead = held.dead_keys(RESULT.schema, [(parts[result["schema"].split("-")[1][:-2]], result)
                                          for result in results])
    assert not dead, "\n".join(sorted(dead))


def broken(result):
    """A result with one thing wrong in each."""
    oracle = result["oracles"][0]
    return [
        {**result, "schema": "tapweave-result/2"},
        {**result, "more": 1},
        {**result, "complete": "true"},
        {key: value for key, value in result.items() if key != "counts"},
        {**result, "counts": {**result["counts"], "interleavings": 12}},
        {**result, "names": {"vnet": "1"}},
        {**result, "oracles": [{**oracle, "name": "lost-atachment"}]},
        {**result, "oracles": [{**oracle, "observation": "maybe"}]},
        {**result, "oracles": [{**oracle, "bad": "012"}]},
        {**result, "oracles": [{**oracle, "trace": {**oracle["trace"], "steps": [{}]}}]},
        {**result, "oracles": [{**oracle, "victims": [{"oracle": "lost-attachment"}]}]},
        {**result, "timing": {}},
    ]


def test_a_result_with_something_wrong_is_refused(results):
    good = results[1]
    assert good["schema"] == "tapweave-result/1" and good["oracles"][0]["trace"]
    for number, bad in enumerate(broken(good)):
        assert wrong(RESULT, bad), number
