"""Gaussian mixtures: a literal EM, known mixtures, the likelihood that never falls, the loop."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from collapse_utils import accumulate, replace, simulate
from collapse_utils.models.mixture import GaussianMixture
from tests.support.law import FALSE_ALARM, Z_LIMIT, z_score
from tests.support.model_example import LINE, Example

EXAMPLE = Example(
    model=GaussianMixture(2),
    arguments={
        "n_components": 2,
        "dimension": 2,
        "max_iterations": 10,
        "tolerance": 1e-3,
        "floor": 1e-6,
        "warm_start": False,
    },
    data=LINE,
    truth={"means": [-1.0, 1.0]},
    others={"x": LINE},
)
SEEDS = [101, 102, 103]
TWO = {"weights": [0.3, 0.7], "means": [-4.0, 3.0], "variances": [1.0, 2.25]}
PLANE = {
    "weights": [0.2, 0.3, 0.5],
    "means": [[0.0, 0.0], [6.0, 0.0], [0.0, 7.0]],
    "covariances": [np.eye(2), [[2.0, 0.8], [0.8, 1.0]], [[0.5, -0.2], [-0.2, 1.5]]],
}


def chains(model, given, n_chains):
    """Return the true parameters, once a chain."""
    truth = model.truth(given)
    return {k: np.broadcast_to(v, (n_chains, *v.shape)) for k, v in truth.items()}


def likelihood(model, parameters, data):
    return model.log_density(parameters, data).mean(axis=1)


def literal_em(x, weights, means, covariances, n_iterations):
    """The algorithm for one chain, component by component; x has shape (n, d)."""
    n_components = len(weights)
    for _ in range(n_iterations):
        laws = [stats.multivariate_normal(means[k], covariances[k]) for k in range(n_components)]
        shares = np.column_stack([w * law.pdf(x) for w, law in zip(weights, laws, strict=True)])
        shares /= shares.sum(axis=1, keepdims=True)
        weights = shares.mean(axis=0)
        means = [np.average(x, axis=0, weights=share) for share in shares.T]
        covariances = [np.cov(x.T, aweights=share, ddof=0) for share in shares.T]
    return weights, np.array(means), np.array(covariances)


def test_iterations_on_the_line_are_those_of_the_literal_algorithm():
    model = GaussianMixture(2, max_iterations=7, tolerance=0.0)
    start = chains(model, {"means": [-1.0, 2.0]}, 3)
    data = np.random.default_rng(1).normal(0, 3, (3, 50))
    fitted = model.fit(data, start)
    for k in range(3):
        wanted = literal_em(data[k][:, None], [0.5, 0.5], [[-1.0], [2.0]], np.ones((2, 1, 1)), 7)
        for name, values in zip(model.parameters, wanted, strict=True):
            np.testing.assert_allclose(fitted[name][k], values.ravel(), rtol=1e-9)


def test_iterations_in_space_are_those_of_the_literal_algorithm():
    model = GaussianMixture(2, 3, max_iterations=5, tolerance=0.0)
    means = np.array([[-1.0, 0, 0], [2.0, 1, 0]])
    data = np.random.default_rng(2).normal(0, 3, (2, 60, 3))
    fitted = model.fit(data, chains(model, {"means": means}, 2))
    for k in range(2):
        wanted = literal_em(data[k], [0.5, 0.5], means, [np.eye(3)] * 2, 5)
        for name, values in zip(model.parameters, wanted, strict=True):
            np.testing.assert_allclose(fitted[name][k], values, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "model, given", [(GaussianMixture(2), TWO), (GaussianMixture(3, 2), PLANE)], ids=["2", "3"]
)
def test_known_mixtures_are_found_from_the_data_alone(model, given, seed):
    """Weights within five standard errors, but for one chain in twelve at a lesser maximum."""
    rng, n = np.random.default_rng(seed), 2000
    data = model.sample(chains(model, given, 12), n, rng)
    fitted = model.fit(data)
    truth = model.truth(given)
    order = np.argsort(fitted["weights"], axis=1)
    close = np.abs(np.take_along_axis(fitted["weights"], order, 1) - truth["weights"]) < 0.06
    assert close.all(axis=1).sum() >= 11
    start = model.fit(data, chains(model, given, 12))
    assert np.median(likelihood(model, fitted, data) - likelihood(model, start, data)) > -1e-5
    assert (np.abs(start["means"] - truth["means"]) < 0.35).all()


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    n_components=st.integers(1, 3),
    dimension=st.integers(1, 2),
    scale=st.sampled_from([1e-3, 1.0, 1e4]),
)
def test_the_likelihood_never_falls(seed, n_components, dimension, scale):
    rng = np.random.default_rng(seed)
    shape = (2, 30) if dimension == 1 else (2, 30, dimension)
    data = scale * rng.standard_t(3, shape)
    parameters, last = None, -np.inf
    for _ in range(6):
        model = GaussianMixture(n_components, dimension, max_iterations=1)
        parameters = model.fit(data, parameters)
        now = likelihood(model, parameters, data)
        assert (now >= last - 1e-9).all()
        last = now


def test_one_component_is_the_sample_mean_and_covariance():
    rng = np.random.default_rng(3)
    x = rng.normal(5, 2, (4, 30))
    fitted = GaussianMixture(1).fit(x)
    np.testing.assert_allclose(fitted["means"][:, 0], x.mean(axis=1))
    np.testing.assert_allclose(fitted["variances"][:, 0], x.var(axis=1))
    y = rng.normal(size=(4, 30, 3))
    fitted = GaussianMixture(1, 3).fit(y)
    for k in range(4):
        np.testing.assert_allclose(fitted["covariances"][k, 0], np.cov(y[k].T, ddof=0), atol=1e-12)


def test_chains_do_not_know_of_one_another():
    """A chain that converges early stops; the others go on as if it were not there."""
    rng = np.random.default_rng(4)
    model = GaussianMixture(2)
    easy = model.sample(chains(model, TWO, 1), 200, rng)
    hard = rng.normal(size=(2, 200))
    together = model.fit(np.concatenate([easy, hard]))
    for k, data in enumerate([easy, hard[:1], hard[1:]]):
        for name, values in model.fit(data).items():
            np.testing.assert_allclose(together[name][k], values[0], rtol=1e-9)


def test_fits_move_with_the_data():
    data = np.random.default_rng(5).normal(size=(2, 60)) ** 3
    model = GaussianMixture(2)
    first, second = model.fit(data), model.fit(100 * data - 7)
    np.testing.assert_allclose(second["weights"], first["weights"], rtol=1e-6)
    np.testing.assert_allclose(second["means"], 100 * first["means"] - 7, rtol=1e-6)
    np.testing.assert_allclose(second["variances"], 1e4 * first["variances"], rtol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_samples_follow_the_mixture(seed):
    """False-alarm rate 1e-4."""
    model = GaussianMixture(2)
    x = model.sample(chains(model, TWO, 1), 20_000, np.random.default_rng(seed))[0]

    def cdf(at, weights):
        return stats.norm.cdf(at[:, None], TWO["means"], np.sqrt(TWO["variances"])) @ weights

    assert stats.kstest(x, lambda at: cdf(at, [0.3, 0.7])).pvalue > FALSE_ALARM
    assert stats.kstest(x, lambda at: cdf(at, [0.35, 0.65])).pvalue < FALSE_ALARM


@pytest.mark.parametrize("seed", SEEDS)
def test_samples_in_the_plane_have_the_derived_moments(seed):
    """False-alarm rate 1e-4 each."""
    model = GaussianMixture(3, 2)
    truth = model.truth(PLANE)
    x = model.sample(chains(model, PLANE, 1), 50_000, np.random.default_rng(seed))[0]
    mean, covariance = (model.quantity(name, truth) for name in ("mean", "covariance"))
    centred = x - mean
    for i in range(2):
        assert abs(z_score(x[:, i], mean[i])) < Z_LIMIT
        for j in range(2):
            assert abs(z_score(centred[:, i] * centred[:, j], covariance[i, j])) < Z_LIMIT
    assert abs(z_score(centred[:, 0] ** 2, covariance[1, 1])) > Z_LIMIT


def test_log_density_against_scipy():
    model = GaussianMixture(3, 2)
    p = chains(model, PLANE, 2)
    x = np.random.default_rng(6).normal(0, 5, (2, 9, 2))
    wanted = sum(
        w * stats.multivariate_normal(m, c).pdf(x)
        for w, m, c in zip(*(PLANE[name] for name in model.parameters), strict=True)
    )
    np.testing.assert_allclose(np.exp(model.log_density(p, x)), wanted)
    line = GaussianMixture(2)
    far = line.log_density(chains(line, TWO, 1), [[1e3]])
    assert far[0, 0] == pytest.approx(np.log(0.7) + stats.norm(3, 1.5).logpdf(1e3))


def test_components_that_shrink_onto_a_sample_stop_at_the_floor():
    data = np.concatenate([np.random.default_rng(7).normal(size=40), [30.0]])[None]
    for floor in (1e-4, 1e-10):
        fitted = GaussianMixture(2, floor=floor).fit(data)
        assert fitted["variances"].min() == pytest.approx(floor * data.var())
        assert fitted["weights"].min() == pytest.approx(1 / 41)
    plane = np.stack([data, np.zeros_like(data)], axis=-1)
    fitted = GaussianMixture(2, 2, floor=1e-4).fit(plane)
    lowest = np.linalg.eigvalsh(fitted["covariances"])
    np.testing.assert_allclose(lowest[..., 0], 1e-4 * data.var())


def test_a_component_without_samples_keeps_its_place_without_a_warning():
    model = GaussianMixture(2)
    start = chains(model, {"means": [0.0, 1e3]}, 1)
    data = np.random.default_rng(8).normal(size=(1, 50))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted = model.fit(data, start)
        again = model.fit(data + 1, fitted)
        x = model.sample(again, 100, np.random.default_rng(1))
    assert fitted["weights"].tolist() == [[1.0, 0.0]]
    assert again["means"][0, 1] == 1e3
    assert again["variances"][0, 1] == 1
    assert np.abs(x).max() < 10


@pytest.mark.parametrize("value", [0.0, 5.0, 1e-200, -1e12])
def test_constant_data_are_fitted_without_a_warning(value):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted = GaussianMixture(2, floor=0.0).fit(np.full((2, 6), value))
        flat = GaussianMixture(2, 2).fit(np.full((2, 6, 2), value))
    np.testing.assert_allclose(fitted["means"], value)
    np.testing.assert_allclose(flat["means"], value)
    assert (fitted["variances"] > 0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_weights_of_separated_components_drift_like_gene_frequencies(seed):
    """E w (1 - w) = w_0 (1 - w_0)(1 - 1/M)^g: no sample is in doubt. False-alarm rate 1e-4."""
    model, m, g = GaussianMixture(2, max_iterations=3), 20, 6
    given = {"means": [-50.0, 50.0]}
    rng, parameters = np.random.default_rng(seed), chains(model, given, 2000)
    for _ in range(g):
        parameters = model.fit(model.sample(parameters, m, rng), parameters)
    w = parameters["weights"]
    assert abs(z_score(w[:, 0] * w[:, 1], 0.25 * (1 - 1 / m) ** g)) < Z_LIMIT
    assert abs(z_score(w[:, 0] * w[:, 1], 0.25 * (1 - 1 / m) ** (g + 2))) > Z_LIMIT


@pytest.mark.parametrize("workflow", [replace(), accumulate()], ids=lambda w: w.name)
def test_the_loop_runs(workflow):
    history = simulate(
        GaussianMixture(2),
        workflow,
        truth=TWO,
        n_generations=4,
        n_samples=60,
        n_chains=5,
        rng=np.random.default_rng(1),
    )
    assert history.settings["exact"] is False
    assert history["means"].shape == (5, 5, 2)
    assert history["variance"].shape == (5, 5)
    assert history.truth["mean"] == pytest.approx(0.9)
    np.testing.assert_allclose(history["weights"].sum(axis=-1), 1)


def test_scikit_learn_finds_the_same_maximum():
    mixture = pytest.importorskip("sklearn.mixture")
    model = GaussianMixture(2, tolerance=1e-12, max_iterations=5000)
    data = model.sample(chains(model, TWO, 1), 500, np.random.default_rng(9))
    fitted = model.fit(data)
    other = mixture.GaussianMixture(2, tol=1e-10, reg_covar=0, random_state=1).fit(data[0][:, None])
    order = np.argsort(other.means_[:, 0])
    np.testing.assert_allclose(fitted["means"][0], other.means_[order, 0], rtol=1e-3)
    np.testing.assert_allclose(fitted["weights"][0], other.weights_[order], rtol=1e-3)


DATA = np.zeros((1, 4))


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: GaussianMixture(0), ValueError, "n_components must be at least 1"),
        (lambda: GaussianMixture(2, 0), ValueError, "dimension must be at least 1"),
        (lambda: GaussianMixture(2, max_iterations=0), ValueError, "max_iterations must be at"),
        (lambda: GaussianMixture(2, tolerance=-1.0), ValueError, "tolerance must be at least 0"),
        (lambda: GaussianMixture(2, floor=1.0), ValueError, "floor must be less than 1"),
        (lambda: GaussianMixture(2, warm_start=1), TypeError, "warm_start must be True or False"),
        (lambda: GaussianMixture(2).truth(), ValueError, "truth needs means"),
        (lambda: GaussianMixture(2).truth({"means": [1.0]}), ValueError, r"have shape \(2,\)"),
        (lambda: GaussianMixture(1).truth({"means": [1.0], "std": 1}), ValueError, "unknown"),
        (
            lambda: GaussianMixture(2).truth({"means": [0, 1], "weights": [1, 1]}),
            ValueError,
            r"truth\['weights'\] must not be negative and must sum to 1",
        ),
        (
            lambda: GaussianMixture(2).truth({"means": [0, 1], "variances": [1, -1]}),
            ValueError,
            r"truth\['variances'\] must not be negative",
        ),
        (lambda: GaussianMixture(2).fit(np.zeros((2, 3, 1))), ValueError, "data must have shape"),
        (lambda: GaussianMixture(2, 2).fit(DATA), ValueError, r"\(n_chains, n_samples, 2\)"),
        (lambda: GaussianMixture(2).fit([[1.0]]), ValueError, "at least 2 samples, got 1"),
        (lambda: GaussianMixture(2).fit([[1.0, np.nan]]), ValueError, "NaN"),
        (
            lambda: GaussianMixture(1).fit(DATA, {"means": [[0.0]]}),
            ValueError,
            "start lacks weights, var",
        ),
        (
            lambda: GaussianMixture(1).fit(
                DATA, {"means": [0.0], "weights": [[1.0]], "variances": [[1.0]]}
            ),
            ValueError,
            r"start\['means'\] must have shape \(1, 1\)",
        ),
    ],
)
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
