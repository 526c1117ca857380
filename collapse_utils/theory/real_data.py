r"""Loops that keep seeing real data: fresh, fixed, weighted, mixed.

The letters are the book's: :math:`n_r` real and :math:`n_s` synthetic samples per generation,
:math:`\sigma^2` the true variance. Errors are those of a mean whose variance is known, unless
said otherwise.
"""

from __future__ import annotations

import numpy as np

from .. import _validate
from ._arguments import plain, reals, whole
from .gaussian import log_variance_drift

__all__ = [
    "anchored_error",
    "biased_variance",
    "biased_variance_of_mean",
    "critical_sampling_bias",
    "effective_sample_size",
    "feedback_bias_bound",
    "fixed_loop_error",
    "fresh_loop_error",
    "fresh_loop_moments",
    "kalman_weights",
    "optimal_weight",
    "retraining_radius",
    "retraining_radius_bound",
    "weighted_error",
]


def _sizes(n_real, n_synthetic, fewest_synthetic=0):
    n_real = _validate.integer("n_real", n_real, at_least=1)
    return n_real, _validate.integer("n_synthetic", n_synthetic, at_least=fewest_synthetic)


def biased_variance(n_generations, sampling_bias, *, variance=1.0):
    r"""Return the mean variance when every model is sampled with a scaled variance.

    .. math:: \mathbb E\Sigma_t = \lambda^t\,\Sigma_0

    Parameters
    ----------
    n_generations : int or array
        Number of scaled samplings :math:`t`, the first of them from the truth itself.
    sampling_bias : float
        :math:`\lambda`, positive: multiplies the variance, not the standard deviation.
    variance : float
        True variance, in squared units of the data.

    Returns
    -------
    float or array, like `n_generations`
        In squared units of the data; unbiased divisor.

    Notes
    -----
    Source: Alemohammad et al. (2023), arXiv:2307.01850, equations 1 and 2; the closed form
    derived here. Chapter: *exact_laws*.

    Examples
    --------
    >>> round(biased_variance(30, 0.9), 5)
    0.04239
    """
    t = whole("n_generations", n_generations)
    bias = _validate.real("sampling_bias", sampling_bias, above=0)
    with np.errstate(over="ignore"):
        return plain(_validate.real("variance", variance, above=0) * bias ** t.astype(float))


def biased_variance_of_mean(n_generations, n_samples, sampling_bias, *, variance=1.0):
    r"""Return the variance over chains of the mean when models are sampled with a scaled variance.

    .. math:: \operatorname{Var}\mu_t = \frac{\lambda\sigma^2}{M}\,\frac{1-\lambda^t}{1-\lambda}

    Finite in the limit for :math:`\lambda < 1`: the Wasserstein risk no longer diverges.

    Parameters
    ----------
    n_generations : int or array
        Number of scaled samplings :math:`t`, the first of them from the truth itself.
    n_samples : int
        Samples per generation, at least 1.
    sampling_bias : float
        :math:`\lambda`, positive: multiplies the variance, not the standard deviation.
    variance : float
        True variance, in squared units of the data; the trace in several dimensions.

    Returns
    -------
    float or array, like `n_generations`
        In squared units of the data; unbiased divisor.

    Notes
    -----
    Source: derived here for the loop of Alemohammad et al. (2023), arXiv:2307.01850, equations
    1 and 2. Chapter: *exact_laws*.

    Examples
    --------
    >>> round(biased_variance_of_mean(30, 50, 0.9), 4)
    0.1724
    """
    t = whole("n_generations", n_generations).astype(float)
    m = _validate.integer("n_samples", n_samples, at_least=1)
    bias = _validate.real("sampling_bias", sampling_bias, above=0)
    variance = _validate.real("variance", variance, above=0)
    log_bias = np.log(bias)
    with np.errstate(over="ignore"):
        terms = t if log_bias == 0 else np.expm1(t * log_bias) / np.expm1(log_bias)
    return plain(bias * variance / m * terms)


