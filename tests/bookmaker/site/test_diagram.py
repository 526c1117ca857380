"""Boxes in rows: whole, apart, and no arrow behind one of them."""

from __future__ import annotations

import numpy as np
import pytest

from bookmaker.site.diagram import Ground, diagram
from tests.support.diagram_rules import artists, cut_off, hidden, overlapping

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def named(*lengths):
    """Return rows of so many boxes, whose names have between one and four words."""
    letters = iter(LETTERS)
    return [
        ["_".join([next(letters), *["longer_word"] * (k % 3)]) for k in range(n)] for n in lengths
    ]


@pytest.mark.parametrize("lengths", [(1,), (1, 2), (3, 2), (2, 4, 3), (4, 1, 5), (5, 5)])
def test_every_box_is_whole_and_apart_from_the_others(lengths):
    figure = diagram(named(*lengths), [])
    extents, _ = artists(figure)
    assert len(extents) == sum(lengths)
    assert cut_off(figure) == [] and overlapping(figure) == []


def test_a_box_cut_off_or_on_another_is_noticed():
    figure = diagram(named(2, 4), [])
    figure.axes[0].set_xlim(0.5, 2.5)
    assert len(cut_off(figure)) == 2 and overlapping(figure) == []
    figure.axes[0].set_xlim(-9, 9)
    assert cut_off(figure) == [] and len(overlapping(figure)) >= 2


@pytest.mark.parametrize("n_columns", [3, 4, 5])
def test_arrows_pass_the_boxes_between_their_ends(n_columns):
    rows = named(n_columns, n_columns, n_columns)
    top, row, last = rows
    arrows = [(top[0], last[0], True), (top[1], last[1], False), (row[0], row[2], True)]
    figure = diagram(rows, arrows)
    assert {tuple(ends) for *ends, _ in arrows} == set(artists(figure)[1])
    assert hidden(figure) == []


def test_an_arrow_behind_a_box_is_noticed(monkeypatch):
    monkeypatch.setattr(Ground, "way", lambda self, start, end, boxes: [start, end])
    (first, second, third), *_ = rows = named(3)
    assert hidden(diagram(rows, [(first, third, True)])) == [((first, third), second)]


def test_two_arrows_do_not_run_on_top_of_each_other():
    rows = named(3, 3, 3, 2)
    start = rows[0][1]
    lines = artists(diagram(rows, [(start, end, True) for end in (rows[2][1], rows[3][0])]))[1]
    one, other = (line.vertices for line in lines.values())
    apart = np.linalg.norm(one[:, None] - other[None], axis=2).min(axis=1)
    assert (apart > 6).mean() > 0.5
