"""--reduce=order: steps that are taken alone decide the same, and wrong footprints are noticed."""
import json
import subprocess

import pytest
import yaml
from conftest import ROOT, SCENARIOS
from mistakes import link, wrong_text

WORLD = """
title: Guests that start and stop on one bridge
report: none
network: {{br0: {{kind: {kind}}}}}
guests: {{{guests}}}
actors: [{actors}]
{more}
"""


def world_text(guests=3, kind="ovs", nic="", more="", rounds=1):
    names = "abcd"[:guests]
    return WORLD.format(
        kind=kind, more=more,
        guests=", ".join(f"{a}: {{nic: {{bridge: br0{nic}}}}}" for a in names),
        actors=", ".join(f"[{', '.join([f'start {a}, stop {a}'] * rounds)}]" for a in names))


# What each is for: the race; a MAC that tells no guests apart; flags that ovs-vswitchd reads; a
# bridge without it; filters and limits by name; a step that a fault takes the place of; a port that
# somebody else deletes.
WORLDS = {
    "race": world_text(),
    "mac": world_text(2, nic=', mac: "52:54:00:00:00:01"'),
    "netdev": world_text(2, "ovs, datapath: netdev"),
    "linux": world_text(kind="linux"),
    "filters": world_text(2, nic=", filter: true, limit: true"),
    "fails": world_text(2, more="faults: {start-fails: 1}"),
    "crash": world_text(2, more="faults: {qemu-crash: 1}"),
    "other": world_text(2).replace("actors: [", "actors: [delete-port vnet0, "),
}
MORE = {"rounds": world_text(rounds=2), "for ever": world_text(2, more="rounds: unbounded")}
POLICIES = ["libvirt-6.6", "mac-check", "atomic", "libvirt-9.0"]
SEEN = {"never": "never", "sometimes": "possible", "always": "possible", "possible": "possible"}


@pytest.fixture(name="world")
def write_world(tmp_path):
    def write(name):
        path = tmp_path / f"{name}.yaml"
        path.write_text({**WORLDS, **MORE}[name], encoding="utf-8")
        return path
    return write


def observations(result):
    """Of each oracle, and of whether it lasts."""
    return [(oracle["name"], oracle["observation"], oracle.get("lasting", {}).get("observation"))
            for oracle in result["oracles"]]


def uncounted(result):
    """The same as a search without counts has to say it."""
    return [(name, SEEN[seen], SEEN.get(lasting)) for name, seen, lasting in observations(result)]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", WORLDS)
def test_the_verdicts_are_the_same(tapweave, world, name, policy):
    path = world(name)
    whole = tapweave.json("explore", "-p", policy, "--reduce=none", path)
    for reduce in ("order", "guests,order"):
        run = tapweave("explore", "-p", policy, f"--reduce={reduce}", "--audit", "--json", "-",
                       path)
        assert run.returncode in (0, 1) and run.stderr == ""
        result = json.loads(run.stdout)
        assert result["search"]["reduced"] in (reduce, "order")
        assert observations(result) == uncounted(whole)
        assert result["names"] == whole["names"]
        assert result["search"]["states"] < whole["counts"]["states"]


def test_nothing_is_counted(tapweave, world):
    path = world("race")
    result = tapweave.json("explore", "-p", "libvirt-6.6", "--reduce=guests,order", path)
    assert set(result["counts"].values()) == {None}
    for oracle in result["oracles"]:
        assert oracle["bad"] is None and oracle.get("lasting", {"bad": None})["bad"] is None
    text = tapweave("explore", "-p", "libvirt-6.6", "--reduce=guests,order", path).stdout
    assert "interleaving" not in text and "shortest" not in text
    assert (f"\n  searched: {result['search']['states']} states, as some steps may be taken alone,"
            " as these may change places: a, b, c\n") in text


def test_where_no_step_may_be_taken_alone_all_is_counted(tapweave):
    """A daemon that is killed and started again stops every thread, wherever it is."""
    path = "scenarios/restart-race.yaml"
    one, other = (tapweave.json("explore", "-p", "libvirt-6.6", f"--reduce={reduce}", path)
                  for reduce in ("none", "order"))
    assert other["search"] == {"states": other["counts"]["states"], "reduced": "none"}
    assert one["counts"] == other["counts"] and one["oracles"] == other["oracles"]