def critical_sampling_bias(n_samples, divisor="unbiased"):
    r"""Return how hot a model must be sampled for the typical chain to neither shrink nor grow.

    .. math:: \lambda^* = \exp\left(\log\tfrac D2 - \psi(a)\right) \approx e^{1/(M-1)}

    The mean variance then explodes.

    Parameters
    ----------
    n_samples : int
        Samples per generation, at least 2.
    divisor : str
        A key of `collapse_utils.models.DIVISORS`.

    Returns
    -------
    float
        Factor of the variance; the leading order is for the unbiased divisor.

    Notes
    -----
    Source: derived here for the loop of Alemohammad et al. (2023), arXiv:2307.01850. Chapter:
    *exact_laws*.

    Examples
    --------
    >>> round(critical_sampling_bias(50), 4)
    1.0208
    """
    return float(np.exp(-log_variance_drift(n_samples, divisor)))


def fresh_loop_error(n_real, n_synthetic, *, variance=1.0):
    r"""Return the stationary squared error of a mean with fresh real data in every round.

    .. math:: \operatorname{Var}\mu = \frac{\sigma^2}{n_e}, \qquad
              n_e = n_r\,\frac{n_r + 2n_s}{n_r + n_s} < 2n_r

    All are pooled with equal weights: no amount of synthetic data more than doubles the
    effective sample size.

    Parameters
    ----------
    n_real, n_synthetic : int
        Fresh real samples (at least 1) and samples of the last model per round.
    variance : float
        True variance, known, in squared units of the data.

    Returns
    -------
    float
        In squared units of the data.

    Notes
    -----
    Source: derived here for the fresh data loop of Alemohammad et al. (2023), arXiv:2307.01850,
    section 5.2; the same as :math:`\sigma^2(1+\lambda)/(n_r(1+2\lambda))` for the loop of
    Bertrand et al. (2023), arXiv:2310.00429, with :math:`\lambda = n_s/n_r`. Chapter:
    *avoiding_collapse*.

    Examples
    --------
    >>> round(fresh_loop_error(50, 50), 5), round(fresh_loop_error(50, 10**9), 5)
    (0.01333, 0.01)
    """
    r, s = _sizes(n_real, n_synthetic)
    return _validate.real("variance", variance, above=0) * (r + s) / (r * (r + 2 * s))


def fresh_loop_moments(n_real, n_synthetic, *, sampling_bias=1.0, variance=1.0):
    r"""Return what the mean and the variance settle to with fresh real data in every round.

    With :math:`v` the variance of the mean, :math:`s` the mean fitted variance and
    :math:`n = n_r + n_s`, the fixed point of

    .. math:: v' = \frac{n_r + n_s\lambda s + n_s^2 v}{n^2}, \qquad
              s' = \frac{n_r + n_s(\lambda s + v) - nv'}{n-1}

    in units of the true variance: both are fitted, the pool's variance without bias as if its
    samples were independent, and the synthetic ones are drawn with :math:`\lambda s`.

    Parameters
    ----------
    n_real, n_synthetic : int
        Fresh real samples (at least 1) and samples of the last model per round, together at
        least 2.
    sampling_bias : float
        :math:`\lambda`, above 0 and at most 1: multiplies the variance that is sampled from.
    variance : float
        True variance of each coordinate, in squared units of the data.

    Returns
    -------
    variance_of_mean, variance : float
        In squared units of the data.

    Notes
    -----
    Source: derived here for Alemohammad et al. (2023), arXiv:2307.01850, section 5.2, equation
    3. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> [round(value, 5) for value in fresh_loop_moments(100, 900, sampling_bias=0.8)]
    [0.00188, 0.35775]
    """
    r, s = _sizes(n_real, n_synthetic)
    bias = _validate.real("sampling_bias", sampling_bias, above=0, at_most=1)
    variance = _validate.real("variance", variance, above=0)
    n = r + s
    if n < 2:
        raise ValueError(f"n_real + n_synthetic must be at least 2 for a variance, got {n}")
    to_mean = np.array([s * s, s * bias]) / n**2
    to_spread = (np.array([s, s * bias]) - n * to_mean) / (n - 1)
    fresh = np.array([r / n**2, (r - r / n) / (n - 1)])
    v, w = np.linalg.solve(np.eye(2) - np.array([to_mean, to_spread]), fresh)
    return float(variance * v), float(variance * w)


