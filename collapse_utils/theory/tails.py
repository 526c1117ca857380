r"""Power laws: what a memoriser of Zipf's law learns, and how well the exponent can be fitted.

Zipf's law is :math:`p_i = i^{-b}/\zeta(b)` on infinitely many ranks, :math:`b > 1`. A
memoriser knows the types it has seen; its error is the probability of the others,
:math:`E_T = \sum_i p_i(1-p_i)^T` after :math:`T` tokens, with exponent :math:`\beta = 1 - 1/b`.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from .. import _validate
from ._arguments import law, plain, reals, whole
from .vocabulary import survival_exponent

__all__ = [
    "expected_types",
    "good_turing_bias",
    "hutter_constant",
    "memoriser_error",
    "nucleus_rank",
    "seen_rank",
    "tail_cut_crossover",
    "tail_cut_plateau",
    "tail_narrowing_exponent",
    "zipf_error",
    "zipf_error_law",
    "zipf_types",
]

_RANKS = 20_000


def _exponent(value, name="exponent"):
    return _validate.real(name, value, above=1)


def memoriser_error(probabilities, n_samples):
    r"""Return the mean probability of what a memoriser has not seen: the missing mass.

    .. math:: E_T = \sum_i p_i(1-p_i)^T

    Parameters
    ----------
    probabilities : array, shape (n_types,)
        Law of the tokens; it sums to 1.
    n_samples : int or array
        Tokens seen, :math:`T`.

    Returns
    -------
    float or array, like `n_samples`

    Notes
    -----
    Source: Hutter (2021), arXiv:2102.04074, equation 2, as quoted. Chapter: *power_law_tails*.

    Examples
    --------
    >>> round(memoriser_error([0.5, 0.5], 3), 3)
    0.125
    """
    p = law("probabilities", probabilities)
    t = whole("n_samples", n_samples)
    return plain(np.exp(special.xlog1py(t[..., None].astype(float), -p)) @ p)


def expected_types(probabilities, n_samples):
    r"""Return how many different types a corpus holds on average.

    .. math:: \mathbb E D_M = \sum_i\left[1 - (1-p_i)^M\right]

    Parameters
    ----------
    probabilities : array, shape (n_types,)
        Law of the tokens; it sums to 1.
    n_samples : int or array
        Tokens in the corpus.

    Returns
    -------
    float or array, like `n_samples`

    Notes
    -----
    Source: textbook. Chapter: *power_law_tails*.

    Examples
    --------
    >>> expected_types([0.5, 0.5], 3)
    1.75
    """
    p = law("probabilities", probabilities)
    m = whole("n_samples", n_samples)
    return plain(-np.expm1(special.xlog1py(m[..., None].astype(float), -p)).sum(axis=-1))


def good_turing_bias(probabilities, n_samples):
    r"""Return by how much Good and Turing's estimate of the missing mass is too large on average.

    .. math:: \mathbb E\frac{N_1}{M} - \mathbb E\,\text{missing} = \sum_i p_i^2(1-p_i)^{M-1}

    Parameters
    ----------
    probabilities : array, shape (n_types,)
        Law of the tokens; it sums to 1.
    n_samples : int or array
        Tokens in the corpus, at least 1.

    Returns
    -------
    float or array, like `n_samples`

    Notes
    -----
    Source: Good (1953); McAllester and Schapire (2000), as quoted. For a corpus drawn from the
    law itself; inside a loop see `good_turing_reading`. Chapter: *power_law_tails*.

    Examples
    --------
    >>> round(good_turing_bias([0.5, 0.5], 3), 3)
    0.125
    """
    p = law("probabilities", probabilities)
    m = whole("n_samples", n_samples, at_least=1)
    return plain(np.exp(special.xlog1py(m[..., None] - 1.0, -p)) @ p**2)


def hutter_constant(exponent):
    r"""Return the constant of a memoriser's learning curve on Zipf's law.

    .. math:: C = \frac{\Gamma(\beta)\,\zeta(b)^{-1/b}}{b}, \qquad E_T \sim C\,T^{-\beta}

    Parameters
    ----------
    exponent : float
        :math:`b`, above 1.

    Returns
    -------
    float

    Notes
    -----
    Source: Hutter (2021), arXiv:2102.04074, section on Zipf's law, as quoted, there for
    :math:`\theta_i = \alpha i^{-(\alpha+1)}`, which is not normalised; derived again here for
    :math:`i^{-b}/\zeta(b)`. Chapter: *power_law_tails*.

    Examples
    --------
    >>> round(hutter_constant(2.0), 4)
    0.691
    """
    b = _exponent(exponent)
    return float(special.gamma(1 - 1 / b) * special.zeta(b) ** (-1 / b) / b)


def zipf_error_law(n_samples, exponent, n_fits=1):
    r"""Return the power law of a memoriser's error, after one corpus or several generations.

    .. math:: E_n \approx C\,(T g_n)^{-\beta} \approx C\left(\frac n2\right)^{\beta} T^{-\beta}

    with `hutter_constant` and `survival_exponent`: the error grows like :math:`n^\beta`, less than
    linearly.

    Parameters
    ----------
    n_samples : int or array
        Tokens :math:`T` per corpus, at least 1; broadcast against `n_fits`.
    exponent : float
        :math:`b`, above 1.
    n_fits : int or array
        Number of samplings, the first corpus being 1, at least 1.

    Returns
    -------
    float or array

    Notes
    -----
    Source: for one corpus Hutter (2021), arXiv:2102.04074, as quoted; for more derived here. The
    law :math:`n\,T^{-\beta}` is often quoted from Dohmatob et al. (2024), arXiv:2402.07043; we
    measure :math:`n^\beta`. Chapter: *power_law_tails*.

    Examples
    --------
    >>> round(zipf_error_law(10_000, 2.0), 6)
    0.00691
    >>> round(zipf_error_law(10_000, 2.0, 256) / zipf_error_law(10_000, 2.0), 2)
    11.37
    """
    t, b = whole("n_samples", n_samples, at_least=1), _exponent(exponent)
    g = np.asarray(survival_exponent(whole("n_fits", n_fits, at_least=1)))
    return plain(hutter_constant(b) * (t * g) ** (1 / b - 1))


def zipf_error(n_samples, exponent, *, cutoff=None, real_fraction=0.0):
    r"""Return a memoriser's error on Zipf's law, also when its corpus lacks the tail.

    .. math:: E_T = \sum_{i\le k}p_i(1-q_i)^T + \sum_{i>k}p_i(1-m p_i)^T, \qquad
              q_i = m p_i + (1-m)\frac{p_i}{\sum_{j\le k}p_j}

    A fraction :math:`m` of the tokens is real, the rest comes from the law cut after rank
    :math:`k`: the error falls like :math:`T^{-\beta}` until :math:`k^b`, waits at the missing mass
    until :math:`k^b/m`, then falls like :math:`C(mT)^{-\beta}`.

    Parameters
    ----------
    n_samples : int or array
        Tokens seen, :math:`T`.
    exponent : float
        :math:`b`, above 1.
    cutoff : int, optional
        Last rank :math:`k` of the synthetic law, at least 1; no cut if not given.
    real_fraction : float
        :math:`m`, from 0 to 1.

    Returns
    -------
    float or array, like `n_samples`
        Relative error about 1e-6: the ranks beyond 20 000 enter through an integral.

    Notes
    -----
    Source: Dohmatob et al. (2024), arXiv:2402.07043, Theorem 2.1 for the cut and Theorem 3.2 for
    the mixture, as quoted, up to constants; the sum derived here. Chapter: *power_law_tails*.

    Examples
    --------
    >>> zipf_error([100, 10_000, 1_000_000], 2.0, cutoff=100).round(5)
    array([0.06864, 0.00792, 0.00605])
    """
    t, b = whole("n_samples", n_samples).astype(float), _exponent(exponent)
    fraction = _validate.real("real_fraction", real_fraction, at_least=0, at_most=1)
    zeta = special.zeta(b)
    ranks = np.arange(1.0, _RANKS + 1)
    p = ranks**-b / zeta
    if cutoff is None:
        pieces = [(1, np.inf, 1.0)]
    else:
        k = _validate.integer("cutoff", cutoff, at_least=1)
        boost = fraction + (1 - fraction) / (1 - tail_cut_plateau(k, b))
        pieces = [(1, k, boost), (k + 1, np.inf, fraction)]
    total = np.zeros(t.shape)
    for first, last, boost in pieces:
        inside = (ranks >= first) & (ranks <= last)
        known = np.minimum(boost * p[inside], 1.0)
        total = total + np.exp(special.xlog1py(t[..., None], -known)) @ p[inside]
        if last > _RANKS:
            start = max(first, _RANKS + 1) - 0.5
            total = total + _zipf_integral(start, last + 0.5, boost * t, b, zeta)
    return plain(total)


def _zipf_integral(start, stop, t, b, zeta):
    """Return the integral of p(x) exp(-t p(x)) over ranks x from start to stop."""
    high, low = start**-b / zeta, stop**-b / zeta
    mass = (start ** (1 - b) - stop ** (1 - b)) / ((b - 1) * zeta)
    c = 1 - 1 / b
    some = np.where(t > 0, t, 1.0)
    part = special.gammainc(c, some * high) - special.gammainc(c, some * low)
    return np.where(t > 0, hutter_constant(b) * some**-c * part, mass)


def zipf_types(n_samples, exponent, n_fits=1):
    r"""Return how many types a corpus from Zipf's law holds: Heaps' law.

    .. math:: \mathbb E D_n \approx \Gamma\left(1 - \tfrac1b\right)
              \left(\frac{Mg_n}{\zeta(b)}\right)^{1/b} - \tfrac12

    and the share :math:`1/b` of the types of a first corpus occur once.

    Parameters
    ----------
    n_samples : int or array
        Tokens :math:`M` per corpus, at least 1; broadcast against `n_fits`.
    exponent : float
        :math:`b`, above 1.
    n_fits : int or array
        Number of samplings, the first corpus being 1, at least 1.

    Returns
    -------
    float or array

    Notes
    -----
    Source: Karlin (1967), as quoted; the half and the generations derived here. Chapter:
    *power_law_tails*.

    Examples
    --------
    >>> round(zipf_types(100_000, 1.5), 2)
    3042.29
    """
    m, b = whole("n_samples", n_samples, at_least=1), _exponent(exponent)
    seen = m * np.asarray(survival_exponent(whole("n_fits", n_fits, at_least=1)))
    return plain(special.gamma(1 - 1 / b) * (seen / special.zeta(b)) ** (1 / b) - 0.5)


def tail_cut_plateau(cutoff, exponent):
    r"""Return the error at which a memoriser stops when the tail has been cut off.

    .. math:: \sum_{i>k}p_i = \frac{\zeta(b, k+1)}{\zeta(b)} \sim \frac{k^{-(b-1)}}{(b-1)\zeta(b)}

    Parameters
    ----------
    cutoff : int or array
        Last rank :math:`k` that is left, at least 1.
    exponent : float
        :math:`b`, above 1.

    Returns
    -------
    float or array, like `cutoff`

    Notes
    -----
    Source: Dohmatob et al. (2024), arXiv:2402.07043, Theorem 2.1, as quoted, up to the constant.
    Chapter: *power_law_tails*.

    Examples
    --------
    >>> round(tail_cut_plateau(100, 2.0), 5)
    0.00605
    """
    k, b = whole("cutoff", cutoff, at_least=1), _exponent(exponent)
    return plain(special.zeta(b, k + 1.0) / special.zeta(b))


def tail_cut_crossover(cutoff, exponent, real_fraction=1.0):
    r"""Return the number of tokens from which the lack of a tail is felt, or no longer felt.

    .. math:: T = \frac{k^b}{m}

    With :math:`m = 1` the beginning of the plateau; with the fraction of real tokens its end.

    Parameters
    ----------
    cutoff : int or array
        Last rank :math:`k` of the synthetic law, at least 1.
    exponent : float
        :math:`b`, above 1.
    real_fraction : float
        :math:`m`, above 0 and at most 1.

    Returns
    -------
    float or array, like `cutoff`
        Tokens, up to a constant.

    Notes
    -----
    Source: Dohmatob et al. (2024), arXiv:2402.07043, Theorem 3.2, as quoted. Chapter:
    *power_law_tails*.

    Examples
    --------
    >>> tail_cut_crossover(100, 2.0), tail_cut_crossover(100, 2.0, real_fraction=0.01)
    (10000.0, 1000000.0)
    """
    k, b = whole("cutoff", cutoff, at_least=1).astype(float), _exponent(exponent)
    return plain(k**b / _validate.real("real_fraction", real_fraction, above=0, at_most=1))


def seen_rank(n_samples, exponent):
    r"""Return the rank that a corpus has seen with probability one half.

    .. math:: k = \left(\frac{T}{\zeta(b)\ln 2}\right)^{1/b}

    Parameters
    ----------
    n_samples : int or array
        Tokens seen, :math:`T`, at least 1.
    exponent : float
        :math:`b`, above 1.

    Returns
    -------
    float or array, like `n_samples`

    Notes
    -----
    Source: derived here; :math:`T^{1/b}` up to a constant in Dohmatob et al. (2024),
    arXiv:2402.07043, equation 6, as quoted. Chapter: *power_law_tails*.

    Examples
    --------
    >>> round(seen_rank(10_000, 2.0), 1)
    93.7
    """
    t, b = whole("n_samples", n_samples, at_least=1), _exponent(exponent)
    return plain((t / (special.zeta(b) * np.log(2))) ** (1 / b))


def nucleus_rank(mass, exponent):
    r"""Return at which rank top-p sampling cuts Zipf's law.

    .. math:: k \approx \left((1-P)(b-1)\zeta(b)\right)^{-1/(b-1)}

    Parameters
    ----------
    mass : float or array
        :math:`P`, strictly between 0 and 1.
    exponent : float
        :math:`b`, above 1.

    Returns
    -------
    float or array, like `mass`

    Notes
    -----
    Source: derived here, the asymptotic `tail_cut_plateau` inverted. Chapter:
    *power_law_tails*.

    Examples
    --------
    >>> round(nucleus_rank(0.99, 2.0), 1)
    60.8
    """
    kept, b = reals("mass", mass, above=0, below=1), _exponent(exponent)
    return plain(((1 - kept) * (b - 1) * special.zeta(b)) ** (-1 / (b - 1)))


def tail_narrowing_exponent(test_exponent, train_exponent):
    r"""Return the exponent of the learning curve when the training law has another tail.

    .. math:: E \sim T^{-(b-1)/b'}

    for a test law :math:`i^{-b}` and a training law :math:`i^{-b'}`; sampling at temperature
    :math:`\tau` makes :math:`b' = b/\tau`.

    Parameters
    ----------
    test_exponent, train_exponent : float
        :math:`b` and :math:`b'`, above 1.

    Returns
    -------
    float
        Positive; the error falls with this power.

    Notes
    -----
    Source: Dohmatob et al. (2024), arXiv:2402.07043, as quoted; derived again here. Chapter:
    *power_law_tails*.

    Examples
    --------
    >>> tail_narrowing_exponent(2.0, 4.0)
    0.25
    """
    b = _exponent(test_exponent, "test_exponent")
    return (b - 1) / _exponent(train_exponent, "train_exponent")
