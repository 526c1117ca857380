"""Each edit finds what it looks for in the theme of today, and says so where it does not.

One small book has something for every edit to mend. It is built as it is, and once more with a
theme that writes nothing of what any edit looks for.
"""

from __future__ import annotations

import json

import pytest

from bookmaker.live import runtime
from bookmaker.site import look, mathjax, repairs, scripts, style_sheet
from tests.support.book_of_everything import book_of_everything
from tests.support.once import once
from tests.support.site_builder import REPOSITORY, build

MODULES = (look, mathjax, repairs, scripts, style_sheet)
PURPOSES = [
    *((module.__name__, edit.purpose) for module in MODULES for edit in module.EDITS),
    ("bookmaker.site.mathjax", "formulas are set"),
    ("bookmaker.site.pictures", "pictures say how large they will be"),
    ("bookmaker.site.sounds", "sounds are files"),
    ("bookmaker.site.addresses", "buttons open the clean notebook"),
]
LIVE = [
    ("bookmaker.live.extension", "the button stands under the title"),
    ("bookmaker.live.extension", "cells of a live page have numbers"),
]
ANOTHER_THEME = """
from docutils import nodes
from bookmaker import edits
from bookmaker.site import look, mathjax, pictures, repairs, scripts, style_sheet

def change_document(app, doctree):
    for node in doctree.findall(nodes.container):
        if node.get("nb_element") == "cell_code" and not node.get("hide_mode"):
            node["nb_element"] = "cell"

def change_context(app, pagename, templatename, context, doctree):
    body = context.get("body", "")
    for markup in ("</h1>", 'class="math', "data:audio/wav"):
        body = body.replace(markup, "")
    context["body"] = body
    for group in context.get("header_buttons", []):
        group["label"] = "changed"

def change_page(app, page):
    for module in (look, mathjax, repairs, scripts, style_sheet):
        for edit in module.EDITS:
            page.text = edit.pattern.sub("", page.text)
    page.text = pictures.PICTURE.sub("", page.text)

def setup(app):
    app.setup_extension("bookmaker.edits")
    app.connect("doctree-read", change_document, priority=1)
    app.connect("html-page-context", change_context, priority=1)
    app.connect("html-page-context", change_context, priority=899)
    app.connect("page-rendered", change_page, priority=1)
"""


@pytest.fixture(scope="session")
def changed(shared):
    """What the strict build said of a theme that changed all of its markup."""

    def make(folder):
        book = book_of_everything(folder / "book", ANOTHER_THEME)
        said = build(book, BOOK_REPOSITORY_URL=REPOSITORY)
        (folder / "said.json").write_text(json.dumps(said))

    return json.loads((once(shared / "another-theme", make) / "said.json").read_text())


def test_all_edits_find_what_they_look_for_in_the_theme_of_today(said):
    status, printed = said["first"]
    assert status == 0, printed


@pytest.mark.parametrize(("module", "purpose"), [*PURPOSES, *LIVE])
def test_an_edit_that_finds_nothing_fails_the_build_and_is_named(changed, module, purpose):
    if (module, purpose) in LIVE and not runtime.available():
        pytest.skip("no browser runtime: make runtime")
    status, printed = changed
    assert status != 0
    assert f"{module}: nothing to edit, or too little, for this purpose: {purpose}" in printed


def test_a_second_build_of_one_changed_page_says_nothing(everything, said):
    status, printed = said["again"]
    assert status == 0, printed
    texts = {
        (turn, page): (everything / turn / f"{page}.html").read_text(encoding="utf-8")
        for turn in ("first", "again")
        for page in ("page", "inner")
    }
    assert texts["again", "page"] == texts["first", "page"]
    assert "And a word." in texts["again", "inner"]
    assert "And a word." not in texts["first", "inner"]


def test_the_page_of_everything_is_mended(everything):
    pages = (everything / "first" / f"{name}.html" for name in ("page", "works"))
    page = "".join(file.read_text(encoding="utf-8") for file in pages)
    for mended in (
        '<summary aria-label="Pages of: Page">',
        '<div class="pst-scrollable-table-container" tabindex="0">',
        "<td></td>",
        '<div class="citation-list">',
        '<p class="admonition-title">Proof</p>\n<p>Long.',
        "<p><em>Proof.</em> Short.",
        '<span class="together"><span class="math notranslate nohighlight">\\(x\\)</span>,</span>',
        'src="_static/sounds/',
        'href="_static/book.css?v=',
        'href="_static/icons.woff"',
    ):
        assert mended in page, mended
    for gone in ("Toggle hidden content", "doc-biblioentry", 'id="proof"', "thebe@", "all.min.js"):
        assert gone not in page, gone
