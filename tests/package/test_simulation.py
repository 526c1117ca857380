"""The loop: indices, reproducibility, workers, sizes, data, a model of one's own, bad input."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

from collapse_utils import Gaussian, MultivariateGaussian, accumulate, replace, simulate
from collapse_utils import simulation as module
from collapse_utils.models import (
    Categorical,
    GaussianMixture,
    KernelDensity,
    Model,
    SoftmaxRegression,
)
from tests.support.law import Z_LIMIT, z_score


def run(**changes):
    options = dict(n_generations=5, n_samples=10, n_chains=40, rng=np.random.default_rng(1))
    options |= changes
    model, workflow = options.pop("model", Gaussian()), options.pop("workflow", replace())
    return simulate(model, workflow, **options)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("seed", [21, 22, 23])
def test_index_zero_is_the_fit_to_real_data(exact, seed):
    """Var(mean_g) = (g + 1) / M: neither the truth nor one fit too many. False alarms 1e-4."""
    history = run(n_generations=2, n_chains=20_000, exact=exact, rng=np.random.default_rng(seed))
    for g in range(3):
        squares = history["mean"][g] ** 2
        assert abs(z_score(squares, (g + 1) / 10)) < Z_LIMIT
        assert abs(z_score(squares, g / 10)) > Z_LIMIT


@pytest.mark.parametrize("exact", [True, False])
def test_truth_is_kept_apart_and_used(exact):
    truth = {"mean": 1e6, "variance": 4.0}
    history = run(truth=truth, exact=exact, n_chains=2000)
    assert history.truth["std"] == pytest.approx(2)
    assert history.truth["mean"] == 1e6
    assert history["mean"][0].mean() == pytest.approx(1e6, abs=1)
    assert np.median(history["std"][0]) == pytest.approx(2, rel=0.1)


@pytest.mark.parametrize("workflow", [replace(), accumulate()], ids=lambda w: w.name)
@pytest.mark.parametrize("exact", [True, False])
def test_real_data_start_every_chain_at_the_same_fit(workflow, exact):
    data = np.random.default_rng(2).normal(50, 3, 30)
    history = run(data=data, n_samples=None, workflow=workflow, exact=exact)
    assert history.settings["n_samples"] == 30
    assert history.truth == {}
    np.testing.assert_allclose(history["mean"][0], data.mean())
    np.testing.assert_allclose(history["variance"][0], data.var(ddof=1))
    assert history["mean"][1].std() > 0


def test_data_and_walk_keep_the_sizes_in_step():
    """The first size belongs to the real data: the second fit uses the second size."""
    data = np.random.default_rng(3).normal(size=50)
    sizes = [50, 1_000_000, 2]
    history = run(data=data, n_samples=sizes, n_generations=2, n_chains=500)
    assert np.abs(history["mean"][1] - data.mean()).max() < 0.01
    assert np.abs(history["mean"][2] - data.mean()).max() > 0.5


@pytest.mark.parametrize("workflow", [replace(), accumulate()], ids=lambda w: w.name)
def test_equal_generators_give_equal_histories_and_others_do_not(workflow):
    first = run(workflow=workflow)
    again = run(workflow=workflow)
    other = run(workflow=workflow, rng=np.random.default_rng(2))
    assert np.array_equal(first["mean"], again["mean"])
    assert not np.array_equal(first["mean"], other["mean"])


def test_the_generator_moves_on_between_runs():
    rng = np.random.default_rng(1)
    assert not np.array_equal(run(rng=rng)["mean"], run(rng=rng)["mean"])


@pytest.mark.parametrize("workers", [1, 2, 7])
@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_the_number_of_workers_changes_nothing(pool, workers, monkeypatch):
    monkeypatch.setattr(module, "_VALUES_PER_BLOCK", 40)
    alone = run(model=MultivariateGaussian(2), workflow=accumulate())
    with pool(workers) as executor:
        together = run(model=MultivariateGaussian(2), workflow=accumulate(), executor=executor)
    for name in alone.arrays:
        assert np.array_equal(alone[name], together[name])


def test_blocks_cover_all_chains_with_bounded_memory():
    for n_chains, values in [(1, 10), (20_000, 401), (5, 10**9), (100_003, 1)]:
        blocks = module._blocks(n_chains, values)
        assert sum(blocks) == n_chains
        assert max(blocks) - min(blocks) <= 1
        assert max(blocks) == 1 or max(blocks) * values <= module._VALUES_PER_BLOCK


def test_large_models_run_in_short_blocks(monkeypatch):
    """What a chain keeps counts, not only how many generations it runs."""
    lengths = []
    real = module._blocks

    def spy(*arguments):
        lengths.append(real(*arguments))
        return lengths[-1]

    monkeypatch.setattr(module, "_blocks", spy)
    monkeypatch.setattr(module, "_VALUES_PER_BLOCK", 1000)
    uniform = {"probability": np.full((10, 10), 0.1)}
    run(model=Categorical(100), n_samples=20, record=["support"])
    run(model=MultivariateGaussian(10), n_samples=20)
    run(model=SoftmaxRegression(10, 10), n_samples=20, truth=uniform)
    assert [max(blocks) for blocks in lengths] == [8, 8, 8]


def test_a_schedule_of_sizes_is_followed():
    sizes = [10, 1000, 100_000]
    spread = run(n_generations=2, n_samples=sizes, n_chains=4000)["mean"]
    steps = [spread[0], *np.diff(spread, axis=0)]
    for step, size in zip(steps, sizes, strict=True):
        assert step.std() == pytest.approx(1 / np.sqrt(size), rel=0.2)


def test_only_what_is_asked_for_is_recorded():
    history = run(record=["std"])
    assert list(history.arrays) == ["std"]
    np.testing.assert_allclose(history["std"], run()["std"])


class Uniform(Model):
    """A model of one's own in ten lines: uniform on [0, top], fitted by the largest value."""

    parameters = ("top",)

    def sample(self, parameters, n_samples, rng):
        top = parameters["top"]
        return top[:, None] * rng.random((len(top), n_samples))

    def fit(self, data):
        return {"top": data.max(axis=1)}


