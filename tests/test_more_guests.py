"""`more-guests: any` in a scenario: claims about any number of guests, and who has to do with them.
tests/test_crowd.py and tests/unit/test_crowd hold the search itself.

What is expected follows from docs/proof.md: a name that is used again only when its port is gone is
never shared, a port that is there before its device loses no attachment, and one guest alone shares
no name with anybody.  port-first, under which names are shared, is searched in a moment."""
import json
import re

import pytest
import yaml
from conftest import ROOT

ANY = "scenarios/any-number.yaml"
HELD = ("names are held back for a time, and a view does not say how long ago other guests have "
        "released theirs")
SLOW = {"libvirt-6.6", "mac-check", "exists-check", "lowest-free", "atomic"}  # 2 s to 11 s each


def world(guests=1, claims=None, **more):
    names = "abcdef"[:guests]
    return yaml.safe_dump({
        "title": "Any number of guests", "report": "none", "network": {"br0": {"kind": "ovs"}},
        "guests": {name: {"nic": {"bridge": "br0"}} for name in names},
        "actors": [[f"start {name}", f"stop {name}"] for name in names], "rounds": "unbounded",
        "more-guests": "any", **({"claims": claims} if claims else {}), **more})


@pytest.fixture(name="path")
def fixture_path(tmp_path):
    return tmp_path / "world.yaml"


def observed(result):
    return {oracle["name"]: oracle["observation"] for oracle in result["oracles"]}


# ---- the scenario ----

def test_every_claim_about_any_number_holds(request, tapweave, path):
    """All of them with --walk-all (make brute); else those of policies that are searched soon."""
    scenario = yaml.safe_load((ROOT / ANY).read_text(encoding="utf-8"))
    if request.config.getoption("--walk-all"):
        path = ANY
    else:
        for policy in SLOW:
            del scenario["claims"][policy]
        path.write_text(yaml.safe_dump(scenario), encoding="utf-8")
    data = tapweave.json("check", path, status=0, timeout=900)
    assert {claim["verdict"] for claim in data["claims"]} == {"holds"}
    assert len(data["results"]) == len(scenario["claims"]) >= 5
    assert all(result["complete"] for result in data["results"])


def test_it_claims_what_the_proof_says():
    """The policies of proof.md's table that close, but for those that differ in name alone."""
    claims = yaml.safe_load((ROOT / ANY).read_text(encoding="utf-8"))["claims"]
    proof = (ROOT / "docs" / "proof.md").read_text(encoding="utf-8")
    table = proof.split("| policy | views | configurations |")[1].split("\n\n")[0]
    closed = {policy for policy in claims if re.search(rf"\b{policy}(?!-)\b", table)}
    never = {policy for policy, said in claims.items() if said["lost-attachment"] == "never"}
    assert never == closed and never | SLOW == set(claims)


# ---- what claims may say ----

@pytest.mark.parametrize("guests, policy, oracle, claim, verdict, status", [
    (1, "port-first", "lost-attachment", "never", "holds", 0),
    (1, "port-first", "lost-attachment", "possible", "fails", 1),
    (1, "port-first", "lost-attachment", "inconclusive", "fails", 1),
    (1, "port-first", "duplicate-name", "inconclusive", "holds", 0),
    (1, "port-first", "duplicate-name", "never", "undecided", 3),
    (1, "port-first", "duplicate-name", "possible", "undecided", 3),
    (2, "port-first", "duplicate-name", "possible", "holds", 0),
    (2, "port-first", "duplicate-name", "never", "fails", 1),
    (2, "port-first", "duplicate-name", "inconclusive", "fails", 1),
    (1, "port-first", "lost-attachment", "lasting never", "holds", 0),
    (1, "fin-wait", "lost-attachment", "inconclusive", "holds", 0),
    (1, "fin-wait", "lost-attachment", "never", "undecided", 3)])
def test_a_claim(tapweave, path, guests, policy, oracle, claim, verdict, status):
    path.write_text(world(guests, {policy: {oracle: claim}}), encoding="utf-8")
    data = tapweave.json("check", path, status=status)
    assert [entry["verdict"] for entry in data["claims"]] == [verdict]
    word = {"holds": "ok", "fails": "FAILS", "undecided": "undecided"}[verdict]
    assert f" {word}" in tapweave("check", path).stdout


