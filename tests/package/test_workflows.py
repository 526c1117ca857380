"""Workflows: each against a closed form, and both paths of each against each other."""

import functools
import itertools

import numpy as np
import pytest
from scipy import special, stats

from collapse_utils import Gaussian, MultivariateGaussian, simulate
from collapse_utils.models import (
    Categorical,
    LinearRegression,
    Model,
    Poisson,
    SoftmaxRegression,
)
from collapse_utils.workflows import (
    Workflow,
    accumulate,
    accumulate_subsample,
    anchor,
    curated,
    mix,
    replace,
    verified,
    weighted,
)
from tests.support.law import FALSE_ALARM, Z_LIMIT, p_same_law, z_score

SEEDS = [51, 52, 53]
TWO_PATHS = [mix(0.3), anchor(), anchor(0.5), weighted(0.4), weighted("optimal", 2.0)]


def run(workflow, seed=1, model=None, **changes):
    options = dict(n_generations=4, n_samples=10, n_chains=2000, rng=np.random.default_rng(seed))
    return simulate(model or Gaussian(), workflow, **(options | changes))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("workflow", TWO_PATHS, ids=repr)
@pytest.mark.parametrize("model", [Gaussian(), MultivariateGaussian(2, "mle")], ids=str)
def test_statistics_and_data_have_one_law(model, workflow, seed):
    """False-alarm rate 1e-4 for each case."""
    exact, literal = (
        run(workflow, seed + shift, model=model, exact=flag)
        for flag, shift in [(True, 0), (False, 1000)]
    )
    name = "log_variance" if model == Gaussian() else "log_determinant"
    pairs = [(exact[name][g], literal[name][g]) for g in (1, 4)]
    pairs += [(exact["mean"][g].ravel(), literal["mean"][g].ravel()) for g in (1, 4)]
    assert p_same_law(*zip(*pairs, strict=True)) > FALSE_ALARM
    other = run(replace(), seed, model=model)
    assert p_same_law([other[name][4]], [literal[name][4]]) < FALSE_ALARM


ZIPF = np.array([0.5, 0.2, 0.1, 0.1, 0.06, 0.04])
OTHER_MODELS = {
    "categorical": (Categorical(6), {"probability": ZIPF}),
    "poisson": (Poisson(), {"rate": 1.5}),
    "regression": (LinearRegression(2), None),
    "softmax": (SoftmaxRegression(2, 3), {"probability": [[0.6, 0.3, 0.1], [0.2, 0.2, 0.6]]}),
}
PAIRS = [(name, w) for name in OTHER_MODELS for w in (mix(0.3), anchor(), weighted(0.4))]
PAIRS.append(("categorical", accumulate_subsample()))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name, workflow", PAIRS, ids=str)
def test_every_model_has_one_law_under_every_workflow(name, workflow, seed):
    """False-alarm rate at most 1e-4 for each case (ties make the test of counts conservative)."""
    model, truth = OTHER_MODELS[name]
    first = model.parameters[0]
    options = dict(model=model, truth=truth, n_samples=20)
    exact, literal = (
        run(workflow, seed + shift, exact=flag, **options)
        for flag, shift in [(True, 0), (False, 99)]
    )
    assert (exact.settings["exact"], literal.settings["exact"]) == (True, False)

    def summaries(history):
        rows = [history[first][g].reshape(2000, -1) for g in (1, 4)]
        return [row[:, 0] for row in rows] + [(row**2).sum(axis=1) for row in rows]

    assert p_same_law(summaries(exact), summaries(literal)) > FALSE_ALARM
    other = run(workflow, seed, **(options | {"n_samples": 8}))
    assert p_same_law(summaries(other), summaries(literal)) < FALSE_ALARM


@pytest.mark.parametrize("seed", SEEDS)
def test_mixing_follows_its_two_moment_recursion(seed):
    """v and s of Alemohammad et al.'s fresh-data loop. False alarms 1e-4 per comparison."""
    real, synthetic, n = 3, 7, 10
    history = run(mix(0.3), seed, n_chains=40_000)
    v, s = 1 / n, 1.0
    for g in range(1, 5):
        v_next = (real + synthetic * s + synthetic**2 * v) / n**2
        s = (real + synthetic * (s + v) - n * v_next) / (n - 1)
        v = v_next
        assert abs(z_score(history["mean"][g] ** 2, v)) < Z_LIMIT
        assert abs(z_score(history["variance"][g], s)) < Z_LIMIT


