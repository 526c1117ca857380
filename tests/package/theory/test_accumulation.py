"""Accumulated and subsampled data: literal loops, limits and known values."""

import numpy as np
import pytest

from collapse_utils import theory
from tests.support.law import agree

SEEDS = [61, 62, 63]


@pytest.mark.parametrize("seed", SEEDS)
def test_accumulated_gaussians_against_the_literal_loop(seed):
    rng, m, n_fits, n_chains = np.random.default_rng(seed), 4, 6, 20_000
    for ddof in (0, 1):
        pool = rng.standard_normal((n_chains, m))
        for _ in range(n_fits - 1):
            mean, std = pool.mean(axis=1), pool.std(axis=1, ddof=ddof)
            batch = mean[:, None] + std[:, None] * rng.standard_normal((n_chains, m))
            pool = np.concatenate([pool, batch], axis=1)
        mean, variance = pool.mean(axis=1), pool.var(axis=1, ddof=ddof)
        if ddof:
            assert agree(variance, theory.accumulated_unbiased_variance(n_fits, m))
            assert agree(mean**2, theory.accumulated_unbiased_variance_of_mean(n_fits, m))
        else:
            assert agree(variance, theory.accumulated_variance(n_fits, m))
            assert agree(mean**2, theory.accumulated_variance_of_mean(n_fits, m))


@pytest.mark.parametrize("seed", SEEDS)
def test_subsampled_gaussians_against_the_literal_loop(seed):
    rng, m, n_fits, n_chains = np.random.default_rng(seed), 4, 6, 20_000
    pool = rng.standard_normal((n_chains, m))
    for n in range(1, n_fits + 1):
        chosen = rng.permuted(pool, axis=1)[:, :m]
        mean, std = chosen.mean(axis=1), chosen.std(axis=1)
        if n < n_fits:
            batch = mean[:, None] + std[:, None] * rng.standard_normal((n_chains, m))
            pool = np.concatenate([pool, batch], axis=1)
    assert agree(pool.var(axis=1), theory.subsampled_pool_variance(n_fits, m))
    assert agree(std**2, theory.subsampled_variance(n_fits, m))
    assert agree(mean**2, theory.subsampled_variance_of_mean(n_fits, m))


def test_plateaus_and_limits():
    n = 10**6
    assert theory.accumulated_error_factor(n) == pytest.approx(np.pi**2 / 6, abs=2 / n)
    k = np.arange(30)
    np.testing.assert_allclose(
        theory.accumulated_error_factor(k), [sum(1 / i**2 for i in range(1, j + 1)) for j in k]
    )
    x = np.pi / np.sqrt(10)
    assert theory.accumulated_variance_of_mean(10**5, 10) == pytest.approx(
        1 - np.sin(x) / x, rel=1e-4
    )
    plateau = [f(10**5, 10) for f in (theory.subsampled_pool_variance, theory.subsampled_variance)]
    np.testing.assert_allclose(plateau, [0.821, 0.739], atol=6e-4)
    assert theory.subsampled_variance(1, 2) == pytest.approx(0.5)
    ratio = theory.subsampled_variance_of_mean(10**5, 10) / (1 - np.sin(x) / x)
    assert ratio == pytest.approx(1.67, abs=0.01)
    assert theory.accumulated_unbiased_variance(200, 10) == pytest.approx(0.9356, abs=5e-5)
    assert theory.accumulated_unbiased_variance_of_mean(200, 10) == pytest.approx(0.1623, abs=5e-5)
    assert theory.accumulated_exponential_error(10**5, 7, mean=3.0) == pytest.approx(
        theory.accumulated_exponential_error_limit(7, mean=3.0), rel=1e-4
    )
    big = 10**7
    assert big * theory.accumulated_exponential_error(20, big) == pytest.approx(1.59616, abs=1e-5)
    assert theory.replaced_exponential_error(10**6, 2) == np.inf
    assert theory.accumulated_heterozygosity(10**5, 20) == pytest.approx(
        np.sinc(1 / np.sqrt(20)), rel=1e-5
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_exponential_means_against_the_literal_loop(seed):
    rng, m, n_chains = np.random.default_rng(seed), 8, 40_000
    pool = rng.exponential(2.0, (n_chains, m))
    last = pool
    for n in range(1, 4):
        replaced = (last.mean(axis=1) - 2) ** 2
        assert agree(replaced, theory.replaced_exponential_error(n, m, mean=2.0))
        accumulated = (pool.mean(axis=1) - 2) ** 2
        assert agree(accumulated, theory.accumulated_exponential_error(n, m, mean=2.0))
        last = last.mean(axis=1)[:, None] * rng.standard_exponential((n_chains, m))
        batch = pool.mean(axis=1)[:, None] * rng.standard_exponential((n_chains, m))
        pool = np.concatenate([pool, batch], axis=1)


@pytest.mark.parametrize("seed", SEEDS)
def test_accumulated_categories_against_the_literal_loop(seed):
    rng, m, n_chains, n_fits = np.random.default_rng(seed), 5, 20_000, 6
    p = np.array([0.5, 0.3, 0.2])
    h = 1 - (p**2).sum()
    pool = both = rng.multinomial(m, p, size=n_chains) / m
    for n in range(1, n_fits):
        batch = rng.multinomial(m, pool / pool.sum(axis=1, keepdims=True)) / m
        pool = (n * pool + batch) / (n + 1)
        seen = rng.multinomial(m, both / both.sum(axis=1, keepdims=True)) / m
        both = (n * both + rng.multinomial(m, seen) / m) / (n + 1)
    kept = theory.accumulated_heterozygosity(n_fits, m, heterozygosity=h)
    assert agree(1 - (pool**2).sum(axis=1), kept)
    assert agree(((pool - p) ** 2).sum(axis=1), h - kept)
    assert agree(
        1 - (both**2).sum(axis=1), theory.subsampled_heterozygosity(n_fits, m, heterozygosity=h)
    )


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: theory.subsampled_variance(3, 1), "n_samples must be at least 2, got 1"),
        (lambda: theory.subsampled_variance(0, 5), "n_fits must be at least 1, got 0"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
