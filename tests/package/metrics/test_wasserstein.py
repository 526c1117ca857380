"""Wasserstein distances: scipy, quadrature, linear programming and Monte Carlo as oracles."""

import functools
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, linalg, optimize, stats

from collapse_utils import metrics
from tests.support.law import Z_LIMIT, z_score

SEEDS = [41, 42, 43]


@pytest.mark.parametrize("n, m", [(1, 1), (7, 7), (7, 5), (12, 8), (1, 6), (30, 31)])
def test_samples_against_scipy(n, m):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(5, n)), rng.standard_cauchy((5, m))
    wanted = [stats.wasserstein_distance(a, b) for a, b in zip(x, y, strict=True)]
    np.testing.assert_allclose(metrics.wasserstein_distance(x, y), wanted, rtol=1e-10)


def test_weighted_samples_against_scipy():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(6, 9)), rng.normal(size=(6, 4))
    u, v = rng.random((6, 9)), rng.integers(0, 3, 4) + np.array([1.0, 0, 0, 0])
    wanted = [stats.wasserstein_distance(a, b, w, v) for a, b, w in zip(x, y, u, strict=True)]
    got = metrics.wasserstein_distance(x, y, first_weights=u, second_weights=v)
    np.testing.assert_allclose(got, wanted, rtol=1e-10)
    one_sided = metrics.wasserstein_distance(x, y, second_weights=v)
    np.testing.assert_allclose(
        one_sided, [stats.wasserstein_distance(a, b, None, v) for a, b in zip(x, y, strict=True)]
    )


@pytest.mark.parametrize("p", [1, 1.5, 2, 4])
def test_higher_orders_against_the_transport_problem(p):
    """The definition: a linear programme over all ways to carry the mass."""
    rng = np.random.default_rng(3)
    x, y, w = rng.normal(size=4), rng.normal(size=6), rng.random(4)
    cost = np.abs(x[:, None] - y) ** p
    sides = np.concatenate([np.kron(np.eye(4), np.ones(6)), np.kron(np.ones(4), np.eye(6))])
    for weights in (np.full(4, 0.25), w / w.sum()):
        masses = np.concatenate([weights, np.full(6, 1 / 6)])
        plan = optimize.linprog(cost.ravel(), A_eq=sides, b_eq=masses)
        given = None if weights[0] == 0.25 else weights
        got = metrics.wasserstein_distance(x, y, p, first_weights=given)
        assert got == pytest.approx(plan.fun ** (1 / p), rel=1e-8)


def test_repeated_samples_and_whole_weights_are_the_same():
    x, y = np.array([0.0, 1.0, 5.0]), np.array([0.5, 2.0])
    twice = np.repeat(x, [1, 2, 3])
    for p in (1, 2):
        assert metrics.wasserstein_distance(x, y, p, first_weights=[1, 2, 3]) == pytest.approx(
            metrics.wasserstein_distance(twice, y, p)
        )


def test_leading_axes_are_broadcast():
    rng = np.random.default_rng(4)
    history, real = rng.normal(size=(3, 4, 10)), rng.normal(size=7)
    got = metrics.wasserstein_distance(history, real, 2)
    assert got.shape == (3, 4)
    assert got[2, 1] == pytest.approx(metrics.wasserstein_distance(real, history[2, 1], 2))


@settings(max_examples=200, deadline=None)
@given(
    x=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8),
    y=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8),
    p=st.floats(1, 50),
    shift=st.floats(-1e3, 1e3),
)
def test_distance_is_symmetric_and_moves_with_the_samples(x, y, p, shift):
    x, y = np.array(x), np.array(y)
    d = metrics.wasserstein_distance(x, y, p)
    scale = 1 + np.abs(x).max() + np.abs(y).max()
    assert metrics.wasserstein_distance(y, x, p) == pytest.approx(d, abs=1e-9 * scale)
    assert metrics.wasserstein_distance(x, x[::-1], p) == 0
    assert metrics.wasserstein_distance(x, x + shift, p) == pytest.approx(
        abs(shift), abs=1e-9 * scale
    )
    assert metrics.wasserstein_distance(-2 * x, -2 * y, p) == pytest.approx(2 * d, abs=1e-9 * scale)
    assert d >= metrics.wasserstein_distance(x, y, 1) - 1e-9 * scale