def fixed_loop_error(n_real, n_synthetic, *, variance=1.0):
    r"""Return the stationary squared error of a mean with the same real data in every round.

    .. math:: \operatorname{Var}\mu = \frac{\sigma^2}{n_r}\left(1 + \frac{n_s}{n_r+2n_s}\right)

    at most half as much again as the real data alone. If the synthetic pool is kept and grows
    by :math:`n_r` a round, `accumulated_error_factor` takes the place of the bracket.

    Parameters
    ----------
    n_real, n_synthetic : int
        Real samples, always the same (at least 1), and samples of the last model per round.
    variance : float
        True variance, known, in squared units of the data.

    Returns
    -------
    float
        In squared units of the data.

    Notes
    -----
    Source: derived here for the synthetic augmentation loop of Alemohammad et al. (2023),
    arXiv:2307.01850, section 4. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(fixed_loop_error(100, 100), 5)
    0.01333
    """
    r, s = _sizes(n_real, n_synthetic)
    return _validate.real("variance", variance, above=0) / r * (1 + s / (r + 2 * s))


def anchored_error(n_fits, n_real, n_synthetic, *, heterozygosity=1.0):
    r"""Return how far a categorical model strays from the real corpus that anchors it.

    .. math:: \mathbb E\lVert p^n - p^1\rVert^2 = v_\infty\left(1 - \rho^{n-1}\right), \qquad
              \rho = a^2\left(1 - \tfrac{1}{n_s}\right), \qquad
              v_\infty = \frac{a^2 H_1}{n_s(1-\rho)}, \qquad a = \frac{n_s}{n_r+n_s}

    where the same :math:`n_r` real tokens are pooled with :math:`n_s` of the last model, and
    :math:`H_1 = 1 - \sum (p^1_i)^2`. Never collapses: at most about
    :math:`H_1/(2n_r+1)`, half the error of the real corpus itself.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on the real corpus alone, at least 1.
    n_real, n_synthetic : int
        Real tokens, always the same, and tokens of the last model; each at least 1.
    heterozygosity : float
        :math:`H_1`, of the real corpus, between 0 and 1.

    Returns
    -------
    float or array, like `n_fits`
        Squared Euclidean distance of the probabilities from those of the real corpus.

    Notes
    -----
    Source: derived here for the partially synthetic model of Seddik et al. (2024),
    arXiv:2404.05090. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(anchored_error(41, 100, 9900, heterozygosity=0.877), 4)
    0.0024
    """
    n = whole("n_fits", n_fits, at_least=1)
    r, s = _sizes(n_real, n_synthetic, 1)
    h = _validate.real("heterozygosity", heterozygosity, at_least=0, at_most=1)
    a = s / (r + s)
    rho = a**2 * (1 - 1 / s)
    return plain(a**2 * h / (s * (1 - rho)) * (1 - rho ** (n - 1.0)))


def weighted_error(weight, n_real, n_synthetic, *, variance=1.0):
    r"""Return the stationary squared error of a weighted mean of real and synthetic data.

    .. math:: v = \frac{\sigma^2}{n_r}\,\frac{w^2 + k(1-w)^2}{w(2-w)}, \qquad
              k = \frac{n_r}{n_s}

    for weight :math:`w` on fresh real data and :math:`1-w` on samples of the last model. At
    `optimal_weight` it is :math:`w_*\sigma^2/n_r`: the effective sample size is
    :math:`n_r/w_*`, without bound, where pooling stops at :math:`2n_r`.

    Parameters
    ----------
    weight : float or array
        :math:`w`, above 0 and at most 1.
    n_real, n_synthetic : int
        Fresh real samples and samples of the last model per round, each at least 1.
    variance : float
        True variance, known, in squared units of the data.

    Returns
    -------
    float or array, like `weight`
        In squared units of the data.

    Notes
    -----
    Source: He et al. (2025), arXiv:2502.18049; formula as quoted, derived again here. Chapter:
    *avoiding_collapse*.

    Examples
    --------
    >>> round(100 * weighted_error(0.5, 100, 100), 4)
    0.6667
    """
    w = reals("weight", weight, above=0, at_most=1)
    r, s = _sizes(n_real, n_synthetic, 1)
    variance = _validate.real("variance", variance, above=0)
    return plain(variance / r * (w**2 + r / s * (1 - w) ** 2) / (w * (2 - w)))


