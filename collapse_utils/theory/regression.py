r"""Least squares refitted to labels that it wrote itself.

Features are standard normal in :math:`d` dimensions; a generation has :math:`T` of them, and
labels with noise of variance :math:`\sigma^2`. The error is
:math:`\mathbb E|\hat w_n - w|^2`, what a test adds to the noise floor. `n_fits` counts the
first fit, on real labels, as 1.
"""

from __future__ import annotations

import numpy as np

from .. import _validate
from ._arguments import last, plain, reals, running, whole
from .accumulation import accumulated_error_factor

__all__ = [
    "accumulated_regression_error",
    "interpolated_regression_error",
    "mixed_regression_error",
    "replaced_regression_error",
    "strong_collapse_error",
    "strong_collapse_error_leading",
]


def _design(n_samples, dimension, name="n_samples"):
    d = _validate.integer("dimension", dimension, at_least=1)
    why = f"(dimension + 2) for the error in {d} dimension(s) to be finite"
    return _validate.integer(name, n_samples, at_least=d + 2, why=why), d


def replaced_regression_error(n_fits, n_samples, dimension, *, noise_variance=1.0):
    r"""Return the error of least squares under *replace*.

    .. math:: \mathbb E|\hat w_n - w|^2 = \frac{n\,\sigma^2 d}{T-d-1}

    whether the features are reused or drawn afresh.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real labels included.
    n_samples : int
        Samples per generation, at least ``dimension + 2``.
    dimension : int
        At least 1.
    noise_variance : float
        :math:`\sigma^2`, at least 0, in squared units of the label.

    Returns
    -------
    float or array, like `n_fits`
        In squared units of the label.

    Notes
    -----
    Source: Dohmatob et al. (2024), arXiv:2402.07712, as quoted. Chapter: *linear_regression*.

    Examples
    --------
    >>> replaced_regression_error(10, 111, 10)
    1.0
    """
    t, d = _design(n_samples, dimension)
    noise = _validate.real("noise_variance", noise_variance, at_least=0)
    return plain(whole("n_fits", n_fits) * noise * d / (t - d - 1))


def accumulated_regression_error(
    n_fits, n_samples, dimension, *, noise_variance=1.0, design="same"
):
    r"""Return the error of least squares under *accumulate*.

    .. math:: \frac{\sigma^2 d}{T-d-1}\sum_{i=1}^{n}\frac1{i^2} \quad\text{(same design)}, \qquad
              \sigma^2 d\sum_{i=1}^{n}\frac{1}{i\,(iT-d-1)} \quad\text{(fresh designs)}

    Both stay bounded; fresh features make it strictly smaller.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real labels included.
    n_samples : int
        Samples that each generation adds, at least ``dimension + 2``.
    dimension : int
        At least 1.
    noise_variance : float
        :math:`\sigma^2`, at least 0, in squared units of the label.
    design : {"same", "fresh"}
        Whether each generation labels the same features again, or new ones.

    Returns
    -------
    float or array, like `n_fits`
        In squared units of the label.

    Notes
    -----
    Source: Gerstgrasser et al. (2024), arXiv:2404.01413, Theorem 2, as quoted, with the features
    reused; for fresh ones derived here. Chapter: *linear_regression*.

    Examples
    --------
    >>> [round(accumulated_regression_error(5, 20, 5, design=k), 5) for k in ("same", "fresh")]
    [0.52272, 0.48907]
    """
    t, d = _design(n_samples, dimension)
    noise = _validate.real("noise_variance", noise_variance, at_least=0)
    n = whole("n_fits", n_fits)
    if _validate.choice("design", design, ("same", "fresh")) == "same":
        return plain(noise * d / (t - d - 1) * np.asarray(accumulated_error_factor(n)))
    i = np.arange(1.0, last("n_fits", n) + 1)
    return plain(noise * d * running(1 / (i * (i * t - d - 1)), total=True)[n])


def mixed_regression_error(
    n_synthetic_fits,
    n_samples,
    n_synthetic,
    dimension,
    *,
    noise_variance=1.0,
    synthetic_noise_variance=1.0,
):
    r"""Return the error of a fit to labels that are several synthetic generations old.

    .. math:: \frac{\sigma^2 d}{T-d-1} + \frac{n\,\sigma_0^2 d}{T_0-d-1}

    Parameters
    ----------
    n_synthetic_fits : int or array
        :math:`n`, how many fits stand between the truth and the labels.
    n_samples, n_synthetic : int
        Sizes :math:`T` of the last fit and :math:`T_0` of the others, at least
        ``dimension + 2``.
    dimension : int
        At least 1.
    noise_variance, synthetic_noise_variance : float
        :math:`\sigma^2` of the last labels and :math:`\sigma_0^2` of the others, at least 0.

    Returns
    -------
    float or array, like `n_synthetic_fits`
        In squared units of the label.

    Notes
    -----
    Source: Dohmatob et al. (2024), arXiv:2402.07712, formula as quoted. Chapter:
    *linear_regression*.

    Examples
    --------
    >>> mixed_regression_error(3, 111, 61, 10)
    0.7
    """
    t, d = _design(n_samples, dimension)
    t0, _ = _design(n_synthetic, dimension, "n_synthetic")
    noise = _validate.real("noise_variance", noise_variance, at_least=0)
    synthetic = _validate.real("synthetic_noise_variance", synthetic_noise_variance, at_least=0)
    n = whole("n_synthetic_fits", n_synthetic_fits)
    return plain(noise * d / (t - d - 1) + n * synthetic * d / (t0 - d - 1))


