r"""How far the Gaussian replace loop drifts in Wasserstein distance.

The risk is the squared distance of the fitted normal law from the true one,
:math:`R_n = W_2^2(N(\mu_n,\sigma_n^2), N(\mu,\sigma^2)) = (\mu_n-\mu)^2 + (\sigma_n-\sigma)^2`.
`n_fits` counts the first fit, on real data, as 1; `n_samples` is one size for all fits or a
sequence with one size per fit, the real sample first.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from .. import _validate
from ._arguments import plain, running, schedule
from ._moments import Loop

__all__ = [
    "leading_wasserstein_risk",
    "leading_wasserstein_risk_variance",
    "sampled_wasserstein_risk",
    "wasserstein_risk",
    "wasserstein_risk_variance",
]


def wasserstein_risk(n_fits, n_samples, *, divisor="unbiased", variance=1.0):
    r"""Return the mean over chains of the squared Wasserstein distance from the truth.

    .. math:: \mathbb E R_n = \operatorname{Var}\mu_n + \mathbb E\sigma_n^2
              - 2\sigma\,\mathbb E\sigma_n + \sigma^2

    Exactly. For the unbiased divisor
    :math:`\sigma^2[\sum_i 1/M_i + 2(1 - \prod_i c_4(M_i))]`: the slope per fit falls from
    :math:`\frac32\sigma^2/M` to :math:`\sigma^2/M`, and the risk stays finite if and only if
    :math:`\sum 1/M_i` does. For maximum likelihood :math:`2\sigma^2(1-\kappa^n)`, at most
    :math:`2\sigma^2`.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int or sequence of int
        Samples per fit, at least 2.
    divisor : str
        A key of `collapse_utils.models.DIVISORS`.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        Squared distance, in squared units of the data; infinite beyond 1e304.

    Notes
    -----
    Source: derived here; refines Shumailov et al. (2024), supplement 3.1.1, equation 6, see
    `leading_wasserstein_risk`. Chapter: *wasserstein*.

    Examples
    --------
    >>> round(wasserstein_risk(1, 10), 5), round(wasserstein_risk(40, 10, divisor="mle"), 3)
    (0.15468, 1.92)
    """
    loop = Loop(n_fits, n_samples, divisor)
    variance = _validate.real("variance", variance, above=0)
    with np.errstate(over="ignore", invalid="ignore"):
        risk = loop.square() + np.expm1(loop.log_spread(2)) - 2 * np.expm1(loop.log_spread(1))
        return plain(variance * np.where(loop.log_spread(2) < 700, risk, np.inf)[loop.n])


def wasserstein_risk_variance(n_fits, n_samples, *, divisor="unbiased", variance=1.0):
    r"""Return the variance over chains of the squared Wasserstein distance from the truth.

    Exactly, from the joint moments of :math:`\mu_n` and :math:`\sigma_n` up to the fourth. To
    leading order :math:`\frac52\sigma^4(\sum_i 1/M_i)^2`, see
    `leading_wasserstein_risk_variance`.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int or sequence of int
        Samples per fit, at least 2.
    divisor : str
        A key of `collapse_utils.models.DIVISORS`.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        In fourth powers of the data's unit; infinite where it exceeds 1e130.

    Notes
    -----
    Source: derived here. Rounding leaves a relative error of about :math:`10^{-16} M^2`. Chapter:
    *wasserstein*.

    Examples
    --------
    >>> round(1e6 * wasserstein_risk_variance(1, 1000), 3)
    2.501
    """
    loop = Loop(n_fits, n_samples, divisor)
    variance = _validate.real("variance", variance, above=0)
    with np.errstate(over="ignore", invalid="ignore"):
        first, second, third, fourth = (np.expm1(loop.log_spread(k)) for k in (1, 2, 3, 4))
        # E(1 - sigma)^4 and E mean^2 (1 - sigma)^2, with the ones cancelled beforehand
        scale = -4 * first + 6 * second - 4 * third + fourth
        cross = loop.square() - 2 * loop.square(1) + loop.square(2)
        mean = loop.square() + second - 2 * first
        spread = loop.fourth() + 2 * cross + scale - mean**2
    return plain(variance**2 * np.where(loop.log_spread(4) < 300, spread, np.inf)[loop.n])


def leading_wasserstein_risk(n_fits, n_samples, *, dimension=1, variance=1.0):
    r"""Return the squared Wasserstein risk to first order in the inverse sizes.

    .. math:: \mathbb E R_n \approx \sigma^2\left[d + \frac{d(d+1)}{4}\right]\sum_i\frac{1}{M_i}

    for an isotropic truth in :math:`d` dimensions: the published law of 3/2 for one. It holds
    while :math:`n \ll M`.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int or sequence of int
        Samples per fit, at least 2.
    dimension : int
        At least 1.
    variance : float
        True variance of each coordinate, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        Squared distance, in squared units of the data.

    Notes
    -----
    Source: Shumailov et al. (2024), supplement 3.1.1, equation 6, as quoted, for one dimension;
    for more derived here. Chapter: *wasserstein*.

    Examples
    --------
    >>> leading_wasserstein_risk(1, 10), leading_wasserstein_risk(10, 400, dimension=5)
    (0.15000000000000002, 0.3125)
    """
    n, sizes = schedule(n_fits, n_samples)
    d = _validate.integer("dimension", dimension, at_least=1)
    variance = _validate.real("variance", variance, above=0)
    return plain(variance * (d + d * (d + 1) / 4) * running(1 / sizes, total=True)[n])


def leading_wasserstein_risk_variance(n_fits, n_samples, *, variance=1.0):
    r"""Return the variance of the squared Wasserstein risk to leading order.

    .. math:: \operatorname{Var}R_n \approx \tfrac52\sigma^4\left(\sum_i\frac{1}{M_i}\right)^2

    Two of the two and a half parts are the mean's, half a part the spread's.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int or sequence of int
        Samples per fit, at least 2.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_fits`
        In fourth powers of the data's unit.

    Notes
    -----
    Source: derived here. The formula often quoted from Shumailov et al. (2024) has
    :math:`\frac12(3\sum M_i^{-2} + \sum_{i\ne j}4/(M_iM_j))` in place of
    :math:`\frac52(\sum 1/M_i)^2`; we measure the latter. Chapter: *wasserstein*.

    Examples
    --------
    >>> round(1e6 * leading_wasserstein_risk_variance(1, 1000), 6)
    2.5
    """
    n, sizes = schedule(n_fits, n_samples)
    variance = _validate.real("variance", variance, above=0)
    return plain(2.5 * variance**2 * running(1 / sizes, total=True)[n] ** 2)


def sampled_wasserstein_risk(n_samples, *, variance=1.0):
    r"""Return the mean squared Wasserstein distance of a normal sample from its own law.

    .. math:: \mathbb E W_2^2 = \sigma^2\left[2 - 2\sum_{i=1}^{M}\mathbb E[Z_{(i)}]\,
              \left(\varphi\left(\Phi^{-1}\tfrac{i-1}{M}\right)
              - \varphi\left(\Phi^{-1}\tfrac{i}{M}\right)\right)\right]

    about :math:`3/M`, twice the :math:`1.5/M` that a generation costs: why distances should be
    computed from fitted parameters, not from samples.

    Parameters
    ----------
    n_samples : int
        Size of the sample, from 1 to 100 000.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float
        Squared distance, in squared units of the data.

    Notes
    -----
    Source: derived here; the expected order statistics are integrals, done by the trapezoidal
    rule to about 1e-10. Chapter: *wasserstein*.

    Examples
    --------
    >>> round(10 * sampled_wasserstein_risk(10), 3), round(100 * sampled_wasserstein_risk(100), 3)
    (2.594, 3.02)
    """
    m = _validate.integer("n_samples", n_samples, at_least=1)
    if m > 100_000:
        raise ValueError(f"n_samples must be at most 100000, got {m}; the risk is about 3.7 / M")
    variance = _validate.real("variance", variance, above=0)
    edges = special.ndtri(np.arange(1, m) / m)
    density = np.concatenate([[0.0], np.exp(-(edges**2) / 2) / np.sqrt(2 * np.pi), [0.0]])
    mass_centres = density[:-1] - density[1:]
    step = min(0.02, 0.25 / np.sqrt(m))
    z = np.arange(-12, 12 + step, step)
    log_below, log_above = special.log_ndtr(z), special.log_ndtr(-z)
    normal = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * z * step
    total = 0.0
    rows = max(1, 2_000_000 // len(z))
    for first in range(0, m, rows):
        i = np.arange(first + 1, min(first + rows, m) + 1)
        log_count = np.log(m) + special.gammaln(m) - special.gammaln(i) - special.gammaln(m - i + 1)
        log_order = log_count[:, None] + (i - 1)[:, None] * log_below + (m - i)[:, None] * log_above
        total += mass_centres[i - 1] @ (np.exp(log_order) @ normal)
    return float(variance * (2 - 2 * total))
