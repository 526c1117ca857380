"""The normal law in several dimensions: numpy's covariance, Wishart's law, lost ranks."""

import numpy as np
import pytest

from collapse_utils import MultivariateGaussian, accumulate, replace, simulate
from collapse_utils.models.multivariate_gaussian import _bartlett
from tests.support.law import FALSE_ALARM, both_paths, p_same_law
from tests.support.model_example import PLANE, Example

EXAMPLE = Example(
    model=MultivariateGaussian(2),
    arguments={"dimension": 2, "divisor": "mle"},
    data=PLANE,
    truth={"mean": [0.0, 1.0]},
)
SEEDS = [11, 12, 13]


WORKFLOWS = [replace(), accumulate()]


def summaries(history):
    """Reduce the first and the last generation to one-dimensional samples."""
    out = []
    for name in ("mean", "log_determinant", "log_axes"):
        for generation in (1, -1):
            rows = history[name][generation].reshape(history.n_chains, -1)
            out += [rows[:, 0], rows[:, -1]]
    return out


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda w: w.name)
@pytest.mark.parametrize(
    "model, n_samples",
    [
        (MultivariateGaussian(3), 6),
        (MultivariateGaussian(2, "mle"), 9),
        (MultivariateGaussian(1), 5),
    ],
    ids=str,
)
def test_exact_and_literal_paths_agree_in_law(model, n_samples, workflow, seed):
    """False-alarm rate 1e-4 for each of the cases."""
    options = dict(n_samples=n_samples, n_chains=1500, n_generations=4)
    exact, literal = both_paths(model, workflow, seed, **options)
    assert p_same_law(summaries(exact), summaries(literal)) > FALSE_ALARM


def test_multivariate_fit_is_numpys_covariance():
    data = np.random.default_rng(2).normal(size=(3, 12, 4)) @ np.diag([1, 2, 3, 4.0])
    model = MultivariateGaussian(4)
    covariance = model.quantity("covariance", model.fit(data))
    np.testing.assert_allclose(covariance, [np.cov(x.T) for x in data], rtol=1e-10)


def test_merged_statistics_are_those_of_the_pooled_data():
    model, rng = MultivariateGaussian(3), np.random.default_rng(3)
    first, second = rng.normal(0, 1, (2, 5, 3)), rng.normal(7, 3, (2, 10, 3))
    merged = model.estimate(model.merge(model.statistics(first), model.statistics(second)))
    pooled = model.fit(np.concatenate([first, second], axis=1))
    for name in ("mean", "covariance"):
        np.testing.assert_allclose(
            model.quantity(name, merged), model.quantity(name, pooled), rtol=1e-10
        )


def test_samples_that_count_twice_are_those_samples_again():
    model = MultivariateGaussian(3)
    statistics = model.statistics(np.random.default_rng(4).normal(2, 3, (2, 6, 3)))
    twice, again = model.scale(statistics, 2.0), model.merge(statistics, statistics)
    assert twice["n"] == again["n"] == 12
    for name in ("mean", "log_determinant"):
        np.testing.assert_allclose(
            model.quantity(name, model.estimate(twice)),
            model.quantity(name, model.estimate(again)),
            rtol=1e-10,
        )


def test_heat_multiplies_the_covariance_by_the_temperature():
    model = MultivariateGaussian(3)
    cold = model.fit(np.random.default_rng(5).normal(2, 3, (2, 6, 3)))
    hot = model.heat(cold, 4.0)
    np.testing.assert_allclose(
        model.quantity("covariance", hot), 4 * model.quantity("covariance", cold)
    )
    np.testing.assert_allclose(hot["mean"], cold["mean"])


def test_equal_samples_have_no_covariance_and_raise_no_warning():
    model, data = MultivariateGaussian(2), np.full((3, 5, 2), 7.0)
    with np.errstate(all="raise"):
        fit = model.fit(data)
        merged = model.estimate(model.merge(model.statistics(data), model.statistics(data)))
    for parameters in (fit, merged):
        np.testing.assert_array_equal(parameters["mean"], 7)
        np.testing.assert_array_equal(model.quantity("covariance", parameters), 0)


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


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: MultivariateGaussian(0), "dimension must be at least 1, got 0"),
        (lambda: MultivariateGaussian(2, "c4"), "divisor must be one of"),
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
