"""House rules that a compiler does not check: lengths (of the lines of pages and scenarios, too),
purity of core/, who may include whom.

Prints every breach and exits 1 if there is one. See docs/architecture.md, "House rules".
"""

import re
import subprocess
import sys

MAX_LINE, MAX_FUNCTION, MAX_FILE = 100, 70, 400
IMPURE = re.compile(r"\b(malloc|calloc|realloc|free|printf|fopen|time|clock_gettime|rand|getenv)"
                    r"\s*\(")
FORBIDDEN = {("core", "sim"), ("core", "harness"), ("sim", "harness")}
TOP = {".ci", ".clang-format", ".clang-tidy", ".gitignore", "LICENSE", "Makefile", "README.md",
       "bench", "core", "docs", "harness", "netns-tests", "scenarios", "sim", "tests"}
BANNED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")


def astray():
    """What somebody has committed with `git add -A`, and did not want to."""
    names = subprocess.run(["git", "ls-files"], check=True, capture_output=True, text=True).stdout
    for name in sorted({name.split("/")[0] for name in names.split()} - TOP):
        yield f"{name}: does not belong at the top (tests/style.py, TOP)"


def tracked():
    names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], check=True,
                           capture_output=True, text=True).stdout.split()
    return [name for name in names if name.endswith((".c", ".h", ".py", ".md"))
            or name == "Makefile" or re.fullmatch(r"scenarios/[^/]+\.yaml", name)]


def function_lengths(lines):
    """Yields (first line, length) of each C function, from `name(` at the margin to `}` there."""
    start = None
    for number, line in enumerate(lines, 1):
        if re.match(r"[a-z_]\w*\(", line):
            start = number
        elif line == "}" and start is not None:
            yield start, number - start + 1
            start = None


def breaches(name):
    with open(name, encoding="utf-8") as file:
        lines = file.read().split("\n")
    if len(lines) > MAX_FILE and not name.endswith(".md"):
        yield f"{name}: {len(lines)} lines, more than {MAX_FILE}"
    diagram = False
    for number, line in enumerate(lines, 1):
        where = f"{name}:{number}"
        diagram = line == "```mermaid" or (diagram and line != "```")
        if len(line) > MAX_LINE and not diagram:  # Mermaid cannot break a line
            yield f"{where}: {len(line)} columns, more than {MAX_LINE}"
        if line != line.rstrip() or (name != "Makefile" and "\t" in line):
            yield f"{where}: a tab, or blanks at the end"
        if BANNED.search(line):
            yield f"{where}: unfinished by its own words"
        include = re.match(r'#include "(\w+)/', line)
        room = name.split("/")[0]
        if include and (room, include.group(1)) in FORBIDDEN:
            yield f"{where}: {room}/ knows nothing of {include.group(1)}/"
        if (room in ("core", "sim", "harness") and "world->policy" in line
                and name not in ("core/world.c", "harness/build.c")):
            yield f"{where}: a daemon may have a policy of its own: ask world_policy()"
        if room == "core" and IMPURE.search(line):
            yield f"{where}: core/ is pure"
    if name.endswith((".c", ".h")) and not lines[0].startswith("/*"):
        yield f"{name}: does not open with what it is"
    if name.endswith(".c"):
        for number, length in function_lengths(lines):
            if length > MAX_FUNCTION:
                yield f"{name}:{number}: a function of {length} lines, more than {MAX_FUNCTION}"


def main():
    found = [*astray(), *(breach for name in tracked() for breach in breaches(name))]
    print("\n".join(found) if found else "style: no breach")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