def optimal_weight(n_real, n_synthetic):
    r"""Return the weight on fresh real data that makes the stationary error smallest.

    .. math:: w_*^2 = k(1-w_*), \qquad w_* = \frac{\sqrt{k^2+4k}-k}{2}, \qquad k = \frac{n_r}{n_s}

    The reciprocal of the golden ratio for equal numbers.

    Parameters
    ----------
    n_real, n_synthetic : int
        Fresh real samples and samples of the last model per round, each at least 1.

    Returns
    -------
    float
        Between 0 and 1.

    Notes
    -----
    Source: He et al. (2025), arXiv:2502.18049 (abstract, for equal numbers); the general
    formula as quoted, derived again here. It is the steady Kalman gain of a random walk.
    Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(optimal_weight(10, 10), 6), round(optimal_weight(10, 20), 12)
    (0.618034, 0.5)
    """
    r, s = _sizes(n_real, n_synthetic, 1)
    k = r / s
    return float(2 * k / (np.sqrt(k * k + 4 * k) + k))


def kalman_weights(n_fits, n_real, n_synthetic):
    r"""Return the best weight on fresh real data for every fit in turn.

    .. math:: w_1 = 1, \qquad w_{n+1} = \frac{w_n + k}{w_n + k + 1}, \qquad k = \frac{n_r}{n_s}

    and the squared error after fit :math:`n` is :math:`w_n\sigma^2/n_r`. For equal numbers:
    2/3, 5/8, 13/21, ..., ratios of Fibonacci numbers.

    Parameters
    ----------
    n_fits : int
        Number of fits, the first on real data alone, at least 1.
    n_real, n_synthetic : int
        Fresh real samples and samples of the last model per round, each at least 1.

    Returns
    -------
    ndarray, shape (n_fits,)
        Weights :math:`w_1, w_2, \dots`, falling to `optimal_weight`.

    Notes
    -----
    Source: derived here, by the Kalman filter. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> kalman_weights(4, 10, 10).round(4)
    array([1.    , 0.6667, 0.625 , 0.619 ])
    """
    n = _validate.integer("n_fits", n_fits, at_least=1)
    r, s = _sizes(n_real, n_synthetic, 1)
    weights = np.ones(n)
    for i in range(1, n):
        predicted = weights[i - 1] + r / s
        weights[i] = predicted / (predicted + 1)
    return weights


def retraining_radius(synthetic_ratio):
    r"""Return how much of a displacement survives a round on real plus synthetic data.

    .. math:: \frac{\lambda}{1+\lambda} < 1

    for a well-specified model and infinite samples: stable at every ratio.

    Parameters
    ----------
    synthetic_ratio : float or array
        :math:`\lambda`, synthetic samples per real one, at least 0.

    Returns
    -------
    float or array, like `synthetic_ratio`

    Notes
    -----
    Source: derived here; refines Bertrand et al. (2023), arXiv:2310.00429, Theorem 1, whose
    condition is sufficient. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> retraining_radius(0.5), round(retraining_radius(2.0), 4)
    (0.3333333333333333, 0.6667)
    """
    ratio = reals("synthetic_ratio", synthetic_ratio, at_least=0)
    return plain(ratio / (1 + ratio))


