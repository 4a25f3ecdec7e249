"""Compares every result of this tree with those of an earlier revision, byte for byte.

    tests/compare.py REVISION [--changed FILE]

For a redesign that is to change no result: builds REVISION in a folder of its own, has both
programs decide all of their scenarios and all worlds of the brute force under every policy, and
compares the results cell by cell: states, transitions, interleavings, depth, verdicts, counts and
counterexamples.  Words that have been renamed since are mapped first (RENAMED).  Exit status 1 if
a cell differs that FILE does not name.

FILE has a line for each cell that is meant to differ: its scenario, its policy or `*`, and why.
"""

import argparse
import fnmatch
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORLDS = "tests/brute/worlds"

# Words as they were, and as they are now.
RENAMED = {
    "own-names": "per-guest-names",
    "lowest-free-late": "lowest-free-after-cleanup",
    "error-log": "spurious-error",
    "lost-limit": "lost-qos",
}
WORD = re.compile(r"(?<![\w-])(" + "|".join(RENAMED) + r")(?![\w-])")


def results(tree):
    """All cells of the tree's program, by scenario and policy, as text."""
    files = [str(path.relative_to(tree)) for folder in ("scenarios", WORLDS)
             for path in sorted((tree / folder).glob("*.yaml"))
             if "\nmore-guests: " not in path.read_text(encoding="utf-8")]  # it takes minutes
    run = subprocess.run(["build/tapweave", "check", "--all-policies", "--json", "-", *files],
                         cwd=tree, capture_output=True, text=True, check=False)
    if run.returncode not in (0, 1):
        sys.exit(f"{tree}: exit status {run.returncode}: {run.stderr.strip()}")
    text = WORD.sub(lambda match: RENAMED[match.group(1)], run.stdout)
    cells = {}
    for cell in json.loads(text)["results"]:
        path = cell["scenario"]["path"]
        cell.pop("timing", None)
        for oracle in cell["oracles"]:
            oracle.pop("lasting", None)  # nor count what lasts
            for part in (oracle, oracle["trace"] or {}):
                part.pop("victims", None)  # earlier revisions do not name them
        # A file's hash changes with its comments, and with words of its claims.
        content = re.sub(r'"sha256": "[0-9a-f]{64}"', '"sha256": ""', json.dumps(cell, indent=1))
        cells[path, cell["policy"]] = content
    return cells


def build(tree):
    subprocess.run(["make", "-s", "-j2", "build/tapweave"], cwd=tree, check=True,
                   stdout=subprocess.DEVNULL)


def read_changed(path):
    """What is meant to differ: patterns of scenario and policy, and why: "gone: ..." if one is."""
    lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines() if path else []
    return [line.split(None, 2) for line in lines if line.strip() and line[0] != "#"]


def is_meant(cell, changed, gone):
    return any(cell[0].endswith(scenario) and fnmatch.fnmatchcase(cell[1], policy)
               and why.startswith("gone: ") == gone for scenario, policy, why in changed)


def compare(old, new, changed):
    """Prints what differs; returns how many cells do that are not meant to."""
    bad = same = 0
    for cell in sorted(old.keys() | new.keys()):
        if old.get(cell) == new.get(cell):
            same += 1
            continue
        what = ("is gone" if cell not in new else "is new" if cell not in old else "differs")
        meant = is_meant(cell, changed, gone=cell not in new)
        bad += not meant and cell in old
        print(f"{cell[0]} under {cell[1]} {what}" + (" (as meant)" if meant else ""))
        if what == "differs" and not meant:
            pairs = zip(old[cell].splitlines(), new[cell].splitlines())
            print("\n".join(f"    {a.strip()}  ->  {b.strip()}"
                            for a, b in [pair for pair in pairs if pair[0] != pair[1]][:4]))
    print(f"{same} cells are the same, {bad} differ that should not")
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("revision")
    parser.add_argument("--changed")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder) / "base"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(base)], check=True)
        subprocess.run(["git", "checkout", "-q", arguments.revision], cwd=base, check=True)
        build(base)
        build(ROOT)
        changed = read_changed(arguments.changed)
        sys.exit(1 if compare(results(base), results(ROOT), changed) else 0)


if __name__ == "__main__":
    main()
