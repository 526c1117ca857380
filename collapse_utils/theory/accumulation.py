r"""What accumulating data does: sums of inverse squares, sines, plateaus.

Every generation writes :math:`M` samples and all are kept. `n_fits` counts the first fit, on
real data, as 1, so that fit :math:`n` is made to :math:`nM` samples, the first :math:`M` of
them real. `gaussian.accumulated_variance` is the law of the maximum-likelihood variance.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from .. import _validate
from ._arguments import last, plain, running, whole
from .gaussian import accumulated_variance

__all__ = [
    "accumulated_error_factor",
    "accumulated_exponential_error",
    "accumulated_exponential_error_limit",
    "accumulated_heterozygosity",
    "accumulated_unbiased_variance",
    "accumulated_unbiased_variance_of_mean",
    "accumulated_variance_of_mean",
    "replaced_exponential_error",
    "subsampled_heterozygosity",
    "subsampled_pool_variance",
    "subsampled_variance",
    "subsampled_variance_of_mean",
]


def _samples(n_samples, at_least=2):
    return _validate.integer("n_samples", n_samples, at_least=at_least)


def _steps(n):
    """Return 1, 2, ..., up to the largest number of fits."""
    return np.arange(1.0, last("n_fits", n) + 1)


def accumulated_error_factor(n_fits):
    r"""Return by how much accumulating multiplies the mean squared error of the first fit.

    .. math:: H_n^{(2)} = \sum_{i=1}^{n}\frac{1}{i^2} \to \frac{\pi^2}{6}

    for every regular estimator, in the limit of large samples; *replace* has :math:`n` in its
    place.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.

    Returns
    -------
    float or array, like `n_fits`
        Without unit.

    Notes
    -----
    Source: Dey and Donoho (2024), arXiv:2410.22812 (abstract); for regression Gerstgrasser et
    al. (2024), arXiv:2404.01413, Theorem 2, as quoted. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> accumulated_error_factor(2), round(accumulated_error_factor(20), 5)
    (1.25, 1.59616)
    """
    n = whole("n_fits", n_fits).astype(float)
    factor = np.pi**2 / 6 - special.polygamma(1, np.maximum(n, 1) + 1)
    return plain(np.where(n == 0, 0.0, np.where(n == 2, 1.25, factor)))


def accumulated_variance_of_mean(n_fits, n_samples, *, variance=1.0):
    r"""Return the variance over chains of the mean under *accumulate* (maximum likelihood).

    .. math:: \operatorname{Var}\mu_n
              = \sigma^2\left[1 - \prod_{k=1}^{n}\left(1 - \frac{1}{Mk^2}\right)\right]
              \to \sigma^2\left(1 - \frac{\sqrt M}{\pi}\sin\frac{\pi}{\sqrt M}\right)
              \approx \frac{\pi^2\sigma^2}{6M}

    What the variance loses, the mean gains: the second moment is conserved.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int
        Samples that each generation adds, at least 2.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        In squared units of the data.

    Notes
    -----
    Source: Kazdan et al. (2024), arXiv:2410.16713, theorem on accumulation, as quoted; derived
    again here. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(accumulated_variance_of_mean(50, 10), 4)
    0.1549
    """
    n = whole("n_fits", n_fits)
    last("n_fits", n)
    return plain(
        _validate.real("variance", variance, above=0)
        - accumulated_variance(n, n_samples, variance=variance)
    )


def _unbiased(n, m):
    """Return the mean unbiased pooled variance after 0, 1, ... fits."""
    k = _steps(n)[1:]
    return np.concatenate([[1.0], running(1 - 1 / (k * (m * k - 1)))])


def accumulated_unbiased_variance(n_fits, n_samples, *, variance=1.0):
    r"""Return the mean variance under *accumulate*, with the unbiased divisor of the pool.

    .. math:: u_1 = \sigma^2, \qquad
              u_{n+1} = u_n\left[1 - \frac{1}{(n+1)((n+1)M-1)}\right]

    It is unbiased no longer: the batches are drawn about a mean that the pool itself has set.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int
        Samples that each generation adds, at least 2.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        In squared units of the data.

    Notes
    -----
    Source: derived here. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> [round(accumulated_unbiased_variance(n, 10), 4) for n in (1, 2, 3)]
    [1.0, 0.9737, 0.9625]
    """
    n, m = whole("n_fits", n_fits), _samples(n_samples)
    return plain(_validate.real("variance", variance, above=0) * _unbiased(n, m)[n])


def accumulated_unbiased_variance_of_mean(n_fits, n_samples, *, variance=1.0):
    r"""Return the variance over chains of the mean under *accumulate* (unbiased divisor).

    .. math:: \operatorname{Var}\mu_n = \frac1M\sum_{k=1}^{n}\frac{u_{k-1}}{k^2}

    with :math:`u_0 = \sigma^2` and :math:`u_k` the `accumulated_unbiased_variance`.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int
        Samples that each generation adds, at least 2.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        In squared units of the data.

    Notes
    -----
    Source: derived here. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(accumulated_unbiased_variance_of_mean(2, 10), 3)
    0.125
    """
    n, m = whole("n_fits", n_fits), _samples(n_samples)
    k = _steps(n)
    total = running(_unbiased(n, m)[: len(k)] / (m * k**2), total=True)
    return plain(_validate.real("variance", variance, above=0) * total[n])


def _between(k, m):
    """Return the share of the pool's variance that is a subsample's mean, and the batch's."""
    taken = (k - 1) / np.maximum(m * k - 1, 1)
    return taken, taken + (1 - taken) / m


