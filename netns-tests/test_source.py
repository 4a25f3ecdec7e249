"""Edits of C sources: they fit where they should, however the code is laid out, and nowhere else.
"""
import pytest
from source import Argument, Misfit, Replace, Row, apply

CODE = """/* one(): a comment that says if (a == 1) { */
#include "x.h"
#define TWO(a) \\
    one(a)
static int table[] = {[A] = 1, [B] = 2};
struct row { int kind; const char *name; };

static const struct row rows[KINDS] = {
    [KIND_ONE] = {.kind = 1, .name = "one, {two}"},
    [KIND_TWO] = {2, "two", f(1, 2)},
};

ROW(one, f(1, 2), 3)
ROW(other, g(1, 2), 4)

int one(int a);

int
one(int a)
{
    const char *text = "if (a == 1)";

    if (a ==
        1 /* the first */) {
        return a->b + 'a';
    }
    return two(a, text);
}

static int
two(int a, const char *b)
{
    return one(a == 1);
}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "code.c").write_text(CODE, encoding="utf-8")
    (tmp_path / "other.c").write_text("int three(void)\n{\n    return a == 1;\n}\n",
                                      encoding="utf-8")
    return tmp_path


def changed(folder, *edits):
    (path, text), = apply(edits, [folder]).items()
    return path.name, text


@pytest.mark.parametrize("edit, old, new", [
    (Replace("one", "if (a == 1)", "if (a)"), "if (a ==\n        1 /* the first */)", "if (a)"),
    (Replace("one", "a->b", "a->c"), "a->b", "a->c"),
    (Replace("two", "a == 1", "a == 2"), "one(a == 1)", "one(a == 2)"),
    (Replace("one", "return two(a, text);", ""), "return two(a, text);", ""),
    (Row("table", "B", None, "3"), "[B] = 2", "[B] = 3"),
    (Row("rows", "KIND_ONE", "kind", "7"), ".kind = 1", ".kind = 7"),
    (Row("rows", "KIND_ONE", "name", "NULL"), '"one, {two}"', "NULL"),
    (Row("rows", "KIND_TWO", 0, "9"), "{2,", "{9,"),
    (Row("rows", "KIND_TWO", 2, "0"), "f(1, 2)}", "0}"),
    (Argument("ROW", "one", 1, "h()"), "f(1, 2), 3", "h(), 3"),
    (Argument("ROW", "other", 2, "5"), "4)", "5)"),
], ids=str)
def test_an_edit_changes_that_place(folder, edit, old, new):
    assert CODE.count(old) == 1
    assert changed(folder, edit) == ("code.c", CODE.replace(old, new))


def test_the_file_does_not_matter(folder):
    edit = Replace("three", "a == 1", "a == 2")
    assert changed(folder, edit) == ("other.c", "int three(void)\n{\n    return a == 2;\n}\n")
    moved = folder / "moved"
    moved.mkdir()
    (folder / "other.c").rename(moved / "elsewhere.c")
    (path, _), = apply([edit], [folder, moved]).items()
    assert path == moved / "elsewhere.c"


def test_two_edits_are_both_made(folder):
    _, text = changed(folder, Replace("one", "a == 1", "x"), Replace("two", "a == 1", "y"))
    assert "if (x /* the first */) {" in text and "return one(y);" in text


@pytest.mark.parametrize("edit, times", [
    (Replace("one", "a == 2", "a"), 0),            # not there
    (Replace("four", "a == 1", "a"), 0),           # no such function
    (Replace("one", "return", ""), 2),             # twice
    (Replace("TWO", "one(a)", ""), 0),             # a macro is no function
    (Replace("one", '"if (a == 1)', '"'), 0),      # half a token
    (Row("rows", "KIND_THREE", "kind", "7"), 0),
    (Row("rows", "KIND_ONE", "size", "7"), 0),
    (Row("nothing", "KIND_ONE", "kind", "7"), 0),
    (Argument("ROW", "two", 1, "7"), 0),
    (Argument("ROW", "one", 3, "7"), 0),
], ids=str)
def test_one_that_does_not_fit_once_is_an_error(folder, edit, times):
    with pytest.raises(Misfit, match=f"fits {times} times"):
        apply([edit], [folder])


def test_one_that_changes_nothing_is_an_error(folder):
    with pytest.raises(Misfit, match="changes nothing"):
        apply([Replace("two", "a == 1", "a == 1")], [folder])
