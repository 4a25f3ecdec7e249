"""`rounds: unbounded`: guests that stop and start for ever, and what is said of that.  What is said
of one number of rounds is known from bounded worlds, which are held to a second implementation
(test_brute): what is said of any number has to fit to it."""
import json
import subprocess

import pytest
from mistakes import built, link, wrong_text

WORLD = """
title: Guests that {begin} and {end} again and again
report: none
network: {{br0: {{kind: {kind}}}}}
guests: {{a: {{nic: {nic}, state: {state}}}, b: {{nic: {nic}, state: {state}}}}}
actors:
  - {{do: [{begin} a, {end} a], times: {times[0]}}}
  - {{do: [{begin} b, {end} b], times: {times[1]}}}
{more}
"""
NICS = {"ovs": "{bridge: br0}", "linux": "{bridge: br0}",
        "macvtap": "{kind: macvtap}", "limited": "{bridge: br0, limit: true}"}
ORDERS = {"stopped": ("start", "stop"), "running": ("stop", "start")}
FAULTS = ["", "faults: {ovs-timeout: 1}", "faults: {start-fails: 1}", "faults: {qemu-crash: 1}",
          "faults: {ovs-late: 1}"]


def text(kind, state, times, more=""):
    begin, end = ORDERS[state]
    return WORLD.format(kind="linux" if kind == "linux" else "ovs", nic=NICS[kind], state=state,
                        begin=begin, end=end, times=times, more=more)


@pytest.fixture(name="explore")
def explore_text(tapweave, tmp_path):
    def explore(policy, scenario, *options):
        path = tmp_path / "world.yaml"
        path.write_text(scenario, encoding="utf-8")
        result = tapweave.json("explore", "-p", policy, *options, path)
        assert result["complete"]
        return result
    return explore


def observed(result):
    return {oracle["name"]: oracle["observation"] for oracle in result["oracles"]}


def lasting(result):
    return {oracle["name"]: oracle["lasting"]["observation"] for oracle in result["oracles"]
            if "lasting" in oracle}


def rounds_in(trace, guest):
    """How many rounds the guest has begun by the trace's end: the first one is there from the
    beginning."""
    return 1 + sum(step["actor"] == guest and step["step"] == "next-round"
                   for step in trace["steps"])


def compare(explore, policy, kind, state, more):
    """Never: nor in any bounded world.  Possible: so in the bounded world which has as many rounds
    as the counterexample."""
    endless = explore(policy, text(kind, state, (1, 1), f"rounds: unbounded\n{more}"))
    assert endless["counts"]["interleavings"] is None
    bounded = {}

    def in_rounds(times):
        if times not in bounded:
            bounded[times] = explore(policy, text(kind, state, times, more))
        return bounded[times]

    for times in [(1, 1), (1, 2), (2, 2)]:
        in_rounds(times)
    for oracle in endless["oracles"]:
        name = oracle["name"]
        assert oracle["observation"] in ("never", "possible") and oracle["bad"] is None
        if oracle["observation"] == "possible":
            times = tuple(rounds_in(oracle["trace"], guest) for guest in "ab")
            assert observed(in_rounds(times))[name] != "never", (name, times)
        if oracle.get("lasting", {}).get("observation") == "possible":
            times = tuple(rounds_in(oracle["lasting"]["trace"], guest) for guest in "ab")
            assert lasting(in_rounds(times))[name] != "never", (name, times)
    for result in bounded.values():
        for seen in (observed, lasting):
            for name, observation in seen(result).items():
                assert observation == "never" or seen(endless)[name] == "possible", name
    return endless


@pytest.mark.parametrize("state", ORDERS)
@pytest.mark.parametrize("kind", NICS)
def test_it_fits_to_every_bound(explore, named_policies, kind, state):
    seen = set()
    for policy in named_policies:
        if policy == "fin-wait" and state == "running":
            continue  # half a minute: as many names as rounds are held back
        endless = compare(explore, policy, kind, state, "")
        seen |= {(name, what) for name, what in observed(endless).items()}
    assert ("duplicate-name", "possible") in seen or kind == "macvtap"
    assert {what for _, what in seen} == {"never", "possible"} or kind == "macvtap"


