"""What is found in a notebook: sections, predictions, exercises, quizzes, numbers for sentences."""

from __future__ import annotations

import pytest

from bookmaker.markup import notebook
from bookmaker.markup.reader import read
from bookmaker.paths import notebook_files
from collapse_utils.exercises import quiz


def cell(source):
    return {"cell_type": "markdown", "source": source}


def test_sections_hold_what_stands_below_them():
    cells = [
        cell("(top)=\n# Top\n\nOpening."),
        cell("(one)=\n## One\n\nText.\n\n```python\n# no heading\n```"),
        {"cell_type": "code", "metadata": {"mystnb": {"figure": {"name": "fig-x"}}}},
        cell("### Below\n\nMore.\n\n(two)=\n## Two\n\nEnd."),
    ]
    top, one, below, two = notebook.sections(cells)
    assert [s.title for s in (top, one, below, two)] == ["Top", "One", "Below", "Two"]
    assert [s.level for s in (top, one, below, two)] == [1, 2, 3, 2]
    assert (top.labels, one.labels, below.labels, two.labels) == (("top",), ("one",), (), ("two",))
    assert [block.source for block in top.parts] == ["Opening."]
    assert [block.source for block in one.blocks] == [
        "Text.",
        "```python\n# no heading\n```",
        "More.",
    ]
    assert one.cells == [cells[2]] and one.parts[2] is cells[2]
    assert notebook.figure(one.cells[0]) == {"name": "fig-x", "alt": ""}
    assert [block.source for block in below.parts] == ["More."]


def test_predictions_are_asked_in_a_box_or_in_bold():
    text = (
        ":::{admonition} Before you start\n**You will** see.\n:::\n\n"
        "**Before you run it:** how\nmany? Guess.\n\n:::{admonition} Answer\nTwo.\n:::\n\n"
        ":::{admonition} Before you look: which $x$: this?\n:class: dropdown\n\nThat.\n:::\n\n"
        "**Before you go:** why?"
    )
    found = [asked for _, asked in notebook.predictions(read(text))]
    assert [(p.title, p.question, p.answer) for p in found] == [
        ("Before you run it", "how\nmany? Guess.", "Two."),
        ("Before you look", "which $x$: this?", "That."),
        ("Before you go", "why?", ""),
    ]


def test_an_exercise_is_its_task_without_its_hint():
    text = (
        "## Exercises\n\n### Exercise 2. Half of $M$ (easy)\n\nThe task.\n\nIts end.\n\n"
        ":::{admonition} Hint\nNo.\n:::\n\n### Not one (easy)\n\nText."
    )
    (found,) = notebook.exercises(notebook.sections([cell(text)]))
    assert (found.number, found.grade, found.title) == ("2", "easy", "Exercise 2. Half of $M$")
    assert found.task == "The task.\n\nIts end."


def test_a_quiz_is_read_as_it_is_shown():
    shown = quiz("How many, $1 < 2$?", {"4": "Count.", "5": "One & more."}, right="4")
    markup = shown.markup
    found = notebook.quiz({"outputs": [{"data": {"text/html": markup}}]})
    assert "How many" in found.question
    assert [(o["option"], o["verdict"], o["reason"]) for o in found.options] == [
        ("4", "Right", "Count."),
        ("5", "No", "One &amp; more."),
    ]
    assert notebook.quiz({"outputs": [{"data": {"text/html": "<table></table>"}}]}) is None


def test_numbers_that_cells_have_stored_are_found():
    record = {
        "data": {"application/papermill.record/text/plain": "3.1"},
        "metadata": {"scrapbook": {"name": "share"}},
    }
    cells = [cell("x"), {"cell_type": "code", "outputs": [{"name": "stdout"}, record]}]
    assert notebook.stored_numbers(cells) == {"share": "3.1"}


def test_what_follows_a_bold_head_is_found():
    text = "**Necessary:** mean, **very** small.\n**Helpful:** luck."
    heads = notebook.bold_heads(text)
    assert heads == {"Necessary": "mean, **very** small.", "Helpful": "luck."}
    assert notebook.bold_heads("**Not a head** at all") == {}


@pytest.mark.parametrize("path", notebook_files(), ids=lambda path: path.stem)
def test_every_notebook_is_read_whole(path):
    found = notebook.read_notebook(path)
    titles = [s.title for s in found.sections]
    assert [s.level for s in found.sections].count(1) == 1 and "Key points" in titles
    held = [part for s in found.sections if s.level <= 2 for part in s.parts]
    code = [c for c in found.cells if c.cell_type == "code"]
    assert [part for part in held if not hasattr(part, "first")] == code