def test_a_bound_leaves_each_claim_undecided(tapweave, path):
    for claim in ("never", "possible", "inconclusive"):
        path.write_text(world(1, {"port-first": {"duplicate-name": claim}}), encoding="utf-8")
        run = tapweave("check", "--max-states=100", path)
        assert run.returncode == 3 and "1 claim is undecided, 1 cell is inconclusive" in run.stdout
        assert re.search(r"port-first +unknown undecided +INCONCLUSIVE$", run.stdout, re.MULTILINE)


def test_all_policies_of_a_scenario_that_is_named(tapweave, path):
    """Those that end early, and the one that is refused, are inconclusive; the others are not."""
    path.write_text(world(1), encoding="utf-8")
    data = tapweave.json("check", "--all-policies", "--max-states=10000", path, status=3)
    ends = {result["policy"]: result["end"] for result in data["results"]}
    assert ends["counter"] == ends["port-first"] == ends["per-guest-names"] == "complete"
    assert ends["fin-wait"] == HELD
    assert ends["atomic"] == ends["libvirt-6.6"] == "stopped at --max-states"
    for result in data["results"]:
        decided = result["end"] == "complete" or result["policy"] == "fin-wait"
        assert result["complete"] == (result["end"] == "complete")
        for oracle in result["oracles"]:
            said = next(entry["observation"] for entry in result["more_guests"]["oracles"]
                        if entry["name"] == oracle["name"])
            alone = result["policy"], oracle["name"]  # its own stop logs an error
            assert oracle["observation"] == said
            assert (said == "possible") == (alone == ("mac-check", "spurious-error"))
            assert decided or said in ("inconclusive", "possible")
    named = {entry["policy"]: entry for entry in data["policies"]["named"]}
    assert named["counter"]["inconclusive"] == [] and named["atomic"]["inconclusive"] != []
    assert "counter" in data["policies"]["undefeated"]


def test_a_policy_of_ones_own_beside_its_base(tapweave, path):
    """The base, libvirt-6.6, is not searched to its end: what its own guests do not violate is not
    known of it.  What they do violate is closed."""
    path.write_text(world(2), encoding="utf-8")
    data = tapweave.json("check", "-p", "counter", "--max-states=10000", path)
    changes = {name: {oracle for entry in data["comparison"][name] for oracle in entry["oracles"]}
               for name in ("new", "closed", "same", "uncounted", "inconclusive")}
    assert changes["closed"] == {"lost-attachment", "foreign-delete", "duplicate-name"}
    assert "deadlock" in changes["inconclusive"]
    assert not changes["new"] | changes["same"] | changes["uncounted"]


def test_what_others_have_searched_is_put_together(tapweave, path, tmp_path):
    """Ends of all kinds come back from the parts: complete, at a bound, refused."""
    path.write_text(world(1, {
        "port-first": {"lost-attachment": ["never", "lasting never"],
                       "duplicate-name": "inconclusive"},
        "fin-wait": {"duplicate-name": "inconclusive"}, "counter": {"duplicate-name": "never"},
        "atomic": {"duplicate-name": "never"}}), encoding="utf-8")
    arguments = ["check", "--max-states=10000", path]
    parts = [tmp_path / "1.json", tmp_path / "2.json"]
    for number, part in enumerate(parts):
        tapweave(*arguments, f"--shard={number + 1}/2", "--json", part)
    whole, merged = tapweave(*arguments), tapweave("merge", *parts)
    assert (merged.stdout, merged.returncode) == (whole.stdout, 3)
    assert "1 claim is undecided, 1 cell is inconclusive" in whole.stdout
    assert re.search(r"^  fin-wait +unknown +unknown ok +INCONCLUSIVE$", whole.stdout, re.MULTILINE)
    said = [[{**result, "timing": None} for result in tapweave.json(*command)["results"]]
            for command in (arguments, ["merge", *parts])]
    assert said[0] == said[1]


