"""The Gaussian closed forms against simulation, quadrature and each other."""

import numpy as np
import pytest
from scipy import stats

from collapse_utils import Gaussian, MultivariateGaussian, accumulate, replace, simulate, theory
from collapse_utils.models import DIVISORS
from tests.support.law import FALSE_ALARM, Z_LIMIT, z_score
from tests.support.literal import refit_line

SEEDS = [41, 42, 43]


@pytest.fixture(scope="module", params=SEEDS)
def chains(request):
    """Means and variances after five literal refits to eight samples each."""
    rng, results = np.random.default_rng(request.param), {}
    for divisor in ("unbiased", "mle", "c4"):
        mean, std = refit_line([8] * 5, divisor, 100_000, rng)
        results[divisor] = mean, std**2
    return 8, 5, results


@pytest.mark.parametrize("divisor", ["unbiased", "mle", "c4"])
def test_moments_against_the_literal_loop(chains, divisor):
    """Each comparison has a false-alarm rate of 1e-4."""
    m, n, results = chains
    mean, variance = results[divisor]
    predictions = [
        (variance, theory.expected_variance(n, m, divisor=divisor)),
        (np.log(variance), theory.expected_log_variance(n, m, divisor=divisor)),
        (mean**2, theory.variance_of_mean(n, m, divisor=divisor)),
        (mean**2 + variance, theory.marginal_variance(n, m, divisor=divisor)),
    ]
    for values, predicted in predictions:
        assert abs(z_score(values, predicted)) < Z_LIMIT
        assert abs(z_score(values, predicted + 0.08)) > Z_LIMIT
    centred = (np.log(variance) - np.log(variance).mean()) ** 2
    assert abs(z_score(centred, theory.log_variance_spread(n, m) ** 2)) < Z_LIMIT


def test_variance_of_variance_is_the_second_moment_of_a_product_of_chi_squares():
    m = 20
    for divisor in DIVISORS:
        s = stats.chi2(m - 1, scale=1 / DIVISORS[divisor](m))
        second = s.var() + s.mean() ** 2
        for n in (1, 3, 10):
            assert theory.variance_of_variance(n, m, divisor=divisor) == pytest.approx(
                second**n - s.mean() ** (2 * n)
            )


def test_drift_is_the_mean_log_of_a_chi_square():
    for divisor in DIVISORS:
        for m in (2, 5, 40):
            log_chi = stats.loggamma((m - 1) / 2).mean() + np.log(2)
            assert theory.log_variance_drift(m, divisor) == pytest.approx(
                log_chi - np.log(DIVISORS[divisor](m))
            )


def test_leading_orders_of_the_drift():
    """-2/M, -1/M, -1/(2M), -1/(3M) and 0 for the five divisors."""
    m = 10_000
    wanted = {"mle": 2, "unbiased": 1, "c4": 1 / 2, "median-unbiased": 1 / 3, "log-unbiased": 0}
    for divisor, slope in wanted.items():
        assert theory.log_variance_drift(m, divisor) * m == pytest.approx(-slope, abs=2e-3)


def test_scale_enters_as_a_square_and_zero_fits_give_the_truth():
    for name in ("expected_variance", "typical_variance", "variance_of_mean", "marginal_variance"):
        f = getattr(theory, name)
        assert f(3, 9, variance=4.0) == pytest.approx(4 * f(3, 9))
    assert theory.variance_of_variance(3, 9, variance=4.0) == pytest.approx(
        16 * theory.variance_of_variance(3, 9)
    )
    assert theory.expected_variance(0, 5, variance=2.5) == 2.5
    assert theory.variance_of_mean(0, 5) == 0


def test_curves_take_arrays():
    n = np.arange(4)
    for name in (
        "expected_variance",
        "expected_log_variance",
        "typical_variance",
        "variance_of_mean",
        "marginal_variance",
        "variance_of_variance",
        "log_variance_spread",
        "accumulated_variance",
    ):
        f = getattr(theory, name)
        np.testing.assert_allclose(f(n, 6), [f(int(k), 6) for k in n])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_literal_chain_underflows_when_predicted(seed):
    """The first passage over 745 nats: mean 745/drift by Wald, spread by the renewal theorem."""
    m, n_chains = 3, 400
    rng = np.random.default_rng(seed)
    variance, died = np.ones(n_chains), np.zeros(n_chains)
    drift = -theory.log_variance_drift(m)
    for n in range(1, int(1800 / drift)):
        variance = variance * rng.chisquare(m - 1, n_chains) / (m - 1)
        died[(variance == 0) & (died == 0)] = n
    assert (died > 0).all()
    predicted = theory.underflow_generation(m)
    assert abs(died.mean() - predicted) < Z_LIMIT * died.std() / 20 + 5
    assert theory.underflow_generation(10, divisor="log-unbiased") == np.inf