def violated_by(tapweave, trace, steps, path):
    path.write_text(json.dumps({**trace, "oracle": None, "steps": trace["steps"][:steps]})
                    .replace('"oracle": null, ', ""), encoding="utf-8")
    return tapweave.json("replay", path)["violated"]


@pytest.mark.parametrize("name", WORLDS)
def test_each_counterexample_is_one(tapweave, world, tmp_path, name):
    """Its last step violates the oracle, and none before; it may be longer than a shortest one."""
    path = world(name)
    result = tapweave.json("explore", "-p", "libvirt-6.6", "--reduce=guests,order", path)
    whole = tapweave.json("explore", "-p", "libvirt-6.6", path)
    assert any(oracle["trace"] for oracle in result["oracles"])
    for oracle, other in zip(result["oracles"], whole["oracles"]):
        for verdict, least in ((oracle, other), (oracle.get("lasting"), other.get("lasting"))):
            if verdict is None or verdict["trace"] is None:
                continue
            trace = {**verdict["trace"], "scenario": {**verdict["trace"]["scenario"],
                                                      "path": str(path)}}
            steps = len(trace["steps"])
            assert steps >= len(least["trace"]["steps"])
            assert oracle["name"] in violated_by(tapweave, trace, steps, tmp_path / "trace.json")
            if verdict is oracle:
                assert oracle["name"] not in violated_by(tapweave, trace, steps - 1,
                                                         tmp_path / "trace.json")


@pytest.mark.parametrize("reduce", ["order", "guests,order"])
def test_it_makes_no_difference_how_many_threads_there_are(tapweave, tmp_path, reduce):
    path = tmp_path / "four.yaml"
    path.write_text(world_text(4), encoding="utf-8")

    def said(jobs):
        run = tapweave("explore", "-p", "libvirt-6.6", f"--reduce={reduce}", f"--jobs={jobs}", path)
        assert run.returncode == 1 and run.stderr == ""
        return run.stdout
    assert said(1) == said(2) == said(8)


@pytest.mark.parametrize("reduce", ["order", "guests,order"])
def test_steps_that_sleep_lose_no_state(tapweave, tmp_path, reduce):
    """Nor does one that need not be taken lead to a state that no other one leads to."""
    path = tmp_path / "four.yaml"
    path.write_text(world_text(4), encoding="utf-8")
    awake = link(tmp_path, wrong_text("sim/order.c", "asleep |= step[i].bit;", ";"))
    command = ["explore", "-p", "libvirt-6.6", f"--reduce={reduce}", path, "--json", "-"]
    whole = json.loads(subprocess.run([awake, *command], capture_output=True, check=False).stdout)
    assert tapweave.json(*command[:-2])["search"] == whole["search"]


# ---- check ----

def test_a_claim_that_needs_a_count_gets_it(tapweave):
    checked = tapweave.json("check", "--reduce=guests,order", *SCENARIOS, status=0)
    counted = {(claim["scenario"], claim["policy"]) for claim in checked["claims"]
               if claim["claim"].removeprefix("lasting ") not in ("never", "possible")}
    compared = {(claim["scenario"], claim["claim"].split(" than ")[1])
                for claim in checked["claims"] if " than " in claim["claim"]}
    searched = {"order": 0, "counted": 0}
    for result in checked["results"]:
        cell = result["scenario"]["path"], result["policy"]
        reduced = "order" in result["search"]["reduced"]
        assert reduced == (result["counts"]["states"] is None)
        assert not (reduced and cell in counted | compared)
        searched["order" if reduced else "counted"] += 1
    assert searched["order"] > 100 and searched["counted"] > 100


@pytest.fixture(name="claimless", scope="session")
def write_claimless(tmp_path_factory):
    """The scenarios without their claims, of which each cell is searched without counts."""
    folder = tmp_path_factory.mktemp("claimless")
    for path in SCENARIOS:
        text = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
        del text["claims"]
        (folder / path.name).write_text(yaml.safe_dump(text, sort_keys=False), encoding="utf-8")
    return sorted(folder.iterdir())


