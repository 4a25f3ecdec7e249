"""Mutants of C functions: each has one small mistake, of a kind that is made everywhere it can be.

What a mutant is called does not depend on lines: by its function, and by the tokens before and
behind the mistake."""
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "netns-tests"))

from source import CLOSING, OPENING, Source  # noqa: E402  a neighbour's

OTHERS = {"==": ["!="], "!=": ["=="], "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="],
          ">=": [">", "<"], "&&": ["||"], "||": ["&&"], "|=": ["&="], "+": ["-"], "-": ["+"],
          "<<": [">>"], ">>": ["<<"], "true": ["false"], "false": ["true"]}
# Constants that mean things of one kind: each is taken for the next one.
KINDS = [["VICTIM_GUEST", "VICTIM_DEVICE", "VICTIM_PORT", "VICTIM_NAME"],
         ["THIRD_PARTY", "ADMINISTRATOR"],
         ["DEVICE_NONE", "DEVICE_TAP"],
         ["PORT_NONE", "PORT_LIVE", "PORT_STALE", "PORT_AWAY"],
         ["BRIDGE_LINUX", "BRIDGE_OVS", "BRIDGE_MIDONET"],
         ["VLAN_NONE", "VLAN_PARKED"],
         ["PROCESS_RUNNING", "PROCESS_EXITING"],
         ["MACHINE_START", "MACHINE_STOP", "MACHINE_UNPLUG"],
         re.findall(r"X\((\w+), \"", (ROOT / "sim/oracle_set.h").read_text(encoding="utf-8"))]
KINDS[-1] = [f"ORACLE_{name}" for name in KINDS[-1]]
NEXT = {name: kind[(place + 1) % len(kind)] for kind in KINDS for place, name in enumerate(kind)}
LOGICAL = {"&&": "true", "||": "false"}  # and what leaves one of their sides out
# What stands before a condition and behind it, beside the brackets around it.
BEFORE, BEHIND = {"&&", "||", "?", ":", ",", "=", ";", "return"}, {"&&", "||", "?", ":", ",", ";"}
NO_STATEMENTS = {"return", "if", "for", "while", "switch", "case", "default", "do", "else", "break",
                 "continue", "const", "struct", "enum", "unsigned", "static", "assert"}
CONTEXT = 6


@dataclass(frozen=True)
class Mutant:
    path: str      # of the file
    function: str
    before: str    # the tokens around the mistake, as they are
    after: str     # and with the mistake
    text: str      # of the whole file

    @property
    def name(self):
        return f"{self.function}: {self.before}  ~>  {self.after}"

    @property
    def key(self):
        return self.function, self.before, self.after


