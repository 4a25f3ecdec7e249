"""Edits of C sources that survive a move of code: by the function or the table that they are in,
found in whatever file it is, and by what stands there, whatever its layout and its comments.

An edit says what it is in, what it replaces and by what; it has to fit exactly once."""
import functools
import re
from dataclasses import dataclass

TOKEN = re.compile(r"""
    (?P<space>\s+|/\*.*?\*/|//[^\n]*|^\#(?:[^\n\\]|\\.)*)
  | (?P<token>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_]\w*|\.?\d[\w.]*
    |<<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|.)
""", re.VERBOSE | re.DOTALL | re.MULTILINE)
OPENING, CLOSING = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}


class Misfit(Exception):
    """An edit does not fit, or fits more than once."""


@functools.lru_cache(maxsize=1000)
def parsed(text):
    return Source(text)


class Source:
    """A file's text, as tokens with their places."""

    def __init__(self, text):
        self.text = text
        found = [match for match in TOKEN.finditer(text) if match.lastgroup == "token"]
        self.tokens = [match.group() for match in found]
        self.starts = [match.start() for match in found]
        self.ends = [match.end() for match in found]

    def closing(self, index):
        """The index of the bracket that closes the one at `index`."""
        depth = 0
        for place in range(index, len(self.tokens)):
            depth += self.tokens[place] in OPENING
            depth -= self.tokens[place] in CLOSING
            if depth == 0:
                return place
        raise Misfit(f"{self.tokens[index]} is not closed")

    def functions(self, name):
        """The places between the braces of each function of that name, as ranges of tokens."""
        depth = 0
        for place, token in enumerate(self.tokens):
            if depth == 0 and token == name and self.tokens[place + 1:place + 2] == ["("]:
                end = self.closing(place + 1)
                if self.tokens[end + 1:end + 2] == ["{"]:
                    yield end + 2, self.closing(end + 1)
            depth += (token == "{") - (token == "}")

    def tables(self, name):
        """The same for each array of that name that has initializers, wherever it stands."""
        for place, token in enumerate(self.tokens):
            if token == name and self.tokens[place + 1:place + 2] == ["["]:
                end = self.closing(place + 1)
                if self.tokens[end + 1:end + 3] == ["=", "{"]:
                    yield end + 3, self.closing(end + 2)

    def find(self, begin, end, tokens):
        """Where these tokens stand between two places, as ranges."""
        for place in range(begin, end - len(tokens) + 1):
            if self.tokens[place:place + len(tokens)] == tokens:
                yield place, place + len(tokens)

    def item_end(self, place, end):
        """Where the initializer that begins at a place ends: at a comma, or with the braces."""
        while place < end and self.tokens[place] != ",":
            place = self.closing(place) + 1 if self.tokens[place] in OPENING else place + 1
        return place

    def replaced(self, begin, end, new):
        """The text with other words for the tokens of a range (which is not empty)."""
        return self.text[:self.starts[begin]] + new + self.text[self.ends[end - 1]:]


@dataclass(frozen=True)
class Replace:
    """In a function, some tokens by others."""
    function: str
    old: str
    new: str

    def places(self, source):
        for begin, end in source.functions(self.function):
            for place in source.find(begin, end, Source(self.old).tokens):
                yield *place, self.new

    def __str__(self):
        return f"in {self.function}(), for {' '.join(self.old.split())}"


@dataclass(frozen=True)
class Row:
    """In the row [key] of a table, the value of a field: `.field = value`, or the number of one
    that stands there by its position; None, where the row is a single value."""
    table: str
    key: str
    field: object
    value: str

    def places(self, source):
        for begin, end in source.tables(self.table):
            for _, row in source.find(begin, end, ["[", *Source(self.key).tokens, "]", "="]):
                yield from self.in_row(source, row, source.item_end(row, end))

    def in_row(self, source, begin, end):
        if self.field is None:
            yield begin, end, self.value
            return
        assert source.tokens[begin] == "{"
        place, position = begin + 1, 0
        while place < end - 1:
            behind = source.item_end(place, end - 1)
            if source.tokens[place:place + 3] == [".", self.field, "="]:
                yield place + 3, behind, self.value
            elif position == self.field:
                yield place, behind, self.value
            place, position = behind + 1, position + 1

    def __str__(self):
        return f"in {self.table}[], for the {self.field} of [{self.key}]"


@dataclass(frozen=True)
class Argument:
    """In the call of a macro with `key` for its first argument, the one at a position, from 0: such
    calls are rows of tables, too."""
    macro: str
    key: str
    position: int
    value: str

    def places(self, source):
        for found, begin in source.find(0, len(source.tokens), [self.macro, "(", self.key]):
            end, place = source.closing(found + 1), begin - 1
            for position in range(self.position + 1):
                behind = source.item_end(place, end)
                if position == self.position and place < end:
                    yield place, behind, self.value
                place = behind + 1

    def __str__(self):
        return f"in {self.macro}({self.key}), for argument {self.position}"


def apply(edits, folders):
    """{path: its text with the edits in it}; each of them fits exactly once in all the folders."""
    texts = {path: path.read_text(encoding="utf-8")
             for folder in folders for path in sorted(folder.glob("*.c"))}
    changed = {}
    for edit in edits:
        found = []
        for path, text in texts.items():
            source = parsed(text)
            found += [(path, source.replaced(*place)) for place in edit.places(source)]
        if len(found) != 1:
            raise Misfit(f"{edit} fits {len(found)} times: mend the mutation")
        (path, text), = found
        if text == texts[path]:
            raise Misfit(f"{edit} changes nothing")
        texts[path] = changed[path] = text
    return changed
