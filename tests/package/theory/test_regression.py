"""Regression loops against literal least squares."""

import numpy as np
import pytest

from collapse_utils import theory
from tests.support.law import agree

SEEDS = [71, 72, 73]
D, T, R = 3, 12, 6000


def fit(x, y):
    """Solve the normal equations, one per chain."""
    gram = x.mT @ x
    return np.linalg.solve(gram, x.mT @ y[..., None])[..., 0]


def label(x, w, noise, rng):
    return (x @ w[..., None])[..., 0] + noise * rng.standard_normal(x.shape[:-1])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("design", ["same", "fresh"])
def test_replace_and_accumulate_against_the_literal_loop(seed, design):
    rng, sigma = np.random.default_rng(seed), 0.7
    options = {"noise_variance": sigma**2}
    last = pooled = np.zeros((R, D))
    x = rng.standard_normal((R, T, D))
    xs, ys = np.empty((R, 0, D)), np.empty((R, 0))
    for n in range(1, 4):
        last = fit(x, label(x, last, sigma, rng))
        xs = np.concatenate([xs, x], axis=1)
        ys = np.concatenate([ys, label(x, pooled, sigma, rng)], axis=1)
        pooled = fit(xs, ys)
        if design == "fresh":
            x = rng.standard_normal((R, T, D))
        assert agree((last**2).sum(axis=1), theory.replaced_regression_error(n, T, D, **options))
        assert agree(
            (pooled**2).sum(axis=1),
            theory.accumulated_regression_error(n, T, D, design=design, **options),
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_mixed_sizes_against_the_literal_loop(seed):
    rng = np.random.default_rng(seed)
    w = np.zeros((R, D))
    for size, noise in ((9, 0.5), (9, 0.5), (15, 1.2)):
        x = rng.standard_normal((R, size, D))
        w = fit(x, label(x, w, noise, rng))
    predicted = theory.mixed_regression_error(
        2, 15, 9, D, noise_variance=1.44, synthetic_noise_variance=0.25
    )
    assert agree((w**2).sum(axis=1), predicted)


@pytest.mark.parametrize("seed", SEEDS)
def test_interpolation_against_projections(seed):
    rng, d, t = np.random.default_rng(seed), 8, 5
    truth = np.broadcast_to(np.eye(d)[0], (4000, d))
    w = truth
    for n in range(1, 4):
        x = rng.standard_normal((4000, t, d))
        labels = (x @ w[..., None])[..., 0]
        w = (x.mT @ np.linalg.solve(x @ x.mT, labels[..., None]))[..., 0]
        error = ((w - truth) ** 2).sum(axis=1)
        assert agree(error, theory.interpolated_regression_error(n, t, d))
    assert theory.interpolated_regression_error([0, 1, 9], 4, 8, design="same").tolist() == [
        0,
        0.5,
        0.5,
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_strong_collapse_against_least_squares(seed):
    rng, n, d = np.random.default_rng(seed), 12, 3
    for shifted in (2, 7):
        x = rng.standard_normal((20_000, n, d))
        shift = rng.standard_normal((20_000, d)) * np.sqrt(2.0 / d)
        y = 0.5 * rng.standard_normal((20_000, n))
        y[:, :shifted] += (x[:, :shifted] @ shift[..., None])[..., 0]
        error = (fit(x, y) ** 2).sum(axis=1)
        options = {"shift": 2.0, "noise_variance": 0.25}
        assert agree(error, theory.strong_collapse_error(n, shifted, d, **options))


def test_strong_collapse_in_known_cases():
    for n in (10**4, 10**6):
        exact = theory.strong_collapse_error(n, n // 10, 5, shift=3.0)
        leading = theory.strong_collapse_error_leading(n, 0.1, 5, shift=3.0)
        assert exact == pytest.approx(leading, abs=6 * 5 / n)
        cross = 0.09 * 3.0 * 6 / n
        assert exact == pytest.approx(leading + cross, abs=0.02 * 6 / n + 200 / n**2)
    assert theory.strong_collapse_error(40, [0, 40], 10, shift=2.0) == pytest.approx(
        [10 / 29, 10 / 29 + 2.0]
    )
    assert theory.strong_collapse_error(40, 12, 10) == pytest.approx(0.5101, abs=5e-5)


def test_accumulation_is_bounded_and_fresh_designs_are_better():
    n = np.arange(1, 50)
    same = theory.accumulated_regression_error(n, 9, 4)
    fresh = theory.accumulated_regression_error(n, 9, 4, design="fresh")
    assert (fresh[1:] < same[1:]).all()
    assert fresh[0] == pytest.approx(same[0])
    assert (same < np.pi**2 / 6).all()
    np.testing.assert_allclose(theory.replaced_regression_error(n, 9, 4), n)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: theory.replaced_regression_error(1, 5, 4), "n_samples must be at least 6"),
        (lambda: theory.mixed_regression_error(1, 9, 5, 4), "n_synthetic must be at least 6"),
        (lambda: theory.interpolated_regression_error(1, 9, 4), "at most dimension = 4"),
        (lambda: theory.strong_collapse_error(9, 10, 4), "n_shifted must be at most"),
        (lambda: theory.accumulated_regression_error(1, 9, 4, design="new"), "design must be one"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
