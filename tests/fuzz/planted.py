"""Each target finds a mistake that is planted in its reader, from the seeds, within seconds.

    make fuzz-quick

Every one of them is such that the seeds themselves do not show it."""
import shlex
import subprocess
from pathlib import Path

import pytest

from mistakes import wrong_text

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build/clang"
SECONDS = 60  # most of them are found within one

# For each target: a file, what is right in it, what is wrong, and what is said of that.
MISTAKES = {
    "scenario": ("harness/document.c",
                 'refuse(part, "%s has to be a whole number from %d to %d", what, least, most);',
                 "(void)most;", "not so: what was not read is bad input"),
    "policy": ("harness/policy_text.c",
               "words, count); if (index < 0) { return false; } if ((*chosen",
               "words, count); if ((*chosen", "runtime error: shift exponent"),
    "trace": ("harness/trace.c", "find_scenario(trace); } else { trace_free(trace); }",
              "find_scenario(trace); }", "LeakSanitizer: detected memory leaks"),
    "import": ("harness/record/format.c",
               'diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0, "%s", record->format->nothing);',
               "", "not so: what was not read is bad input"),
    "shard": ("harness/restore.c", "good = name != NULL && strcmp(name,", "good = strcmp(name,",
              "runtime error: null pointer passed"),
    "baseline": ("harness/restore.c", "good = name != NULL && strcmp(name,",
                 "good = strcmp(name,", "runtime error: null pointer passed"),
    "checkpoint": ("sim/snapshot.c", "state->parent < id && ", "",
                   "Assertion `parent < graph->states"),
}


def value(variable):
    run = subprocess.run(["make", "-s", f"--eval=say:;@echo '$({variable})'", "say"], cwd=ROOT,
                         capture_output=True, text=True, check=True)
    return shlex.split(run.stdout)


def link(folder, target, text):
    """The target's program with that text in place of the file that has its functions."""
    source, binary = folder / "mistake.c", folder / "fuzz"
    source.write_text(text, encoding="utf-8")
    ours = [BUILD / f"tests/fuzz/{name}.o" for name in (f"fuzz_{target}", *value("FUZZ_SHARED"))]
    subprocess.run(["clang", *value("COMPILE"), "-w", "-O1", "-g1", *value("SANITIZE"),
                    "-fsanitize=fuzzer", "-o", binary, source, *ours, BUILD / "library.a",
                    *value("LDLIBS")], cwd=ROOT, check=True)
    return binary


@pytest.mark.parametrize("target", MISTAKES)
def test_a_planted_mistake_is_found(target, tmp_path):
    path, right, wrong, said = MISTAKES[target]
    seeds = ROOT / "build/fuzz/seeds" / target
    new = tmp_path / "new"  # where libFuzzer writes to: the first folder
    new.mkdir()
    binary = link(tmp_path, target, wrong_text(path, right, wrong))
    run = subprocess.run([binary, "-runs=0", f"-artifact_prefix={tmp_path}/", seeds], cwd=ROOT,
                         capture_output=True, check=False)
    assert run.returncode == 0, "the seeds show it"
    run = subprocess.run([binary, f"-max_total_time={SECONDS}", "-seed=1",
                          f"-artifact_prefix={tmp_path}/found-", new, seeds], cwd=ROOT,
                         capture_output=True, check=False)
    assert run.returncode != 0 and said in run.stderr.decode("utf-8", "replace")
    (found,) = tmp_path.glob("found-*")
    again = subprocess.run([binary, found], cwd=ROOT, capture_output=True, check=False)
    assert again.returncode != 0 and said in again.stderr.decode("utf-8", "replace")
