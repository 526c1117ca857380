"""Drift in small populations: literal resampling, brute-force chains, inclusion-exclusion."""

import itertools

import numpy as np
import pytest
from scipy import stats

from collapse_utils import theory
from tests.support.law import Z_LIMIT, agree

SEEDS = [81, 82, 83]


def resample(m, p, rng):
    return rng.multinomial(m, p / p.sum(axis=-1, keepdims=True)) / m


@pytest.mark.parametrize("seed", SEEDS)
def test_heterozygosity_against_the_literal_loop(seed):
    rng = np.random.default_rng(seed)
    truth = np.array([0.4, 0.3, 0.2, 0.1])
    h = 1 - (truth**2).sum()
    sizes = [6, 3, 9, 9, 4]
    p = np.broadcast_to(truth, (20_000, 4))
    mixed = p
    for n, m in enumerate(sizes, start=1):
        p = resample(m, p, rng)
        mixed = resample(7, mixed if n == 1 else 0.8 * mixed + 0.2 * truth, rng)
        assert agree(1 - (p**2).sum(axis=1), theory.heterozygosity(n, sizes, heterozygosity=h))
        assert agree(
            1 - (mixed**2).sum(axis=1),
            theory.migration_heterozygosity(n, 7, 0.2, heterozygosity=h),
        )


def test_heterozygosity_in_known_cases():
    n = np.arange(5)
    np.testing.assert_allclose(theory.heterozygosity(n, 10), 0.9**n)
    np.testing.assert_allclose(
        theory.migration_heterozygosity(n, 10, 0.0), theory.heterozygosity(n, 10)
    )
    grown = theory.heterozygosity(100, np.arange(2, 102) ** 2)
    assert grown == pytest.approx(102 / (2 * 101))
    assert theory.effective_size([5, 5, 5]) == pytest.approx(5)
    h = theory.migration_heterozygosity(10**6, 50, 0.1, heterozygosity=0.6)
    assert h == pytest.approx(theory.migration_heterozygosity_limit(50, 0.1, heterozygosity=0.6))
    assert theory.migration_heterozygosity_limit(50, 0.0, heterozygosity=0.6) == pytest.approx(0)
    assert theory.migration_heterozygosity_limit(1, 0.0) == 0
    big = theory.migration_heterozygosity_limit(10**9, 10 / 10**9)
    assert 1 - big == pytest.approx(1 / 21, rel=1e-6)


def test_the_chain_is_binomial_and_its_spectrum_is_fellers():
    for m in (2, 20, 300):
        chain = theory.wright_fisher_matrix(m)
        i = np.arange(m + 1)
        np.testing.assert_allclose(chain, stats.binom.pmf(i, m, i[:, None] / m), atol=1e-12)
    values = np.sort(np.linalg.eigvals(theory.wright_fisher_matrix(20)).real)[::-1]
    np.testing.assert_allclose(values[:8], theory.wright_fisher_eigenvalues(20, 8), atol=1e-6)
    assert len(theory.wright_fisher_eigenvalues(20, 21)) == 21
    assert theory.wright_fisher_eigenvalues(20, 1).tolist() == [1.0]


def test_times_against_powers_of_the_chain():
    """Sum the tail probabilities of the time, step by step, instead of solving."""
    m = 12
    chain = theory.wright_fisher_matrix(m)
    state, expected, fixed_time = np.eye(m + 1), np.zeros(m + 1), np.zeros(m + 1)
    for t in range(1, 2000):
        expected += state[:, 1:-1].sum(axis=1)
        before = state[:, -1]
        state = state @ chain
        fixed_time += t * (state[:, -1] - before)
    np.testing.assert_allclose(theory.absorption_time(m), expected, rtol=1e-9)
    share = np.arange(1, m + 1) / m
    np.testing.assert_allclose(state[1:, -1], share, rtol=1e-9)
    conditional = theory.conditional_fixation_time(m)
    assert np.isnan(conditional[0])
    np.testing.assert_allclose(conditional[1:], fixed_time[1:] / share, rtol=1e-9, atol=1e-12)