def _pool(n, m):
    """Return the mean variance of the pool after 0, 1, ... fits; 1 stands for no pool yet."""
    k = _steps(n)
    _, batch = _between(k[:-1], m)
    return np.concatenate([[1.0], (1 - 1 / m) * running(-batch / (k[:-1] + 1) ** 2 + 1)])


def subsampled_pool_variance(n_fits, n_samples, *, variance=1.0):
    r"""Return the mean variance of the pool under *accumulate-subsample*.

    Fit :math:`n` is made to :math:`M` points drawn without replacement from the :math:`nM` of
    the pool, with maximum likelihood, and its :math:`M` samples join the pool:

    .. math:: V_1 = \sigma^2(1 - \tfrac1M), \qquad
              V_{n+1} = V_n - \frac{a_n + (V_n - a_n)/M}{(n+1)^2}, \qquad
              a_n = V_n\frac{n-1}{nM-1}

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included, at least 1.
    n_samples : int
        Samples that each generation adds and is fitted to, at least 2.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        Sum of squares about the pool's mean by its size, in squared units of the data.

    Notes
    -----
    Source: derived here; the workflow is that of Kazdan et al. (2024), arXiv:2410.16713.
    Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(subsampled_pool_variance(40, 10), 4)
    0.8249
    """
    n, m = whole("n_fits", n_fits, at_least=1), _samples(n_samples)
    return plain(_validate.real("variance", variance, above=0) * _pool(n, m)[n])


def subsampled_variance(n_fits, n_samples, *, variance=1.0):
    r"""Return the mean fitted variance under *accumulate-subsample* (maximum likelihood).

    .. math:: \mathbb E\sigma_n^2 = V_n - a_n = V_n\left(1 - \frac{n-1}{nM-1}\right)

    with the pool's variance :math:`V_n` of `subsampled_pool_variance`. It settles on a plateau
    above zero.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included, at least 1.
    n_samples : int
        Samples that each generation adds and is fitted to, at least 2.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        In squared units of the data.

    Notes
    -----
    Source: derived here. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(subsampled_variance(40, 10), 3), round(subsampled_variance(100_000, 10), 3)
    (0.744, 0.739)
    """
    n, m = whole("n_fits", n_fits, at_least=1), _samples(n_samples)
    taken, _ = _between(n.astype(float), m)
    return plain(subsampled_pool_variance(n, m, variance=variance) * (1 - taken))


def subsampled_variance_of_mean(n_fits, n_samples, *, variance=1.0):
    r"""Return the variance over chains of the mean under *accumulate-subsample*.

    .. math:: \operatorname{Var}\mu_n = \sigma^2 - \mathbb E\sigma_n^2

    The second moment is conserved here too.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included, at least 1.
    n_samples : int
        Samples that each generation adds and is fitted to, at least 2.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        In squared units of the data.

    Notes
    -----
    Source: derived here; about 1.67 times that of *accumulate* in the end, at ten samples.
    Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(subsampled_variance_of_mean(40, 10), 3)
    0.256
    """
    return plain(
        _validate.real("variance", variance, above=0)
        - subsampled_variance(n_fits, n_samples, variance=variance)
    )


def accumulated_exponential_error(n_fits, n_samples, *, mean=1.0):
    r"""Return the mean squared error of the mean of exponential data under *accumulate*.

    .. math:: \mathbb E(\hat\mu_n - \mu)^2
              = \mu^2\left[\prod_{k=1}^{n}\left(1 + \frac{1}{Mk^2}\right) - 1\right]

    at finite sizes: :math:`M` times it tends to `accumulated_error_factor` as :math:`M` grows.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int
        Samples that each generation adds, at least 1.
    mean : float
        True mean, positive.

    Returns
    -------
    float or array, like `n_fits`
        In squared units of the data.

    Notes
    -----
    Source: derived here; the universal first order is Dey and Donoho (2024), arXiv:2410.22812.
    Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(100 * accumulated_exponential_error(20, 100), 4)
    1.6035
    """
    n, m = whole("n_fits", n_fits), _samples(n_samples, 1)
    mean = _validate.real("mean", mean, above=0)
    total = running(np.log1p(1 / (m * _steps(n) ** 2)), total=True)
    return plain(mean**2 * np.expm1(total[n]))


