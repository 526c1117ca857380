"""Linear regression: numpy's least squares, the published errors, and both paths of one law."""

import dataclasses

import numpy as np
import pytest

from collapse_utils import accumulate, replace, simulate
from collapse_utils.models.regression import LinearRegression
from tests.support.law import FALSE_ALARM, Z_LIMIT, p_same_law, z_score
from tests.support.model_example import PLANE, Example

EXAMPLE = Example(
    model=LinearRegression(1),
    arguments={
        "dimension": 2,
        "noise": 0.5,
        "design": [[1.0, 0.0], [0.0, 1.0]],
        "ridge": 0.1,
    },
    data=PLANE,
    truth={"weights": [2.0]},
    calls={"LinearRegression (isotropic)": {"dimension": 2, "design": "isotropic"}},
)
SEEDS = [81, 82, 83]
WORKFLOWS = [replace(), accumulate()]
DESIGN = np.random.default_rng(0).normal(size=(7, 3)) * [1.0, 2.0, 0.5]
FLAT = DESIGN * [1.0, 1.0, 0.0]
MODELS = [
    (LinearRegression(3), 8),
    (LinearRegression(1, noise=0.5), 4),
    (LinearRegression(3, ridge=2.0), 6),
    (LinearRegression(4), 3),
    (LinearRegression(3, design=DESIGN), 7),
    (LinearRegression(3, design=DESIGN), 10),
    (LinearRegression(3, design=DESIGN, ridge=1.0), 7),
    (LinearRegression(3, design=FLAT), 7),
]


def run(model, workflow, seed, n_samples, exact=True, n_chains=1500, n_generations=4, **options):
    return simulate(
        model,
        workflow,
        n_generations=n_generations,
        n_samples=n_samples,
        n_chains=n_chains,
        exact=exact,
        rng=np.random.default_rng(seed),
        **options,
    )


def error(history):
    """Return the squared distance to the true weights."""
    return ((history["weights"] - history.truth["weights"]) ** 2).sum(axis=-1)


def summaries(history):
    """Reduce the first and the last generations to one-dimensional samples."""
    weights = history["weights"]
    out = [error(history)[g] for g in (0, 1, -1)]
    out += [weights[g, :, j] for g in (1, -1) for j in (0, -1)]
    return [*out, weights[-1].sum(axis=-1), (weights[-1] * weights[0]).sum(axis=-1)]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda w: w.name)
@pytest.mark.parametrize("model, n_samples", MODELS, ids=str)
def test_exact_and_literal_paths_agree_in_law(model, n_samples, workflow, seed):
    """False-alarm rate 1e-4 for each of the cases."""
    exact, literal = (
        run(model, workflow, rng, n_samples, exact=path)
        for rng, path in zip(np.random.SeedSequence(seed).spawn(2), (True, False), strict=True)
    )
    assert p_same_law(summaries(exact), summaries(literal)) > FALSE_ALARM


class OneSampleTooMany(LinearRegression):
    """A wrong law: one degree of freedom too many."""

    def draw_statistics(self, parameters, n_samples, rng):
        return super().draw_statistics(parameters, n_samples + 1, rng)


class IndependentMoment(LinearRegression):
    """A wrong law: noise that does not know the features it belongs to."""

    def draw_statistics(self, parameters, n_samples, rng):
        first = super().draw_statistics(parameters, n_samples, rng)
        return first | {"moment": super().draw_statistics(parameters, n_samples, rng)["moment"]}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("wrong", [OneSampleTooMany(3), IndependentMoment(3)], ids=repr)
def test_the_law_test_notices_a_wrong_law(wrong, seed):
    false = run(wrong, accumulate(), seed, 5, n_chains=4000)
    literal = run(LinearRegression(3), accumulate(), seed + 1, 5, exact=False, n_chains=4000)
    assert p_same_law(summaries(false), summaries(literal)) < FALSE_ALARM


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("model, n_samples", MODELS, ids=str)
def test_the_sweep_over_generations_has_the_law_of_single_steps(model, n_samples, seed):
    """False-alarm rate 1e-4; sizes that differ between generations included."""
    sizes = np.array([n_samples, n_samples + 4, n_samples])
    first, second = np.random.default_rng(seed).spawn(2)
    start = {"weights": np.ones((3000, model.dimension))}
    swept = model.walk(start, sizes, first)["weights"]
    parameters, rows = start, []
    for size in sizes:
        parameters = model.estimate(model.draw_statistics(parameters, int(size), second))
        rows.append(parameters["weights"])
    pairs = [(swept[g, :, j], rows[g][:, j]) for g in (0, 1, 2) for j in (0, -1)]
    pairs += [((swept[g] ** 2).sum(1), (rows[g] ** 2).sum(1)) for g in (0, 2)]
    pairs.append(((swept[2] * swept[0]).sum(1), (rows[2] * rows[0]).sum(1)))
    assert p_same_law(*zip(*pairs, strict=True)) > FALSE_ALARM


