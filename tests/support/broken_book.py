"""A small book in which everything is broken that a strict build has to refuse."""

from __future__ import annotations

import yaml
from nbformat import v4

from bookmaker.play.extension import LIST
from tests.support.site_builder import small_book

FIGURE = yaml.safe_load(LIST.read_text(encoding="utf-8"))[0]


def executed(source, **output):
    """Return a code cell with one stored output."""
    return v4.new_code_cell(source, execution_count=1, outputs=[v4.new_output(**output)])


# What is said of each cell
BROKEN = {
    "undefined label: 'nowhere'": v4.new_markdown_cell("See {ref}`nowhere`."),
    "nobody1900": v4.new_markdown_cell("{cite}`nobody1900`"),
    "cell 4 failed: ZeroDivisionError": executed(
        "1 / 0", output_type="error", ename="ZeroDivisionError", evalue="division by zero"
    ),
    "stderr was found in the cell outputs": executed(
        "warn()", output_type="stream", name="stderr", text="careful"
    ),
}
# A chapter that has lost the section of its figure with controls
WITHOUT_SECTION = {f"chapters/{FIGURE['chapter']}": [v4.new_markdown_cell("# Chapter")]}


def broken_book(folder):
    """Write the book to `folder`."""
    return small_book(folder, *BROKEN.values(), **WITHOUT_SECTION)
