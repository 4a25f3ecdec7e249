"""Coverage of core/ and sim/: what the unit tests, the matrix, and a run of each way to search
reach.

Runs them in a build that counts (`make coverage`), and has gcovr say which lines and branches
nothing has reached.  Exits with 1 if there are more than the limits allow.

What cannot happen does not count: the other side of an assertion, a line that asserts `false`
behind a switch which has a case for each value, the way there, the case of a value that is none,
and what another processor would do."""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Per cent; what has been reached, so that it gets no less.
LINES, BRANCHES = 100, 99.2
# What tests of many combinations take one in so many of (tests/unit/combine.h).
ONE_IN = "31"
UNFIT = ("any-number", "for-ever")  # not in the matrix: for a row of their own
# A label that is there because the compiler asks for it.
CANNOT_BE = "/* cannot be */"
# Unit tests that take long, and reach nothing that others do not.
SLOW = ("moves",)

RACE, AGAIN, EVER = (f"scenarios/{name}.yaml" for name in ("reported-race", "rounds", "for-ever"))
# One for each way to search that has a room of its own in sim/, in an empty folder: {here}.
RUNS = """
explore -p libvirt-6.6 --reduce guests,order {race}
explore -p mac-check --reduce order {again}
explore -p atomic --audit {race}
explore -p libvirt-6.6 --audit {again}
explore -p libvirt-6.6 --reduce order --audit {race}
explore -p libvirt-9.0 --reduce order --audit scenarios/qemu-crash.yaml
explore -p libvirt-9.0 --reduce order --audit scenarios/fd-leak.yaml
explore -p libvirt-9.0 --reduce order --audit scenarios/start-fails.yaml
explore -p libvirt-9.0 --reduce order --audit scenarios/bandwidth-switch.yaml
explore -p mac-check --fair {ever}
explore -p atomic --fair {ever}
explore -p libvirt-6.6 --fair {ever}
explore -p owner-delete --fair {ever}
explore -p counter,port-guard=mac --fair {ever}
explore -p counter scenarios/any-number.yaml
explore -p per-guest-names scenarios/any-number.yaml
explore -p lowest-free-after-cleanup scenarios/any-number.yaml
explore -p port-first,ovs-add=plain,port-guard=exists --max-states 3000 scenarios/any-number.yaml
explore -p port-first scenarios/any-number.yaml
explore -p port-first --max-states 3000 scenarios/any-number.yaml
explore -p libvirt-6.6 --preemptions 2 {race}
explore -p libvirt-6.6 --sample random --walks 50 --preemptions 1 {race}
explore -p libvirt-6.6 --sample random --walks 50 {race}
explore -p libvirt-6.6 --sample pct --walks 50 {race}
explore -p fin-wait --estimate --max-states 3000 {race}
explore -p libvirt-6.6 --max-states 300 --checkpoint {here}/saved.tw {race}
explore -p libvirt-6.6 --resume {here}/saved.tw {race}
explore -p counter --reduce order {ever}
explore -p libvirt-6.6 --traces {here} {race}
explain {here}/lost-attachment-lasting.json
explain -p libvirt-6.6 {race}
explain -p libvirt-6.6 {ever}
explain -p libvirt-6.6 --ways 5 {race}
explain -p libvirt-6.6 --ways 5 --oracle stale-port scenarios/linux-bridge.yaml
explain -p libvirt-6.6 --ways 9 scenarios/start-fails.yaml
explain -p libvirt-6.6 --ways 9 scenarios/qemu-crash.yaml
diff -p libvirt-6.6 -p mac-check {race}
diff -p libvirt-6.6 -p mac-check --orders {race}
diff -p mac-check -p owner-delete --orders {again}
diff -p libvirt-6.6 -p mac-check --orders scenarios/start-fails.yaml
diff -p libvirt-6.6 -p counter --orders scenarios/failed-start-restart.yaml
diff -p libvirt-6.6 -p mac-check --orders scenarios/ovs-lie.yaml
necessary -p per-guest-names {race}
import tests/records/show-log.txt tests/records/links.txt --scenario {here}/s.yaml
draw --as states -p libvirt-6.6 {race}
export promela -p libvirt-6.6 {race}
export murphi -p libvirt-6.6 {race}
"""


