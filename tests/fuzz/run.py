"""Runs libFuzzer's targets, some at a time, and says what has come of it.

    tests/fuzz/run.py --binary FILE --fuzzers FOLDER [--seconds N] [--jobs N] TARGET...  (make fuzz)

What a target has found to be new stays in build/fuzz/corpus/TARGET/, where the next run begins;
what has gone wrong, in build/fuzz/found/, with the command that shows it again.

Exit status: 0 nothing was found; 1 something was."""
import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import corpus

ROOT = Path(__file__).resolve().parent.parent.parent
TIMEOUT = 10  # seconds that one input may take


def read_arguments():
    parser = argparse.ArgumentParser(description="runs libFuzzer's targets")
    parser.add_argument("targets", nargs="+", metavar="TARGET", choices=list(corpus.TARGETS))
    parser.add_argument("--seconds", type=int, default=600, metavar="N", help="of each (600)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N")
    parser.add_argument("--binary", type=Path, required=True, metavar="FILE",
                        help="tapweave, which makes the inputs to begin with")
    parser.add_argument("--fuzzers", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--folder", type=Path, default=ROOT / "build/fuzz")
    return parser.parse_args()


def number(text, pattern):
    """The last one of those that fit."""
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def fuzz(options, target):
    """One target.  True if it has found nothing."""
    grown, found = options.folder / "corpus" / target, options.folder / "found"
    for folder in grown, found:
        folder.mkdir(parents=True, exist_ok=True)
    before = set(found.iterdir())
    command = [options.fuzzers / f"fuzz_{target}", f"-max_total_time={options.seconds}",
               f"-timeout={TIMEOUT}", f"-artifact_prefix={found}/{target}-",
               f"-dict={options.folder}/{target}.dict", "-print_final_stats=1", "-seed=1",
               grown, options.folder / "seeds" / target]
    log = options.folder / f"{target}.log"
    with log.open("w", encoding="utf-8") as out:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=out,
                              check=False)
    text = log.read_text(encoding="utf-8", errors="replace")
    print(f"fuzz: {target}: {number(text, 'number_of_executed_units: *([0-9]+)')} inputs,"
          f" {number(text, 'cov: ([0-9]+)')} edges,"
          f" {number(text, 'ft: ([0-9]+)')} features,"
          f" {len(list(grown.iterdir()))} inputs kept,"
          f" {'no finding' if done.returncode == 0 else f'a finding: {log}'}", flush=True)
    for path in sorted(set(found.iterdir()) - before):
        print(f"  again: {command[0]} {path}", flush=True)
    return done.returncode == 0


def main():
    options = read_arguments()
    options.fuzzers, options.folder = options.fuzzers.resolve(), options.folder.resolve()
    corpus.make(options.binary, options.folder)
    with ThreadPoolExecutor(options.jobs) as pool:
        clean = list(pool.map(lambda target: fuzz(options, target), options.targets))
    return 0 if all(clean) else 1


if __name__ == "__main__":
    sys.exit(main())
