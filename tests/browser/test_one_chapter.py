"""One chapter runs in a browser; `make browser` does the same with every chapter."""

from __future__ import annotations

import nbformat
import pytest

from bookmaker.live import runtime
from bookmaker.paths import ROOT
from tests.support import reruns
from tests.support.browser import ROOM, Visit, missing

CHAPTER = "random_walks"


@pytest.fixture(autouse=True, scope="module")
def python_for_the_browser():
    if not runtime.available():
        missing("no browser runtime: make runtime")


def test_a_chapter_prints_the_stored_numbers(visit):
    visitor = visit()
    page = visitor.open(f"chapters/{CHAPTER}.html")
    reruns.make_live(page)
    reruns.run_all(page)
    stored = nbformat.read(ROOT / "chapters" / f"{CHAPTER}.ipynb", as_version=4)
    shown = reruns.visible(stored)
    expected = {n: t for n, t in reruns.stored(stored, CHAPTER).items() if n in shown}
    assert reruns.differences(expected, reruns.on_page(page)) == []
    assert page.locator(".live-error").count() == 0
    assert visitor.elsewhere == [] and visitor.complaints == []


def test_a_room_runs_the_students_notebook_from_another_machine(browser, address):
    visitor = Visit(browser, address.replace("127.0.0.1", ROOM))
    cells, *_ = reruns.run_in_lite(visitor, f"student/{CHAPTER}.ipynb")
    assert visitor.page.evaluate("isSecureContext") is False
    assert reruns.failures(cells) == [] and visitor.elsewhere == []
    assert any(reruns.text_of(cell["outputs"]).startswith("No answer yet") for cell in cells)
    reruns.make_live(visitor.open(f"chapters/{CHAPTER}.html", formulas=False))
    visitor.context.close()
