"""The metrics: known answers, invariances, an independent route, bad input."""

import math

import numpy as np
import pytest

from collapse_utils.metrics import psnr_db, snr_db


def test_snr_known_answer():
    original = np.array([3.0, -4.0])
    assert snr_db(original + 0.5, original) == pytest.approx(10 * math.log10(12.5 / 0.25))


def test_snr_and_psnr_of_a_perfect_copy_are_infinite():
    x = np.arange(1, 5.0)
    assert snr_db(x, x) == math.inf
    assert psnr_db(x, x) == math.inf


def test_snr_does_not_depend_on_the_unit_but_psnr_does():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 50))
    assert snr_db(7 * y, 7 * x) == pytest.approx(snr_db(y, x))
    assert psnr_db(10 * y, 10 * x) == pytest.approx(psnr_db(y, x) - 20)
    assert psnr_db(10 * y, 10 * x, peak=2550) == pytest.approx(psnr_db(y, x))


def test_psnr_of_bytes_does_not_wrap_round():
    dark, light = np.zeros((4, 4), np.uint8), np.full((4, 4), 255, np.uint8)
    assert psnr_db(dark, light) == pytest.approx(0)
    assert psnr_db(np.array([0], np.uint8), np.array([1], np.uint8)) == pytest.approx(
        20 * math.log10(255)
    )


def test_psnr_against_the_norm():
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 256, (2, 16, 16, 3))
    rms = np.linalg.norm((a - b).ravel()) / math.sqrt(a.size)
    assert psnr_db(a, b) == pytest.approx(20 * math.log10(255 / rms))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: snr_db([1.0, 2.0], [1.0]), r"copy must have shape \(1,\), got \(2,\)"),
        (lambda: snr_db([1.0], [0.0]), "original is silent"),
        (lambda: snr_db([np.nan], [1.0]), "copy holds 1 value"),
        (lambda: psnr_db([1.0], [1.0], peak=0), "peak must be greater than 0, got 0"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
