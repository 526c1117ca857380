"""The categorical model: counting, drift, and nothing dead ever comes back."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from collapse_utils import accumulate, replace, simulate
from collapse_utils.metrics import effective_types, entropy, heterozygosity, support
from collapse_utils.models.categorical import Categorical, _copy, _invert, _multinomial
from tests.support.law import FALSE_ALARM, Z_LIMIT, both_paths, p_same_law, z_score
from tests.support.model_example import TOKENS, Example

EXAMPLE = Example(
    model=Categorical(4),
    arguments={"n_types": 4, "smoothing": 0.5},
    data=TOKENS,
    truth={"probability": [0.4, 0.3, 0.2, 0.1]},
)
SEEDS = [21, 22, 23]
QUANTITIES = {
    "support": support,
    "heterozygosity": heterozygosity,
    "effective_types": effective_types,
    "entropy": entropy,
}


def rng(seed):
    return np.random.default_rng(seed)


def zipf(n_types, exponent=1.0):
    weight = np.arange(1.0, n_types + 1) ** -exponent
    return weight / weight.sum()


def summaries(history):
    """Reduce two generations to samples that see the first type, the last, and diversity."""
    rows = []
    for generation in (1, -1):
        law = history["probability"][generation]
        rows += [law[:, 0], law[:, -1], history["heterozygosity"][generation]]
        rows += [law[:, 0] * law[:, 1], history["support"][generation]]
    return rows


def runs(model, workflow, seed, n_samples):
    truth = {"probability": zipf(model.n_types)}
    options = dict(n_generations=4, n_samples=n_samples, n_chains=1500, truth=truth)
    return both_paths(model, workflow, seed, **options)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("workflow", [replace(), accumulate()], ids=lambda w: w.name)
@pytest.mark.parametrize(
    "model, n_samples",
    [(Categorical(6), 9), (Categorical(40), 12), (Categorical(5, smoothing=0.5), 8)],
    ids=str,
)
def test_exact_and_literal_paths_agree_in_law(model, n_samples, workflow, seed):
    """False-alarm rate 1e-4 for each case."""
    exact, literal = runs(model, workflow, seed, n_samples)
    assert p_same_law(summaries(exact), summaries(literal)) > FALSE_ALARM


class OneSampleTooMany(Categorical):
    """A wrong law: the counts of one sample more, renormalised."""

    def draw_statistics(self, parameters, n_samples, rng):
        drawn = super().draw_statistics(parameters, n_samples + 1, rng)
        return self.scale(drawn, n_samples / (n_samples + 1))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_law_test_notices_one_sample_too_many(seed):
    wrong, literal = runs(OneSampleTooMany(6), replace(), seed, 9)
    assert p_same_law(summaries(wrong), summaries(literal)) < FALSE_ALARM


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n_samples", [7, 400])
def test_copying_tokens_has_the_law_of_binomial_numbers(seed, n_samples):
    """The two ways to draw counts, against each other; false-alarm rate 1e-4."""
    counts = np.tile([5, 1, 0, 3, 20, 1], (4000, 1))
    first, second = np.random.default_rng(seed).spawn(2)
    copied = _copy(counts, n_samples, first)
    drawn = _multinomial(n_samples, counts / 30, second)
    assert (copied.sum(1) == n_samples).all() and (drawn.sum(1) == n_samples).all()
    assert p_same_law(list(copied.T), list(drawn.T)) > FALSE_ALARM
    assert p_same_law([copied[:, 0] - copied[:, 4]], [drawn[:, 0] - drawn[:, 4]]) > FALSE_ALARM


@pytest.mark.parametrize("seed", SEEDS)
def test_drawn_counts_have_the_multinomial_moments(seed):
    """Means, variances and a covariance against the formulas; each at false-alarm rate 1e-4."""
    law, n = zipf(5), 50
    model = Categorical(5)
    drawn = model.draw_statistics(
        {"probability": np.tile(law, (20_000, 1))}, n, np.random.default_rng(seed)
    )
    p = model.estimate(drawn)["probability"]
    for i in range(5):
        assert abs(z_score(p[:, i], law[i])) < Z_LIMIT
    assert abs(z_score((p[:, 0] - law[0]) ** 2, law[0] * (1 - law[0]) / n)) < Z_LIMIT
    cross = (p[:, 0] - law[0]) * (p[:, 1] - law[1])
    assert abs(z_score(cross, -law[0] * law[1] / n)) < Z_LIMIT


@pytest.mark.parametrize("seed", SEEDS)
def test_heterozygosity_decays_as_wright_says(seed):
    """E H_t = H_0 (1 - 1/M)^t, exactly; false-alarm rate 1e-4 each."""
    law, m = zipf(30), 40
    history = simulate(
        Categorical(30),
        replace(),
        n_generations=60,
        n_samples=m,
        n_chains=4000,
        truth={"probability": law},
        record=["heterozygosity"],
        rng=np.random.default_rng(seed),
    )
    for generation in (0, 10, 60):
        expected = heterozygosity(law) * (1 - 1 / m) ** (generation + 1)
        assert abs(z_score(history["heterozygosity"][generation], expected)) < Z_LIMIT
    unsampled = heterozygosity(law)
    assert abs(z_score(history["heterozygosity"][0], unsampled)) > Z_LIMIT


@pytest.mark.parametrize("seed", SEEDS)
def test_accumulated_heterozygosity_follows_the_product(seed):
    """E H_T = H_0 prod (1 - 1/(M s^2)); false-alarm rate 1e-4."""
    law, m, n = zipf(6), 20, 30
    history = simulate(
        Categorical(6),
        accumulate(),
        n_generations=n,
        n_samples=m,
        n_chains=6000,
        truth={"probability": law},
        record=["heterozygosity"],
        rng=np.random.default_rng(seed),
    )
    s = np.arange(1, n + 2)
    expected = heterozygosity(law) * np.prod(1 - 1 / (m * s**2.0))
    assert abs(z_score(history["heterozygosity"][-1], expected)) < Z_LIMIT


@pytest.mark.parametrize("seed", SEEDS)
def test_smoothing_is_mutation(seed):
    """E q_1 = 1/K + (1 - u)^t (p_1 - 1/K) with u = K a / (M + K a); false-alarm rate 1e-4."""
    law, m, a, k, n = zipf(5), 30, 0.4, 5, 8
    history = simulate(
        Categorical(k, smoothing=a),
        replace(),
        n_generations=n,
        n_samples=m,
        n_chains=6000,
        truth={"probability": law},
        rng=np.random.default_rng(seed),
    )
    u = k * a / (m + k * a)
    expected = 1 / k + (1 - u) ** (n + 1) * (law[0] - 1 / k)
    assert abs(z_score(history["probability"][-1, :, 0], expected)) < Z_LIMIT


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_lost_stays_lost(seed):
    """Sums a little off one, a dead last type and a long run: support only ever shrinks."""
    law = np.append(zipf(300), 0.0) * (1 - 4e-7)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        history = simulate(
            Categorical(301),
            replace(),
            n_generations=150,
            n_samples=200,
            n_chains=40,
            truth={"probability": law},
            rng=np.random.default_rng(seed),
        )
    alive = history["probability"] > 0
    assert not (alive[1:] & ~alive[:-1]).any()
    assert not alive[:, :, -1].any()
    np.testing.assert_allclose(history["probability"].sum(-1), 1, rtol=1e-12)


def test_rounding_never_revives_a_dead_last_type():
    """Rows whose sum falls a little short: numpy's own multinomial feeds the last cell."""
    laws = np.tile(np.append(np.full(10, 0.1) - 1e-9, 0.0), (200, 1))
    n = 10**9
    numpys = rng(1).multinomial(n, laws)
    assert numpys[:, -1].any()
    ours = _multinomial(n, laws, rng(1))
    assert not ours[:, -1].any() and (ours.sum(1) == n).all()


