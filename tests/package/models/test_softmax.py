"""Softmax regression is counting; decoding is safe at any size of logits."""

import warnings

import numpy as np
import pytest
from scipy import optimize, special

from collapse_utils import accumulate, replace, simulate
from collapse_utils.models.softmax import (
    SoftmaxRegression,
    cross_entropy,
    descend,
    log_softmax,
    softmax,
    top_k,
    top_p,
)
from tests.support.law import FALSE_ALARM, Z_LIMIT, both_paths, p_same_law, z_score
from tests.support.model_example import TOKENS, Example

EXAMPLE = Example(
    model=SoftmaxRegression(4, 4),
    arguments={"n_contexts": 2, "n_types": 3, "context_law": (0.5, 0.5)},
    data=np.stack([TOKENS, TOKENS], axis=-1),
    truth={"logits": np.zeros((4, 4))},
    others={"method": "newton"},
    calls={
        "cross_entropy": {"logits": [[0.0, 1.0]], "counts": [[3.0, 1.0]]},
        "descend": {
            "counts": [[3.0, 1.0]],
            "n_steps": 3,
            "learning_rate": 0.5,
            "logits": [[0.0, 1.0]],
        },
        "log_softmax": {"logits": [0.0, 1.0], "temperature": 0.8, "axis": -1},
        "softmax": {"logits": [0.0, 1.0], "temperature": 0.8, "axis": -1},
        "top_k": {"probability": [0.5, 0.3, 0.2], "k": 2, "axis": -1},
        "top_p": {"probability": [0.5, 0.3, 0.2], "mass": 0.8, "axis": -1},
    },
)
SEEDS = [41, 42, 43]
LAW = np.array([[0.6, 0.3, 0.1], [0.1, 0.1, 0.8]])
RUN = dict(n_generations=4, n_samples=9, n_chains=1500, truth={"probability": LAW})


def rng(seed):
    return np.random.default_rng(seed)


def summaries(history):
    rows = []
    for generation in (1, -1):
        law = history["probability"][generation]
        rows += [law[:, 0, 0], law[:, 1, 2], law[:, 0, 0] - law[:, 1, 2]]
        rows += list(history["heterozygosity"][generation].T)
    return rows


MODELS = [SoftmaxRegression(2, 3), SoftmaxRegression(2, 3, (0.8, 0.2))]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("workflow", [replace(), accumulate()], ids=lambda w: w.name)
@pytest.mark.parametrize("model", MODELS, ids=str)
def test_exact_and_literal_paths_agree_in_law(model, workflow, seed):
    """False-alarm rate 1e-4 for each case."""
    exact, literal = both_paths(model, workflow, seed, **RUN)
    assert p_same_law(summaries(exact), summaries(literal)) > FALSE_ALARM


