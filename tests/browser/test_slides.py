"""Slides opened as files, as from a stick: they fit, ask for nothing, and are turned by keys."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bookmaker.paths import ROOT
from bookmaker.teach import routes, slides
from tests.support.browser import pages_of

TEACHING = routes.load(ROOT / routes.ROUTES)
DECKS = [name for key, route in TEACHING.items() for name in slides.deck_names(key, route)]
OPENED = """() => {
    const shown = Reveal.getCurrentSlide();
    return [shown.scrollWidth > 1290, shown.scrollHeight > 725];
}"""


@pytest.fixture(scope="module")
def address(site):
    return site.as_uri()


@pytest.mark.parametrize("deck", DECKS)
def test_deck_fits_asks_for_nothing_and_complains_of_nothing(visit, deck):
    visitor = visit(scheme="dark" if deck == DECKS[0] else "light")
    page = visitor.open(f"slides/{deck}.html")
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    page.wait_for_function("MathJax.startup && MathJax.startup.promise")
    page.evaluate("MathJax.startup.promise")
    total = page.evaluate("Reveal.getTotalSlides()")
    assert total >= 3 * (len(routes.parts(TEACHING.get(deck, {"blocks": []}))))
    too_large = []
    for number in range(total):
        page.evaluate(f"Reveal.slide({number})")
        if any(page.evaluate(OPENED)):
            too_large.append(number)
    assert too_large == []
    assert page.locator("mjx-merror").count() == 0
    assert visitor.elsewhere == [] and visitor.complaints == []


def test_a_slide_that_is_too_large_is_noticed(visit):
    page = visit().open("slides/seminar.html")
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    page.evaluate("Reveal.getCurrentSlide().append('word '.repeat(2000))")
    assert page.evaluate(OPENED) == [False, True]


def test_deck_is_turned_and_annotated_with_the_keyboard(visit):
    visitor = visit()
    page = visitor.open("slides/workshop.html")
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    places = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "Home"):
        page.keyboard.press(key)
        places.append(page.evaluate("Reveal.getSlidePastCount()"))
    assert places[:3] == [1, 2, 1] and places[3] > 15 and places[4] == 0
    page.keyboard.press("ArrowRight")
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    notes = opened.value
    notes.wait_for_function("document.body.innerText.includes('Show the question before')")
    assert visitor.elsewhere == []


def test_the_number_of_the_slide_is_not_under_an_arrow(visit):
    page = visit().open("slides/seminar.html")
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    page.keyboard.press("ArrowRight")
    number = page.locator(".slide-number").bounding_box()
    arrows = page.locator(".controls button.enabled")
    assert arrows.count() == 2 and number["width"] > 0
    for k in range(arrows.count()):
        assert arrows.nth(k).bounding_box()["x"] > number["x"] + number["width"]


def test_notes_stand_beside_every_slide_and_once_on_paper(visit):
    visitor = visit()
    page = visitor.open("slides/seminar.html")
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    notes = "Array.from(Reveal.getSlides(), slide => Reveal.getSlideNotes(slide) || '')"
    beside = page.evaluate(notes)
    note = "Nobody preferred a name"
    assert sum(note in text for text in beside) == 2
    assert all(beside[:-2])  # the checkpoints and the questions to take home speak for themselves
    page.goto(f"{page.url.partition('#')[0]}?print-pdf")
    page.wait_for_selector(".speaker-notes-pdf", state="attached")
    assert page.locator(".speaker-notes-pdf", has_text=note).count() == 1
    assert pages_of(page.pdf(prefer_css_page_size=True)) > len(beside)


@pytest.mark.parametrize("width", [360, 1280])
def test_without_scripts_a_deck_is_one_long_page(visit, width):
    page = visit(scripts=False, width=width).open("slides/seminar.html")
    headings = page.locator(".slides h2")
    assert headings.count() > 8
    boxes = [headings.nth(k).bounding_box() for k in range(headings.count())]
    assert all(a["y"] + a["height"] <= b["y"] for a, b in pairwise(boxes))
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert not page.locator("aside.notes").first.is_visible()