@given(
    counts=st.lists(st.integers(0, 5), min_size=1, max_size=9).filter(any),
    n=st.integers(0, 40),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=100, deadline=None)
def test_counts_add_up_on_the_support_only(counts, n, seed):
    rng = np.random.default_rng(seed)
    table = np.array([counts, counts[::-1]])
    for drawn in (_multinomial(n, table / table.sum(1, keepdims=True), rng), _copy(table, n, rng)):
        assert (drawn.sum(1) == n).all()
        assert not drawn[table == 0].any()


def test_fit_counts_as_bincount_does():
    rng = np.random.default_rng(2)
    for n_types, n in ((4, 50), (5000, 20)):
        data = rng.integers(0, n_types, (3, n))
        expected = np.array([np.bincount(row, minlength=n_types) for row in data]) / n
        fitted = Categorical(n_types).fit(data)
        np.testing.assert_array_equal(fitted["probability"], expected)
        smoothed = Categorical(n_types, smoothing=2.0).fit(data.astype(float))
        expected = (expected * n + 2) / (n + 2 * n_types)
        np.testing.assert_allclose(smoothed["probability"], expected)


def test_a_fit_reads_as_a_dictionary():
    fitted = Categorical(3).fit([[0, 2], [2, 2]])
    assert len(fitted) == 1 and "probability" in fitted and "support" not in fitted
    np.testing.assert_array_equal(dict(fitted)["probability"], [[0.5, 0, 0.5], [0, 0, 1]])
    with pytest.raises(KeyError):
        fitted["support"]


