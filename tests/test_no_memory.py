"""Each allocation of a run fails in turn: the program says so in one line and ends with status 70,
or does all the same what it does with memory.  Nothing is half written, and no verdict is another
one.

tests/failing/shim.c lets it fail.  Here one of each place in the code fails (by who calls whom), of
many places one in so many; with --walk-all each one does, once alone and once with all that
follow."""
import re
import subprocess

import pytest

from conftest import BINARY, ROOT
from failing.runs import RUNS, outputs, prepare

NO_MEMORY, STOPPED = 70, 3
# `keep` claims what is possible, of runs that are not counted.
BOUND = re.compile("--max-memory|inconclusive|out of memory|came to a bound|"
                   "lost-attachment: possible", re.IGNORECASE)
PLACES = 40  # of each run, if not all


@pytest.fixture(name="shim", scope="module")
def make_shim(tmp_path_factory):
    if b"__asan_init" in BINARY.read_bytes():
        pytest.skip("AddressSanitizer has a malloc of its own")
    path = tmp_path_factory.mktemp("shim") / "shim.so"
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", path, ROOT / "tests/failing/shim.c"],
                   check=True)
    return path


@pytest.fixture(name="folder", scope="module")
def make_folder(tapweave, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    prepare(tapweave, folder)
    return folder


class Runner:
    """Runs a command again and again, each time with nothing written before."""
    def __init__(self, tapweave, folder, shim, command):
        self.tapweave, self.folder, self.shim, self.command = tapweave, folder, shim, command
        self.out = folder / "OUT"
        self.out.mkdir(exist_ok=True)

    def __call__(self, **variables):
        for path in self.out.iterdir():
            path.unlink()
        return self.tapweave(*self.command, cwd=self.folder,
                             env={"LD_PRELOAD": str(self.shim), **variables})

    def allocations(self):
        """Where each one comes from."""
        path = self.folder / "listed"
        done = self(SHIM_LIST=str(path))
        return done, path.read_text(encoding="utf-8").split()


def first_of_each(places):
    seen = {}
    for number, place in enumerate(places, 1):
        seen.setdefault(place, number)
    return sorted(seen.values())


def bounds(run, written):
    """How often it is said that a search has come to one; that of memory counts for many."""
    said = BOUND.findall(run.stdout + run.stderr + str(written))
    return len(said) + 100 * said.count("--max-memory")


def check_failed(run, whole, written, expected, what):
    """What has to be so if an allocation has failed."""
    if run.returncode == NO_MEMORY:
        assert run.stderr.startswith("tapweave: ") and run.stderr.count("\n") == 1, what
        assert "out of memory" in run.stderr or "Cannot allocate memory" in run.stderr, what
        for path, data in written.items():
            assert expected.get(path) == data, (what, path)
    elif bounds(run, written) > bounds(whole, expected):  # a search has come to one, and says so
        assert run.returncode in (whole.returncode, STOPPED), what
        assert run.returncode != 0 or whole.returncode == 0, what
    else:
        assert run.returncode == whole.returncode, (what, run.stderr[-500:])
        assert (run.stdout, run.stderr) == (whole.stdout, whole.stderr), what
        assert written == expected, what


@pytest.mark.parametrize("name", RUNS)
def test_without_memory_it_says_so(tapweave, folder, shim, request, name):
    run = Runner(tapweave, folder, shim, RUNS[name])
    whole, places = run.allocations()
    assert whole.returncode in (0, 1, 3), whole.stderr
    expected = outputs(run.out)
    numbers = range(1, len(places) + 1)
    assert len(numbers) > 4
    if not request.config.getoption("--walk-all"):
        numbers = first_of_each(places)
        numbers = numbers[::1 + len(numbers) // PLACES]
    for number in numbers:
        for which in ("SHIM_FAIL", "SHIM_FROM"):
            done = run(**{which: str(number)})
            check_failed(done, whole, outputs(run.out), expected, (which, number))
