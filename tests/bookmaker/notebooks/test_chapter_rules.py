"""The rules for a chapter, those of exercises and seeds; test_chapter.py breaks the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import v4

from bookmaker.markup.notebook import Notebook
from bookmaker.notebooks import chapter_rules
from tests.support.cells import cell

EXERCISE = (
    "### Exercise {}. Title ({})\n\nTask.\n\n:::{{admonition}} Hint\n:class: dropdown\n\nx\n:::"
)
GRADES = ["easy", "easy", "needs thought", "needs thought", "open"]


def exercises(grades):
    cells = []
    for k, grade in enumerate(grades, 1):
        cells.append(v4.new_markdown_cell(EXERCISE.format(k, grade)))
        cells += [cell(f"a{k} = {k}", "solution"), cell(f"check_answer(a{k}, {k})", "check")]
    return v4.new_notebook(cells=cells)


def test_missing_grade_hint_or_check_is_noticed():
    def missing(notebook):
        return chapter_rules.exercises(Notebook(Path(), notebook))

    assert missing(exercises(GRADES)) == []
    assert missing(exercises(GRADES[1:])) == ["1 of grade 'easy', at least 2 are wanted"]
    without = exercises(GRADES)
    without.cells[0].source = "### Exercise 1. Title (easy)"
    assert missing(without) == ["no hint: Exercise 1. Title (easy)"]
    del without.cells[2]
    assert missing(without)[1:] == ["0 cells with tag 'check': Exercise 1. Title (easy)"]


@pytest.mark.parametrize(
    ("code", "once"),
    [
        (["SEED = 7"], True),
        (["import x\nSEED = 7\n", "y = SEED"], True),
        (["seed = 7"], False),
        (["SEED = 7", "SEED = 8"], False),
        (["SEED = 3 + 4"], False),
    ],
)
def test_a_seed_is_set_once_on_a_line_of_its_own(code, once):
    notebook = v4.new_notebook(cells=[cell(source) for source in code])
    assert (chapter_rules.seed(Notebook(Path(), notebook)) == []) is once
