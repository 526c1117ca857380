"""The e-book: links that lead somewhere, formulas as MathML, metadata for everyone."""

from __future__ import annotations

import os
import re
from xml.etree import ElementTree

import pytest
from math_core import LatexError

from bookmaker.press import epub
from tests.support.press_book import RAW


def test_links_of_the_e_book_lead_somewhere(pages):
    ids = {name: set(re.findall(r'\bid="([^"]+)"', text)) for name, text in pages.items()}
    lost = []
    for name, text in pages.items():
        for target in re.findall(r'href="([^":]+)"', text):
            page, _, place = target.partition("#")
            path = os.path.normpath(os.path.join(os.path.dirname(name), page)) if page else name
            if path.endswith(".xhtml") and (path not in ids or (place and place not in ids[path])):
                lost.append((name, target))
    assert lost == []


def test_formulas_are_mathml_with_their_latex_as_text(pages):
    formulas = re.findall(r"<math[^>]*>", pages["chapters/one.xhtml"])
    assert len(formulas) >= 3
    assert all('alttext="' in formula for formula in formulas)
    assert '<span class="eqno">(1.1)</span>' in pages["chapters/one.xhtml"]


def test_pictures_have_texts_and_no_page_has_a_script(pages):
    images = [image for text in pages.values() for image in re.findall(r"<img[^>]*>", text)]
    assert len(images) >= 3
    assert [image for image in images if 'alt=""' in image or "alt=" not in image] == []
    assert [name for name, text in pages.items() if "<script" in text or "<audio" in text] == []
    assert [name for name, text in pages.items() if RAW.search(text)] == []


def test_metadata_says_who_in_which_language_and_under_which_licence(files):
    package = files["content.opf"].decode()
    for wanted in (
        "<dc:language>en</dc:language>",
        "<dc:creator>The Copies of Copies authors</dc:creator>",
        epub.LICENCE,
        'property="schema:accessMode">textual',
        'property="schema:accessibilityFeature">MathML',
        'properties="cover-image"',
        'properties="mathml"',
    ):
        assert wanted in package
    assert "I. Small things" in files["nav.xhtml"].decode()
    assert sum(map(len, files.values())) < 2_000_000


def test_style_of_formulas_is_set_as_epub_has_it():
    text = epub.mathml(r"\dfrac{a}{b} \quad \ln x", display=False)
    formula = ElementTree.fromstring(text)
    space = f"{{{epub.MATHML}}}"
    styled = {e.tag for e in formula.iter() if "displaystyle" in e.attrib}
    assert styled <= {f"{space}mstyle", f"{space}mtable", f"{space}math"}
    assert formula.find(f".//{space}mstyle/{space}mfrac") is not None
    assert "&ApplyFunction;" not in text


def test_a_formula_that_is_none_stops_the_build():
    with pytest.raises(LatexError):
        epub.mathml(r"\frac{a", display=True)
