"""The models: known answers, an independent oracle, both paths of one law, bad input."""

import dataclasses
import warnings

import numpy as np
import pytest
from scipy import stats

from collapse_utils import Gaussian, MultivariateGaussian, accumulate, replace, simulate
from collapse_utils.models import DIVISORS, Model
from collapse_utils.models.multivariate_gaussian import _bartlett
from tests.support.law import FALSE_ALARM, p_same_law

SEEDS = [11, 12, 13]
WORKFLOWS = [replace(), accumulate()]


def summaries(history):
    """Reduce the last two generations of a history to one-dimensional samples."""
    out = []
    for name in ("mean", "log_variance", "log_determinant", "log_axes"):
        try:
            values = history[name]
        except KeyError:
            continue
        for generation in (1, -1):
            rows = values[generation].reshape(history.n_chains, -1)
            out += [rows[:, 0], rows[:, -1]]
    mean, scale = history["mean"][-1], history.arrays.get("log_variance")
    if scale is not None:
        out.append(np.abs(mean) / np.exp(scale[-1] / 2))
    return out


def both_paths(model, workflow, seed, n_samples, n_chains=1500, n_generations=4):
    options = dict(n_generations=n_generations, n_samples=n_samples, n_chains=n_chains)
    rngs = np.random.default_rng(seed).spawn(2)
    return [
        simulate(model, workflow, exact=exact, rng=rng, **options)
        for exact, rng in zip([True, False], rngs, strict=True)
    ]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda w: w.name)
@pytest.mark.parametrize(
    "model, n_samples",
    [
        (Gaussian(), 2),
        (Gaussian(), 7),
        (Gaussian("mle"), 5),
        (Gaussian("c4"), 6),
        (MultivariateGaussian(3), 6),
        (MultivariateGaussian(2, "mle"), 9),
        (MultivariateGaussian(1), 5),
    ],
    ids=str,
)
def test_exact_and_literal_paths_agree_in_law(model, n_samples, workflow, seed):
    """False-alarm rate 1e-4 for each of the cases."""
    exact, literal = both_paths(model, workflow, seed, n_samples)
    assert p_same_law(summaries(exact), summaries(literal)) > FALSE_ALARM


@dataclasses.dataclass(frozen=True)
class OneDegreeTooMany(Gaussian):
    """A wrong law: as many degrees of freedom as samples."""

    def draw_statistics(self, parameters, n_samples, rng):
        drawn = super().draw_statistics(parameters, n_samples, rng)
        chi = 2 * rng.standard_gamma(n_samples / 2, drawn["mean"].shape)
        return drawn | {"log_squares": parameters["log_variance"] + np.log(chi)}

    walk = None


@pytest.mark.parametrize("seed", SEEDS)
def test_the_law_test_notices_one_degree_of_freedom(seed):
    wrong, literal = both_paths(OneDegreeTooMany(), accumulate(), seed, 7)
    assert p_same_law(summaries(wrong), summaries(literal)) < FALSE_ALARM


@pytest.mark.parametrize("seed", SEEDS)
def test_the_sweep_over_generations_has_the_law_of_single_steps(seed):
    """`walk` draws all generations at once; `draw_statistics` draws one. False alarms 1e-4."""
    model, sizes = Gaussian(), np.array([9, 4, 6, 30])
    first, second = np.random.default_rng(seed).spawn(2)
    start = {"mean": np.full(4000, 3.0), "log_variance": np.full(4000, np.log(2.0))}
    swept = model.walk(start, sizes, first)
    parameters, rows = start, []
    for size in sizes:
        parameters = model.estimate(model.draw_statistics(parameters, size, second))
        rows.append(parameters)
    steps = {k: np.array([row[k] for row in rows]) for k in parameters}
    pairs = [(swept[k][g], steps[k][g]) for k in steps for g in (0, 3)]
    assert p_same_law(*zip(*pairs, strict=True)) > FALSE_ALARM


def test_gaussian_fit_is_numpys_mean_and_variance():
    data = np.random.default_rng(1).normal(3, 2, (4, 9))
    fitted = Gaussian().fit(data)
    np.testing.assert_allclose(fitted["mean"], data.mean(1))
    np.testing.assert_allclose(np.exp(fitted["log_variance"]), data.var(1, ddof=1))
    np.testing.assert_allclose(np.exp(Gaussian("mle").fit(data)["log_variance"]), data.var(1))


