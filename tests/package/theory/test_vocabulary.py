"""Forgotten words: literal resampling, the exact chain, limits."""

import numpy as np
import pytest
from scipy import special

from collapse_utils import theory
from tests.support.law import agree

SEEDS = [91, 92, 93]


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


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: theory.survival_exponent(0), "n_generations must be at least 1, got 0"),
        (lambda: theory.survival_exponent(3, 1.1), "synthetic_fraction must be at most 1"),
        (lambda: theory.survival_exponent(10**9), "n_generations must be at most 10000000"),
        (lambda: theory.word_survival(-1, 3), "counts must be at least 0, got -1"),
        (lambda: theory.surviving_vocabulary(3, 3), "counts must have 1 dimension"),
        (lambda: theory.median_forgetting_time(1e7), "counts must be at most"),
        (lambda: theory.lost_mass([0.5, 0.6], 9, 1), "must sum to 1, got 1.1"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