def test_mixing_all_or_nothing_is_fresh_data_or_replace():
    fresh = run(mix(1.0), n_chains=20_000)
    for g in range(5):
        assert abs(z_score(fresh["mean"][g] ** 2, 1 / 10)) < Z_LIMIT
    nothing, replaced = run(mix(0.0), 3), run(replace(), 4)
    assert p_same_law([nothing["mean"][4]], [replaced["mean"][4]]) > FALSE_ALARM


@pytest.mark.parametrize("seed", SEEDS)
def test_an_anchor_bounds_the_loss(seed):
    """As many synthetic as real samples: n Var(mean) tends to 4/3. False alarms 1e-4."""
    n = 200
    history = run(anchor(), seed, n_samples=n, n_generations=30, n_chains=4000)
    limit = (1 + 1 / 3) / n
    assert abs(z_score(history["mean"][-1] ** 2, limit)) < Z_LIMIT
    assert abs(z_score(history["mean"][-1] ** 2, 1.2 * limit)) > Z_LIMIT


@pytest.mark.parametrize("seed", SEEDS)
def test_optimal_weights_give_fibonacci_ratios(seed):
    """n Var(mean) = 2/3, 5/8, 13/21, 34/55 up to terms of order 1/n. False alarms 1e-4."""
    n = 2000
    history = run(weighted(), seed, n_samples=n, n_chains=20_000)
    for g, ratio in enumerate([1, 2 / 3, 5 / 8, 13 / 21, 34 / 55]):
        assert abs(z_score(n * history["mean"][g] ** 2, ratio)) < Z_LIMIT
    assert abs(z_score(n * history["mean"][1] ** 2, 1)) > Z_LIMIT


@pytest.mark.parametrize("seed", SEEDS)
def test_the_stationary_weight_reaches_the_golden_section(seed):
    """n Var(mean) tends to 0.618 with as many synthetic as real samples. False alarms 1e-4."""
    n = 2000
    history = run(weighted("stationary"), seed, n_samples=n, n_generations=12, n_chains=5000)
    assert abs(z_score(n * history["mean"][-1] ** 2, (np.sqrt(5) - 1) / 2)) < Z_LIMIT


@pytest.mark.parametrize("seed", SEEDS)
def test_accumulate_subsample_follows_its_recursion(seed):
    """Fitted variance and mean error of Kazdan et al.'s workflow. False alarms 1e-4."""
    n, generations = 10, 12
    history = run(
        accumulate_subsample(),
        seed,
        model=Gaussian("mle"),
        n_samples=n,
        n_generations=generations,
        n_chains=6000,
    )
    assert history.settings["exact"] is False
    pool, error = 1 - 1 / n, 1 / n
    for t in range(1, generations + 1):
        between = pool * (t - 1) / (n * t - 1)
        step = (between + (pool - between) / n) / (t + 1) ** 2
        pool, error = pool - step, error + step
    between = pool * generations / (n * (generations + 1) - 1)
    assert abs(z_score(history["variance"][-1], pool - between)) < Z_LIMIT
    assert abs(z_score(history["mean"][-1] ** 2, error + between)) < Z_LIMIT


@pytest.mark.parametrize("seed", SEEDS)
def test_temperature_scales_the_variance_once_a_generation(seed):
    """E variance = 0.8^g after g synthetic generations. False alarms 1e-4."""
    for exact in (True, False):
        history = run(replace(), seed, temperature=0.8, exact=exact, n_chains=20_000)
        for g in (0, 1, 4):
            assert abs(z_score(history["variance"][g], 0.8**g)) < Z_LIMIT


def test_temperature_in_several_dimensions():
    history = run(replace(), model=MultivariateGaussian(2), temperature=1.5, n_chains=20_000)
    trace = np.trace(history["covariance"][2], axis1=1, axis2=2)
    assert abs(z_score(trace, 2 * 1.5**2)) < Z_LIMIT


class Recorder(Model):
    """Keep the training set itself, to look at it; the truth and all samples are normal."""

    parameters = ("data",)

    def truth(self, given=None):
        return {"data": np.zeros(1)}

    def sample(self, parameters, n_samples, rng):
        return rng.standard_normal((len(parameters["data"]), n_samples))

    def fit(self, data):
        return {"data": data}


