"""An index of two made-up chapters, with the book's own bibliography."""

from __future__ import annotations

from pathlib import Path

from pybtex.database import parse_file

from bookmaker.markup.bibliography import Bibliography
from bookmaker.markup.index import Index, Page, Place
from bookmaker.paths import BIBLIOGRAPHY, ROOT

SITE = "https://example.org/copies"
DOI = "https://doi.org/10.1038/s41586-024-07566-y"


def small_index():
    """Return the index."""
    pages = [
        Page("chapters/one", "First", 1, Path("chapters/one.ipynb")),
        Page("chapters/two", "Second", 2, Path("chapters/two.ipynb")),
        Page("reference/ledger", "The ledger", None, Path("reference/ledger.md")),
    ]
    places = {
        "here": Place("chapters/one", "here", "section", "Here"),
        "there": Place("chapters/two", "there", "section", "There"),
        "eq-a": Place("chapters/one", "equation-eq-a", "formula", "(1.2)"),
        "thm-a": Place("chapters/one", "thm-a", "theorem", "Theorem 1.1"),
        "fig-a": Place("chapters/two", "fig-a", "figure", "Fig. 2.1"),
        "fig-row": Place("reference/ledger", "fig-row", "figure", "Fig. 1"),
    }
    works = parse_file(str(ROOT / BIBLIOGRAPHY)).entries
    return Index({page.name: page for page in pages}, places, Bibliography(works))