class FixedContexts(SoftmaxRegression):
    """A wrong law: as many samples in each context as expected, instead of at random."""

    def draw_statistics(self, parameters, n_samples, rng):
        sizes = [n_samples // 2, n_samples - n_samples // 2]
        sizes = np.tile(sizes, (len(parameters["probability"]), 1))
        return {"n": n_samples, "counts": rng.multinomial(sizes, parameters["probability"])}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_law_test_notices_contexts_that_are_not_random(seed):
    wrong, literal = both_paths(FixedContexts(2, 3), replace(), seed, **RUN)
    assert p_same_law(summaries(wrong), summaries(literal)) < FALSE_ALARM


@pytest.mark.parametrize("seed", SEEDS)
def test_one_context_decays_as_seddik_says(seed):
    """E S_m = 1 - (1 - 1/n)^m (1 - S_0); false-alarm rate 1e-4."""
    law, n, last = np.array([[0.5, 0.3, 0.2]]), 20, 14
    history = simulate(
        SoftmaxRegression(1, 3),
        replace(),
        n_generations=last,
        n_samples=n,
        n_chains=4000,
        truth={"probability": law},
        record=["heterozygosity"],
        rng=rng(seed),
    )
    expected = (1 - 1 / n) ** (last + 1) * (1 - (law**2).sum())
    assert abs(z_score(history["heterozygosity"][-1, :, 0], expected)) < Z_LIMIT
    assert abs(z_score(history["heterozygosity"][0, :, 0], expected)) > Z_LIMIT


def pairs(seed, shape=(3, 60)):
    generator = rng(seed)
    return np.stack([generator.integers(0, 4, shape), generator.integers(0, 5, shape)], axis=-1)


def test_the_fit_is_the_ratio_of_counts():
    data = pairs(1)
    fitted = SoftmaxRegression(4, 5).fit(data)["probability"]
    for chain, rows in zip(fitted, data, strict=True):
        for x in range(4):
            following = rows[rows[:, 0] == x, 1]
            np.testing.assert_allclose(
                chain[x], np.bincount(following, minlength=5) / len(following)
            )


@pytest.mark.parametrize("seed", SEEDS)
def test_newton_gives_the_ratio_of_counts(seed):
    """With unseen pairs, an unseen context, and counts a thousand times apart."""
    data = pairs(seed, (2, 25))
    data[:, :, 0] = np.minimum(data[:, :, 0], 2)
    data = np.concatenate([data, np.tile([0, 1], (2, 3000, 1))], axis=1)
    model = SoftmaxRegression(4, 5)
    counted = model.fit(data)["probability"]
    np.testing.assert_allclose(model.fit(data, "newton")["probability"], counted, atol=1e-12)
    np.testing.assert_array_equal(counted[:, 3], 0.2)


def test_descent_reaches_the_minimum_that_scipy_finds():
    counts = np.array([[3.0, 1, 6], [2, 2, 1]])
    found = optimize.minimize(
        lambda w: cross_entropy(w.reshape(2, 3), counts), np.zeros(6), options={"gtol": 1e-9}
    )
    walked = descend(counts, 4000, learning_rate=2.0)
    np.testing.assert_allclose(softmax(walked), softmax(found.x.reshape(2, 3)), atol=1e-6)
    np.testing.assert_allclose(softmax(walked), counts / counts.sum(1, keepdims=True), atol=1e-8)


def test_descent_steps_against_the_numerical_gradient():
    counts, start = rng(2).integers(0, 5, (3, 4)) + 0.0, rng(3).normal(size=(3, 4))
    step = (start - descend(counts, 1, learning_rate=0.5, logits=start)) / 0.5
    numerical = optimize.approx_fprime(
        start.ravel(), lambda w: cross_entropy(w.reshape(3, 4), counts), 1e-7
    )
    np.testing.assert_allclose(step.ravel(), numerical, atol=1e-6)


def test_early_stopping_lies_between_uniform_and_counts():
    counts = np.array([[8.0, 2.0, 0.0]])
    losses = [float(cross_entropy(descend(counts, n), counts)) for n in (0, 5, 50, 500)]
    assert losses[0] == pytest.approx(np.log(3))
    assert losses == sorted(losses, reverse=True)
    assert softmax(descend(counts, 5))[0, 2] > softmax(descend(counts, 50))[0, 2] > 0
    assert np.isinf(cross_entropy([[0.0, -np.inf]], [[1, 1]]))


def test_logits_of_the_loop_carry_unseen_pairs_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        history = simulate(
            SoftmaxRegression(2, 3),
            replace(),
            n_generations=6,
            n_samples=8,
            n_chains=20,
            truth={"logits": np.log(LAW)},
            rng=rng(5),
        )
        np.testing.assert_allclose(history.truth["probability"], LAW)
        logits = history["logits"]
    assert np.isneginf(logits).any()
    np.testing.assert_allclose(np.exp(logits), history["probability"])
    assert history["support"].shape == (7, 20, 2)


def test_merging_adds_and_scaling_weights():
    model, data = SoftmaxRegression(4, 5), pairs(6)
    halves = model.statistics(data[:, :20]), model.statistics(data[:, 20:])
    merged = model.merge(*halves)
    np.testing.assert_array_equal(merged["counts"], model.statistics(data)["counts"])
    doubled = model.scale(merged, 2)
    assert doubled["n"] == 120
    np.testing.assert_array_equal(
        model.estimate(doubled)["probability"], model.fit(data)["probability"]
    )


def test_log_softmax_is_scipys_and_survives_any_size():
    logits = rng(7).normal(size=(3, 4, 5)) * 30
    for axis in (0, 1, -1):
        np.testing.assert_allclose(
            log_softmax(logits, axis=axis), special.log_softmax(logits, axis=axis)
        )
        np.testing.assert_allclose(
            softmax(logits, 0.7, axis), special.softmax(logits / 0.7, axis=axis)
        )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(softmax([1e308, -1e308, -np.inf], 1e-3), [1, 0, 0])
        np.testing.assert_allclose(softmax([1e308, 0.0], 1e308), softmax([1.0, 0.0]))
        np.testing.assert_allclose(softmax([5.0, 1.0], 1e300), [0.5, 0.5])
    np.testing.assert_allclose(log_softmax(logits + 7), log_softmax(logits))


def test_temperatures_multiply():
    law = LAW[0]
    twice = softmax(np.log(softmax(np.log(law), 0.9)), 0.8)
    np.testing.assert_allclose(twice, softmax(np.log(law), 0.72))


def test_heating_the_model_divides_its_logits():
    model = SoftmaxRegression(2, 3)
    heated = model.heat({"probability": LAW[None]}, 0.7)["probability"]
    np.testing.assert_allclose(heated[0], softmax(np.log(LAW), 0.7))


def test_top_k_and_top_p_keep_what_they_say():
    law = np.array([0.1, 0.4, 0.2, 0.3])
    np.testing.assert_allclose(top_k(law, 2), [0, 4 / 7, 0, 3 / 7])
    np.testing.assert_allclose(top_k(law, 9), law)
    np.testing.assert_allclose(top_k([0.25] * 4, 3), [1 / 3, 1 / 3, 1 / 3, 0])
    np.testing.assert_allclose(top_p(law, 0.7), [0, 4 / 7, 0, 3 / 7])
    np.testing.assert_allclose(top_p(law, 0.71), [0, 4 / 9, 2 / 9, 3 / 9])
    np.testing.assert_allclose(top_p(law, 1), law)
    np.testing.assert_allclose(top_p(law, 1e-9), [0, 1, 0, 0])
    laws = rng(8).dirichlet(np.ones(6), (2, 3))
    for function, value in ((top_k, 2), (top_p, 0.6)):
        along = function(np.moveaxis(laws, -1, 0), value, axis=0)
        np.testing.assert_allclose(np.moveaxis(along, 0, -1), function(laws, value))
        np.testing.assert_allclose(along.sum(0), 1)


def test_repeated_top_p_prunes_zipf_to_a_few_types():
    """Supports of the iterated map, computed once by plain sums; at most 1 / (1 - P) remain."""
    law = 1 / np.arange(1, 1001)
    law /= law.sum()
    supports = []
    for _ in range(30):
        law = top_p(law, 0.95)
        supports.append(int((law > 0).sum()))
    assert supports[:7] == [688, 482, 344, 250, 185, 139, 106]
    assert supports[-1] == 7 and law[law > 0].min() > 0.05


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: SoftmaxRegression(0, 2), ValueError, "n_contexts must be at least 1"),
        (lambda: SoftmaxRegression(2, 2, (0.5, 0.6)), ValueError, "context_law must sum to one"),
        (lambda: SoftmaxRegression(2, 2, (1.0,)), ValueError, "context_law must have shape"),
        (lambda: MODELS[0].truth(), ValueError, "one entry, probability or logits"),
        (lambda: MODELS[0].truth({"weights": 1}), ValueError, "unknown entries"),
        (lambda: MODELS[0].truth({"logits": np.zeros((3, 2))}), ValueError, "must have shape"),
        (lambda: MODELS[0].fit([[0, 1]]), ValueError, "context and type"),
        (lambda: MODELS[0].fit([[[2, 0]]]), ValueError, "n_types - 1 = 1, got 2"),
        (lambda: MODELS[0].fit([[[0, 3]]]), ValueError, "n_types - 1 = 2, got 3"),
        (lambda: MODELS[0].fit([[[0, 1]]], "adam"), ValueError, "method must be one of"),
        (lambda: MODELS[0].sample({"probability": [LAW]}, 2, 5), TypeError, "rng must be a"),
        (lambda: MODELS[0].sample({"probability": LAW}, 2, rng(0)), ValueError, "n_chains, 2, 3"),
        (lambda: MODELS[0].scale({"n": 1}, -1), ValueError, "factor must be at least 0"),
        (lambda: softmax([0.0, 1.0], 0), ValueError, r"likeliest type, is top_k\(probability, 1\)"),
        (lambda: softmax([0.0, 1.0], -1.0), ValueError, "temperature must be greater than 0"),
        (lambda: softmax([0.0, 1.0], np.inf), ValueError, "temperature must be finite"),
        (lambda: softmax([0.0, np.nan]), ValueError, "NaN or plus infinity"),
        (lambda: softmax([np.inf, 0.0]), ValueError, "NaN or plus infinity"),
        (lambda: softmax([-np.inf, -np.inf]), ValueError, "a row of minus infinities"),
        (lambda: softmax([]), ValueError, "at least one entry"),
        (lambda: softmax("abc"), TypeError, "logits must be an array"),
        (lambda: softmax([1.0], axis=1), ValueError, "axis must be at most 0, got 1"),
        (lambda: softmax([1.0], axis=0.5), TypeError, "axis must be an integer"),
        (lambda: top_k([0.5, 0.5], 0), ValueError, "k must be at least 1"),
        (lambda: top_k([0.5, 0.2], 1), ValueError, "must sum to one"),
        (lambda: top_p([0.5, 0.5], 0.0), ValueError, "mass must be greater than 0"),
        (lambda: top_p([0.5, 0.5], 1.1), ValueError, "mass must be at most 1"),
        (lambda: top_p([0.5, 0.5], 0.5, axis=-2), ValueError, "axis must be at least -1"),
        (lambda: descend([[1, 2]], -1), ValueError, "n_steps must be at least 0"),
        (lambda: descend([[0, 0]], 1), ValueError, "counts must not be all zero"),
        (lambda: descend([1, 2], 1), ValueError, "at least 2 dimensions"),
        (lambda: descend([[1, -2]], 1), ValueError, "counts must not be negative"),
        (lambda: descend([[1, 2]], 1, learning_rate=0), ValueError, "learning_rate must be"),
        (lambda: descend([[1, 2]], 1, logits=[[0.0]]), ValueError, "logits must have shape"),
    ],
)
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
