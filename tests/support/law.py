"""Decide whether two samples, or a sample and a formula, agree in law.

Every decision states how often it would be wrong if the laws were equal (`FALSE_ALARM`, for
one call, shared among its comparisons by Bonferroni's rule).
"""

import numpy as np
from scipy import stats

from collapse_utils import simulate

FALSE_ALARM = 1e-4


def p_same_law(first, second):
    """Return the p-value of the two-sample Kolmogorov-Smirnov tests, Bonferroni-corrected.

    `first` and `second` are lists of one-dimensional samples, compared pairwise.
    """
    values = [stats.ks_2samp(a, b).pvalue for a, b in zip(first, second, strict=True)]
    return min(1.0, min(values) * len(values))


def z_score(values, predicted):
    """Return how many standard errors the mean of `values` lies from `predicted`."""
    values = np.asarray(values, float)
    return (values.mean() - predicted) / (values.std(ddof=1) / np.sqrt(values.size))


Z_LIMIT = float(stats.norm.isf(FALSE_ALARM / 2))


def agree(values, predicted):
    """Return whether the mean of `values` is as predicted, and would not be elsewhere.

    A prediction eight standard errors away must be rejected.
    """
    values = np.asarray(values, float)
    error = values.std() / np.sqrt(values.size)
    return (
        abs(z_score(values, predicted)) < Z_LIMIT
        and abs(z_score(values, predicted + 8 * error)) > Z_LIMIT
    )


def both_paths(model, workflow, seed, **options):
    """Return histories that differ only in their path: on statistics, and on samples."""
    rngs = np.random.default_rng(seed).spawn(2)
    return [
        simulate(model, workflow, exact=exact, rng=rng, **options)
        for exact, rng in zip([True, False], rngs, strict=True)
    ]
