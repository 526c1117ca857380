"""Decide whether two samples, or a sample and a formula, agree in law.

Every decision states how often it would be wrong if the laws were equal (`FALSE_ALARM`, for
one call, shared among its comparisons by Bonferroni's rule).
"""

import numpy as np
from scipy import stats

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
