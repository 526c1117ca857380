"""Loops that choose what they are trained on: verification and curation."""

from __future__ import annotations

import numpy as np
from scipy import special

from .. import _validate
from ._arguments import law, plain, reals, whole

__all__ = [
    "curated_probabilities",
    "curated_variance",
    "curation_gain_bound",
    "verification_signal",
    "verification_threshold",
    "verifier_contraction",
]


def verification_threshold(keep_right, keep_wrong):
    r"""Return the share of wrong labels up to which a verifier saves the learner.

    .. math:: p^* = \frac{1}{1+\psi/\phi}

    Below it a linear classifier on infinitely many verified labels is right, above it wrong; only
    the ratio matters.

    Parameters
    ----------
    keep_right, keep_wrong : float or array
        Probabilities :math:`\phi` and :math:`\psi` of keeping a right and a wrong label, from 0 to
        1, not both 0.

    Returns
    -------
    float or array

    Notes
    -----
    Source: Feng et al. (2024), arXiv:2406.07515, Theorem 4.2, as quoted. Chapter:
    *avoiding_collapse*.

    Examples
    --------
    >>> round(verification_threshold(0.9, 0.3), 12)
    0.75
    """
    phi, psi = _keep(keep_right, keep_wrong)
    return plain(phi / (phi + psi))


def verification_signal(wrong_fraction, keep_right, keep_wrong):
    r"""Return how much of the true signal is left in verified labels.

    .. math:: r = \frac{\phi(1-p) - \psi p}{\phi(1-p) + \psi p}

    The mean of a verified label times the true one: positive below `verification_threshold`. With
    :math:`n` labels kept in :math:`d` dimensions the transition has the width
    :math:`\sqrt{d/n}/|r|`.

    Parameters
    ----------
    wrong_fraction : float or array
        :math:`p`, wrong labels before verification, from 0 to 1.
    keep_right, keep_wrong : float or array
        Probabilities :math:`\phi` and :math:`\psi` of keeping a right and a wrong label, from 0 to
        1; some label must have a chance to be kept.

    Returns
    -------
    float or array
        Between -1 and 1.

    Notes
    -----
    Source: derived here for Feng et al. (2024), arXiv:2406.07515. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> verification_signal([0.0, 0.5, 0.75, 1.0], 0.9, 0.3).round(12) + 0.0
    array([ 1. ,  0.5,  0. , -1. ])
    """
    p = reals("wrong_fraction", wrong_fraction, at_least=0, at_most=1)
    phi, psi = _keep(keep_right, keep_wrong)
    right, wrong = phi * (1 - p), psi * p
    if (right + wrong == 0).any():
        raise ValueError("no label is ever kept; raise keep_right or keep_wrong above 0")
    return plain((right - wrong) / (right + wrong))


def _keep(keep_right, keep_wrong):
    phi = reals("keep_right", keep_right, at_least=0, at_most=1)
    psi = reals("keep_wrong", keep_wrong, at_least=0, at_most=1)
    if (phi + psi == 0).any():
        raise ValueError("keep_right and keep_wrong must not both be 0: no label would be kept")
    return phi, psi


def verifier_contraction(radius):
    r"""Return by how much a verified loop closes in on the verifier's centre per generation.

    .. math:: 1 - \frac{2r\,\varphi(r)}{2\Phi(r)-1}

    Samples of :math:`N(\theta, 1)` are kept within :math:`r` of the centre, and the next
    :math:`\theta` is their mean: this is the derivative of that map at the centre, the variance
    of a normal law truncated there. The centre attracts, wherever the truth is.

    Parameters
    ----------
    radius : float or array
        :math:`r`, positive, in standard deviations.

    Returns
    -------
    float or array, like `radius`
        Factor of the remaining distance, between 0 and 1, close to the centre.

    Notes
    -----
    Source: derived here, a one-dimensional analogue of Yi et al. (2025), arXiv:2510.16657, Theorem
    4.1, as quoted. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(verifier_contraction(1.0), 4)
    0.2911
    """
    r = reals("radius", radius, above=0)
    square = np.minimum(r, 40.0) ** 2
    inside = special.erf(np.minimum(r, 40.0) / np.sqrt(2))
    exact = 1 - 2 * np.sqrt(square / (2 * np.pi)) * np.exp(-square / 2) / inside
    series = square / 3 - 2 * square**2 / 45
    return plain(np.where(r < 1e-2, series, exact))


