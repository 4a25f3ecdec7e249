"""The program with a mistake in it: one file of its own, and the rest as it is."""
import re
import shlex
import subprocess

from conftest import BINARY, ROOT


def wrong_text(path, right, wrong):
    """The file's text with `wrong` in place of `right`, which stands there once, however it is
    broken into lines."""
    fits = re.compile(r"\s+".join(map(re.escape, right.split())))
    text, times = fits.subn(lambda _: wrong, (ROOT / path).read_text(encoding="utf-8"))
    assert times == 1
    return text


def built(test):
    """What a unit test was made into, if that is of today; its source, which takes longer, if not.
    """
    made, library = BINARY.parent / f"tests/unit/test_{test}.o", BINARY.parent / "library.a"
    is_fresh = made.exists() and made.stat().st_mtime >= library.stat().st_mtime
    return made if is_fresh else ROOT / f"tests/unit/test_{test}.c"


def link(folder, text, main=BINARY.parent / "harness/main.o", libraries=()):
    """The program of `main` with that text in place of the file that has its functions."""
    def value(variable):
        run = subprocess.run(["make", "-s", f"--eval=say:;@echo $({variable})", "say"], cwd=ROOT,
                             capture_output=True, text=True, check=True)
        return shlex.split(run.stdout)

    source, binary = folder / "mistake.c", folder / "tapweave"
    source.write_text(text, encoding="utf-8")
    rest = [main, BINARY.parent / "library.a", *libraries]
    subprocess.run([*value("CC"), *value("COMPILE"), "-w", "-O1", "-o", binary, source, *rest,
                    *value("LDLIBS")], cwd=ROOT, check=True)
    return binary