def test_a_baseline_is_of_any_number_too(tapweave, path, tmp_path):
    """A claim that has failed before is no failure; ends of all kinds are read."""
    path.write_text(world(1, {"counter": {"duplicate-name": "inconclusive"},
                              "port-first": {"duplicate-name": "inconclusive"},
                              "fin-wait": {"duplicate-name": "inconclusive"}}), encoding="utf-8")
    before = tmp_path / "before.json"
    assert tapweave("check", path, "--json", before).returncode == 1
    run = tapweave("check", path, "--baseline", before)
    assert run.returncode == 0 and run.stderr == "", run.stdout + run.stderr
    data = json.loads(before.read_text(encoding="utf-8"))
    assert {result["end"] for result in data["results"]} == {"complete", HELD}


def test_a_page_says_never_of_nothing_that_is_not_excluded(tapweave, path, tmp_path):
    claims = {policy: {"deadlock": "never"} for policy in ("port-first", "fin-wait", "counter")}
    path.write_text(world(1, claims), encoding="utf-8")
    tapweave("check", "--report", f"html={tmp_path / 'page.html'}", path)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    data, _ = json.JSONDecoder().raw_decode(page, page.index('{"schema":'))
    said = {data["policies"][cell["policy"]]:
            (cell.get("end"), [data["oracles"][i][0] for i in cell.get("open", [])])
            for cell in data["scenarios"][0]["cells"]}
    assert said["port-first"] == (None, ["duplicate-name"]) and said["counter"] == (None, [])
    assert said["fin-wait"][0] == HELD and "duplicate-name" in said["fin-wait"][1]


def test_two_policies_side_by_side(tapweave, path):
    for policies, status, said in [
            (("port-first", "counter"), 3, r"duplicate-name +not known +never +inconclusive"),
            (("libvirt-7.0", "counter"), 0, "0 new")]:
        path.write_text(world(1), encoding="utf-8")
        run = tapweave("diff", "-p", policies[0], "-p", policies[1], path)
        assert run.returncode == status, run.stdout
        assert status == 0 or re.search(said, run.stdout), run.stdout


# ---- one cell ----

def test_explore_says_it_without_the_option(tapweave, path):
    for guests, status, said in ((1, 3, "inconclusive"), (2, 1, "possible")):
        path.write_text(world(guests), encoding="utf-8")
        key = tapweave.json("explore", "-p", "port-first", path, status=status)
        path.write_text(world(guests).replace("more-guests: any\n", ""), encoding="utf-8")
        option = tapweave.json("explore", "--more-guests", "-p", "port-first", path, status=status)
        assert key["more_guests"] == option["more_guests"] and key["complete"]
        assert observed(key) == observed(key["more_guests"])
        assert observed(key)["duplicate-name"] == said
        assert observed(key)["lost-attachment"] == "never"
        assert observed(option)["duplicate-name"] == ("never" if guests == 1 else "possible")
    path.write_text(world(1), encoding="utf-8")
    assert tapweave("explore", "-p", "counter", path).returncode == 0


def test_an_abstract_run_is_shown_where_it_is_inconclusive(tapweave, path):
    path.write_text(world(1), encoding="utf-8")
    run = tapweave("explore", "-p", "port-first", path)
    assert "  inconclusive: duplicate-name\n" in run.stdout
    steps = re.findall(r"^ +\d+  (\S+) +(\S+) \S+$", run.stdout.split("not excluded")[1],
                       re.MULTILINE)
    assert {actor for actor, _ in steps} <= {"x", "y", "z", "ovs-vswitchd", "kernel/x", "kernel/y",
                                             "kernel/z"}
    assert [step for _, step in steps].count("create-tap") == 2


def test_what_the_scenarios_own_guests_do_replays(tapweave, path, tmp_path):
    path.write_text(world(2), encoding="utf-8")
    run = tapweave("explore", "-p", "port-first", "--traces", tmp_path, path)
    assert run.returncode == 1
    trace, = tmp_path.glob("*.json")
    assert trace.stem == "duplicate-name"
    assert tapweave.json("replay", trace, status=1)["violated"] == ["duplicate-name"]
    assert {step["actor"] for step in json.loads(trace.read_text(encoding="utf-8"))["steps"]} <= {
        "a", "b", "kernel/a", "kernel/b", "ovs-vswitchd"}


