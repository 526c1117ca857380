"""Accumulation, loops with real data, kernels and risk: against literal loops and limits."""

import numpy as np
import pytest
from scipy import integrate

from collapse_utils import theory
from tests.support.law import Z_LIMIT, z_score

SEEDS = [61, 62, 63]


def agree(values, predicted, *, shift=8.0):
    """False-alarm rate 1e-4; a prediction eight standard errors away must be rejected."""
    values = np.asarray(values, float)
    error = values.std() / np.sqrt(values.size)
    return (
        abs(z_score(values, predicted)) < Z_LIMIT
        and abs(z_score(values, predicted + shift * error)) > Z_LIMIT
    )


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


@pytest.mark.parametrize("seed", SEEDS)
def test_biased_sampling_against_the_literal_loop(seed):
    rng, m, bias, n_chains = np.random.default_rng(seed), 6, 0.8, 40_000
    mean, variance = np.zeros(n_chains), np.ones(n_chains)
    for t in range(1, 5):
        x = mean[:, None] + np.sqrt(bias * variance)[:, None] * rng.standard_normal((n_chains, m))
        mean, variance = x.mean(axis=1), x.var(axis=1, ddof=1)
        assert agree(variance, theory.biased_variance(t, bias))
        assert agree(mean**2, theory.biased_variance_of_mean(t, m, bias))
    step = theory.log_variance_drift(m) + np.log(theory.critical_sampling_bias(m))
    assert step == pytest.approx(0, abs=1e-12)
    assert theory.critical_sampling_bias(1000) == pytest.approx(np.exp(1 / 999), rel=1e-6)
    assert theory.biased_variance_of_mean(7, m, 1.0) == pytest.approx(7 / m)


@pytest.mark.parametrize("seed", SEEDS)
def test_fresh_and_fixed_loops_against_the_literal_loop(seed):
    rng, r, s, bias, n_chains = np.random.default_rng(seed), 6, 12, 0.7, 20_000
    mean, variance = np.zeros(n_chains), np.ones(n_chains)
    known = np.zeros(n_chains)
    real = rng.standard_normal((n_chains, r)).mean(axis=1)
    fixed = real
    for _ in range(40):
        noise = rng.standard_normal((n_chains, s))
        fresh = rng.standard_normal((n_chains, r))
        synthetic = mean[:, None] + np.sqrt(bias * variance)[:, None] * noise
        pool = np.concatenate([fresh, synthetic], axis=1)
        mean, variance = pool.mean(axis=1), pool.var(axis=1, ddof=1)
        known = (fresh.sum(axis=1) + s * known + noise.sum(axis=1)) / (r + s)
        fixed = (r * real + s * fixed + noise.sum(axis=1)) / (r + s)
    v, w = theory.fresh_loop_moments(r, s, sampling_bias=bias)
    assert agree(mean**2, v)
    assert agree(variance, w)
    assert agree(known**2, theory.fresh_loop_error(r, s))
    assert agree(fixed**2, theory.fixed_loop_error(r, s))


def test_fresh_and_fixed_loops_in_known_cases():
    v, w = theory.fresh_loop_moments(100, 900)
    assert (v, w) == pytest.approx((0.0052857, 1.00476), rel=1e-4)
    assert theory.fresh_loop_moments(10, 0, variance=2.0) == pytest.approx((0.2, 2.0))
    assert theory.fresh_loop_error(10, 0) == pytest.approx(0.1)
    assert theory.fixed_loop_error(10, 10**9) == pytest.approx(0.15)
    ratio = 4.0
    assert theory.fresh_loop_error(20, 80) == pytest.approx((1 + ratio) / (20 * (1 + 2 * ratio)))


@pytest.mark.parametrize("seed", SEEDS)
def test_weighted_loops_against_the_literal_loop(seed):
    rng, r, s, n_chains = np.random.default_rng(seed), 3, 6, 40_000
    draw = lambda n: rng.standard_normal((n_chains, n)).mean(axis=1)  # noqa: E731
    for w in (theory.optimal_weight(r, s), 0.3):
        mean = np.zeros(n_chains)
        for _ in range(30):
            mean = w * draw(r) + (1 - w) * (mean + draw(s))
        assert agree(mean**2, theory.weighted_error(w, r, s))
    mean = draw(r)
    for w in theory.kalman_weights(4, r, s)[1:]:
        mean = w * draw(r) + (1 - w) * (mean + draw(s))
        assert agree(mean**2, w / r)


