"""Quantiles of values some of which are infinite."""

import warnings

import numpy as np
import pytest

from collapse_utils._quantiles import quantiles


def test_finite_values_have_numpys_quantiles():
    values = np.random.default_rng(1).normal(size=(3, 40, 2))
    q = [0.0, 0.05, 0.5, 1.0]
    np.testing.assert_array_equal(quantiles(values, q, axis=1), np.quantile(values, q, axis=1))


@pytest.mark.parametrize(
    ("values", "median"),
    [
        ([-np.inf, -np.inf, 0.0, 1.0], -np.inf),
        ([0.0, np.inf, np.inf, np.inf], np.inf),
        ([-np.inf, -np.inf, -np.inf, -np.inf], -np.inf),
        ([-np.inf, 1.0, 2.0, np.inf], 1.5),
    ],
)
def test_between_two_infinities_lies_that_infinity(values, median):
    """Numpy's own answer is NaN wherever it would have to subtract one from the other."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert quantiles(np.array(values), 0.5, axis=0) == median
