"""What slides can show of a notebook, and what a route picks of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookmaker.markup.book import Book
from bookmaker.markup.notebook import sections
from bookmaker.paths import ROOT
from bookmaker.teach import choose
from collapse_utils.claims import CLAIM_MIME


def section(text, *cells):
    """Return the section that a text and some cells of code make up."""
    markdown = {"cell_type": "markdown", "source": f"## Title\n\n{text}"}
    (found,) = sections([markdown, *cells])
    return found


@pytest.mark.parametrize(
    ("show", "problems"),
    [
        (["predict", "fig-verdicts", "thm-log-walk", "eq-two-draws"], 0),
        (["exercise-1", "exercise-6"], 0),
        (["fig-verdict"], 1),
        (["exercise-9"], 1),
        (["table"], 1),  # the chapter may have tables, this section none
        (["quiz"], 1),  # the chapter has quizzes, this section none
    ],
)
def test_missing_thing_to_show_is_noticed(show, problems):
    block = {"chapter": "random_walks", "label": "walks-verdicts", "show": show}
    assert len(choose.absent(Book(ROOT), {"route": {"blocks": [block]}})) == problems


def test_only_a_labelled_formula_is_one():
    (found,) = choose.things(section("$$\na\n$$\n\nWords.\n\n$$\nb\n$$ (eq-b)\n"))
    assert (found.kind, found.name) == ("formula", "eq-b") and found.content.tex.strip() == "b"


PASSAGE = """\
Some text.

1. Roll.
2. Copy the word
   of that line.

| if you have | do | it costs |
|---|---|---|
| a corpus of $r$ | keep it ([claim](out-x)) | rereading |
| nothing | stop | it all |

1. A list of one is no procedure.
"""


def test_steps_tables_and_printed_texts_are_found():
    printed = {"name": "stdout", "text": "0.9: the\n1.1: roses\n"}
    record = {"data": {CLAIM_MIME: {"slug": "x"}}}
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": outputs}
        for outputs in ([printed], [printed, record])
    ]
    steps, table, text = choose.things(section(PASSAGE, *cells))
    assert [shown.kind for shown in (steps, table, text)] == ["steps", "table", "printed"]
    assert steps.content.source.endswith("of that line.")
    assert table.content.rows[1] == ("nothing", "stop", "it all")
    assert text.content == "0.9: the\n1.1: roses"
    wanted = ["it costs", "if you have", "pays"]
    part, missing = choose.part_of_table(table.content, wanted, ["nothing"])
    assert part.head == ("it costs", "if you have") and part.rows == (("it all", "nothing"),)
    assert missing == ["pays"]
    assert choose.part_of_table(table.content, [], ["something"])[1] == ["something"]


def test_everything_is_found_in_its_order():
    text = (
        ":::{admonition} Before you run it: how many?\nTwo, by\n\n$$ a $$ (eq-a)\n:::\n\n"
        ":::{prf:theorem} All dies\n:label: thm-a\nIt does.\n:::\n\n"
        ":::{prf:proof}\nEasy.\n:::"
    )
    found = choose.things(section(text))
    assert [(shown.kind, shown.name) for shown in found] == [
        ("predict", "predict"),
        ("formula", "eq-a"),
        ("statement", "thm-a"),
    ]
    assert found[0].content.question == "how many?" and found[2].content.body == "It does."


def test_what_a_block_wants_may_stand_anywhere_if_it_has_a_name():
    block = {"chapter": "random_walks", "label": "walks-verdicts"}
    whole, missing = choose.chosen(Book(ROOT), block)
    assert "fig-verdicts" in [shown.name for shown in whole] and missing == []
    picked, missing = choose.chosen(Book(ROOT), block | {"show": ["fig-two-walks", "exercise-1"]})
    assert [shown.kind for shown in picked] == ["figure", "exercise"] and missing == []
    assert choose.chosen(Book(ROOT), {"title": "Break"}) == ([], [])
    assert choose.chosen(Book(Path("nowhere")), block) == ([], [])