@pytest.mark.parametrize("seed", SEEDS)
def test_accumulated_variance_against_the_literal_loop(seed):
    """False-alarm rate 1e-4 for each generation."""
    history = simulate(
        Gaussian("mle"),
        accumulate(),
        n_generations=6,
        n_samples=5,
        n_chains=20_000,
        exact=False,
        rng=np.random.default_rng(seed),
    )
    predicted = theory.accumulated_variance(history.n_fits, 5)
    for row, value in zip(history["variance"], predicted, strict=True):
        assert abs(z_score(row, value)) < Z_LIMIT
    assert abs(z_score(history["variance"][-1], predicted[0])) > Z_LIMIT


def test_accumulated_variance_tends_to_eulers_sine():
    for m in (2, 10, 100):
        limit = theory.accumulated_variance_limit(m)
        assert theory.accumulated_variance(200_000, m) == pytest.approx(limit, rel=1e-4)
        assert limit == pytest.approx(1 - np.pi**2 / (6 * m), abs=2 / m**2)


@pytest.mark.parametrize("seed", SEEDS)
def test_determinant_and_axes_against_the_literal_loop(seed):
    """False-alarm rate 1e-4 for each comparison; the axes need a long run to settle."""
    d, m = 3, 8
    history = simulate(
        MultivariateGaussian(d),
        replace(),
        n_generations=5,
        n_samples=m,
        n_chains=5000,
        exact=False,
        rng=np.random.default_rng(seed),
    )
    predicted = theory.expected_log_determinant(6, m, d)
    assert abs(z_score(history["log_determinant"][-1], predicted)) < Z_LIMIT
    long = simulate(
        MultivariateGaussian(d),
        replace(),
        n_generations=1200,
        n_samples=m,
        n_chains=100,
        record=["log_axes"],
        rng=np.random.default_rng(seed),
    )["log_axes"]
    rates = (long[-1] - long[200]) / 1000
    for j, rate in enumerate(theory.lyapunov_exponents(m, d)):
        assert abs(z_score(rates[:, j], rate)) < Z_LIMIT
    assert abs(z_score(rates[:, 0], theory.lyapunov_exponents(m, d)[1])) > Z_LIMIT


def test_one_dimension_is_the_line():
    assert theory.lyapunov_exponents(12, 1)[0] == pytest.approx(theory.log_variance_drift(12) / 2)


def test_the_median_tends_to_the_typical_variance():
    """A product of chi-squares; the Kolmogorov-Smirnov test has a false-alarm rate of 1e-4."""
    n, m, n_chains = 301, 20, 20_000
    rng = np.random.default_rng(5)
    log_variance = np.zeros(n_chains)
    for _ in range(n):
        log_variance += np.log(rng.chisquare(m - 1, n_chains) / (m - 1))
    spread = theory.log_variance_spread(n, m)
    error = 1.2533 * spread / np.sqrt(n_chains)
    skew_shift = 0.2
    gap = np.median(log_variance) - np.log(theory.typical_variance(n, m))
    assert abs(gap) < skew_shift + 4 * error
    normal = stats.norm(theory.expected_log_variance(n, m), spread)
    assert stats.kstest(log_variance, normal.cdf).pvalue > FALSE_ALARM


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: theory.expected_variance(3, 1), "n_samples must be at least 2"),
        (lambda: theory.expected_variance(-1, 5), "n_fits must be at least 0, got -1"),
        (lambda: theory.expected_variance(3, 5, variance=-1), "variance must be greater than 0"),
        (lambda: theory.variance_of_mean(3, 5, divisor="ml"), "divisor must be one of"),
        (lambda: theory.lyapunov_exponents(3, 3), "n_samples must be at least 4"),
        (lambda: theory.expected_variance([], 5), "n_fits is empty"),
        (lambda: theory.accumulated_variance(np.nan, 5), "NaN"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
