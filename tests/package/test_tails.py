"""Power-law tails: exact moments, scipy, direct maximisation, and laws that must be rejected."""

import dataclasses

import numpy as np
import pytest
from scipy import optimize, special, stats

from collapse_utils import tails
from tests.support.law import FALSE_ALARM, Z_LIMIT, z_score

SEEDS = [71, 72, 73]


@pytest.mark.parametrize("seed", SEEDS)
def test_continuous_sampler_against_scipys_pareto(seed):
    """False-alarm rate 1e-4."""
    x = tails.sample_power_law(2.5, 3.0, 20_000, np.random.default_rng(seed))
    assert stats.kstest(x, stats.pareto(1.5, scale=3.0).cdf).pvalue > FALSE_ALARM
    assert stats.kstest(x, stats.pareto(1.6, scale=3.0).cdf).pvalue < FALSE_ALARM


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("alpha, xmin", [(2.5, 1), (1.5, 1), (3.5, 4), (2.0, 50)])
def test_discrete_sampler_is_the_zeta_law(alpha, xmin, seed):
    """Chi-square test on the first values and the rest; false-alarm rate 1e-4."""
    x = tails.sample_power_law(alpha, xmin, 20_000, np.random.default_rng(seed), discrete=True)
    assert x.dtype == np.int64
    values = np.arange(xmin, xmin + 20)

    def p_value(a):
        p = values**-a / special.zeta(a, xmin)
        seen = (x[:, None] == values).sum(axis=0)
        seen, p = np.append(seen, len(x) - seen.sum()), np.append(p, 1 - p.sum())
        return stats.chisquare(seen, len(x) * p).pvalue

    assert p_value(alpha) > FALSE_ALARM
    assert p_value(alpha + 0.2) < FALSE_ALARM


