"""Forgotten words and power-law tails: literal resampling, brute sums, limits."""

import numpy as np
import pytest
from scipy import integrate, special

from collapse_utils import theory
from tests.support.law import Z_LIMIT, z_score

SEEDS = [91, 92, 93]


def agree(values, predicted):
    """False-alarm rate 1e-4; a prediction eight standard errors away must be rejected."""
    values = np.asarray(values, float)
    error = values.std() / np.sqrt(values.size)
    return (
        abs(z_score(values, predicted)) < Z_LIMIT
        and abs(z_score(values, predicted + 8 * error)) > Z_LIMIT
    )


def zipf(exponent, n_types):
    p = np.arange(1.0, n_types + 1) ** -exponent
    return p / p.sum()


@pytest.mark.parametrize("seed", SEEDS)
def test_survival_is_exact_for_poisson_sampling(seed):
    rng = np.random.default_rng(seed)
    for c in (1, 4):
        x = np.full(40_000, c)
        for n in range(1, 9):
            x = rng.poisson(x)
            if n in (1, 3, 8):
                assert agree(x > 0, theory.word_survival(c, n))
                if c == 1:
                    assert agree(x[x > 0], theory.survivor_mean_count(n))
    x = rng.poisson(6 * 0.5, 40_000)
    for n in (1, 2, 3):
        assert agree(x > 0, theory.poisson_survival(n, 6, 0.5))
        x = rng.poisson(x)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("alpha", [0.5, 0.8])
def test_survival_with_fresh_data_is_a_branching_process_with_immigration(seed, alpha):
    rng, c = np.random.default_rng(seed), 2
    x = np.full(40_000, c)
    for n in range(1, 7):
        x = rng.poisson((1 - alpha) * c + alpha * x)
        if n > 1:
            assert agree(x > 0, theory.word_survival(c, n, synthetic_fraction=alpha))
        else:
            assert theory.survival_exponent(1, alpha) == pytest.approx(1)


def test_survival_exponents_in_known_cases():
    n = np.array([1, 10, 100, 500])
    np.testing.assert_allclose(
        n * theory.survival_exponent(n), [1, 1.72255, 1.95426, 1.9886], atol=6e-5
    )
    g = theory.survival_exponent(np.arange(1, 50))
    np.testing.assert_allclose(g[1:], 1 - np.exp(-g[:-1]))
    big = 20_000
    expansion = big / 2 + np.log(big) / 6 + 0.39913
    assert 1 / theory.survival_exponent(big) == pytest.approx(expansion, abs=2e-4)
    np.testing.assert_allclose(theory.survival_exponent(np.arange(1, 9), 0.0), 1)
    assert theory.survival_exponent(12, 0.25) == pytest.approx(0.9696, abs=5e-5)
    assert theory.survivor_mean_count(0) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_surviving_vocabulary_against_multinomial_resampling(seed):
    """The law is Poisson's; a corpus of fixed length differs by less than a half percent here."""
    rng = np.random.default_rng(seed)
    counts = np.repeat([1, 2, 3, 5, 10, 50, 200], [900, 300, 200, 100, 60, 20, 5])
    m = counts.sum()
    left = []
    for _ in range(40):
        x = counts
        row = []
        for _ in range(12):
            x = rng.multinomial(m, x / m)
            row.append((x > 0).sum())
        left.append(row)
    left = np.array(left)
    predicted = theory.surviving_vocabulary(counts, np.arange(1, 13))
    error = left.std(axis=0, ddof=1) / np.sqrt(40)
    assert (np.abs(left.mean(axis=0) - predicted) < 5 * error + 0.005 * predicted).all()
    assert theory.surviving_vocabulary(counts, 0) == len(counts)
    assert theory.surviving_vocabulary([0, 3], [0, 5]).shape == (2,)
    np.testing.assert_allclose(
        theory.surviving_vocabulary(counts, [[3], [4]])[:, 0], predicted[2:4]
    )


def test_median_forgetting_time_is_the_first_generation_past_one_half():
    c = np.array([0.5, 1, 3, 10, 30, 300])
    times = theory.median_forgetting_time(c)
    assert times[1:].tolist() == [2, 8, 27, 85, 863]
    gone = 1 - theory.word_survival(c, times.astype(int))
    assert (gone >= 0.5).all()
    later = times > 1
    before = 1 - theory.word_survival(c[later], times[later].astype(int) - 1)
    assert (before < 0.5).all()
    assert theory.median_forgetting_time(3000.0) == pytest.approx(6000 / np.log(2), rel=2e-3)


