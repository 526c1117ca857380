"""Divergences between laws: quadrature, scipy and Monte Carlo as oracles."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from collapse_utils import Gaussian, metrics, replace, simulate
from tests.support.law import Z_LIMIT, z_score

SEEDS = [51, 52, 53]


@pytest.mark.parametrize("laws", [(0, 1, 0.5, 4), (1, 9, -1, 2), (0, 0.01, 0, 1)])
def test_gaussian_kl_against_quadrature(laws):
    p, q = stats.norm(laws[0], laws[1] ** 0.5), stats.norm(laws[2], laws[3] ** 0.5)
    value = integrate.quad(
        lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), *p.ppf([1e-15, 1 - 1e-15]), limit=500
    )[0]
    assert metrics.gaussian_kl(*laws) == pytest.approx(value, rel=1e-7)


def test_gaussian_kl_has_a_direction():
    narrow, wide = (0.0, 0.01), (0.0, 1.0)
    forward = metrics.gaussian_kl(*wide, *narrow)
    reverse = metrics.gaussian_kl(*narrow, *wide)
    assert forward == pytest.approx(0.5 * (100 - 1 - np.log(100)))
    assert reverse == pytest.approx(0.5 * (0.01 - 1 + np.log(100)))


@pytest.mark.parametrize("seed", SEEDS)
def test_both_directions_over_the_loop(seed):
    """Means over chains as derived: reverse linear, forward exponential. False alarms 1e-4."""
    m, n = 50, 20
    history = simulate(
        Gaussian(),
        replace(),
        n_generations=n - 1,
        n_samples=m,
        n_chains=40_000,
        rng=np.random.default_rng(seed),
    )
    model = history["mean"][-1], history["variance"][-1]
    a, c = (m - 1) / 2, (m - 1) / (m - 3)
    drift = n * (special.digamma(a) - np.log(a))
    reverse = 0.5 * (n / m - drift)
    forward = 0.5 * (drift + c**n + c * (c**n - 1) / (m * (c - 1)) - 1)
    assert abs(z_score(metrics.gaussian_kl(*model, 0, 1), reverse)) < Z_LIMIT
    assert abs(z_score(metrics.gaussian_kl(0, 1, *model), forward)) < Z_LIMIT
    assert abs(z_score(metrics.gaussian_kl(0, 1, *model), reverse)) > Z_LIMIT


def test_points_are_infinitely_far_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = metrics.gaussian_kl([0, 0, 0, 1], [0, 1, 0, 0], 0, [1, 0, 0, 0])
        assert got.tolist() == [np.inf, np.inf, 0, np.inf]
        assert metrics.gaussian_kl(0, 1, 0, 5e-324) == np.inf
        assert metrics.gaussian_kl(0, 5e-324, 0, 1) == pytest.approx(371.72, abs=0.1)
        assert metrics.gaussian_kl(0, 1, 0, 1 + 1e-9) == pytest.approx(0, abs=1e-16)


def test_multivariate_kl_against_the_line_and_a_product():
    got = metrics.multivariate_gaussian_kl([1.0], [[2.0]], [3.0], [[5.0]])
    assert got == pytest.approx(metrics.gaussian_kl(1, 2, 3, 5))
    p, q = np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 0.5])
    got = metrics.multivariate_gaussian_kl([1, 0, 2], np.diag(p), [0, 0, 0], np.diag(q))
    assert got == pytest.approx(metrics.gaussian_kl([1, 0, 2], p, 0, q).sum())


@pytest.mark.parametrize("seed", SEEDS)
def test_multivariate_kl_is_the_mean_log_ratio(seed):
    """False-alarm rate 1e-4."""
    rng = np.random.default_rng(seed)
    a, b = (x @ x.T + np.eye(3) for x in rng.normal(size=(2, 3, 3)))
    b = 9 * b
    p, q = stats.multivariate_normal([1, 0, 0], a), stats.multivariate_normal([0, 1, 0], b)
    x = p.rvs(50_000, random_state=rng)
    predicted = metrics.multivariate_gaussian_kl(p.mean, a, q.mean, b)
    assert abs(z_score(p.logpdf(x) - q.logpdf(x), predicted)) < Z_LIMIT
    backward = metrics.multivariate_gaussian_kl(q.mean, b, p.mean, a)
    assert abs(z_score(p.logpdf(x) - q.logpdf(x), backward)) > Z_LIMIT


def test_multivariate_kl_does_not_depend_on_coordinates_and_takes_chains():
    rng = np.random.default_rng(1)
    cov = [x @ np.swapaxes(x, 1, 2) for x in rng.normal(size=(2, 4, 3, 3))]
    mean = rng.normal(size=(2, 4, 3))
    turn = rng.normal(size=(3, 3))
    moved = [turn @ c @ turn.T for c in cov]
    first = metrics.multivariate_gaussian_kl(mean[0], cov[0], mean[1], cov[1])
    second = metrics.multivariate_gaussian_kl(
        mean[0] @ turn.T, moved[0], mean[1] @ turn.T, moved[1]
    )
    assert first.shape == (4,)
    np.testing.assert_allclose(first, second, rtol=1e-6)
    flat = np.diag([1.0, 1.0, 0.0])
    assert metrics.multivariate_gaussian_kl(mean[0, 0], flat, mean[0, 0], np.eye(3)) == np.inf
    assert metrics.multivariate_gaussian_kl(mean[0, 0], np.eye(3), mean[0, 0], flat) == np.inf


def test_discrete_kl_against_scipy():
    rng = np.random.default_rng(2)
    p, q = rng.dirichlet(np.ones(7), (2, 5))
    np.testing.assert_allclose(metrics.kl_divergence(p, q), stats.entropy(p, q, axis=1))
    np.testing.assert_allclose(
        metrics.kl_divergence(p, q[0]), [stats.entropy(row, q[0]) for row in p]
    )


def test_a_lost_type_costs_infinitely_much_in_one_direction_only():
    real, model = [0.5, 0.3, 0.2], [0.6, 0.4, 0.0]
    assert metrics.kl_divergence(real, model) == np.inf
    assert np.isfinite(metrics.kl_divergence(model, real))


def test_total_variation_is_the_largest_difference_of_an_event():
    p, q = np.random.default_rng(3).dirichlet(np.ones(6), 2)
    events = np.array(np.meshgrid(*[[0, 1]] * 6)).reshape(6, -1)
    assert metrics.total_variation(p, q) == pytest.approx(np.max((p - q) @ events))


laws = st.lists(st.floats(0, 1), min_size=4, max_size=4).filter(lambda x: sum(x) > 0.01)


@settings(max_examples=200, deadline=None)
@given(p=laws, q=laws)
def test_pinsker_and_the_range_of_both(p, q):
    p, q = np.array(p) / sum(p), np.array(q) / sum(q)
    tv, kl = metrics.total_variation(p, q), metrics.kl_divergence(p, q)
    assert 0 <= tv <= 1 + 1e-12
    assert kl >= 2 * tv**2 - 1e-12
    assert metrics.kl_divergence(p, p) == 0
    assert metrics.total_variation(q, p) == tv


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: metrics.gaussian_kl(0, -1, 0, 1), ValueError, "p_variance must not be negative"),
        (lambda: metrics.gaussian_kl(0, 1, "x", 1), TypeError, "q_mean must be an array"),
        (lambda: metrics.gaussian_kl(0, 1, 0, np.nan), ValueError, "q_variance holds 1 value"),
        (lambda: metrics.gaussian_kl([0, 1], 1, [0] * 3, 1), ValueError, "fit together"),
        (lambda: metrics.kl_divergence([2, 2], [0.5, 0.5]), ValueError, "p must sum to 1"),
        (lambda: metrics.kl_divergence([0.5, 0.5], [1.0]), ValueError, "got 2 and 1"),
        (lambda: metrics.kl_divergence([1.5, -0.5], [1, 0]), ValueError, "p must not be negative"),
        (lambda: metrics.kl_divergence(1.0, [1.0]), ValueError, "p must have at least 1 dim"),
        (lambda: metrics.total_variation([1.0], []), ValueError, "q is empty"),
        (
            lambda: metrics.total_variation(np.ones((2, 1)), np.ones((3, 1))),
            ValueError,
            r"p and q must have shapes that fit together, got \(2, 1\) and \(3, 1\)",
        ),
        (
            lambda: metrics.multivariate_gaussian_kl([0, 0], np.eye(2), [0], np.eye(2)),
            ValueError,
            "with equal d",
        ),
        (
            lambda: metrics.multivariate_gaussian_kl([0, 0], np.eye(2), [0, 0], -np.eye(2)),
            ValueError,
            "q_covariance must be positive semi-definite",
        ),
    ],
)
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
