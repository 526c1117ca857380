"""Diversity of discrete laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from collapse_utils import metrics
from tests.support.law import Z_LIMIT, z_score

SEEDS = [61, 62, 63]
HALF = [0.5, 0.5]


sizes = st.floats(0, 1).map(lambda x: x if x > 1e-9 else 0.0)


laws = st.lists(sizes, min_size=5, max_size=5).filter(lambda x: sum(x) > 0.01)


def test_entropy_against_scipy():
    p = np.random.default_rng(1).dirichlet(np.ones(9), (3, 4))
    np.testing.assert_allclose(metrics.entropy(p), stats.entropy(p, axis=-1))


def test_known_answers():
    even = np.full(8, 1 / 8)
    assert metrics.entropy(even) == pytest.approx(np.log(8))
    assert metrics.heterozygosity(even) == pytest.approx(7 / 8)
    assert metrics.support([0, 3, 0, 1]) == 2
    for order in (0, 0.5, 1, 2, 7):
        assert metrics.effective_types(even, order) == pytest.approx(8)
    one = np.eye(4)[1]
    assert [f(one) for f in (metrics.entropy, metrics.heterozygosity)] == [0, 0]
    assert metrics.effective_types(one) == 1


@settings(max_examples=200, deadline=None)
@given(p=laws, order=st.floats(0, 20) | st.floats(0.999, 1.001))
def test_orders_of_diversity(p, order):
    p = np.array(p) / sum(p)
    d = metrics.effective_types(p, order)
    assert 1 - 1e-9 <= d <= metrics.support(p) * (1 + 1e-9)
    assert metrics.effective_types(p, order + 0.5) <= d * (1 + 1e-9)
    assert metrics.effective_types(np.repeat(p, 2) / 2, order) == pytest.approx(2 * d)
    assert metrics.effective_types(p, 2) == pytest.approx(1 / (1 - metrics.heterozygosity(p)))
    assert metrics.effective_types(p, 1) == pytest.approx(np.exp(metrics.entropy(p)))
    assert metrics.entropy(p[::-1]) == pytest.approx(metrics.entropy(p))


def test_order_one_is_the_limit():
    p = np.random.default_rng(2).dirichlet(np.ones(6))
    for gap in (1e-3, 1.01e-5, 0.99e-5, 1e-9, 0.0):
        sides = [metrics.effective_types(p, 1 + sign * gap) for sign in (1, -1)]
        assert sides[0] <= sides[1]
        assert np.mean(sides) == pytest.approx(np.exp(metrics.entropy(p)), rel=2 * gap**2 + 1e-9)
        slope = np.log(sides[1] / sides[0])
        assert slope == pytest.approx(gap * p @ (np.log(p) + metrics.entropy(p)) ** 2, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_heterozygosity_is_the_chance_that_two_draws_differ(seed):
    """False-alarm rate 1e-4."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(5))
    a, b = rng.choice(5, (2, 50_000), p=p)
    assert abs(z_score(a != b, metrics.heterozygosity(p))) < Z_LIMIT
    assert abs(z_score(a != b, metrics.heterozygosity(p) + 0.03)) > Z_LIMIT


@pytest.mark.parametrize("seed", SEEDS)
def test_good_turing_and_its_exact_bias(seed):
    """E[N_1 / M] - E[missing] = sum p^2 (1 - p)^(M - 1). False-alarm rate 1e-4."""
    rng = np.random.default_rng(seed)
    p, m = np.array([0.5, 0.2, 0.1, 0.1, 0.05, 0.05]), 8
    counts = rng.multinomial(m, p, 40_000)
    gap = metrics.missing_mass(counts) - ((counts == 0) * p).sum(axis=1)
    assert abs(z_score(gap, (p**2 * (1 - p) ** (m - 1)).sum())) < Z_LIMIT
    assert abs(z_score(gap, 0)) > Z_LIMIT


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: metrics.entropy([3, 1]), ValueError, "probabilities must sum to 1.*divide counts"),
        (lambda: metrics.entropy([]), ValueError, "probabilities is empty"),
        (lambda: metrics.entropy("abc"), TypeError, "probabilities must be an array"),
        (lambda: metrics.heterozygosity([np.nan, 1]), ValueError, "NaN"),
        (lambda: metrics.effective_types(HALF, -1), ValueError, "order must be at least 0"),
        (lambda: metrics.effective_types(HALF, np.inf), ValueError, "order must be finite"),
        (lambda: metrics.support(2.0), ValueError, "at least 1 dimension"),
        (lambda: metrics.support([-1, 2]), ValueError, "minimum of -1"),
        (lambda: metrics.missing_mass([0.5, 1]), ValueError, "counts must be counts, whole"),
        (lambda: metrics.missing_mass([0, 0]), ValueError, "counts must have a positive sum"),
        (lambda: metrics.missing_mass(3), ValueError, "counts must have at least 1 dimension"),
    ],
)
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
