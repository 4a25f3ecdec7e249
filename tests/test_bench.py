"""make bench: its rates, and what it says when there is nothing to measure, with a stand-in for
the binary. What it measures for real is different every time."""
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
    run = subprocess.run([sys.executable, ROOT / "bench/search.py", "2"], capture_output=True,
                         text=True, check=False, env={**os.environ, "TAPWEAVE": str(BINARY)})
    assert run.returncode == 0, run.stderr
    rows = run.stdout.splitlines()[1:]
    assert len(rows) == 5 and len({row[35:44] for row in rows}) == 1 and "SPIN" in rows[0]
