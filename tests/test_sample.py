"""explore --sample: walks by chance say what is possible, with a trace, and nothing else."""
import json
import re
import shlex
import signal
import subprocess
from fractions import Fraction

import pytest
from bad_scenarios import scenario
from conftest import SCENARIOS, environment
from test_explore import world
from test_replay import lines_to_replay

RACE = "scenarios/reported-race.yaml"
STRATEGIES = [["random"], ["random", "--preemptions=2"], ["pct", "--depth=4"]]
# What a sample must not say: words of complete searches.
CONCLUSIONS = re.compile(r"\b(holds?|never|always|sometimes|complete)\b")


def named(strategy):
    return " ".join(strategy)


def found(result):
    return {each["name"] for each in result["oracles"] if each["observation"] == "possible"}


@pytest.mark.parametrize("strategy", STRATEGIES, ids=named)
@pytest.mark.parametrize("policy", ["libvirt-6.6", "reattach", "libvirt-11.3"])
def test_what_walks_find_is_what_a_search_finds(tapweave, strategy, policy):
    """In every scenario: nothing that is not there; and of what is there, most."""
    there, seen = 0, 0
    for path in SCENARIOS[::3]:
        searched = tapweave.json("explore", "-p", policy, path)
        walked = tapweave.json("explore", "-p", policy, "--sample", *strategy, "--walks=400", path)
        violated = {each["name"] for each in searched["oracles"] if each["observation"] != "never"}
        assert found(walked) <= violated, path
        assert walked["seen"]["states"] <= searched["counts"]["states"], path
        there, seen = there + len(violated), seen + len(found(walked))
        for each, whole in zip(walked["oracles"], searched["oracles"], strict=True):
            if each["observation"] == "possible":
                assert len(each["trace"]["steps"]) >= len(whole["trace"]["steps"])
                assert each["victims"] and 0 < each["walks"] <= 400
    assert there > 20 and seen > there * 3 / 4


@pytest.mark.parametrize("strategy", STRATEGIES, ids=named)
def test_every_violation_can_be_replayed(tapweave, tmp_path, strategy):
    (tmp_path / "race.yaml").write_text(scenario(), encoding="utf-8")
    run = tapweave("explore", "-p", "mac-check", "--sample", *strategy, "--traces", ".",
                   "--json", "result.json", "race.yaml", cwd=tmp_path)
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert run.returncode == 1 and {"lost-attachment", "duplicate-name"} <= found(result)
    for name in found(result):
        replayed = tapweave.json("replay", f"{name}.json", cwd=tmp_path, status=1)
        assert name in replayed["violated"]
    assert tapweave("replay", "lost-attachment-lasting.json", cwd=tmp_path).returncode == 1
    # And by the lines that the report has.
    for what in ("replay it", "to its end"):
        lines = lines_to_replay(run.stdout, what)
        assert lines
        for line in lines:
            assert tapweave(*shlex.split(line)[1:], cwd=tmp_path).returncode == 1


def test_what_is_not_found_is_not_denied(tapweave):
    run = tapweave("explore", "-p", "counter", "--sample", "random", RACE)
    assert run.returncode == 3
    assert not CONCLUSIONS.search(run.stdout)
    assert "not found, which decides nothing: lost-attachment, wrong-network" in run.stdout
    result = tapweave.json("explore", "-p", "counter", "--sample", "random", RACE, status=3)
    assert {each["observation"] for each in result["oracles"]} == {"inconclusive"}
    assert result["complete"] is False and result["schema"] == "tapweave-sample/1"
    run = tapweave("explore", "-p", "mac-check", "--sample", "random", RACE)
    assert run.returncode == 1 and not CONCLUSIONS.search(run.stdout.split("\n\n")[1])


def test_a_seed_makes_the_walks(tapweave):
    def walked(*more):
        result = tapweave.json("explore", "-p", "fin-wait", "--sample=random", "--walks=300", *more,
                               "scenarios/two-rounds.yaml")
        del result["timing"], result["strategy"]
        return result

    assert walked() == walked("--seed=1") == walked("--seed=1", "--jobs=4")
    others = [walked(f"--seed={seed}") for seed in range(5)]
    assert len({json.dumps(each) for each in others}) == 5
    # The first walks of more are those of fewer.
    assert walked("--walks=301")["counts"]["steps"] - walked()["counts"]["steps"] in range(20, 90)


def test_the_guarantee_is_its_formula(tapweave):
    result = tapweave.json("explore", "-p", "mac-check", "--sample=pct", "--depth=3",
                           "--walks=500", RACE)
    strategy = result["strategy"]
    one = Fraction(1, strategy["actors"] * strategy["steps"] ** 2)
    assert strategy["one-in"] == 1 / one
    assert strategy["all-miss"] == pytest.approx(float((1 - one) ** 500), rel=1e-9)
    # The longest run: a search knows it, of a world that is this small.
    assert strategy["steps"] == result["counts"]["longest"] and result["counts"]["longer"] == 0
    bound = tapweave.json("explore", "-p", "mac-check", "--sample=pct", "--max-steps=7", RACE)
    assert bound["strategy"]["steps"] == bound["counts"]["longest"] == 7
    assert bound["counts"]["cut"] == bound["counts"]["walks"] == 10000
    text = tapweave("explore", "-p", "mac-check", "--sample=pct", "--max-steps=7", RACE).stdout
    assert "10000 walks came to the bound of --max-steps, and did not end" in text


