"""The cover: the same chain each time, cut as the introduction, the card, the logo and a book."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from bookmaker.site import cover


def test_the_chain_narrows_until_nothing_is_left():
    mean, deviation = cover.chain()
    assert len(mean) == len(deviation) == cover.N_GENERATIONS // cover.EVERY + 1
    assert deviation[-1] < deviation[0] / 10
    assert all(np.array_equal(*pair) for pair in zip(cover.chain(), (mean, deviation), strict=True))


@pytest.mark.parametrize(
    ("name", "size"),
    [("cover.png", (1440, 800)), ("card.png", (1200, 630)), ("logo.png", (128, 128))],
)
def test_each_cut_has_the_size_of_its_place(name, size):
    assert Image.open(io.BytesIO(cover.pictures()[name])).size == size


def test_the_books_cover_is_upright_and_shows_the_curves_below_the_title():
    page = Image.open(io.BytesIO(cover.front_cover())).convert("L")
    assert page.height / page.width == pytest.approx(297 / 210, rel=1e-3)
    dark = np.asarray(page) < 128
    title, curves = dark[: page.height // 3], dark[page.height // 2 :]
    assert title.any() and curves.any() and not dark[:, :10].any()
