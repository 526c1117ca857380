"""Laws of the Gaussian loop against the literal loop, quadrature and special cases."""

import numpy as np
import pytest
from scipy import integrate, special, stats

from collapse_utils import Gaussian, replace, simulate, theory
from collapse_utils.models import DIVISORS
from collapse_utils.theory.gaussian_laws import _log_bessel_k
from tests.support.law import FALSE_ALARM, Z_LIMIT, z_score
from tests.support.literal import refit_cloud, refit_line

SEEDS = [51, 52, 53]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("divisor", ["unbiased", "mle", "c4"])
def test_averages_against_the_literal_loop(seed, divisor):
    """False-alarm rate 1e-4 for each comparison; a schedule of sizes, so that order matters."""
    sizes, rng = (14, 10, 25), np.random.default_rng(seed)
    mean, std = refit_line(sizes, divisor, 40_000, rng)
    x = mean + std * rng.standard_normal(std.shape)
    options = {"divisor": divisor}
    second = (
        theory.wasserstein_risk(3, sizes, **options)
        - 1
        + 2 * theory.expected_std(3, sizes, **options)
    )
    pairs = [
        (std, theory.expected_std(3, sizes, **options)),
        (0.5 * np.log(2 * np.pi * np.e * std**2), theory.expected_entropy(3, sizes, **options)),
        (
            0.5 * (mean**2 + std**2 - 1) - np.log(std),
            theory.expected_reverse_kl(3, sizes, **options),
        ),
        (
            0.5 * ((1 + mean**2) / std**2 - 1) + np.log(std),
            theory.expected_forward_kl(3, sizes, **options),
        ),
        (x**4, (theory.marginal_kurtosis(3, sizes, **options) + 3) * second**2),
    ]
    for values, predicted in pairs:
        assert abs(z_score(values, predicted)) < Z_LIMIT
        assert abs(z_score(values, predicted + 8 * values.std() / 200)) > Z_LIMIT
    centred = (std / np.sqrt((std**2).mean())) ** 4 * 3
    assert centred.mean() - 3 == pytest.approx(theory.centred_kurtosis(3, sizes), rel=0.1)


def test_moments_agree_with_the_elementary_closed_forms():
    n, m = np.arange(7), 9
    c4 = special.gamma(m / 2) / special.gamma((m - 1) / 2) * np.sqrt(2 / (m - 1))
    np.testing.assert_allclose(theory.expected_std(n, m), c4**n)
    np.testing.assert_allclose(theory.marginal_kurtosis(1, m), 6 / ((m - 1) * (1 + 1 / m) ** 2))
    np.testing.assert_allclose(theory.centred_kurtosis(n, m), 3 * ((1 + 2 / (m - 1)) ** n - 1))
    a, c = (m - 1) / 2, (m - 1) / (m - 3)
    drift = special.digamma(a) - np.log(a)
    np.testing.assert_allclose(
        theory.expected_reverse_kl(n, m), 0.5 * (n / m - n * drift), atol=1e-15
    )
    np.testing.assert_allclose(
        theory.expected_forward_kl(n, m),
        0.5 * (n * drift + c**n + c * (c**n - 1) / (m * (c - 1)) - 1),
        atol=1e-14,
    )


def test_extremes_raise_no_warning():
    assert theory.expected_forward_kl([0, 1], 3).tolist() == [0.0, np.inf]
    assert theory.expected_forward_kl(2, [2, 90]) == np.inf
    for divisor in DIVISORS:
        assert not np.isnan(theory.marginal_kurtosis(20_000, 4, divisor=divisor))
        assert not np.isnan(theory.expected_forward_kl(20_000, 9, divisor=divisor))


@pytest.mark.parametrize("m", [2, 3, 4, 12, 51, 52, 54, 400, 20_000])
def test_centred_density_is_the_mixture_of_normals(m):
    """Quadrature over the gamma law of the variance, in its probability."""
    nodes, weights = special.roots_legendre(400)
    u = 0.5 * (1 - np.cos(np.pi * (nodes + 1) / 2))  # denser at both ends
    weights = weights * np.pi / 4 * np.sin(np.pi * (nodes + 1) / 2)
    spread = np.sqrt(stats.gamma.ppf(u, (m - 1) / 2, scale=2 / (m - 1)))
    x = np.array([0.3, 1.0, 2.5])
    mixture = (stats.norm.pdf(x[:, None], scale=spread) * weights).sum(axis=1)
    np.testing.assert_allclose(theory.centred_density(x, m), mixture, rtol=2e-3 if m < 4 else 1e-5)
    shifted = np.sqrt(spread**2 + 1 / m)
    mixture = (stats.norm.pdf(x[:, None], scale=shifted) * weights).sum(axis=1)
    np.testing.assert_allclose(theory.marginal_density(x, m), mixture, rtol=1e-5)


