"""What copies of copies lose, in closed form: noise, blur, bandwidth, quantisation, sampling."""

from __future__ import annotations

import numpy as np

from .. import _validate
from ..copiers import quantisation_table
from ._arguments import plain

__all__ = [
    "box_normal_error",
    "box_variance",
    "fresh_gain",
    "gaussian_cutoff",
    "levelled_tape_snr_db",
    "quantisation_mse",
    "rc_cutoff",
    "resampling_error",
    "tape_snr_db",
]


def _copies(n, at_least):
    """Return a number of copies, or an array of them, as float."""
    n = np.asarray(_validate.array("n", n))
    if (n < at_least).any() or (n != np.round(n)).any():
        raise ValueError(f"n must be whole numbers, at least {at_least}, got {n}")
    return n


def tape_snr_db(first_db, n):
    r"""Predict the signal-to-noise ratio of the n-th tape copy.

    .. math:: \mathrm{SNR}_n = \mathrm{SNR}_1 - 10\log_{10} n

    Exact for the ratio of expected powers: independent noise adds in power.

    Parameters
    ----------
    first_db : float
        Ratio :math:`\mathrm{SNR}_1` of the first copy, in decibels.
    n : int or array of int
        Number of copies, at least 1.

    Returns
    -------
    float or ndarray
        Decibels.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or `n` is below 1.

    Notes
    -----
    Textbook. Chapter: *generation_loss*, theorem "Independent noise adds".

    Examples
    --------
    >>> tape_snr_db(30.0, 10)
    20.0
    """
    return plain(_validate.real("first_db", first_db) - 10 * np.log10(_copies(n, 1)))


def levelled_tape_snr_db(first_db, n):
    r"""Predict the ratio when every copy is turned back to the original's loudness.

    With :math:`\nu = 10^{-\mathrm{SNR}_1/10}`, each copy keeps the share
    :math:`1/(1+\nu)` of the signal's power:

    .. math:: \mathrm{SNR}_n = -10\log_{10}\bigl((1+\nu)^n - 1\bigr)

    Parameters
    ----------
    first_db : float
        Ratio of the first copy, in decibels.
    n : int or array of int
        Number of copies, at least 1.

    Returns
    -------
    float or ndarray
        Power of what is left of the signal over the power of the rest, in decibels.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or `n` is below 1.

    Notes
    -----
    Derived here. Chapter: *generation_loss*, exercise 3.

    Examples
    --------
    >>> levelled_tape_snr_db(20.0, 1)
    20.0
    """
    noise = 10 ** (-_validate.real("first_db", first_db) / 10)
    return plain(-10 * np.log10(np.expm1(_copies(n, 1) * np.log1p(noise))))


def rc_cutoff(first, n):
    r"""Predict the half-power frequency after n first-order (RC) low-pass filters.

    .. math:: f_n = f_1\sqrt{2^{1/n} - 1}

    Parameters
    ----------
    first : float
        Half-power frequency of one filter, positive, in any unit.
    n : int or array of int
        Number of copies, at least 1.

    Returns
    -------
    float or ndarray
        In the unit of `first`.

    Raises
    ------
    TypeError, ValueError
        If `first` is not positive or `n` is below 1.

    Notes
    -----
    Textbook: solve :math:`(1 + f^2/f_1^2)^{-n} = 1/2`. Chapter: *generation_loss*.

    Examples
    --------
    >>> round(rc_cutoff(1.0, 4), 4)
    0.435
    """
    first = _validate.real("first", first, above=0)
    return plain(first * np.sqrt(np.expm1(np.log(2) / _copies(n, 1))))


def gaussian_cutoff(first, n):
    r"""Predict the half-power frequency after n Gaussian blurs.

    .. math:: f_n = f_1/\sqrt n

    Parameters
    ----------
    first : float
        Half-power frequency of one blur, positive, in any unit.
    n : int or array of int
        Number of copies, at least 1.

    Returns
    -------
    float or ndarray
        In the unit of `first`.

    Raises
    ------
    TypeError, ValueError
        If `first` is not positive or `n` is below 1.

    Notes
    -----
    Textbook: variances of convolved kernels add. Chapter: *generation_loss*.

    Examples
    --------
    >>> gaussian_cutoff(1.0, 4)
    0.5
    """
    return plain(_validate.real("first", first, above=0) / np.sqrt(_copies(n, 1)))


def _width(width):
    width = _validate.integer("width", width, at_least=1)
    if width % 2 == 0:
        raise ValueError(f"width must be odd, so that the box has a middle, got {width}")
    return width


def box_variance(width, n=1):
    r"""Predict the variance of a box blur applied n times.

    .. math:: n\,\frac{w^2 - 1}{12}

    Parameters
    ----------
    width : int
        Width :math:`w` of the box in samples: odd, at least 1.
    n : int or array of int
        Number of copies, at least 0.

    Returns
    -------
    float or ndarray
        In samples squared.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.

    Notes
    -----
    Textbook: the uniform law on :math:`w` integers, n times. Chapter:
    *generation_loss*.

    Examples
    --------
    >>> box_variance(11, 4)
    40.0
    """
    return plain(_copies(n, 0) * (_width(width) ** 2 - 1) / 12)


