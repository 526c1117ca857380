"""Loops that real data hold: literal loops, optima and recursions."""

import numpy as np
import pytest

from collapse_utils import theory
from tests.support.law import agree

SEEDS = [61, 62, 63]


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
    for _ in range(16):  # what is left of the start falls below one part in 10^5
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
        for _ in range(15):
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


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: theory.fresh_loop_moments(1, 0), "n_real \\+ n_synthetic must be at least 2"),
        (lambda: theory.weighted_error(0.0, 3, 3), "weight must be greater than 0"),
        (lambda: theory.optimal_weight(3, 0), "n_synthetic must be at least 1"),
        (lambda: theory.effective_sample_size(9, 0.5, detector=0.5), "detector must be a pair"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