@functools.cache
def mean_squared_distance(n):
    """Return E W_2^2 between two samples of n standard normals.

    Sorted samples are paired, so that it is twice the mean variance of the order statistics.
    """
    z = np.linspace(-9, 9, 4001)
    density, below = stats.norm.pdf(z), stats.norm.cdf(z)
    means = [
        integrate.simpson(z * density * stats.beta.pdf(below, i, n + 1 - i), x=z)
        for i in range(1, n + 1)
    ]
    return 2 * (1 - np.square(means).sum() / n)


@pytest.mark.parametrize("seed", SEEDS)
def test_sample_distance_of_equal_laws_is_what_order_statistics_say(seed):
    """False-alarm rate 1e-4."""
    n = 10
    x, y = np.random.default_rng(seed).standard_normal((2, 20_000, n))
    squared = metrics.wasserstein_distance(x, y, 2) ** 2
    assert abs(z_score(squared, mean_squared_distance(n))) < Z_LIMIT
    assert abs(z_score(squared, mean_squared_distance(n + 1))) > Z_LIMIT


@pytest.mark.parametrize("gap", [(0.3, 0.5), (1.0, 1.0), (0.0, 0.01), (2.0, 3.0)])
def test_gaussian_forms_against_quadrature_of_the_quantiles(gap):
    shift, std = gap

    def carried(u):
        return abs(shift + (std - 1) * stats.norm.ppf(u))

    split = stats.norm.cdf(shift / (1 - std)) if std != 1 else 0.5
    parts = [(0, split), (split, 1)]
    w1 = sum(integrate.quad(carried, a, b, limit=500)[0] for a, b in parts)
    w2 = sum(integrate.quad(lambda u: carried(u) ** 2, a, b, limit=500)[0] for a, b in parts)
    assert metrics.gaussian_w1(0, 1, shift, std) == pytest.approx(w1, abs=1e-7)
    assert metrics.gaussian_w2_squared(0, 1, shift, std) == pytest.approx(w2, abs=1e-7)


def test_gaussian_forms_at_the_edges_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert metrics.gaussian_w1(0, 0, 0, 0) == 0
        assert metrics.gaussian_w1(0, 0, 3, 0) == 3
        assert metrics.gaussian_w1(1e200, 1e-200, 0, 0) == 1e200
        assert metrics.gaussian_w1([0, 1], 1.0, 0, [1, 1]).tolist() == [0, 1]
        assert metrics.gaussian_w2_squared(1e200, 0, 0, 0) == np.inf


