"""How many types a law has, and how evenly it uses them."""

from __future__ import annotations

import numpy as np
from scipy import special

from .. import _validate
from ._arguments import counts as _counts
from ._arguments import probabilities as _probabilities

__all__ = ["effective_types", "entropy", "heterozygosity", "missing_mass", "support"]

_NEAR_ONE = 1e-5
"""Orders this close to 1 are expanded about it, because the formula divides by the gap."""


def entropy(probabilities):
    r"""Return the Shannon entropy of discrete laws.

    .. math:: H = -\sum_i p_i\log p_i

    Parameters
    ----------
    probabilities : array, shape (..., n_types)
        Sum to one along the last axis; zeros count nothing.

    Returns
    -------
    float or array, shape (...)
        In nats (divide by :math:`\log 2` for bits), between 0 and :math:`\log` of `n_types`.

    Notes
    -----
    Textbook. Chapter: *early_late*.

    Examples
    --------
    >>> float(entropy([0.5, 0.5, 0.0]) / np.log(2))
    1.0
    """
    p = _probabilities("probabilities", probabilities)
    return special.entr(p).sum(axis=-1) + 0.0


def heterozygosity(probabilities):
    r"""Return the probability that two independent draws differ in type.

    .. math:: H = 1 - \sum_i p_i^2

    Under *replace* its mean shrinks by exactly :math:`1 - 1/M` a generation.

    Parameters
    ----------
    probabilities : array, shape (..., n_types)
        Sum to one along the last axis.

    Returns
    -------
    float or array, shape (...)
        Between 0 (one type left) and ``1 - 1 / n_types``.

    Notes
    -----
    Source: Wright (1931); Nei (1973). Chapter: *inbreeding*.

    Examples
    --------
    >>> heterozygosity([[0.5, 0.5], [1.0, 0.0]]).tolist()
    [0.5, 0.0]
    """
    p = _probabilities("probabilities", probabilities)
    return (p * (1 - p)).sum(axis=-1)


def effective_types(probabilities, order=2):
    r"""Return the effective number of types: how many equally common types are as diverse.

    .. math:: {}^qD = \left(\sum_i p_i^q\right)^{1/(1-q)}

    Order 0 counts the types alive, order 1 is the exponential of the entropy, order 2 the
    inverse probability that two draws agree.

    Parameters
    ----------
    probabilities : array, shape (..., n_types)
        Sum to one along the last axis.
    order : float
        :math:`q`, at least 0; the higher, the less rare types count.

    Returns
    -------
    float or array, shape (...)
        Between 1 and the number of types alive.

    Notes
    -----
    Source: Hill (1973). Chapter: *inbreeding*.

    Examples
    --------
    >>> effective_types([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]]).tolist()
    [2.0, 1.0]
    """
    order = _validate.real("order", order, at_least=0)
    p = _probabilities("probabilities", probabilities)
    if order == 0:
        return np.count_nonzero(p, axis=-1) * 1.0
    if abs(order - 1) < _NEAR_ONE:
        shannon = special.entr(p).sum(axis=-1)
        squares = (p * np.log(np.where(p > 0, p, 1.0)) ** 2).sum(axis=-1)
        return np.exp(shannon - (order - 1) / 2 * (squares - shannon**2))
    largest = p.max(axis=-1)
    with np.errstate(under="ignore"):
        log_sum = np.log(((p / largest[..., None]) ** order).sum(axis=-1))
    return np.exp((order * np.log(largest) + log_sum) / (1 - order))


def support(probabilities):
    """Return the number of types alive: those of positive probability, or counted at all.

    Parameters
    ----------
    probabilities : array, shape (..., n_types)
        Probabilities or counts, not negative.

    Returns
    -------
    int or array of int, shape (...)

    Notes
    -----
    Chapter: *inbreeding*.

    Examples
    --------
    >>> support([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]]).tolist()
    [2, 1]
    """
    p = _validate.array("probabilities", probabilities)
    if p.ndim == 0 or (p < 0).any():
        raise ValueError(
            "probabilities must have at least 1 dimension and no negative entry, got "
            f"{p.ndim} dimension(s) and a minimum of {p.min():g}"
        )
    return np.count_nonzero(p, axis=-1)


def missing_mass(counts):
    r"""Estimate by Good and Turing the probability of all types not seen in a sample.

    .. math:: \hat m = N_1 / M

    the share of tokens whose type was seen once. Inside the loop it is blind: it estimates what
    the *next* generation will lose of the law that wrote the sample, not what has been lost of
    the original.

    Parameters
    ----------
    counts : array, shape (..., n_types)
        Whole numbers, at least one of them positive along the last axis.

    Returns
    -------
    float or array, shape (...)
        Between 0 and 1; its mean exceeds that of the missing mass by
        :math:`\sum p_i^2(1-p_i)^{M-1}`.

    Notes
    -----
    Source: Good (1953). Chapter: *power_law_tails*.

    Examples
    --------
    >>> float(missing_mass([5, 3, 1, 1, 0]))
    0.2
    """
    n = _counts("counts", counts)
    return (n == 1).sum(axis=-1) / n.sum(axis=-1)
