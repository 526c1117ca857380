r"""The spread of Gaussian kernel density estimates that are refitted to their own samples.

`n_fits` counts the first fit, on real data, as 1; what is predicted is the variance of the
data to which fit `n_fits` is made, so that 1 gives the real data's. The real data have
variance :math:`\sigma^2`; a fit puts a normal kernel of standard deviation :math:`h` on each
of :math:`M` points.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from .. import _validate
from ._arguments import plain, whole

__all__ = [
    "accumulated_kernel_variance",
    "critical_bandwidth",
    "kernel_cloud_variance",
    "kernel_variance",
    "plugin_kernel_cloud_variance",
]


def _start(n_fits, bandwidth, variance, name="bandwidth"):
    return (
        whole("n_fits", n_fits, at_least=1) - 1.0,
        _validate.real(name, bandwidth, at_least=0),
        _validate.real("variance", variance, above=0),
    )


def critical_bandwidth(n_samples, *, std=1.0):
    r"""Return the fixed bandwidth at which the cloud neither shrinks nor spreads.

    .. math:: h = \sigma/\sqrt M

    Parameters
    ----------
    n_samples : int
        Samples per generation, at least 1.
    std : float
        Standard deviation :math:`\sigma` of the cloud.

    Returns
    -------
    float
        In units of the data.

    Notes
    -----
    Source: derived here. Chapter: *empirical_risk*.

    Examples
    --------
    >>> critical_bandwidth(25)
    0.2
    """
    m = _validate.integer("n_samples", n_samples, at_least=1)
    return float(_validate.real("std", std, above=0) / np.sqrt(m))


def kernel_variance(n_fits, bandwidth, *, variance=1.0):
    r"""Return the variance of one point over all chains under *replace*.

    .. math:: \mathbb E x^2 = \sigma^2 + (n-1)h^2

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included, at least 1.
    bandwidth : float
        :math:`h`, at least 0, in units of the data.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        In squared units of the data.

    Notes
    -----
    Source: derived here; the workflow is that of Kazdan et al. (2024), arXiv:2410.16713.
    Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> kernel_variance(101, 0.5)
    26.0
    """
    t, h, variance = _start(n_fits, bandwidth, variance)
    return plain(variance + t * h**2)


def kernel_cloud_variance(n_fits, n_samples, bandwidth, *, variance=1.0):
    r"""Return the mean variance within a chain's cloud of points under *replace*.

    .. math:: \mathbb E S_n^2 = Mh^2 + (\sigma^2 - Mh^2)\left(1 - \frac1M\right)^{n-1}

    The cloud's width settles at :math:`h\sqrt M`, while its centre keeps walking.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included, at least 1.
    n_samples : int
        Samples per generation, at least 2.
    bandwidth : float
        :math:`h`, at least 0, in units of the data.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        Unbiased sample variance, in squared units of the data.

    Notes
    -----
    Source: derived here. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(kernel_cloud_variance(101, 20, 0.1), 4)
    0.2047
    """
    t, h, variance = _start(n_fits, bandwidth, variance)
    m = _validate.integer("n_samples", n_samples, at_least=2)
    return plain(m * h**2 + (variance - m * h**2) * (1 - 1 / m) ** t)


def plugin_kernel_cloud_variance(n_fits, n_samples, *, factor=1.06, variance=1.0):
    r"""Return the mean variance within a cloud whose bandwidth follows its own spread.

    .. math:: \mathbb E S_n^2 = \sigma^2\left(1 - \frac1M + c^2 M^{-2/5}\right)^{n-1}, \qquad
              h_n = c\,S_n M^{-1/5}

    Silverman's rule has :math:`c = 1.06`: the cloud explodes.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included, at least 1.
    n_samples : int
        Samples per generation, at least 2.
    factor : float
        :math:`c`, at least 0.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        Unbiased sample variance, in squared units of the data; infinite beyond 1e308.

    Notes
    -----
    Source: derived here. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(plugin_kernel_cloud_variance(11, 50), 3)
    7.009
    """
    t, c, variance = _start(n_fits, factor, variance, "factor")
    m = _validate.integer("n_samples", n_samples, at_least=2)
    with np.errstate(over="ignore"):
        return plain(variance * (1 - 1 / m + c**2 * m**-0.4) ** t)


def accumulated_kernel_variance(n_fits, bandwidth, *, variance=1.0):
    r"""Return the variance of one point of the pool, over all chains, under *accumulate*.

    .. math:: \mathbb E x^2 = \sigma^2 + h^2\left(\sum_{i=1}^{n}\frac1i - 1\right)
              \approx \sigma^2 + h^2\log n

    It grows without bound, slowly.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included, at least 1.
    bandwidth : float
        :math:`h`, at least 0, in units of the data.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        In squared units of the data.

    Notes
    -----
    Source: derived here: the mean depth of a random recursive tree. Kazdan et al. (2024),
    arXiv:2410.16713, report losses that do not diverge over 100 rounds. Chapter:
    *avoiding_collapse*.

    Examples
    --------
    >>> round(accumulated_kernel_variance(50, 0.5), 3)
    1.875
    """
    t, h, variance = _start(n_fits, bandwidth, variance)
    return plain(variance + h**2 * (special.digamma(t + 2) + np.euler_gamma - 1))