def test_samplers_take_any_shape():
    rng = np.random.default_rng(1)
    assert tails.sample_power_law(2.0, 1.0, (3, 4), rng).shape == (3, 4)
    assert tails.sample_power_law(2.0, 1, (3, 4), rng, discrete=True).shape == (3, 4)
    assert tails.sample_power_law(2.0, 1, 0, rng, discrete=True).shape == (0,)
    heavy = tails.sample_power_law(1.1, 1, 1000, rng, discrete=True)
    assert heavy.min() >= 1
    assert heavy.max() <= 2**53


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n", [50, 500])
def test_exponent_has_its_exact_mean_and_spread(n, seed):
    """Not the asymptotic ones; false-alarm rate 1e-4 each."""
    x = tails.sample_power_law(2.5, 2.0, (1_000_000 // n, n), np.random.default_rng(seed))
    alpha = tails.continuous_exponent(x, 2.0)
    mean, spread = tails.expected_exponent(2.5, n), tails.exponent_spread(2.5, n)
    assert abs(z_score(alpha, mean)) < Z_LIMIT
    assert abs(z_score(alpha, 2.5)) > Z_LIMIT or n > 100
    assert abs(z_score((alpha - mean) ** 2, spread**2)) < Z_LIMIT
    corrected = tails.continuous_exponent(x, 2.0, correct_bias=True)
    assert abs(z_score(corrected, 2.5)) < Z_LIMIT


def test_exact_moments_are_those_of_an_inverse_gamma_variable():
    for n in (5, 50):
        law = stats.invgamma(n, scale=1.5 * n)
        assert tails.expected_exponent(2.5, n) == pytest.approx(1 + law.mean())
        assert tails.exponent_spread(2.5, n) == pytest.approx(law.std())
    assert tails.exponent_spread(2.5, 10**6) == pytest.approx(1.5e-3, rel=1e-5)


def test_continuous_exponent_against_scipys_pareto_fit():
    x = stats.pareto(1.3, scale=2).rvs(300, random_state=1)
    shape, _, _ = stats.pareto.fit(x, floc=0, fscale=2)
    assert tails.continuous_exponent(x, 2.0) == pytest.approx(1 + shape, rel=1e-6)
    mixed = np.concatenate([x, [0.1, 1.9]])
    assert tails.continuous_exponent(mixed, 2.0) == tails.continuous_exponent(x, 2.0)
    assert tails.continuous_exponent(7 * x, 14.0) == pytest.approx(1 + shape, rel=1e-6)


@pytest.mark.parametrize("alpha", [1.3, 2.5, 6.0])
@pytest.mark.parametrize("xmin", [1, 2, 20, 1000])
def test_discrete_exponent_against_direct_maximisation(alpha, xmin):
    x = tails.sample_power_law(alpha, xmin, (3, 400), np.random.default_rng(2), discrete=True)

    def loss(a, row):
        log_zeta = np.log(special.zeta(a, xmin) * float(xmin) ** a)
        return log_zeta + a * np.log(row / xmin).mean()

    for row, got in zip(x, tails.discrete_exponent(x, xmin), strict=True):
        best = optimize.minimize_scalar(
            loss, bounds=(1.0001, 20), args=(row,), method="bounded", options={"xatol": 1e-9}
        )
        assert got == pytest.approx(best.x, rel=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_discrete_exponent_is_right_where_the_shortcuts_are_not(seed):
    """At xmin = 1: 2.50 from the zeta law, 2.02 and 4.47 from the continuous formula.

    False-alarm rate 1e-4 for the mean, with one squared standard error of slack for its bias.
    """
    x = tails.sample_power_law(2.5, 1, (400, 2000), np.random.default_rng(seed), discrete=True)
    exact = tails.discrete_exponent(x, 1)
    error = 1 / np.sqrt(2000 * zeta_information(2.5, 1))
    assert exact.std() == pytest.approx(error, rel=0.2)
    assert abs(exact.mean() - 2.5) < Z_LIMIT * error / 20 + error**2
    assert tails.continuous_exponent(x, 0.5).mean() == pytest.approx(2.02, abs=0.01)
    assert tails.continuous_exponent(x, 1.0).mean() == pytest.approx(4.47, abs=0.03)


def zeta_information(alpha, q, h=1e-3):
    logs = np.log(special.zeta([alpha - h, alpha, alpha + h], q))
    return (logs[0] - 2 * logs[1] + logs[2]) / h**2


def test_standard_error_is_from_the_fisher_information():
    x = tails.sample_power_law(2.5, 3, 1000, np.random.default_rng(3), discrete=True)
    fit = tails.fit_tail(x, discrete=True, xmin=3)
    information = zeta_information(fit.exponent, 3)
    assert fit.standard_error == pytest.approx(1 / np.sqrt(1000 * information), rel=1e-4)


@pytest.mark.parametrize("alpha", [1.01, 1.5, 2.5, 7.0, 30.0])
@pytest.mark.parametrize("q", [1.0, 2.0, 17.0, 900.0])
def test_scaled_zeta_against_scipy(alpha, q):
    wanted = special.zeta(alpha, q) * q**alpha
    assert tails._scaled_zeta(alpha, q) == pytest.approx(wanted, rel=1e-11)


def test_hill_is_maximum_likelihood_above_an_order_statistic():
    x = np.random.default_rng(4).permutation(
        tails.sample_power_law(2.5, 1.0, 500, np.random.default_rng(5))
    )
    ordered = np.sort(x)[::-1]
    sizes = np.array([1, 10, 200, 499])
    gamma = tails.hill(x, sizes)
    for k, g in zip(sizes, gamma, strict=True):
        assert tails.hill(x, int(k)) == g
        assert g == pytest.approx(np.log(ordered[:k] / ordered[k]).mean())
    assert tails.continuous_exponent(ordered[:200], ordered[200]) == pytest.approx(1 + 1 / gamma[2])
    many = np.stack([x, x**2])
    np.testing.assert_allclose(tails.hill(many, sizes)[1], 2 * gamma)


@pytest.mark.parametrize("seed", SEEDS)
def test_hill_is_unbiased_on_a_pure_power_law(seed):
    """k gamma-hat / gamma is a gamma variable of order k (Renyi). False-alarm rate 1e-4."""
    x = tails.sample_power_law(2.5, 1.0, (5000, 100), np.random.default_rng(seed))
    scaled = 20 * tails.hill(x, 20) * 1.5
    assert stats.kstest(scaled, stats.gamma(20).cdf).pvalue > FALSE_ALARM
    assert stats.kstest(scaled, stats.gamma(22).cdf).pvalue < FALSE_ALARM


def literal_distance(x, xmin, alpha):
    """The Kolmogorov-Smirnov distance, by scipy."""
    return stats.kstest(x[x >= xmin], stats.pareto(alpha - 1, scale=xmin).cdf).statistic


def test_the_start_is_the_candidate_of_least_distance():
    x = np.concatenate([np.random.default_rng(6).uniform(0.1, 2, 60), 2 * 1.2 ** np.arange(20)])
    fit = tails.fit_tail(x, min_tail=10)
    found = []
    for xmin in np.sort(x)[:-9]:
        alpha = tails.continuous_exponent(x, xmin)
        found.append((literal_distance(x, xmin, alpha), xmin, alpha, (x >= xmin).sum()))
    distance, xmin, alpha, n_tail = min(found)
    assert (fit.distance, fit.exponent) == (pytest.approx(distance), pytest.approx(alpha))
    assert (fit.xmin, fit.n_tail, fit.n_samples) == (xmin, n_tail, 80)
    assert not fit.xmin_given


def test_the_discrete_distance_against_its_definition():
    x = tails.sample_power_law(2.2, 1, 300, np.random.default_rng(7), discrete=True)
    for xmin in (1, 3):
        fit = tails.fit_tail(x, discrete=True, xmin=xmin)
        tail = x[x >= xmin]
        grid = np.arange(xmin, tail.max() + 1)
        model = 1 - special.zeta(fit.exponent, grid + 1) / special.zeta(fit.exponent, xmin)
        seen = (tail[:, None] <= grid).mean(axis=0)
        assert fit.distance == pytest.approx(np.abs(seen - model).max(), rel=1e-9)
        assert fit.exponent == pytest.approx(tails.discrete_exponent(x, xmin))
        assert fit.xmin_given


def spliced(n, rng, alpha=2.5, xmin=10.0):
    """A law that is exponential below xmin and a power law above, joined smoothly."""
    inner, outer = (np.exp(alpha) - 1) / alpha, 1 / (alpha - 1)
    below = rng.random(n) < inner / (inner + outer)
    u = rng.random(n)
    low = 1 - np.log(np.exp(alpha) - u * (np.exp(alpha) - 1)) / alpha
    return np.where(below, xmin * low, tails.sample_power_law(alpha, xmin, n, rng))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_tail_is_found_behind_a_different_bulk(seed):
    """Choosing the start costs a few standard errors at most; without it the fit is far off."""
    x = spliced(4000, np.random.default_rng(seed))
    fit = tails.fit_tail(x, n_candidates=200)
    assert fit.exponent == pytest.approx(2.5, abs=0.3)
    assert 3 < fit.xmin < 30
    assert tails.fit_tail(x, xmin=x.min()).exponent < 2


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "options",
    [{"xmin": 2}, {"xmin": 2, "discrete": True}, {"min_tail": 50, "n_candidates": 10}],
    ids=["continuous", "discrete", "chosen start"],
)
def test_p_values_of_true_power_laws_are_uniform(options, seed):
    """Their mean is a half and few are small; false-alarm rate 1e-4 (binomial, and z).

    Only nearly so where the start is chosen.
    """
    rng, p = np.random.default_rng(seed), []
    law = {"discrete": options.get("discrete", False)}
    search = {k: v for k, v in options.items() if k in ("min_tail", "n_candidates")}
    for _ in range(30):
        x = tails.sample_power_law(2.5, 2, 100, rng, **law)
        fit = tails.fit_tail(x, **options)
        p.append(tails.goodness_of_fit(x, fit, n_bootstrap=19, rng=rng, **search))
    assert (np.array(p) == 0.05).sum() <= stats.binom(30, 0.05).isf(FALSE_ALARM)
    assert abs(np.mean(p) - 0.525) < Z_LIMIT * np.sqrt(1 / 12 / 30) + 0.05 * bool(search)


@pytest.mark.parametrize("seed", SEEDS)
def test_p_values_reject_what_is_no_power_law(seed):
    """With the start chosen and with the start given."""
    rng = np.random.default_rng(seed)
    search = dict(min_tail=2000, n_candidates=20)
    x = 1 + rng.exponential(size=4000)
    fit = tails.fit_tail(x, **search)
    assert 1 / 41 <= tails.goodness_of_fit(x, fit, n_bootstrap=40, rng=rng, **search) < 0.05
    x = rng.geometric(0.2, 1000)
    fit = tails.fit_tail(x, discrete=True, xmin=1)
    assert 1 / 41 <= tails.goodness_of_fit(x, fit, n_bootstrap=40, rng=rng) < 0.05


def test_equal_generators_give_equal_p_values():
    x = spliced(300, np.random.default_rng(8))
    fit = tails.fit_tail(x)
    first, again = (
        tails.goodness_of_fit(x, fit, n_bootstrap=10, rng=np.random.default_rng(1))
        for _ in range(2)
    )
    assert first == again


@pytest.mark.parametrize("seed", SEEDS)
def test_the_lognormal_contains_the_power_law_as_its_edge(seed):
    """-2R is zero half of the time and chi-square with one degree otherwise, on Pareto data.

    (Self and Liang 1987.) False-alarm rate 1e-4 each, for the number on the edge and for the
    mean (variance 5/4), with slack because the law holds for large samples.
    """
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(60):
        x = tails.sample_power_law(2.5, 1.0, 500, rng)
        found.append(tails.compare(x, tails.fit_tail(x, xmin=1.0), "log-normal"))
    ratios, p_values = np.array([(test.log_ratio, test.p_value) for test in found]).T
    np.testing.assert_allclose(p_values, stats.chi2(1).sf(np.maximum(-2 * ratios, 0)) / 2)
    assert ratios.max() < 1e-5
    edge = (ratios > -1e-3).sum()
    low, high = stats.binom(60, 0.5).interval(1 - FALSE_ALARM)
    assert low - 5 <= edge <= high + 5
    assert abs((-2 * ratios).mean() - 0.5) < 0.2 + Z_LIMIT * np.sqrt(1.25 / 60)


@pytest.mark.parametrize("seed", SEEDS)
def test_alternatives_win_on_their_own_data(seed):
    rng = np.random.default_rng(seed)
    z = np.exp(0.5 + rng.normal(size=3000))
    cases = [
        (z[z >= 1][:500], 1.0, False, "log-normal"),
        (1 + rng.exponential(size=3000), 1.0, False, "exponential"),
        (rng.geometric(0.3, 2000), 1, True, "exponential"),
        (np.round(np.exp(1.5 + rng.normal(size=4000))).clip(1), 1, True, "log-normal"),
    ]
    for x, xmin, discrete, name in cases:
        test = tails.compare(x, tails.fit_tail(x, discrete=discrete, xmin=xmin), name)
        assert test.log_ratio < 0
        assert test.p_value < 0.01
    for discrete in (False, True):
        x = tails.sample_power_law(2.5, 2, 2000, rng, discrete=discrete)
        test = tails.compare(x, tails.fit_tail(x, discrete=discrete, xmin=2), "exponential")
        assert test.log_ratio > 0
        assert test.p_value < 0.05


def test_likelihoods_are_those_of_laws_that_sum_to_one():
    """The fitted alternatives, summed over the whole numbers or integrated."""
    grid = np.arange(3.0, 60)
    rng = np.random.default_rng(9)
    x = np.round(np.exp(1.5 + 0.5 * rng.normal(size=500)))
    x = x[x >= 3]
    fit = tails.fit_tail(x, discrete=True, xmin=3)
    both = tails._log_exponential(x, 3.0, True), tails._log_power_law(x, fit)
    geometric = stats.geom(1 / (1 + x.mean() - 3), loc=2)
    np.testing.assert_allclose(both[0], geometric.logpmf(x))
    np.testing.assert_allclose(
        both[1], -fit.exponent * np.log(x) - np.log(special.zeta(fit.exponent, 3))
    )
    np.testing.assert_allclose(
        tails._log_exponential(x, 3, False), stats.expon(3, x.mean() - 3).logpdf(x)
    )
    fine = tails._log_lognormal(x, 3.0, True)
    free = optimize.minimize(
        lambda t: -rounded_lognormal(x, 3, *t).mean(), [1.5, 0.5], method="Nelder-Mead"
    )
    np.testing.assert_allclose(fine, rounded_lognormal(x, 3, *free.x), atol=1e-3)
    assert np.exp(rounded_lognormal(grid, 3, *free.x)).sum() == pytest.approx(1, abs=1e-5)


def rounded_lognormal(x, xmin, mean, std):
    law = stats.lognorm(std, scale=np.exp(mean))
    return np.log(law.cdf(x + 0.5) - law.cdf(x - 0.5)) - law.logsf(xmin - 0.5)


def test_continuous_lognormal_against_free_maximisation():
    z = np.exp(0.5 + np.random.default_rng(10).normal(size=2000))
    x = z[z >= 1]

    def density(mean, std):
        law = stats.lognorm(std, scale=np.exp(mean))
        return law.logpdf(x) - law.logsf(1.0)

    free = optimize.minimize(lambda t: -density(*t).mean(), [0.5, 1.0], method="Nelder-Mead")
    np.testing.assert_allclose(tails._log_lognormal(x, 1.0, False), density(*free.x), atol=1e-3)


RNG = np.random.default_rng(1)
FIT = tails.fit_tail([1.0, 2.0, 3.0], xmin=1.0)
OTHER = dataclasses.replace(FIT, n_tail=2)


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: tails.hill([1.0, 2.0], 2), ValueError, "k must lie between 1 and 1"),
        (lambda: tails.hill([1.0, 2.0], 0.5), TypeError, "k must be an integer"),
        (lambda: tails.hill([1.0, -2.0], 1), ValueError, "samples must be positive"),
        (lambda: tails.hill(3.0, 1), ValueError, "samples must have at least 1 dimension"),
        (lambda: tails.continuous_exponent([1.0, np.inf], 1), ValueError, "NaN or infinite"),
        (lambda: tails.continuous_exponent([1.0, 2.0], 2.0), ValueError, "at least 2 samples"),
        (lambda: tails.continuous_exponent([2.0, 2.0], 2.0), ValueError, "exponent is infinite"),
        (lambda: tails.continuous_exponent([2.0, 3.0], 0), ValueError, "xmin must be greater"),
        (lambda: tails.discrete_exponent([1.5, 2], 1), ValueError, "whole numbers, got 1.5"),
        (lambda: tails.discrete_exponent([1, 2], 1.0), TypeError, "xmin must be an integer"),
        (lambda: tails.expected_exponent(1, 5), ValueError, "exponent must be greater than 1"),
        (lambda: tails.expected_exponent(2, 1), ValueError, "n_tail must be at least 2"),
        (lambda: tails.exponent_spread(2, 2), ValueError, "n_tail must be at least 3"),
        (lambda: tails.fit_tail([1.0, 2.0]), ValueError, "lower min_tail"),
        (lambda: tails.fit_tail(np.ones(50)), ValueError, "two different ones"),
        (lambda: tails.fit_tail([[1.0, 2.0]]), ValueError, "samples must have 1 dimension"),
        (lambda: tails.fit_tail([1.5, 2], discrete=True, xmin=1), ValueError, "whole numbers"),
        (lambda: tails.fit_tail([1.0, 2], min_tail=1), ValueError, "min_tail must be at least 2"),
        (lambda: tails.goodness_of_fit([1.0], 2.5, rng=RNG), TypeError, "fit must be a PowerLaw"),
        (lambda: tails.goodness_of_fit([1, 2, 3], FIT, rng=7), TypeError, "Generator, got 7"),
        (lambda: tails.goodness_of_fit([1, 2], FIT, rng=RNG), ValueError, "3 of 3 in the tail"),
        (lambda: tails.compare([1, 2, 3], None, "exponential"), TypeError, "fit must be a Power"),
        (lambda: tails.compare([1, 2, 3], FIT, "weibull"), ValueError, "must be one of 'log-norm"),
        (lambda: tails.compare([1, 2, 3], OTHER, "exponential"), ValueError, "it has 2 in the"),
        (lambda: tails.sample_power_law(1, 1, 3, RNG), ValueError, "exponent must be greater"),
        (lambda: tails.sample_power_law(2, 0, 3, RNG), ValueError, "xmin must be greater than 0"),
        (lambda: tails.sample_power_law(2, 1, -3, RNG), ValueError, "size must be at least 0"),
        (lambda: tails.sample_power_law(2, 1, 3, 5), TypeError, "rng must be a numpy.random"),
        (
            lambda: tails.sample_power_law(2, 1.5, 3, RNG, discrete=True),
            TypeError,
            "xmin must be an integer",
        ),
    ],
)
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