def test_the_estimates_are_their_formulas(tapweave):
    result = tapweave.json("explore", "-p", "libvirt-6.6", "--sample=random", "--walks=100",
                           "scenarios/two-rounds.yaml")
    seen, counts = result["seen"], result["counts"]
    assert seen["once"] > 50 and seen["twice"] > 50
    # No run comes to a state twice: a walk comes to one state more than it takes steps.
    visits = counts["steps"] + counts["walks"]
    assert seen["unseen"] == pytest.approx(seen["once"] / visits, rel=1e-9)
    assert seen["at-least"] == pytest.approx(
        seen["states"] + Fraction(99, 100) * Fraction(seen["once"] ** 2, 2 * seen["twice"]),
        rel=1e-9)


def test_memory_ends_the_counting_and_not_the_walks(tapweave):
    result = tapweave.json("explore", "-p", "fin-wait", "--sample=random", "--max-memory=200K",
                           "scenarios/two-rounds.yaml")
    assert result["counts"]["walks"] == 10000 > result["seen"]["walks"] > 0
    text = tapweave("explore", "-p", "fin-wait", "--sample=random", "--max-memory=200K",
                    "scenarios/two-rounds.yaml").stdout
    assert f"only the states of the first {result['seen']['walks']} walks are counted" in text


@pytest.mark.parametrize("policy", ["libvirt-6.6", "counter"])
def test_rounds_without_a_bound_are_walked(tapweave, tmp_path, policy):
    """No walk ends by itself; and numbers that nothing has any more do not make states."""
    path = "scenarios/for-ever.yaml"
    whole = tapweave.json("explore", "-p", policy, path)
    walked = tapweave.json("explore", "-p", policy, "--sample=random", "--walks=300",
                           "--max-steps=500", path)
    assert walked["counts"]["cut"] == walked["counts"]["walks"] == 300
    states = whole["counts"]["states"]
    assert states / 2 < walked["seen"]["states"] <= states
    violated = {each["name"] for each in whole["oracles"] if each["observation"] != "never"}
    assert found(walked) <= violated
    run = tapweave("explore", "-p", policy, "--sample=random", "--walks=300", "--max-steps=500",
                   "--traces", tmp_path, path)
    assert run.returncode == (1 if found(walked) else 3)
    for name in found(walked):
        assert name in tapweave.json("replay", tmp_path / f"{name}.json", status=1)["violated"]


def test_a_large_world_is_walked_until_it_is_interrupted(tapweave, tmp_path):
    """Four guests, five times: what a search does not come to the end of."""
    (tmp_path / "large.yaml").write_text(world(4, 5), encoding="utf-8")
    command = [tapweave.binary, "explore", "-p", "libvirt-6.6", "--sample=random",
               "--walks=1000000000", "--json", "out.json", "large.yaml"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, env=environment({}),
                          stderr=subprocess.DEVNULL, text=True) as run:
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(timeout=2)
        run.send_signal(signal.SIGINT)
        text = run.stdout.read()
    assert run.returncode == 1
    assert re.search(r"^  \d+ random walks, seed 1: a sample, and no search, interrupted$", text,
                     re.MULTILINE)
    result = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert result["end"] == "interrupted" and "lost-attachment" in found(result)
    assert 0 < result["counts"]["walks"] < 1000000000
    timed = tapweave("explore", "-p", "libvirt-6.6", "--sample=random", "--walks=1000000000",
                     "--timeout=0.5", "large.yaml", cwd=tmp_path)
    assert timed.returncode == 1 and "no search, stopped at --timeout" in timed.stdout


@pytest.mark.parametrize("policy", ["libvirt-6.6", "mac-check", "atomic", "counter"])
def test_few_preemptions_are_searched(tapweave, tmp_path, policy):
    """With enough of them, all that a search finds; with fewer, a part; each can be replayed."""
    whole = tapweave.json("explore", "-p", policy, RACE)
    violated = {each["name"] for each in whole["oracles"] if each["observation"] != "never"}
    before = set()
    for most in range(9):
        result = tapweave.json("explore", "-p", policy, "--preemptions", most, "--traces", tmp_path,
                               RACE)
        search = result["search"]
        assert search["searched"] == most or search["all"]
        assert before <= found(result) <= violated and result["complete"] is False
        before = found(result)
        for each in result["oracles"]:
            assert (each["preemptions"] or 0) <= most
            if each["trace"] is not None:
                replayed = tapweave.json("replay", tmp_path / f"{each['name']}.json", status=1)
                assert each["name"] in replayed["violated"]
    assert before == violated and search["all"]
    run = tapweave("explore", "-p", policy, "--preemptions=8", RACE)
    assert run.returncode == (1 if violated else 3)
    assert not CONCLUSIONS.search(run.stdout.split("\n\n")[1])
    assert "is searched, and more of them lead to nothing else\n" in run.stdout