@pytest.mark.parametrize("seed", SEEDS)
def test_replace_adds_up_and_fresh_features_accumulate_less_than_reused_ones(seed):
    """Published and derived errors; false-alarm rate 1e-4 each."""
    d, t, n = 5, 20, 5
    base, i = d / (t - d - 1), np.arange(1, n + 1)
    rows = np.random.default_rng(seed + 100).normal(size=(t, d))
    fixed = np.trace(np.linalg.inv(rows.T @ rows))
    same = LinearRegression(d, design=rows)
    cases = [
        (LinearRegression(d), replace(), base * n, base * (n - 1)),
        (LinearRegression(d), accumulate(), (d / (i * (i * t - d - 1))).sum(), base * 1.4636),
        (same, replace(), fixed * n, fixed * (n - 1)),
        (same, accumulate(), fixed * (1 / i**2).sum(), fixed * 5 / 3),
        (LinearRegression(d, noise=0.5), replace(), base * n / 4, base * n / 2),
    ]
    for model, workflow, predicted, wrong in cases:
        last = error(run(model, workflow, seed, t, n_chains=20_000))[-1]
        assert abs(z_score(last, predicted)) < Z_LIMIT
        assert abs(z_score(last, wrong)) > Z_LIMIT


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exact", [True, False])
def test_fewer_samples_than_dimensions_and_no_noise_forget_the_truth(exact, seed):
    """The error is 1 - eta^n on fresh features, 1 - eta for ever on the same. False alarms 1e-4."""
    d, t, n = 8, 4, 4
    options = dict(n_chains=2000, n_generations=n - 1, exact=exact)
    fresh = error(run(LinearRegression(d, noise=0.0), replace(), seed, t, **options))
    for k, row in enumerate(fresh, start=1):
        assert abs(z_score(row, 1 - (t / d) ** k)) < Z_LIMIT
    assert abs(z_score(fresh[-1], 1 - (t / d) ** (n - 1))) > Z_LIMIT
    rows = np.random.default_rng(seed).normal(size=(t, d))
    same = error(run(LinearRegression(d, noise=0.0, design=rows), replace(), seed, t, **options))
    np.testing.assert_allclose(same, same[0, 0], rtol=1e-6)


