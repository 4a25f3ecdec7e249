"""The hunt for disagreements: tests/hunt.py finds what is wrong, and says how to see it again.

The tools that it is given here are the real one behind a script that has one thing go wrong."""
import json
import re
import signal
import subprocess
import sys

import pytest
import yaml

from conftest import BINARY, ROOT
from hunting.features import FEATURES, features, missing
from hunting.generate import Cell, cell
from hunting.shrink import shrink

CELLS = 500

# What goes wrong: when a scenario has a word in it, something happens to the real tool's answer.
WRONG = """#!{python}
import json, os, subprocess, sys
real, word, what = {real!r}, {word!r}, {what!r}
arguments = sys.argv[1:]
path = next((each for each in arguments if each.endswith(".yaml")), None)
struck = path is not None and word in open(path, encoding="utf-8").read().split("claims:")[0]
if struck and what == "abort" and arguments[0] == "explore" and subprocess.run(
        [real, *arguments], capture_output=True).returncode in (0, 1):
    sys.stderr.write("tapweave: sim/world.c:1: it: Assertion `false' failed.\\n")
    sys.stderr.flush()
    os.abort()
if arguments[0] == "conform" and what == "diverge":
    counts = {{"transitions": 5, "walked": 5}}
    result = {{"counts": counts, "diverged": struck}}
    if struck:
        result["divergence"] = "vnet0: simulation: exists; kernel: gone"
    print(json.dumps({{"results": [result]}}))
    sys.exit(5 if struck else 0)
done = subprocess.run([real, *arguments], capture_output=True, text=True)
if struck and what == "count" and arguments[0] == "explore" and done.returncode in (0, 1):
    report = json.loads(done.stdout)
    report["counts"]["interleavings"] = str(int(report["counts"]["interleavings"] or 0) + 1)
    done.stdout = json.dumps(report)
if struck and what == "never" and arguments[0] == "explore" and done.returncode in (0, 1):
    report = json.loads(done.stdout)
    for oracle in report["oracles"]:
        oracle["observation"] = "never"
    done.stdout = json.dumps(report)
sys.stdout.write(done.stdout)
sys.stderr.write(done.stderr)
sys.exit(done.returncode)
"""


@pytest.fixture(scope="module")
def choices(tapweave):
    return tapweave.json("list", "policies", status=0)


def wrong(folder, word, what):
    path = folder / "tapweave"
    path.write_text(WRONG.format(python=sys.executable, real=str(BINARY), word=word, what=what),
                    encoding="utf-8")
    path.chmod(0o755)
    return path


def hunt(folder, sanitized, *arguments, plain=BINARY):
    return subprocess.run(
        [sys.executable, ROOT / "tests/hunt.py", "--binary", plain, "--sanitized", sanitized,
         "--folder", folder / "found", "--jobs", "1", *arguments],
        capture_output=True, text=True, check=False, timeout=300)


def test_a_cell_follows_from_its_seed_and_its_number(choices):
    texts = [cell(1, number, choices).text() for number in range(20)]
    assert texts == [cell(1, number, choices).text() for number in range(20)]
    assert len(set(texts)) == 20
    assert not set(texts) & {cell(2, number, choices).text() for number in range(20)}


def test_cells_are_valid_and_have_every_feature(tapweave, choices, tmp_path):
    """Every one that the reader takes counts, and few are not taken."""
    seen, bases, values, refused = set(), set(), set(), 0
    for number in range(CELLS):
        chosen, path = cell(1, number, choices), tmp_path / "cell.yaml"
        assert features(chosen) <= FEATURES
        path.write_text(chosen.text(), encoding="utf-8")
        run = tapweave("explore", "-p", chosen.policy, path, "--max-states", "1")
        assert run.returncode in (0, 1, 2, 3), run.stderr
        if run.returncode == 2:
            refused += 1
        else:
            seen |= features(chosen)
            base, *changes = chosen.policy.split(",")
            bases.add(base)
            values |= set(changes)
    assert missing(seen) == []
    assert refused < 0.3 * CELLS
    assert bases == {entry["name"] for entry in choices["entries"]}
    assert {value.split("=")[0] for value in values} == {
        choice["name"] for choice in choices["choices"]}


UNPLUGS = "6"  # a seed among whose first cells there is an unplug
ROUNDS = "9"   # and one whose first cell with rounds is made smaller soon


