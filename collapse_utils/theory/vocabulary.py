r"""What a corpus that is resampled again and again forgets.

After :math:`n` resamplings a type that occurred :math:`c` times is gone with probability
:math:`e^{-c\,g_n}`, where :math:`g_1 = 1` and :math:`g_{n+1} = 1 - e^{-g_n}`: exactly for
Poisson sampling, to a few percent for real corpora. So :math:`n` generations of :math:`M`
tokens see as far into the tail as one corpus of :math:`Mg_n \approx 2M/n` tokens.

`n_generations` counts resamplings of the corpus whose counts are given, so that generation
``g`` of a `History` is trained on resampling ``g``. With true probabilities put
:math:`c = Mp` and count the first corpus as generation 1.
"""

from __future__ import annotations

import numpy as np

from .. import _validate
from ._arguments import last, law, plain, reals, whole

__all__ = [
    "forgetting_bounds",
    "good_turing_reading",
    "lost_mass",
    "median_forgetting_time",
    "poisson_survival",
    "survival_exponent",
    "surviving_vocabulary",
    "survivor_mean_count",
    "word_survival",
]


def _exponents(count, synthetic_fraction=1.0):
    """Return A_0 = infinity, A_1 = 1, A_2, ..., A_count."""
    alpha = _validate.real("synthetic_fraction", synthetic_fraction, at_least=0, at_most=1)
    values, fresh, s = np.full(count + 1, np.inf), 0.0, np.inf
    for n in range(1, count + 1):
        step = -np.expm1(-s)
        fresh += (1 - alpha) * step
        s = alpha * step
        values[n] = fresh + s
    return values


def survival_exponent(n_generations, synthetic_fraction=1.0):
    r"""Return the exponent with which a type's count protects it.

    .. math:: g_1 = 1, \qquad g_{n+1} = 1 - e^{-g_n}, \qquad
              g_n = \left(\tfrac n2 + \tfrac{\ln n}{6} + 0.399 + o(1)\right)^{-1}

    and, when only a fraction :math:`\alpha` of each corpus is synthetic and the rest is drawn
    afresh from the original,

    .. math:: A_n = (1-\alpha)\sum_{j<n}\left(1 - e^{-s_j}\right) + s_n, \qquad
              s_0 = \infty, \quad s_{j+1} = \alpha\left(1 - e^{-s_j}\right)

    Parameters
    ----------
    n_generations : int or array
        Resamplings :math:`n`, at least 1.
    synthetic_fraction : float
        :math:`\alpha`, from 0 to 1; 1 is *replace*.

    Returns
    -------
    float or array, like `n_generations`
        Per token; :math:`g_n` is also the probability that a single copy outlives
        :math:`n - 1` generations.

    Notes
    -----
    Source: Suresh et al. (2024), arXiv:2412.17646, Theorem 2, as in the authors' notebook; with
    fresh data derived here (a branching process with immigration). Chapters: *power_law_tails*,
    *language_models*.

    Examples
    --------
    >>> survival_exponent([1, 2, 12]).round(4)
    array([1.    , 0.6321, 0.1464])
    >>> round(survival_exponent(12, synthetic_fraction=0.5), 4)
    0.8703
    """
    n = whole("n_generations", n_generations, at_least=1)
    return plain(_exponents(last("n_generations", n), synthetic_fraction)[n])


def word_survival(counts, n_generations, *, synthetic_fraction=1.0):
    r"""Return the probability that a type is still there.

    .. math:: 1 - e^{-c\,g_n}

    Parameters
    ----------
    counts : float or array
        Occurrences in the original corpus, or expected ones; at least 0.
    n_generations : int or array
        Resamplings, 0 for the original corpus; broadcast against `counts`.
    synthetic_fraction : float
        Share of each corpus that is synthetic, see `survival_exponent`.

    Returns
    -------
    float or array

    Notes
    -----
    Source: Suresh et al. (2024), arXiv:2412.17646, Theorem 2 and Corollary 1, as in the authors'
    notebook. Chapters: *power_law_tails*, *language_models*.

    Examples
    --------
    >>> word_survival([1, 5, 20], 10).round(3)
    array([0.158, 0.577, 0.968])
    """
    c = reals("counts", counts, at_least=0)
    n = whole("n_generations", n_generations)
    exponent = _exponents(last("n_generations", n), synthetic_fraction)[n]
    finite = np.where(np.isinf(exponent), 0.0, exponent)
    return plain(np.where(np.isinf(exponent), c > 0, -np.expm1(-c * finite)))