def test_the_fit_is_numpys_least_squares():
    rng = np.random.default_rng(1)
    for n, d in ((9, 4), (4, 4), (3, 6)):
        data = rng.normal(size=(5, n, d + 1))
        fitted = LinearRegression(d).fit(data)["weights"]
        wanted = [np.linalg.lstsq(x[:, :-1], x[:, -1], rcond=None)[0] for x in data]
        np.testing.assert_allclose(fitted, wanted, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("unit", [1e-5, 1.0, 1e5])
def test_the_fit_to_few_samples_has_the_smallest_norm_in_any_unit(unit):
    rng = np.random.default_rng(8)
    data = np.concatenate([unit * rng.normal(size=(3, 2, 4)), rng.normal(size=(3, 2, 1))], axis=-1)
    weights = LinearRegression(4).fit(data)["weights"]
    expected = [np.linalg.lstsq(x[:, :4], x[:, 4], rcond=None)[0] for x in data]
    np.testing.assert_allclose(weights * unit, np.array(expected) * unit, rtol=1e-6)


def test_ridge_is_least_squares_with_extra_rows():
    data = np.random.default_rng(2).normal(size=(3, 5, 4))
    fitted = LinearRegression(3, ridge=4.0).fit(data)["weights"]
    extra = np.broadcast_to(np.column_stack([2 * np.eye(3), np.zeros(3)]), (3, 3, 4))
    padded = np.concatenate([data, extra], axis=1)
    np.testing.assert_allclose(fitted, LinearRegression(3).fit(padded)["weights"])
    small = LinearRegression(3, ridge=1e-9).fit(data[:, :2])["weights"]
    np.testing.assert_allclose(small, LinearRegression(3).fit(data[:, :2])["weights"], atol=1e-6)


def test_merged_and_scaled_statistics_are_those_of_pooled_and_repeated_data():
    model = LinearRegression(3)
    first, second = np.random.default_rng(3).normal(size=(2, 2, 5, 4))
    merged = model.merge(model.statistics(first), model.statistics(second))
    pooled = model.statistics(np.concatenate([first, second], axis=1))
    thrice = model.statistics(np.concatenate([first] * 3, axis=1))
    for name in pooled:
        np.testing.assert_allclose(merged[name], pooled[name])
        np.testing.assert_allclose(model.scale(model.statistics(first), 3)[name], thrice[name])


def test_features_of_a_given_design_come_back_row_by_row():
    model = LinearRegression(3, noise=0.0, design=DESIGN)
    weights = np.array([[1.0, -2.0, 3.0], [0.0, 1.0, 0.0]])
    data = model.sample({"weights": weights}, 10, np.random.default_rng(1))
    assert data.shape == (2, 10, 4)
    np.testing.assert_array_equal(data[0, :, :3], np.concatenate([DESIGN, DESIGN[:3]]))
    np.testing.assert_allclose(data[1, :, 3], data[1, :, 1])
    exact = model.draw_statistics({"weights": weights}, 10, np.random.default_rng(1))
    for name, value in model.statistics(data).items():
        np.testing.assert_allclose(exact[name], value)


def test_real_data_start_the_loop():
    data = np.random.default_rng(4).normal(size=(30, 4))
    wanted = np.linalg.lstsq(data[:, :3], data[:, 3], rcond=None)[0]
    history = simulate(
        LinearRegression(3),
        replace(),
        n_generations=2,
        data=data,
        n_chains=5,
        rng=np.random.default_rng(1),
    )
    np.testing.assert_allclose(history["weights"][0], np.broadcast_to(wanted, (5, 3)))
    np.testing.assert_allclose(history["squared_norm"][0], wanted @ wanted)
    np.testing.assert_array_equal(
        history["squared_norm"], np.square(history["weights"]).sum(axis=-1)
    )


def test_models_say_what_they_are_and_keep_their_design():
    rows = DESIGN.copy()
    model = LinearRegression(3, design=rows)
    rows[:] = 0
    assert (model.design == DESIGN).all()
    assert repr(model) == "LinearRegression(dimension=3, noise=1.0, design=<7 rows>, ridge=0.0)"
    assert "design='isotropic'" in repr(LinearRegression(2))
    changed = dataclasses.replace(model, noise=2.0)
    assert changed.noise == 2


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: LinearRegression(0), ValueError, "dimension must be at least 1, got 0"),
        (lambda: LinearRegression(2.0), TypeError, "dimension must be an integer"),
        (lambda: LinearRegression(2, -1.0), ValueError, "noise must be at least 0, got -1"),
        (lambda: LinearRegression(2, ridge=np.nan), ValueError, "ridge must be finite"),
        (lambda: LinearRegression(2, design="orthogonal"), ValueError, "one of 'isotropic'"),
        (lambda: LinearRegression(2, design=DESIGN), ValueError, "design must have 2 columns"),
        (lambda: LinearRegression(2, design=np.ones(4)), ValueError, "design must have 2 dim"),
        (lambda: LinearRegression(2, design=None), ValueError, "design must have 2 dim"),
        (lambda: LinearRegression(2).truth({"weights": [1.0]}), ValueError, r"have shape \(2,\)"),
        (lambda: LinearRegression(2).truth({"slope": 1.0}), ValueError, "unknown entries"),
        (lambda: LinearRegression(2).fit(np.ones((1, 5, 2))), ValueError, "must have 3 columns"),
        (lambda: LinearRegression(2).fit([[[1, 2, np.inf]]]), ValueError, "NaN or infinite"),
        (lambda: LinearRegression(2).fit(np.ones((4, 3))), ValueError, "must have 3 dim"),
    ],
)
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
