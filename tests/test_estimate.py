"""explore --estimate, and what a search that is not over says of how much there is to come."""
import re
import signal
import subprocess

import pytest
from conftest import environment
from test_explore import world
from test_terminal import interrupted

POLICY = "libvirt-6.6"


@pytest.fixture(name="folder", scope="module")
def make_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worlds")
    (folder / "medium.yaml").write_text(world(3, 2), encoding="utf-8")
    (folder / "big.yaml").write_text(world(3, 3), encoding="utf-8")
    (folder / "long.yaml").write_text(world(3, 5), encoding="utf-8")
    (folder / "large.yaml").write_text(world(4, 3), encoding="utf-8")
    return folder


@pytest.mark.parametrize("policy", [POLICY, "counter"])
def test_an_estimate_is_about_right(tapweave, folder, policy):
    """The range that it has; and nothing else of a search is said by it."""
    whole = tapweave.json("explore", "-p", policy, "medium.yaml", cwd=folder)
    states = whole["counts"]["states"]
    assert whole["complete"] and "estimate" not in whole["search"]
    assert set(whole["timing"]) == {"seconds"}
    for part in (states // 5, states // 2, states * 9 // 10):
        result = tapweave.json("explore", "-p", policy, "--estimate", "--max-states", part,
                               "medium.yaml", cwd=folder, status=3)
        estimate = result["search"]["estimate"]
        assert list(estimate) == ["states", "least", "most", "bytes"]
        assert part <= estimate["least"] <= states <= estimate["most"]
        # By the same missing states: a quarter, and four times.
        missing = estimate["states"] - result["counts"]["states"]
        assert estimate["least"] == pytest.approx(part + missing / 4, abs=2)
        assert estimate["most"] == pytest.approx(part + missing * 4, abs=4)
        assert estimate["bytes"] > 8 * states / 4
        assert 0 < result["timing"]["whole"] < 1000
        text = tapweave("explore", "-p", policy, "--estimate", "--max-states", part, "medium.yaml",
                        cwd=folder).stdout
        assert len(text.splitlines()) == 4
        about = re.search(r"^  an estimate: about (\d+) thousand states \((\d+) (?:to|thousand to) "
                          r"([\d.]+) (thousand|million)\), which take (\d+) to (\d+) MB$", text,
                          re.MULTILINE)
        assert about and int(about[1]) == pytest.approx(estimate["states"] / 1000, rel=0.06)
        assert int(about[2]) == pytest.approx(estimate["least"] / 1000, rel=0.06)


def test_a_small_world_is_counted(tapweave, folder):
    """A million states are searched, and this one has fewer."""
    run = tapweave("explore", "-p", POLICY, "--estimate", "medium.yaml", cwd=folder)
    assert run.returncode == 1 and "interleavings:\n    complete" in run.stdout
    assert "estimate" not in run.stdout and len(run.stdout.splitlines()) == 4


@pytest.mark.parametrize("states", [500, 1000, 2000, 4000])
def test_a_few_layers_say_nothing(tapweave, folder, states):
    """There are thousands of times as many."""
    command = ["explore", "-p", "counter", "--estimate", f"--max-states={states}", "large.yaml"]
    run = tapweave(*command, cwd=folder)
    assert run.returncode == 3
    assert run.stdout.endswith("  how many there are cannot be said yet: there may be ten times as "
                               "many, or more\n")
    result = tapweave.json(*command, cwd=folder)
    assert "estimate" not in result["search"] and "whole" not in result["timing"]


def test_a_million_states_are_searched(tapweave, folder):
    result = tapweave.json("explore", "-p", POLICY, "--estimate", "large.yaml", cwd=folder,
                           status=3)
    assert result["counts"]["states"] == 1000000 and result["end"] == "stopped at --max-states"


def test_a_search_that_ends_early_estimates_the_rest(tapweave, folder):
    run = tapweave("explore", "-p", POLICY, "--max-states=60000", "medium.yaml", cwd=folder)
    assert run.returncode == 3
    assert re.search(r"^  an estimate: about \d+ thousand states \(.*\), which take .* MB$",
                     run.stdout, re.MULTILINE)


UNITS = {"s": 1, "min": 60, "h": 3600, "days": 86400}


def test_the_line_of_progress_has_an_estimate(tapweave, folder):
    """Once it can be made: the states there are, and how long it takes to find them."""
    command = ["explore", "-p", "counter", "--jobs=1", "long.yaml"]
    _, _, said = interrupted(tapweave, folder, command, r" left .* left ")
    lines = said.split("\r")
    told = [re.fullmatch(r"(\d+) of (?:([\d.]+)(?: (thousand|million))? to )?([\d.]+) "
                         r"(thousand|million) states, \d+ to go, [\d.]+ M/s, \d+ MB, \d+ s, "
                         r"(?:(\d+)(?: (s|min|h|days))? to )?(\d+) (s|min|h|days) left ", line)
            for line in lines if " left " in line]
    assert told and all(told) and all(len(line) <= 100 for line in lines)
    for line in told:
        least = float(line[2] or line[4]) * {"thousand": 1e3, "million": 1e6}[line[3] or line[5]]
        most = float(line[4]) * {"thousand": 1e3, "million": 1e6}[line[5]]
        assert least < 1.1 * most and int(line[1]) <= 1.1 * most
        late = int(line[8]) * UNITS[line[9]]
        soon = int(line[6] or line[8]) * UNITS[line[7] or line[9]]
        to_go, rate = re.search(r"(\d+) to go, ([\d.]+) M/s", line[0]).groups()
        most_left = (most - int(line[1]) + int(to_go)) / float(rate) / 1e6
        assert soon <= late
        assert most_left < 3 or most_left / 2 < late < most_left * 2


def test_an_interrupt_leaves_an_estimate(tapweave, folder):
    command = [tapweave.binary, "explore", "-p", POLICY, "--jobs=2", "large.yaml"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          env=environment({}), text=True) as run:
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(timeout=3)
        run.send_signal(signal.SIGINT)
        text = run.stdout.read()
    assert run.returncode == 3
    assert re.search(r"^  every run is searched up to step \d+: no other oracle is violated by "
                     r"then$", text, re.MULTILINE)
