"""What the figures with controls compute has the laws of the package.

Statistical comparisons allow four and a half standard errors: a false alarm in 150 000 each.
"""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
from scipy import special, stats

from bookmaker.play import extension as play
from collapse_utils import (
    Categorical,
    Gaussian,
    accumulate,
    anchor,
    copiers,
    mix,
    replace,
    simulate,
    theory,
)
from collapse_utils.metrics import entropy, psnr_db
from tests.support.browser import Visit

LIMIT = 4.5


@pytest.fixture(scope="module")
def run(browser, address):
    """Return a function that calls a function of a script in the browser."""
    visitor = Visit(browser, address)
    page = visitor.open("intro.html", formulas=False)

    def call(script, function, *arguments):
        code = """async ([script, source, given]) => {
            const module = await import(`/_static/play/${script}.mjs`);
            const call = new Function("module", "given", `return (${source})(...given)`);
            return JSON.stringify(call(module, given));
        }"""
        source = function if "=>" in function else f"module.{function}"
        return json.loads(page.evaluate(code, [script, source, list(arguments)]))

    yield call
    visitor.context.close()


# Chance


def draws(run, law, *arguments, n=20_000, seed=7):
    """Return `n` draws of a law of the scripts' generator."""
    code = f"""(seed, n, given) => {{
        const chance = module.generator(seed);
        return Array.from({{ length: n }}, () => chance.{law}(...given));
    }}"""
    return np.array(run("chance", code, seed, n, list(arguments)))


def test_numbers_have_their_laws(run):
    assert stats.kstest(draws(run, "uniform"), "uniform").pvalue > 1e-5
    assert stats.kstest(draws(run, "normal"), "norm").pvalue > 1e-5
    for shape in (0.5, 1, 4.5, 60):
        found = stats.kstest(draws(run, "gamma", shape), stats.gamma(shape).cdf)
        assert found.pvalue > 1e-5, shape
    assert stats.kstest(draws(run, "gamma", 4.5), stats.gamma(4.6).cdf).pvalue < 1e-5


@pytest.mark.parametrize(
    ("n", "p"), [(1, 0.3), (20, 0.05), (300, 0.9), (4000, 0.4), (122_135, 0.0004), (122_135, 0.2)]
)
def test_counts_have_the_binomial_law(run, n, p):
    def misfit(found, law):
        edges = np.unique(law.ppf([0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98]))
        expected = np.diff(law.cdf(edges), prepend=0, append=1) * len(found)
        counted = np.bincount(np.searchsorted(edges, found), minlength=len(expected))
        kept = expected > 0
        return stats.chi2.sf(
            np.sum((counted - expected)[kept] ** 2 / expected[kept]), kept.sum() - 1
        )

    found = draws(run, "binomial", n, p)
    assert misfit(found, stats.binom(n, p)) > 1e-5
    assert misfit(found, stats.binom(n, p * (1 - 0.2 / np.sqrt(n * p)))) < 1e-5


def test_tokens_are_shared_out_like_a_multinomial(run):
    weights = np.array([3, 0, 1, 16])
    found = draws(run, "multinomial", 50, weights.tolist())
    assert (found.sum(axis=1) == 50).all() and (found[:, 1] == 0).all()
    p = weights / 20
    error = np.sqrt(50 * p * (1 - p) / len(found)) + 1e-12
    assert (np.abs(found.mean(axis=0) - 50 * p) < LIMIT * error).all()
    covariance = np.cov(found[:, 0], found[:, 2])[0, 1]
    assert abs(covariance + 50 * p[0] * p[2]) < 0.1


def test_a_seed_repeats_itself_and_another_does_not(run):
    first, again, other = (draws(run, "normal", n=50, seed=seed) for seed in (1, 1, 2))
    assert (first == again).all() and not np.isin(first, other).any()


# The law of each figure is that of the package


def same_law(found, expected):
    """Tell whether two samples may have one law (a false alarm in 100 000)."""
    return stats.ks_2samp(found, expected, method="asymp").pvalue > 1e-5


def resaved(run, pixels, quality, positions):
    code = """(pixels, quality, positions) => {
        const history = module.resave(pixels, quality, positions);
        return btoa(history.map((copy) => String.fromCharCode(...copy)).join(""));
    }"""
    returned = base64.b64decode(run("grid", code, pixels.ravel().tolist(), quality, positions))
    return np.frombuffer(returned, np.uint8).reshape(-1, *pixels.shape)


@pytest.mark.parametrize(("quality", "positions"), [(10, 8), (50, 1), (75, 8), (75, 2), (95, 5)])
def test_the_grid_saves_as_the_package_does_bit_for_bit(run, quality, positions):
    pixels = np.frombuffer(base64.b64decode(play.face()["pixels"]), np.uint8).reshape(72, 72)
    shifts = [(k, k) for k in range(positions)]
    expected = copiers.resave(pixels, quality, 40, shifts=shifts)
    found = resaved(run, pixels, quality, positions)
    assert (found == expected).all()
    assert (resaved(run, pixels, quality - 1, positions) != expected).any()
    db = run("grid", "psnr", found[40].ravel().tolist(), pixels.ravel().tolist())
    assert db == pytest.approx(psnr_db(expected[40], pixels), rel=1e-12)


def test_the_grid_has_the_standards_tables(run):
    for quality in range(1, 101):
        expected = copiers.quantisation_table(quality).ravel().tolist()
        assert run("grid", "quantisationTable", quality) == expected