def curated_probabilities(probabilities, reward, n_generations):
    r"""Return the law of a loop in which the best of very many candidates is kept.

    .. math:: p^{(t)}_i \propto p_i\,e^{t\,r_i}

    Parameters
    ----------
    probabilities : array, shape (n_types,)
        Law at the start; it sums to 1.
    reward : array, shape (n_types,)
        :math:`r_i`.
    n_generations : int
        :math:`t`, at least 0.

    Returns
    -------
    ndarray, shape (n_types,)

    Notes
    -----
    Source: Ferbach et al. (2024), arXiv:2407.09499, as quoted: choice by Bradley and Terry's rule
    among :math:`K\to\infty`. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> curated_probabilities([0.5, 0.5], [0.0, 1.0], 2).round(4)
    array([0.1192, 0.8808])
    """
    p, r = _rewarded(probabilities, reward)
    t = _validate.integer("n_generations", n_generations)
    tilt = t * (r - r[p > 0].max())
    weights = np.where(p > 0, p * np.exp(np.clip(tilt, -800.0, 0.0)), 0.0)
    return weights / weights.sum()


def _rewarded(probabilities, reward):
    p = law("probabilities", probabilities)
    return p, _validate.array("reward", reward, shape=p.shape)


def curation_gain_bound(probabilities, reward, n_candidates):
    r"""Return the least by which one generation of curation raises the mean of the reward.

    .. math:: \mathbb E_{t+1}e^{r} - \mathbb E_t e^{r} \ge
              \frac{K-1}{K}\,\frac{\operatorname{Var}_t(e^{r})}{\max e^{r}}

    when one of :math:`K` candidates is chosen with odds :math:`e^{r}`.

    Parameters
    ----------
    probabilities : array, shape (n_types,)
        Law before; it sums to 1.
    reward : array, shape (n_types,)
        :math:`r_i`; the maximum is over types of positive probability.
    n_candidates : int
        :math:`K`, at least 1.

    Returns
    -------
    float
        In units of :math:`e^{r}`; infinite if that exceeds 1e308.

    Notes
    -----
    Source: Ferbach et al. (2024), arXiv:2407.09499, as quoted. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(curation_gain_bound([0.5, 0.5], [0.0, 1.0], 2), 4)
    0.1358
    """
    p, r = _rewarded(probabilities, reward)
    k = _validate.integer("n_candidates", n_candidates, at_least=1)
    top = r[p > 0].max()
    relative = np.where(p > 0, np.exp(np.minimum(r - top, 0.0)), 0.0)
    spread = p @ (relative - p @ relative) ** 2
    with np.errstate(over="ignore"):
        return float((k - 1) / k * spread * np.exp(top)) if spread > 0 else 0.0


def curated_variance(n_generations, width, *, variance=1.0):
    r"""Return the variance of a normal law curated towards a point.

    .. math:: \operatorname{Var}_t = \left(\frac{1}{\sigma^2} + \frac{t}{\tau^2}\right)^{-1},
              \qquad r(x) = -\frac{x^2}{2\tau^2}

    Collapse onto the best point, at rate :math:`1/t`.

    Parameters
    ----------
    n_generations : int or array
        :math:`t`.
    width : float
        :math:`\tau`, positive, in units of the data.
    variance : float
        :math:`\sigma^2` at the start, in squared units of the data.

    Returns
    -------
    float or array, like `n_generations`
        In squared units of the data.

    Notes
    -----
    Source: derived here for Ferbach et al. (2024), arXiv:2407.09499, with infinitely many
    candidates. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(curated_variance(5, 2.0), 4)
    0.4444
    """
    t = whole("n_generations", n_generations)
    tau = _validate.real("width", width, above=0)
    return plain(1 / (1 / _validate.real("variance", variance, above=0) + t / tau**2))
