"""Wasserstein distances: how far probability mass has to be carried."""

from __future__ import annotations

import numpy as np
from scipy import special

from .. import _validate
from ._arguments import broadcast, non_negative, symmetric_eigen

__all__ = [
    "bures_w2_squared",
    "gaussian_w1",
    "gaussian_w2_squared",
    "sliced_wasserstein",
    "wasserstein_distance",
]

_VALUES_AT_ONCE = 2_000_000


def wasserstein_distance(first, second, p=1, *, first_weights=None, second_weights=None):
    r"""Return the exact Wasserstein distance between samples on the line.

    .. math:: W_p = \left(\int_0^1 |F^{-1}(u) - G^{-1}(u)|^p \, du\right)^{1/p}

    with the two empirical quantile functions, which are steps: sorting is all it takes. The
    distance itself is returned, not its `p`-th power. It is a poor estimate of the distance
    between the laws: :math:`W_2^2` between two samples of :math:`n` normal variables of
    variance one has a mean of about :math:`6/n` although the laws are equal; see `gaussian_w1`
    and `gaussian_w2_squared`.

    Parameters
    ----------
    first, second : array, shape (..., n) and (..., m)
        Samples along the last axis; the other axes are broadcast, so that many chains can be
        compared with one reference. Sizes may differ.
    p : float
        Order, at least 1.
    first_weights, second_weights : array, shape (n,) and (m,) or like the samples, optional
        Weights of the samples, not negative; normalised to sum to one.

    Returns
    -------
    float or array, shape (...)
        In the unit of the samples.

    Raises
    ------
    TypeError, ValueError
        If samples or weights are empty, not finite or do not fit together, or `p` is below 1.

    Notes
    -----
    Textbook. Chapter: *wasserstein*.

    Examples
    --------
    >>> chains = np.array([[0.0, 2.0], [5.0, 7.0]])
    >>> wasserstein_distance(chains, [0.0, 1.0, 2.0]).round(4)
    array([0.3333, 5.    ])
    >>> round(float(wasserstein_distance([0.0, 1.0], [0.0, 3.0], p=2)), 4)
    1.4142
    """
    p = _validate.real("p", p, at_least=1)
    first, second = _samples("first", first), _samples("second", second)
    if first_weights is None and second_weights is None:
        first, second = np.sort(first, axis=-1), np.sort(second, axis=-1)
        if first.shape[-1] == second.shape[-1]:
            return _power_mean(*_lead(first, second), None, p)
        first, second, mass = _common_steps(first, second)
        return _power_mean(*_lead(first, second), mass, p)
    first, first_weights = _weighted("first", first, first_weights)
    second, second_weights = _weighted("second", second, second_weights)
    return _power_mean(*_merged_steps(first, first_weights, second, second_weights), p)


