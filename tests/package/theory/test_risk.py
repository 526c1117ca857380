"""Excess risk: literal fits, quadrature and leading orders."""

import numpy as np
import pytest
from scipy import integrate

from collapse_utils import theory
from tests.support.law import agree

SEEDS = [61, 62, 63]


@pytest.mark.parametrize("seed", SEEDS)
def test_an_irregular_model_collapses_at_its_second_fit(seed):
    """The largest of M uniform numbers sets alpha; a sample in [2, 3] betrays it. Rate 1e-4."""
    rng, m, n_chains = np.random.default_rng(seed), 20, 50_000
    alpha = (1 - rng.random((n_chains, m)).max(axis=1)) / 2
    leaked = (rng.random((n_chains, m)) < alpha[:, None]).any(axis=1)
    assert agree(leaked, theory.second_generation_collapse(m))
    exact = integrate.quad(lambda b: m * (1 - b) ** (m - 1) * (1 - b / 2) ** m, 0, 1)[0]
    assert theory.second_generation_collapse(m) == pytest.approx(1 - exact)
    assert theory.second_generation_collapse(10**8) == pytest.approx(1 / 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_excess_risk_of_two_parameters(seed):
    """Gaussian maximum likelihood; leading order, hence a tolerance of a tenth."""
    rng, m = np.random.default_rng(seed), 100
    x = rng.standard_normal((20_000, m))
    mean, variance = x.mean(axis=1), x.var(axis=1)
    risk = 0.5 * ((1 + mean**2) / variance - 1 + np.log(variance))
    predicted = theory.excess_risk(1, m, 2)
    assert abs(risk.mean() - predicted) < 0.1 * predicted
    assert theory.excess_risk(1, 1, 1) == 0.5
    assert theory.second_generation_collapse(1) == pytest.approx(0.25)
    assert theory.excess_risk([1, 5], m, 2) == pytest.approx([0.01, 0.05])
    assert theory.excess_risk(5, m, 2, workflow="accumulate") == pytest.approx(
        0.01 * theory.accumulated_error_factor(5)
    )


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: theory.excess_risk(1, 9, 2, workflow="mix"), "workflow must be one of"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