def box_normal_error(width, n):
    r"""Predict how far the n-fold box blur is from a normal curve, to leading order.

    The largest gap between the kernel and the normal density of equal variance, times the
    kernel's standard deviation, is to order :math:`1/n` the kurtosis term of the Edgeworth
    expansion at the centre:

    .. math:: \frac{3|\kappa|}{24\,n}\,\frac{1}{\sqrt{2\pi}}, \qquad
              \kappa = -\frac{6}{5}\,\frac{w^2 + 1}{w^2 - 1}

    Parameters
    ----------
    width : int
        Width :math:`w` of the box in samples: odd, at least 3.
    n : int or array of int
        Number of copies, at least 1.

    Returns
    -------
    float or ndarray
        Without unit. Within 10 per cent from the fourth copy on for :math:`w = 11`.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.

    Notes
    -----
    Textbook (Edgeworth's expansion). The error falls like 1/n, not like the usual
    :math:`1/\sqrt n`, because the kernel is symmetric. Chapter: *generation_loss*.

    Examples
    --------
    >>> round(box_normal_error(11, 16), 4)
    0.0038
    """
    width = _width(width)
    if width < 3:
        raise ValueError(f"width must be at least 3, or nothing is blurred, got {width}")
    excess = 1.2 * (width**2 + 1) / (width**2 - 1)
    return plain(excess / 8 / np.sqrt(2 * np.pi) / _copies(n, 1))


def quantisation_mse(quality):
    r"""Predict the mean squared error of one save when every coefficient is busy.

    A coefficient that is spread over many steps is rounded by an error uniform on one step:

    .. math:: \frac{1}{64}\sum_{u,v}\frac{T_{uv}^2}{12}

    Parameters
    ----------
    quality : int
        1 to 100; see `collapse_utils.copiers.quantisation_table`.

    Returns
    -------
    float
        Grey levels squared. Before the 8-bit rounding, which adds about 1/12.

    Raises
    ------
    TypeError, ValueError
        If the quality is not an integer from 1 to 100.

    Notes
    -----
    Textbook. An upper end for photographs, in which most coefficients are smaller than half a step.
    Chapter: *generation_loss*.

    Examples
    --------
    >>> round(quantisation_mse(100), 6)
    0.083333
    """
    return float(np.mean(quantisation_table(quality).astype(float) ** 2) / 12)


def fresh_gain(gain, fresh):
    r"""Predict what is left when each copy is made from a mix of copy and original.

    Copying :math:`p_{k+1} = K[\alpha p_0 + (1-\alpha)p_k]`, with a machine of gain
    :math:`G`, converges to :math:`\sum_{j\ge0}\alpha(1-\alpha)^j K^{j+1}p_0`, so at each
    frequency to

    .. math:: \frac{\alpha G}{1 - (1-\alpha)G}

    Parameters
    ----------
    gain : float or array
        Gain :math:`G` of one copy at each frequency, between -1 and 1.
    fresh : float
        Share :math:`\alpha` of the original in what is copied: above 0, at most 1.

    Returns
    -------
    float or ndarray
        Gain of the limit.

    Raises
    ------
    TypeError, ValueError
        If a gain exceeds 1 in size or `fresh` is not in (0, 1].

    Notes
    -----
    For a Gaussian blur of variance :math:`h^2` the limiting kernel has variance
    :math:`h^2/\alpha`. Closed form derived here; Khelifa, Turner and Venkataramanan (2026)
    study the same recursion for diffusion models. Chapter: *generation_loss*, exercise 4.

    Examples
    --------
    >>> round(fresh_gain(0.5, 0.1), 4)
    0.0909
    """
    gain = _validate.array("gain", gain)
    if (np.abs(gain) > 1).any():
        raise ValueError(f"gain must lie between -1 and 1, got {np.abs(gain).max():g} in size")
    fresh = _validate.real("fresh", fresh, above=0, at_most=1)
    return plain(fresh * gain / (1 - (1 - fresh) * gain))


def resampling_error(probabilities, n_samples, n):
    r"""Predict how far a histogram has moved after n rounds of fitting and sampling.

    .. math:: \mathbb E\,\lVert p_n - p_0\rVert^2 = H_0\Bigl(1 - (1 - 1/M)^n\Bigr),
              \qquad H_0 = 1 - \sum_i p_{0,i}^2

    Exact: the heterozygosity :math:`H` loses the factor :math:`1 - 1/M` a generation on
    average, and every :math:`p_{n,i}` is a martingale. For :math:`n \ll M` it is
    :math:`nH_0/M`, the tape's law.

    Parameters
    ----------
    probabilities : array, shape (k,)
        The truth :math:`p_0`: at least 0, sum 1.
    n_samples : int
        Samples :math:`M` per generation, at least 1.
    n : int or array of int
        Number of generations, each one sampling and one fit; at least 0.

    Returns
    -------
    float or ndarray
        Expected squared Euclidean distance.

    Raises
    ------
    TypeError, ValueError
        If the probabilities do not sum to one or a number is out of range.

    Notes
    -----
    Derived here; Wright (1931) has the heterozygosity. Chapter: *generation_loss*, last section.

    Examples
    --------
    >>> resampling_error([0.5, 0.5], 10, 1)
    0.05
    """
    p = _validate.array("probabilities", probabilities, ndim=1)
    if (p < 0).any() or abs(p.sum() - 1) > 1e-9:
        raise ValueError(
            f"probabilities must be at least 0 and sum to 1, got sum {p.sum():g}, "
            f"minimum {p.min():g}; divide by the sum"
        )
    m = _validate.integer("n_samples", n_samples, at_least=1)
    n = _copies(n, 0)
    h = 1 - np.sum(p**2)
    if m == 1:
        return plain(h * (n > 0))
    return plain(-h * np.expm1(n * np.log1p(-1 / m)))