# ---- where it has no meaning ----

@pytest.mark.parametrize("option", [
    "--sample=pct", "--preemptions=1", "--estimate", "--fair", "--checkpoint=none",
    "--resume=none"])
def test_an_option_that_says_nothing_of_more_guests(tapweave, path, option):
    path.write_text(world(2), encoding="utf-8")
    run = tapweave("explore", "-p", "counter", option, path)
    assert run.returncode == 2 and run.stdout == ""
    assert run.stderr.splitlines() == [run.stderr.strip()]
    assert f"{option.split('=')[0]} is for the guests of a scenario alone" in run.stderr


@pytest.mark.parametrize("command", [["conform", "-p", "counter"],
                                     ["export", "promela", "-p", "counter"]])
def test_a_command_that_says_nothing_of_more_guests(tapweave, path, command):
    path.write_text(world(2), encoding="utf-8")
    run = tapweave(*command, path)
    assert run.returncode == 2 and run.stdout == ""
    assert f"{command[0]} is for the guests of a scenario alone" in run.stderr


NIC = {"nic": {"bridge": "br0"}}


@pytest.mark.parametrize("more, said", [
    ({"more-guests": "some"}, "unknown more-guests 'some'; valid: any"),
    ({"rounds": None}, "lacks 'rounds: unbounded'"),
    ({"faults": {"qemu-crash": 1}}, "for this scenario: it has faults"),
    ({"devices": {"vnet1": {"kind": "tap"}}}, "something besides its guests has devices"),
    ({"guests": {"a": NIC, "b": {"nic": {"bridge": "br0", "vlan": 1}}}},
     "its guests are not alike"),
    ({"claims": {"counter": {"deadlock": "sometimes"}}}, "'inconclusive', 'never' or 'possible'"),
    ({"claims": {"counter": {"deadlock": ["inconclusive", "never"]}}}, "contradicts"),
    ({"claims": {"counter": {"deadlock": ["possible", "inconclusive"]}}}, "contradicts"),
    ({"more-guests": None, "claims": {"counter": {"deadlock": "inconclusive"}}},
     "'inconclusive' can be said of any number of guests alone")])
def test_a_scenario_that_is_refused(tapweave, path, more, said):
    text = {**yaml.safe_load(world(2)), **more}
    path.write_text(yaml.safe_dump({key: value for key, value in text.items() if value}),
                    encoding="utf-8")
    run = tapweave("explore", "-p", "counter", path)
    assert run.returncode == 2 and said in run.stderr, run.stderr
    assert re.match(rf"tapweave: {path}:\d+:\d+: ", run.stderr)


# ---- in a folder ----

def test_what_nobody_has_named_is_left_out(tapweave, path, tmp_path):
    path.write_text(world(2), encoding="utf-8")
    (tmp_path / "other.yaml").write_text(world(2).replace("more-guests: any\n", ""),
                                         encoding="utf-8")
    for options in (["check", "--all-policies"], ["check", "-p", "counter"],
                    ["diff", "-p", "libvirt-6.6", "-p", "counter"],
                    ["necessary", "-p", "counter"]):
        run = tapweave(*options, env={"TAPWEAVE_SCENARIOS": str(tmp_path)})
        assert run.stderr == (f"tapweave: note: {path} is left out: any number of guests may take "
                              "minutes; name it to have it decided\n")
        assert run.stdout.count("world.yaml") == 0 < run.stdout.count("other.yaml") or re.search(
            r"^1 scenario, |in 1 scenario$", run.stdout, re.MULTILINE)
    (tmp_path / "other.yaml").unlink()
    run = tapweave("check", "--all-policies", env={"TAPWEAVE_SCENARIOS": str(tmp_path)})
    assert run.returncode == 2 and run.stdout == ""
    assert run.stderr.endswith("\ntapweave: there is no scenario in the folder\n")