def surviving_vocabulary(counts, n_generations, *, synthetic_fraction=1.0):
    r"""Return how many types of a corpus are left.

    .. math:: \mathbb E V_n = \sum_i\left(1 - e^{-c_i g_n}\right)

    Parameters
    ----------
    counts : array, shape (n_types,)
        Occurrences in the original corpus, or expected ones; at least 0.
    n_generations : int or array
        Resamplings, 0 for the original corpus.
    synthetic_fraction : float
        Share of each corpus that is synthetic, see `survival_exponent`.

    Returns
    -------
    float or array, like `n_generations`
        Types.

    Notes
    -----
    Source: Suresh et al. (2024), arXiv:2412.17646, Corollary 1, as in the authors' notebook, there
    as a lower bound for independent tokens; for models of words in context measured here.
    Chapter: *language_models*.

    Examples
    --------
    >>> counts = [1] * 400 + [10] * 50 + [300] * 5
    >>> surviving_vocabulary(counts, [0, 1, 10]).round(1)
    array([455. , 307.8, 109.4])
    """
    c = _validate.array("counts", counts, ndim=1)
    values, how_many = np.unique(c, return_counts=True)
    n = whole("n_generations", n_generations)
    table = word_survival(values, n[..., None], synthetic_fraction=synthetic_fraction)
    return plain(np.asarray(table) @ how_many)


def median_forgetting_time(counts):
    r"""Return after how many generations a type is gone with probability one half.

    .. math:: n_{1/2} = \min\{n : e^{-c\,g_n} \ge \tfrac12\} \approx \frac{2c}{\ln 2}

    Linear in the count, unlike the mean, see `diffusion_loss_time`.

    Parameters
    ----------
    counts : float or array
        Occurrences in the original corpus, positive and at most 1 000 000.

    Returns
    -------
    float or array, like `counts`
        Generations, a whole number.

    Notes
    -----
    Source: derived here from Suresh et al. (2024), arXiv:2412.17646, Theorem 2. Chapter:
    *inbreeding*.

    Examples
    --------
    >>> median_forgetting_time([1, 10, 100])
    array([  2.,  27., 286.])
    """
    c = reals("counts", counts, above=0, at_most=1e6)
    g = _exponents(int(2 * c.max() / np.log(2)) + 3)[1:]
    return plain(np.searchsorted(-g, -np.log(2) / c) + 1.0)


def poisson_survival(n_fits, n_samples, mean):
    r"""Return the probability that a Poisson model has not become zero for ever.

    .. math:: P(\hat\lambda_n \ne 0) = 1 - e^{-M\lambda g_n}

    exactly.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included, at least 1.
    n_samples : int
        Samples per generation, at least 1.
    mean : float
        True mean :math:`\lambda`, positive.

    Returns
    -------
    float or array, like `n_fits`

    Notes
    -----
    Source: Suresh et al. (2024), arXiv:2412.17646, Theorem 2, as in the authors' notebook.
    Chapter: *exact_laws*.

    Examples
    --------
    >>> round(poisson_survival(20, 10, 1.0), 4)
    0.6001
    """
    n = whole("n_fits", n_fits, at_least=1)
    m = _validate.integer("n_samples", n_samples, at_least=1)
    return word_survival(m * _validate.real("mean", mean, above=0), n)