@pytest.mark.parametrize("more", FAULTS[1:])
@pytest.mark.parametrize("policy", ["libvirt-6.6", "libvirt-9.0", "per-guest-names"])
def test_it_fits_with_faults(explore, policy, more):
    endless = compare(explore, policy, "ovs", "stopped", more)
    assert "possible" in observed(endless).values() or policy != "libvirt-6.6"


def test_a_restart_goes_with_names_that_come_back(explore, tapweave, tmp_path):
    more = "faults: {daemon-restart: 1}"
    assert observed(compare(explore, "libvirt-6.6", "ovs", "stopped", more))["stale-port"] == \
        "possible"
    path = tmp_path / "world.yaml"
    path.write_text(text("ovs", "stopped", (1, 1), f"rounds: unbounded\n{more}"), encoding="utf-8")
    run = tapweave("explore", "-p", "counter", path)
    assert run.returncode == 2 and "no daemon is restarted" in run.stderr


@pytest.mark.parametrize("policy", ["counter", "libvirt-6.6", "owner-delete", "per-guest-names",
                                    "lowest-free-after-cleanup"])
def test_the_audit_passes(explore, policy):
    """With exchanges of guests and without: all that is said is the same."""
    for state in ORDERS:
        explore(policy, text("ovs", state, (1, 1), "rounds: unbounded"), "--audit")


def test_its_counterexamples_replay(tapweave, tmp_path):
    path = tmp_path / "world.yaml"
    path.write_text(text("ovs", "running", (1, 1), "rounds: unbounded"), encoding="utf-8")
    for policy in ("libvirt-6.6", "mac-check"):
        assert tapweave("explore", "-p", policy, "--traces", tmp_path, path).returncode == 1
        for trace in tmp_path.glob("*.json"):
            assert tapweave("replay", trace).returncode == 1, trace


def test_a_counterexample_has_the_numbers_that_were_left_out(tapweave, explore, tmp_path):
    """A tap of a given name is made by another program: only a counter that has come so far meets
    it, and by then it has handed out all that the search leaves out."""
    world = """
title: A counter that meets a device
report: none
network: {br0: {kind: ovs}}
guests: {a: {nic: {bridge: br0}}}
actors: [[start a, stop a], create vnet5]
rounds: unbounded
"""
    result = explore("counter,on-taken=fail,name-check=no", world)
    oracle = next(o for o in result["oracles"] if o["name"] == "start-failed")
    assert oracle["observation"] == "possible"
    assert rounds_in(oracle["trace"], "a") == 6  # vnet0 to vnet5
    (tmp_path / "trace.json").write_text(json.dumps(oracle["trace"]), encoding="utf-8")
    assert tapweave("replay", tmp_path / "trace.json").returncode == 1


TWO_COUNTERS = """
title: Guests whose names two counters number
report: none
network: {{br0: {{kind: ovs}}}}
guests: {{a: {{nic: {{bridge: br0}}}}, b: {{{other}}}}}
actors: [{{do: [start a, stop a], times: {times}}}, {{do: [start b, stop b], times: {times}}}]
devices: {{vnet2: {{kind: tap}}}}
{more}
"""


def test_each_counter_goes_its_own_way(explore):
    """Taps and macvtaps have one each (name-pool=kind), and so has each daemon."""
    for policy, other in (("libvirt-7.0,on-taken=fail", "nic: {kind: macvtap}"),
                          ("counter,name-check=no,on-taken=fail,user-template=honour",
                           "nic: {bridge: br0, name: mytap%d}, daemon: 2")):
        endless = explore(policy, TWO_COUNTERS.format(other=other, times=1,
                                                      more="rounds: unbounded"), "--audit")
        bounded = explore(policy, TWO_COUNTERS.format(other=other, times=3, more=""))
        assert {name: what != "never" for name, what in observed(endless).items()} == \
            {name: what != "never" for name, what in observed(bounded).items()}


NO_END = {
    "bridge: br0}, daemon: 2": ("counter", "two counters hand out names of one template"),
    "bridge: br0, name: fourteen-bytes%d}": ("counter,user-template=honour",
                                             "comes to the end of the numbers"),
}


