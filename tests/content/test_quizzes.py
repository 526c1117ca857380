"""Every quiz of the book: computed, explained, and usable by anyone, with or without scripts."""

from __future__ import annotations

import html
import re

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
OPTION = re.compile(
    r"<details><summary>(.+?)</summary><p><strong>(Right|No)\.</strong> (.+?)</p></details>"
)


def shown(notebook):
    """Return what every quiz of a notebook shows, as it is stored."""
    outputs = (o for c in notebook.cells if c.cell_type == "code" for o in c.outputs)
    stored = (o.get("data", {}).get("text/html", "") for o in outputs)
    return [text for text in stored if text.startswith('<div class="quiz">')]


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


# In a browser


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A page with all quizzes, as the book's pages have them."""
    folder = tmp_path_factory.mktemp("quizzes")
    every = "\n".join(text for notebook in NOTEBOOKS.values() for text in shown(notebook))
    page = f'<!doctype html><html lang="en"><title>All quizzes</title><body>{every}'
    (folder / "page.html").write_text(page, encoding="utf-8")
    return folder


@pytest.mark.parametrize("scripts", [True, False])
def test_keyboard_opens_every_option_and_words_tell_right_from_wrong(visit, scripts):
    page = visit(scripts=scripts).open("page.html")
    options = page.locator(".quiz details")
    total = options.count()
    assert total >= 3 * 2 * len(CHAPTERS)
    for _ in range(total):
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    read = page.locator("body").inner_text()
    quizzes = [quiz for notebook in NOTEBOOKS.values() for quiz in shown(notebook)]
    told = [html.unescape(why) for quiz in quizzes for *_, why in OPTION.findall(quiz)]
    squeezed = " ".join(read.split())
    assert [why for why in told if " ".join(why.split()) not in squeezed] == []
    assert read.count("Right. ") == page.locator(".quiz").count()
    assert read.count("Right. ") + read.count("No. ") >= total


def test_an_option_shows_where_the_keyboard_is_and_opens_with_it(visit):
    page = visit().open("page.html")
    first = page.locator(".quiz summary").first
    first.focus()
    assert first.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
    assert first.evaluate("e => e.parentElement.open") is False
    page.keyboard.press("Space")
    assert first.evaluate("e => e.parentElement.open") is True
