"""The map says what the chapters say; the glossary is linked where its words are met."""

import json
import re

import collapse_utils
from bookmaker.markup.notebook import read_notebook
from bookmaker.notebooks import chapter
from bookmaker.paths import ROOT
from bookmaker.site import glossary

CHAPTERS = {path.stem: path for path in (ROOT / "chapters").glob("*.ipynb")}


def test_no_chapter_needs_a_later_one():
    assert sorted(chapter.reading_order(ROOT)) == sorted(CHAPTERS)
    for name, path in CHAPTERS.items():
        assert chapter.box(ROOT, read_notebook(path)) == [], name


def test_the_glossary_is_in_order_and_every_term_is_used():
    text = (ROOT / "reference/glossary.md").read_text(encoding="utf-8")
    terms = glossary.terms(text)
    assert len(terms) == len(set(terms)) > 50
    assert terms == sorted(terms, key=lambda term: term.lower().replace("–", "-"))
    sources = " ".join(
        "".join(cell["source"]).lower()
        for path in CHAPTERS.values()
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "markdown"
    )
    sources = re.sub(r"\s+", " ", sources)
    assert [term for term in terms if term.lower() not in sources] == []


def test_one_version_everywhere():
    version = collapse_utils.__version__
    assert f'version = "{version}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changes = (ROOT / "reference/changes.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (\d.*)$", changes, re.MULTILINE)
    released = [heading for heading in headings if not heading.endswith(" (not released yet)")]
    assert released[0] == version and len(headings) - len(released) <= 1
    assert f"version = {{{version}}}" in changes