def test_merged_statistics_are_the_statistics_of_the_pooled_data():
    rng = np.random.default_rng(3)
    model = Categorical(300)
    parts = [rng.integers(0, 300, (4, n)) for n in (30, 50)]
    subset = rng.permuted(parts[0], axis=1)[:, :10]
    for first, second in (parts, parts[::-1], (parts[0], subset), (subset, parts[0])):
        merged = model.merge(model.statistics(first), model.statistics(second))
        pooled = model.statistics(np.concatenate([first, second], axis=1))
        assert merged["n"] == pooled["n"]
        np.testing.assert_array_equal(
            model.estimate(merged)["probability"], model.estimate(pooled)["probability"]
        )


def test_merging_an_empty_batch_changes_nothing():
    model, rng = Categorical(5), np.random.default_rng(4)
    pool = model.statistics([[0, 1, 1]])
    empty = model.draw_statistics(model.estimate(pool), 0, rng)
    for merged in (model.merge(pool, empty), model.merge(empty, pool)):
        np.testing.assert_array_equal(
            model.estimate(merged)["probability"], model.estimate(pool)["probability"]
        )


def test_scaling_weights_a_training_set():
    model = Categorical(3)
    real, synthetic = model.statistics([[0, 0]]), model.statistics([[2, 2]])
    weighted = model.merge(model.scale(real, 3), model.scale(synthetic, 0.5))
    np.testing.assert_allclose(model.estimate(weighted)["probability"], [[6 / 7, 0, 1 / 7]])
    with pytest.raises(ValueError, match="at least 1 sample"):
        model.estimate(model.scale(real, 0))
    assert model.estimate(model.draw_statistics(model.estimate(weighted), 4, rng(0)))


