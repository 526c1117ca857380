"""JupyterLite beside the book: it runs the notebooks, also for a room on another machine."""

from __future__ import annotations

import pytest

from tests.support import reruns
from tests.support.browser import ROOM, Visit
from tests.support.live_book import CHAPTER, CHECK, SUM, TABLE


@pytest.fixture(scope="module")
def site(live_site):
    return live_site


def test_jupyterlite_opens_the_notebook_unmodified_and_runs_it(visit, site):
    visitor = visit()
    link = visitor.open("page.html").get_by_role("link", name="Open in JupyterLite")
    assert link.get_attribute("href") == "lite/notebooks/index.html?path=page.ipynb"
    source = (site.parent.parent / "page.ipynb").read_bytes()
    assert (site / "lite" / "files" / "page.ipynb").read_bytes() == source
    seen, *_ = reruns.in_lite(visitor, "page.ipynb")
    assert seen[SUM] == "21" and seen[TABLE] == "a 0 5" and seen[CHECK] == "Right."
    assert visitor.elsewhere == []


def test_a_students_chapter_runs_in_jupyterlite_from_its_folder(visit):
    visitor = visit()
    cells, *_ = reruns.run_in_lite(visitor, f"student/{CHAPTER}.ipynb")
    assert reruns.failures(cells) == []
    assert any(reruns.text_of(cell["outputs"]).startswith("No answer yet") for cell in cells)
    assert visitor.elsewhere == []


def test_a_room_runs_students_notebooks_from_another_machine(browser, address):
    visitor = Visit(browser, address.replace("127.0.0.1", ROOM))
    cells, *_ = reruns.run_in_lite(visitor, f"student/{CHAPTER}.ipynb")
    assert visitor.page.evaluate("isSecureContext") is False
    assert reruns.failures(cells) == [] and visitor.elsewhere == []
    reruns.make_live(visitor.open("page.html"))
    visitor.context.close()


def test_a_students_cell_that_fails_is_noticed(visit):
    cells, *_ = reruns.run_in_lite(visit(), "student/failing.ipynb")
    assert len(reruns.failures(cells)) == 1
