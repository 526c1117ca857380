"""Tails of discrete and of continuous laws."""

import warnings

import numpy as np
import pytest
from scipy import stats

from collapse_utils import metrics
from tests.support.law import Z_LIMIT, z_score

SEEDS = [61, 62, 63]


def test_the_tail_of_a_corpus_through_the_loop():
    real = np.array([900, 80, 15, 3, 1, 1, 0])
    tail = metrics.rare_types(real, at_most=3)
    assert tail.tolist() == [False, False, False, True, True, True, False]
    p = real / real.sum()
    assert metrics.tail_mass(p, tail) == pytest.approx(0.005)
    assert metrics.tail_recall(p, tail) == 1
    later = np.array([[910, 80, 10, 0, 0, 0, 0], [900, 90, 0, 0, 10, 0, 0]])
    np.testing.assert_allclose(metrics.tail_recall(later, tail), [0, 1 / 3])
    np.testing.assert_allclose(metrics.tail_mass(later / 1000, tail), [0, 0.01])


@pytest.mark.parametrize("seed", SEEDS)
def test_tail_mass_is_a_martingale_while_recall_falls(seed):
    """Neutral resampling; false-alarm rate 1e-4."""
    rng = np.random.default_rng(seed)
    real = np.array([80, 10, 4, 2, 2, 1, 1])
    tail = metrics.rare_types(real, 2)
    p = np.broadcast_to(real / 100, (10_000, 7))
    for _ in range(5):
        p = rng.multinomial(100, p) / 100
    assert abs(z_score(metrics.tail_mass(p, tail), 0.06)) < Z_LIMIT
    assert metrics.tail_recall(p, tail).mean() < 0.5


def test_share_and_mass_beyond_a_threshold():
    x = np.random.default_rng(3).normal(0.5, 2.0, (2, 200_000))
    mass = metrics.gaussian_tail_mass(0.5, 2.0, 3.0)
    law = stats.norm(0.5, 2)
    assert mass == pytest.approx(law.sf(3) + law.cdf(-3))
    share = metrics.tail_share(np.abs(x), 3.0)
    error = np.sqrt(mass * (1 - mass) / 200_000)
    assert (np.abs(share - mass) < 5 * error).all()
    assert metrics.tail_share([1.0, 2.0], 2.0) == 0


def test_points_beyond_a_threshold_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = metrics.gaussian_tail_mass([0, 4, -4, 0, 3], [0, 0, 0, 1e-320, 0], 3.0)
    assert got.tolist() == [0, 1, 1, 0, 0]


HALF = [0.5, 0.5]


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: metrics.rare_types([[1, 2]], 1), ValueError, "real_counts must have 1 dim"),
        (lambda: metrics.rare_types([5, 9], 1), ValueError, "rarest is seen 5 times"),
        (lambda: metrics.rare_types([5, 9], 0), ValueError, "at_most must be at least 1"),
        (lambda: metrics.tail_mass(HALF, [0, 1]), TypeError, "tail must be an array of booleans"),
        (lambda: metrics.tail_mass(HALF, [True]), ValueError, r"tail must have shape \(2,\)"),
        (lambda: metrics.tail_recall(HALF, [False, False]), ValueError, "tail is empty"),
        (lambda: metrics.tail_recall(0.5, [True]), ValueError, "at least 1 dimension"),
        (lambda: metrics.tail_share(1.0, 0.0), ValueError, "samples must have at least 1"),
        (lambda: metrics.tail_share([1.0], np.nan), ValueError, "threshold must be finite"),
        (lambda: metrics.gaussian_tail_mass(0, 1, 0), ValueError, "threshold must be greater"),
        (lambda: metrics.gaussian_tail_mass(0, -1, 1), ValueError, "std must not be negative"),
    ],
)
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
