"""All quizzes of the book on one page: usable by anyone, with or without scripts."""

from __future__ import annotations

import html
import re

import nbformat
import pytest

from bookmaker.paths import FOLDERS, ROOT

OPTION = re.compile(
    r"<details><summary>(.+?)</summary><p><strong>(Right|No)\.</strong> (.+?)</p></details>"
)


def shown(notebook):
    """Return what every quiz of a notebook shows, as it is stored."""
    outputs = (o for c in notebook.cells if c.cell_type == "code" for o in c.outputs)
    stored = (o.get("data", {}).get("text/html", "") for o in outputs)
    return [text for text in stored if text.startswith('<div class="quiz">')]


QUIZZES = [
    quiz
    for folder in FOLDERS
    for path in sorted((ROOT / folder).glob("*.ipynb"))
    for quiz in shown(nbformat.read(path, as_version=4))
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A page with all quizzes, as the book's pages have them."""
    folder = tmp_path_factory.mktemp("quizzes")
    every = "\n".join(QUIZZES)
    page = f'<!doctype html><html lang="en"><title>All quizzes</title><body>{every}'
    (folder / "page.html").write_text(page, encoding="utf-8")
    return folder


@pytest.mark.parametrize("scripts", [True, False])
def test_keyboard_opens_every_option_and_words_tell_right_from_wrong(visit, scripts):
    page = visit(scripts=scripts).open("page.html")
    options = page.locator(".quiz details")
    total = options.count()
    assert total == sum(len(OPTION.findall(quiz)) for quiz in QUIZZES) > 0
    for _ in range(total):
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    read = page.locator("body").inner_text()
    told = [html.unescape(why) for quiz in QUIZZES for *_, why in OPTION.findall(quiz)]
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
