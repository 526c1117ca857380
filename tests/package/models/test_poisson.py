"""The Poisson model: one draw per generation, and extinction."""

import warnings

import numpy as np
import pytest

from collapse_utils import accumulate, replace, simulate
from collapse_utils.models.poisson import Poisson
from tests.support.law import FALSE_ALARM, Z_LIMIT, both_paths, p_same_law, z_score
from tests.support.model_example import TOKENS, Example

EXAMPLE = Example(model=Poisson(), arguments={}, data=TOKENS, truth={"rate": 2.0})
SEEDS = [31, 32, 33]
RUN = dict(n_generations=4, n_samples=6, n_chains=3000, truth={"rate": 0.7})


def rng(seed):
    return np.random.default_rng(seed)


def summaries(history):
    rate = history["rate"]
    return [rate[0], rate[1], rate[-1], rate[-1] - rate[-2]]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("workflow", [replace(), accumulate()], ids=lambda w: w.name)
def test_exact_and_literal_paths_agree_in_law(workflow, seed):
    """False-alarm rate 1e-4."""
    exact, literal = both_paths(Poisson(), workflow, seed, **RUN)
    assert p_same_law(summaries(exact), summaries(literal)) > FALSE_ALARM


class OneSampleTooFew(Poisson):
    """A wrong law: the sum of one count less, scaled up."""

    def draw_statistics(self, parameters, n_samples, rng):
        drawn = super().draw_statistics(parameters, n_samples - 1, rng)
        return self.scale(drawn, n_samples / (n_samples - 1))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_law_test_notices_one_sample_too_few(seed):
    wrong, literal = both_paths(OneSampleTooFew(), replace(), seed, **RUN)
    assert p_same_law(summaries(wrong), summaries(literal)) < FALSE_ALARM


@pytest.mark.parametrize("seed", SEEDS)
def test_survival_is_suresh_theorem_2(seed):
    """P(alive) = 1 - exp(-n rate g_k), g_1 = 1, g_{k+1} = 1 - exp(-g_k); false alarms 1e-4."""
    n, rate, last = 10, 1.0, 39
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        history = simulate(
            Poisson(),
            replace(),
            n_generations=last,
            n_samples=n,
            n_chains=20_000,
            truth={"rate": rate},
            rng=rng(seed),
        )
    alive = history["rate"] > 0
    assert not (alive[1:] & ~alive[:-1]).any()
    g = [1.0]
    for _ in range(last):
        g.append(-np.expm1(-g[-1]))
    for generation in (4, last):
        expected = -np.expm1(-n * rate * g[generation])
        assert abs(z_score(alive[generation], expected)) < Z_LIMIT
    assert abs(z_score(alive[4], -np.expm1(-n * rate * g[5]))) > Z_LIMIT


def test_fit_is_the_mean_and_merging_pools():
    model, generator = Poisson(), rng(1)
    first, second = generator.poisson(3.0, (4, 7)), generator.poisson(1.0, (4, 9))
    np.testing.assert_allclose(model.fit(first)["rate"], first.mean(1))
    merged = model.merge(model.statistics(first), model.statistics(second))
    pooled = np.concatenate([first, second], axis=1)
    np.testing.assert_allclose(model.estimate(merged)["rate"], pooled.mean(1))
    weighted = model.merge(model.scale(model.statistics(first), 2.0), model.statistics(second))
    twice = np.concatenate([first, first, second], axis=1)
    np.testing.assert_allclose(model.estimate(weighted)["rate"], twice.mean(1))


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: Poisson().truth({"rate": 0.0}), ValueError, r"truth\['rate'\] must be greater"),
        (lambda: Poisson().truth({"rate": np.inf}), ValueError, "must be finite"),
        (lambda: Poisson().truth({"mean": 1.0}), ValueError, "unknown entries"),
        (lambda: Poisson().fit([[1, -1]]), ValueError, "counts 0, 1, 2, ..., got -1"),
        (lambda: Poisson().fit([[0.5]]), ValueError, "got 0.5"),
        (lambda: Poisson().fit([1, 2]), ValueError, "must have 2 dimension"),
        (lambda: Poisson().sample({"rate": [1.0]}, 2, 7), TypeError, "rng must be a numpy"),
        (lambda: Poisson().draw_statistics({"rate": [1.0]}, 2, 7), TypeError, "default_rng"),
        (lambda: Poisson().sample({"rate": [-1.0]}, 2, rng(0)), ValueError, "not be negative"),
        (lambda: Poisson().draw_statistics({"rate": [1e18]}, 2, rng(0)), ValueError, "at most 1e"),
        (lambda: Poisson().sample({"rate": [1.0]}, 2.5, rng(0)), TypeError, "n_samples must be an"),
        (lambda: Poisson().scale({"n": 1, "total": [1]}, np.nan), ValueError, "factor must be"),
        (lambda: Poisson().estimate({"n": 0, "total": [0]}), ValueError, "at least 1 sample"),
    ],
)
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
