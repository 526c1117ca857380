"""What happens to rare events: their mass, and how many of them are still possible."""

from __future__ import annotations

import numpy as np
from scipy import special

from .. import _validate
from ._arguments import broadcast, non_negative
from ._arguments import counts as _counts
from ._arguments import probabilities as _probabilities

__all__ = ["gaussian_tail_mass", "rare_types", "tail_mass", "tail_recall", "tail_share"]


def rare_types(real_counts, at_most):
    """Return which types of the real data are rare: seen, but at most so many times.

    Parameters
    ----------
    real_counts : array, shape (n_types,)
        How often each type occurs in the real data.
    at_most : int
        Largest count that is still rare, at least 1.

    Returns
    -------
    array of bool, shape (n_types,)
        The tail, for `tail_mass` and `tail_recall`. Types that the real data lack are not in it.

    Raises
    ------
    ValueError
        If no type is that rare.

    Notes
    -----
    Chapter: *early_late*.

    Examples
    --------
    >>> rare_types([50, 3, 1, 0], at_most=3).tolist()
    [False, True, True, False]
    """
    n = _counts("real_counts", _validate.array("real_counts", real_counts, ndim=1))
    at_most = _validate.integer("at_most", at_most, at_least=1)
    tail = (n > 0) & (n <= at_most)
    if not tail.any():
        raise ValueError(
            f"no type is seen at most {at_most} times; the rarest is seen {n[n > 0].min():g} times"
        )
    return tail


def tail_mass(probabilities, tail):
    """Return the probability that a law gives to the types of the tail.

    For neutral resampling the mass of any fixed set of types is a martingale: it does not fall
    on average, even while the types in it die out. See `tail_recall`.

    Parameters
    ----------
    probabilities : array, shape (..., n_types)
        Sum to one along the last axis.
    tail : array of bool, shape (n_types,)
        Which types are in the tail, such as `rare_types` of the real data.

    Returns
    -------
    float or array, shape (...)
        Between 0 and 1.

    Notes
    -----
    Chapter: *early_late*.

    Examples
    --------
    >>> tail_mass([[0.9, 0.1, 0.0], [0.5, 0.25, 0.25]], [False, True, True]).tolist()
    [0.1, 0.5]
    """
    p = _probabilities("probabilities", probabilities)
    return p[..., _tail(tail, p.shape[-1])].sum(axis=-1)


def tail_recall(probabilities, tail):
    """Return the share of the types of the tail that a law can still produce.

    Parameters
    ----------
    probabilities : array, shape (..., n_types)
        Probabilities or counts, not negative.
    tail : array of bool, shape (n_types,)
        Which types are in the tail, such as `rare_types` of the real data.

    Returns
    -------
    float or array, shape (...)
        Between 0 and 1.

    Notes
    -----
    Chapter: *early_late*.

    Examples
    --------
    >>> tail_recall([[0.9, 0.1, 0.0], [0.5, 0.25, 0.25]], [False, True, True]).tolist()
    [0.5, 1.0]
    """
    p = non_negative("probabilities", probabilities)
    if p.ndim == 0:
        raise ValueError("probabilities must have at least 1 dimension, its last axis over types")
    return (p[..., _tail(tail, p.shape[-1])] > 0).mean(axis=-1)


def tail_share(samples, threshold):
    """Return the share of samples beyond a threshold.

    Parameters
    ----------
    samples : array, shape (..., n)
        Numbers, along the last axis; for both tails pass distances from a centre.
    threshold : float
        What lies strictly above it is the tail.

    Returns
    -------
    float or array, shape (...)
        Between 0 and 1.

    Notes
    -----
    Chapter: *early_late*.

    Examples
    --------
    >>> float(tail_share(np.abs([-4.0, 0.0, 1.0, 5.0]), 3.0))
    0.5
    """
    x = _validate.array("samples", samples)
    if x.ndim == 0:
        raise ValueError("samples must have at least 1 dimension, its last axis over samples")
    return (x > _validate.real("threshold", threshold)).mean(axis=-1)


def gaussian_tail_mass(mean, std, threshold):
    r"""Return the probability that a normal variable lies further than a threshold from zero.

    .. math:: P(|X| > t) = \Phi\left(\frac{-t-\mu}{\sigma}\right)
              + \Phi\left(\frac{\mu-t}{\sigma}\right)

    Over the unbiased loop the mean of this mass rises while its median falls.

    Parameters
    ----------
    mean, std : float or array
        Mean and standard deviation (not negative), measured from the true mean.
    threshold : float
        :math:`t`, positive, in the unit of the data.

    Returns
    -------
    float or array
        Between 0 and 1; for a standard deviation of 0, 1 beyond the threshold and else 0.

    Notes
    -----
    Textbook. Chapter: *early_late*.

    Examples
    --------
    >>> round(float(gaussian_tail_mass(0.0, 1.0, 3.0)), 6)
    0.0027
    """
    threshold = _validate.real("threshold", threshold, above=0)
    mean, std = broadcast("mean and std", _validate.array("mean", mean), non_negative("std", std))
    mass = 0.0
    for side in (mean, -mean):
        gap = side - threshold
        sign = np.where(gap > 0, np.inf, -np.inf)
        with np.errstate(over="ignore", under="ignore"):
            mass = mass + special.ndtr(np.divide(gap, std, out=sign, where=std > 0))
    return mass


def _tail(tail, n_types):
    """Return `tail` as a mask, or an error that names it."""
    mask = _validate.numbers("tail", tail)
    if mask.dtype != bool:
        raise TypeError(
            f"tail must be an array of booleans, one a type, got {mask.dtype}; see rare_types()"
        )
    if mask.shape != (n_types,):
        raise ValueError(f"tail must have shape {(n_types,)}, got {mask.shape}")
    if not mask.any():
        raise ValueError("tail is empty; at least one type must be True")
    return mask
