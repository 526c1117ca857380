"""Power-law tails: brute sums, quadrature, the published table and literal samples."""

import numpy as np
import pytest
from scipy import integrate, special

from collapse_utils import theory
from tests.support.law import agree

SEEDS = [91, 92, 93]


def zipf(exponent, n_types):
    p = np.arange(1.0, n_types + 1) ** -exponent
    return p / p.sum()


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
        (lambda: theory.zipf_error(9, 1.0), "exponent must be greater than 1"),
        (lambda: theory.zipf_error(9, 2.0, cutoff=0), "cutoff must be at least 1"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