@pytest.mark.parametrize("seed", SEEDS)
def test_subsample_is_scipys_multivariate_hypergeometric(seed):
    """Cell probabilities by chi-square; false-alarm rate 1e-4."""
    pool = np.array([3, 0, 2, 1, 4])
    model = Categorical(5)
    statistics = {"n": 10, "counts": np.tile(pool, (20_000, 1))}
    drawn = model.subsample(statistics, 4, rng(seed))
    counts = np.rint(model.estimate(drawn)["probability"] * 4).astype(int)
    assert (counts.sum(1) == 4).all() and (counts <= pool).all()
    cells, observed = np.unique(counts, axis=0, return_counts=True)
    expected = stats.multivariate_hypergeom(pool, 4).pmf(cells)
    assert expected.sum() == pytest.approx(1)
    assert stats.chisquare(observed, expected * 20_000).pvalue > FALSE_ALARM
    independent = stats.multinomial(4, pool / 10).pmf(cells)
    independent /= independent.sum()
    assert stats.chisquare(observed, independent * 20_000).pvalue < FALSE_ALARM


def test_taking_the_whole_pool_gives_the_pool_back():
    model = Categorical(7)
    pool = model.statistics(rng(5).integers(0, 7, (6, 11)))
    taken = model.subsample(pool, 11, rng(6))
    np.testing.assert_array_equal(
        model.estimate(taken)["probability"], model.estimate(pool)["probability"]
    )
    assert model.subsample(pool, 0, rng(6))["n"] == 0


def test_a_type_is_drawn_where_the_cumulative_law_passes_the_uniform():
    """Bisection against numpy's searchsorted."""
    laws = rng(7).dirichlet(np.full(13, 0.2), 5)
    laws[:, [0, 4, 12]] = 0
    laws /= laws.sum(1, keepdims=True)
    uniform = rng(8).random((5, 400))
    uniform[:, 0] = 0.0
    place = _invert(laws, np.arange(5)[:, None], uniform)
    for law, u, found in zip(laws, uniform, place, strict=True):
        cumulative = np.cumsum(law)
        cumulative /= cumulative[-1]
        np.testing.assert_array_equal(found, np.searchsorted(cumulative, u, side="right"))
        assert (law[found] > 0).all()


