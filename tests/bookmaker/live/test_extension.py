"""What pages and JupyterLite are given to run: notebooks anyone can read, stubs for students."""

from __future__ import annotations

import nbformat

from bookmaker.live import extension as book_live
from bookmaker.notebooks import DerivedNotebooks
from bookmaker.paths import notebook_files
from tests.support.raw_markup import raw_markup

CHAPTER = "random_walks"


def test_jupyterlite_gets_plain_text_the_chapters_code_stubs_for_students_and_the_files(book):
    files = book_live.lite_notebooks(DerivedNotebooks(book, installed=True))
    paths = notebook_files()
    folders = ("", "student/", "source/")
    assert sorted(files) == sorted(f"{folder}{path.name}" for folder in folders for path in paths)
    for path in paths:
        assert files[f"source/{path.name}"].encode() == path.read_bytes()
        shown, stored = (nbformat.reads(text, 4) for text in (files[path.name], path.read_text()))
        code = [[c.source for c in n.cells if c.cell_type == "code"] for n in (shown, stored)]
        assert code[0] == code[1]
        text = "\n".join(c.source for c in shown.cells if c.cell_type == "markdown")
        assert raw_markup(text) == []
    assert "half_life = ..." in files[f"student/{CHAPTER}.ipynb"]
