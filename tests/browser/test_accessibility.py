"""Pages for everyone: axe-core, the keyboard, what a screen reader is told.

One page of each kind, each in two of the four modes; `make everyone` takes all pages in all modes.
"""

from __future__ import annotations

import pytest

from bookmaker.paths import ROOT
from tests.support import axe

CHAPTERS = [path.stem for path in sorted((ROOT / "chapters").glob("*.ipynb"))]
KINDS = [
    "intro.html",
    "search.html",
    "genindex.html",
    "reference/glossary.html",
    "workshop/course.html",
    "workshop/sheet.html",
    "slides/seminar.html",
    "handouts/seminar.html",
    "_modules/collapse_utils/models/multivariate_gaussian.html",
    "reference/package_theory.html",
    "chapters/early_late.html",
    "prf-prf.html",
]
BRIGHT, DIM = ("light", 1280), ("dark", 360)
OTHERS = ("dark", 1280), ("light", 360)
MODES = [(path, *mode) for k, path in enumerate(KINDS) for mode in ((BRIGHT, DIM), OTHERS)[k % 2]]


@pytest.mark.parametrize(("path", "scheme", "width"), MODES)
def test_a_page_of_each_kind_breaks_no_rule(visit, path, scheme, width):
    assert axe.violations(visit(scheme=scheme, width=width).open(path)) == []


def test_a_chapter_unfolded_and_played_with_on_a_phone_in_the_dark_breaks_no_rule(visit):
    page = visit(scheme="dark", width=360).open("chapters/inbreeding.html")
    axe.stir(page)
    assert page.locator("details:not([open])").count() == 0
    assert axe.violations(page) == []
    axe.open_sidebar(page)
    assert axe.violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_a_button_says_when_it_is_reached_breaks_no_rule(visit, scheme):
    page = visit(scheme=scheme, width=360).open("reference/glossary.html")
    buttons = page.locator("[data-bs-toggle=tooltip]:visible")
    assert buttons.count() > 3
    for button in buttons.all():
        button.focus()
        page.wait_for_selector(".tooltip.show")
        assert axe.violations(page) == []
        button.blur()
        page.wait_for_selector(".tooltip", state="detached")


@pytest.mark.parametrize(
    ("planted", "rule"),
    [
        ('<img src="data:,">', "image-alt"),
        ('<p style="color: #888; background: #999">dim</p>', "color-contrast"),
        ("<details><summary></summary>x</details>", "summary-name"),
        ('<button tabindex="3">x</button>', "tabindex"),
    ],
)
def test_axe_notices_what_is_planted(visit, planted, rule):
    page = visit().open("handouts/seminar.html")
    page.evaluate(
        "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", planted
    )
    assert {line.partition(":")[0] for line in axe.violations(page)} == {rule}


def test_what_is_folded_or_pressed_is_announced_by_its_own_words(visit):
    page = visit().open(f"chapters/{CHAPTERS[0]}.html")
    assert page.locator("article summary[aria-label]").count() == 0
    unfold = page.locator("nav summary")
    assert unfold.first.get_attribute("aria-label") == "Pages of: Teach with it"
    assert page.locator(".search-button-field[aria-label]").count() == 0
    assert page.locator("nav .navbar-brand").count() == 1


def test_the_keyboard_reaches_everything_shows_where_it_is_and_is_never_caught(visit):
    page = visit().open("chapters/inbreeding.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main-content"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main-content"
    page.evaluate(
        """() => {
            const sought = "a[href], button, input, select, textarea, summary, [tabindex='0']";
            window.missed = new Set([...document.querySelectorAll("main " + sought)].filter(e =>
                e.checkVisibility({visibilityProperty: true}) && !e.disabled && e.tabIndex >= 0));
            window.unseen = [];
            addEventListener("focusin", event => {
                missed.delete(event.target);
                const style = getComputedStyle(event.target);
                if (style.outlineStyle === "none" && style.boxShadow === "none")
                    unseen.push(event.target.outerHTML.slice(0, 80));
            });
        }"""
    )
    total = page.evaluate("missed.size")
    assert total > 40
    for _ in range(2 * total // 20):
        for _ in range(20):
            page.keyboard.press("Tab")
        if page.evaluate("missed.size") == 0:
            break
    assert page.evaluate("[...missed].map(e => e.outerHTML.slice(0, 120))") == []
    assert page.evaluate("unseen") == []