def seen(workflow, seed, n_samples=50, n_chains=400):
    options = dict(n_generations=1, n_samples=n_samples, n_chains=n_chains)
    return run(workflow, seed, model=Recorder(), **options)["data"][1].ravel()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_verifier_truncates_and_fills_up(seed):
    """What passes |x| < 1 is a truncated normal, and nobody is missing. False alarms 1e-4."""
    data = seen(verified(replace(), lambda x: np.abs(x) < 1), seed)
    assert data.shape == (20_000,)
    assert stats.kstest(data, stats.truncnorm(-1, 1).cdf).pvalue > FALSE_ALARM
    assert stats.kstest(data, stats.norm.cdf).pvalue < FALSE_ALARM


@pytest.mark.parametrize("seed", SEEDS)
def test_a_lax_verifier_lets_a_fraction_of_the_rest_pass(seed):
    """Keep rates 0.9 for x > 0 and 0.3 otherwise: three quarters of the kept are positive."""
    data = seen(verified(replace(), lambda x: np.where(x > 0, 0.9, 0.3)), seed)
    assert abs(z_score(data > 0, 0.75)) < Z_LIMIT


def mean_of_the_chosen_of_two():
    """Integrate over two normal candidates x and y with rewards x and y, by Gauss and Hermite."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights /= weights.sum()
    x, y = np.meshgrid(nodes, nodes)
    return np.sum(2 * x * special.expit(x - y) * np.outer(weights, weights))


@pytest.mark.parametrize("seed", SEEDS)
def test_curation_follows_the_bradley_terry_choice(seed):
    predicted = mean_of_the_chosen_of_two()
    of_two = seen(curated(replace(), lambda x: x), seed)
    of_four = seen(curated(replace(), lambda x: x, 4), seed)
    assert abs(z_score(of_two, predicted)) < Z_LIMIT
    assert z_score(of_four, predicted) > Z_LIMIT


def test_filters_hand_the_pool_on():
    turns = []

    def spy(turn):
        training = accumulate()(turn)
        turns.append(training["n"] if isinstance(training, dict) else training.shape[1])
        return training

    run(verified(spy, lambda x: np.abs(x) < 9), n_chains=3)
    assert turns == [20, 30, 40, 50]


def test_a_filter_needs_what_the_workflow_behind_it_needs():
    inner = [replace(), weighted(), accumulate_subsample(), lambda turn: turn.synthetic()]
    for made in (lambda w: verified(w, np.isfinite), lambda w: curated(w, abs)):
        filters = [made(workflow) for workflow in inner]
        assert [w.weighs for w in filters] == [False, True, False, False]
        assert [w.subsamples for w in filters] == [False, False, True, False]
        assert all(w.literal for w in filters)


def test_plain_rules_go_by_their_own_names_and_ask_for_nothing():
    class Rule:
        def __call__(self, turn):
            return turn.synthetic()

        def method(self, turn):
            return turn.synthetic()

    def by_name(turn):
        return turn.synthetic()

    rules = {
        by_name: "by_name",
        Rule(): "Rule",
        Rule().method: "method",
        functools.partial(by_name): "partial",
    }
    forgetful = run(replace(), exact=False)
    for rule, name in rules.items():
        history = run(rule, exact=False)
        assert history.settings["workflow"] == name
        np.testing.assert_array_equal(history["mean"], forgetful["mean"])
        assert run(rule).settings["exact"] is True


def test_a_rule_of_ones_own_says_by_its_flags_what_it_needs():
    class Positive(Workflow):
        name = "positive"
        literal = True

        def __call__(self, turn):
            return np.abs(turn.synthetic())

    history = run(Positive(), n_generations=1)
    assert history.settings["workflow"] == "positive"
    assert history.settings["exact"] is False
    assert (history["mean"][1] > 0).all()
    with pytest.raises(TypeError, match=r"workflow must be .*call it: Positive\(\.\.\.\)"):
        run(Positive)


def test_a_filter_that_lets_everything_through_changes_nothing():
    plain = run(weighted(), exact=False)
    through = run(verified(weighted(), lambda x: np.ones_like(x)))
    for name in ("mean", "variance"):
        assert p_same_law([plain[name][-1]], [through[name][-1]]) > FALSE_ALARM
    half = run(verified(weighted(), lambda x: x > 0))
    assert p_same_law([plain["mean"][-1]], [half["mean"][-1]]) < FALSE_ALARM


def test_sizes_of_training_sets():
    sizes = {}
    for name, workflow in {
        "mix": mix(0.24),
        "anchor": anchor(0.5),
        "subsample": accumulate_subsample(),
        "accumulate": accumulate(),
    }.items():
        seen_sizes = []

        def spy(turn, workflow=workflow, seen_sizes=seen_sizes):
            training = workflow(turn)
            seen_sizes.append(training.shape[1])
            return training

        run(spy, n_chains=2, exact=False)
        sizes[name] = seen_sizes
    assert sizes == {
        "mix": [10] * 4,
        "anchor": [15] * 4,
        "subsample": [10] * 4,
        "accumulate": [20, 30, 40, 50],
    }


def test_subsampling_takes_no_sample_twice_and_every_one_equally_often():
    counts = np.zeros(20)
    for seed in range(200):
        chosen = []

        def spy(turn, chosen=chosen):
            pool = np.arange(20.0).reshape(1, 20)
            chosen.append(turn.subsample(pool, 10))
            return turn.synthetic()

        run(spy, seed, n_generations=1, n_chains=1, exact=False)
        picked = chosen[0].ravel().astype(int)
        assert len(set(picked)) == 10
        counts[picked] += 1
    assert stats.chisquare(counts).pvalue > FALSE_ALARM


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: mix(1.2), ValueError, "real_fraction must be at most 1, got 1.2"),
        (lambda: mix("half"), TypeError, "real_fraction must be a real number"),
        (lambda: anchor(0), ValueError, "ratio must be greater than 0"),
        (lambda: weighted("best"), ValueError, "weight must be one of 'optimal', 'stationary'"),
        (lambda: weighted(0.0), ValueError, "weight must be greater than 0"),
        (lambda: weighted(0.5, np.nan), ValueError, "ratio must be finite"),
        (lambda: verified(replace(), 0.5), TypeError, "accept must be callable, got 0.5"),
        (lambda: verified("replace", abs), TypeError, "workflow must be callable"),
        (lambda: curated(replace(), None), TypeError, "reward must be callable, got None"),
        (lambda: curated(replace(), abs, 1), ValueError, "n_candidates must be at least 2, got 1"),
        (lambda: run("replace"), TypeError, "workflow must be callable, got 'replace'"),
        (lambda: run(replace(), temperature=0), ValueError, "temperature must be greater than 0"),
        (
            lambda: run(replace(), model=Recorder(), temperature=2.0),
            ValueError,
            "Recorder cannot be sampled at another temperature",
        ),
        (
            lambda: run(verified(replace(), np.isfinite), exact=True),
            ValueError,
            "'verified' has to see the samples",
        ),
        (
            lambda: run(accumulate_subsample(), exact=True),
            ValueError,
            "lacks subsample",
        ),
        (
            lambda: run(weighted(), model=Recorder()),
            ValueError,
            "'weighted' weighs samples and Recorder has no scale",
        ),
        (
            lambda: run(verified(weighted(), np.isfinite), model=Recorder()),
            ValueError,
            "'verified' weighs samples and Recorder has no scale",
        ),
        (
            lambda: run(curated(verified(weighted(), np.isfinite), abs), model=Recorder()),
            ValueError,
            "'curated' weighs samples and Recorder has no scale",
        ),
        (
            lambda: run(mix(0.5), data=np.arange(9.0), n_samples=None),
            ValueError,
            "draws fresh real samples, and data have no more",
        ),
        (
            lambda: run(verified(replace(), lambda x: 2 + 0 * x)),
            ValueError,
            "accept must return probabilities between 0 and 1",
        ),
        (
            lambda: run(verified(replace(), lambda x: 1.0)),
            ValueError,
            "accept must return one probability per sample",
        ),
        (
            lambda: run(verified(replace(), lambda x: x > 99), n_chains=2),
            RuntimeError,
            "accept lets too few samples through",
        ),
        (
            lambda: run(curated(replace(), lambda x: np.inf + x)),
            ValueError,
            "reward must return one finite number per sample",
        ),
    ],
)
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_names_are_those_that_are_plotted():
    from collapse_utils.plotting import WORKFLOWS

    made = [replace(), accumulate(), accumulate_subsample(), mix(0.1), weighted()]
    made.append(verified(replace(), np.isfinite))
    assert [w.name for w in made] == list(WORKFLOWS)
    assert len({w.name for w in itertools.chain(made, [anchor(), curated(replace(), abs)])}) == 8
