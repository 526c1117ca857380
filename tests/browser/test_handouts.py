"""Hand-outs and the sheet for dice, opened as files: one page of paper each."""

from __future__ import annotations

import pytest

from bookmaker.paths import ROOT
from bookmaker.teach import routes
from tests.support.browser import pages_of

PRINTED = [
    "workshop/sheet.html",
    *(f"handouts/{key}.html" for key in routes.load(ROOT / routes.ROUTES)),
]


@pytest.fixture(scope="module")
def address(site):
    return site.as_uri()


@pytest.mark.parametrize("path", PRINTED)
def test_paper_is_one_page_of_a4_and_of_letter(visit, path):
    visitor = visit(width=360)
    page = visitor.open(path)
    page.wait_for_function("!window.MathJax || MathJax.startup && MathJax.startup.promise")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert [pages_of(page.pdf(format=paper)) for paper in ("A4", "Letter")] == [1, 1]
    assert visitor.elsewhere == [] and visitor.complaints == []
    page.evaluate("document.querySelector('main').append('word '.repeat(3000))")
    assert pages_of(page.pdf(format="A4")) > 1
