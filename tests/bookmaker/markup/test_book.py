"""The book in a folder: its notebooks, and its index when somebody asks."""

from __future__ import annotations

from types import SimpleNamespace

from bookmaker.markup import book as module
from bookmaker.markup.book import Book
from bookmaker.paths import ROOT


def test_notebooks_are_found_by_name_in_the_book_that_is_asked(tmp_path):
    assert Book(ROOT).notebook("by_hand").path == ROOT / "workshop" / "by_hand.ipynb"
    assert Book(ROOT).notebook("nothing") is None and Book(ROOT).notebook("") is None
    assert Book(tmp_path).notebook("by_hand") is None


def test_inside_a_build_nothing_is_read_again(monkeypatch):
    monkeypatch.setattr(module, "index_of", lambda environment: ("of", environment.name))
    monkeypatch.setattr(module, "index_of_book", lambda root: ("read", root))
    assert Book(ROOT, SimpleNamespace(name="a build")).index == ("of", "a build")
    outside = Book(ROOT)
    assert outside.index == ("read", ROOT) and outside.index is outside.index
