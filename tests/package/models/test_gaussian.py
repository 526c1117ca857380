"""The normal law: numpy's moments, both paths of one law, divisors, dead chains."""

import dataclasses
import warnings

import numpy as np
import pytest
from scipy import stats

from collapse_utils import Gaussian, accumulate, replace, simulate
from collapse_utils.models import DIVISORS
from tests.support.law import FALSE_ALARM, both_paths, p_same_law
from tests.support.model_example import LINE, Example

EXAMPLE = Example(
    model=Gaussian(), arguments={"divisor": "mle"}, data=LINE, truth={"variance": 2.0}
)
SEEDS = [11, 12, 13]


WORKFLOWS = [replace(), accumulate()]
RUN = dict(n_chains=1500, n_generations=4)


def summaries(history):
    """Reduce the first and the last generation to one-dimensional samples."""
    rows = [history[name][g] for name in ("mean", "log_variance") for g in (1, -1)]
    return [*rows, np.abs(rows[1]) / np.exp(rows[3] / 2)]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda w: w.name)
@pytest.mark.parametrize(
    "model, n_samples",
    [(Gaussian(), 2), (Gaussian(), 7), (Gaussian("mle"), 5), (Gaussian("c4"), 6)],
    ids=str,
)
def test_exact_and_literal_paths_agree_in_law(model, n_samples, workflow, seed):
    """False-alarm rate 1e-4 for each of the cases."""
    exact, literal = both_paths(model, workflow, seed, n_samples=n_samples, **RUN)
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
    wrong, literal = both_paths(OneDegreeTooMany(), accumulate(), seed, n_samples=7, **RUN)
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
    np.testing.assert_allclose(Gaussian().quantity("variance", fitted), data.var(1, ddof=1))
    np.testing.assert_allclose(Gaussian().quantity("std", fitted), data.std(1, ddof=1))
    np.testing.assert_allclose(np.exp(Gaussian("mle").fit(data)["log_variance"]), data.var(1))


def test_merged_statistics_are_the_statistics_of_the_pooled_data():
    model, rng = Gaussian(), np.random.default_rng(3)
    first, second = rng.normal(0, 1, (2, 5)), rng.normal(7, 3, (2, 10))
    merged = model.estimate(model.merge(model.statistics(first), model.statistics(second)))
    pooled = model.fit(np.concatenate([first, second], axis=1))
    for name in model.parameters:
        np.testing.assert_allclose(merged[name], pooled[name], rtol=1e-10)


def test_samples_that_count_twice_are_the_same_samples_again():
    model = Gaussian()
    statistics = model.statistics(np.random.default_rng(4).normal(2, 3, (2, 6)))
    twice, again = model.scale(statistics, 2.0), model.merge(statistics, statistics)
    assert twice["n"] == again["n"] == 12
    for name, values in model.estimate(twice).items():
        np.testing.assert_allclose(values, model.estimate(again)[name], rtol=1e-10)


def test_heat_multiplies_the_variance_by_the_temperature():
    model = Gaussian()
    cold = model.fit(np.random.default_rng(5).normal(2, 3, (2, 6)))
    hot = model.heat(cold, 4.0)
    np.testing.assert_allclose(
        model.quantity("variance", hot), 4 * model.quantity("variance", cold)
    )
    np.testing.assert_allclose(hot["mean"], cold["mean"])


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
        (lambda: Gaussian().truth({"variance": 0.0}), r"truth\['variance'\] must be greater than"),
        (lambda: Gaussian().truth({"sigma": 1.0}), "unknown entries"),
        (lambda: Gaussian().fit([[1.0, np.nan]]), "NaN or infinite"),
        (lambda: Gaussian().fit([1.0, 2.0]), "must have 2 dimension"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()


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
