"""Divergences between laws: Kullback-Leibler in a stated direction, and total variation."""

from __future__ import annotations

import numpy as np
from scipy import special

from .. import _validate
from ._arguments import broadcast, non_negative, probabilities, symmetric_eigen

__all__ = ["gaussian_kl", "kl_divergence", "multivariate_gaussian_kl", "total_variation"]


def gaussian_kl(p_mean, p_variance, q_mean, q_variance):
    r"""Return the Kullback-Leibler divergence of normal laws on the line, p from q.

    .. math:: \mathrm{KL}(p\Vert q) = \tfrac12\left[r - 1 - \log r
              + \frac{(\mu_p-\mu_q)^2}{\sigma_q^2}\right],
              \qquad r = \frac{\sigma_p^2}{\sigma_q^2}

    The average is taken under `p`. With the truth as `p` this is the *forward* divergence
    (what real data cost the model), with the model as `p` the *reverse* one; in a collapsing
    loop they differ by orders of magnitude.

    Parameters
    ----------
    p_mean, p_variance, q_mean, q_variance : float or array
        Means and variances (not standard deviations), broadcast against one another.

    Returns
    -------
    float or array
        In nats. A variance of 0 is a point: infinitely far from every other law, whichever
        comes first.

    Notes
    -----
    Textbook. Chapter: *wasserstein*.

    Examples
    --------
    >>> round(float(gaussian_kl(0.0, 1.0, 0.0, 0.01)), 3), float(gaussian_kl(0.0, 1.0, 0.0, 0.0))
    (47.197, inf)
    >>> round(float(gaussian_kl(0.0, 0.01, 0.0, 1.0)), 3)
    1.808
    """
    p_mean, p_variance, q_mean, q_variance = broadcast(
        "p_mean, p_variance, q_mean and q_variance",
        _validate.array("p_mean", p_mean),
        non_negative("p_variance", p_variance),
        _validate.array("q_mean", q_mean),
        non_negative("q_variance", q_variance),
    )
    proper = (p_variance > 0) & (q_variance > 0)
    p_safe, q_safe = np.where(proper, p_variance, 1.0), np.where(proper, q_variance, 1.0)
    with np.errstate(over="ignore", under="ignore"):
        excess = p_safe / q_safe - 1
        near = np.abs(excess) < 0.5
        log_ratio = np.where(
            near, np.log1p(np.where(near, excess, 0.0)), np.log(p_safe) - np.log(q_safe)
        )
        shift = ((p_mean - q_mean) / np.sqrt(q_safe)) ** 2
        divergence = 0.5 * (excess - log_ratio + shift)
    same_point = (p_variance == 0) & (q_variance == 0) & (p_mean == q_mean)
    divergence = np.where(proper, np.maximum(divergence, 0.0), np.where(same_point, 0.0, np.inf))
    return divergence[()]