def test_forgetting_bounds_hold_in_the_exact_chain():
    for m, p in ((100, 0.01), (100, 0.1), (400, 0.005)):
        alive = np.ones(m + 1)
        alive[0] = 0
        first = np.exp(
            special.gammaln(m + 1)
            - special.gammaln(np.arange(m + 1) + 1)
            - special.gammaln(m - np.arange(m + 1) + 1)
            + special.xlogy(np.arange(m + 1), p)
            + special.xlog1py(m - np.arange(m + 1), -p)
        )
        chain = theory.wright_fisher_matrix(m)
        for n in range(1, 30):
            exact = first @ alive
            low, high = theory.forgetting_bounds(n, m, p)
            assert low <= exact + 1e-12
            assert exact <= high + 1e-12
            alive = chain @ alive


@pytest.mark.parametrize("seed", SEEDS)
def test_lost_mass_and_what_good_and_turing_see_of_it(seed):
    rng, m = np.random.default_rng(seed), 400
    p = zipf(1.5, 3000)
    lost, once = [], []
    for _ in range(300):
        x = rng.poisson(m * p)
        rows = []
        for _ in range(4):
            rows.append((p[x == 0].sum(), (x == 1).sum() / m))
            x = rng.poisson(x)
        lost.append([row[0] for row in rows])
        once.append([row[1] for row in rows])
    lost, once = np.array(lost), np.array(once)
    for n in range(1, 5):
        assert agree(lost[:, n - 1], theory.lost_mass(p, m, n))
        assert agree(once[:, n - 1], theory.good_turing_reading(p, m, n))
    reading = theory.good_turing_reading(p, m, [1, 4])
    truth = theory.lost_mass(p, m, [1, 4])
    assert reading[0] == pytest.approx(truth[0])
    assert reading[1] < 0.15 * truth[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_missing_mass_and_types_against_samples(seed):
    rng, m = np.random.default_rng(seed), 60
    p = zipf(1.3, 200)
    x = rng.multinomial(m, p, size=5000)
    missing, turing = (x == 0) @ p, (x == 1).sum(axis=1) / m
    assert agree(missing, theory.memoriser_error(p, m))
    assert agree((x > 0).sum(axis=1), theory.expected_types(p, m))
    assert agree(turing - missing, theory.good_turing_bias(p, m))
    assert theory.memoriser_error(p, [0, 10**9]) == pytest.approx([1, 0])
    assert theory.memoriser_error([1.0], [0, 1]).tolist() == [1, 0]


@pytest.mark.parametrize("b", [1.5, 2.0, 3.0])
def test_zipf_error_is_the_sum_and_tends_to_hutters_law(b):
    ranks = np.arange(1.0, 400_001)
    p = ranks**-b / special.zeta(b)
    beyond = special.zeta(b, 400_001.0) / special.zeta(b)
    for t in (0, 10, 1000):
        brute = (p * np.exp(t * np.log1p(-p))).sum() + beyond * (1 - 0.1 * (t > 0) * t * p[-1])
        assert theory.zipf_error(t, b) == pytest.approx(brute, rel=1e-4)
    t = np.array([10**4, 10**6, 10**9])
    np.testing.assert_allclose(theory.zipf_error(t, b), theory.zipf_error_law(t, b), rtol=2e-3)
    integral = integrate.quad(
        lambda p: p ** (-1 / b) * np.exp(-1e5 * p), 0, 2e-3, points=[1e-7, 1e-5, 1e-4]
    )[0]
    law = special.zeta(b) ** (-1 / b) / b * integral
    assert theory.zipf_error_law(1e5, b) == pytest.approx(law, rel=1e-6)


@pytest.mark.parametrize("cutoff", [None, 300, 19_999, 20_000, 20_001, 60_000])
def test_zipf_error_is_the_sum_over_all_ranks(cutoff):
    """Ranks beyond 20 000 are an integral there; here they are summed as far as they differ."""
    assert theory.zipf_error(0, 1.2, cutoff=cutoff, real_fraction=0.3) == pytest.approx(1, abs=1e-9)
    b, pi, t = 2.0, 0.3, np.array([0, 10**3, 10**6, 10**8])
    ranks = np.arange(1.0, 10**6 + 1)
    p = ranks**-b / special.zeta(b)
    known = p.copy()
    if cutoff is not None:
        inside = ranks <= cutoff
        known = pi * p + (1 - pi) * np.where(inside, p, 0) / p[inside].sum()
    rest = special.zeta(b, ranks[-1] + 1) / special.zeta(b)  # unseen, but for 1e-4 of it
    summed = [p @ (1 - known) ** n + rest for n in t]
    found = theory.zipf_error(t, b, cutoff=cutoff, real_fraction=pi)
    np.testing.assert_allclose(found, summed, rtol=2e-6)


def test_zipf_error_with_a_cut_tail_and_a_pinch_of_real_data():
    """Direct sums on two million ranks for two, the published table for the others."""
    table = theory.zipf_error([10**j for j in range(2, 7)], 2.0, cutoff=100)
    np.testing.assert_allclose(table, [0.06864, 0.0219, 0.00792, 0.00605, 0.00605], atol=6e-6)
    mixed = theory.zipf_error([10**j for j in range(2, 10)], 2.0, cutoff=100, real_fraction=0.1)
    np.testing.assert_allclose(
        mixed,
        1e-3
        * np.array([68.6637, 21.8909, 7.79879, 5.02757, 2.18396, 0.690988, 0.21851, 0.0690988]),
        rtol=2e-5,
    )
    b, k, fraction = 1.6, 30_000, 0.05  # the cut lies beyond the ranks summed one by one
    ranks = np.arange(1.0, 2_000_001)
    p = ranks**-b / special.zeta(b)
    kept = p[:k].sum()
    q = p * np.where(ranks <= k, fraction + (1 - fraction) / kept, fraction)
    for t in (100, 10**6):
        beyond = special.zeta(b, 2_000_001.0) / special.zeta(b)
        brute = (p * np.exp(t * np.log1p(-q))).sum() + beyond
        value = theory.zipf_error(t, b, cutoff=k, real_fraction=fraction)
        assert value == pytest.approx(brute, rel=1e-4)
    assert theory.zipf_error(10**15, 2.0, cutoff=7) == pytest.approx(
        theory.tail_cut_plateau(7, 2.0)
    )
    assert theory.zipf_error(10, 2.0, cutoff=1) == pytest.approx(theory.tail_cut_plateau(1, 2.0))
    assert theory.zipf_error(500, 2.0, cutoff=50, real_fraction=1.0) == pytest.approx(
        theory.zipf_error(500, 2.0), rel=1e-6
    )


def test_laws_of_zipf_in_known_cases():
    ratio = theory.zipf_error_law(10**4, 2.0, [1, 16, 256]) / theory.zipf_error_law(10**4, 2.0)
    np.testing.assert_allclose(ratio, [1, 2.98, 11.37], atol=6e-3)
    p = zipf(2.0, 10**6)
    assert theory.zipf_types(1000, 2.0) == pytest.approx(43.20, abs=5e-3)
    assert theory.zipf_types(1000, 2.0) == pytest.approx(theory.expected_types(p, 1000), abs=0.02)
    assert theory.lost_mass(p, 1000, 7) == pytest.approx(
        theory.zipf_error_law(1000, 2.0, 7), rel=2e-3
    )
    assert theory.tail_cut_plateau(4, 3.0) == pytest.approx(
        1 - (1 + 1 / 8 + 1 / 27 + 1 / 64) / special.zeta(3)
    )
    mass = 0.97
    rank = theory.nucleus_rank(mass, 2.0)
    assert theory.tail_cut_plateau(round(rank), 2.0) == pytest.approx(1 - mass, rel=0.05)
    seen = theory.seen_rank(10**6, 2.0)
    p_seen = 1 / (seen**2 * special.zeta(2))
    assert (1 - p_seen) ** 10**6 == pytest.approx(0.5, rel=1e-3)
    crossing = theory.tail_cut_crossover(100, 2.0, real_fraction=0.5)
    assert crossing == 20_000


def test_tail_narrowing_is_the_slope_of_the_sum():
    """Train on one power law, test on another; local slope over a decade of tokens."""
    b, trained = 2.0, 3.0
    p, q = zipf(b, 10**6), zipf(trained, 10**6)
    e = [p @ np.exp(-t * q) for t in (1e5, 1e6)]
    slope = np.log10(e[0] / e[1])
    assert theory.tail_narrowing_exponent(b, trained) == pytest.approx(slope, abs=5e-3)
    assert theory.tail_narrowing_exponent(b, b) == pytest.approx(1 - 1 / b)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: theory.survival_exponent(0), "n_generations must be at least 1, got 0"),
        (lambda: theory.survival_exponent(3, 1.1), "synthetic_fraction must be at most 1"),
        (lambda: theory.survival_exponent(10**9), "n_generations must be at most 10000000"),
        (lambda: theory.heterozygosity(10**9, 5), "n_fits must be at most 10000000"),
        (lambda: theory.word_survival(-1, 3), "counts must be at least 0, got -1"),
        (lambda: theory.surviving_vocabulary(3, 3), "counts must have 1 dimension"),
        (lambda: theory.median_forgetting_time(1e7), "counts must be at most"),
        (lambda: theory.lost_mass([0.5, 0.6], 9, 1), "must sum to 1, got 1.1"),
        (lambda: theory.zipf_error(9, 1.0), "exponent must be greater than 1"),
        (lambda: theory.zipf_error(9, 2.0, cutoff=0), "cutoff must be at least 1"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
