"""What a cell is held to: the tool's own assertions and the sanitizers, the second implementation,
and the kernel."""
import json
import os
import re
import signal
import subprocess
from pathlib import Path
from typing import NamedTuple

from brute.agree import differences
from brute.enumerate import TooMany
from brute.graph import count_all
from brute.scenario import read_world
from hunting.rounds import disagreement

MAX_STATES = 20000    # of a search, so that no cell takes long
MAX_COMPARED = 2500   # states of a cell that is held to the second implementation
MAX_ON_KERNEL = 60    # transitions of a cell that is held to the kernel
TIMEOUT = 60          # seconds: far more than any of these takes

# What the tool may end with: violated or not; bad input; a bound; no such thing on this machine.
VERDICT, REFUSED, BOUND, MISSING, DIVERGES = (0, 1), 2, 3, 4, 5


class Tools(NamedTuple):
    plain: Path      # held to the kernel: libfaketime and ASan do not go together
    sanitized: Path  # everything else
    kernel: tuple    # of "linux" and "ovs", what can be held to this machine's kernel


class Finding(NamedTuple):
    kind: str     # "crash", "counts", "second implementation", "replay", "check", "rounds" or
                  # "kernel"
    what: tuple   # in words, one line each

    def signature(self):
        """The same for findings that are likely to be one defect."""
        first = re.sub(r"highest numbers, .*", "highest numbers", self.what[0])
        return self.kind, re.sub(r"0x[0-9a-f]+|\d+|'[^']*'", "#", first.split(": tapweave")[0])


class Outcome(NamedTuple):
    finding: object = None     # a Finding, or None
    refused: str = None        # why the reader does not take the cell
    explored: bool = False     # completely
    compared: bool = False     # with the second implementation
    transitions: int = 0       # that were walked on the kernel


class Crash(Exception):
    """Its argument is a Finding."""


def run(binary, *arguments):
    stops = "abort_on_error=1:detect_leaks=1"
    return subprocess.run([binary, *map(str, arguments)], capture_output=True, check=False,
                          timeout=TIMEOUT, text=True, errors="replace",
                          env={**os.environ, "ASAN_OPTIONS": stops, "UBSAN_OPTIONS": stops})


def crash(done, command):
    """A tool that neither gives a verdict nor says what is wrong with its input."""
    said = done.stderr.splitlines()
    lines = [line for line in said if re.search("Assertion|ERROR|runtime error|SUMMARY", line)]
    status = f"{command} ends with {done.returncode}"
    return Finding("crash", tuple(line.strip() for line in (lines or said)[:3]) + (status,))


def hold(cell, path, tools, thorough):
    """Writes the cell to the path, and holds it to the second implementation, and if it is to be
    thorough, to all else."""
    path.write_text(cell.text(), encoding="utf-8")
    try:
        return hold_file(cell, path, tools, thorough)
    except subprocess.TimeoutExpired as late:
        return Outcome(Finding("crash", (f"{late.cmd[1]} takes more than {TIMEOUT} s",)))
    except (ValueError, KeyError, TypeError) as error:
        return Outcome(Finding("crash", (f"what the tool says cannot be read: {error!r}",)))


def hold_file(cell, path, tools, thorough):
    done = run(tools.sanitized, "explore", "-p", cell.policy, path, "--json", "-", "--audit",
               "--max-states", MAX_STATES)
    if done.returncode == REFUSED:
        return Outcome(refused=done.stderr.strip())
    if done.returncode not in (*VERDICT, BOUND) or done.stderr:
        return Outcome(crash(done, "explore"))
    report = json.loads(done.stdout)
    if done.returncode == BOUND:
        return Outcome()
    finding = reduce(cell, path, tools)
    if finding is not None:
        return Outcome(finding, None, True)
    compared, finding = compare(cell, report)
    transitions = 0
    if finding is None and thorough:
        finding = (check(path, tools, report) or replay(cell, path, tools, report)
                   or rounds(cell, path, tools))
        if finding is None and report["counts"]["transitions"] <= MAX_ON_KERNEL:
            transitions, finding = conform(cell, path, tools)
    return Outcome(finding, None, True, compared, transitions)