@pytest.mark.parametrize("seed", [31, 32, 33])
def test_a_model_of_ones_own_runs_literally(seed):
    """E top_n = (M / (M + 1))^n for the largest of M uniforms. False alarms 1e-4."""
    history = run(
        model=Uniform(), truth={"top": 1.0}, n_chains=20_000, rng=np.random.default_rng(seed)
    )
    assert history.settings["exact"] is False
    assert abs(z_score(history["top"][-1], (10 / 11) ** 6)) < Z_LIMIT


class TwiceAtOnce(Uniform):
    """What a model may define besides is asked of it only where it does."""

    minimum_samples = 3

    def heat(self, parameters, temperature):
        return {"top": parameters["top"] * temperature}


def test_what_a_model_defines_besides_is_used():
    options = dict(truth={"top": 1.0}, temperature=0.5, n_chains=2000, n_samples=1000)
    tops = run(model=TwiceAtOnce(), **options)["top"].mean(axis=1)
    np.testing.assert_allclose(tops, 0.5 ** np.arange(6), rtol=0.01)
    with pytest.raises(ValueError, match="n_samples must be at least 3 for TwiceAtOnce"):
        run(model=TwiceAtOnce(), truth={"top": 1.0}, n_samples=2)


def test_only_what_inherits_from_model_is_a_model():
    class Alike:
        parameters = ("top",)
        truth, sample, fit = Uniform.truth, Uniform.sample, Uniform.fit

    with pytest.raises(TypeError, match=r"model must be .* inherits from Model, got <.*Alike"):
        run(model=Alike())


def test_a_mixture_is_refitted_from_where_it_was():
    """A warm start keeps the components' order; a cold one numbers them anew."""
    truth = {
        "weights": np.array([0.5, 0.5]),
        "means": np.array([4.0, -4.0]),
        "variances": np.array([1.0, 1.0]),
    }
    options = dict(truth=truth, n_generations=3, n_samples=200, n_chains=4)
    warm = run(model=GaussianMixture(2), **options)["means"]
    cold = run(model=GaussianMixture(2, warm_start=False), **options)["means"]
    assert (np.sign(warm[1:]) == np.sign(warm[0])).all()
    assert not np.array_equal(warm[1:], cold[1:])


def test_parameters_that_grow_are_refused_by_name():
    growing = dict(model=KernelDensity(0.5), workflow=accumulate())
    with pytest.raises(ValueError, match=r"points has another shape in every generation.*record"):
        run(**growing)
    assert run(**growing, record=["variance"])["variance"].shape == (6, 40)


def test_a_workflow_is_any_rule_that_takes_a_turn():
    def first_word_only(turn):
        return turn.pool

    history = run(workflow=first_word_only)
    assert history.settings["workflow"] == "first_word_only"
    assert np.array_equal(history["mean"][0], history["mean"][-1])


@pytest.mark.parametrize(
    "changes, error, message",
    [
        ({"rng": 1}, TypeError, r"rng must be a numpy.random.Generator, got 1.*default_rng"),
        ({"n_chains": 0}, ValueError, "n_chains must be at least 1, got 0"),
        ({"n_generations": -1}, ValueError, "n_generations must be at least 0, got -1"),
        ({"n_generations": 2.5}, TypeError, "n_generations must be an integer, got 2.5"),
        ({"n_samples": 1}, ValueError, "n_samples must be at least 2 for Gaussian to be fitted"),
        ({"n_samples": None}, TypeError, "n_samples is missing"),
        ({"n_samples": [10, 10]}, ValueError, "n_generations [+] 1 = 6 numbers, got 2"),
        ({"exact": 1}, TypeError, 'exact must be True, False or "auto"'),
        ({"data": np.ones(5), "truth": {}}, ValueError, "either truth or data"),
        ({"data": np.ones(1)}, ValueError, "data must hold at least 2 samples, got 1"),
        ({"data": [1.0, np.inf]}, ValueError, "NaN or infinite"),
        ({"record": ["sigma"]}, KeyError, "no quantity 'sigma'"),
        ({"record": "mean"}, TypeError, "record must be a sequence of names, got 'mean'"),
        ({"record": []}, ValueError, "record is empty"),
        (
            {"model": Uniform(), "exact": True, "truth": {"top": 1.0}},
            ValueError,
            "Uniform has no exact path",
        ),
        ({"model": Uniform()}, ValueError, "Uniform has no default truth"),
    ],
)
def test_bad_input_names_the_argument(changes, error, message):
    with pytest.raises(error, match=message):
        run(**changes)