def accumulated_exponential_error_limit(n_samples, *, mean=1.0):
    r"""Return the limit of `accumulated_exponential_error` for many fits.

    .. math:: \mu^2\left[\frac{\sinh(\pi/\sqrt M)}{\pi/\sqrt M} - 1\right]

    Parameters
    ----------
    n_samples : int
        Samples that each generation adds, at least 1.
    mean : float
        True mean, positive.

    Returns
    -------
    float
        In squared units of the data.

    Notes
    -----
    Source: derived here, by Euler's product. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(100 * accumulated_exponential_error_limit(100), 4)
    1.6531
    """
    x = np.pi / np.sqrt(_samples(n_samples, 1))
    return float(_validate.real("mean", mean, above=0) ** 2 * (np.sinh(x) / x - 1))


def replaced_exponential_error(n_fits, n_samples, *, mean=1.0):
    r"""Return the mean squared error of the mean of exponential data under *replace*.

    .. math:: \mathbb E(\hat\mu_n - \mu)^2 = \mu^2\left[\left(1 + \frac1M\right)^n - 1\right]

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int
        Samples per generation, at least 1.
    mean : float
        True mean, positive.

    Returns
    -------
    float or array, like `n_fits`
        In squared units of the data; infinite beyond 1e308.

    Notes
    -----
    Source: derived here. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(replaced_exponential_error(2, 10), 2)
    0.21
    """
    n, m = whole("n_fits", n_fits), _samples(n_samples, 1)
    with np.errstate(over="ignore"):
        growth = np.expm1(n * np.log1p(1 / m))
    return plain(_validate.real("mean", mean, above=0) ** 2 * growth)


def accumulated_heterozygosity(n_fits, n_samples, *, heterozygosity=1.0):
    r"""Return the mean heterozygosity of a categorical model under *accumulate*.

    .. math:: \mathbb E H_n = H\prod_{k=1}^{n}\left(1 - \frac{1}{Mk^2}\right)
              \to H\,\frac{\sin(\pi/\sqrt M)}{\pi/\sqrt M}

    with :math:`H = 1 - \sum p_i^2`. The mean squared error
    :math:`\mathbb E\lVert P_n-p\rVert^2` is what is missing, about :math:`H\pi^2/(6M)`.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int
        Tokens that each generation adds, at least 2.
    heterozygosity : float
        That of the true law, above 0 and at most 1; 1 gives the share that is kept.

    Returns
    -------
    float or array, like `n_fits`

    Notes
    -----
    Source: derived here. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(accumulated_heterozygosity(401, 20, heterozygosity=0.755), 4)
    0.6945
    """
    start = _validate.real("heterozygosity", heterozygosity, above=0, at_most=1)
    n = whole("n_fits", n_fits)
    last("n_fits", n)
    return plain(accumulated_variance(n, n_samples, variance=start))


def subsampled_heterozygosity(n_fits, n_samples, *, heterozygosity=1.0):
    r"""Return the mean heterozygosity of the pool under *accumulate-subsample*.

    .. math:: \mathbb E H_n = H\left(1 - \frac1M\right)
              \prod_{k=2}^{n}\left(1 - \frac{1 - (1 - 1/M)^2}{k^2}\right)

    when every fit sees :math:`M` tokens of the pool, drawn with replacement: twice the noise of
    *accumulate* per batch, and a plateau as well.

    Parameters
    ----------
    n_fits : int or array
        Number of batches in the pool, the real one included, at least 1.
    n_samples : int
        Tokens that each generation adds and is fitted to, at least 2.
    heterozygosity : float
        That of the true law, above 0 and at most 1; 1 gives the share that is kept.

    Returns
    -------
    float or array, like `n_fits`

    Notes
    -----
    Source: derived here; the workflow is that of Kazdan et al. (2024), arXiv:2410.16713.
    Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(subsampled_heterozygosity(301, 50, heterozygosity=0.755), 4)
    0.7213
    """
    n, m = whole("n_fits", n_fits, at_least=1), _samples(n_samples)
    start = _validate.real("heterozygosity", heterozygosity, above=0, at_most=1)
    noise = 1 - (1 - 1 / m) ** 2
    kept = running(1 - noise / _steps(n)[1:] ** 2)
    return plain(start * (1 - 1 / m) * kept[n - 1])
