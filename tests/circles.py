"""Finds circles of files that call each other, in what the compiler made of them.

    tests/circles.py OBJECT...          (make circles)

It reads the symbols and relocations of the objects (readelf), not names in the source.  One file
calls another if its object needs a function that the other's object defines.  Prints each circle
(files from each of which calls lead to all the others) with the symbols that make it, and exits 1
if there is one.

Data of another file counts only where it is a call.  A file that reads a table of pointers to
functions, or a table that leads to one, calls what stands in it: it depends on the table's file.  A
table of numbers and names calls nothing.  A pointer that is handed over as an argument makes no
circle: the caller knows both files, and the file that gets the pointer needs neither.
"""

import bisect
import collections
import os
import pathlib
import re
import subprocess
import sys


class Object:
    """One object file: what it needs, what it defines, and where its data points."""

    def __init__(self, path):
        self.path = path
        self.needed, self.functions = set(), set()  # names of the linker
        self.function_symbols = set()   # those and the static ones
        self.data = {}                  # name -> (section, address), of the linker
        self.items = collections.defaultdict(list)   # section -> [(address, end)], static too
        self.sections = {}              # name -> number
        self.pointers = []              # ((section, address), symbol, addend)
        self.read_symbols()
        self.read_relocations()

    def lines(self, *options):
        run = subprocess.run(["readelf", "-W", *options, str(self.path)], check=True, text=True,
                             capture_output=True, env={**os.environ, "LC_ALL": "C"})
        return run.stdout.splitlines()

    def read_symbols(self):
        for line in self.lines("-s"):
            fields = line.split()
            if len(fields) < 8 or not re.fullmatch(r"\d+:", fields[0]):
                continue
            address, size, kind, binding, section, name = (
                int(fields[1], 16), int(fields[2], 0), fields[3], fields[4], fields[6], fields[7])
            linked = binding in ("GLOBAL", "WEAK")
            if section == "UND":
                self.needed.add(name)
            elif kind == "FUNC":
                self.function_symbols.add(name)
                self.functions |= {name} if linked else set()
            elif kind == "OBJECT":
                self.items[section].append((address, address + size))
                if linked:
                    self.data[name] = (section, address)
        for items in self.items.values():
            items.sort()

    def read_relocations(self):
        section = None
        for line in self.lines("-S", "-r"):
            heading = re.match(r" *\[ *(\d+)\] (\.\S+)", line)
            beginning = re.match(r"Relocation section '\.rela?(\.\S+)'", line)
            fields = line.split()
            if heading:
                self.sections[heading.group(2)] = heading.group(1)
            elif beginning:
                section = self.sections[beginning.group(1)]
            elif section in self.items and len(fields) >= 5 and re.fullmatch(
                    "[0-9a-f]{8,}", fields[0]):
                addend = int("".join(fields[5:7]) or "0", 16)
                self.pointers.append(((section, int(fields[0], 16)), fields[4], addend))

    def item_at(self, section, address):
        """The piece of data that has that address in it, as (section, its own address)."""
        items = self.items[section]
        place = bisect.bisect_right(items, (address, sys.maxsize)) - 1
        if place < 0 or not items[place][0] <= address < items[place][1]:
            return None
        return section, items[place][0]


class Tree:
    """All the objects of a program."""

    def __init__(self, paths):
        self.objects = [Object(path) for path in paths]
        self.functions = self.index("functions")
        self.data = self.index("data")
        self.tables = self.find_tables()

    def index(self, what):
        """Which object defines it, by name."""
        found = {}
        for item in self.objects:
            for name in getattr(item, what):
                if name in found:
                    raise SystemExit(f"circles: {item.path} and {found[name].path} both define "
                                     f"{name}: is one of them left from an older build?")
                found[name] = item
        return found

    def target(self, item, symbol, addend):
        """What a pointer leads to: True for a function, else a piece of data or None."""
        if symbol in item.function_symbols or symbol in self.functions:
            return True
        if symbol.startswith(".text"):
            return True
        if symbol in item.sections:
            place = item.item_at(item.sections[symbol], addend)
            return place and (item, place)
        if symbol in self.data:
            return self.data[symbol], self.data[symbol].data[symbol]
        return None

    def find_tables(self):
        """Pieces of data that hold a pointer to a function, or lead to such a piece."""
        leads = collections.defaultdict(set)  # what is pointed to -> by which pieces
        tables, left = set(), []
        for item in self.objects:
            for place, symbol, addend in item.pointers:
                holder = item.item_at(*place)
                target = holder and self.target(item, symbol, addend)
                if target is True:
                    left.append((item, holder))
                elif target is not None:
                    leads[target].add((item, holder))
        while left:
            table = left.pop()
            if table not in tables:
                tables.add(table)
                left.extend(leads[table])
        return tables

    def callee(self, name):
        item = self.functions.get(name)
        if item is None and name in self.data:
            holder = self.data[name]
            item = holder if (holder, holder.data[name]) in self.tables else None
        return item and item.path

    def calls(self):
        """For each file, those that it calls, with the symbols by which it does."""
        found = {item.path: collections.defaultdict(list) for item in self.objects}
        for item in self.objects:
            for name in sorted(item.needed):
                if self.callee(name) is not None:
                    found[item.path][self.callee(name)].append(name)
        return found


def reachable(calls, start):
    seen, left = set(), [start]
    while left:
        new = set(calls[left.pop()]) - seen
        seen |= new
        left.extend(new)
    return seen


def circles(paths):
    """Each as a mapping (caller, callee) -> symbols, in the order of the files."""
    calls = Tree(paths).calls()
    reach = {path: reachable(calls, path) for path in paths}
    seen = set()
    for first in paths:
        members = sorted(path for path in reach[first] if first in reach[path])
        if len(members) > 1 and first not in seen:
            seen |= set(members)
            yield {(caller, callee): calls[caller][callee]
                   for caller in members for callee in members if callee in calls[caller]}


def main(names):
    if not names:
        print("usage: circles.py OBJECT...", file=sys.stderr)
        return 2
    paths = sorted({pathlib.Path(name) for name in names})
    top = os.path.commonpath([path.parent for path in paths])
    count = 0
    for circle in circles(paths):
        count += 1
        files = {path: os.path.relpath(path.with_suffix(".c"), top)
                 for pair in circle for path in pair}
        print(f"a circle of {len(files)} files: {', '.join(sorted(files.values()))}")
        for (caller, callee), symbols in circle.items():
            print(f"  {files[caller]} calls {files[callee]}: {', '.join(symbols)}")
    print(f"circles: {count or 'none'} among {len(paths)} files")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
