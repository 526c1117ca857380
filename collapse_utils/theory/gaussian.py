r"""Closed forms of the Gaussian loop.

Throughout, a fit on :math:`M` samples multiplies the variance by :math:`\chi^2_{M-1}/D(M)`,
where :math:`D` is the divisor (`collapse_utils.models.DIVISORS`), :math:`a = (M-1)/2`,
:math:`\psi` is the digamma and :math:`\psi_1` the trigamma function. `n_fits` counts the first
fit, on real data, as 1: generation ``g`` of a `History` has been through ``g + 1`` fits.
Unless said otherwise the workflow is *replace*.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from .. import _validate
from ..models.gaussian import DIVISORS
from ._arguments import last, plain, whole

__all__ = [
    "accumulated_variance",
    "accumulated_variance_limit",
    "expected_log_determinant",
    "expected_log_variance",
    "expected_variance",
    "log_variance_drift",
    "log_variance_spread",
    "lyapunov_exponents",
    "marginal_variance",
    "typical_variance",
    "underflow_generation",
    "variance_of_mean",
    "variance_of_variance",
]


def _fits(n_fits):
    return whole("n_fits", n_fits).astype(float)


def _samples(n_samples):
    return _validate.integer(
        "n_samples", n_samples, at_least=2, why="for a variance to be estimated"
    )


def _divisor(divisor, n_samples):
    return float(DIVISORS[_validate.choice("divisor", divisor, tuple(DIVISORS))](n_samples))


def log_variance_drift(n_samples, divisor="unbiased"):
    r"""Return the mean step of the log variance per fit.

    .. math:: \mathbb E \log(\sigma_{n+1}^2/\sigma_n^2) = \psi(a) - \log(D/2)

    For the unbiased divisor this is :math:`-1/(M-1)` to leading order: the model dies.

    Parameters
    ----------
    n_samples : int
        Samples per generation, at least 2.
    divisor : str
        A key of `collapse_utils.models.DIVISORS`.

    Returns
    -------
    float
        Natural logarithm per fit; negative when the typical chain shrinks.

    Notes
    -----
    Derived here, elementary: the mean of a log-gamma variable. Chapter: *random_walks*.

    Examples
    --------
    >>> round(log_variance_drift(20), 5)
    -0.05355
    >>> round(log_variance_drift(20, "log-unbiased"), 5) + 0.0
    0.0
    """
    m = _samples(n_samples)
    return float(special.digamma((m - 1) / 2) - np.log(_divisor(divisor, m) / 2))


def log_variance_spread(n_fits, n_samples):
    r"""Return the standard deviation over chains of the log variance after `n_fits` fits.

    .. math:: \sqrt{n\,\psi_1(a)} \approx \sqrt{2n/(M-1)}

    The divisor only shifts the logarithm, so that it does not matter here.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int
        Samples per generation, at least 2.

    Returns
    -------
    float or array, like `n_fits`
        Natural logarithm.

    Notes
    -----
    Derived here, elementary. Chapter: *random_walks*.

    Examples
    --------
    >>> round(float(log_variance_spread(200, 20) ** 2), 2)
    22.2
    """
    n, m = _fits(n_fits), _samples(n_samples)
    return plain(np.sqrt(n * special.polygamma(1, (m - 1) / 2)))


def expected_log_variance(n_fits, n_samples, *, divisor="unbiased", variance=1.0):
    r"""Return the mean over chains of the log variance after `n_fits` fits.

    .. math:: \mathbb E \log\sigma_n^2 = \log\sigma^2 + n\,(\psi(a) - \log(D/2))

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int
        Samples per generation, at least 2.
    divisor : str
        A key of `collapse_utils.models.DIVISORS`.
    variance : float
        True variance.

    Returns
    -------
    float or array, like `n_fits`

    Notes
    -----
    Derived here, elementary. Chapter: *random_walks*.

    Examples
    --------
    >>> round(float(expected_log_variance(200, 20)), 3)
    -10.711
    """
    variance = _validate.real("variance", variance, above=0)
    return plain(np.log(variance) + _fits(n_fits) * log_variance_drift(n_samples, divisor))


def typical_variance(n_fits, n_samples, *, divisor="unbiased", variance=1.0):
    r"""Return the variance of a typical chain: the exponential of the mean log variance.

    The median over chains tends to it, since the log variance is a sum of independent terms.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int
        Samples per generation, at least 2.
    divisor : str
        A key of `collapse_utils.models.DIVISORS`.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        In squared units of the data.

    Notes
    -----
    Derived here, elementary. Chapter: *random_walks*.

    Examples
    --------
    >>> f"{typical_variance(200, 20):.2e}"
    '2.23e-05'
    """
    logarithm = expected_log_variance(n_fits, n_samples, divisor=divisor, variance=variance)
    return plain(np.exp(logarithm))


def expected_variance(n_fits, n_samples, *, divisor="unbiased", variance=1.0):
    r"""Return the mean over chains of the fitted variance after `n_fits` fits.

    .. math:: \mathbb E \sigma_n^2 = \sigma^2 \left(\frac{M-1}{D}\right)^n

    Constant for the unbiased divisor, and carried by ever fewer chains.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int
        Samples per generation, at least 2.
    divisor : str
        A key of `collapse_utils.models.DIVISORS`.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        In squared units of the data.

    Notes
    -----
    Source: Shumailov et al. (2024), supplement 3.1.1, for the unbiased divisor; the others
    derived here. Chapter: *random_walks*.

    Examples
    --------
    >>> float(expected_variance(50, 10)), round(float(expected_variance(1, 10, divisor="mle")), 6)
    (1.0, 0.9)
    """
    m = _samples(n_samples)
    variance = _validate.real("variance", variance, above=0)
    return plain(variance * ((m - 1) / _divisor(divisor, m)) ** _fits(n_fits))


def variance_of_variance(n_fits, n_samples, *, divisor="unbiased", variance=1.0):
    r"""Return the variance over chains of the fitted variance after `n_fits` fits.

    .. math:: \operatorname{Var}\sigma_n^2
              = \sigma^4\left[\left(\frac{(M-1)(M+1)}{D^2}\right)^n
                            - \left(\frac{M-1}{D}\right)^{2n}\right]

    For the unbiased divisor :math:`\sigma^4[(1 + 2/(M-1))^n - 1]`: it grows without bound.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int
        Samples per generation, at least 2.
    divisor : str
        A key of `collapse_utils.models.DIVISORS`.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        In fourth powers of the data's unit.

    Notes
    -----
    Derived here, elementary. Chapter: *random_walks*.

    Examples
    --------
    >>> round(float(variance_of_variance(10, 20)), 4)
    1.7206
    """
    n, m = _fits(n_fits), _samples(n_samples)
    d = _divisor(divisor, m)
    variance = _validate.real("variance", variance, above=0)
    with np.errstate(over="ignore"):
        second = ((m - 1) * (m + 1) / d**2) ** n
    return plain(variance**2 * (second - ((m - 1) / d) ** (2 * n)))


def variance_of_mean(n_fits, n_samples, *, divisor="unbiased", variance=1.0):
    r"""Return the variance over chains of the fitted mean after `n_fits` fits.

    .. math:: \operatorname{Var}\mu_n = \frac{\sigma^2}{M}\sum_{i<n} r^i, \qquad r = \frac{M-1}{D}

    For the unbiased divisor :math:`\sigma^2 n/M`; for maximum likelihood
    :math:`\sigma^2 (1 - (1 - 1/M)^n)`, at most :math:`\sigma^2`.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int
        Samples per generation, at least 2.
    divisor : str
        A key of `collapse_utils.models.DIVISORS`.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        In squared units of the data.

    Notes
    -----
    Source: Shumailov et al. (2024), supplement 3.1.1, for the unbiased divisor; the others
    derived here. Chapter: *random_walks*.

    Examples
    --------
    >>> float(variance_of_mean(10, 100)), round(float(variance_of_mean(2, 10, divisor="mle")), 6)
    (0.1, 0.19)
    """
    n, m = _fits(n_fits), _samples(n_samples)
    variance = _validate.real("variance", variance, above=0)
    r = (m - 1) / _divisor(divisor, m)
    total = n if abs(r - 1) < 1e-12 else (r**n - 1) / (r - 1)
    return plain(variance * total / m)


def marginal_variance(n_fits, n_samples, *, divisor="unbiased", variance=1.0):
    r"""Return the variance of one sample of the model after `n_fits` fits, over all chains.

    .. math:: \operatorname{Var} X^n = \operatorname{Var}\mu_n + \mathbb E\sigma_n^2

    Exactly :math:`\sigma^2(1 + n/M)` for the unbiased divisor and exactly :math:`\sigma^2`
    for maximum likelihood.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int
        Samples per generation, at least 2.
    divisor : str
        A key of `collapse_utils.models.DIVISORS`.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        In squared units of the data.

    Notes
    -----
    Source: Shumailov et al. (2024), supplement 3.1.1, there to first order; exact by the law of
    total variance. Chapter: *random_walks*.

    Examples
    --------
    >>> float(marginal_variance(10, 100)), round(float(marginal_variance(7, 9, divisor="mle")), 12)
    (1.1, 1.0)
    """
    options = {"divisor": divisor, "variance": variance}
    return expected_variance(n_fits, n_samples, **options) + variance_of_mean(
        n_fits, n_samples, **options
    )


def underflow_generation(n_samples, *, divisor="unbiased"):
    r"""Return after how many fits a typical chain's variance underflows to zero in float64.

    .. math:: n = \frac{\log 2^{-1075}}{\psi(a) - \log(D/2)}

    from a true variance of one: :math:`2^{-1074}` is the smallest positive number, and what is
    less than half of it rounds to zero.

    Parameters
    ----------
    n_samples : int
        Samples per generation, at least 2.
    divisor : str
        A key of `collapse_utils.models.DIVISORS`.

    Returns
    -------
    float
        Number of fits; infinite if the typical chain does not shrink.

    Notes
    -----
    Derived here. Chapter: *random_walks*.

    Examples
    --------
    >>> round(underflow_generation(5))
    2756
    """
    drift = log_variance_drift(n_samples, divisor)
    return float(1075 * np.log(2) / -drift) if drift < -1e-12 else np.inf


def accumulated_variance(n_fits, n_samples, *, variance=1.0):
    r"""Return the mean variance under *accumulate*, with the divisor of maximum likelihood.

    .. math:: \mathbb E\sigma_n^2 = \sigma^2\prod_{k=1}^{n}\left(1 - \frac{1}{M k^2}\right)

    Parameters
    ----------
    n_fits : int or array of int
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
    Source: Kazdan et al. (2024), theorem on accumulation; derived again here. Chapter:
    *random_walks*.

    Examples
    --------
    >>> round(float(accumulated_variance(50, 10)), 5)
    0.84511
    """
    n, m = _fits(n_fits), _samples(n_samples)
    variance = _validate.real("variance", variance, above=0)
    k = np.arange(1, last("n_fits", n) + 1)
    products = np.concatenate([[1.0], np.cumprod(1 - 1 / (m * k**2))])
    return plain(variance * products[n.astype(int)])


def accumulated_variance_limit(n_samples, *, variance=1.0):
    r"""Return the limit of the mean variance under *accumulate* (maximum likelihood).

    .. math:: \sigma^2\,\frac{\sqrt M}{\pi}\sin\frac{\pi}{\sqrt M}

    which is Euler's product for the sine; the loss is about :math:`\pi^2\sigma^2/(6M)`.

    Parameters
    ----------
    n_samples : int
        Samples that each generation adds, at least 2.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float
        In squared units of the data.

    Notes
    -----
    Source: Kazdan et al. (2024); derived again here. Chapter: *random_walks*.

    Examples
    --------
    >>> round(accumulated_variance_limit(10), 5)
    0.84344
    """
    root = np.sqrt(_samples(n_samples))
    variance = _validate.real("variance", variance, above=0)
    return float(variance * root / np.pi * np.sin(np.pi / root))


def expected_log_determinant(n_fits, n_samples, dimension):
    r"""Return the mean log determinant of the covariance, starting from the identity.

    .. math:: \mathbb E\log\det\Sigma_n
              = n\sum_{j=0}^{d-1}\left[\psi\left(\tfrac{M-1-j}{2}\right)
                                       - \log\tfrac{M-1}{2}\right]

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int
        Samples per generation, more than `dimension`.
    dimension : int
        At least 1.

    Returns
    -------
    float or array, like `n_fits`

    Notes
    -----
    Derived here from the Wishart law; unbiased divisor. Chapter: *random_walks*.

    Examples
    --------
    >>> round(float(expected_log_determinant(6, 8, 3)), 3)
    -6.175
    """
    return plain(2 * _fits(n_fits) * lyapunov_exponents(n_samples, dimension).sum())


def lyapunov_exponents(n_samples, dimension):
    r"""Return the growth rates of the cloud's axes per fit, largest first.

    .. math:: \lambda_j = \tfrac12\left[\psi\left(\tfrac{M-j}{2}\right)
                          - \log\tfrac{M-1}{2}\right], \qquad j = 1, \dots, d

    The logarithm of the `j`-th longest axis changes by :math:`\lambda_j` per fit, in the long
    run. They differ, so that a round cloud becomes a needle.

    Parameters
    ----------
    n_samples : int
        Samples per generation, more than `dimension`.
    dimension : int
        At least 1.

    Returns
    -------
    ndarray, shape (dimension,)
        Natural logarithm of a length, per fit; unbiased divisor.

    Notes
    -----
    Source: Newman (1986), for products of Gaussian matrices. Chapter: *random_walks*.

    Examples
    --------
    >>> lyapunov_exponents(20, 4).round(4)
    array([-0.0268, -0.0553, -0.0856, -0.1178])
    """
    d = _validate.integer("dimension", dimension, at_least=1)
    m = _validate.integer(
        "n_samples", n_samples, at_least=d + 1, why=f"for {d} dimension(s) to survive one fit"
    )
    j = np.arange(1, d + 1)
    return 0.5 * (special.digamma((m - j) / 2) - np.log((m - 1) / 2))
