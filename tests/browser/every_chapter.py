"""Every chapter in a browser without a network: on its page, in JupyterLite, as students get it.

    pytest tests/browser/every_chapter.py -s               (make browser)
    pytest tests/browser/every_chapter.py -s -k student    the students' notebooks alone

The first two print the stored numbers; JupyterLite runs each chapter as its link opens it, in plain
Markdown, and the unmodified file. A student's notebook has stubs where the solutions are;
nothing in it may fail. All this takes minutes for each chapter and is therefore no part of the
ordinary tests.
"""

from __future__ import annotations

import nbformat
import pytest

from bookmaker.live import runtime
from bookmaker.paths import ROOT
from tests.support import reruns

CHAPTERS = [path.stem for path in sorted((ROOT / "chapters").glob("*.ipynb"))]
WORKSHOP = [path.stem for path in sorted((ROOT / "workshop").glob("*.ipynb"))]


@pytest.fixture(autouse=True, scope="session")
def python_for_the_browser():
    assert runtime.available(), "no browser runtime: make runtime"


def read(chapter):
    return nbformat.read(ROOT / "chapters" / f"{chapter}.ipynb", as_version=4)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_on_its_page(visit, chapter):
    visitor = visit()
    page = visitor.open(f"chapters/{chapter}.html")
    live, ran = reruns.make_live(page), reruns.run_all(page)
    print(f"\n{chapter}: live after {live:.0f} s, all cells {ran:.0f} s")
    notebook = read(chapter)
    shown = reruns.visible(notebook)
    expected = {n: t for n, t in reruns.stored(notebook, chapter).items() if n in shown}
    assert reruns.differences(expected, reruns.on_page(page)) == []
    assert visitor.elsewhere == [] and visitor.complaints == []


@pytest.mark.parametrize("folder", ["", "source/"])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_in_jupyterlite(visit, chapter, folder):
    visitor = visit()
    seen, started, ran = reruns.in_lite(visitor, f"{folder}{chapter}.ipynb")
    print(f"\n{folder}{chapter}: JupyterLite after {started:.0f} s, all cells {ran:.0f} s")
    assert reruns.differences(reruns.stored(read(chapter), chapter), seen) == []
    assert visitor.elsewhere == []


@pytest.mark.parametrize("name", [*WORKSHOP, *CHAPTERS])
def test_as_students_get_it(visit, name):
    visitor = visit()
    cells, started, ran = reruns.run_in_lite(visitor, f"student/{name}.ipynb")
    print(f"\n{name}, student: JupyterLite after {started:.0f} s, all cells {ran:.0f} s")
    assert reruns.failures(cells) == []
    assert visitor.elsewhere == []