def test_multivariate_fit_is_numpys_covariance():
    data = np.random.default_rng(2).normal(size=(3, 12, 4)) @ np.diag([1, 2, 3, 4.0])
    model = MultivariateGaussian(4)
    covariance = model.quantity("covariance", model.fit(data))
    np.testing.assert_allclose(covariance, [np.cov(x.T) for x in data], rtol=1e-10)


@pytest.mark.parametrize("model", [Gaussian(), MultivariateGaussian(3)], ids=str)
def test_merged_statistics_are_the_statistics_of_the_pooled_data(model):
    rng = np.random.default_rng(3)
    shape = (5,) if model == Gaussian() else (5, 3)
    first = rng.normal(0, 1, (2, *shape))
    second = rng.normal(7, 3, (2, 2 * shape[0], *shape[1:]))
    merged = model.estimate(model.merge(model.statistics(first), model.statistics(second)))
    pooled = model.fit(np.concatenate([first, second], axis=1))
    for name in ("mean", "variance") if model == Gaussian() else ("mean", "covariance"):
        np.testing.assert_allclose(
            model.quantity(name, merged), model.quantity(name, pooled), rtol=1e-10
        )


@pytest.mark.parametrize("model", [Gaussian(), MultivariateGaussian(3)], ids=str)
def test_samples_that_count_twice_are_the_same_samples_again(model):
    rng = np.random.default_rng(4)
    statistics = model.statistics(rng.normal(2, 3, (2, 6) if model == Gaussian() else (2, 6, 3)))
    twice = model.scale(statistics, 2.0)
    again = model.merge(statistics, statistics)
    assert twice["n"] == again["n"] == 12
    for name in ("mean", "log_variance" if model == Gaussian() else "log_determinant"):
        np.testing.assert_allclose(
            model.quantity(name, model.estimate(twice)),
            model.quantity(name, model.estimate(again)),
            rtol=1e-10,
        )


@pytest.mark.parametrize("model", [Gaussian(), MultivariateGaussian(3)], ids=str)
def test_heat_multiplies_the_variance_by_the_temperature(model):
    rng = np.random.default_rng(5)
    cold = model.fit(rng.normal(2, 3, (2, 6) if model == Gaussian() else (2, 6, 3)))
    hot = model.heat(cold, 4.0)
    name = "variance" if model == Gaussian() else "covariance"
    np.testing.assert_allclose(model.quantity(name, hot), 4 * model.quantity(name, cold))
    np.testing.assert_allclose(model.quantity("mean", hot), model.quantity("mean", cold))


def test_equal_samples_have_no_covariance_and_raise_no_warning():
    model, data = MultivariateGaussian(2), np.full((3, 5, 2), 7.0)
    with np.errstate(all="raise"):
        fit = model.fit(data)
        merged = model.estimate(model.merge(model.statistics(data), model.statistics(data)))
    for parameters in (fit, merged):
        np.testing.assert_array_equal(parameters["mean"], 7)
        np.testing.assert_array_equal(model.quantity("covariance", parameters), 0)


def test_divisors_make_right_what_they_are_named_after():
    """Each divisor against quadrature of the chi-square law."""
    for n in (2, 3, 10, 50):
        chi2 = stats.chi2(n - 1)
        assert DIVISORS["unbiased"](n) == pytest.approx(chi2.mean())
        assert DIVISORS["mle"](n) == n
        assert chi2.expect(np.sqrt) / np.sqrt(DIVISORS["c4"](n)) == pytest.approx(1, rel=1e-5)
        assert DIVISORS["median-unbiased"](n) == pytest.approx(chi2.median())
        log_mean = stats.loggamma((n - 1) / 2).mean() + np.log(2)
        assert np.log(DIVISORS["log-unbiased"](n)) == pytest.approx(log_mean)


@pytest.mark.parametrize("freedom", [2, 3, 8])
def test_bartlett_is_wishart(freedom):
    """Mean of A A^T is freedom times the identity; with 2 < d the rank is 2."""
    a = _bartlett(20_000, 3, freedom, np.random.default_rng(4))
    wishart = a @ np.swapaxes(a, 1, 2)
    error = wishart.std(axis=0) / np.sqrt(len(a))
    assert (np.abs(wishart.mean(axis=0) - freedom * np.eye(3)) < 5 * error).all()
    assert (np.linalg.matrix_rank(wishart[:50], tol=1e-8) == min(freedom, 3)).all()