def test_temperature_is_a_power_of_the_law():
    model, law = Categorical(4), np.array([[0.5, 0.3, 0.2, 0.0]])
    for temperature in (0.5, 1.0, 3.0):
        powers = law ** (1 / temperature)
        for parameters in ({"probability": law}, model.fit([[0] * 5 + [1] * 3 + [2] * 2])):
            heated = model.heat(parameters, temperature)["probability"]
            np.testing.assert_allclose(heated, powers / powers.sum())
    np.testing.assert_array_equal(
        model.heat({"probability": law}, 1e-4)["probability"], [[1, 0, 0, 0]]
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_a_heated_loop_has_one_law_on_both_paths(seed):
    """False-alarm rate 1e-4; and at another temperature the laws differ."""
    model, runs = Categorical(6), []
    for exact, temperature in ((True, 0.8), (False, 0.8), (True, 1.0)):
        options = dict(n_generations=3, n_samples=15, n_chains=1500, temperature=temperature)
        truth = {"probability": zipf(6)}
        runs.append(
            simulate(model, replace(), exact=exact, truth=truth, rng=rng(seed + exact), **options)
        )
    exact, literal, cooler = map(summaries, runs)
    assert p_same_law(exact, literal) > FALSE_ALARM
    assert p_same_law(cooler, literal) < FALSE_ALARM


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_derived_quantities_of_the_loop_are_those_of_its_laws(smoothing):
    """Kept on the types that are left, or computed from the dense law: the same numbers."""
    history = simulate(
        Categorical(60, smoothing=smoothing),
        replace(),
        n_generations=20,
        n_samples=25,
        n_chains=6,
        record=["probability", *QUANTITIES],
        rng=rng(9),
    )
    for name, function in QUANTITIES.items():
        expected = function(history["probability"])
        np.testing.assert_allclose(history[name], expected, rtol=1e-9, atol=1e-9)
        assert history.truth[name] == pytest.approx(function(np.full(60, 1 / 60)))


def test_a_million_types_need_no_million_cells_a_generation():
    history = simulate(
        Categorical(10**6),
        replace(),
        n_generations=30,
        n_samples=1000,
        record=["support"],
        rng=rng(10),
    )
    assert history["support"].shape == (31, 1)
    assert history["support"][-1, 0] < 100
    model = Categorical(10**6)
    drawn = model.draw_statistics(model.estimate(model.statistics([[7, 7, 9]])), 5, rng(11))
    assert drawn["counts"].shape == drawn["types"].shape == (1, 2)


def test_data_start_every_chain_from_the_same_counts():
    history = simulate(
        Categorical(4),
        replace(),
        n_generations=1,
        n_chains=3,
        data=[0, 0, 3, 1],
        rng=rng(12),
    )
    np.testing.assert_array_equal(history["probability"][0], np.tile([0.5, 0.25, 0, 0.25], (3, 1)))


LAW = {"probability": np.array([[0.5, 0.5]])}


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: Categorical(0), ValueError, "n_types must be at least 1, got 0"),
        (lambda: Categorical(2.0), TypeError, "n_types must be an integer"),
        (lambda: Categorical(2, smoothing=-1), ValueError, "smoothing must be at least 0"),
        (lambda: Categorical(2, np.nan), ValueError, "smoothing must be finite"),
        (lambda: Categorical(2).truth({"p": [1]}), ValueError, "unknown entries"),
        (
            lambda: Categorical(2).truth({"probability": [0.5, 0.4]}),
            ValueError,
            r"truth\['probability'\] must sum to one, got a sum of 0.9; divide by the sum",
        ),
        (
            lambda: Categorical(2).truth({"probability": [1.5, -0.5]}),
            ValueError,
            "must not be negative, got a minimum of -0.5",
        ),
        (lambda: Categorical(2).truth({"probability": [1.0]}), ValueError, "must have shape"),
        (lambda: Categorical(2).truth({"probability": [np.nan, 1]}), ValueError, "NaN"),
        (
            lambda: Categorical(2).fit([[0, 2]]),
            ValueError,
            "types from 0 to n_types - 1 = 1, got 2",
        ),
        (lambda: Categorical(2).fit([[0, -1]]), ValueError, "got -1"),
        (lambda: Categorical(2).fit([[0, 0.5]]), ValueError, "whole numbers, the types, got 0.5"),
        (lambda: Categorical(2).fit([0, 1]), ValueError, "must have 2 dimension"),
        (lambda: Categorical(2).fit([[]]), ValueError, "data is empty"),
        (lambda: Categorical(2).fit([["a"]]), TypeError, "data must be an array of real numbers"),
        (lambda: Categorical(2).sample(LAW, 3, 1), TypeError, "numpy.random.default_rng"),
        (lambda: Categorical(2).sample(LAW, -3, rng(0)), ValueError, "n_samples must be at least"),
        (lambda: Categorical(2).draw_statistics(LAW, 3, 1), TypeError, "rng must be a numpy"),
        (lambda: Categorical(3).sample(LAW, 3, rng(0)), ValueError, r"shape \(n_chains, 3\)"),
        (
            lambda: Categorical(2).sample({"probability": 1.0}, 3, rng(0)),
            ValueError,
            "at least 1 dimension",
        ),
        (lambda: Categorical(2).heat(LAW, 0), ValueError, "temperature must be greater than 0"),
        (
            lambda: Categorical(2).scale({"n": 1, "counts": [[1, 0]]}, -1),
            ValueError,
            "factor must be at least 0",
        ),
        (
            lambda: Categorical(2).subsample({"n": 1, "counts": np.array([[1, 0]])}, 2, rng(0)),
            ValueError,
            "at most the size of the pool, 1, got 2",
        ),
        (
            lambda: Categorical(2).subsample({"n": 1, "counts": np.array([[0.5, 0.5]])}, 1, rng(0)),
            ValueError,
            "subsample before scaling",
        ),
        (
            lambda: Categorical(1).subsample({"n": 10**9, "counts": [[10**9]]}, 1, rng(0)),
            ValueError,
            "at most 999999999 samples",
        ),
    ],
)
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
