"""Verification and curation: the iterated tilt, literal classifiers, quadrature."""

import itertools

import numpy as np
import pytest
from scipy import integrate, stats

from collapse_utils import theory
from tests.support.law import Z_LIMIT, z_score

SEEDS = [101, 102, 103]


@pytest.mark.parametrize("seed", SEEDS)
def test_verified_labels_keep_the_predicted_signal(seed):
    """False-alarm rate 1e-4 for each fraction of wrong labels."""
    rng, phi, psi = np.random.default_rng(seed), 0.8, 0.4
    for p in (0.2, 0.5, 0.8):
        wrong = rng.random(100_000) < p
        kept = rng.random(100_000) < np.where(wrong, psi, phi)
        signal = np.where(wrong, -1.0, 1.0)[kept]
        predicted = theory.verification_signal(p, phi, psi)
        assert abs(z_score(signal, predicted)) < Z_LIMIT
        assert abs(z_score(signal, predicted + 0.05)) > Z_LIMIT


def test_verification_threshold_is_where_the_signal_vanishes():
    for phi, psi in ((1.0, 1.0), (0.9, 0.3), (0.5, 0.8), (0.7, 0.0)):
        threshold = theory.verification_threshold(phi, psi)
        assert threshold == pytest.approx(1 / (1 + psi / phi))
        if psi:
            assert theory.verification_signal(threshold, phi, psi) == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(theory.verification_threshold([1.0, 0.0], 1.0), [0.5, 0.0])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_classifier_on_verified_labels_turns_at_the_threshold(seed):
    rng, phi, psi, d, n = np.random.default_rng(seed), 0.9, 0.3, 5, 40_000
    threshold = theory.verification_threshold(phi, psi)
    for p, right in ((threshold - 0.1, True), (threshold + 0.1, False)):
        x = rng.standard_normal((n, d))
        truth = np.sign(x[:, 0])
        wrong = rng.random(n) < p
        kept = rng.random(n) < np.where(wrong, psi, phi)
        w = np.linalg.lstsq(x[kept], np.where(wrong, -truth, truth)[kept], rcond=None)[0]
        accuracy = (np.sign(x @ w) == truth).mean()
        assert (accuracy > 0.85) == right
        assert (accuracy < 0.15) != right


def test_verifier_contraction_is_the_variance_of_a_truncated_normal():
    for r in (0.005, 0.0099, 0.0101, 0.3, 1.0, 4.0):
        moment = integrate.quad(lambda x: x * x * stats.norm.pdf(x), -r, r)[0]
        exact = moment / (stats.norm.cdf(r) - stats.norm.cdf(-r))
        assert theory.verifier_contraction(r) == pytest.approx(exact, rel=1e-6)
    assert theory.verifier_contraction(1e9) == 1
    theta = 0.02  # towards a verifier at 0, from close by
    after = stats.truncnorm(-1 - theta, 1 - theta, loc=theta).mean()
    assert after / theta == pytest.approx(theory.verifier_contraction(1.0), rel=1e-3)


def test_curated_laws_are_the_iterated_tilt():
    p, r = np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.5, 1.0, -0.5, 2.0])
    q = p
    for t in range(6):
        np.testing.assert_allclose(theory.curated_probabilities(p, r, t), q)
        q = q * np.exp(r)
        q /= q.sum()
    np.testing.assert_allclose(theory.curated_probabilities(p, 1e6 * r, 5), [0, 0, 0, 1])
    absent = theory.curated_probabilities([0.5, 0.5, 0.0], [0.0, 1.0, 1e6], 1)
    np.testing.assert_allclose(absent, [1 / (1 + np.e), np.e / (1 + np.e), 0])
    grid = np.linspace(-8, 8, 4001)
    normal = stats.norm.pdf(grid, scale=1.5)
    law = theory.curated_probabilities(normal / normal.sum(), -(grid**2) / 8, 5)
    assert law @ grid**2 == pytest.approx(theory.curated_variance(5, 2.0, variance=2.25))
    assert theory.curated_variance([0, 10**9], 2.0) == pytest.approx([1, 0], abs=1e-8)


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_curation_gains_at_least_the_bound(k):
    """The exact law of the chosen one among k, by enumerating all candidates."""
    p, r = np.array([0.4, 0.35, 0.2, 0.05]), np.array([0.0, 0.7, 1.1, 2.0])
    weight = np.exp(r)
    chosen = np.zeros(4)
    for candidates in itertools.product(range(4), repeat=k):
        at = list(candidates)
        chosen[at[0]] += k * p[at].prod() * weight[at[0]] / weight[at].sum()
    assert chosen.sum() == pytest.approx(1)
    gain = chosen @ weight - p @ weight
    bound = theory.curation_gain_bound(p, r, k)
    assert gain >= bound - 1e-12
    assert (bound == 0) == (k == 1)
    variance = p @ weight**2 - (p @ weight) ** 2
    assert bound == pytest.approx((k - 1) / k * variance / weight.max())
    assert theory.curation_gain_bound([0.5, 0.5], [1.0, 1.0], k) == 0


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: theory.verification_threshold(0.0, 0.0), "must not both be 0"),
        (lambda: theory.verification_signal(1.0, 0.5, 0.0), "no label is ever kept"),
        (lambda: theory.curated_probabilities([1.0], [1.0, 2.0], 1), "reward must have shape"),
        (lambda: theory.curated_variance(1, 0.0), "width must be greater than 0"),
        (lambda: theory.verifier_contraction(-1.0), "radius must be greater than 0"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