class Failed(Exception):
    """A run has not ended as it has to."""


def run(*command, allowed=(0,), **options):
    done = subprocess.run(list(map(str, command)), cwd=ROOT, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False, **options)
    if done.returncode not in allowed:
        raise Failed(f"{' '.join(map(str, command))}: exit status {done.returncode}\n"
                     f"{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def exercise(build):
    """Unit tests two at a time; then what is searched, one after the other: a row may need a file
    of the one before it.  Violations (1) and bounds (3) are results."""
    for counts in build.rglob("*.gcda"):
        counts.unlink()
    tests = [path for path in sorted((build / "tests/unit").glob("test_*"))
             if not path.suffix and path.name.removeprefix("test_") not in SLOW]
    scenarios = [path.relative_to(ROOT) for path in sorted((ROOT / "scenarios").glob("*.yaml"))
                 if path.stem not in UNFIT]
    with ThreadPoolExecutor(os.cpu_count()) as pool, tempfile.TemporaryDirectory() as here:
        environment = {**os.environ, "TAPWEAVE_ONE_IN": ONE_IN}
        for _ in pool.map(lambda test: run(test, env=environment), tests):
            pass
        tool = build / "tapweave"
        run(tool, "check", "--all-policies", *scenarios)
        for row in RUNS.strip().splitlines():
            words = row.format(race=RACE, again=AGAIN, ever=EVER, here=here).split()
            run(tool, *words, allowed=(0, 1, 3))


def ways_that_cannot_be(lines):
    """How many of the ways out of the switch that begins there, the last ones, no run can take:
    past it, if it has no `default`, and to the labels at its end that stand for no value.

    gcc counts the labels of one place as one way, in the order of the text, and what is past the
    switch behind them.  It warns of an enum's value that no label has."""
    places, depth, inside = [], 0, False
    for line in lines:
        label = depth == 1 and re.search(r"\b(case\b.*|default):", line)
        if label:
            places += [] if inside else [[]]
            places[-1].append((label[1] == "default", CANNOT_BE in line))
        inside = bool(label)
        depth += line.count("{") - line.count("}")
        if depth == 0 and places:
            break
    has_default = any(default for place in places for default, _ in place)
    ways = 0 if has_default else 1
    for place in reversed(places):
        if not all(never for _, never in place):
            break
        ways += 1
    return ways


def leave_out(counted):
    """Of each switch: takes the ways that cannot be from what has been counted."""
    report = json.loads(counted.read_text())
    for file in report["files"]:
        source = (ROOT / file["file"]).read_text().splitlines()
        for line in file["lines"]:
            at = line["line_number"] - 1
            if line["branches"] and re.match(r"\s*switch \(", source[at]):
                for _ in range(ways_that_cannot_be(source[at:])):
                    assert line["branches"][-1]["count"] == 0, f"{file['file']}:{at + 1}: taken"
                    line["branches"].pop()
    counted.write_text(json.dumps(report))


def report(build, html):
    """What gcovr says: the lines, and then the branches, that nothing has reached."""
    counted = build / "counted.json"
    common = ["--root", ROOT, "--filter", "core/", "--filter", "sim/"]
    run("gcovr", *common, "--object-directory", build,
        "--exclude-lines-by-pattern", rf".*(\bassert\(false\)|{re.escape(CANNOT_BE)})",
        "--exclude-branches-by-pattern", r".*(\bassert\(|\b__builtin_cpu_)", "--json", counted)
    leave_out(counted)
    if html:
        shutil.rmtree(html, ignore_errors=True)
        html.mkdir(parents=True)
        run("gcovr", *common, "-a", counted, "--html-details", html / "index.html")
    below = 0
    for table, limit in ([], ["--fail-under-line", LINES]), (["--branches"],
                                                             ["--fail-under-branch", BRANCHES]):
        below |= subprocess.run(["gcovr", *map(str, common), "-a", counted, *table,
                                 *map(str, limit)], cwd=ROOT, check=False).returncode
    return 1 if below else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build/coverage")
    parser.add_argument("--html", type=Path, metavar="FOLDER", help="a page for each file, too")
    options = parser.parse_args()
    try:
        exercise(options.build.resolve())
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    return report(options.build.resolve(), options.html)


if __name__ == "__main__":
    sys.exit(main())