def interpolated_regression_error(n_fits, n_samples, dimension, *, design="fresh"):
    r"""Return what noiseless minimum-norm regression forgets when it has too few samples.

    .. math:: \frac{\mathbb E|\hat w_n - w|^2}{|w|^2} = 1 - \eta^n, \qquad \eta = \frac Td < 1

    with fresh features in every generation; with the same ones the projection is idempotent and
    the error stays at :math:`1 - \eta`.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real labels included.
    n_samples : int
        Samples per generation, at least 1 and at most `dimension`.
    dimension : int
        At least 1.
    design : {"fresh", "same"}
        Whether each generation labels new features, or the same ones again.

    Returns
    -------
    float or array, like `n_fits`
        Relative to the squared length of the true weights.

    Notes
    -----
    Source: derived here; the collapse is that of Dohmatob et al. (2024), arXiv:2402.07712
    (abstract). Chapter: *linear_regression*.

    Examples
    --------
    >>> interpolated_regression_error(3, 10, 20)
    0.875
    """
    d = _validate.integer("dimension", dimension, at_least=1)
    t = _validate.integer("n_samples", n_samples, at_least=1)
    if t > d:
        raise ValueError(f"n_samples must be at most dimension = {d} to interpolate, got {t}")
    n = whole("n_fits", n_fits).astype(float)
    if _validate.choice("design", design, ("fresh", "same")) == "same":
        n = np.minimum(n, 1)
    return plain(1 - (t / d) ** n)


def strong_collapse_error(n_samples, n_shifted, dimension, *, shift=1.0, noise_variance=1.0):
    r"""Return the error of one fit to labels of which some come from a shifted truth.

    .. math:: \frac{\sigma^2 d}{n-d-1} + \frac{c^2\,n_2}{n(n-1)(n+2)}
              \left[n_2(n+1) + n_1 - 2 + \frac{n_1(nd-2)}{n-d-1}\right]

    exactly, with :math:`n_1 = n - n_2` and an isotropic shift of mean square :math:`c^2`.

    Parameters
    ----------
    n_samples : int
        :math:`n`, samples in all, at least ``dimension + 2``.
    n_shifted : int or array
        :math:`n_2`, how many of the labels are shifted, from 0 to `n_samples`.
    dimension : int
        At least 1.
    shift : float
        :math:`c^2 = \mathbb E|\delta|^2`, at least 0: squared length, not per coordinate.
    noise_variance : float
        :math:`\sigma^2`, at least 0, in squared units of the label.

    Returns
    -------
    float or array, like `n_shifted`
        In squared units of the label.

    Notes
    -----
    Source: derived here; refines Dohmatob et al. (2025), arXiv:2410.04840, Corollary 1, equation
    12, see `strong_collapse_error_leading`. Chapter: *linear_regression*.

    Examples
    --------
    >>> round(strong_collapse_error(200, 20, 20), 4)
    0.1322
    """
    n, d = _design(n_samples, dimension)
    n2 = whole("n_shifted", n_shifted).astype(float)
    if (n2 > n).any():
        raise ValueError(f"n_shifted must be at most n_samples = {n}, got {n2.max():g}")
    c2 = _validate.real("shift", shift, at_least=0)
    noise = _validate.real("noise_variance", noise_variance, at_least=0)
    n1 = n - n2
    inside = n2 * (n + 1) + n1 - 2 + n1 * (n * d - 2) / (n - d - 1)
    return plain(noise * d / (n - d - 1) + c2 * n2 / (n * (n - 1) * (n + 2)) * inside)


def strong_collapse_error_leading(
    n_samples, shifted_fraction, dimension, *, shift=1.0, noise_variance=1.0
):
    r"""Return the published leading order of `strong_collapse_error`.

    .. math:: \frac{\sigma^2 d}{n} + p_2^2c^2

    The second term is a floor that no number of samples removes.

    Parameters
    ----------
    n_samples : int
        :math:`n`, at least 1.
    shifted_fraction : float or array
        :math:`p_2`, from 0 to 1.
    dimension : int
        At least 1.
    shift : float
        :math:`c^2 = \mathbb E|\delta|^2`, at least 0.
    noise_variance : float
        :math:`\sigma^2`, at least 0, in squared units of the label.

    Returns
    -------
    float or array, like `shifted_fraction`
        In squared units of the label.

    Notes
    -----
    Source: Dohmatob et al. (2025), arXiv:2410.04840, Corollary 1, equation 12, as quoted. We
    measure a further term :math:`p_1p_2c^2d/n` of first order. Chapter: *linear_regression*.

    Examples
    --------
    >>> round(strong_collapse_error_leading(200, 0.1, 20), 4)
    0.11
    """
    n = _validate.integer("n_samples", n_samples, at_least=1)
    d = _validate.integer("dimension", dimension, at_least=1)
    p2 = reals("shifted_fraction", shifted_fraction, at_least=0, at_most=1)
    c2 = _validate.real("shift", shift, at_least=0)
    noise = _validate.real("noise_variance", noise_variance, at_least=0)
    return plain(noise * d / n + p2**2 * c2)
