"""make bench: its rates, and what it says when there is nothing to measure, with a stand-in for
the binary. What it measures for real is different every time."""
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import BINARY, ROOT

BENCH = Path(__file__).resolve().parent.parent / "bench" / "conform.py"

# 300 schedules in 30 seconds by one job, in 15 by two, and so on, but never in less than FASTEST.
STAND_IN = """#!{python}
import json, os, sys
options = dict(zip(sys.argv[2::2], sys.argv[3::2]))
with open("{calls}", "a") as calls:
    calls.write(options["--jobs"] + " " + options["--cover"] + "\\n")
seconds = max({fastest}, 30 / int(options["--jobs"]))
timing = {{"seconds": seconds, "sandboxes": int(options["--jobs"])}}
json.dump({{"results": [{{"counts": {{"schedules": 300}}, "timing": timing}}]}}, sys.stdout)
"""


def bench(tmp_path, text):
    stand_in = tmp_path / "tapweave"
    stand_in.write_text(text, encoding="utf-8")
    stand_in.chmod(0o755)
    return subprocess.run([sys.executable, BENCH], env={**os.environ, "TAPWEAVE": str(stand_in)},
                          capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(("fastest", "linux", "ovs"), [(1, True, True), (2.5, False, True),
                                                       (20, False, False)])
def test_rates(tmp_path, fastest, linux, ovs):
    calls = tmp_path / "calls"
    run = bench(tmp_path, STAND_IN.format(python=sys.executable, calls=calls, fastest=fastest))
    assert run.stderr == "" and run.returncode == (0 if linux and ovs else 1)
    verdicts = re.findall(r"best: ([\d.]+) a second, in (\d+) namespaces; wanted: (\d+): (.*)",
                          run.stdout)
    assert [(float(rate), int(wanted), said) for rate, _, wanted, said in verdicts] == [
        (300 / fastest, 150, "reached" if linux else "NOT REACHED"),
        (300 / fastest, 20, "reached" if ovs else "NOT REACHED")]
    rows = re.findall(r"^ +(\d+) +300 +(\d+) ", run.stdout, re.MULTILINE)
    assert [int(namespaces) for namespaces, _ in rows] == [1, 2, 4, 8, 16, 32, 64] * 2
    # A row that takes long is run once, and one that takes little three times.
    assert int(rows[0][1]) == 1 and int(rows[6][1]) == (3 if fastest < 3 else 1)
    ran = calls.read_text(encoding="utf-8").split("\n")
    assert ran.count("64 transitions") == ran.count("64 interleavings") == int(rows[6][1])


def test_a_prerequisite_that_is_missing(tmp_path):
    run = bench(tmp_path, "#!/bin/sh\necho 'tapweave: needs /dev/net/tun' >&2\nexit 4\n")
    assert (run.returncode, run.stderr) == (4, "tapweave: needs /dev/net/tun\n")


def test_no_binary(tmp_path):
    run = subprocess.run([sys.executable, BENCH], capture_output=True, text=True, check=False,
                         env={**os.environ, "TAPWEAVE": str(tmp_path / "none")})
    assert run.returncode == 4 and run.stderr.count("\n") == 1


def test_searches_find_the_same_states():
    """bench/search.py, of two guests: every row has as many states as SPIN's."""
    if shutil.which("spin") is None:
        pytest.skip("spin is not installed")
    wanted = ["SPIN", "tapweave, every state kept", "that, two threads"]
    only = [word for name in wanted for word in ("--only", name)]
    run = subprocess.run([sys.executable, ROOT / "bench/search.py", *only, "2x1"],
                         capture_output=True, text=True, check=False,
                         env={**os.environ, "TAPWEAVE": str(BINARY)})
    assert run.returncode == 0, run.stderr
    rows = run.stdout.splitlines()[1:]
    assert [row[8:36].strip() for row in rows] == wanted
    assert {int(row[36:46]) for row in rows} == {433}


# ---- make bench-search ----

def load_search():
    spec = importlib.util.spec_from_file_location("search", BENCH.parent / "search.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_its_worlds_are_searched(tapweave, tmp_path):
    search = load_search()
    for guests, rounds in ((1, 1), (2, 2)):
        path = tmp_path / "world.yaml"
        path.write_text(search.world(guests, rounds), encoding="utf-8")
        make, pattern, more = search.EXACT["tapweave, guests exchanged"]
        said, *_ = search.run(make(tmp_path, path), tmp_path)
        states = int(re.search(pattern, said, re.MULTILINE).group(1)) - more
        assert states == tapweave.json("explore", "-p", "libvirt-6.6", path)["counts"]["states"]


def test_a_search_that_takes_too_long_is_left_out(tmp_path):
    search = load_search()
    search.LIMIT = 0.3
    with pytest.raises(search.LeftOut):
        search.call(["sh", "-c", "sleep 60 & sleep 60"], tmp_path)
    left_out = set()
    done = search.make_all(tmp_path, tmp_path / "none", left_out)  # there is no such world
    assert left_out == {name for name in {**search.EXACT, **search.OTHERS}
                        if name.startswith(("SPIN", "Rumur"))} and not left_out & set(done)


@pytest.mark.skipif(shutil.which("gnuplot") is None, reason="gnuplot is not there")
def test_the_plot_has_a_line_for_each_search(tmp_path):
    search = load_search()
    search.plot([("one", 100, 0.5, 5000), ("one", 1000, 2, 60000), ("other", 100, 0.1, 900)],
                tmp_path / "plot.svg")
    svg = (tmp_path / "plot.svg").read_text(encoding="utf-8")
    for word in ("one", "other", "states/s", "bytes a state", "seconds to the verdict"):
        assert svg.count(word) >= 1
