"""Kernel density estimates: scipy's, the exact moments of the loop, bad input."""

import warnings

import numpy as np
import pytest
from scipy import integrate, stats

from collapse_utils import accumulate, replace, simulate
from collapse_utils.models.kernel_density import BANDWIDTH_RULES, KernelDensity
from tests.support.law import FALSE_ALARM, Z_LIMIT, z_score
from tests.support.model_example import LINE, Example

EXAMPLE = Example(
    model=KernelDensity(),
    arguments={"bandwidth": 0.5},
    data=LINE,
    truth={"bandwidth": 0.5},
    others={"x": [0.0, 1.0]},
    calls={"KernelDensity (rule)": {"bandwidth": "scott"}},
)
SEEDS = [91, 92, 93]


def run(model, workflow, seed, n_samples, n_generations, n_chains, record):
    return simulate(
        model,
        workflow,
        n_generations=n_generations,
        n_samples=n_samples,
        n_chains=n_chains,
        record=record,
        rng=np.random.default_rng(seed),
    )


@pytest.mark.parametrize("rule", ["scott", "silverman", 0.3])
def test_density_against_scipys(rule):
    data = np.random.default_rng(1).normal(3, 2, (3, 40))
    model = KernelDensity(rule)
    fitted = model.fit(data)
    x = np.linspace(-6, 12, 50)
    for k, row in enumerate(data):
        known = rule if isinstance(rule, str) else rule / row.std(ddof=1)
        other = stats.gaussian_kde(row, known)
        np.testing.assert_allclose(model.density(fitted, x)[k], other(x), rtol=1e-10)
        np.testing.assert_allclose(model.log_density(fitted, x)[k], other.logpdf(x), rtol=1e-9)
        assert fitted["bandwidth"][k] == pytest.approx(np.sqrt(other.covariance[0, 0]))


def test_density_integrates_to_one_and_has_the_derived_moments():
    model = KernelDensity(0.7)
    p = model.fit(np.array([[-1.0, 0.0, 4.0]]))

    def moment(k):
        return integrate.quad(lambda x: x**k * model.density(p, [x])[0, 0], -9, 12, limit=200)[0]

    mean, variance = model.quantity("mean", p)[0], model.quantity("variance", p)[0]
    assert moment(0) == pytest.approx(1)
    assert moment(1) == pytest.approx(mean)
    assert moment(2) - mean**2 == pytest.approx(variance)


def test_density_in_blocks_and_with_points_of_its_own_for_each_chain(monkeypatch):
    rng = np.random.default_rng(2)
    model, x = KernelDensity(), rng.normal(size=(3, 11))
    p = model.fit(rng.normal(size=(3, 20)))
    whole = model.density(p, x)
    monkeypatch.setattr("collapse_utils.models.kernel_density._VALUES_AT_ONCE", 130)
    np.testing.assert_allclose(model.density(p, x), whole)
    one = {"points": p["points"][1:2], "bandwidth": p["bandwidth"][1:2]}
    np.testing.assert_allclose(model.density(one, x[1])[0], whole[1])
    np.testing.assert_allclose(
        model.density(one | {"points": one["points"] + 5}, x[1] + 5)[0], whole[1]
    )