def sliced_wasserstein(first, second, p=2, *, n_directions=100, rng):
    r"""Return the sliced Wasserstein distance between clouds of points, by random directions.

    .. math:: SW_p = \left(\frac1L\sum_{l=1}^{L} W_p^p(\theta_l^\top X, \theta_l^\top Y)
              \right)^{1/p}

    with directions uniform on the sphere, the same for all chains. The distance itself is
    returned, not its `p`-th power.

    Parameters
    ----------
    first, second : array, shape (..., n, d) and (..., m, d)
        Points; the axes before the last two are broadcast.
    p : float
        Order, at least 1.
    n_directions : int
        Number :math:`L` of directions, at least 1.
    rng : numpy.random.Generator
        Draws the directions; equal generators give equal distances.

    Returns
    -------
    float or array, shape (...)
        In the unit of the points. Its relative error falls as :math:`L^{-1/2}`.

    Raises
    ------
    TypeError, ValueError
        If the clouds are empty, not finite or differ in dimension.

    Notes
    -----
    Source: Rabin et al. (2012). Chapter: *wasserstein*.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> cloud = rng.standard_normal((50, 3))
    >>> shifted = cloud + [3.0, 0.0, 0.0]
    >>> bool(abs(sliced_wasserstein(cloud, shifted, n_directions=10_000, rng=rng) - 3**0.5) < 0.05)
    True
    """
    p = _validate.real("p", p, at_least=1)
    n_directions = _validate.integer("n_directions", n_directions, at_least=1)
    _validate.generator(rng)
    first, second = (
        _validate.array(name, value) for name, value in (("first", first), ("second", second))
    )
    if min(first.ndim, second.ndim) < 2 or first.shape[-1] != second.shape[-1]:
        raise ValueError(
            "first and second must have shapes (..., n, d) and (..., m, d) with equal d, "
            f"got {first.shape} and {second.shape}"
        )
    directions = rng.standard_normal((n_directions, first.shape[-1]))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    step = max(1, _VALUES_AT_ONCE * first.shape[-1] // (first.size + second.size))
    largest, total = 0.0, 0.0
    for start in range(0, n_directions, step):
        block = directions[start : start + step]
        distances = wasserstein_distance(
            np.moveaxis(first @ block.T, -2, -1), np.moveaxis(second @ block.T, -2, -1), p
        )
        peak = np.maximum(largest, distances.max(axis=-1))
        scale = np.where(peak > 0, peak, 1.0)
        fresh = ((distances / scale[..., None]) ** p).sum(axis=-1)
        total = total * (largest / scale) ** p + fresh
        largest = peak
    return largest * (total / n_directions) ** (1 / p)


def gaussian_w1(first_mean, first_std, second_mean, second_std):
    r"""Return the Wasserstein distance of order 1 between normal laws on the line.

    .. math:: W_1 = |\Delta\sigma|\sqrt{\tfrac2\pi}\,e^{-\Delta\mu^2/(2\Delta\sigma^2)}
              + |\Delta\mu|\left(1 - 2\Phi(-|\Delta\mu|/|\Delta\sigma|)\right)

    the mean of a folded normal variable: the plan that carries one law to the other is
    monotone, so that the distance carried is normal with mean :math:`\Delta\mu` and standard
    deviation :math:`|\Delta\sigma|`. It is :math:`|\Delta\mu|` only for equal spreads.

    Parameters
    ----------
    first_mean, first_std, second_mean, second_std : float or array
        Means and standard deviations (not negative), broadcast against one another.

    Returns
    -------
    float or array
        Not squared, in the unit of the data.

    Notes
    -----
    Textbook. Chapter: *wasserstein*.

    Examples
    --------
    >>> round(float(gaussian_w1(0.0, 1.0, 0.3, 0.5)), 6)
    0.468673
    >>> float(gaussian_w1(0.0, 1.0, 2.0, 1.0))
    2.0
    """
    shift, stretch = _gaps(first_mean, first_std, second_mean, second_std)
    shift, stretch = np.abs(shift), np.abs(stretch)
    with np.errstate(over="ignore", under="ignore"):
        ratio = np.divide(shift, stretch, out=np.where(shift > 0, np.inf, 0.0), where=stretch > 0)
        folded = np.sqrt(2 / np.pi) * stretch * np.exp(-0.5 * ratio**2)
        return folded + shift * special.erf(ratio / np.sqrt(2))


def gaussian_w2_squared(first_mean, first_std, second_mean, second_std):
    r"""Return the squared Wasserstein distance of order 2 between normal laws on the line.

    .. math:: W_2^2 = (\Delta\mu)^2 + (\Delta\sigma)^2

    Parameters
    ----------
    first_mean, first_std, second_mean, second_std : float or array
        Means and standard deviations (not negative), broadcast against one another.

    Returns
    -------
    float or array
        Squared, in squared units of the data.

    Notes
    -----
    Textbook. Chapter: *wasserstein*.

    Examples
    --------
    >>> float(gaussian_w2_squared(0.0, 1.0, 3.0, 5.0))
    25.0
    """
    shift, stretch = _gaps(first_mean, first_std, second_mean, second_std)
    with np.errstate(over="ignore", under="ignore"):
        return shift**2 + stretch**2


def bures_w2_squared(first_mean, first_covariance, second_mean, second_covariance):
    r"""Return the squared Wasserstein distance of order 2 between multivariate normal laws.

    .. math:: W_2^2 = |\mu_1 - \mu_2|^2 + \operatorname{tr}\left(\Sigma_1 + \Sigma_2
              - 2\,(\Sigma_1^{1/2}\Sigma_2\Sigma_1^{1/2})^{1/2}\right)

    The last trace is the sum of the singular values of :math:`\Sigma_1^{1/2}\Sigma_2^{1/2}`,
    which needs no inverse: covariances may be singular.

    Parameters
    ----------
    first_mean, second_mean : array, shape (..., d)
    first_covariance, second_covariance : array, shape (..., d, d)
        Symmetric and positive semi-definite; all leading axes are broadcast.

    Returns
    -------
    float or array, shape (...)
        Squared, in squared units of the data; correct to about 1e-15 times the traces.

    Raises
    ------
    ValueError
        If a covariance is not symmetric or has a negative eigenvalue.

    Notes
    -----
    Source: Olkin and Pukelsheim (1982). Chapter: *wasserstein*.

    Examples
    --------
    >>> float(bures_w2_squared([0.0, 0.0], np.diag([1.0, 4.0]), [3.0, 0.0], np.diag([9.0, 4.0])))
    13.0
    """
    first_mean = _validate.array("first_mean", first_mean)
    second_mean = _validate.array("second_mean", second_mean)
    values, roots = [], []
    for name, covariance in (
        ("first_covariance", first_covariance),
        ("second_covariance", second_covariance),
    ):
        eigenvalues, vectors = symmetric_eigen(name, covariance)
        values.append(eigenvalues)
        roots.append(vectors * np.sqrt(eigenvalues)[..., None, :])
    d = {a.shape[-1] if a.ndim else 0 for a in (first_mean, second_mean, *values)}
    if len(d) > 1:
        raise ValueError(
            "means and covariances must have shapes (..., d) and (..., d, d) with equal d, got "
            f"{first_mean.shape}, {roots[0].shape}, {second_mean.shape} and {roots[1].shape}"
        )
    overlap = np.linalg.svd(np.swapaxes(roots[0], -1, -2) @ roots[1], compute_uv=False)
    spread = values[0].sum(axis=-1) + values[1].sum(axis=-1) - 2 * overlap.sum(axis=-1)
    return ((first_mean - second_mean) ** 2).sum(axis=-1) + np.maximum(spread, 0.0)


def _samples(name, value):
    out = _validate.array(name, value)
    if out.ndim == 0:
        raise ValueError(f"{name} must have at least 1 dimension, its last axis over samples")
    return out


def _lead(first, second):
    """Check that the axes before the last can be broadcast."""
    broadcast("first and second, all but the last axis,", first[..., 0], second[..., 0])
    return first, second


def _weighted(name, samples, weights):
    """Return sorted samples and the cumulative weights that go with them, ending at 1."""
    if weights is None:
        weights = np.ones(samples.shape[-1])
    weights = non_negative(f"{name}_weights", weights)
    if weights.shape not in (samples.shape[-1:], samples.shape):
        raise ValueError(
            f"{name}_weights must have shape {samples.shape[-1:]} or {samples.shape}, "
            f"got {weights.shape}"
        )
    total = weights.sum(axis=-1, keepdims=True)
    if (total == 0).any():
        raise ValueError(f"{name}_weights must have a positive sum, got 0")
    order = np.argsort(samples, axis=-1)
    weights = np.broadcast_to(weights / total, samples.shape)
    steps = np.take_along_axis(weights, order, axis=-1).cumsum(axis=-1)
    steps /= steps[..., -1:]
    return np.take_along_axis(samples, order, axis=-1), steps


def _common_steps(first, second):
    """Refine two sorted unweighted samples to the steps they have in common.

    Their quantile functions jump at multiples of 1/n and of 1/m, the same for all chains.
    """
    n, m = first.shape[-1], second.shape[-1]
    ends = np.union1d(np.arange(1, n + 1) * m, np.arange(1, m + 1) * n)
    mass = np.diff(ends, prepend=0) / (n * m)
    return first[..., (ends - 1) // m], second[..., (ends - 1) // n], mass


def _merged_steps(first, first_steps, second, second_steps):
    """Refine two sorted weighted samples to the steps they have in common, chain by chain."""
    lead = broadcast("first and second, all but the last axis,", first[..., 0], second[..., 0])
    shape, n, m = lead[0].shape, first.shape[-1], second.shape[-1]
    first_steps = np.broadcast_to(first_steps, (*shape, n))
    second_steps = np.broadcast_to(second_steps, (*shape, m))
    ends = np.concatenate([first_steps, second_steps], axis=-1)
    order = np.argsort(ends, axis=-1, kind="stable")
    mass = np.diff(np.take_along_axis(ends, order, axis=-1), axis=-1, prepend=0.0)
    of_first = order < n
    passed = np.cumsum(of_first, axis=-1)
    i = np.minimum(passed - of_first, n - 1)
    j = np.minimum(np.arange(1, n + m + 1) - passed - ~of_first, m - 1)
    first = np.take_along_axis(np.broadcast_to(first, (*shape, n)), i, axis=-1)
    second = np.take_along_axis(np.broadcast_to(second, (*shape, m)), j, axis=-1)
    return first, second, mass


def _power_mean(first, second, mass, p):
    """Return the p-th root of the mean p-th power of the gaps, without overflow."""
    gaps = np.abs(first - second)
    if p == 1:
        return gaps.mean(axis=-1) if mass is None else (gaps * mass).sum(axis=-1)
    size = gaps.max(axis=-1)
    gaps /= np.where(size > 0, size, 1.0)[..., None]
    powers = gaps * gaps if p == 2 else gaps**p
    mean = powers.mean(axis=-1) if mass is None else (powers * mass).sum(axis=-1)
    return size * (np.sqrt(mean) if p == 2 else mean ** (1 / p))


def _gaps(first_mean, first_std, second_mean, second_std):
    """Return the differences of means and of standard deviations."""
    names = "first_mean, first_std, second_mean and second_std"
    first_mean, first_std, second_mean, second_std = broadcast(
        names,
        _validate.array("first_mean", first_mean),
        non_negative("first_std", first_std),
        _validate.array("second_mean", second_mean),
        non_negative("second_std", second_std),
    )
    return first_mean - second_mean, first_std - second_std
