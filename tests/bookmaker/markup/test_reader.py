"""The reader of the markup: it sees what MyST sees, and knows where it stands."""

from __future__ import annotations

import nbformat
import pytest

from bookmaker.markup.reader import (
    Block,
    Code,
    Directive,
    Formula,
    Heading,
    Label,
    OrderedList,
    Table,
    inlines,
    read,
    replaced,
    rewritten,
    walk,
)
from bookmaker.paths import ROOT, notebook_files

NOTES = sorted((ROOT / "workshop" / "instructor").glob("*.md"))


def texts():
    """Return every text of the book that is rewritten."""
    cells = [c for path in notebook_files() for c in nbformat.read(path, as_version=4).cells]
    notes = [path.read_text(encoding="utf-8") for path in NOTES]
    return [cell.source for cell in cells if cell.cell_type == "markdown"] + notes


# What stands in a line


def test_roles_formulas_links_and_bold_are_found_where_they_stand():
    text = (
        "**Bold {eq}`eq-a`:** $a$ and {ref}`the\nsame <here>`, [a $b$](there) "
        '<a href="x.html">sheet</a> \\$5'
    )
    found = list(inlines(text))
    assert [(one.kind, one.name, one.content) for one in found] == [
        ("role", "eq", "eq-a"),
        ("strong", "", "Bold {eq}`eq-a`:"),
        ("formula", "", "a"),
        ("role", "ref", "the same <here>"),
        ("formula", "", "b"),
        ("link", "there", "a $b$"),
        ("html link", "x.html", "sheet"),
    ]
    assert [text[one.start : one.end] for one in found] == [
        "{eq}`eq-a`",
        "**Bold {eq}`eq-a`:**",
        "$a$",
        "{ref}`the\nsame <here>`",
        "$b$",
        "[a $b$](there)",
        '<a href="x.html">sheet</a>',
    ]
    assert (found[3].words, found[3].target) == ("the same", "here")
    assert (found[0].words, found[0].target) == ("", "eq-a")


def test_what_is_in_code_is_no_markup():
    found = [(one.kind, one.content) for one in inlines("`{ref}`, `$a$` and ``**b**``")]
    assert found == [("code", "{ref}"), ("code", "$a$"), ("code", "**b**")]


def test_what_is_not_changed_stays_and_an_outer_change_swallows_the_inner():
    text = "a  $x$ [b $y$](there) *c*"
    assert replaced(text, lambda one: None) == text
    assert replaced(text, lambda one: "!" if one.kind == "formula" else None) == (
        "a  ! [b !](there) *c*"
    )
    assert replaced(text, lambda one: one.kind) == "a  formula link *c*"


# What stands in lines of its own

PASSAGE = """\
(one)=
(two)=
# A *title*

A paragraph
of two lines.
::::{admonition} A box: $x$
:class: tip dropdown
:label: box

:::{prf:theorem}
:label: thm
$$
a
$$ (eq-a)
:::
::::
```python
# no heading
```
$$ b $$

1. One.
2. Two
   of it.

| a | b |
|---|:-:|
| 1 \\| 2 | $c$ |
"""


def test_every_kind_of_block_is_found_in_its_lines():
    blocks = read(PASSAGE)
    kinds = [Label, Label, Heading, Block, Directive, Code, Formula, OrderedList, Table]
    assert [type(block) for block in blocks] == kinds
    lines = PASSAGE.split("\n")
    for block in blocks:
        assert block.source == "\n".join(lines[block.first : block.last])
    _, _, heading, paragraph, box, code, formula, steps, table = blocks
    assert (heading.level, heading.title, heading.labels) == (1, "A *title*", ("one", "two"))
    assert paragraph.source == "A paragraph\nof two lines."
    assert (box.name, box.title, box.is_folded) == ("admonition", "A box: $x$", True)
    assert box.options == {"class": "tip dropdown", "label": "box"}
    assert code.source == "```python\n# no heading\n```"
    assert (formula.tex.strip(), formula.label) == ("b", "")
    assert steps.items == 2 and steps.source.endswith("of it.")
    assert (table.head, table.rows) == (("a", "b"), (("1 | 2", "$c$"),))


def test_what_is_in_boxes_is_read_as_well():
    found = list(walk(read(PASSAGE)))
    inner = next(b for b in found if isinstance(b, Directive) and b.name == "prf:theorem")
    assert inner.options == {"label": "thm"} and not inner.is_folded
    assert [b.label for b in found if isinstance(b, Formula)] == ["eq-a", ""]


def test_a_label_belongs_to_the_heading_right_below_it():
    blocks = read("(a)=\nText.\n\n## One\n\n(b)=\n\n## Two")
    first, second = [block for block in blocks if isinstance(block, Heading)]
    assert (first.labels, second.labels) == ((), ("b",))


def test_a_dropdown_is_folded_and_a_note_is_not():
    dropdown, note = read(":::{dropdown} More\nText.\n:::\n:::{note}\nText.\n:::")
    assert dropdown.is_folded and not note.is_folded


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (":::{admonition} x", "not closed"),
        (":::{admonition} x\ntext", "not closed"),
        ("::::{admonition} x\ntext\n:::", "not closed"),
        ("```python\n1", "not closed"),
        ("$$ x", "not closed"),
        ("Text\n$$ x $$", "not closed"),
        ("- a list\n\n  :::{note}\n  x\n  :::", "left margin"),
        ("> $$ x $$ (eq-a)", "left margin"),
        ("> (label)=\n> x", "left margin"),
    ],
)
def test_what_the_site_would_show_otherwise_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        read(text)


def test_rewritten_without_a_change_every_text_of_the_book_is_what_it_was():
    book = texts()
    assert len(book) > 500
    for text in book:
        assert rewritten(text, lambda block: block.source, lambda words: words) == text


def test_a_passage_is_rewritten_piece_by_piece():
    text = "(a)=\n## One\n\n- an item\n  of two lines\n- $b$\n\n```python\nx\n```\n\nEnd."

    def change(block):
        return None if isinstance(block, Label) else "code"

    assert rewritten(text, change, str.upper) == (
        "## ONE\n\n- AN ITEM\n  OF TWO LINES\n- $B$\n\ncode\n\nEND."
    )
