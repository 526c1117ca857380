"""Every quiz of the book: its right answer computed, each of its options explained."""

from __future__ import annotations

import nbformat
import pytest
from nbformat import v4

from bookmaker.markup.notebook import read_notebook
from bookmaker.notebooks import chapter_rules, rules
from bookmaker.paths import ROOT

NOTEBOOKS = {
    path.stem: nbformat.read(path, as_version=4)
    for folder in ("chapters", "workshop")
    for path in sorted((ROOT / folder).glob("*.ipynb"))
}
CHAPTERS = [path.stem for path in sorted((ROOT / "chapters").glob("*.ipynb"))]


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_chapter_has_two_quizzes(name):
    assert chapter_rules.quizzes(read_notebook(ROOT / "chapters" / f"{name}.ipynb")) == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_answers_are_computed_and_every_option_has_a_reason(name):
    assert rules.quizzes_explained(NOTEBOOKS[name]) == []


def test_a_written_answer_and_a_missing_reason_are_noticed():
    def problems(right):
        written = v4.new_code_cell(f'quiz("Two?", {{"2": "Yes."}}, right={right})')
        shows = '<div class="quiz"><p>Two?</p><details><summary>2</summary><p>'
        shows += "<strong>Right.</strong> Yes.</p></details></div>"
        written.outputs = [v4.new_output("display_data", data={"text/html": shows})]
        return rules.quizzes_explained(v4.new_notebook(cells=[written]))

    assert len(problems('"2"')) == 3 and "written" in problems('"2"')[0]
    assert len(problems("'2' if grows > 2 else '1'")) == 2
