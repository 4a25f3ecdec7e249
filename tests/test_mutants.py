"""Mutants of the oracles: which there are, that those which say the same are named as they are, and
a few of them held to their tests.  `make mutants` tries all."""
import subprocess
import sys

from conftest import BINARY, ROOT
from mutant import mutants
from mutants import every_mutant, unfit_alike

TEXT = """/* A file. */
static bool
is_it(unsigned name, const struct row *row)
{
    unsigned last = 0;

    assert(name < 4 && row != NULL);
    if (name >= 2) {
        note(row);
        return false;
    }
    return row->life == PORT_LIVE && !last;
}

static uint8_t
other(uint8_t name)
{
    return name;
}
"""
# By hand, from what each kind of mistake is.
MISTAKES = [
    ("unsigned last = 0;", "unsigned last = 1;"),
    ("if (name >= 2)", "if (!(name >= 2))"),
    ("name >= 2", "name < 2"),
    ("name >= 2", "name > 2"),
    ("name >= 2", "name >= 1"),
    ("name >= 2", "name >= 3"),
    ("note(row);", ";"),
    ("return false;", "return true;"),
    ("return row->life == PORT_LIVE && !last;", "return !(row->life == PORT_LIVE && !last);"),
    ("row->life == PORT_LIVE && !last", "true && !last"),
    ("row->life == PORT_LIVE && !last", "row->life == PORT_LIVE && true"),
    ("row->life == PORT_LIVE && !last", "row->life == PORT_LIVE && !(!last)"),
    ("row->life == PORT_LIVE && !last", "row->life == PORT_LIVE || !last"),
    ("row->life == PORT_LIVE", "row->life != PORT_LIVE"),
    ("row->life == PORT_LIVE", "row->life == PORT_STALE"),
]


def bare(text):
    return "".join(text.split())


def test_every_kind_of_mistake_is_made():
    made = mutants("a.c", TEXT, ["is_it"])
    assert sorted(bare(mutant.text) for mutant in made) == sorted(
        bare(TEXT.replace(right, wrong)) for right, wrong in MISTAKES)


def test_a_value_becomes_none():
    made, = mutants("a.c", TEXT, ["other"])
    assert "return 0;" in made.text


def test_a_condition_in_a_macro_is_one_too():
    text = "static void\nit(void)\n{\n#define X(member) \\\n    if (a.member != 0) { \\\n        " \
           "object(); \\\n    }\n    ALL(X)\n#undef X\n}\n"
    made = [mutant.text for mutant in mutants("a.c", text, ["it"])]
    assert text.replace("!=", "==") in made and text.replace("object()", "") in made
    assert all(mutant.count("\\\n") == 3 for mutant in made)


def test_each_mutant_has_a_name_of_its_own():
    made = every_mutant()
    assert len(made) > 400
    assert len({mutant.key for mutant in made}) == len(made)


def test_those_that_say_the_same_are_mutants():
    assert not unfit_alike(every_mutant())


def run(*arguments):
    return subprocess.run([sys.executable, ROOT / "tests/mutants.py", "--build", BINARY.parent,
                           *arguments], capture_output=True, text=True, check=False, timeout=600)


def test_a_few_are_noticed():
    done = run("--one-in", "30", "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