class Body:
    """A function's tokens, and the mistakes that can be made in them: (begin, end, new) each."""

    def __init__(self, source, begin, end):
        self.source, self.begin, self.end = source, begin, end
        self.tokens = source.tokens
        self.left_alone = {place for first in range(begin, end) if self.tokens[first] == "assert"
                           for place in range(first, source.closing(first + 1) + 1)}
        self.loops = {place for first in range(begin, end) if self.tokens[first] == "for"
                      for place in range(first, source.closing(first + 1) + 1)}

    def opening(self, place):
        """The index of the bracket that the one at `place` closes."""
        depth = 0
        while True:
            depth += self.tokens[place] in CLOSING
            depth -= self.tokens[place] in OPENING
            if depth == 0:
                return place
            place -= 1

    def reach(self, place):
        """The end of the condition that begins at `place`."""
        while self.tokens[place] not in BEHIND and self.tokens[place] not in CLOSING:
            place = self.source.closing(place) + 1 if self.tokens[place] in OPENING else place + 1
        return place

    def reach_back(self, place):
        """The beginning of the condition that ends before `place`."""
        while self.tokens[place - 1] not in BEFORE and self.tokens[place - 1] not in OPENING:
            place = self.opening(place - 1) if self.tokens[place - 1] in CLOSING else place - 1
        return place

    def places(self):
        """What is said of states, and not of the tool itself: no assertion."""
        return (place for place in range(self.begin, self.end) if place not in self.left_alone)

    def conditions(self):
        """(begin, end, what stands for it if it is left out, or None) of each."""
        for place in self.places():
            token = self.tokens[place]
            if token in LOGICAL:
                left = self.reach_back(place)
                yield left, place, LOGICAL[token]
                yield place + 1, self.reach(place + 1), LOGICAL[token]
            elif token in ("if", "while"):
                yield place + 2, self.source.closing(place + 1), None
            elif token == "?":
                yield self.reach_back(place), place, None

    def compares(self, begin, end):
        """One comparison, which has a mutant that says the opposite."""
        place, found = begin, 0
        while place < end:
            found += self.tokens[place] in ("==", "!=")
            if self.tokens[place] in LOGICAL:
                return False
            place = self.source.closing(place) + 1 if self.tokens[place] in OPENING else place + 1
        return found == 1

    def words(self, begin, end):
        return self.source.text[self.source.starts[begin]:self.source.ends[end - 1]]

    def of_conditions(self):
        for begin, end, left_out in sorted(set(self.conditions()), key=str):
            if left_out is not None:
                yield begin, end, left_out
            if not self.compares(begin, end):
                yield begin, end, f"!({self.words(begin, end)})"

    def of_tokens(self):
        for place in self.places():
            token, last = self.tokens[place], self.tokens[place - 1]
            number = re.fullmatch(r"(\d+)u?", token)
            if token in "+-" and not re.fullmatch(r"[\w)\]]+", last):
                continue
            for new in OTHERS.get(token, []):
                yield place, place + 1, new
            if token in NEXT:
                yield place, place + 1, NEXT[token]
            if number:
                for value in {int(number.group(1)) + 1, abs(int(number.group(1)) - 1)}:
                    yield place, place + 1, str(value)

    def of_returns(self, is_bool):
        for place in self.places():
            end = self.reach_statement(place)
            if self.tokens[place] == "return" and end > place + 1:
                value = self.words(place + 1, end)
                if not is_bool and value != "0":
                    yield place + 1, end, "0"
                elif is_bool and value not in ("true", "false") and not self.compares(place + 1,
                                                                                      end):
                    yield place + 1, end, f"!({value})"

    def reach_statement(self, place):
        while self.tokens[place] not in CLOSING and self.tokens[place] != ";":
            place = self.source.closing(place) + 1 if self.tokens[place] in OPENING else place + 1
        return place

    def of_statements(self):
        for place in self.places():
            first, second = self.tokens[place], self.tokens[place + 1]
            if (self.tokens[place - 1] not in ";{}" or first in NO_STATEMENTS or first in "{}#"
                    or (re.match(r"\w", first) and re.match(r"\w", second))):
                continue
            end = self.reach_statement(place)
            if end > place and self.tokens[end] == ";" and place not in self.loops:
                yield place, end, ""


def readable(text):
    """As long, with the bodies of macros as if they stood there by themselves."""
    def open_macro(match):
        return " " * len(match.group(1)) + match.group(2).replace("\\\n", "  ")

    return re.sub(r"^(#define \w+\([^)]*\))((?:[^\n\\]|\\\n)*)", open_macro, text, flags=re.M)


def mutants(path, text, functions):
    """Those of the functions that are named, in the order of their places."""
    source, made, seen = Source(readable(text)), [], Counter()
    for name in functions:
        (begin, end), = source.functions(name)
        body = Body(source, begin, end)
        declared = begin - 2
        while source.tokens[declared - 1] not in (";", "}") and declared > 0:
            declared -= 1
        is_bool = "bool" in source.tokens[declared:source.tokens.index(name, declared)]
        for first, behind, new in sorted({*body.of_conditions(), *body.of_tokens(),
                                          *body.of_returns(is_bool), *body.of_statements()}):
            head, tail = (source.tokens[max(begin, first - CONTEXT):first],
                          source.tokens[behind:min(end, behind + CONTEXT)])
            middle = source.tokens[first:behind]
            before = " ".join([*head, *middle, *tail])
            after = " ".join([*head, " ".join(new.split()), *tail])
            seen[name, before, after] += 1
            again = seen[name, before, after]
            made.append(Mutant(path, name, before, after + (f" ({again})" if again > 1 else ""),
                               text[:source.starts[first]] + new + text[source.ends[behind - 1]:]))
    return made
