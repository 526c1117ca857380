"""The slides: what a route shows, said in plain words, complete, beside its pictures."""

from __future__ import annotations

import re

from PIL import Image

from bookmaker.markup.notebook import Exercise, Quiz
from bookmaker.markup.reader import Table
from bookmaker.markup.references import Words
from bookmaker.paths import ROOT
from bookmaker.teach import routes, slides

TEACHING = routes.load(ROOT / routes.ROUTES)
DECKS = [name for key, route in TEACHING.items() for name in slides.deck_names(key, route)]


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
