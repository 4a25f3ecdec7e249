"""The oracles, held to their tests: each small mistake in what decides verdicts has to be noticed
by a unit test, or to change the matrix.

Builds every mutant (tests/mutant.py) of the functions named here, runs the unit tests, and where
they notice nothing the matrix.  Prints the survivors, and exits with 1 if there is one.  Those that
say the same as the right code are in tests/mutants_alike.py, each with the reason: they have to
survive."""
import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mutant import ROOT, mutants
from mutants_alike import ALIKE

# What decides verdicts: all functions of a file, or those that are named.
ORACLES = {
    "sim/oracle.c": None,
    "sim/victim.c": None,
    "sim/ovs.c": ["ovs_receives_from", "ovs_sends_to", "ovs_passes", "ovs_attached", "tag_to_be"],
    "sim/state.c": ["state_running", "state_row_is_used", "device_wanted_bridge",
                    "device_wanted_vlan", "state_miswired", "state_filter_bit"],
    "sim/carry_out.c": ["judge_row", "judge_device"],
    "sim/guest_thread.c": ["judge", "guest_thread_expire_excuses"],
    "sim/third_party.c": ["judge"],
    "sim/oracle_set.c": None,
    "sim/packed_world.c": None,
    "core/world.c": None,
}
TESTS = ["oracle", "oracle_conditions", "oracle_asks", "oracle_device", "oracle_steps", "victim",
         "midonet", "preset_port", "persistent", "rows", "rename", "third_party", "link", "nics",
         "container", "macs", "fault", "fault_ovs", "outage", "daemons", "unplug_late", "timeout",
         "world", "world_asks", "packed_world", "qdisc"]
UNFIT = ("any-number", "for-ever")  # scenarios that take minutes, or are for nothing else
SECONDS = 120  # a mutant that goes round for ever is noticed, too


def all_functions(text):
    return re.findall(r"^(\w+)\([^;{}]*\)\n\{", text, flags=re.M)


def every_mutant():
    made = []
    for path, functions in ORACLES.items():
        text = (ROOT / path).read_text(encoding="utf-8")
        made += mutants(path, text, functions or all_functions(text))
    return made


def unfit_alike(made):
    """Rows of the table of those that say the same, that are no mutant's."""
    keys = Counter(mutant.key for mutant in made)
    return [key for key in ALIKE if keys[key] != 1]


class House:
    """What each mutant is linked with: the library, the program's main, and the tests as one."""

    def __init__(self, build, folder):
        self.build, self.folder = Path(os.path.relpath(build, ROOT)), Path(folder)
        objects = [self.build / f"tests/unit/test_{test}.o" for test in TESTS]
        made = self.run("make", "-s", f"BUILD={self.build}", self.build / "tapweave",
                        self.build / "library.a", *objects, "say",
                        "--eval=say:;@echo $(CC) $(COMPILE) '|' $(LDLIBS)",
                        capture_output=True, text=True, check=True).stdout
        self.compile, self.libraries = (part.split() for part in made.splitlines()[-1].split("|"))
        self.scenarios = [path.relative_to(ROOT) for path in sorted(
            (ROOT / "scenarios").glob("*.yaml")) if path.stem not in UNFIT]
        self.tests = self.joined(objects)
        self.right = self.matrix(self.link("right", self.build / "harness/main.o"))

    def run(self, *command, **options):
        return subprocess.run(list(map(str, command)), cwd=ROOT, stdin=subprocess.DEVNULL,
                              **options)

    def joined(self, objects):
        """One program's, whose main calls that of each test."""
        mains, renamed = [f"main_of_{test}" for test in TESTS], []
        for made, main in zip(objects, mains):
            renamed.append(self.folder / made.name)
            self.run("objcopy", "--redefine-sym", f"main={main}", made, renamed[-1], check=True)
        text = "".join(f"int {main}(void);\n" for main in mains) + (
            f"int main(void) {{ return {' || '.join(main + '() != 0' for main in mains)}; }}\n")
        (self.folder / "all.c").write_text(text, encoding="utf-8")
        self.run(*self.compile, "-w", "-c", "-o", self.folder / "all.o", self.folder / "all.c",
                 check=True)
        self.run("ld", "-r", "-o", self.folder / "tests.o", self.folder / "all.o", *renamed,
                 check=True)
        return self.folder / "tests.o"

    def link(self, name, *objects):
        binary = self.folder / name
        self.run(self.compile[0], "-o", binary, *objects, self.build / "library.a",
                 *self.libraries, "-lcmocka", check=True)
        return binary

    def said(self, *command):
        """What a program prints, or None if it does not come to its end."""
        try:
            run = self.run(*command, capture_output=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return None
        return (run.returncode, run.stdout)

    def matrix(self, binary):
        return self.said(binary, "check", "--jobs", "1", "--colour", "never", "--all-policies",
                         *self.scenarios)

    def judge(self, number, mutant):
        """What notices the mutant: "tests" or "matrix"; None: nothing; "compiler": it is no C."""
        source, made = self.folder / f"{number}.c", self.folder / f"{number}.o"
        source.write_text(mutant.text, encoding="utf-8")
        compiled = self.run(*self.compile, "-w", "-O0", "-c", "-o", made, source,
                            capture_output=True)
        if compiled.returncode != 0:
            return "compiler"
        try:
            tests = self.link(f"tests-{number}", self.tests, made)
            ended = self.said(tests)
            tests.unlink()
            if ended is None or ended[0] != 0:
                return "tests"
            program = self.link(f"program-{number}", self.build / "harness/main.o", made)
            same = self.matrix(program) == self.right
            program.unlink()
            return None if same else "matrix"
        finally:
            source.unlink()
            made.unlink()


def options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=ROOT / "build", help="the folder of what is compiled")
    parser.add_argument("--one-in", type=int, default=1, metavar="N", help="only each Nth of them")
    parser.add_argument("--in", dest="function", help="only those in this function")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    return parser.parse_args()


def main():
    chosen, made = options(), every_mutant()
    wrong = [f"no mutant, or more than one, is {key}" for key in unfit_alike(made)]
    tried = [mutant for mutant in made
             if chosen.function in (None, mutant.function)][::chosen.one_in]
    with tempfile.TemporaryDirectory() as folder:
        house = House(chosen.build, folder)
        with ThreadPoolExecutor(chosen.jobs) as pool:
            judged = list(pool.map(house.judge, range(len(tried)), tried))
    for mutant, how in zip(tried, judged):
        if (how is None) != (mutant.key in ALIKE):
            wrong.append(f"{'survives' if how is None else 'is noticed, by the ' + how}: "
                         f"{mutant.path}: {mutant.name}")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    count = Counter(judged)
    print(f"mutants: {len(tried)} of {len(made)}: {count['tests']} noticed by unit tests, "
          f"{count['matrix']} by the matrix; {count[None]} survive; {count['compiler']} are no C")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
