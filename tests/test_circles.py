"""tests/circles.py finds a circle of files where there is one, and only there.

The trees are made up, and compiled as the project is."""
import subprocess
import sys
from pathlib import Path

import pytest

CIRCLES = Path(__file__).resolve().parent / "circles.py"

TREES = {
    "none": ({"a": "int b(void); int a(void) { return b(); }", "b": "int b(void) { return 1; }"},
             []),
    "two call each other": (
        {"a": "int b(int); int a(int n) { return b(n); }",
         "b": "int a(int); int b(int n) { return n > 0 ? a(n - 1) : 0; }"},
        ["a calls b: b", "b calls a: a"]),
    "three in a ring, and one outside": (
        {"a": "int b(int); int a(int n) { return b(n); }",
         "b": "int c(int); int b(int n) { return c(n); }",
         "c": "int a(int); int c(int n) { return n > 0 ? a(n - 1) : 0; }",
         "d": "int a(int); int d(void) { return a(1); }"},
        ["a calls b: b", "b calls c: c", "c calls a: a"]),
    "two functions of one name that are no linker's": (
        {"a": "int b(void); static int help(void) { return b(); }\n"
              "int a(void) { return help(); }",
         "b": "static int help(void) { return 1; } int b(void) { return help(); }"},
        []),
    "a table of numbers, read by what its file calls": (
        {"a": "extern const int table[]; int a(int n) { return table[n]; }",
         "b": "int a(int); const int table[] = {1, 2}; int b(void) { return a(1); }"},
        []),
    "a table of functions, called by what its functions call": (
        {"a": "extern int (*const table[])(int); int a(int n) { return table[n](n); }",
         "b": "int a(int); static int b(int n) { return n > 0 ? a(n - 1) : 0; }\n"
              "int (*const table[])(int) = {b};"},
        ["a calls b: table", "b calls a: a"]),
    "a table that leads to a static table of functions": (
        {"a": "struct kind { const char *name; int (*step)(int); };\n"
              "extern const struct kind *const kinds[];\n"
              "int a(int n) { return kinds[n]->step(n); }",
         "b": "struct kind { const char *name; int (*step)(int); };\n"
              "int a(int); static int b(int n) { return n > 0 ? a(n - 1) : 0; }\n"
              "static const struct kind kind = {\"b\", b}, *const unused[] = {0};\n"
              "const struct kind *const kinds[] = {&kind, (const void *)unused};"},
        ["a calls b: kinds", "b calls a: a"]),
    "a table of texts beside a table of functions": (
        {"a": "extern const char *const names[]; const char *a(int n) { return names[n]; }",
         "b": "const char *a(int); static const char *b(int n) { return a(n); }\n"
              "const char *const names[] = {\"one\", \"two\"};\n"
              "const char *(*const table[])(int) = {b};"},
        []),
    "a function that is handed down": (
        {"a": "int b(int (*)(int)); static int one(int n) { return n; }\n"
              "int a(void) { return b(one); }",
         "b": "int b(int (*step)(int)) { return step(1); }"},
        []),
}


def run(folder, sources, *options):
    objects = []
    for name, text in sources.items():
        (folder / f"{name}.c").write_text(text + "\n", encoding="utf-8")
        subprocess.run(["cc", "-c", *options, f"{name}.c"], cwd=folder, check=True)
        objects.append(f"{name}.o")
    return subprocess.run([sys.executable, CIRCLES, *objects], cwd=folder, capture_output=True,
                          text=True, check=False)


@pytest.mark.parametrize("options", [("-O2", "-g"), ("-O0",)], ids=" ".join)
@pytest.mark.parametrize("name", TREES)
def test_trees(tmp_path, name, options):
    sources, calls = TREES[name]
    found = run(tmp_path, sources, *options)
    edges = [line.strip().replace(".c", "") for line in found.stdout.splitlines()
             if line.startswith("  ")]
    assert edges == calls, found.stdout + found.stderr
    assert found.returncode == (1 if calls else 0)
    assert found.stdout.endswith(f"circles: {1 if calls else 'none'} among {len(sources)} files\n")


def test_two_circles_are_two(tmp_path):
    two = {name: f"int {other}(int); int {name}(int n) {{ return n > 0 ? {other}(n - 1) : 0; }}"
           for name, other in ("ab", "ba", "cd", "dc")}
    found = run(tmp_path, two)
    assert found.returncode == 1
    assert "a circle of 2 files: a.c, b.c\n" in found.stdout
    assert "a circle of 2 files: c.c, d.c\n" in found.stdout
    assert found.stdout.endswith("circles: 2 among 4 files\n")


def test_an_object_that_is_left_over_is_named(tmp_path):
    found = run(tmp_path, {"a": "int f(void) { return 1; }", "b": "int f(void) { return 2; }"})
    assert found.returncode == 1 and "both define f" in found.stderr


def test_nothing_to_look_at_is_no_success():
    found = subprocess.run([sys.executable, CIRCLES], capture_output=True, text=True, check=False)
    assert found.returncode == 2 and found.stderr.startswith("usage:")