@pytest.mark.parametrize("nic", NO_END)
def test_counters_that_are_not_modelled_are_refused(tapweave, tmp_path, nic):
    policy, why = NO_END[nic]
    path = tmp_path / "world.yaml"
    world = TWO_COUNTERS.format(other="nic: {" + nic, times=1, more="rounds: unbounded")
    path.write_text(world, encoding="utf-8")
    run = tapweave("explore", "-p", policy, path)
    assert run.returncode == 2 and why in run.stderr
    path.write_text(world + "names: {limit: 4}", encoding="utf-8")
    assert tapweave("explore", "-p", policy, path).returncode in (0, 1)
    if "fourteen" in nic:  # what the search would miss
        path.write_text(TWO_COUNTERS.format(other="nic: {" + nic, times=1, more="names: {next: 9}"),
                        encoding="utf-8")
        assert observed(tapweave.json("explore", "-p", policy, path))["start-failed"] != "never"


def test_of_names_that_no_counter_chooses_nothing_is_said(tapweave, tmp_path):
    path = tmp_path / "world.yaml"
    path.write_text(text("ovs", "stopped", (1, 1), "rounds: unbounded").replace(
        "{bridge: br0}", "{bridge: br0, name: tap0}", 1), encoding="utf-8")
    said = "names are numbered without end"
    assert said in tapweave("explore", "-p", "counter", path).stdout
    path.write_text(path.read_text(encoding="utf-8").replace(
        "{bridge: br0}", "{bridge: br0, name: tap1}"), encoding="utf-8")
    assert said not in tapweave("explore", "-p", "counter", path).stdout


# The fixes that close the race, and those that do not.
CLOSED = ["counter", "libvirt-11.3", "lowest-free-after-cleanup", "atomic", "owner-delete",
          "per-guest-names"]
OPEN = ["libvirt-6.6", "mac-check", "exists-check", "lowest-free"]


@pytest.mark.parametrize("policy", CLOSED + OPEN)
def test_three_guests_for_ever(tapweave, explore, policy):
    world = text("ovs", "stopped", (1, 1), "rounds: unbounded")
    world = world.replace("guests: {", "guests: {c: {nic: {bridge: br0}}, ")
    world = world.replace("actors:", "actors:\n  - [start c, stop c]")
    result = explore(policy, world, "--timeout=10")
    assert observed(result)["lost-attachment"] == ("never" if policy in CLOSED else "possible")


# ---- what is said, and what is refused ----

def test_the_text_speaks_of_no_number(tapweave, tmp_path):
    path = tmp_path / "world.yaml"
    path.write_text(text("ovs", "running", (1, 1), "rounds: unbounded"), encoding="utf-8")
    out = tapweave("explore", "-p", "libvirt-6.6", path).stdout
    assert "any number of rounds: complete\n" in out and "interleaving" not in out
    assert "\n  lost-attachment  possible  " in out
    out = tapweave("explore", "-p", "counter", path).stdout
    assert "numbers that nothing has any more are left out" in out


CLAIMS = """claims:
  libvirt-6.6: {{lost-attachment: {first}}}
  counter: {{lost-attachment: {second}}}
"""


def test_claims_of_it(tapweave, tmp_path):
    path = tmp_path / "world.yaml"

    def check(first, second):
        claims = CLAIMS.format(first=first, second=second)
        path.write_text(text("ovs", "running", (1, 1), f"rounds: unbounded\n{claims}"),
                        encoding="utf-8")
        return tapweave("check", path)
    assert check("possible", "never").returncode == 0
    assert check("never", "never").returncode == 1
    assert check("possible", "possible").returncode == 1
    assert check("lasting possible", "lasting never").returncode == 0
    for word in ("sometimes", "always", "rarer than counter", "lasting", "lasting sometimes"):
        run = check(word, "never")
        assert run.returncode == 2 and "'never' or 'possible' can be said" in run.stderr