def reduce(cell, path, tools):
    """The audit compares what a search says that takes steps alone, and the footprints of all."""
    done = run(tools.sanitized, "explore", "-p", cell.policy, path, "--json", "-", "--audit",
               "--reduce=guests,order")
    return None if done.returncode in VERDICT and not done.stderr else crash(done, "explore")


def give_up(_number, _frame):
    raise TimeoutError(f"more than {TIMEOUT} s")


def compare(cell, report):
    if report["counts"]["states"] > MAX_COMPARED:
        return False, None
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(TIMEOUT)
    try:
        world = read_world(cell.text(), cell.policy)
        counted = count_all(world, 3 * MAX_COMPARED)
        found = differences(report, world, counted)
    except TooMany:
        return False, None
    except Exception as error:  # pylint: disable=broad-except
        at = error.__traceback__
        while at.tb_next is not None:
            at = at.tb_next
        where = f"{Path(at.tb_frame.f_code.co_filename).name}:{at.tb_lineno}"
        return True, Finding("second implementation", (f"{where}: {error!r}",))
    finally:
        signal.alarm(0)
    return True, Finding("counts", tuple(found)) if found else None


def check(path, tools, report):
    """The scenario claims nothing, so all of that holds; and the cell is the same one."""
    done = run(tools.sanitized, "check", path, "--json", "-")
    if done.returncode != 0 or done.stderr:
        return crash(done, "check")
    result, = json.loads(done.stdout)["results"]
    return None if without_timing(result) == without_timing(report) else Finding(
        "check", ("check and explore give different results",))


def without_timing(result):
    return {key: value for key, value in result.items() if key not in ("timing", "schema")}


def replay(cell, path, tools, report):
    """The longest counterexample violates what it is one of."""
    traces = [oracle["trace"] for oracle in report["oracles"] if oracle["trace"] is not None]
    if not traces:
        return None
    trace = max(traces, key=lambda trace: len(trace["steps"]))
    schedule = " ".join(step["actor"] for step in trace["steps"])
    done = run(tools.sanitized, "replay", "-p", cell.policy, "-s", schedule, path, "--json", "-")
    if done.returncode != 1 or done.stderr:
        return crash(done, f"replay of '{schedule}'")
    if trace["oracle"] not in json.loads(done.stdout)["violated"]:
        return Finding("replay", (f"'{schedule}' does not violate {trace['oracle']}",))
    return None


def rounds(cell, path, tools):
    """Its guests again and again, without a bound, and some times; the file is the cell's again."""
    def explore(other):
        path.write_text(other.text(), encoding="utf-8")
        done = run(tools.sanitized, "explore", "-p", cell.policy, path, "--json", "-", "--audit",
                   "--max-states", MAX_STATES)
        if done.returncode not in (*VERDICT, BOUND, REFUSED) or done.stderr.count("\n") > 1:
            raise Crash(crash(done, "explore, with rounds"))
        return json.loads(done.stdout) if done.returncode in VERDICT else None

    try:
        what = disagreement(cell, explore)
    except Crash as found:
        return found.args[0]
    finally:
        path.write_text(cell.text(), encoding="utf-8")
    return Finding("rounds", (what,)) if what else None


def needs_of(cell):
    """What the kernel has to be able to do."""
    kinds = {bridge["kind"] for bridge in cell.scenario["network"].values()}
    return {"ovs"} if "ovs" in kinds else {"linux"}


def conform(cell, path, tools):
    if not needs_of(cell) <= set(tools.kernel):
        return 0, None
    done = run(tools.plain, "conform", "--datapath", "netdev", "--jobs", "4", "-p", cell.policy,
               path, "--json", "-")
    if done.returncode == MISSING and done.stderr:  # it says what this machine lacks
        return 0, None
    if done.returncode not in (0, DIVERGES, MISSING):
        return 0, crash(done, "conform")
    result, = json.loads(done.stdout)["results"]
    walked = result["counts"]["walked"]
    if done.returncode == DIVERGES:
        return walked, Finding("kernel", tuple(map(str.strip, divergence(result))))
    if "unsupported" not in result and walked == 0 \
            and result["counts"]["transitions"] > 0:
        return 0, Finding("kernel", ("nothing was walked, and no reason is given",))
    return walked, None


def divergence(result):
    said = result.get("divergence", ["it diverges"])
    return said if isinstance(said, list) else str(said).splitlines()