def test_few_samples_in_many_dimensions_lose_rank_at_once_in_both_paths():
    for exact in (True, False):
        history = simulate(
            MultivariateGaussian(6),
            replace(),
            n_generations=2,
            n_samples=4,
            n_chains=20,
            exact=exact,
            rng=np.random.default_rng(5),
        )
        axes = history["log_axes"]
        assert (axes[:, :, 2] > -20).all()
        assert (axes[:, :, 3:] < -30).all()


def test_the_needle_keeps_its_precision():
    """Axes that differ by far more than 1e16 are still told apart: factors, not covariances."""
    history = simulate(
        MultivariateGaussian(2),
        replace(),
        n_generations=600,
        n_samples=5,
        rng=np.random.default_rng(6),
    )
    long, short = history["log_axes"][-1, 0]
    assert long - short > 60
    assert np.isfinite(history["log_determinant"]).all()


def test_chains_go_on_below_the_smallest_float_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        history = simulate(
            Gaussian(), replace(), n_generations=9000, n_samples=3, rng=np.random.default_rng(7)
        )
        assert history["log_variance"][-1, 0] < -2000
        assert history["variance"][-1, 0] == 0
        assert np.isfinite(history["mean"]).all()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: Gaussian("sample"), "divisor must be one of 'unbiased'"),
        (lambda: MultivariateGaussian(0), "dimension must be at least 1, got 0"),
        (lambda: MultivariateGaussian(2, "c4"), "divisor must be one of"),
        (lambda: Gaussian().truth({"variance": 0.0}), r"truth\['variance'\] must be greater than"),
        (lambda: Gaussian().truth({"sigma": 1.0}), "unknown entries"),
        (lambda: Gaussian().fit([[1.0, np.nan]]), "NaN or infinite"),
        (lambda: Gaussian().fit([1.0, 2.0]), "must have 2 dimension"),
        (lambda: MultivariateGaussian(2).fit(np.ones((1, 4, 3))), "must have 2 columns"),
        (
            lambda: MultivariateGaussian(2).truth({"covariance": [[1, 2], [2, 1]]}),
            "positive definite, its smallest eigenvalue is -1",
        ),
        (lambda: MultivariateGaussian(2).truth({"covariance": [[1, 2], [0, 1]]}), "symmetric"),
        (lambda: MultivariateGaussian(2).truth({"sigma": 1}), "unknown entries"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_an_unknown_quantity_lists_the_known_ones():
    with pytest.raises(KeyError, match="it has mean, log_variance, variance, std"):
        Gaussian().quantity("sigma", {})
    with pytest.raises(KeyError, match="needs 'log_variance'"):
        Gaussian().quantity("std", {"mean": np.zeros(1)})


def test_a_model_without_a_method_says_so():
    class Half(Model):
        parameters = ("mean",)

    with pytest.raises(NotImplementedError, match=r"Half does not define sample\(\)"):
        Half().sample({"mean": np.zeros(2)}, 3, np.random.default_rng(1))
    with pytest.raises(NotImplementedError, match=r"Half does not define fit\(\)"):
        Half().fit(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="Half has no default truth"):
        Half().truth()
    with pytest.raises(ValueError, match="truth lacks mean"):
        Half().truth({"variance": 1.0})
    with pytest.raises(KeyError, match="parameters lack 'mean', which was not recorded"):
        Half().quantity("mean", {})


def test_one_sample_has_no_spread_about_its_own_mean():
    """Both paths: the sum of squares is zero, so that merging it adds only the gap of the means."""
    rng = np.random.default_rng(8)
    start = {"mean": np.zeros(3), "log_variance": np.zeros(3)}
    drawn = Gaussian().draw_statistics(start, 1, rng)
    assert (drawn["log_squares"] == -np.inf).all()
    assert (Gaussian().statistics(rng.normal(size=(3, 1)))["log_squares"] == -np.inf).all()
    data = np.array([[1.0, 2.0, 5.0]])
    merged = Gaussian().merge(
        Gaussian().statistics(data[:, :2]), Gaussian().statistics(data[:, 2:])
    )
    np.testing.assert_allclose(
        Gaussian().estimate(merged)["log_variance"], np.log(data.var(ddof=1))
    )
