"""Slides, hand-outs, the sheet and the workshop's archive: in a browser, opened as files.

Nothing is served: a teacher opens these pages from a USB stick. The pages are written beside the
few files of the built site that they use.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from itertools import pairwise

import nbformat
import pytest
from PIL import Image

from bookmaker.markup.notebook import Exercise, Quiz
from bookmaker.markup.reader import Table
from bookmaker.markup.references import Words
from bookmaker.notebooks import packing
from bookmaker.paths import ROOT
from bookmaker.site import look as book_look
from bookmaker.site import mathjax
from bookmaker.teach import handouts, routes, slides
from bookmaker.teach import usb_stick as workshop
from tests.support import site_rules
from tests.support.raw_markup import raw_markup

TEACHING = routes.load(ROOT / routes.ROUTES)
DECKS = [name for key, route in TEACHING.items() for name in slides.deck_names(key, route)]
PRINTED = ["workshop/sheet.html", *(f"handouts/{key}.html" for key in TEACHING)]
OPENED = """() => {
    const shown = Reveal.getCurrentSlide();
    return [shown.scrollWidth > 1290, shown.scrollHeight > 725];
}"""


@pytest.fixture(scope="module")
def site(book, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    (folder / "workshop").mkdir()
    shutil.copyfile(ROOT / "workshop" / "sheet.html", folder / "workshop" / "sheet.html")
    shutil.copytree(ROOT / "bookmaker" / "teach" / "assets", folder / "_static")
    shutil.copytree(mathjax.mathjax_folder() / "es5", folder / "_static" / "mathjax")
    plotting = book_look.plotting
    css = book_look.palette_css(plotting.INK, plotting.PAPER, plotting.MUTED, plotting.ACCENT)
    (folder / "_static" / "palette.css").write_text(css)
    assert slides.write(book, folder, TEACHING), (
        "reveal.js is missing: pip install -r requirements.txt"
    )
    handouts.write(book, folder, TEACHING)
    return folder


@pytest.fixture(scope="module")
def address(site):
    return site.as_uri()


# The files


def test_nothing_is_loaded_from_another_host_and_pictures_are_described(site):
    assert site_rules.loads_from_elsewhere(site) == []
    assert site_rules.undescribed_pictures(site) == []


def test_reveal_comes_with_its_licence(site):
    assert "Permission is hereby granted" in (site / "slides" / "reveal" / "LICENSE").read_text()


def test_no_markup_of_the_book_is_left(site):
    markup = re.compile(r"\{[\w:]+\}`|:::|\$\$|\(eq-|\{glue")
    pages = [*(site / "slides").glob("*.html"), *(site / "handouts").glob("*.html")]
    assert len(pages) == len(DECKS) + len(TEACHING)
    for page in pages:
        body = page.read_text(encoding="utf-8").partition("<body>")[2]
        assert markup.findall(body) == [], page.name
    assert markup.findall("{eq}`eq-x`") and markup.findall(":::")


def test_notes_hold_the_routes_words_and_the_answers(site):
    page = (site / "slides" / "workshop.html").read_text(encoding="utf-8")
    notes = " ".join(re.findall(r'<aside class="notes">(.*?)</aside>', page, re.DOTALL))
    assert "Show the question before" in notes
    assert "Most of them at the top or the bottom edge" in notes


def test_words_of_the_book_become_plain_words(book):
    words = Words(book.index, "chapters/random_walks", {"n": "7"})
    text = "See {ref}`the sheet <hand-room>`, {doc}`random_walks` ({eq}`eq-two-draws`) and "
    text += "{glue:text}`n:d`."
    title = book.index.notebooks["random_walks"].title
    assert slides.markup(text, words, inline=True) == f"See the sheet, <em>{title}</em> and 7."
    cited = "as {cite:t}`shumailov2024` show {cite}`kazdan2024`."
    assert slides.markup(cited, words, inline=True) == "as Shumailov et al. (2024) show."
    assert r"\(a&lt;b\)" in slides.markup("$a<b$", words, inline=True)


def test_a_table_is_shown_with_its_head_and_without_its_links(book):
    table = Table(0, 0, "", head=("a", "b"), rows=(("$r$", "keep ([claim](walks-loop))"),))
    shown = slides.SLIDES["table"](table, Words(book.index))
    assert '<th scope="row">' in shown and "keep (claim)" in shown and "walks-loop" not in shown


def test_an_exercise_is_shown_with_its_grade(book):
    exercise = Exercise("Exercise 2. Half of $M$", "2", "easy", "The task.")
    slide = slides.SLIDES["exercise"](exercise, Words(book.index))
    assert "easy" in slide and r"\(M\)" in slide and "The task." in slide


def test_the_answer_to_a_quiz_is_the_number_of_the_right_option(book):
    options = [
        {"option": name, "verdict": verdict, "reason": f"Why {name}."}
        for name, verdict in (("a", "No"), ("b", "Right"), ("c", "No"))
    ]
    slide = slides.SLIDES["quiz"](Quiz("Which?", options), Words(book.index))
    assert "It is number 2. Why b." in slide and "<p>3: No. Why c.</p>" in slide


def test_without_reveal_a_deck_is_a_plain_page(book, site, tmp_path, monkeypatch):
    monkeypatch.setattr(slides, "find_spec", lambda name: None)
    assert not slides.write(book, tmp_path, {"seminar": TEACHING["seminar"]})
    page = (tmp_path / "slides" / "seminar.html").read_text(encoding="utf-8")
    assert "reveal.js" not in page and "slides_plain.css" in page
    assert "reveal/reveal.js" in (site / "slides" / "seminar.html").read_text(encoding="utf-8")


def test_words_stand_beside_a_tall_picture(site):
    tall = {}
    for page in (site / "slides").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        for beside, source in re.findall(r'<figure( class="tall")?><img src="([^"]+)"', text):
            with Image.open(site / "slides" / source) as picture:
                tall[source] = bool(beside), picture.height > 0.75 * picture.width
    assert {said for said, _ in tall.values()} == {True, False}
    assert all(said == is_so for said, is_so in tall.values())


# The browser


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


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


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


# The archive


@pytest.fixture(scope="module")
def unpacked(book, site, tmp_path_factory):
    scratch = tmp_path_factory.mktemp("workshop")
    shutil.copytree(site, scratch / "html")
    stubs = ["index.html", "workshop/teaching.html", *(f"workshop/{key}.html" for key in TEACHING)]
    for name in stubs:
        (scratch / "html" / name).write_text("<!doctype html><h1>Stub</h1>")
    workshop.collect(book, scratch / "html", scratch / "folder")
    packing.pack(scratch / "folder", scratch / "workshop.zip")
    with zipfile.ZipFile(scratch / "workshop.zip") as packed:
        packed.extractall(scratch / "stick")
    (folder,) = (scratch / "stick").iterdir()
    return folder


def test_archive_holds_what_a_teacher_needs(unpacked):
    for pattern in ("*.whl", "README.txt", "START.html", "serve.py", "book/room.html"):
        assert list(unpacked.glob(pattern)), pattern
    expected = {path.stem for path in (ROOT / "chapters").glob("*.ipynb")} | {"by_hand"}
    for version in ("clean", "student", "instructor"):
        found = list((unpacked / "notebooks" / version).glob("*.ipynb"))
        assert {path.stem for path in found} == expected
        cells = [c for path in found for c in nbformat.read(path, 4).cells]
        texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
        assert [raw for text in texts for raw in raw_markup(text)] == []
    start = site_rules.Page(unpacked / "START.html")
    assert len(start.links) > len(DECKS) + len(PRINTED)
    assert [link for link in start.links if not (unpacked / link).is_file()] == []


def test_unpacked_slides_and_sheet_open_without_a_network(browser, unpacked):
    from tests.support.browser import Visit

    visitor = Visit(browser, unpacked.as_uri())
    page = visitor.open("START.html")
    page.get_by_role("link", name="slides", exact=True).first.click()
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    picture = page.locator("section.present img")
    assert picture.evaluate("picture => picture.complete && picture.naturalWidth > 300")
    page = visitor.open("START.html")
    page.get_by_role("link", name="sheet").click()
    assert page.locator("tbody tr").count() == 12
    assert visitor.elsewhere == [] and visitor.complaints == []
    visitor.context.close()


def test_archive_without_slides_is_refused(book, tmp_path):
    with pytest.raises(FileNotFoundError, match="slides/seminar"):
        workshop.collect(book, tmp_path, tmp_path / "folder")
