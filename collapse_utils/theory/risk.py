"""What a fit costs in expected log-likelihood, and a model that breaks the rule."""

from __future__ import annotations

import numpy as np
from scipy import special

from .. import _validate
from ._arguments import plain, whole
from .accumulation import accumulated_error_factor

__all__ = ["excess_risk", "second_generation_collapse"]


def excess_risk(n_fits, n_samples, n_parameters, *, workflow="replace"):
    r"""Return the leading-order excess risk of a regular maximum-likelihood model in a loop.

    .. math:: n\,\frac{p}{2M} \quad\text{(replace)}, \qquad
              H_n^{(2)}\,\frac{p}{2M} \quad\text{(accumulate)}

    for :math:`p` parameters and :math:`M` samples per generation, large.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int
        Samples per generation, at least 1.
    n_parameters : int
        Free parameters of the model, at least 1.
    workflow : {"replace", "accumulate"}
        What each fit is made to.

    Returns
    -------
    float or array, like `n_fits`
        Nats per sample.

    Notes
    -----
    Source: textbook for one fit; for *accumulate* Dey and Donoho (2024), arXiv:2410.22812.
    Chapter: *empirical_risk*.

    Examples
    --------
    >>> excess_risk(1, 100, 2), excess_risk(2, 100, 2, workflow="accumulate")
    (0.01, 0.0125)
    """
    m = _validate.integer("n_samples", n_samples, at_least=1)
    p = _validate.integer("n_parameters", n_parameters, at_least=1)
    n = whole("n_fits", n_fits)
    replaces = _validate.choice("workflow", workflow, ("replace", "accumulate")) == "replace"
    factor = n if replaces else np.asarray(accumulated_error_factor(n))
    return plain(factor * p / (2 * m))


def second_generation_collapse(n_samples):
    r"""Return how often an irregular maximum-likelihood model collapses at its second fit.

    .. math:: P = 1 - \mathbb E(1-\alpha_1)^M = 1 - {}_2F_1(-M, 1; M+1; \tfrac12) \to \tfrac13,
              \qquad \alpha_1 = \tfrac12\left(1 - \max_{i\le M} U_i\right)

    The first fit is excellent, within :math:`1/(M+1)` in total variation on average, and the real
    data stay in the pool.

    Parameters
    ----------
    n_samples : int
        Samples per generation, at least 1.

    Returns
    -------
    float
        Probability.

    Notes
    -----
    Source: a simplified instance, derived here, in the spirit of Barzilai and Shamir (2025),
    arXiv:2505.19046, Theorem 5.1: the family is
    :math:`(1-\alpha)\,U[0, 1-2\alpha] + \alpha\,U[2, 3]` plus narrow spikes. Chapter:
    *empirical_risk*.

    Examples
    --------
    >>> round(second_generation_collapse(100), 4)
    0.3326
    """
    m = _validate.integer("n_samples", n_samples, at_least=1)
    return float(1 - special.hyp2f1(-m, 1, m + 1, 0.5))
