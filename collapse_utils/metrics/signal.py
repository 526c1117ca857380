"""How far a copy of a signal has moved from the original, in decibels."""

from __future__ import annotations

import numpy as np

from .. import _validate

__all__ = ["psnr_db", "snr_db"]


def snr_db(copy, original):
    r"""Measure the signal-to-noise ratio of a copy, in decibels.

    .. math:: \mathrm{SNR} = 10\log_{10}
              \frac{\overline{x^2}}{\overline{(y - x)^2}}

    Parameters
    ----------
    copy, original : array
        :math:`y` and :math:`x`, of one shape.

    Returns
    -------
    float
        Infinite if the two are equal.

    Raises
    ------
    TypeError, ValueError
        If the shapes differ or the original is silent.

    Notes
    -----
    Chapter: *generation_loss*.

    Examples
    --------
    >>> round(snr_db([1.1, 0.9], [1.0, 1.0]), 6)
    20.0
    """
    original = _validate.array("original", original)
    copy = _validate.array("copy", copy, shape=original.shape)
    power = np.mean(original**2)
    if power == 0:
        raise ValueError("original is silent (all zeros), so it has no signal-to-noise ratio")
    return _decibels(power, np.mean((copy - original) ** 2))


def psnr_db(copy, original, *, peak=255.0):
    r"""Measure the peak signal-to-noise ratio of a picture, in decibels.

    .. math:: \mathrm{PSNR} = 10\log_{10}\frac{\text{peak}^2}{\overline{(y - x)^2}}

    Parameters
    ----------
    copy, original : array
        :math:`y` and :math:`x`, of one shape. Bytes are compared as numbers, so they do not
        wrap round.
    peak : float
        Largest value a pixel can have, positive.

    Returns
    -------
    float
        Infinite if the two are equal.

    Raises
    ------
    TypeError, ValueError
        If the shapes differ or `peak` is not positive.

    Notes
    -----
    Chapter: *generation_loss*.

    Examples
    --------
    >>> psnr_db([0, 0], [0, 0])
    inf
    >>> round(psnr_db([25.5, 25.5], [0, 0]), 6)
    20.0
    """
    original = _validate.array("original", original)
    copy = _validate.array("copy", copy, shape=original.shape)
    peak = _validate.real("peak", peak, above=0)
    return _decibels(peak**2, np.mean((copy - original) ** 2))


def _decibels(signal, noise):
    return float("inf") if noise == 0 else float(10 * np.log10(signal / noise))