def multivariate_gaussian_kl(p_mean, p_covariance, q_mean, q_covariance):
    r"""Return the Kullback-Leibler divergence of multivariate normal laws, p from q.

    .. math:: \mathrm{KL}(p\Vert q) = \tfrac12\left[\operatorname{tr}(\Sigma_q^{-1}\Sigma_p) - d
              - \log\frac{\det\Sigma_p}{\det\Sigma_q}
              + (\mu_p-\mu_q)^\top\Sigma_q^{-1}(\mu_p-\mu_q)\right]

    The average is taken under `p`.

    Parameters
    ----------
    p_mean, q_mean : array, shape (..., d)
    p_covariance, q_covariance : array, shape (..., d, d)
        Symmetric and positive semi-definite; all leading axes are broadcast.

    Returns
    -------
    float or array, shape (...)
        In nats; infinite if either covariance is singular (to rounding: an eigenvalue below
        :math:`d\,2^{-52}` times the largest).

    Raises
    ------
    ValueError
        If a covariance is not symmetric or has a negative eigenvalue.

    Notes
    -----
    Textbook. Chapter: *wasserstein*.

    Examples
    --------
    >>> round(float(multivariate_gaussian_kl([0, 1], np.eye(2), [0, 0], 2 * np.eye(2))), 6)
    0.443147
    """
    p_mean, q_mean = _validate.array("p_mean", p_mean), _validate.array("q_mean", q_mean)
    p_values, _ = symmetric_eigen("p_covariance", p_covariance)
    q_values, q_vectors = symmetric_eigen("q_covariance", q_covariance)
    p_covariance = np.asarray(p_covariance, dtype=float)
    d = {a.shape[-1] if a.ndim else 0 for a in (p_mean, q_mean, p_values, q_values)}
    if len(d) > 1:
        raise ValueError(
            "means and covariances must have shapes (..., d) and (..., d, d) with equal d, got "
            f"{p_mean.shape}, {p_covariance.shape}, {q_mean.shape} and {q_vectors.shape}"
        )
    p_proper, q_proper = _regular(p_values), _regular(q_values)
    p_safe = np.where(p_proper[..., None], p_values, 1.0)
    q_safe = np.where(q_proper[..., None], q_values, 1.0)
    turned = np.swapaxes(q_vectors, -1, -2)
    with np.errstate(over="ignore", under="ignore"):
        spread = ((turned @ p_covariance) * turned).sum(axis=-1) / q_safe
        shift = (turned @ (p_mean - q_mean)[..., None])[..., 0] ** 2 / q_safe
        logs = np.log(q_safe).sum(axis=-1) - np.log(p_safe).sum(axis=-1)
        divergence = 0.5 * ((spread + shift - 1).sum(axis=-1) + logs)
    return np.where(p_proper & q_proper, np.maximum(divergence, 0.0), np.inf)[()]


def kl_divergence(p, q):
    r"""Return the Kullback-Leibler divergence of discrete laws, p from q.

    .. math:: \mathrm{KL}(p\Vert q) = \sum_i p_i\log\frac{p_i}{q_i}

    The average is taken under `p`. Terms with :math:`p_i = 0` count nothing; a type that `p`
    knows and `q` has lost makes the divergence infinite, which is how a model that forgot a
    word scores on text that has it.

    Parameters
    ----------
    p, q : array, shape (..., n_types)
        Probabilities that sum to one along the last axis; the other axes are broadcast.

    Returns
    -------
    float or array, shape (...)
        In nats, possibly infinite.

    Raises
    ------
    ValueError
        If the probabilities are negative, do not sum to one or differ in number of types.

    Notes
    -----
    Textbook. Chapter: *early_late*.

    Examples
    --------
    >>> round(float(kl_divergence([0.5, 0.5, 0.0], [0.25, 0.5, 0.25])), 6)
    0.346574
    >>> float(kl_divergence([0.25, 0.5, 0.25], [0.5, 0.5, 0.0]))
    inf
    """
    p, q = _pair(p, q)
    return np.maximum(special.rel_entr(p, q).sum(axis=-1), 0.0)


def total_variation(p, q):
    r"""Return the total variation distance of discrete laws.

    .. math:: \mathrm{TV}(p, q) = \tfrac12\sum_i|p_i - q_i|

    the largest difference in probability that the two give to any event.

    Parameters
    ----------
    p, q : array, shape (..., n_types)
        Probabilities that sum to one along the last axis; the other axes are broadcast.

    Returns
    -------
    float or array, shape (...)
        Between 0 and 1.

    Raises
    ------
    ValueError
        If the probabilities are negative, do not sum to one or differ in number of types.

    Notes
    -----
    Textbook. Chapter: *early_late*.

    Examples
    --------
    >>> float(total_variation([0.5, 0.5, 0.0], [0.25, 0.5, 0.25]))
    0.25
    """
    p, q = _pair(p, q)
    return 0.5 * np.abs(p - q).sum(axis=-1)


def _pair(p, q):
    p, q = probabilities("p", p), probabilities("q", q)
    if p.shape[-1] != q.shape[-1]:
        raise ValueError(
            f"p and q must have the same number of types, got {p.shape[-1]} and {q.shape[-1]}"
        )
    return broadcast("p and q", p, q)


def _regular(eigenvalues):
    """Return where covariances are invertible to rounding; eigenvalues in ascending order."""
    tiny = eigenvalues.shape[-1] * np.finfo(float).eps
    return eigenvalues[..., 0] > tiny * eigenvalues[..., -1]
