"""Moments along the Gaussian loop: the literal loop, and gamma functions of whole arguments."""

import math

import numpy as np
import pytest

from collapse_utils.theory._moments import Loop, log_gamma_ratio
from tests.support.law import agree
from tests.support.literal import refit_line

SEEDS = [31, 32, 33]
SIZES = (14, 10, 25)


@pytest.mark.parametrize("a", [1, 3, 19, 20, 21, 400, 10**6])
def test_ratios_of_gamma_functions_are_factorials(a):
    """Gamma(a + s) / Gamma(a) is a product of s whole numbers, without cancellation."""
    for s in (1, 2, 5):
        exact = math.fsum(math.log1p(k / a) for k in range(s))
        assert log_gamma_ratio(a, s) == pytest.approx(exact, rel=1e-11, abs=1e-14)
        halves = log_gamma_ratio(a, 0.5) + log_gamma_ratio(a + 0.5, s - 0.5)
        rescaled = halves + (s - 0.5) * math.log1p(0.5 / a)
        assert rescaled == pytest.approx(exact, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("divisor", ["unbiased", "mle"])
def test_moments_against_the_literal_loop(seed, divisor):
    """False-alarm rate 1e-4 for each moment; a schedule of sizes, so that order matters."""
    mean, std = refit_line(SIZES, divisor, 40_000, np.random.default_rng(seed))
    loop = Loop(3, SIZES, divisor)
    for power in (-2, 1, 2, 4):
        assert agree(std**power, loop.spread(power)[3])
        assert loop.log_spread(power)[3] == pytest.approx(np.log(loop.spread(power)[3]))
    for power in (-2, 0, 1, 2):
        assert agree(mean**2 * std**power, loop.square(power)[3])
    assert agree(mean**2 + std**2, loop.second()[3])
    assert agree(mean**4, loop.fourth()[3])


def test_before_the_first_fit_everything_is_the_truth():
    loop = Loop(2, 9, "c4")
    assert (loop.spread(3)[0], loop.square()[0], loop.second()[0], loop.fourth()[0]) == (1, 0, 1, 0)


def test_moments_that_are_infinite_are_said_to_be():
    """The inverse of a chi-square with two degrees of freedom has no mean."""
    loop = Loop(1, 3, "unbiased")
    assert loop.log_spread(-2).tolist() == [0, np.inf]
    assert np.isfinite(loop.log_spread(-1)).all()
