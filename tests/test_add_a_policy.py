"""The list of docs/add-a-policy.md is complete: its example works, and if one of its places is left
out, the compiler or a test names that.

All of it happens in a copy of the repository: the example is applied and built there once, and then
one place at a time is left out."""
import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT, environment
from example_policy import PLACES, POLICY, apply

PAGE = (ROOT / "docs" / "add-a-policy.md").read_text(encoding="utf-8")
QUICK = "OPTIMIZE=-O0 -Wno-format-truncation"  # which is wrong at -O0
ROOMS = ("core", "sim", "harness", "tests", "docs", "scenarios")
# Which case of a Python test is asked: the whole file would take long.
CASES = {
    "tests/test_brute.py": [f"tests/test_brute.py::test_counts_agree[fixed-name-{POLICY}]"],
    "tests/test_policies.py": ["tests/test_policies.py", "-k", "every_value"],
    "tests/test_pairwise.py":
        ["tests/test_pairwise.py::test_a_value_decides_something[port-guard-ask-owner]"],
}


def one_line(text):
    return " ".join(text.replace("\\\n", " ").split())


class House:
    """A copy of the repository."""
    def __init__(self, folder):
        self.folder = folder

    def run(self, *command):
        env = environment({"TAPWEAVE": str(self.folder / "build" / "tapweave"),
                           "PYTHONDONTWRITEBYTECODE": "1"})
        run = subprocess.run(command, cwd=self.folder, env=env, text=True, timeout=600,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return run.returncode, run.stdout

    def make(self, target, *options):
        return self.run("make", f"-j{os.cpu_count()}", QUICK, *options, target)

    def observed(self, policy, scenario, oracle):
        """Its observation, how many interleavings violate it, and how many there are."""
        _, said = self.run("build/tapweave", "explore", "-p", policy,
                           f"scenarios/{scenario}.yaml", "--json", "-")
        result = json.loads(said)
        one, = [each for each in result["oracles"] if each["name"] == oracle]
        return one["observation"], int(one["bad"]), int(result["counts"]["interleavings"])

    def ask(self, who):
        """The exit status and the words of the one who is to name a place."""
        if who.endswith(".c"):  # into a folder of its own: what has been built stays as it is
            return self.make(f"left-out/{who[:-2]}.o", "BUILD=left-out")
        if who.endswith(".py"):
            return self.run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
                            *CASES[who])
        code, said = self.make(f"build/tests/unit/{who}")
        return (code, said) if code != 0 else self.run(f"build/tests/unit/{who}")


@pytest.fixture(scope="module", name="house")
def build_example(tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    shutil.copy2(ROOT / "Makefile", folder)
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room,
                        ignore=shutil.ignore_patterns("__pycache__"))
    apply(folder)
    house = House(folder)
    code, said = house.make("build/tapweave")
    assert code == 0, said
    return house


def test_the_value_changes_a_verdict(house):
    """Facts 1c: the clean-up of a failed start acts by name.  The row names the guest that runs."""
    assert house.observed("libvirt-6.6", "fixed-name", "lost-attachment")[0] == "always"
    assert house.observed(POLICY, "fixed-name", "lost-attachment")[0] == "never"


def test_a_check_before_the_deletion_narrows_the_window(house):
    """Mail 000: a smaller window.  The row changes hands between get-owner and del-port, too."""
    before = house.observed("libvirt-6.6", "reported-race", "lost-attachment")
    after = house.observed(POLICY, "reported-race", "lost-attachment")
    assert before[0] == after[0] == "sometimes"
    assert 0 < after[1] * before[2] < before[1] * after[2]


@pytest.mark.parametrize("who", sorted({place.named_by for place in PLACES}))
def test_nobody_misses_anything_in_the_whole_example(request, house, who):
    if who == "test_moves" and not request.config.getoption("--walk-all"):
        pytest.skip("it takes long: make brute")
    code, said = house.ask(who)
    assert code == 0, said


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_place_that_is_left_out_is_named(request, house, place):
    if place.slow and not request.config.getoption("--walk-all"):
        pytest.skip("its test takes long: make brute")
    path = house.folder / place.path
    whole = path.read_text(encoding="utf-8")
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    try:
        path.write_text(place.without(whole), encoding="utf-8")
        code, said = house.ask(place.named_by)
    finally:
        path.write_text(whole, encoding="utf-8")
        if place.named_by.endswith((".c", ".py")):  # nothing has been made of it
            os.utime(path, ns=times)
    assert code != 0, f"nobody says that it is left out: {said}"
    assert place.says in said


def test_the_golden_reports_that_change_are_those_of_the_page(house):
    # Not those of all scenarios: they take long.
    code, said = house.run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
                           "tests/test_golden.py", "-k", "as_it_was and (list or unknown or help)")
    listed, = re.findall(r"A value and an operation change (.*?)\.", one_line(PAGE))
    assert code != 0 and "if that is meant: make golden" in said, said
    assert sorted(re.findall(r"`([a-z-]+)`", listed)) == sorted(
        re.findall(r"^FAILED [^\[]*\[([a-z-]+)\]", said, re.MULTILINE))


def test_the_example_has_no_line_that_is_too_long(house):
    for path in sorted({place.path for place in PLACES}):
        lines = (house.folder / path).read_text(encoding="utf-8").splitlines()
        assert not [line for line in lines if len(line) > 100], path


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_the_page_has_the_place(place):
    """Its file, what is written there, and what is said without it."""
    page = one_line(PAGE)
    for words in (place.name, place.path, place.says, *map(one_line, place.parts())):
        assert words.strip(" \\") in page
