"""Wasserstein risk of the Gaussian loop: literal loops, sorted samples and leading orders."""

import numpy as np
import pytest
from scipy import special, stats

from collapse_utils import theory
from collapse_utils.models import DIVISORS
from tests.support.law import Z_LIMIT, agree, z_score
from tests.support.literal import refit_cloud, refit_line

SEEDS = [51, 52, 53]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("divisor", ["unbiased", "mle", "c4"])
def test_risk_and_its_spread_against_the_literal_loop(seed, divisor):
    """False-alarm rate 1e-4 for each comparison; a schedule of sizes, so that order matters."""
    sizes = (14, 10, 25)
    mean, std = refit_line(sizes, divisor, 40_000, np.random.default_rng(seed))
    risk = mean**2 + (std - 1) ** 2
    predicted = theory.wasserstein_risk(3, sizes, divisor=divisor)
    assert agree(risk, predicted)
    spread = theory.wasserstein_risk_variance(3, sizes, divisor=divisor)
    assert agree((risk - predicted) ** 2, spread)


def test_risk_agrees_with_the_elementary_closed_form():
    n, m = np.arange(7), 9
    c4 = special.gamma(m / 2) / special.gamma((m - 1) / 2) * np.sqrt(2 / (m - 1))
    np.testing.assert_allclose(theory.wasserstein_risk(n, m), n / m + 2 * (1 - c4**n), atol=1e-14)
    kappa = np.sqrt((m - 1) / m) * c4
    np.testing.assert_allclose(
        theory.wasserstein_risk(n, m, divisor="mle"), 2 * (1 - kappa**n), atol=1e-14
    )


def test_schedules_are_constant_sizes_and_sums():
    for name in ("wasserstein_risk", "wasserstein_risk_variance", "marginal_kurtosis"):
        f = getattr(theory, name)
        np.testing.assert_allclose(f([0, 2, 4], [7] * 4), f([0, 2, 4], 7))
    sizes = np.array([50, 100, 150, 200])
    assert theory.leading_wasserstein_risk(4, sizes) == pytest.approx(1.5 * (1 / sizes).sum())
    assert theory.leading_wasserstein_risk_variance(4, sizes, variance=2.0) == pytest.approx(
        10 * (1 / sizes).sum() ** 2
    )
    constant = theory.wasserstein_risk(4, 50)
    assert theory.wasserstein_risk(4, sizes) < constant


def test_exact_risk_tends_to_the_leading_order():
    for m in (10**3, 10**5):
        assert theory.wasserstein_risk(3, m) == pytest.approx(
            theory.leading_wasserstein_risk(3, m), rel=5 / m
        )
        assert theory.wasserstein_risk_variance(3, m) == pytest.approx(
            theory.leading_wasserstein_risk_variance(3, m), rel=20 / m
        )
    assert theory.wasserstein_risk(4000, 100) == pytest.approx(42.0, abs=1e-3)
    assert theory.wasserstein_risk(10**5, 50, divisor="mle") == pytest.approx(2.0)
    assert theory.wasserstein_risk(3, 9, variance=4.0) == pytest.approx(
        4 * theory.wasserstein_risk(3, 9)
    )


def test_extremes_raise_no_warning():
    for divisor in DIVISORS:
        assert not np.isnan(theory.wasserstein_risk_variance(20_000, 4, divisor=divisor))


@pytest.mark.parametrize("seed", SEEDS)
def test_risk_in_space_against_the_literal_loop(seed):
    """It is of leading order, hence 2 percent besides the false-alarm rate of 1e-4."""
    mean, axes = refit_cloud(4, 250, 2, 2500, np.random.default_rng(seed))
    risk = (mean**2).sum(axis=1) + ((np.sqrt(axes) - 1) ** 2).sum(axis=1)
    predicted = theory.leading_wasserstein_risk(2, 250, dimension=4)
    assert abs(risk.mean() - predicted) < 0.02 * predicted + Z_LIMIT * risk.std() / 50
    assert abs(z_score(risk, theory.leading_wasserstein_risk(2, 250) * 4)) > Z_LIMIT


@pytest.mark.parametrize("seed", SEEDS)
def test_sampled_risk_against_sorted_samples(seed):
    """The coupling of quantiles cell by cell; false-alarm rate 1e-4 for each size."""
    rng = np.random.default_rng(seed)
    for m, n_chains in ((1, 20_000), (2, 20_000), (30, 20_000), (1000, 1000)):
        x = np.sort(rng.standard_normal((n_chains, m)), axis=1)
        edges = stats.norm.ppf(np.arange(m + 1) / m)
        first = -np.diff(stats.norm.pdf(edges))
        w2 = (x**2).mean(axis=1) - 2 * x @ first + 1
        assert abs(z_score(w2, theory.sampled_wasserstein_risk(m))) < Z_LIMIT
    assert theory.sampled_wasserstein_risk(1, variance=3.0) == pytest.approx(6.0)
    assert 100 * theory.sampled_wasserstein_risk(100) == pytest.approx(3.020, abs=5e-4)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: theory.wasserstein_risk(3, [5, 5]), "n_samples must be one number or at least 3"),
        (lambda: theory.wasserstein_risk(1.5, 5), "n_fits must be whole numbers, got 1.5"),
        (lambda: theory.wasserstein_risk(1, [4, 1]), "n_samples must be at least 2, got 1"),
        (lambda: theory.sampled_wasserstein_risk(10**6), "n_samples must be at most 100000"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