def test_bures_against_matrix_square_roots():
    rng = np.random.default_rng(5)
    a, b = (x @ np.swapaxes(x, 1, 2) for x in rng.normal(size=(2, 5, 4, 4)))
    m, k = rng.normal(size=(2, 5, 4))
    wanted = []
    for i in range(5):
        root = linalg.sqrtm(a[i])
        cross = np.real(np.trace(linalg.sqrtm(root @ b[i] @ root)))
        wanted.append(((m[i] - k[i]) ** 2).sum() + np.trace(a[i] + b[i]) - 2 * cross)
    np.testing.assert_allclose(metrics.bures_w2_squared(m, a, k, b), wanted, rtol=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_bures_is_the_cost_of_the_optimal_linear_map(seed):
    """False-alarm rate 1e-4."""
    rng = np.random.default_rng(seed)
    a, b = (x @ x.T for x in rng.normal(size=(2, 3, 3)))
    root = np.real(linalg.sqrtm(a))
    inverse = np.linalg.inv(root)
    plan = inverse @ np.real(linalg.sqrtm(root @ b @ root)) @ inverse
    x = rng.standard_normal((100_000, 3)) @ root
    cost = ((x - x @ plan.T) ** 2).sum(axis=1)
    predicted = metrics.bures_w2_squared(np.zeros(3), a, np.zeros(3), b)
    assert abs(z_score(cost, predicted)) < Z_LIMIT
    assert abs(z_score(cost, 1.05 * predicted)) > Z_LIMIT


def test_bures_reduces_to_the_line_and_takes_singular_covariances():
    got = metrics.bures_w2_squared([1.0], [[4.0]], [3.0], [[25.0]])
    assert got == pytest.approx(metrics.gaussian_w2_squared(1, 2, 3, 5))
    flat = np.diag([1.0, 0.0])
    assert metrics.bures_w2_squared([0, 0], flat, [0, 0], np.zeros((2, 2))) == pytest.approx(1)
    assert metrics.bures_w2_squared([0, 0], flat, [0, 0], flat) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("seed", SEEDS)
def test_sliced_distance_of_a_shift(seed):
    """The mean square of a shift along random directions is its square over d: sd 2 % here."""
    rng = np.random.default_rng(seed)
    cloud, shift = rng.normal(size=(4, 15, 3)), np.array([1.0, -2.0, 0.5])
    got = metrics.sliced_wasserstein(cloud, cloud + shift, n_directions=4000, rng=rng)
    np.testing.assert_allclose(got, np.linalg.norm(shift) / np.sqrt(3), rtol=0.05)
    np.testing.assert_allclose(got, got[0])


def test_sliced_distance_on_the_line_is_the_distance():
    rng = np.random.default_rng(6)
    x, y = rng.normal(size=(9, 1)), rng.normal(size=(6, 1))
    for p in (1, 2, 3.5):
        got = metrics.sliced_wasserstein(x, y, p, n_directions=3, rng=rng)
        assert got == pytest.approx(metrics.wasserstein_distance(x[:, 0], y[:, 0], p))


def test_sliced_blocks_change_nothing(monkeypatch):
    x, y = np.random.default_rng(7).normal(size=(2, 8, 5, 3))
    whole = metrics.sliced_wasserstein(x, y, 3, rng=np.random.default_rng(1))
    monkeypatch.setattr("collapse_utils.metrics.wasserstein._VALUES_AT_ONCE", 1)
    parts = metrics.sliced_wasserstein(x, y, 3, rng=np.random.default_rng(1))
    np.testing.assert_allclose(whole, parts)
    assert metrics.sliced_wasserstein(x, x, rng=np.random.default_rng(1)).tolist() == [0] * 8


EYE = np.eye(2)


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: metrics.wasserstein_distance([], [1.0]), ValueError, "first is empty"),
        (lambda: metrics.wasserstein_distance([1.0], 2.0), ValueError, "second must have at least"),
        (lambda: metrics.wasserstein_distance([np.nan], [1.0]), ValueError, "first holds 1 value"),
        (lambda: metrics.wasserstein_distance(["a"], [1.0]), TypeError, "first must be an array"),
        (lambda: metrics.wasserstein_distance([1.0], [1.0], 0.5), ValueError, "p must be at least"),
        (
            lambda: metrics.wasserstein_distance(np.ones((2, 3)), np.ones((4, 3))),
            ValueError,
            r"fit together, got \(2,\) and \(4,\)",
        ),
        (
            lambda: metrics.wasserstein_distance([1.0, 2], [1.0], first_weights=[1.0]),
            ValueError,
            "first_weights must have shape",
        ),
        (
            lambda: metrics.wasserstein_distance([1.0], [1.0], second_weights=[-1.0]),
            ValueError,
            "second_weights must not be negative, got a minimum of -1",
        ),
        (
            lambda: metrics.wasserstein_distance([1.0], [1.0], second_weights=[0.0]),
            ValueError,
            "second_weights must have a positive sum",
        ),
        (
            lambda: metrics.sliced_wasserstein(EYE, EYE, rng=1),
            TypeError,
            "rng must be a numpy.random.Generator, got 1",
        ),
        (
            lambda: metrics.sliced_wasserstein(EYE, np.eye(3), rng=np.random.default_rng(1)),
            ValueError,
            "with equal d",
        ),
        (lambda: metrics.gaussian_w1(0, -1, 0, 1), ValueError, "first_std must not be negative"),
        (lambda: metrics.gaussian_w2_squared(0, 1, np.inf, 1), ValueError, "second_mean holds"),
        (
            lambda: metrics.gaussian_w1([0, 1], 1, [1, 2, 3], 1),
            ValueError,
            "shapes that fit together",
        ),
        (
            lambda: metrics.bures_w2_squared([0, 0], -EYE, [0, 0], EYE),
            ValueError,
            "first_covariance must be positive semi-definite, its smallest eigenvalue is -1",
        ),
        (
            lambda: metrics.bures_w2_squared([0, 0], EYE, [0, 0], [[1, 2], [0, 1]]),
            ValueError,
            "second_covariance must be symmetric",
        ),
        (
            lambda: metrics.bures_w2_squared([0, 0], EYE, [0, 0, 0], EYE),
            ValueError,
            "with equal d, got",
        ),
        (
            lambda: metrics.bures_w2_squared([0, 0], [1, 1], [0, 0], EYE),
            ValueError,
            r"first_covariance must have shape \(\.\.\., d, d\)",
        ),
    ],
)
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