def test_the_optimal_weight_is_optimal_and_golden():
    for r, s in ((10, 10), (10, 20), (3, 700), (50, 2)):
        w = theory.optimal_weight(r, s)
        grid = np.linspace(0.001, 1, 20_001)
        values = theory.weighted_error(grid, r, s)
        assert grid[values.argmin()] == pytest.approx(w, abs=1e-4)
        assert theory.weighted_error(w, r, s) == pytest.approx(w / r)
        assert theory.kalman_weights(400, r, s)[-1] == pytest.approx(w, rel=1e-6)
        assert theory.weighted_error(r / (r + s), r, s) == pytest.approx(
            theory.fresh_loop_error(r, s)
        )
    assert theory.optimal_weight(7, 7) == pytest.approx(2 / (1 + np.sqrt(5)))
    fibonacci = [1.0, 2 / 3, 5 / 8, 13 / 21, 34 / 55]
    np.testing.assert_allclose(theory.kalman_weights(5, 4, 4), fibonacci)


@pytest.mark.parametrize("seed", SEEDS)
def test_anchored_categories_against_the_literal_loop(seed):
    rng, r, s, n_chains = np.random.default_rng(seed), 10, 30, 20_000
    real = np.array([0.5, 0.3, 0.2])
    p = np.broadcast_to(real, (n_chains, 3))
    h = 1 - (real**2).sum()
    for n in range(2, 6):
        p = (r * real + rng.multinomial(s, p / p.sum(axis=1, keepdims=True))) / (r + s)
        distance = ((p - real) ** 2).sum(axis=1)
        assert agree(distance, theory.anchored_error(n, r, s, heterozygosity=h))
    assert theory.anchored_error(1, r, s) == 0
    assert theory.anchored_error(10**9, r, 10**6) == pytest.approx(1 / (2 * r + 1), rel=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_effective_sample_sizes_against_debiased_estimates(seed):
    """Known last model q, real fraction alpha: the error of the debiased estimate is H / n_e.

    With a detector the passed and the flagged samples are debiased apart and weighted.
    """
    rng, n, alpha, n_chains = np.random.default_rng(seed), 400, 0.3, 20_000
    p = 0.5
    x = rng.binomial(n, p, size=n_chains) / n
    debiased = (x - (1 - alpha) * p) / alpha
    size = theory.effective_sample_size(n, alpha)
    assert agree((debiased - p) ** 2, p * (1 - p) / size)
    passed = (0.9, 0.2)
    worth, estimates = [], []
    for real, synthetic in (passed, (1 - passed[0], 1 - passed[1])):
        mix = alpha * real + (1 - alpha) * synthetic
        share = alpha * real / mix
        count = round(n * mix)
        assert count == pytest.approx(n * mix)
        y = rng.binomial(count, p, size=n_chains) / count
        estimates.append((y - (1 - share) * p) / share)
        worth.append(count * share**2)
    combined = np.average(estimates, axis=0, weights=worth)
    assert agree(
        (combined - p) ** 2, p * (1 - p) / theory.effective_sample_size(n, alpha, detector=passed)
    )
    assert theory.effective_sample_size(n, alpha, detector=(1, 0)) == pytest.approx(n * alpha)
    assert theory.effective_sample_size(n, alpha, detector=(0.4, 0.4)) == pytest.approx(size)
    assert theory.effective_sample_size([100, 200], [1.0, 0.5]) == 150


def test_retraining_and_feedback_against_their_recursions():
    for ratio in (0.2, 0.5, 2.0, 10.0):
        displaced = 1.0  # the mean of real (at 0) and ratio times synthetic (at 1)
        displaced = (0 + ratio * displaced) / (1 + ratio)
        assert theory.retraining_radius(ratio) == pytest.approx(displaced)
    assert theory.retraining_radius_bound(0.5, 0.0) == pytest.approx(1.0)
    assert theory.retraining_radius_bound([0.1, 3.0], 1.0).tolist() == [0.25, np.inf]
    for m, k, delta in ((500, 500, 0.01), (400, 600, 0.03)):
        n, b = 1000, 0.6
        for _ in range(20_000):
            b += (m + k) / (n + m + k) * ((m * 0.6 + k * (b + delta)) / (m + k) - b)
            n += m + k
        bound = theory.feedback_bias_bound(m, k, delta, bias=0.6)
        assert bound - 5e-3 < b + delta <= bound


@pytest.mark.parametrize("seed", SEEDS)
def test_kernels_against_the_literal_loop(seed):
    rng, m, h, n_chains, n_fits = np.random.default_rng(seed), 6, 0.4, 20_000, 5
    options = {"variance": 2.0}
    replaced = plugin = pool = np.sqrt(2) * rng.standard_normal((n_chains, m))
    for _ in range(n_fits - 1):
        noise = rng.standard_normal((n_chains, m))
        at = rng.integers(0, m, (n_chains, m))
        replaced = np.take_along_axis(replaced, at, axis=1) + h * noise
        width = 1.06 * plugin.std(axis=1, ddof=1) * m**-0.2
        plugin = np.take_along_axis(plugin, at, axis=1) + width[:, None] * noise
        at = rng.integers(0, pool.shape[1], (n_chains, m))
        pool = np.concatenate([pool, np.take_along_axis(pool, at, axis=1) + h * noise], axis=1)
    assert agree(replaced[:, 0] ** 2, theory.kernel_variance(n_fits, h, **options))
    assert agree(
        replaced.var(axis=1, ddof=1), theory.kernel_cloud_variance(n_fits, m, h, **options)
    )
    assert agree(
        plugin.var(axis=1, ddof=1), theory.plugin_kernel_cloud_variance(n_fits, m, **options)
    )
    assert agree((pool**2).mean(axis=1), theory.accumulated_kernel_variance(n_fits, h, **options))


def test_kernels_in_known_cases():
    h = theory.critical_bandwidth(16, std=3.0)
    assert theory.kernel_cloud_variance([1, 50], 16, h, variance=9.0) == pytest.approx([9, 9])
    assert theory.subsampled_variance(1, 2) == pytest.approx(0.5)
    n = np.arange(1, 9)
    harmonic = np.cumsum(1 / n)
    np.testing.assert_allclose(
        theory.accumulated_kernel_variance(n, 0.5), 1 + 0.25 * (harmonic - 1)
    )
    assert theory.plugin_kernel_cloud_variance(10**6, 5) == np.inf


@pytest.mark.parametrize("seed", SEEDS)
def test_an_irregular_model_collapses_at_its_second_fit(seed):
    """The largest of M uniform numbers sets alpha; a sample in [2, 3] betrays it. Rate 1e-4."""
    rng, m, n_chains = np.random.default_rng(seed), 20, 50_000
    alpha = (1 - rng.random((n_chains, m)).max(axis=1)) / 2
    leaked = (rng.random((n_chains, m)) < alpha[:, None]).any(axis=1)
    assert agree(leaked, theory.second_generation_collapse(m))
    exact = integrate.quad(lambda b: m * (1 - b) ** (m - 1) * (1 - b / 2) ** m, 0, 1)[0]
    assert theory.second_generation_collapse(m) == pytest.approx(1 - exact)
    assert theory.second_generation_collapse(10**8) == pytest.approx(1 / 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_excess_risk_of_two_parameters(seed):
    """Gaussian maximum likelihood; leading order, hence a tolerance of a tenth."""
    rng, m = np.random.default_rng(seed), 100
    x = rng.standard_normal((20_000, m))
    mean, variance = x.mean(axis=1), x.var(axis=1)
    risk = 0.5 * ((1 + mean**2) / variance - 1 + np.log(variance))
    predicted = theory.excess_risk(1, m, 2)
    assert abs(risk.mean() - predicted) < 0.1 * predicted
    assert theory.excess_risk(1, 1, 1) == 0.5
    assert theory.second_generation_collapse(1) == pytest.approx(0.25)
    assert theory.excess_risk([1, 5], m, 2) == pytest.approx([0.01, 0.05])
    assert theory.excess_risk(5, m, 2, workflow="accumulate") == pytest.approx(
        0.01 * theory.accumulated_error_factor(5)
    )


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: theory.subsampled_variance(3, 1), "n_samples must be at least 2, got 1"),
        (lambda: theory.subsampled_variance(0, 5), "n_fits must be at least 1, got 0"),
        (lambda: theory.fresh_loop_moments(1, 0), "n_real \\+ n_synthetic must be at least 2"),
        (lambda: theory.weighted_error(0.0, 3, 3), "weight must be greater than 0"),
        (lambda: theory.optimal_weight(3, 0), "n_synthetic must be at least 1"),
        (lambda: theory.effective_sample_size(9, 0.5, detector=0.5), "detector must be a pair"),
        (lambda: theory.excess_risk(1, 9, 2, workflow="mix"), "workflow must be one of"),
        (lambda: theory.kernel_variance(1, -0.1), "bandwidth must be at least 0"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
