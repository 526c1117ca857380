"""The pages as LaTeX: parts and chapters, nothing of the markup left, columns with room."""

from __future__ import annotations

import pytest
from docutils import nodes

from bookmaker.press import latex as printing
from tests.support.press_book import RAW


@pytest.mark.parametrize(
    "wanted",
    [
        r"\part{Small things}",
        r"\chapter{How small can a book be?}",
        r"\begin{equation}\label{equation:chapters/one:eq-one}",
        r"\caption{A green figure.}",
        "shown output",
    ],
)
def test_parts_chapters_formulas_and_figures_are_set(chapters_and_end, wanted):
    assert wanted in chapters_and_end[0]


def test_no_markup_is_left_and_every_work_is_listed(latex):
    assert RAW.findall(latex) == []
    assert RAW.findall("see {eq}`eq-one` :::") == ["{eq}`", ":::"]
    assert r"\bibitem" in latex
    assert "10.1038/s41586-024-07566-y" in latex


def test_columns_have_room_for_their_words_and_the_rest_goes_to_the_long():
    def row(*texts):
        return nodes.row("", *(nodes.entry("", nodes.paragraph("", text)) for text in texts))

    group = nodes.tgroup("", nodes.tbody("", row("a", "word " * 60)), cols=2)
    short, long = printing.widths(group)
    assert short + long == pytest.approx(1)
    assert 3 / printing.LINE < short < 0.1