@pytest.mark.parametrize("samples", [2, 5, 30])
def test_the_walks_walk_as_in_the_package(run, samples):
    code = """(samples) => {
        const found = module.simulate({ samples, fits: 6, chains: 4000, seed: 3 });
        return [found.mean, found.logVariance].map((rows) => rows.map((row) => [...row]));
    }"""
    mean, log_variance = np.array(run("walks", code, samples))
    theirs = simulate(
        Gaussian(),
        replace(),
        n_generations=5,
        n_samples=samples,
        n_chains=4000,
        rng=np.random.default_rng(1),
    )
    for n in (1, 6):
        assert same_law(mean[n - 1], theirs["mean"][n - 1])
        assert same_law(log_variance[n - 1], theirs["log_variance"][n - 1])
    assert not same_law(log_variance[5], theirs["log_variance"][0])
    error = theory.log_variance_spread(6, samples) / np.sqrt(4000)
    expected = theory.expected_log_variance(6, samples)
    assert abs(log_variance[5].mean() - expected) < LIMIT * error
    assert run("walks", "drift", samples) == pytest.approx(
        theory.log_variance_drift(samples), rel=1e-9
    )


def test_digamma(run):
    for x in (0.5, 1, 4.5, 9.99, 10, 99.5):
        assert run("walks", "digamma", x) == pytest.approx(special.digamma(x), abs=1e-11)


@pytest.mark.parametrize("fresh", [0, 0.02, 0.5])
def test_words_are_lost_as_in_the_package(run, fresh):
    counts, total, copies, chains = [3, 9, 40], 400, 12, 3000
    code = "(given) => module.simulate(given)"
    given = {"counts": counts, "total": total, "copies": copies, "chains": chains, "seed": 5}
    found = np.array(run("words", code, given | {"fresh": fresh}))
    truth = np.array([*counts, total - sum(counts)]) / total
    theirs = simulate(
        Categorical(4),
        mix(fresh),
        n_generations=copies - 1,
        n_samples=total,
        truth={"probability": truth},
        n_chains=chains,
        rng=np.random.default_rng(2),
    )["probability"]
    for n in (1, 2, copies):
        for word in range(3):
            assert same_law(found[n, :, word], np.rint(theirs[n - 1, :, word] * total))
    assert not same_law(found[1, :, 1], np.rint(theirs[0, :, 1] * total) + 1)


@pytest.mark.parametrize("fresh", [0, 0.02, 0.5, 1])
def test_words_have_the_exponents_of_the_theorem(run, fresh):
    found = run("words", "exponents", fresh, 40)[1:]
    expected = theory.survival_exponent(np.arange(1, 41), synthetic_fraction=1 - fresh)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("temperature", [0.8, 1, 1.3])
def test_the_softmax_heats_as_in_the_package(run, temperature):
    truth = np.array([0.5, 0.3, 0.15, 0.05])
    found = run("heat", "heated", truth.tolist(), temperature**3)
    np.testing.assert_allclose(
        found, theory.composed_temperature(truth, temperature, 3), rtol=1e-12
    )
    assert run("heat", "effectiveWords", [*found, 0]) == pytest.approx(np.exp(entropy(found)))
    given = {"truth": truth.tolist(), "temperature": temperature, "tokens": 40, "seed": 6}
    counts = np.rint(
        40 * np.array(run("heat", "simulate", given | {"generations": 8, "chains": 3000}))
    )
    theirs = simulate(
        Categorical(4),
        replace(),
        n_generations=8,
        n_samples=40,
        n_chains=3000,
        temperature=temperature,
        truth={"probability": truth},
        rng=np.random.default_rng(3),
    )["probability"]
    for n in (0, 1, 8):
        for word in (0, 3):
            assert same_law(counts[n, :, word], np.rint(40 * theirs[n, :, word]))
    assert not same_law(counts[8, :, 0], np.rint(40 * theirs[1, :, 0]))


def notebook(turn):
    turn.pool = turn.merge(turn.pool, turn.fresh(2))
    return turn.pool


WORKFLOWS = {
    "replace": replace(),
    "mixed": mix(0.1),
    "anchored": anchor(),
    "accumulate": accumulate(),
    "notebook": notebook,
}


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_workflows_drift_as_in_the_package(run, workflow):
    given = {"workflow": workflow, "real": 2, "fits": 9}
    found = run("line", "simulate", given | {"chains": 4000, "seed": 8})
    theirs = simulate(
        Gaussian("mle"),
        WORKFLOWS[workflow],
        n_generations=8,
        n_samples=20,
        n_chains=4000,
        rng=np.random.default_rng(4),
    )
    for n in (0, 1, 8):
        for name in ("mean", "variance"):
            assert same_law(found[name][n], theirs[name][n]), (name, n)
    squares = np.square(found["mean"])
    error = squares.std(axis=1) / np.sqrt(4000)
    exact = np.array(run("line", "drift", given))
    assert (np.abs(squares.mean(axis=1) - exact) < LIMIT * error).all()
    assert not (np.abs(squares.mean(axis=1) - 1.3 * exact) < LIMIT * error).all()


def test_drifts_are_those_of_the_theorems(run):
    n = np.arange(1, 41)

    def drift(workflow, real=2):
        return run("line", "drift", {"workflow": workflow, "real": real, "fits": 40})

    np.testing.assert_allclose(drift("replace"), 1 - 0.95**n, rtol=1e-12)
    np.testing.assert_allclose(
        drift("accumulate"), theory.accumulated_variance_of_mean(n, 20), rtol=1e-9
    )
    np.testing.assert_allclose(
        drift("anchored"), 0.05 + theory.anchored_error(n, 20, 20, heterozygosity=0.95), rtol=1e-12
    )
    np.testing.assert_allclose(drift("mixed", 0), drift("replace"), rtol=1e-12)
    np.testing.assert_allclose(drift("mixed", 20), np.full(40, 0.05), rtol=1e-12)
