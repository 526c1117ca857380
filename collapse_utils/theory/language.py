r"""Decoding in the loop: temperature and top-p, with infinitely many samples.

What sampling itself does to a next-token predictor is Wright and Fisher's drift: see
`heterozygosity`, `coexistence_probability` and `smoothed_probability`.
"""

from __future__ import annotations

import numpy as np

from .. import _validate
from ._arguments import plain, reals, whole

__all__ = [
    "composed_temperature",
    "diversity_threshold",
    "nucleus_mass",
    "nucleus_type_limit",
]


def composed_temperature(probabilities, temperature, n_generations):
    r"""Return the law of a loop that samples at a temperature again and again.

    .. math:: p^{(n)}_i \propto p_i^{\,\tau^{-n}}

    one softmax at temperature :math:`\tau^n`. Below 1 the ratio of two probabilities shrinks
    doubly exponentially; above 1 the law becomes uniform on the types that are left.

    Parameters
    ----------
    probabilities : array, shape (..., n_types)
        Law or laws at the start, at least 0 with a positive sum; normalised along the last axis.
    temperature : float
        :math:`\tau`, positive.
    n_generations : int
        How often, at least 0.

    Returns
    -------
    ndarray, like `probabilities`
        Types of probability 0 stay at 0.

    Notes
    -----
    Source: derived here; that every temperature but 1 degenerates is Marchi et al. (2024),
    arXiv:2404.02325 (abstract). Chapter: *softmax*.

    Examples
    --------
    >>> composed_temperature([2 / 3, 1 / 3], 0.5, 2).round(4)
    array([0.9412, 0.0588])
    """
    p = reals("probabilities", probabilities, at_least=0)
    if p.ndim == 0 or not (p.sum(axis=-1) > 0).all():
        raise ValueError("probabilities must have a positive sum along the last axis")
    tau = _validate.real("temperature", temperature, above=0)
    n = _validate.integer("n_generations", n_generations)
    power = np.exp(np.clip(-n * np.log(tau), -700, 700))
    log_p = np.log(np.where(p > 0, p, 1.0))
    highest = np.where(p > 0, log_p, -np.inf).max(axis=-1, keepdims=True)
    scaled = np.exp(np.maximum(power * (log_p - highest), -800.0)) * (p > 0)
    return scaled / scaled.sum(axis=-1, keepdims=True)


def diversity_threshold(temperature):
    r"""Return the fraction of real data from which two equal words survive a cold loop.

    .. math:: m^* = \max(0, 1 - \tau)

    Above it the even law is the stable fixed point of
    :math:`p \mapsto m\,\tfrac12 + (1-m)\,\mathrm{softmax}(\log p/\tau)`, below it one word wins.

    Parameters
    ----------
    temperature : float or array
        :math:`\tau`, positive.

    Returns
    -------
    float or array, like `temperature`

    Notes
    -----
    Source: derived here; compare Marchi et al. (2024), arXiv:2404.02325 (abstract). Chapter:
    *softmax*.

    Examples
    --------
    >>> round(diversity_threshold(0.7), 12), diversity_threshold(1.2)
    (0.3, 0.0)
    """
    return plain(np.maximum(1 - reals("temperature", temperature, above=0), 0.0))


def nucleus_mass(mass, n_generations):
    r"""Return how much of the original mass repeated top-p sampling keeps.

    .. math:: P^n

    at least, and little more while types are rare: until every type left has probability above
    :math:`1-P`, when nothing more is cut.

    Parameters
    ----------
    mass : float
        :math:`P`, above 0 and at most 1.
    n_generations : int or array
        How often.

    Returns
    -------
    float or array, like `n_generations`

    Notes
    -----
    Source: derived here. Chapter: *softmax*.

    Examples
    --------
    >>> round(nucleus_mass(0.95, 5), 4)
    0.7738
    """
    kept = _validate.real("mass", mass, above=0, at_most=1)
    return plain(kept ** whole("n_generations", n_generations).astype(float))


def nucleus_type_limit(mass):
    r"""Return the most types that repeated top-p sampling can leave in the end.

    .. math:: \left\lfloor \frac{1}{1-P} \right\rfloor

    Parameters
    ----------
    mass : float
        :math:`P`, above 0 and below 1.

    Returns
    -------
    int

    Notes
    -----
    Source: derived here: every type left has probability above :math:`1-P`. Chapter: *softmax*.

    Examples
    --------
    >>> nucleus_type_limit(0.95)
    20
    """
    kept = _validate.real("mass", mass, above=0, below=1)
    return int(np.floor((1 + 1e-12) / (1 - kept)))