def test_diffusion_overshoots_as_measured():
    for m in (50, 200):
        gap = theory.diffusion_absorption_time(0.5, m) - theory.absorption_time(m)[m // 2]
        assert gap == pytest.approx(np.log(m) / 3 + 0.49, abs=5e-3)
    m, p = 400, np.array([0.1, 0.3, 0.8])
    at = (p * m).round().astype(int)
    exact = theory.conditional_fixation_time(m)
    np.testing.assert_allclose(theory.diffusion_fixation_time(p, m), exact[at], rtol=0.02)
    np.testing.assert_allclose(theory.diffusion_loss_time(p, m), exact[m - at], rtol=0.06)
    mean = p * theory.diffusion_fixation_time(p, m) + (1 - p) * theory.diffusion_loss_time(p, m)
    np.testing.assert_allclose(mean, theory.diffusion_absorption_time(p, m))
    assert theory.diffusion_fixation_time(1e-9, 30) == pytest.approx(60)


@pytest.mark.parametrize("seed", SEEDS)
def test_fixation_with_advantage_against_the_literal_loop(seed):
    """A diffusion, hence a tolerance of 0.01 besides four standard errors."""
    rng, m = np.random.default_rng(seed), 60
    for s in (-0.04, 0.0, 0.05):
        x = np.full(4000, 6)
        while ((x > 0) & (x < m)).any():
            x = rng.binomial(m, (1 + s) * x / ((1 + s) * x + m - x))
        predicted = theory.fixation_probability(0.1, m, advantage=s)
        assert abs((x == m).mean() - predicted) < 0.01 + 4 * np.sqrt(predicted / 4000)
    assert theory.fixation_probability(0.3, 10**9, advantage=1.0) == pytest.approx(1)
    assert theory.fixation_probability(0.3, 10**9, advantage=-0.5) == 0
    tiny = theory.fixation_probability(0.3, 10, advantage=1e-9)
    assert tiny == pytest.approx(0.3, rel=1e-6)


def test_coexistence_bounds_and_its_factor_of_six():
    n = np.arange(1, 200)
    for m, p in ((30, 0.5), (30, 0.03)):
        exact = theory.coexistence_probability(n, m, p)
        low, high = theory.coexistence_bounds(n, m, p)
        assert (low <= exact + 1e-12).all()
        assert (exact <= high + 1e-12).all()
        assert exact[0] == pytest.approx(1 - p**m - (1 - p) ** m)
    late = theory.coexistence_probability(600, 200, 0.2) / (0.16 * (1 - 1 / 200) ** 600)
    assert late == pytest.approx(6, abs=0.1)
    assert theory.coexistence_probability([0, 1], 100, 0.5) == pytest.approx([1, 1])


@pytest.mark.parametrize("seed", SEEDS)
def test_rescue_and_overlap_against_the_literal_step(seed):
    rng, m = np.random.default_rng(seed), 10
    truth = np.array([0.5, 0.3, 0.2])
    h = 1 - (truth**2).sum()
    p = resample(m, resample(m, np.broadcast_to(truth, (40_000, 3)), rng), rng)
    inbreeding = 1 - (1 - (p**2).sum(axis=1)) / h
    mixed = 0.7 * p + 0.3 * truth
    after = 1 - (1 - (mixed**2).sum(axis=1)) / h
    expected = 1 - theory.heterozygosity(2, m)
    assert agree(inbreeding, expected)
    assert agree(after, theory.rescued_inbreeding(expected, 0.3))
    old = rng.hypergeometric(4, 6, 3, size=100_000)
    x = (old + rng.binomial(7, 0.4, size=100_000)) / m
    assert agree((x - 0.4) ** 2, theory.overlap_variance(0.4, m, 0.7))
    batch = 0.7 * rng.binomial(m, 0.4, size=100_000) / m + 0.3 * 0.4
    assert agree((batch - 0.4) ** 2, theory.overlap_variance(0.4, m, 0.7, kept="batch"))
    same = 0.7 * rng.binomial(7, 0.4, size=100_000) / 7 + 0.3 * 0.4
    assert agree((same - 0.4) ** 2, theory.overlap_variance(0.4, m, 0.7, kept="composition"))
    big = 1000
    lost = (rng.random(100_000) < 0.3) & (rng.binomial(300, 1 / big, size=100_000) == 0)
    assert abs(lost.mean() - theory.overlap_singleton_loss(0.3)) < 0.006
    variance = theory.overlap_variance(0.4, 10**6, 0.3)
    assert 0.24 / theory.overlap_effective_size(10**6, 0.3) == pytest.approx(variance, rel=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_bootstrapped_clouds_against_the_literal_loop(seed):
    rng, m, alpha, n_chains = np.random.default_rng(seed), 6, 0.15, 20_000
    cloud = rng.standard_normal((n_chains, m))
    for _ in range(40):
        cloud = np.take_along_axis(cloud, rng.integers(0, m, cloud.shape), axis=1)
        fresh = rng.random(cloud.shape) < alpha
        cloud = np.where(fresh, rng.standard_normal(cloud.shape), cloud)
    f = theory.bootstrap_identity(m, alpha)
    assert agree(cloud.var(axis=1, ddof=1), 1 - f)
    assert agree(cloud.mean(axis=1) ** 2, (1 + (m - 1) * f) / m)
    assert theory.bootstrap_identity(m, 1.0) == 0


def extinctions(p, m, n_chains, rng):
    """Return the times of the first and of the last extinction, by literal resampling."""
    x = np.broadcast_to(p, (n_chains, len(p)))
    first, last, t = np.zeros(n_chains), np.zeros(n_chains), 0
    while (last == 0).any():
        t += 1
        x = resample(m, x, rng)
        types = (x > 0).sum(axis=1)
        first[(first == 0) & (types < len(p))] = t
        last[(last == 0) & (types == 1)] = t
    return first, last


@pytest.mark.parametrize("seed", SEEDS)
def test_extinctions_against_the_literal_loop(seed):
    """Diffusions: three percent and the known shift of the last time are allowed for."""
    rng, m = np.random.default_rng(seed), 100
    p = np.array([0.5, 0.3, 0.2])
    first, last = extinctions(p, m, 1500, rng)
    predicted = theory.first_extinction_time(p, m)
    assert abs(first.mean() - predicted) < 0.03 * predicted + 4 * first.std() / np.sqrt(1500)
    predicted = theory.total_collapse_time(p, m) - (np.log(m) / 3 + 0.49)
    assert abs(last.mean() - predicted) < 1 + 4 * last.std() / np.sqrt(1500)


def test_first_extinction_is_the_alternating_sum():
    for p in ([0.5, 0.5], [0.1, 0.9], [0.2, 0.3, 0.5], [0.02, 0.03, 0.05, 0.1, 0.2, 0.6]):
        total = 0.0
        for size in range(1, len(p) + 1):
            for chosen in itertools.combinations(p, size):
                mass = min(sum(chosen), 1.0)
                total += (-1) ** size * mass * np.log(mass)
        assert theory.first_extinction_time(p, 50) == pytest.approx(100 * total, rel=1e-9)
    assert theory.first_extinction_time([0.05] * 20, 1000) == pytest.approx(31.1, abs=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_first_extinction_of_many_types_against_the_literal_loop(seed):
    """The law for independent types is an approximation: 0.03 is allowed for."""
    rng = np.random.default_rng(seed)
    x = np.full((1000, 20), 0.05)
    alive = np.ones(1000, bool)
    for n in range(1, 31):
        x = resample(400, x, rng)
        alive &= (x > 0).all(axis=1)
        predicted = theory.first_extinction_survival(n, [0.05] * 20, 400)
        assert abs(alive.mean() - predicted) < 0.03 + Z_LIMIT * 0.5 / np.sqrt(1000)
    assert theory.first_extinction_survival(0, [0.5, 0.5], 9) == 1


def test_total_collapse_takes_at_most_twice_the_corpus():
    for k in (2, 10, 1000):
        assert theory.total_collapse_time(np.full(k, 1 / k), 50) < 100
    assert theory.total_collapse_time(np.full(10**5, 1e-5), 50) == pytest.approx(100, rel=1e-4)
    assert theory.total_collapse_time([1.0], 50) == 0
    assert theory.total_collapse_time([0.3, 0.7], 50) == pytest.approx(
        theory.diffusion_absorption_time(0.3, 50)
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_lineages_against_ancestors(seed):
    """Follow the ancestors backwards; the formula is right to 0.1 percent here."""
    rng, m = np.random.default_rng(seed), 500
    ancestors = np.arange(m) * np.ones((400, 1), int)
    counts = []
    for _ in range(20):
        ancestors = np.take_along_axis(ancestors, rng.integers(0, m, ancestors.shape), axis=1)
        alive = np.sort(ancestors, axis=1)
        counts.append(1 + (np.diff(alive, axis=1) > 0).sum(axis=1))
    for n in (2, 5, 20):
        predicted = theory.surviving_lineages(n, m)
        error = counts[n - 1].std() / 20
        assert abs(counts[n - 1].mean() - predicted) < Z_LIMIT * error + 1e-3 * predicted


@pytest.mark.parametrize("seed", SEEDS)
def test_smoothing_against_the_literal_loop(seed):
    rng, m, a, n_chains = np.random.default_rng(seed), 9, 0.5, 20_000
    truth = np.array([0.7, 0.2, 0.1])
    q = np.broadcast_to(truth, (n_chains, 3))
    for n in range(1, 5):
        q = (m * resample(m, q, rng) + a) / (m + 3 * a)
        assert agree(q[:, 0], theory.smoothed_probability(n, 0.7, a, 3, m))
        predicted = theory.smoothed_identity(n, a, 3, m, heterozygosity=1 - (truth**2).sum())
        assert agree((q**2).sum(axis=1), predicted)
    assert theory.smoothing_mutation_rate(0.0, 3, m) == 0
    assert theory.smoothed_identity([0, 5], 0.0, 3, m, heterozygosity=0.4) == pytest.approx(
        1 - theory.heterozygosity(np.array([0, 5]), m, heterozygosity=0.4)
    )


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: theory.absorption_time(2001), "n_samples must be at most 2000"),
        (lambda: theory.heterozygosity(10**9, 5), "n_fits must be at most 10000000"),
        (lambda: theory.diffusion_absorption_time(1.0, 9), "frequency must be less than 1"),
        (lambda: theory.total_collapse_time([0.5, 0.4], 9), "must sum to 1, got 0.9"),
        (lambda: theory.first_extinction_time([1.0, 0.0], 9), "must all be positive"),
        (lambda: theory.first_extinction_time([1.0], 9), "at least 2 probabilities"),
        (lambda: theory.wright_fisher_eigenvalues(5, 7), "count must be at most"),
        (lambda: theory.fixation_probability(0.1, 9, advantage=-1.0), "advantage must be"),
        (lambda: theory.overlap_variance(0.4, 9, 0.5, kept="some"), "kept must be one of"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_zero_dimensional_array_is_a_number():
    assert theory.heterozygosity(2, 10, heterozygosity=np.asarray(0.5)) == pytest.approx(0.405)
    with pytest.raises(TypeError, match="heterozygosity must be a real number"):
        theory.heterozygosity(2, 10, heterozygosity=np.asarray(True))
    with pytest.raises(TypeError, match="heterozygosity must be a real number"):
        theory.heterozygosity(2, 10, heterozygosity=np.asarray([0.5]))
