"""Temperature and nucleus sampling: the iterated maps themselves."""

import numpy as np
import pytest

from collapse_utils import theory


def test_temperature_composes():
    p = np.array([[0.5, 0.3, 0.2, 0.0], [0.4, 0.4, 0.1, 0.1]])
    for tau in (0.7, 1.0, 1.3):
        q = p
        for n in range(4):
            np.testing.assert_allclose(theory.composed_temperature(p, tau, n), q, atol=1e-14)
            q = np.where(q > 0, q, 0) ** (1 / tau)
            q /= q.sum(axis=1, keepdims=True)
    ratio = theory.composed_temperature([2 / 3, 1 / 3], 0.9, 10)
    assert ratio[1] / ratio[0] == pytest.approx(0.5 ** (0.9**-10))
    np.testing.assert_allclose(theory.composed_temperature([0.5, 0.3, 0.2], 0.5, 5000), [1, 0, 0])
    np.testing.assert_allclose(theory.composed_temperature([0.5, 0.3, 0.2], 2.0, 5000), 1 / 3)
    tie = theory.composed_temperature([0.4, 0.4, 0.2], 0.1, 10**6)
    np.testing.assert_allclose(tie, [0.5, 0.5, 0])


@pytest.mark.parametrize("tau", [0.6, 0.7, 0.9])
def test_diversity_threshold_separates_the_fixed_points(tau):
    def settle(real):
        p = 0.51
        for _ in range(20_000):
            hot = p ** (1 / tau)
            p = real / 2 + (1 - real) * hot / (hot + (1 - p) ** (1 / tau))
        return p

    threshold = theory.diversity_threshold(tau)
    assert settle(threshold + 0.02) == pytest.approx(0.5, abs=1e-6)
    assert settle(threshold - 0.02) > 0.55
    assert theory.diversity_threshold(1.0) == 0


@pytest.mark.parametrize("mass", [0.8, 0.9, 0.95])
def test_repeated_nucleus_sampling_keeps_its_promises(mass):
    p = 1 / np.arange(1.0, 1001)
    original = p / p.sum()
    p = original
    sizes = [len(p)]
    for n in range(1, 200):
        keep = np.searchsorted(np.cumsum(p), mass * (1 - 1e-12)) + 1
        p = p[:keep] / p[:keep].sum()
        if len(p) == sizes[-1]:
            break
        sizes.append(len(p))
        kept = original[: len(p)].sum()
        assert kept >= theory.nucleus_mass(mass, n)
        if len(p) > 100:
            assert kept == pytest.approx(theory.nucleus_mass(mass, n), rel=0.01)
    assert len(p) <= theory.nucleus_type_limit(mass)
    assert p.min() > 1 - mass
    assert [theory.nucleus_type_limit(x) for x in (0.5, 0.8, 0.9, 0.99)] == [2, 5, 10, 100]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: theory.composed_temperature([0.0, 0.0], 1.0, 1), "positive sum"),
        (lambda: theory.composed_temperature([0.5, 0.5], 0.0, 1), "temperature must be greater"),
        (lambda: theory.nucleus_type_limit(1.0), "mass must be less than 1"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