def test_possible_is_sometimes_or_always(tapweave, tmp_path):
    path = tmp_path / "world.yaml"
    for word, status in (("possible", 0), ("sometimes", 0), ("always", 1)):
        claims = CLAIMS.format(first=word, second="never")
        path.write_text(text("ovs", "running", (1, 1), claims), encoding="utf-8")
        assert tapweave("check", path).returncode == status
    path.write_text(text("ovs", "running", (1, 1),
                         CLAIMS.format(first="[possible, never]", second="never")))
    assert "contradicts" in tapweave("check", path).stderr


REFUSED = {
    "[[start a, stop a]]\nrounds: unbound": "did you mean 'unbounded'",
    "[start a]\nrounds: unbounded": "begins with a guest that is stopped, and ends with one",
    "[[start a, unplug a]]\nrounds: unbounded": "ends without its nic",
    "[create vnet7]\nrounds: unbounded": "there are no rounds",
    "[[start a, start b, stop a, stop b]]\nrounds: unbounded": "are given once",
    "[[start a, stop a], {do: [start b, stop b], after: kill a}]\nrounds: unbounded":
        "are given once",
    "[[start a, stop a], rename vnet0 eth1]\nrounds: unbounded\nfaults: {fd-leak: 1}":
        "'a' is started twice",
}


@pytest.mark.parametrize("actors", REFUSED)
def test_what_cannot_be_repeated_is_refused(tapweave, tmp_path, actors):
    path = tmp_path / "world.yaml"
    path.write_text("title: none\nreport: none\nnetwork: {br0: {kind: ovs}}\n"
                    "guests: {a: {nic: {bridge: br0}}, b: {nic: {bridge: br0}}}\n"
                    f"actors: {actors}\n", encoding="utf-8")
    run = tapweave("explore", "-p", "libvirt-6.6", path)
    assert run.returncode == 2 and REFUSED[actors] in run.stderr, run.stderr


@pytest.mark.parametrize("command", [["conform"], ["export", "promela", "-p", "libvirt-6.6"]])
def test_what_walks_to_the_end_of_runs_refuses_it(tapweave, tmp_path, command):
    path = tmp_path / "world.yaml"
    path.write_text(text("ovs", "running", (1, 1), "rounds: unbounded\n" +
                         CLAIMS.format(first="possible", second="never")), encoding="utf-8")
    run = tapweave(*command, path)
    assert run.returncode == 2 and "give its actors 'times'" in run.stderr


# ---- wrong reductions are noticed ----

MISTAKES = {
    "names that only records and descriptors have":
        ("names |= field->means == MEANS_NAME ? UINT64_C(1) << value : 0;", ""),
    "names that only devices and rows have":
        ("names |= value != 0 && field->of == OF_NAME ? UINT64_C(1) << byte.index : 0;", ""),
    "a QoS row that nobody finds":
        ("state->network.qos[family->first + number] = 0;", ""),
    "numbers that are still to be handed out":
        ("number < *last && !has_number(", "number < *last + 2u && !has_number("),
    "a counter that is not told": ("*last = (uint8_t)(*last - out);", ""),
    "names of another counter's": ("= recount->counter[counter].families;", "= 0xffff;"),
    "a counter that two daemons have": ("return shared != 0;", "return false;"),
    "numbers that come to an end":
        ("return has_few_numbers(recount) ? RECOUNT_FEW : RECOUNT_FINITE;",
         "return RECOUNT_FINITE;"),
    "names that a scenario speaks of": ("recount->floor = find_floor(world);", ""),
    "a daemon that goes back": ("|| world_restarts(recount->world)", ""),
    "rounds that rows have":
        ("tells ? tell(rounds, &row->start_number) : hear(rounds, row->start_number);", ""),
    "the round that a thread is still at":
        ("hear(&rounds, thread_incarnation(thread, world_program(recount->world, guest)));", ""),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_numbers_that_are_left_out_wrongly_are_noticed(tmp_path, mistake):
    text_with_it = wrong_text("sim/recount.c", *MISTAKES[mistake])
    unit = link(tmp_path, text_with_it, built("recount"), ["-lcmocka"])
    run = subprocess.run([unit], capture_output=True, check=False)
    assert run.returncode != 0