@pytest.mark.parametrize("what, kind", [("count", "counts"), ("abort", "crash")])
def test_what_is_wrong_is_found_and_made_smaller(tapweave, tmp_path, what, kind):
    sanitized = wrong(tmp_path, "unplug", what)
    found = hunt(tmp_path, sanitized, "--no-kernel", "--seed", UNPLUGS, "--cells", "5",
                 "--shown", "1")
    assert found.returncode == 1, found.stdout + found.stderr
    first, *_ = sorted((tmp_path / "found").glob(f"{UNPLUGS}-*.yaml"))
    assert f"disagrees, by {kind}" in found.stdout and str(first) in found.stdout
    text = first.read_text(encoding="utf-8")
    scenario = yaml.safe_load(text)
    # What is left is a guest that is unplugged, and nothing beside it.
    assert len(scenario["guests"]) == 1 and len(scenario["actors"]) == 1
    assert "unplug" in str(scenario["actors"]) and not scenario.get("faults")
    assert list(scenario["claims"]) == ["libvirt-6.6"]
    assert tapweave("check", first).returncode == 0
    again = next(line for line in text.splitlines() if line.startswith("# again: "))
    number = again.split("--cell ")[1]
    assert again == f"# again: tests/hunt.py --seed {UNPLUGS} --cell {number}"
    repeated = hunt(tmp_path, sanitized, "--no-kernel", "--seed", UNPLUGS, "--cell", number)
    assert repeated.returncode == 1 and f"cell {number} disagrees, by {kind}" in repeated.stdout


def test_a_wrong_never_of_rounds_without_a_bound_is_found(tmp_path):
    found = hunt(tmp_path, wrong(tmp_path, "rounds: ", "never"), "--no-kernel", "--cells", "20",
                 "--shown", "1", "--seed", ROUNDS)
    assert found.returncode == 1, found.stdout + found.stderr
    assert "disagrees, by rounds" in found.stdout
    assert "is never violated, and is in (1" in found.stdout


def test_a_divergence_from_the_kernel_is_found(tmp_path):
    """By the tool that walks it there, which is the one that is not sanitized."""
    plain = wrong(tmp_path, "guests", "diverge")  # always
    found = hunt(tmp_path, BINARY, "--cells", "25", "--shown", "1", plain=plain)
    assert found.returncode == 1, found.stdout + found.stderr
    assert "disagrees, by kernel" in found.stdout
    assert "vnet0: simulation: exists; kernel: gone" in found.stdout
    assert " conform --datapath netdev -p " in next(
        (tmp_path / "found").glob("*.yaml")).read_text(encoding="utf-8")


def test_where_all_agree_it_says_how_much_was_looked_at(tmp_path):
    found = hunt(tmp_path, BINARY, "--no-kernel", "--cells", "12")
    assert found.returncode == 0, found.stdout + found.stderr
    assert "seed 1: 12 cells in " in found.stdout
    assert re.search("[1-9][0-9]* compared with the second implementation", found.stdout)
    assert found.stdout.endswith("hunt: no disagreements\n")


def test_an_interrupt_ends_it_with_what_is_known(tmp_path):
    command = [sys.executable, ROOT / "tests/hunt.py", "--binary", BINARY, "--sanitized", BINARY,
               "--no-kernel", "--jobs", "2", "--seconds", "600", "--folder", tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as hunting:
        with pytest.raises(subprocess.TimeoutExpired):
            hunting.wait(timeout=4)
        hunting.send_signal(signal.SIGINT)
        said, _ = hunting.communicate(timeout=60)
    assert hunting.returncode == 3, said
    assert "hunt: seed 1: " in said and said.endswith("hunt: no disagreements\n")


def test_nothing_compared_is_no_success(tmp_path):
    found = hunt(tmp_path, BINARY, "--no-kernel", "--seconds", "0")
    assert found.returncode == 4 and ": 0 cells " in found.stdout
    found = hunt(tmp_path, tmp_path / "nothing")
    assert found.returncode == 4 and "make hunt builds it" in found.stderr


def test_shrinking_takes_all_away_that_does_not_matter(choices):
    """Of the cells with a veth there is one veth left, in a scenario that is still one."""
    tried = 0
    for number in range(100):
        chosen = cell(3, number, choices)
        if '"veth%d"' in json.dumps(chosen.scenario["guests"]):
            tried += 1
            left = shrink(chosen, lambda smaller: "veth%d" in smaller.text(), 10)
            assert isinstance(left, Cell) and left.policy == "libvirt-6.6"
            scenario = yaml.safe_load(left.text())
            assert len(scenario["guests"]) == 1 and len(scenario["actors"]) == 1
            assert scenario["network"] == {} and "devices" not in scenario
            (guest,) = scenario["guests"].values()
            assert guest == {"nic": {"name": "veth%d"}}
    assert tried > 3
