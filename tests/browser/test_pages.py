"""The site's pages in a browser that has no network: light, legible, and in need of no one else."""

from __future__ import annotations

import re

import pytest

from bookmaker.paths import ROOT
from tests.support import site_rules as rules

CHAPTERS = [path.stem for path in sorted((ROOT / "chapters").glob("*.ipynb"))]
PAGES = [
    "intro.html",
    "reference/ledger.html",
    "reference/bibliography.html",
    "workshop/teaching.html",
    "workshop/course.html",
    "workshop/by_hand.html",
    "reference/package.html",
    "reference/package_measures.html",
    "reference/package_theory.html",
    *(f"chapters/{name}.html" for name in CHAPTERS),
]
MADE = [
    "genindex.html",
    "prf-prf.html",
    "_modules/collapse_utils/models/multivariate_gaussian.html",
]


@pytest.mark.parametrize("path", PAGES)
def test_page_is_light_asks_nothing_of_other_hosts_and_complains_of_nothing(visit, site, path):
    visitor = visit()
    page = visitor.open(path)
    page.evaluate("for (const picture of document.images) picture.loading = 'eager'")
    page.wait_for_function("[...document.images].every((picture) => picture.complete)")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    assert visitor.elsewhere == []
    assert visitor.complaints == []
    assert rules.compressed_bytes(site, visitor.fetched) < 1_500_000


@pytest.mark.parametrize("path", [*PAGES, *MADE])
def test_phone_page_does_not_scroll_sideways(visit, path):
    page = visit(width=360).open(path)
    widths = "[document.documentElement.scrollWidth, document.body.scrollWidth]"
    assert page.evaluate(widths) == [360, 360]
    wide = page.evaluate(
        """() => [...document.querySelectorAll(".bd-article > section, .bd-article section > p")]
            .filter(e => e.getBoundingClientRect().right > 361).map(e => e.textContent)"""
    )
    assert wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_follows_the_readers_light_or_dark(visit, scheme):
    page = visit(scheme=scheme).open(f"chapters/{CHAPTERS[0]}.html")
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    lightness = sum(map(int, re.findall(r"\d+", ground)[:3])) / (3 * 255)
    assert lightness > 0.9 if scheme == "light" else lightness < 0.15


def test_search_finds_a_word(visit):
    visitor = visit()
    page = visitor.open("search.html?q=collapse")
    page.wait_for_selector("#search-results ul.search li a")
    assert page.locator("#search-results ul.search li").count() >= 1
    assert visitor.elsewhere == [] and visitor.complaints == []


def test_nothing_glides_for_readers_who_asked_for_stillness(visit):
    page = visit().open("intro.html")
    moving = """() => [...document.querySelectorAll("*")].filter(e =>
        parseFloat(getComputedStyle(e).transitionDuration) > 0.01).length"""
    assert page.evaluate(moving) > 0
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moving) == 0


def test_paper_shows_the_text_and_none_of_the_controls(visit):
    page = visit().open("chapters/inbreeding.html")
    page.emulate_media(media="print")
    assert (
        page.locator("h1:visible").count() == 1 and page.locator("article p:visible").count() > 20
    )
    for control in (".bd-sidebar-primary", ".bd-header-article", ".prev-next-footer", ".copybtn"):
        assert page.locator(f"{control}:visible").count() == 0, control


def test_gate_notices_a_request_to_another_host(visit):
    visitor = visit()
    page = visitor.open("intro.html")
    page.evaluate("fetch('https://example.org/x').catch(() => null)")
    assert visitor.elsewhere == ["https://example.org/x"]
