"""A small book with live pages: one page of every kind of cell, one with a whole chapter's code."""

from __future__ import annotations

import nbformat
from nbformat import v4

from bookmaker.live import extension as live
from bookmaker.notebooks import DerivedNotebooks, rules
from bookmaker.paths import ROOT
from tests.support.cells import cell
from tests.support.site_builder import built, small_book

CHAPTER = "random_walks"
FIRST, SUM, HIDDEN, FIGURE, TABLE, SOLUTION, CHECK, ENDLESS = range(1, 9)
CELLS = [
    cell("import matplotlib.pyplot as plt\nx = 20", "hide-input"),
    cell("print(x + 1)", text="21\n"),
    cell("secret = 5", "remove-cell"),
    cell("_ = plt.plot([0, secret])\nplt.show()", "hide-input", figure="fig-line"),
    cell("import pandas as pd\npd.DataFrame({'a': [secret]})", html="<table><td>5</td></table>"),
    cell("answer = 3.0", "solution", "hide-cell"),
    cell(
        "from collapse_utils.exercises import check_answer\n"
        "check_answer(answer, 3.0, slips=[(6.0, 'Half of that.')])",
        "check",
        "hide-input",
        text="Right.\n",
    ),
    cell("for k in range(3):\n    pass"),
]


def code_only(chapter):
    """Return the code cells of a chapter; their captions lose what they refer to."""
    cells = [c for _, c in rules.code_cells(nbformat.read(chapter, as_version=4))]
    for one in cells:
        if "mystnb" in one.metadata:
            one.metadata["mystnb"] = {"image": {"alt": "A figure."}}
    return cells


def students(whole) -> dict[str, str]:
    """Return a student's chapter of the `whole` book and one that fails, by path."""
    student = DerivedNotebooks(whole, installed=True).student(whole.index.notebooks[CHAPTER])
    failing = v4.new_notebook(
        cells=[v4.new_code_cell("answer = ..."), v4.new_code_cell("answer()")]
    )
    failing.metadata = student.metadata
    return {
        f"student/{CHAPTER}.ipynb": nbformat.writes(student),
        "student/failing.ipynb": nbformat.writes(failing),
    }


def live_book(whole, folder):
    """Build the book in `folder`, with the students' notebooks beside its page in JupyterLite."""
    chapter = code_only(ROOT / "chapters" / f"{CHAPTER}.ipynb")
    book = small_book(folder, *CELLS, **{CHAPTER: [v4.new_markdown_cell("# Chapter"), *chapter]})
    (book / ".runtime").symlink_to(ROOT / ".runtime")
    site = built(book)
    page = {"page.ipynb": (book / "page.ipynb").read_text(encoding="utf-8")}
    live.add_notebooks(page | students(whole), site / "lite")
