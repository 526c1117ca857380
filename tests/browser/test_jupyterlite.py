"""JupyterLite beside a small book: it runs what the page runs, and what fails is noticed."""

from __future__ import annotations

import pytest

from tests.support import reruns
from tests.support.live_book import CHECK, SUM, TABLE


@pytest.fixture(scope="module")
def site(live_site):
    return live_site


def test_jupyterlite_runs_the_notebook_and_keeps_it_as_it_is(visit, site):
    visitor = visit()
    link = visitor.open("page.html").get_by_role("link", name="Open in JupyterLite")
    assert link.get_attribute("href") == "lite/notebooks/index.html?path=page.ipynb"
    source = (site.parent.parent / "page.ipynb").read_bytes()
    assert (site / "lite" / "files" / "source" / "page.ipynb").read_bytes() == source
    seen, *_ = reruns.in_lite(visitor, "page.ipynb")
    assert seen[SUM] == "21" and seen[TABLE] == "a 0 5" and seen[CHECK] == "Right."
    assert visitor.elsewhere == []


def test_a_cell_that_fails_is_noticed(visit):
    cells, *_ = reruns.run_in_lite(visit(), "failing.ipynb")
    assert len(reruns.failures(cells)) == 1