def retraining_radius_bound(synthetic_ratio, relative_error):
    r"""Return the published bound on the factor by which a displacement shrinks in a round.

    .. math:: \frac{\lambda(1+L\varepsilon/\alpha)}{1-\lambda(1+L\varepsilon/\alpha)}

    below 1, and retraining stable, if :math:`\lambda(1+L\varepsilon/\alpha) < \frac12`.

    Parameters
    ----------
    synthetic_ratio : float or array
        :math:`\lambda`, synthetic samples per real one, at least 0.
    relative_error : float
        :math:`L\varepsilon/\alpha`, at least 0: Lipschitz constant times distance of the model
        from the truth, by the strong convexity of the likelihood.

    Returns
    -------
    float or array, like `synthetic_ratio`
        Infinite where the bound says nothing.

    Notes
    -----
    Source: Bertrand et al. (2023), arXiv:2310.00429, Theorem 1; the bound on the Jacobian as
    quoted. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(retraining_radius_bound(0.25, 0.0), 4), retraining_radius_bound(2.0, 0.1)
    (0.3333, inf)
    """
    ratio = reals("synthetic_ratio", synthetic_ratio, at_least=0)
    inflated = ratio * (1 + _validate.real("relative_error", relative_error, at_least=0))
    safe = np.where(inflated < 1, inflated, 0.0)
    return plain(np.where(inflated < 1, safe / (1 - safe), np.inf))


def effective_sample_size(n_samples, real_fraction, *, detector=None):
    r"""Return how many clean samples a stream of contaminated data sets is worth.

    .. math:: n_e = \sum_i n_i\,\alpha_i^2 \left(1 + \chi^2(Q_1\Vert\bar Q)\right), \qquad
              \bar Q = \alpha Q_1 + (1-\alpha)Q_0

    to an estimator that removes the bias of the last model. With a perfect detector
    :math:`\sum n_i\alpha_i`; without one the bracket is 1. The squared error is about
    :math:`H/n_e`.

    Parameters
    ----------
    n_samples : int or array
        Size of each data set, at least 1.
    real_fraction : float or array, like `n_samples`
        :math:`\alpha_i`, from 0 to 1.
    detector : pair of float, optional
        Probabilities with which a real and a synthetic sample are passed as real: the first of
        :math:`Q_1` and :math:`Q_0`.

    Returns
    -------
    float
        Number of samples, summed over the data sets.

    Notes
    -----
    Source: Kanabar and Gastpar (2025), arXiv:2501.19273, and, for the detector, their paper on
    watermarked estimation (2026), Theorem 1. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(effective_sample_size(20_000, 0.1)), round(
    ...     effective_sample_size(20_000, 0.1, detector=(0.9, 0.1)))
    (200, 902)
    """
    n = whole("n_samples", n_samples, at_least=1)
    alpha = reals("real_fraction", real_fraction, at_least=0, at_most=1)
    if detector is None:
        return float((n * alpha**2).sum())
    passed = reals("detector", detector, at_least=0, at_most=1)
    if passed.shape != (2,):
        raise ValueError(f"detector must be a pair of probabilities, got shape {passed.shape}")
    real, synthetic = passed
    worth = np.zeros(np.broadcast_shapes(n.shape, alpha.shape))
    for passed_real, passed_synthetic in ((real, synthetic), (1 - real, 1 - synthetic)):
        mixture = alpha * passed_real + (1 - alpha) * passed_synthetic
        worth = worth + np.where(mixture > 0, passed_real**2 / np.where(mixture > 0, mixture, 1), 0)
    return float((n * alpha**2 * worth).sum())


def feedback_bias_bound(n_human, n_model, amplification, *, bias=0.0):
    r"""Return the most that a feedback loop can add to a bias.

    .. math:: b \le b_0 + \frac{m+k}{m}\,\delta

    for :math:`m` human and :math:`k` model-labelled items per round.

    Parameters
    ----------
    n_human : int
        :math:`m`, at least 1.
    n_model : int
        :math:`k`, at least 0.
    amplification : float
        :math:`\delta`, at least 0: what one labelling adds to the bias of its training data.
    bias : float
        :math:`b_0`, that of the human data.

    Returns
    -------
    float
        In units of the bias; a bias that is a probability stops at 1 besides.

    Notes
    -----
    Source: Taori and Hashimoto (2022), arXiv:2209.03942, as quoted. It is approached slowly, like
    :math:`t^{-m/(m+k)}`. Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> round(feedback_bias_bound(200, 1800, 0.01, bias=0.6), 3)
    0.7
    """
    m = _validate.integer("n_human", n_human, at_least=1)
    k = _validate.integer("n_model", n_model)
    delta = _validate.real("amplification", amplification, at_least=0)
    return _validate.real("bias", bias) + (m + k) / m * delta