@pytest.mark.parametrize("order, error", [(25.5, 3e-9), (40.0, 3e-10), (100.0, 4e-12)])
def test_debyes_expansion_is_scipys_bessel_function(order, error):
    """The first term left out is of the fifth order; a wrong coefficient is far larger."""
    z = np.geomspace(order / 50, 20 * order, 60)
    exact = np.log(special.kve(order, z)) - z
    np.testing.assert_allclose(_log_bessel_k(order, z), exact, rtol=0, atol=error)


def test_densities_in_known_cases_and_units():
    x = np.linspace(-4, 4, 9)
    np.testing.assert_allclose(
        theory.centred_density(x, 3), stats.laplace.pdf(x, scale=1 / np.sqrt(2)), rtol=1e-12
    )
    assert theory.centred_density(0.7, 2) == pytest.approx(special.k0(0.7) / np.pi)
    for m in (3, 8, 51, 60):
        assert theory.centred_density(1e-9, m) == pytest.approx(
            theory.centred_density(0.0, m), rel=1e-6
        )
        assert theory.centred_density(1e-300, m) > 0
        f = lambda z, m=m: theory.centred_density(z, m)  # noqa: E731
        assert 2 * integrate.quad(f, 0, 40)[0] == pytest.approx(1)
        assert 2 * integrate.quad(lambda z, f=f: z * z * f(z), 0, 40)[0] == pytest.approx(1)
    assert theory.centred_density(2.0, 6, variance=4.0) == pytest.approx(
        theory.centred_density(1.0, 6) / 2
    )
    assert theory.marginal_density(5.0, 6, mean=3.0, variance=4.0) == pytest.approx(
        theory.marginal_density(1.0, 6) / 2
    )
    assert theory.marginal_density(0.0, 10**5) == pytest.approx(stats.norm.pdf(0), rel=1e-4)
    grid = np.linspace(-40, 40, 20_001)
    density = theory.marginal_density(grid, 2)
    assert density.sum() * 0.004 == pytest.approx(1)
    assert (density * grid**2).sum() * 0.004 == pytest.approx(1.5)
    assert theory.marginal_density([0.0, 1e6], 2)[1] == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_tail_mass_against_the_literal_loop(seed):
    """False-alarm rate 1e-4; the true tail, which is lighter, must be rejected."""
    mean, std = refit_line((7,), "unbiased", 100_000, np.random.default_rng(seed))
    for r in (1.5, 3.0):
        tails = stats.norm.sf((r - mean) / std) + stats.norm.cdf((-r - mean) / std)
        assert abs(z_score(tails, theory.marginal_tail_mass(r, 7))) < Z_LIMIT
        assert abs(z_score(tails, 2 * stats.norm.sf(r))) > Z_LIMIT
    for m in (2, 9, 10**6):
        inside = integrate.quad(lambda x, m=m: theory.marginal_density(x, m), -2, 2)[0]
        assert theory.marginal_tail_mass(2.0, m) == pytest.approx(1 - inside, abs=1e-9)
        assert theory.marginal_tail_mass([0.0, 100.0], m) == pytest.approx([1, 0], abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_only_the_centred_sample_is_variance_gamma(seed):
    """False-alarm rate 1e-4 for each of the three arguments and two laws."""
    rng = np.random.default_rng(seed)
    mean, std = refit_line((3,), "unbiased", 100_000, rng)
    x = mean + std * rng.standard_normal(std.shape)
    for t in (0.7, 1.5, 2.0):
        vg = theory.centred_characteristic_function(t, 3)
        marginal = theory.marginal_characteristic_function(t, 3)
        assert marginal.imag == 0
        assert abs(z_score(np.cos(t * (x - mean)), vg)) < Z_LIMIT
        assert abs(z_score(np.cos(t * x), marginal.real)) < Z_LIMIT
        equal_variance = theory.centred_characteristic_function(t, 3, variance=4 / 3)
        assert abs(z_score(np.cos(t * x), equal_variance)) > Z_LIMIT
    phase = theory.marginal_characteristic_function(0.5, 3, mean=2.0, variance=4.0)
    assert phase == pytest.approx(np.exp(1j) * theory.marginal_characteristic_function(1.0, 3))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("divisor, n_fits", [("unbiased", 700), ("mle", 500), ("c4", 1800)])
def test_where_dead_chains_rest(seed, divisor, n_fits):
    """A Kolmogorov-Smirnov test; false-alarm rate 1e-4."""
    history = simulate(
        Gaussian(divisor),
        replace(),
        n_generations=n_fits,
        n_samples=30,
        n_chains=3000,
        truth={"mean": 5.0, "variance": 4.0},
        record=["mean"],
        rng=np.random.default_rng(seed),
    )
    rest = history["mean"][-1]
    assert stats.kstest(rest, theory.collapse_location(divisor, mean=5, variance=4).cdf).pvalue > (
        FALSE_ALARM
    )
    other = theory.collapse_location("unbiased" if divisor == "mle" else "mle", mean=5, variance=4)
    assert stats.kstest(rest, other.cdf).pvalue < FALSE_ALARM


def test_laws_of_rest_in_known_cases():
    assert theory.collapse_location().ppf(0.75) == pytest.approx(np.sqrt(2 / 3))
    assert theory.collapse_location("mle", variance=9.0).var() == pytest.approx(9.0)
    assert theory.collapse_location(0.5).args == (3.0,)
    far = 1e4
    assert far**2 * 2 * theory.collapse_location().sf(far) == pytest.approx(1, rel=1e-6)


def test_tail_constant_is_kesten_and_goldies():
    """C = 1 / (M E[S log S]) by quadrature over the gamma law."""
    for m in (2, 3, 10, 60):
        law = stats.gamma((m - 1) / 2, scale=2 / (m - 1))
        assert theory.collapse_location_tail(m) == pytest.approx(
            1 / (m * law.expect(lambda s: special.xlogy(s, s))), rel=1e-5
        )
    assert theory.collapse_location_tail(1000) == pytest.approx(1 - 2 / 3000, abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_survival_bounds_hold_in_order(seed):
    """One-sided, so that the false-alarm rate is below 1e-4."""
    m, epsilon, rng = 10, 0.1, np.random.default_rng(seed)
    for n in (20, 60):
        std = np.sqrt(np.prod(rng.chisquare(m - 1, (n, 50_000)) / (m - 1), axis=0))
        alive = std > epsilon
        bounds = [
            theory.spread_survival_bound(n, m, epsilon, kind=kind)
            for kind in ("chernoff", "markov", "published")
        ]
        assert bounds == sorted(bounds)
        assert z_score(alive, bounds[0]) < Z_LIMIT
    values = theory.spread_survival_bound([0, 100, 400], m, epsilon)
    np.testing.assert_allclose(values, [1, 0.374, 1.3e-4], rtol=0.03)


def test_survival_exponent_is_the_minimum_over_powers():
    for m in (2, 10, 1000):
        s = np.linspace(0.01, 2.5, 5001)
        a = (m - 1) / 2
        curve = special.gammaln(a + s / 2) - special.gammaln(a) - s / 2 * np.log(a)
        assert theory.spread_survival_exponent(m) == pytest.approx(curve.min(), rel=1e-5)
        n = 10**6
        bound = theory.spread_survival_bound(n // 10**4, m, 1.0)
        assert np.log(bound) / (n // 10**4) == pytest.approx(
            theory.spread_survival_exponent(m), rel=1e-6
        )
    assert -1 / np.log(theory.expected_std(1, 1000)) == pytest.approx(3996.0007, abs=1e-3)
    assert theory.spread_survival_bound(3, 10, 0.5, variance=0.25) == pytest.approx(
        theory.spread_survival_bound(3, 10, 1.0)
    )
    assert theory.spread_survival_bound(0, 10, 2.0) == 0.0


@pytest.mark.parametrize("seed", SEEDS)
def test_determinant_against_the_literal_loop(seed):
    """False-alarm rate 1e-4."""
    _, axes = refit_cloud(2, 9, 3, 20_000, np.random.default_rng(seed))
    determinant = axes.prod(axis=1)
    assert abs(z_score(determinant, theory.expected_determinant(3, 9, 2))) < Z_LIMIT
    assert abs(z_score(determinant, theory.expected_determinant(4, 9, 2))) > Z_LIMIT


def test_determinant_dies_at_once_with_too_few_samples():
    assert theory.expected_determinant([0, 1], 3, 5).tolist() == [1.0, 0.0]
    assert theory.expected_determinant(4, 30, 1) == 1


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: theory.collapse_location("log-unbiased"), "divisor must be one of"),
        (lambda: theory.collapse_location(-1.0), "divisor must be greater than -1"),
        (lambda: theory.spread_survival_bound(1, 9, 0.0), "threshold must be greater than 0"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
