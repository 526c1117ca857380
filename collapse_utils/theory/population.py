r"""Drift in a small population: the categorical *replace* loop, as geneticists know it.

A population of :math:`M = 2N` gene copies is a corpus of :math:`M` tokens, an allele a type, a
generation a resampling with replacement. `n_fits` counts samplings from the true law, the
first corpus being number 1; `n_generations` counts resamplings of a corpus that is given.
:math:`H = 1 - \sum p_i^2` is the heterozygosity.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from .. import _validate
from ._arguments import last, law, plain, reals, running, schedule, whole
from .vocabulary import survival_exponent

__all__ = [
    "absorption_time",
    "bootstrap_identity",
    "coexistence_bounds",
    "coexistence_probability",
    "conditional_fixation_time",
    "diffusion_absorption_time",
    "diffusion_fixation_time",
    "diffusion_loss_time",
    "effective_size",
    "first_extinction_survival",
    "first_extinction_time",
    "fixation_probability",
    "heterozygosity",
    "migration_heterozygosity",
    "migration_heterozygosity_limit",
    "overlap_effective_size",
    "overlap_singleton_loss",
    "overlap_variance",
    "rescued_inbreeding",
    "smoothed_identity",
    "smoothed_probability",
    "smoothing_mutation_rate",
    "surviving_lineages",
    "total_collapse_time",
    "wright_fisher_eigenvalues",
    "wright_fisher_matrix",
]

_LARGEST_CHAIN = 2000


def _size(n_samples, at_least=1):
    return _validate.integer("n_samples", n_samples, at_least=at_least)


def _chain_size(n_samples):
    m = _size(n_samples, 2)
    if m > _LARGEST_CHAIN:
        raise ValueError(
            f"n_samples must be at most {_LARGEST_CHAIN} for the exact chain, got {m}; "
            "use the diffusion formulas"
        )
    return m


def _frequency(frequency):
    return reals("frequency", frequency, above=0, below=1)


def heterozygosity(n_fits, n_samples, *, heterozygosity=1.0):
    r"""Return the mean heterozygosity under *replace*.

    .. math:: \mathbb E H_n = H\prod_{i}\left(1 - \frac{1}{M_i}\right)
              = H\left(1 - \frac1M\right)^n

    exactly, for any number of types: Wright's :math:`F_n = 1 - (1 - \frac{1}{2N})^n` is what is
    lost. With growing sizes it has a positive limit if and only if :math:`\sum 1/M_i` is finite.

    Parameters
    ----------
    n_fits : int or array
        Number of samplings, the first corpus being 1.
    n_samples : int or sequence of int
        Tokens per corpus, at least 1.
    heterozygosity : float
        That of the true law, from 0 to 1; 1 gives the share that is kept.

    Returns
    -------
    float or array, like `n_fits`

    Notes
    -----
    Source: Wright (1931); in the language of next-token prediction Seddik et al. (2024),
    arXiv:2404.05090, for :math:`S_m = 1 - H_m`, as quoted. The same law gives :math:`2w(1-w)`
    for the weight :math:`w` of one of two mixture components. Chapter: *inbreeding*.

    Examples
    --------
    >>> round(1 - heterozygosity(50, 100, heterozygosity=0.927), 3)
    0.439
    """
    n, sizes = schedule(n_fits, n_samples, at_least=1)
    start = _validate.real("heterozygosity", heterozygosity, at_least=0, at_most=1)
    return plain(start * running(1 - 1 / sizes)[n])


def effective_size(n_samples):
    r"""Return the constant size that drifts as fast as varying sizes do: their harmonic mean.

    Parameters
    ----------
    n_samples : sequence of int
        Tokens per corpus, at least 1.

    Returns
    -------
    float
        Tokens; to first order in the inverse sizes.

    Notes
    -----
    Source: Wright (1931). Chapter: *inbreeding*.

    Examples
    --------
    >>> round(effective_size([1000, 1000, 1000, 20, 1000]), 1)
    92.6
    """
    sizes = whole("n_samples", n_samples, at_least=1)
    return float(1 / np.mean(1 / sizes))


def wright_fisher_matrix(n_samples):
    r"""Return the transition matrix of the count of one type.

    .. math:: P_{ij} = \binom Mj \left(\frac iM\right)^j \left(1 - \frac iM\right)^{M-j}

    Parameters
    ----------
    n_samples : int
        Tokens per corpus, from 2 to 2000.

    Returns
    -------
    ndarray, shape (n_samples + 1, n_samples + 1)
        Rows, the count before; columns, the count after.

    Notes
    -----
    Source: Wright (1931). Chapter: *inbreeding*.

    Examples
    --------
    >>> wright_fisher_matrix(2)
    array([[1.  , 0.  , 0.  ],
           [0.25, 0.5 , 0.25],
           [0.  , 0.  , 1.  ]])
    """
    m = _chain_size(n_samples)
    return _binomial(m, np.arange(m + 1) / m)


def _binomial(m, frequency):
    """Return binomial probabilities of 0..m for each frequency, one row each."""
    j = np.arange(m + 1)
    p = np.asarray(frequency, float)[..., None]
    log_ways = special.gammaln(m + 1) - special.gammaln(j + 1) - special.gammaln(m - j + 1)
    return np.exp(log_ways + special.xlogy(j, p) + special.xlog1py(m - j, -p))


def wright_fisher_eigenvalues(n_samples, count):
    r"""Return the largest eigenvalues of the Wright-Fisher chain.

    .. math:: \lambda_j = \prod_{i=1}^{j-1}\left(1 - \frac iM\right), \qquad j = 0, 1, 2, \dots

    The first two are 1, one for each absorbing state; heterozygosity decays with the third.

    Parameters
    ----------
    n_samples : int
        Tokens per corpus, at least 1.
    count : int
        How many, from 1 to ``n_samples + 1``.

    Returns
    -------
    ndarray, shape (count,)

    Notes
    -----
    Source: Feller (1951), as quoted. Chapter: *inbreeding*.

    Examples
    --------
    >>> wright_fisher_eigenvalues(20, 5)
    array([1.     , 1.     , 0.95   , 0.855  , 0.72675])
    """
    m = _size(n_samples)
    count = _validate.integer("count", count, at_least=1)
    if count > m + 1:
        raise ValueError(f"count must be at most n_samples + 1 = {m + 1}, got {count}")
    return np.concatenate([[1.0], running(1 - np.arange(1, m) / m)])[:count]


def absorption_time(n_samples):
    r"""Return the mean time until one of two types is lost, exactly, for every starting count.

    Solves :math:`(I - Q)\,t = 1` on the counts :math:`1, \dots, M-1`.

    Parameters
    ----------
    n_samples : int
        Tokens per corpus, from 2 to 2000.

    Returns
    -------
    ndarray, shape (n_samples + 1,)
        Generations, by the count at the start.

    Notes
    -----
    Source: textbook (fundamental matrix). `diffusion_absorption_time` overshoots it by
    :math:`\frac13\ln M + 0.49` generations from equal frequencies. Chapter: *inbreeding*.

    Examples
    --------
    >>> absorption_time(20)[[0, 1, 10]].round(4)
    array([ 0.    ,  7.2312, 26.2295])
    """
    m = _chain_size(n_samples)
    inner = wright_fisher_matrix(m)[1:-1, 1:-1]
    times = np.zeros(m + 1)
    times[1:-1] = np.linalg.solve(np.eye(m - 1) - inner, np.ones(m - 1))
    return times


def conditional_fixation_time(n_samples):
    r"""Return the mean time to fixation of a type, given that it is fixed, exactly.

    Solves :math:`(I - Q)\,(h t) = h` with :math:`h_i = i/M`, the probability of fixation. Given
    loss, it is the time of the other type: the array reversed.

    Parameters
    ----------
    n_samples : int
        Tokens per corpus, from 2 to 2000.

    Returns
    -------
    ndarray, shape (n_samples + 1,)
        Generations, by the count at the start; NaN for a count of 0, which is never fixed.

    Notes
    -----
    Source: textbook (fundamental matrix, Doob's transform). Chapter: *inbreeding*.

    Examples
    --------
    >>> conditional_fixation_time(20)[[1, 10, 19]].round(4)
    array([37.2721, 26.2295,  5.6501])
    """
    m = _chain_size(n_samples)
    inner = wright_fisher_matrix(m)[1:-1, 1:-1]
    fixed = np.arange(1, m) / m
    times = np.zeros(m + 1)
    times[0] = np.nan
    times[1:-1] = np.linalg.solve(np.eye(m - 1) - inner, fixed) / fixed
    return times


def diffusion_absorption_time(frequency, n_samples):
    r"""Return the mean time until one of two types is lost, in the diffusion limit.

    .. math:: \mathbb E T = -2M\left[p\ln p + (1-p)\ln(1-p)\right]

    Parameters
    ----------
    frequency : float or array
        :math:`p` at the start, strictly between 0 and 1.
    n_samples : int
        Tokens per corpus :math:`M = 2N`, at least 1.

    Returns
    -------
    float or array, like `frequency`
        Generations.

    Notes
    -----
    Source: Kimura and Ohta (1969), as quoted. Chapter: *inbreeding*.

    Examples
    --------
    >>> round(diffusion_absorption_time(0.5, 20), 4)
    27.7259
    """
    p, m = _frequency(frequency), _size(n_samples)
    return plain(-2 * m * (p * np.log(p) + (1 - p) * np.log1p(-p)))


def diffusion_fixation_time(frequency, n_samples):
    r"""Return the mean time to fixation of a type, given that it is fixed, in the diffusion limit.

    .. math:: \mathbb E[T \mid \text{fixed}] = -2M\,\frac{(1-p)\ln(1-p)}{p} \to 2M

    for a single copy: :math:`4N` generations.

    Parameters
    ----------
    frequency : float or array
        :math:`p` at the start, strictly between 0 and 1.
    n_samples : int
        Tokens per corpus :math:`M = 2N`, at least 1.

    Returns
    -------
    float or array, like `frequency`
        Generations.

    Notes
    -----
    Source: Kimura and Ohta (1969), as quoted. Chapter: *inbreeding*.

    Examples
    --------
    >>> round(diffusion_fixation_time(0.05, 20), 4)
    38.9829
    """
    p, m = _frequency(frequency), _size(n_samples)
    return plain(-2 * m * (1 - p) * np.log1p(-p) / p)


def diffusion_loss_time(frequency, n_samples):
    r"""Return the mean time to loss of a type, given that it is lost, in the diffusion limit.

    .. math:: \mathbb E[T \mid \text{lost}] = -2M\,\frac{p\ln p}{1-p}
              \approx 2c\ln\frac Mc, \qquad c = Mp

    The mean; the median is linear in the count, see `median_forgetting_time`.

    Parameters
    ----------
    frequency : float or array
        :math:`p` at the start, strictly between 0 and 1.
    n_samples : int
        Tokens per corpus :math:`M = 2N`, at least 1.

    Returns
    -------
    float or array, like `frequency`
        Generations.

    Notes
    -----
    Source: Kimura and Ohta (1969), as quoted. Chapter: *inbreeding*.

    Examples
    --------
    >>> round(diffusion_loss_time(0.05, 20), 4)
    6.3068
    """
    p, m = _frequency(frequency), _size(n_samples)
    return plain(-2 * m * p * np.log(p) / (1 - p))


def fixation_probability(frequency, n_samples, *, advantage=0.0):
    r"""Return the probability that a type is the one that remains.

    .. math:: u = p \quad (s = 0), \qquad
              u = \frac{1 - e^{-2SMp}}{1 - e^{-2SM}}, \quad S = \ln(1+s)

    The first is exact, the second a diffusion: curation that picks the type :math:`1+s` times as
    often as another.

    Parameters
    ----------
    frequency : float or array
        :math:`p` at the start, strictly between 0 and 1.
    n_samples : int
        Tokens per corpus :math:`M`, at least 1; it does not matter without advantage.
    advantage : float
        Relative advantage :math:`s`, above -1.

    Returns
    -------
    float or array, like `frequency`

    Notes
    -----
    Source: Kimura, as quoted, with :math:`\ln(1+s)` for :math:`s`. Chapters: *inbreeding*,
    *avoiding_collapse*.

    Examples
    --------
    >>> fixation_probability(0.02, 200), round(fixation_probability(0.02, 200, advantage=0.05), 3)
    (0.02, 0.323)
    """
    p, m = _frequency(frequency), _size(n_samples)
    x = 2 * m * np.log1p(_validate.real("advantage", advantage, above=-1))
    if abs(x) < 1e-12:
        return plain(p)
    size = abs(x)
    decay = 1.0 if x > 0 else np.exp(-size * (1 - p))
    return plain(decay * np.expm1(-size * p) / np.expm1(-size))


def coexistence_probability(n_fits, n_samples, frequency):
    r"""Return the probability that two types are both left after some samplings, exactly.

    By the transition matrix. For many samplings it is about :math:`6p(1-p)(1-1/M)^n`: the law of
    the frequency, while both are left, is nearly uniform.

    Parameters
    ----------
    n_fits : int or array
        Number of samplings, the first corpus being 1; all up to the largest are computed.
    n_samples : int
        Tokens per corpus, from 2 to 2000.
    frequency : float
        True probability :math:`p` of one of the two, strictly between 0 and 1.

    Returns
    -------
    float or array, like `n_fits`

    Notes
    -----
    Source: textbook; the factor 6 is Kimura (1955), as quoted. Chapter: *softmax*.

    Examples
    --------
    >>> p = coexistence_probability(100, 100, 0.5)
    >>> round(p / (0.25 * 0.99**100), 3)
    5.869
    """
    n, m = whole("n_fits", n_fits), _chain_size(n_samples)
    p = _validate.real("frequency", frequency, above=0, below=1)
    chain = wright_fisher_matrix(m)
    first = _binomial(m, p)
    alive = np.ones(m + 1)
    alive[[0, -1]] = 0
    values = [1.0]
    for _ in range(last("n_fits", n)):
        values.append(first @ alive)
        alive = chain @ alive
    return plain(np.array(values)[n])


def coexistence_bounds(n_fits, n_samples, frequency):
    r"""Return the published bounds on the probability that two types are both left.

    .. math:: 4p(1-p)\left(1 - \frac1M\right)^n \le P \le 2M\,p(1-p)\left(1 - \frac1M\right)^n

    and no more than 1. The lower is a third too small, the upper :math:`M/3` times too large.

    Parameters
    ----------
    n_fits : int or array
        Number of samplings, the first corpus being 1.
    n_samples : int
        Tokens per corpus, at least 2.
    frequency : float
        True probability :math:`p` of one of the two, strictly between 0 and 1.

    Returns
    -------
    lower, upper : float or array, like `n_fits`

    Notes
    -----
    Source: Seddik et al. (2024), arXiv:2404.05090, as restated in the notebook of Suresh et al.
    (2024). Chapter: *softmax*.

    Examples
    --------
    >>> [round(b, 4) for b in coexistence_bounds(300, 100, 0.1)]
    [0.0177, 0.8827]
    """
    n, m = whole("n_fits", n_fits), _size(n_samples, 2)
    p = _validate.real("frequency", frequency, above=0, below=1)
    decay = p * (1 - p) * (1 - 1 / m) ** n.astype(float)
    return plain(4 * decay), plain(np.minimum(2 * m * decay, 1.0))


def migration_heterozygosity(n_fits, n_samples, real_fraction, *, heterozygosity=1.0):
    r"""Return the mean heterozygosity when every token is fresh and real with some probability.

    With :math:`J = 1 - \mathbb E H` and :math:`J_0 = 1 - H` of the true law,

    .. math:: J_{n+1} = \frac1M + \left(1 - \frac1M\right)
              \left[(1-m)^2 J_n + \left(1-(1-m)^2\right)J_0\right]

    Parameters
    ----------
    n_fits : int or array
        Number of samplings, the first corpus, all real, being 1.
    n_samples : int
        Tokens per corpus, at least 1.
    real_fraction : float
        :math:`m`, from 0 to 1.
    heterozygosity : float
        That of the true law, from 0 to 1.

    Returns
    -------
    float or array, like `n_fits`

    Notes
    -----
    Source: Wright (1931), migration; the exact recursion derived here. Chapter: *inbreeding*.

    Examples
    --------
    >>> round(migration_heterozygosity(401, 200, 0.05, heterozygosity=0.8766), 4)
    0.8336
    """
    n = whole("n_fits", n_fits).astype(float)
    h = _validate.real("heterozygosity", heterozygosity, at_least=0, at_most=1)
    limit = migration_heterozygosity_limit(n_samples, real_fraction, heterozygosity=h)
    rate = (1 - 1 / _size(n_samples)) * (1 - real_fraction) ** 2
    return plain(limit + (h - limit) * rate**n)


def migration_heterozygosity_limit(n_samples, real_fraction, *, heterozygosity=1.0):
    r"""Return the heterozygosity that a loop with fresh real data settles at.

    .. math:: 1 - H_\infty = \frac{\frac1M + (1-\frac1M)\left(1-(1-m)^2\right)(1-H)}
              {1 - (1-\frac1M)(1-m)^2}, \qquad 1 - \frac{H_\infty}{H} \approx \frac{1}{1+2Mm}

    What counts is the number :math:`Mm` of real tokens per generation, not their share.

    Parameters
    ----------
    n_samples : int
        Tokens per corpus, at least 1.
    real_fraction : float
        :math:`m`, from 0 to 1.
    heterozygosity : float
        That of the true law, from 0 to 1; 1 gives the share that is kept.

    Returns
    -------
    float

    Notes
    -----
    Source: Wright (1931), :math:`1/(1+4Nm)`; the exact form derived here. Chapters: *inbreeding*,
    *avoiding_collapse*.

    Examples
    --------
    >>> round(1 - migration_heterozygosity_limit(200, 0.05), 4), round(1 / 21, 4)
    (0.049, 0.0476)
    """
    m = _size(n_samples)
    fraction = _validate.real("real_fraction", real_fraction, at_least=0, at_most=1)
    h = _validate.real("heterozygosity", heterozygosity, at_least=0, at_most=1)
    stay = (1 - fraction) ** 2
    leaving = 1 - (1 - 1 / m) * stay
    if leaving == 0:
        return h
    return float(1 - (1 / m + (1 - 1 / m) * (1 - stay) * (1 - h)) / leaving)


def rescued_inbreeding(inbreeding, real_fraction):
    r"""Return the inbreeding coefficient after a single generation of mixing in real data.

    .. math:: F' = (1-m)^2 F

    Parameters
    ----------
    inbreeding : float or array
        :math:`F = 1 - H/H_0` before, from 0 to 1.
    real_fraction : float
        :math:`m`, from 0 to 1.

    Returns
    -------
    float or array, like `inbreeding`

    Notes
    -----
    Source: derived here; outcrossing in genetics. Chapter: *inbreeding*.

    Examples
    --------
    >>> rescued_inbreeding(0.4, 0.5)
    0.1
    """
    f = reals("inbreeding", inbreeding, at_least=0, at_most=1)
    return plain(
        (1 - _validate.real("real_fraction", real_fraction, at_least=0, at_most=1)) ** 2 * f
    )


def bootstrap_identity(n_samples, real_fraction):
    r"""Return how often two points of a resampled cloud descend from the same real one.

    .. math:: F = \frac{(1-\alpha)^2/M}{1 - (1-\alpha)^2(1-1/M)}

    in the long run, each point being fresh with probability :math:`\alpha`, for two different
    points of the cloud. For a true variance :math:`\sigma^2` the variance within the cloud
    (divisor :math:`M-1`) is :math:`\sigma^2(1-F)` and that of its mean
    :math:`\sigma^2(1+(M-1)F)/M`. `migration_heterozygosity` draws its two with replacement.

    Parameters
    ----------
    n_samples : int
        Points in the cloud, at least 1.
    real_fraction : float
        :math:`\alpha`, from 0 to 1.

    Returns
    -------
    float
        Probability; 1 without fresh points: the cloud becomes a single point.

    Notes
    -----
    Source: derived here for the recursion of Borkar (2025), arXiv:2506.09401. Chapter:
    *inbreeding*.

    Examples
    --------
    >>> round(bootstrap_identity(30, 0.02), 3), bootstrap_identity(30, 0.0)
    (0.447, 1.0)
    """
    m = _size(n_samples)
    stay = (1 - _validate.real("real_fraction", real_fraction, at_least=0, at_most=1)) ** 2
    return float(stay / (stay + m * (1 - stay)))


def overlap_variance(frequency, n_samples, replaced_fraction, *, kept="random"):
    r"""Return the variance of a frequency after one generation in which only a part is replaced.

    .. math:: \frac{p(1-p)}{M}\times\begin{cases}
              \alpha + \alpha(1-\alpha)\frac{M}{M-1} \approx \alpha(2-\alpha) & \text{random} \\
              \alpha & \text{composition} \\
              \alpha^2 & \text{batch}\end{cases}

    The tokens that stay are a random subset, keep the composition exactly, or a batch of
    :math:`M` new ones enters with weight :math:`\alpha`.

    Parameters
    ----------
    frequency : float or array
        :math:`p` before, strictly between 0 and 1.
    n_samples : int
        Tokens per corpus, at least 2.
    replaced_fraction : float
        :math:`\alpha`, above 0 and at most 1.
    kept : {"random", "composition", "batch"}
        Which of the three processes.

    Returns
    -------
    float or array, like `frequency`

    Notes
    -----
    Source: Riis (2026), arXiv:2604.08554, Theorem 1, as quoted, for a random subset; the
    finite-size factor derived here. Chapter: *inbreeding*.

    Examples
    --------
    >>> round(overlap_variance(0.4, 100, 0.5), 8)
    0.00180606
    """
    p, m = _frequency(frequency), _size(n_samples, 2)
    a = _validate.real("replaced_fraction", replaced_fraction, above=0, at_most=1)
    factors = {"random": a + a * (1 - a) * m / (m - 1), "composition": a, "batch": a * a}
    return plain(p * (1 - p) / m * factors[_validate.choice("kept", kept, tuple(factors))])


def overlap_effective_size(n_samples, replaced_fraction):
    r"""Return the number of tokens that drift as slowly when a random part is kept.

    .. math:: 2N_e = \frac{M}{\alpha(2-\alpha)}

    Times of absorption follow by putting it for :math:`M`; the probability of fixation stays.

    Parameters
    ----------
    n_samples : int
        Tokens per corpus, at least 1.
    replaced_fraction : float
        :math:`\alpha`, above 0 and at most 1.

    Returns
    -------
    float
        Tokens, :math:`2N_e`; divide by 2 for the geneticists' effective size.

    Notes
    -----
    Source: Riis (2026), arXiv:2604.08554, Theorem 1, as quoted. Chapter: *inbreeding*.

    Examples
    --------
    >>> round(overlap_effective_size(100, 0.5), 3)
    133.333
    """
    a = _validate.real("replaced_fraction", replaced_fraction, above=0, at_most=1)
    return float(_size(n_samples) / (a * (2 - a)))


def overlap_singleton_loss(replaced_fraction):
    r"""Return the probability that a single copy is lost in a generation with overlap.

    .. math:: \alpha e^{-\alpha}

    in a large corpus, the kept tokens being a random subset.

    Parameters
    ----------
    replaced_fraction : float or array
        :math:`\alpha`, from 0 to 1.

    Returns
    -------
    float or array, like `replaced_fraction`

    Notes
    -----
    Source: Riis (2026), arXiv:2604.08554, Theorem 1, as quoted. Chapter: *inbreeding*.

    Examples
    --------
    >>> round(overlap_singleton_loss(0.5), 4)
    0.3033
    """
    a = reals("replaced_fraction", replaced_fraction, at_least=0, at_most=1)
    return plain(a * np.exp(-a))


def total_collapse_time(frequencies, n_samples):
    r"""Return the mean time until a single type is left, in the diffusion limit.

    .. math:: \mathbb E T = -2M\sum_i(1-p_i)\ln(1-p_i) \le 2M

    whatever the number of types.

    Parameters
    ----------
    frequencies : array, shape (n_types,)
        Frequencies at the start; they sum to 1.
    n_samples : int
        Tokens per corpus, at least 1.

    Returns
    -------
    float
        Generations; the finite chain is faster by about :math:`\frac13\ln M + 0.49`.

    Notes
    -----
    Source: Littler (1975) and Ewens (2004), as quoted; checked here with the generator. Chapter:
    *inbreeding*.

    Examples
    --------
    >>> round(total_collapse_time([0.9, 0.1], 200), 3)
    130.033
    """
    p = law("frequencies", frequencies)
    return float(-2 * _size(n_samples) * special.xlog1py(1 - p, -p)[p < 1].sum() + 0.0)


def surviving_lineages(n_generations, n_samples):
    r"""Return how many types are left of a corpus whose tokens were all distinct.

    .. math:: \mathbb E A_n \approx M g_{n+1} + \tfrac13 \approx \frac{2M}{n}

    with :math:`g` the `survival_exponent`: to 0.1 percent for :math:`n \le M/5`.

    Parameters
    ----------
    n_generations : int or array
        Resamplings, at least 1.
    n_samples : int
        Tokens per corpus, at least 1.

    Returns
    -------
    float or array, like `n_generations`
        Types; the ancestors of the corpus, seen backwards.

    Notes
    -----
    Source: derived here; compare Kingman's coalescent. Chapter: *inbreeding*.

    Examples
    --------
    >>> round(surviving_lineages(100, 1000), 3)
    19.686
    """
    n = whole("n_generations", n_generations, at_least=1)
    return plain(_size(n_samples) * np.asarray(survival_exponent(n + 1)) + 1 / 3)


def first_extinction_time(frequencies, n_samples):
    r"""Return the mean time until the first type is lost, in the diffusion limit.

    .. math:: \mathbb E T_1 = 2M\sum_{S}(-1)^{|S|}\,P_S\ln P_S
              = \int_0^\infty \prod_i\left(1 - e^{-2Mp_i/t}\right)dt, \qquad
              P_S = \sum_{i\in S}p_i

    The sum runs over all subsets of types; the integral is computed, in which nothing cancels.

    Parameters
    ----------
    frequencies : array, shape (n_types,)
        Frequencies at the start, at least two, all positive; they sum to 1.
    n_samples : int
        Tokens per corpus :math:`M`, at least 1.

    Returns
    -------
    float
        Generations; a few percent too many where types last for tens of generations only.

    Notes
    -----
    Source: Benati et al. (2025), arXiv:2509.20101 (abstract); proved here for the mean, not for
    the law of :math:`T_1`, see `first_extinction_survival`. Chapter: *inbreeding*.

    Examples
    --------
    >>> round(first_extinction_time([0.5, 0.5], 200), 2)
    277.26
    """
    p = _positive_law(frequencies)
    y = np.arange(-45, 45, 0.02)  # t = 2M e^-y: both ends decay exponentially or faster
    with np.errstate(over="ignore", under="ignore"):
        log_left = np.log(-np.expm1(-np.multiply.outer(np.exp(y), p))).sum(axis=1)
        return float(2 * _size(n_samples) * np.exp(log_left - y).sum() * 0.02)


def _positive_law(frequencies):
    p = law("frequencies", frequencies, at_least=2)
    if (p == 0).any():
        raise ValueError(f"frequencies must all be positive, got {(p == 0).sum()} zero(s)")
    return p


def first_extinction_survival(n_generations, frequencies, n_samples):
    r"""Return the probability that no type has been lost, as if types were independent.

    .. math:: P(T_1 > n) \approx \prod_i\left(1 - e^{-Mp_ig_n}\right)

    with :math:`g` the `survival_exponent`. The published law has :math:`2/n` in place of
    :math:`g_n`. An approximation, good for ten types or more; that frequencies sum to 1 matters
    for few: at two equal types it says 0.36 where we measure 0.50.

    Parameters
    ----------
    n_generations : int or array
        Resamplings of a corpus with the given frequencies.
    frequencies : array, shape (n_types,)
        Frequencies at the start, at least two, all positive; they sum to 1.
    n_samples : int
        Tokens per corpus, at least 1.

    Returns
    -------
    float or array, like `n_generations`

    Notes
    -----
    Source: Benati et al. (2025), arXiv:2509.20101, as quoted, with :math:`2/n`; with
    :math:`g_n` derived here. Chapter: *inbreeding*.

    Examples
    --------
    >>> round(first_extinction_survival(28, [0.05] * 20, 1000), 3)
    0.486
    """
    p, m = _positive_law(frequencies), _size(n_samples)
    n = whole("n_generations", n_generations)
    g = np.asarray(survival_exponent(np.maximum(n, 1)))
    alive = np.prod(-np.expm1(-m * np.multiply.outer(g, p)), axis=-1)
    return plain(np.where(n == 0, 1.0, alive))


def smoothing_mutation_rate(smoothing, n_types, n_samples):
    r"""Return the mutation rate to which additive smoothing amounts.

    .. math:: u = \frac{Ka}{M+Ka}

    Parameters
    ----------
    smoothing : float
        :math:`a`, what is added to every count, at least 0.
    n_types : int
        :math:`K`, types the model knows, at least 1.
    n_samples : int
        Tokens per corpus, at least 1.

    Returns
    -------
    float
        Share of tokens that are drawn from the uniform law.

    Notes
    -----
    Source: Reali and Griffiths (2010), doi 10.1098/rspb.2009.1513 (abstract). Chapter: *softmax*.

    Examples
    --------
    >>> round(smoothing_mutation_rate(1.0, 20, 500), 4)
    0.0385
    """
    a = _validate.real("smoothing", smoothing, at_least=0)
    k = _validate.integer("n_types", n_types, at_least=1)
    return float(k * a / (_size(n_samples) + k * a))


def smoothed_probability(n_fits, probability, smoothing, n_types, n_samples):
    r"""Return the mean smoothed probability of a type: the data are forgotten geometrically.

    .. math:: \mathbb E q_n = \frac1K + (1-u)^n\left(p - \frac1K\right)

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    probability : float
        True probability :math:`p` of the type, from 0 to 1.
    smoothing : float
        :math:`a`, what is added to every count, at least 0.
    n_types : int
        :math:`K`, types the model knows, at least 1.
    n_samples : int
        Tokens per corpus, at least 1.

    Returns
    -------
    float or array, like `n_fits`

    Notes
    -----
    Source: Reali and Griffiths (2010), doi 10.1098/rspb.2009.1513 (abstract); the closed form
    derived here. Chapter: *softmax*.

    Examples
    --------
    >>> round(smoothed_probability(18, 0.25, 1.0, 20, 500), 3)
    0.149
    """
    n = whole("n_fits", n_fits).astype(float)
    p = _validate.real("probability", probability, at_least=0, at_most=1)
    u = smoothing_mutation_rate(smoothing, n_types, n_samples)
    return plain(1 / n_types + (1 - u) ** n * (p - 1 / n_types))


def smoothed_identity(n_fits, smoothing, n_types, n_samples, *, heterozygosity=1.0):
    r"""Return the mean of the sum of squared probabilities of a smoothed model.

    .. math:: Q_{n+1} = (1-u)^2\left[\frac1M + \left(1 - \frac1M\right)Q_n\right]
              + \frac{2u-u^2}{K}

    with :math:`Q_0 = 1 - H` of the truth. Smoothing stops fixation, not forgetting.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    smoothing : float
        :math:`a`, what is added to every count, at least 0.
    n_types : int
        :math:`K`, types the model knows, at least 1.
    n_samples : int
        Tokens per corpus, at least 1.
    heterozygosity : float
        :math:`H` of the true law, from 0 to 1.

    Returns
    -------
    float or array, like `n_fits`
        :math:`\mathbb E\sum q_i^2`, between :math:`1/K` and 1.

    Notes
    -----
    Source: Reali and Griffiths (2010), doi 10.1098/rspb.2009.1513 (abstract); the closed form
    derived here. Chapter: *softmax*.

    Examples
    --------
    >>> round(smoothed_identity(400, 1.0, 20, 500, heterozygosity=0.876), 7)
    0.0727273
    """
    n, m = whole("n_fits", n_fits).astype(float), _size(n_samples)
    h = _validate.real("heterozygosity", heterozygosity, at_least=0, at_most=1)
    u = smoothing_mutation_rate(smoothing, n_types, m)
    rate, source = (1 - u) ** 2 * (1 - 1 / m), (1 - u) ** 2 / m + (2 * u - u * u) / n_types
    limit = source / (1 - rate)
    return plain(limit + (1 - h - limit) * rate**n)