def test_log_density_far_away_does_not_underflow():
    model = KernelDensity(0.1)
    p = model.fit(np.array([[0.0, 1.0]]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        far = model.log_density(p, [101.0])[0, 0]
    assert far == pytest.approx(-0.5 * 1000**2 - np.log(2 * 0.1 * np.sqrt(2 * np.pi)))
    assert model.density(p, [101.0])[0, 0] == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_samples_follow_the_density(seed):
    """False-alarm rate 1e-4."""
    model = KernelDensity(0.5)
    p = model.truth({"points": [-2.0, 0.0, 0.0, 3.0], "bandwidth": 0.5})
    chains = {k: v[None] for k, v in p.items()}
    x = model.sample(chains, 20_000, np.random.default_rng(seed))[0]

    def cdf(at, width=0.5):
        return stats.norm.cdf((at[:, None] - p["points"]) / width).mean(axis=1)

    assert stats.kstest(x, cdf).pvalue > FALSE_ALARM
    assert stats.kstest(x, lambda at: cdf(at, 0.7)).pvalue < FALSE_ALARM


def test_the_default_truth_is_the_standard_normal():
    history = run(KernelDensity(0.5), replace(), 1, 10, 0, 3, None)
    assert history.truth["mean"] == 0
    assert history.truth["variance"] == 1
    assert history["points"].shape == (1, 3, 10)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("width", [0.1, 20**-0.5, 0.5])
def test_replace_at_a_fixed_bandwidth(width, seed):
    """E x^2 = 1 + t h^2 and E S^2 = n h^2 + (1 - n h^2)(1 - 1/n)^t. False alarms 1e-4 each.

    Diversity shrinks below the critical bandwidth 1 / sqrt(n), stays at it, grows above it.
    """
    n, t = 20, 30
    history = run(KernelDensity(width), replace(), seed, n, t, 3000, ["points"])
    points = history["points"][-1]
    inside = n * width**2 + (1 - n * width**2) * (1 - 1 / n) ** t
    assert abs(z_score((points**2).mean(axis=1), 1 + t * width**2)) < Z_LIMIT
    assert abs(z_score(points.var(axis=1, ddof=1), inside)) < Z_LIMIT
    without_ancestors_in_common = 1 + t * width**2
    assert abs(z_score(points.var(axis=1, ddof=1), without_ancestors_in_common)) > Z_LIMIT


@pytest.mark.parametrize("seed", SEEDS)
def test_accumulate_grows_like_the_harmonic_numbers(seed):
    """E x^2 = 1 + h^2 (H_t - 1) over t fitted generations. False-alarm rate 1e-4."""
    t, width = 30, 0.5
    record = ["mean", "variance"]
    history = run(KernelDensity(width), accumulate(), seed, 10, t - 1, 3000, record)
    second = history["mean"][-1] ** 2 + history["variance"][-1] - width**2
    harmonic = (1 / np.arange(1, t + 1)).sum()
    assert abs(z_score(second, 1 + width**2 * (harmonic - 1))) < Z_LIMIT
    assert abs(z_score(second, 1 + width**2 * (t - 1))) > Z_LIMIT


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rule", sorted(BANDWIDTH_RULES))
def test_a_plug_in_bandwidth_explodes(rule, seed):
    """E S^2 = (1 - 1/n + c^2)^t. False-alarm rate 1e-4."""
    n, t = 50, 6
    history = run(KernelDensity(rule), replace(), seed, n, t, 4000, ["points"])
    spread = history["points"][-1].var(axis=1, ddof=1)
    factor = 1 - 1 / n + BANDWIDTH_RULES[rule](n) ** 2
    assert abs(z_score(spread, factor**t)) < Z_LIMIT
    assert abs(z_score(spread, factor ** (t - 1))) > Z_LIMIT


def test_the_loop_is_literal():
    with pytest.raises(ValueError, match="KernelDensity has no exact path"):
        simulate(
            KernelDensity(),
            replace(),
            n_generations=1,
            n_samples=5,
            exact=True,
            rng=np.random.default_rng(1),
        )


FITTED = KernelDensity(0.5).fit(np.zeros((2, 3)))


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: KernelDensity("sturges"), ValueError, "bandwidth must be one of 'silverman'"),
        (lambda: KernelDensity(0.0), ValueError, "bandwidth must be greater than 0"),
        (lambda: KernelDensity(None), TypeError, "bandwidth must be a real number"),
        (lambda: KernelDensity().fit([[1.0]]), ValueError, "at least 2 samples for a bandwidth"),
        (lambda: KernelDensity().fit([[1.0, np.nan]]), ValueError, "NaN or infinite"),
        (lambda: KernelDensity().fit([1.0, 2.0]), ValueError, "data must have 2 dimension"),
        (lambda: KernelDensity().truth({"mean": 0.0}), ValueError, "unknown entries"),
        (lambda: KernelDensity().truth({"points": []}), ValueError, r"truth\['points'\] is empty"),
        (lambda: KernelDensity().truth({"bandwidth": -1}), ValueError, "must be greater than 0"),
        (lambda: KernelDensity().density(FITTED, np.ones((3, 4))), ValueError, "one row a chain"),
        (
            lambda: KernelDensity().density(KernelDensity().fit(np.zeros((2, 3))), [0.0]),
            ValueError,
            "bandwidth must be positive everywhere, got a minimum of 0",
        ),
        (
            lambda: run(KernelDensity(), replace(), 1, 1, 2, 1, None),
            ValueError,
            "n_samples must be at least 2 for KernelDensity",
        ),
    ],
)
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
    assert KernelDensity(1.0).minimum_samples == 1
