"""Colours that can be read: mixing, the guidelines' contrast, and how far a colour moves."""

import pytest

from bookmaker import colour


def test_mixing_goes_from_one_colour_to_the_other():
    assert colour.channels("#ff8000") == (1, 128 / 255, 0)
    assert colour.mix("#ff8000", "#0000ff", 0) == "#ff8000"
    assert colour.mix("#ff8000", "#0000ff", 1) == "#0000ff"
    assert colour.mix("#000000", "#ffffff", 0.2) == "#333333"


@pytest.mark.parametrize(
    ("color", "ground", "ratio"),
    [
        ("#000000", "#ffffff", 21),
        ("#ffffff", "#000000", 21),
        ("#777777", "#777777", 1),
        ("#777777", "#ffffff", 4.48),  # the guidelines' own example of a grey that just fails
        ("#ff0000", "#ffffff", 4.00),
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_contrast_is_that_of_the_guidelines(color, ground, ratio):
    assert colour.contrast(color, ground) == pytest.approx(ratio, abs=0.005)


def test_a_colour_moves_just_as_far_as_reading_takes():
    white, black = "#ffffff", "#000000"
    assert colour.readable("#222222", white, black) == "#222222"
    moved = colour.readable("#ffcc00", white, black)
    assert colour.READABLE <= colour.contrast(moved, white) < colour.READABLE + 0.3
    # where no mixture will do it ends at the other colour
    assert colour.readable("#ffcc00", white, "#dddddd") == "#dddddd"
