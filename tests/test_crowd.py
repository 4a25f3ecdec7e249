"""Any number of guests (sim/crowd.h).  tests/unit/test_crowd holds the views that are found to all
states of three and four guests; here it has to notice that views are missing."""
import subprocess

import pytest
from mistakes import built, link, wrong_text

FOR_EVER = "scenarios/for-ever.yaml"
ONE = """
title: One guest that starts and stops again and again
report: none
network: {br0: {kind: ovs}}
guests: {a: {nic: {bridge: br0}}}
actors: [[start a, stop a]]
rounds: unbounded
"""


def observed(result):
    return {oracle["name"]: oracle["observation"]
            for oracle in result["more_guests"]["oracles"]}


@pytest.mark.parametrize("policy", ["counter", "libvirt-11.3", "lowest-free-after-cleanup",
                                    "atomic", "owner-delete", "per-guest-names"])
def test_no_number_of_guests_loses_an_attachment(tapweave, policy):
    result = tapweave.json("explore", "--more-guests", "-p", policy, FOR_EVER)
    assert result["more_guests"]["end"] == "complete"
    assert observed(result)["lost-attachment"] == "never"
    assert result["timing"]["more_guests"] > 0
    violated = {oracle["name"] for oracle in result["oracles"]
                if oracle["observation"] != "never"}
    for name, observation in observed(result).items():
        assert observation == ("possible" if name in violated else "never")


def test_what_two_guests_violate_is_possible(tapweave):
    run = tapweave("explore", "--more-guests", "-p", "libvirt-6.6", FOR_EVER)
    assert run.returncode == 1 and "\n  possible: lost-attachment, " in run.stdout


def test_what_one_guest_does_not_violate_is_not_known_of_more(tapweave, tmp_path):
    """The scenario's own guest has nobody to race with; the others may have."""
    path = tmp_path / "one.yaml"
    path.write_text(ONE, encoding="utf-8")
    result = tapweave.json("explore", "--more-guests", "-p", "libvirt-6.6", path)
    assert {oracle["observation"] for oracle in result["oracles"]} == {"never"}
    assert observed(result)["lost-attachment"] == "inconclusive"
    assert observed(result)["stale-port"] == "never"
    steps = next(oracle["steps"] for oracle in result["more_guests"]["oracles"]
                 if oracle["name"] == "lost-attachment")
    assert [step["step"] for step in steps].count("del-port") == 1
    assert steps[0]["step"] == "create-tap" and steps[0]["actor"] in ("x", "y", "z")
    run = tapweave("explore", "--more-guests", "-p", "libvirt-6.6", path)
    assert run.returncode == 3 and "lost-attachment is not excluded" in run.stdout
    assert tapweave("explore", "--more-guests", "-p", "counter", path).returncode == 0


def test_a_bound_decides_nothing(tapweave):
    run = tapweave("explore", "--more-guests", "--max-states=500", "-p", "counter", FOR_EVER)
    assert run.returncode == 3 and "INCONCLUSIVE, stopped at --max-states" in run.stdout


@pytest.mark.parametrize("policy, path, text", [
    ("counter", "scenarios/reported-race.yaml", "its rounds have a bound"),
    ("fin-wait", FOR_EVER, "names are held back")])
def test_other_worlds_are_refused(tapweave, policy, path, text):
    run = tapweave("explore", "--more-guests", "-p", policy, path)
    assert run.returncode == 2 and text in run.stderr


# ---- views that are missing ----

CLAIMS, NETWORKS, LEFT = ("policies_that_lose_nothing", "other_networks", "what_is_left_behind")
MISTAKES = {
    "names that two guests share":
        ("sim/view_join.c", "is_shared(&join->names, to) != shared ||",
         "is_shared(&join->names, to) != shared || !shared ||", NETWORKS),
    "rows of a guest that has forgotten their name":
        ("sim/view_join.c", "i < 2 && !both", "i < 0 && !both", CLAIMS),
    "any free name but the lowest":
        ("sim/crowd_step.c", "if (used.used[name] && is_free(",
         "if (count == 1 && name == family->first && used.used[name] && is_free(", CLAIMS),
    "a name that nobody has":
        ("sim/crowd_step.c", "choices[0].name = fresh;",
         "choices[0].name = fresh; fresh = IFNAME_NONE;", CLAIMS),
    "what is left behind":
        ("sim/crowd_step.c", "i < orphans->count", "i < 0", LEFT),
    "what a guest that does not step sees":
        ("sim/crowd.c", "{{0, 1}, {0, 2}, {1, 2}}", "{{0, 1}, {0, 1}, {0, 1}}", CLAIMS),
    "whose everything is that is no member's":
        ("sim/view.c", "value = (uint8_t)(projection->place[value - 1] + 1);",
         "value = (uint8_t)(projection->place[value - 1] == VIEW_ANON && byte->of == OF_NAME && "
         "byte->first == offsetof(struct state, network.row[0].uuid) ? 1 : "
         "projection->place[value - 1] + 1);", NETWORKS),
    "a mutex that another guest holds":
        ("sim/crowd_step.c", "lock[world->daemon[0]] == VIEW_ANON + 1", "lock[0] == 99", CLAIMS),
    "one name of a family":
        ("sim/view_settle.c", "content->at[content->count++].value = value;",
         "content->at[content->count].value = value; content->count += byte->of != OF_NAME || "
         "byte->means != MEANS_PLAIN;", CLAIMS),
}


# Those that are noticed in a second or two; make brute looks at all of them.
QUICK = {"names that two guests share", "a name that nobody has", "one name of a family",
         "what a guest that does not step sees"}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_views_that_are_missing_are_noticed(request, tmp_path, mistake):
    if mistake not in QUICK and not request.config.getoption("--walk-all"):
        pytest.skip("with --walk-all (make brute)")
    path, right, wrong, test = MISTAKES[mistake]
    unit = link(tmp_path, wrong_text(path, right, wrong), built("crowd"), ["-lcmocka"])
    run = subprocess.run([unit, test], capture_output=True, check=False, timeout=300)
    assert run.returncode != 0
