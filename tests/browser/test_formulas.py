"""Formulas: set with the site's own fonts, when they are needed, for everyone."""

from __future__ import annotations

import pytest

from bookmaker.paths import ROOT

CHAPTERS = [path.stem for path in sorted((ROOT / "chapters").glob("*.ipynb"))]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_formulas_are_rendered_with_local_fonts(visit, chapter):
    page = visit().open(f"chapters/{chapter}.html")
    page.wait_for_function("document.querySelectorAll('mjx-container mjx-c').length > 20")
    page.evaluate("document.fonts.ready")
    counts = page.evaluate(
        """() => ({
            sources: document.querySelectorAll(".math").length,
            rendered: document.querySelectorAll(".math mjx-container").length,
            errors: document.querySelectorAll("mjx-merror").length,
            fonts: [...document.fonts].filter(
                font => font.family.includes("MJXTEX") && font.status === "loaded").length,
            width: Math.max(...[...document.querySelectorAll("mjx-container")].map(
                formula => formula.getBoundingClientRect().width)),
        })"""
    )
    assert counts["sources"] > 0 and counts["rendered"] >= counts["sources"]
    assert counts["errors"] == 0
    assert counts["fonts"] >= 2 and counts["width"] > 2


def test_formulas_are_read_aloud_and_reached_by_key(visit):
    page = visit().open("chapters/inbreeding.html")
    formulas = page.locator("mjx-container")
    assert formulas.count() > 20
    assert (
        page.locator("mjx-container[tabindex='0'] > mjx-math[aria-hidden=true]").count()
        == (page.locator("mjx-container > mjx-assistive-mml > math").count())
        == formulas.count()
    )


# What a page would do after a while is kept as `later`
HELD = """window.setTimeout = ((soon) => (work, wait, ...given) =>
    wait < 5000 ? soon(work, wait, ...given) : (window.later = work) && 0)(window.setTimeout)"""
# Observers are told in the order in which they began to look
LOOKED = """() => new Promise((kept) => {
    const observer = new IntersectionObserver(kept);
    document.querySelectorAll(".math").forEach((formula) => observer.observe(formula));
})"""
MOVES = {
    "wheel": lambda page: page.mouse.wheel(0, 100),
    "key": lambda page: page.keyboard.press("Shift"),
    "formula in view": lambda page: page.locator(".math").first.scroll_into_view_if_needed(),
    "a while": lambda page: page.evaluate("later()"),
}


@pytest.mark.parametrize("move", MOVES)
def test_formulas_wait_for_the_readers_first_move(visit, move):
    visitor = visit(width=360)
    page = visitor.page
    page.add_init_script(HELD)
    page.goto(f"{visitor.address}/chapters/language_models.html", wait_until="load")
    page.evaluate(LOOKED)
    assert page.locator("script[src*=mathjax]").count() == 0
    MOVES[move](page)
    page.wait_for_function("document.querySelectorAll('mjx-container').length > 20")
    assert page.locator("script[src*=mathjax]").count() > 0