def forgetting_bounds(n_fits, n_samples, probability):
    r"""Return the published bounds on the probability that a word is still there.

    .. math:: 1 - e^{-Mpg_n} \le P \le 1 - (1 - 3Mp^2 - 3np)\,e^{-Mpg_n}

    and no more than 1. The lower is nearly the answer.

    Parameters
    ----------
    n_fits : int or array
        Number of samplings, the first corpus being 1.
    n_samples : int
        Tokens per corpus, at least 1.
    probability : float
        True probability :math:`p` of the word, strictly between 0 and 1.

    Returns
    -------
    lower, upper : float or array, like `n_fits`

    Notes
    -----
    Source: Suresh et al. (2024), arXiv:2412.17646, Theorem 1, as in the authors' notebook.
    Chapter: *inbreeding*.

    Examples
    --------
    >>> [round(b, 4) for b in forgetting_bounds(10, 1000, 0.001)]
    [0.1582, 0.186]
    """
    n = whole("n_fits", n_fits, at_least=1)
    m = _validate.integer("n_samples", n_samples, at_least=1)
    p = _validate.real("probability", probability, above=0, below=1)
    lower = np.asarray(word_survival(m * p, n))
    upper = 1 - (1 - 3 * m * p**2 - 3 * n * p) * (1 - lower)
    return plain(lower), plain(np.minimum(upper, 1.0))


def survivor_mean_count(n_generations):
    r"""Return the mean count of the words that occurred once and are still there.

    .. math:: \mathbb E[c_n \mid c_n > 0] = \frac{1}{g_{n+1}} \approx \frac n2

    and the counts become exponential: the spectrum is hollowed out below :math:`n/2`.

    Parameters
    ----------
    n_generations : int or array
        Resamplings, at least 0.

    Returns
    -------
    float or array, like `n_generations`
        Tokens.

    Notes
    -----
    Source: Yaglom (1947), as quoted, for the limit. Chapter: *power_law_tails*.

    Examples
    --------
    >>> round(survivor_mean_count(16), 2)
    9.39
    """
    return plain(1 / np.asarray(survival_exponent(whole("n_generations", n_generations) + 1)))


def lost_mass(probabilities, n_samples, n_fits):
    r"""Return the share of the true law that a memoriser has lost.

    .. math:: \mathbb E L_n = \sum_i p_i\,e^{-Mp_ig_n}

    Parameters
    ----------
    probabilities : array, shape (n_types,)
        True law; it sums to 1.
    n_samples : int
        Tokens per corpus, at least 1.
    n_fits : int or array
        Number of samplings, the first corpus being 1, at least 1.

    Returns
    -------
    float or array, like `n_fits`
        Probability.

    Notes
    -----
    Source: derived here. Chapter: *power_law_tails*.

    Examples
    --------
    >>> p = np.arange(1, 2001) ** -1.5
    >>> lost_mass(p / p.sum(), 500, [1, 10]).round(3)
    array([0.103, 0.198])
    """
    p, m, n, g = _tail_arguments(probabilities, n_samples, n_fits)
    values = np.array([p @ np.exp(-m * p * k) for k in g[1:]])
    return plain(values[n - 1])


def good_turing_reading(probabilities, n_samples, n_fits):
    r"""Return the share of words that occur once in the corpus of a generation.

    .. math:: \mathbb E\frac{N_1}{M} = \mathbb E L_n\prod_{k=2}^{n}(1-g_k)

    with :math:`L_n` the `lost_mass`. Outside a loop it estimates that mass; inside it is
    blind, and only tells what the last resampling has lost.

    Parameters
    ----------
    probabilities : array, shape (n_types,)
        True law; it sums to 1.
    n_samples : int
        Tokens per corpus, at least 1.
    n_fits : int or array
        Number of samplings, the first corpus being 1, at least 1.

    Returns
    -------
    float or array, like `n_fits`

    Notes
    -----
    Source: derived here from the generating function of the branching process; the estimator is
    Good (1953). Chapter: *power_law_tails*.

    Examples
    --------
    >>> p = np.arange(1, 2001) ** -1.5
    >>> good_turing_reading(p / p.sum(), 500, [1, 10]).round(4)
    array([0.1026, 0.005 ])
    """
    n = whole("n_fits", n_fits, at_least=1)
    g = _exponents(last("n_fits", n))
    g[0] = 0.0
    blind = np.cumprod(np.where(np.arange(len(g)) < 2, 1.0, 1 - g))
    return plain(np.asarray(lost_mass(probabilities, n_samples, n)) * blind[n])


def _tail_arguments(probabilities, n_samples, n_fits):
    p = law("probabilities", probabilities)
    m = _validate.integer("n_samples", n_samples, at_least=1)
    n = whole("n_fits", n_fits, at_least=1)
    return p, m, n, _exponents(last("n_fits", n))
