"""A small book with live pages: one page of every kind of cell, and one whose code fails."""

from __future__ import annotations

from nbformat import v4

from tests.support.cells import cell
from tests.support.site_builder import built, small_book

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


def live_book(folder):
    """Build the book in `folder`."""
    failing = [v4.new_markdown_cell("# Failing"), cell("answer = ..."), cell("answer()")]
    built(small_book(folder, *CELLS, failing=failing))