def test_every_scenario_passes_the_audit(tapweave, check_all, claimless):
    """And says what it says with counts."""
    audited = tapweave.json("check", "--all-policies", "--audit", "--reduce=guests,order",
                            *claimless, status=0)
    whole = {(result["scenario"]["path"].split("/")[-1], result["policy"]): result
             for result in check_all["results"]}
    reduced = 0
    for result in audited["results"]:
        other = whole[result["scenario"]["path"].split("/")[-1], result["policy"]]
        if "order" in result["search"]["reduced"]:
            reduced += 1
            assert observations(result) == uncounted(other)
        else:
            assert observations(result) == observations(other)
    assert reduced > len(audited["results"]) / 3


# ---- mistakes ----

AUDIT = "audit of"

# What is changed in which file, and in which world, under which policy, it is noticed, and how.
FIRST, STAYS, ENDS = ("it matters who is first", "one may not go alone any more behind the other",
                      "a step that may go alone ends a violation")
MISTAKES = {
    "a read that a footprint forgets": (
        "sim/footprint.c", "[OP_GET_MAC] = {.reads = NAMED | P(MAC)}",
        "[OP_GET_MAC] = {.reads = NAMED}",
        "mac", "mac-check", FIRST),
    "another one": (
        "sim/footprint.c", "[OP_LOOKUP] = {.reads = NAMED}", "[OP_LOOKUP] = {0}", "race",
        "exists-check", FIRST),
    "a write that a footprint forgets": (
        "sim/footprint.c", "[OP_REMOVE_FILTER] = {.reads = P(FILTERS), .writes = P(FILTERS)}",
        "[OP_REMOVE_FILTER] = {0}", "filters", "libvirt-6.6", FIRST),
    "flags that ovs-vswitchd reads": (
        "sim/footprint.c", "(P(PORTS) | P(GONE))) != 0 && has_netdev(world)", "0) != 0", "netdev",
        "libvirt-6.6", FIRST),
    "a fault that strikes first": (
        "sim/order.c", "(fault_strikes_guests((enum fault)fault) &&", "(false &&", "fails",
        "libvirt-6.6", FIRST),
    "an operation that nobody is to want": (
        "sim/order.c", "if (kind == OP_GET_MAC) {", "if (kind == OP_GET_MAC) {\nreturn false;",
        "mac", "mac-check", FIRST),
    "a visible step that is taken for an invisible one": (
        "sim/footprint.c", "return kind == OP_KILL ? runs", "return kind == OP_KILL ? 0", "race",
        "libvirt-9.0,port-guard=none,name=kernel", ENDS),
    "what is decided too early": (
        "sim/order.c", ".decided = decided}", ".decided = UINT16_MAX >> 3}", "race", "libvirt-6.6",
        AUDIT),
    "a sleep set that a dependent step does not clear": (
        "sim/order.c", "!footprint_conflicts(&step[i].footprint, &step[n].footprint)) {", "true) {",
        "race", "libvirt-6.6", AUDIT),
    "steps that sleep for one another": (
        "sim/order.c", "step[i].key < step[n].key &&", "", "race", "libvirt-6.6", AUDIT),
    "guests that sleep for others": (
        "sim/order.c", "(its << exchange->to[guest]);", "(its << guest);", "rounds", "libvirt-6.6",
        AUDIT),
    "steps that sleep on a circle": (
        "sim/found.c", "awake || found->world.unbounded", "awake", "for ever", "counter", AUDIT),
    "a last state that is none": (
        "sim/batch.c", "batch->may_end[i] = possible.may_end;",
        "batch->may_end[i] = possible.steps < 2;", "race", "libvirt-6.6", AUDIT),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_audit_notices(tmp_path, world, mistake):
    path, right, wrong, where, policy, said = MISTAKES[mistake]
    binary = link(tmp_path, wrong_text(path, right, wrong))
    command = [binary, "explore", "--audit", "--reduce=guests,order", "-p", policy, world(where)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 70 and said in run.stderr, run.stderr + run.stdout
