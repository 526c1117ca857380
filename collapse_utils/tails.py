r"""Power-law tails: how heavy, from where on, and whether at all.

A tail is a power law above :math:`x_{\min}` if its density (or probability, for whole numbers)
falls as :math:`x^{-\alpha}`. Then :math:`P(X > x) \propto x^{-(\alpha-1)}`, and Hill's index is
:math:`\gamma = 1/(\alpha-1)`.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import scipy  # loads optimize, which takes long, when it is first used
from scipy import special

from . import _validate

__all__ = [
    "Comparison",
    "PowerLaw",
    "compare",
    "continuous_exponent",
    "discrete_exponent",
    "expected_exponent",
    "exponent_spread",
    "fit_tail",
    "goodness_of_fit",
    "hill",
    "sample_power_law",
]

_LARGEST_WHOLE = 2.0**53
_DIRECT_TERMS = 12
_BERNOULLI = (1 / 12, -1 / 720, 1 / 30240)


def hill(samples, k):
    r"""Return Hill's estimate of the tail index from the largest samples.

    .. math:: \hat\gamma_k = \frac1k\sum_{i=1}^{k}\log\frac{X_{(i)}}{X_{(k+1)}}

    with :math:`X_{(1)}` the largest. It is maximum likelihood above an order statistic:
    :math:`\hat\alpha = 1 + 1/\hat\gamma`.

    Parameters
    ----------
    samples : array, shape (..., n)
        Positive numbers, along the last axis.
    k : int or array of int, shape (m,)
        How many of the largest samples to use, between 1 and ``n - 1``. An array gives the
        points of a Hill plot.

    Returns
    -------
    float or array, shape (...) or (..., m)
        :math:`\hat\gamma`, with a standard error of :math:`\gamma/\sqrt k`.

    Raises
    ------
    TypeError, ValueError
        If samples are not positive or `k` is out of range.

    Notes
    -----
    Source: Hill (1975). Chapter: *power_law_tails*.

    Examples
    --------
    >>> round(float(hill([1.0, np.e, np.e**2, np.e**3], 3)), 12)
    2.0
    """
    x = _positive_samples("samples", samples)
    n = x.shape[-1]
    sizes = _validate.numbers("k", k)
    if sizes.dtype.kind not in "iu" or sizes.ndim > 1 or sizes.size == 0:
        raise TypeError(f"k must be an integer or a sequence of integers, got {k!r}")
    if sizes.min() < 1 or sizes.max() > n - 1:
        raise ValueError(
            f"k must lie between 1 and {n - 1} for {n} samples, got {sizes.min()} to {sizes.max()}"
        )
    logs = np.log(-np.sort(-x, axis=-1))
    return logs.cumsum(axis=-1)[..., sizes - 1] / sizes - logs[..., sizes]


def continuous_exponent(samples, xmin, *, correct_bias=False):
    r"""Return the maximum-likelihood exponent of a continuous power law.

    .. math:: \hat\alpha = 1 + \frac{n}{\sum_i\log(x_i/x_{\min})}

    over the `n` samples that are at least `xmin`. Its mean is too large by
    :math:`(\alpha-1)/(n-1)`; the correction puts :math:`n - 1` for :math:`n`. On whole numbers it
    is wrong for small `xmin`: use `discrete_exponent`, or, from about 6 on, ``xmin - 0.5`` here.

    Parameters
    ----------
    samples : array, shape (..., m)
        Along the last axis; those below `xmin` are left out.
    xmin : float
        Where the tail starts, positive.
    correct_bias : bool
        Make the mean of the estimate exact.

    Returns
    -------
    float or array, shape (...)
        :math:`\hat\alpha`, with a standard error of `exponent_spread`.

    Raises
    ------
    ValueError
        If fewer than two samples are in the tail, or none lies above `xmin`.

    Notes
    -----
    Source: Clauset, Shalizi and Newman (2009), eq. 3.1; bias derived here (the sum of logarithms
    is a gamma variable). Chapter: *power_law_tails*.

    Examples
    --------
    >>> round(float(continuous_exponent([1.0, 2.0, 4.0], 1.0)), 4)
    2.4427
    """
    correct_bias = _validate.flag("correct_bias", correct_bias)
    n, total = _tail_logs(samples, xmin)
    return 1 + (n - correct_bias) / total


def expected_exponent(exponent, n_tail):
    r"""Return the exact mean of the continuous maximum-likelihood exponent.

    .. math:: \mathbb E\hat\alpha = \alpha + \frac{\alpha-1}{n-1}

    Parameters
    ----------
    exponent : float
        :math:`\alpha`, above 1.
    n_tail : int
        Samples in the tail, at least 2.

    Returns
    -------
    float

    Notes
    -----
    Derived here: the sum of logarithms is a gamma variable. Chapter: *power_law_tails*.

    Examples
    --------
    >>> round(expected_exponent(2.5, 50), 5)
    2.53061
    """
    alpha = _validate.real("exponent", exponent, above=1)
    n = _validate.integer("n_tail", n_tail, at_least=2, why="for the mean to exist")
    return alpha + (alpha - 1) / (n - 1)


def exponent_spread(exponent, n_tail):
    r"""Return the exact standard deviation of the continuous maximum-likelihood exponent.

    .. math:: \operatorname{sd}\hat\alpha = \frac{(\alpha-1)\,n}{(n-1)\sqrt{n-2}}
              \approx \frac{\alpha-1}{\sqrt n}

    Parameters
    ----------
    exponent : float
        :math:`\alpha`, above 1.
    n_tail : int
        Samples in the tail, at least 3.

    Returns
    -------
    float

    Notes
    -----
    Leading order: Clauset, Shalizi and Newman (2009), eq. 3.2; exact form derived here. Chapter:
    *power_law_tails*.

    Examples
    --------
    >>> round(exponent_spread(2.5, 50), 4)
    0.2209
    """
    alpha = _validate.real("exponent", exponent, above=1)
    n = _validate.integer("n_tail", n_tail, at_least=3, why="for the variance to exist")
    return float((alpha - 1) * n / ((n - 1) * np.sqrt(n - 2)))


def discrete_exponent(samples, xmin):
    r"""Return the maximum-likelihood exponent of a power law on the whole numbers.

    .. math:: \hat\alpha = \arg\max_\alpha\left[-n\log\zeta(\alpha, x_{\min})
              - \alpha\sum_i\log x_i\right]

    over the `n` samples that are at least `xmin`, with Hurwitz's zeta function; it depends on the
    data through the mean logarithm alone, and is found by bisection of its slope.

    Parameters
    ----------
    samples : array, shape (..., m)
        Whole numbers, along the last axis; those below `xmin` are left out.
    xmin : int
        Where the tail starts, at least 1.

    Returns
    -------
    float or array, shape (...)

    Raises
    ------
    ValueError
        If samples are not whole, fewer than two are in the tail, or none lies above `xmin`.

    Notes
    -----
    Source: Clauset, Shalizi and Newman (2009), eq. 3.5. Chapter: *power_law_tails*.

    Examples
    --------
    >>> round(float(discrete_exponent([1, 1, 1, 2, 3, 8], 1)), 3)
    1.922
    """
    xmin = _validate.integer("xmin", xmin, at_least=1)
    n, total = _tail_logs(_whole("samples", samples), float(xmin))
    return _zeta_exponent(total / n, float(xmin))


@dataclasses.dataclass(frozen=True)
class PowerLaw:
    r"""A power law fitted to the tail of a sample.

    Attributes
    ----------
    exponent : float
        :math:`\hat\alpha`.
    xmin : float
        Where the tail starts.
    n_tail, n_samples : int
        Samples in the tail, and in all.
    distance : float
        Largest gap between the distribution functions of the tail and of the fit.
    standard_error : float
        Of the exponent, from the Fisher information, for a known `xmin`.
    discrete : bool
        Whether it is a law of whole numbers.
    xmin_given : bool
        Whether `xmin` was given rather than chosen.
    """

    exponent: float
    xmin: float
    n_tail: int
    n_samples: int
    distance: float
    standard_error: float
    discrete: bool = False
    xmin_given: bool = False


def fit_tail(samples, *, discrete=False, xmin=None, min_tail=30, n_candidates=100):
    r"""Fit a power law to the tail of a sample and choose where the tail starts.

    The start is the candidate at which the distribution functions of the tail and of its
    maximum-likelihood fit come closest (Kolmogorov and Smirnov's distance).

    Parameters
    ----------
    samples : array, shape (n,)
        Positive numbers.
    discrete : bool
        Whether they are whole numbers.
    xmin : float, optional
        Start of the tail, if known.
    min_tail : int
        Fewest samples in the tail of a candidate, at least 2. Candidates are observed values.
    n_candidates : int
        How many candidates to try: all distinct values if there are no more, else so many of
        them, spread evenly over the ranks.

    Returns
    -------
    PowerLaw

    Raises
    ------
    TypeError, ValueError
        If samples are not positive, or too few for a tail of `min_tail` to be cut.

    Notes
    -----
    Source: Clauset, Shalizi and Newman (2009), section 3.3. Where the law bends into its tail
    smoothly the choice comes out low. Chapter: *power_law_tails*.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> fit = fit_tail(sample_power_law(2.5, 1.0, 2000, rng), xmin=1.0)
    >>> bool(abs(fit.exponent - 2.5) < 4 * fit.standard_error)
    True
    """
    min_tail = _validate.integer("min_tail", min_tail, at_least=2)
    n_candidates = _validate.integer("n_candidates", n_candidates, at_least=1)
    discrete = _validate.flag("discrete", discrete)
    x = np.sort(_positive_samples("samples", samples, ndim=1))
    if discrete:
        _whole("samples", x)
    if xmin is not None:
        if discrete:
            xmin = _validate.integer("xmin", xmin, at_least=1)
        _tail_logs(x, xmin)
    elif len(x) < min_tail or x[-min_tail] == x[-1]:
        raise ValueError(
            f"samples must hold at least min_tail = {min_tail} values with two different ones "
            f"among the largest, got {len(x)} samples; lower min_tail"
        )
    return _fit_sorted(x, discrete, xmin, min_tail, n_candidates)


def goodness_of_fit(samples, fit, *, n_bootstrap=200, min_tail=30, n_candidates=100, rng):
    r"""Return the bootstrap p-value of a fitted power law.

    Synthetic samples follow the fit above :math:`x_{\min}` and resample the data below it. Each
    is fitted as the data were, choice of the start included, and

    .. math:: p = \frac{1 + \#\{D^* \ge D\}}{1 + B}

    is the share whose distance to their own fit is at least that of the data. A small `p` rules
    the power law out; a large one does not establish it.

    Parameters
    ----------
    samples : array, shape (n,)
        What was fitted.
    fit : PowerLaw
        What `fit_tail` returned for them.
    n_bootstrap : int
        Number :math:`B` of synthetic samples, at least 1; the standard error of the p-value is
        :math:`\sqrt{p(1-p)/B}`.
    min_tail, n_candidates : int
        As given to `fit_tail`.
    rng : numpy.random.Generator
        Equal generators give equal p-values.

    Returns
    -------
    float
        Between ``1 / (n_bootstrap + 1)`` and 1.

    Raises
    ------
    TypeError, ValueError
        If `fit` is not a `PowerLaw` of these samples.

    Notes
    -----
    Source: Clauset, Shalizi and Newman (2009), section 4.1, who count the share without the
    ones; with them the test keeps its level exactly. Chapter: *power_law_tails*.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = 1 + rng.exponential(size=500)
    >>> fit = fit_tail(x, xmin=1.0)
    >>> round(goodness_of_fit(x, fit, n_bootstrap=50, rng=rng), 4)
    0.0196
    """
    if not isinstance(fit, PowerLaw):
        raise TypeError(f"fit must be a PowerLaw, from fit_tail(), got {type(fit).__name__}")
    n_bootstrap = _validate.integer("n_bootstrap", n_bootstrap, at_least=1)
    min_tail = _validate.integer("min_tail", min_tail, at_least=2)
    n_candidates = _validate.integer("n_candidates", n_candidates, at_least=1)
    _validate.generator(rng)
    x = _positive_samples("samples", samples, ndim=1)
    below = x[x < fit.xmin]
    if (len(x), len(x) - len(below)) != (fit.n_samples, fit.n_tail):
        raise ValueError(
            f"fit must be of these samples: it has {fit.n_tail} of {fit.n_samples} in the tail, "
            f"the samples {len(x) - len(below)} of {len(x)}"
        )
    xmin = fit.xmin if fit.xmin_given else None
    reached = 0
    for _ in range(n_bootstrap):
        again = _synthetic(fit, below, xmin, min_tail, rng)
        refit = _fit_sorted(again, fit.discrete, xmin, min_tail, n_candidates)
        reached += refit.distance >= fit.distance
    return (1 + reached) / (1 + n_bootstrap)


@dataclasses.dataclass(frozen=True)
class Comparison:
    r"""A likelihood-ratio test between two laws of a tail.

    Attributes
    ----------
    log_ratio : float
        Log-likelihood of the power law minus that of the alternative, in nats; positive
        favours the power law.
    p_value : float
        Probability of a ratio as large in size if both laws were equally far from the truth; for
        the log-normal, of one as far below zero if the power law were true.
    """

    log_ratio: float
    p_value: float


def compare(samples, fit, alternative):
    r"""Compare a fitted power law with another law of the same tail by their likelihoods.

    .. math:: R = \sum_i\left[\log p(x_i) - \log q(x_i)\right], \qquad
              p = \operatorname{erfc}\frac{|R|}{s\sqrt{2n}}

    with `s` the standard deviation of the terms and `q` fitted by maximum likelihood above
    `xmin`: Vuong's test, for laws of which neither contains the other. The log-normal cut at
    `xmin` contains the continuous power law as a limit (for whole numbers nearly), at the edge of
    its parameters, so that on power-law data `R` is never positive (beyond rounding): that test
    can reject the power law, not choose it. Its p-value is that of a ratio at an edge,
    :math:`p = \tfrac12\operatorname{erfc}\sqrt{|R|}`, one half for `R` of zero or more.

    Parameters
    ----------
    samples : array, shape (n,)
        What was fitted.
    fit : PowerLaw
        What `fit_tail` returned for them.
    alternative : {"log-normal", "exponential"}
        Cut at `xmin`; for whole numbers the log-normal is rounded and the exponential is
        geometric.

    Returns
    -------
    Comparison

    Raises
    ------
    TypeError, ValueError
        If `fit` is not a `PowerLaw`, or the alternative is unknown.

    Notes
    -----
    Source: Vuong (1989); Clauset, Shalizi and Newman (2009), section 5; for the edge, Self and
    Liang (1987): twice the ratio is zero or a chi-square with one degree, even odds. Chapter:
    *power_law_tails*.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = 1 + rng.exponential(size=500)
    >>> test = compare(x, fit_tail(x, xmin=1.0), "exponential")
    >>> test.log_ratio < 0, test.p_value < 1e-3
    (True, True)
    """
    if not isinstance(fit, PowerLaw):
        raise TypeError(f"fit must be a PowerLaw, from fit_tail(), got {type(fit).__name__}")
    _validate.choice("alternative", alternative, ("log-normal", "exponential"))
    x = _positive_samples("samples", samples, ndim=1)
    x = x[x >= fit.xmin]
    if len(x) != fit.n_tail:
        raise ValueError(
            f"fit must be of these samples: it has {fit.n_tail} in the tail, the samples {len(x)}"
        )
    if alternative == "exponential":
        other = _log_exponential(x, fit.xmin, fit.discrete)
    else:
        other = _log_lognormal(x, fit.xmin, fit.discrete)
    terms = _log_power_law(x, fit) - other
    ratio, spread = float(terms.sum()), max(float(terms.std()), np.finfo(float).tiny)
    if alternative == "log-normal":
        return Comparison(ratio, float(special.erfc(np.sqrt(max(-ratio, 0.0))) / 2))
    return Comparison(ratio, float(special.erfc(abs(ratio) / (spread * np.sqrt(2 * len(x))))))


def sample_power_law(exponent, xmin, size, rng, *, discrete=False):
    r"""Draw from a power law.

    Continuous: :math:`x = x_{\min}U^{-1/(\alpha-1)}`. Discrete: the floor of that, kept with the
    probability that turns its law into :math:`x^{-\alpha}/\zeta(\alpha, x_{\min})`, exactly.

    Parameters
    ----------
    exponent : float
        :math:`\alpha`, above 1.
    xmin : float
        Smallest value, positive; a whole number if `discrete`.
    size : int or tuple of int
        Shape of the result.
    rng : numpy.random.Generator
        Equal generators give equal samples.
    discrete : bool
        Draw whole numbers. They are drawn again where they exceed :math:`2^{53}`, above which
        floats cannot count.

    Returns
    -------
    array, shape `size`
        Floats, or int64 if `discrete`.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.

    Notes
    -----
    Source: Devroye (1986), section X.6, for the rejection. Chapter: *power_law_tails*.

    Examples
    --------
    >>> sample_power_law(2.5, 1, 5, np.random.default_rng(1), discrete=True).tolist()
    [1, 1, 1, 1, 3]
    """
    alpha = _validate.real("exponent", exponent, above=1)
    if _validate.flag("discrete", discrete):
        xmin = _validate.integer("xmin", xmin, at_least=1)
    xmin = _validate.real("xmin", xmin, above=0)
    _validate.generator(rng)
    sizes = tuple(size) if isinstance(size, tuple | list) else (size,)
    shape = tuple(_validate.integer("size", n) for n in sizes)
    n = int(np.prod(shape))
    if not discrete:
        with np.errstate(over="ignore"):
            return (xmin * (1 - rng.random(n)) ** (-1 / (alpha - 1))).reshape(shape)
    s, done, parts = alpha - 1, 0, []
    while done < n:
        wanted = int((n - done) * max(1.0, s / _proposal(xmin, s)) * 1.05) + 10
        with np.errstate(over="ignore"):
            x = np.floor(xmin * (1 - rng.random(wanted)) ** (-1 / s))
        x, u = x[x < _LARGEST_WHOLE], rng.random(wanted)
        kept = x[u[: len(x)] * _proposal(x, s) < _proposal(xmin, s)]
        parts.append(kept)
        done += len(kept)
    return np.concatenate([*parts, []])[:n].astype(np.int64).reshape(shape)


def _proposal(x, s):
    """Return x (1 - (1 + 1/x)^-s), which rises towards s."""
    return -x * np.expm1(-s * np.log1p(1 / x))


def _positive_samples(name, value, ndim=None):
    out = _validate.array(name, value, positive=True, ndim=ndim)
    if out.ndim == 0:
        raise ValueError(f"{name} must have at least 1 dimension, its last axis over samples")
    return out


def _whole(name, value):
    out = _positive_samples(name, value)
    if (out != np.floor(out)).any():
        raise ValueError(f"{name} must be whole numbers, got {out[out % 1 > 0].flat[0]:g}")
    return out


def _tail_logs(samples, xmin):
    """Return how many samples are at least `xmin` and the sum of their log(x / xmin)."""
    x = _positive_samples("samples", samples)
    xmin = _validate.real("xmin", xmin, above=0)
    tail = x >= xmin
    n = tail.sum(axis=-1)
    if (n < 2).any():
        raise ValueError(f"at least 2 samples must reach xmin = {xmin:g}, got {n.min()}")
    total = np.log(np.where(tail, x / xmin, 1.0)).sum(axis=-1)
    if (total == 0).any():
        raise ValueError(f"all samples of the tail equal xmin = {xmin:g}: the exponent is infinite")
    return n, total


def _scaled_zeta(alpha, q):
    """Return q^alpha times Hurwitz's zeta(alpha, q), by Euler and Maclaurin's formula.

    `alpha` may be complex, for derivatives by a complex step. Scaling keeps it from
    underflowing.
    """
    alpha, q = np.asarray(alpha), np.asarray(q, dtype=float)
    direct = np.arange(_DIRECT_TERMS) / q[..., None]
    total = ((1 + direct) ** -alpha[..., None]).sum(axis=-1)
    end = q + _DIRECT_TERMS
    last = (end / q) ** -alpha
    rest = end / (alpha - 1) + 0.5
    rising = alpha / end
    for order, weight in enumerate(_BERNOULLI):
        rest = rest + weight * rising
        j = alpha + 2 * order
        rising = rising * (j + 1) * (j + 2) / end**2
    return total + last * rest


def _zeta_mean_log(alpha, q):
    """Return the mean of log(x / q) under the zeta law on q, q + 1, ..."""
    step = 1e-30
    zeta = _scaled_zeta(alpha + 1j * step, q)
    return -zeta.imag / (step * zeta.real)


def _zeta_exponent(mean_log, q):
    """Return the exponent at which the mean of log(x / q) under the zeta law is `mean_log`.

    By regula falsi (the Illinois variant) for the logarithm of the mean against that of
    alpha - 1, which is nearly a straight line. The formula for continuous data bounds the
    exponent from above with `q`, and from below with ``q - 1/2`` in its place.
    """
    mean_log, q = np.broadcast_arrays(np.asarray(mean_log, float), np.asarray(q, float))
    low = -np.log(mean_log - np.log1p(-0.5 / q)) - 1e-6
    high = np.minimum(-np.log(mean_log) + 1e-6, np.log(600 / np.log1p(1 / q)))
    above = np.log(_zeta_mean_log(1 + np.exp(low), q) / mean_log)
    below = np.log(_zeta_mean_log(1 + np.exp(high), q) / mean_log)
    side = np.zeros(mean_log.shape)
    for _ in range(100):
        middle = (low * below - high * above) / (below - above)
        value = np.log(_zeta_mean_log(1 + np.exp(middle), q) / mean_log)
        if np.abs(value).max() < 1e-12:
            break
        new_side = np.sign(value)
        stuck = np.where(new_side == side, 0.5, 1.0)
        heavy = value > 0
        above, below = np.where(heavy, value, above * stuck), np.where(heavy, below * stuck, value)
        low, high = np.where(heavy, middle, low), np.where(heavy, high, middle)
        side = new_side
    return (1 + np.exp(middle))[()]


def _zeta_information(alpha, q):
    """Return the variance of log x under the zeta law: the Fisher information of a sample."""
    h = 1e-4 * (alpha - 1)
    return float((_zeta_mean_log(alpha - h, q) - _zeta_mean_log(alpha + h, q)) / (2 * h))


def _fit_sorted(x, discrete, xmin, min_tail, n_candidates):
    """Fit the tail of a sorted sample: all candidates for its start at once."""
    n = len(x)
    values, first = np.unique(x, return_index=True)
    if xmin is not None:
        starts, bases = np.searchsorted(x, [xmin]), np.array([float(xmin)])
    else:
        starts = first[(n - first >= min_tail) & (values < x[-1])]
        if len(starts) > n_candidates:
            starts = starts[np.linspace(0, len(starts) - 1, n_candidates).astype(int)]
        bases = x[starts]
    sizes = n - starts
    logs = np.log(x)
    above = logs[::-1].cumsum()[::-1][starts] - sizes * np.log(bases)
    if discrete:
        exponents = _zeta_exponent(above / sizes, bases)
        distances = _discrete_distances(values, first, n, starts, bases, exponents)
    else:
        exponents = 1 + sizes / above
        distances = _continuous_distances(logs, starts, bases, exponents)
    best = int(np.argmin(distances))
    alpha, size = float(exponents[best]), int(sizes[best])
    if discrete:
        error = 1 / np.sqrt(size * _zeta_information(alpha, bases[best]))
    else:
        error = (alpha - 1) / np.sqrt(size)
    return PowerLaw(
        exponent=alpha,
        xmin=float(bases[best]),
        n_tail=size,
        n_samples=n,
        distance=float(distances[best]),
        standard_error=float(error),
        discrete=discrete,
        xmin_given=xmin is not None,
    )


def _continuous_distances(logs, starts, bases, exponents):
    """Return the Kolmogorov-Smirnov distance of each candidate's tail to its fit."""
    n, origin = len(logs), starts.min()
    rank = np.arange(origin, n) - starts[:, None]
    size = (n - starts)[:, None]
    gap = np.maximum(logs[origin:] - np.log(bases)[:, None], 0.0)
    fitted = -np.expm1((1 - exponents)[:, None] * gap)
    far = np.maximum(fitted - rank / size, (rank + 1) / size - fitted)
    return np.where(rank >= 0, far, 0.0).max(axis=1)


def _discrete_distances(values, first, n, starts, bases, exponents):
    """Return the same for whole numbers, where both distribution functions jump together."""
    kept = values >= bases.min()
    values, first = values[kept], first[kept]
    last = np.append(first[1:], n)
    alpha, q = exponents[:, None], bases[:, None]
    total = _scaled_zeta(exponents, bases)[:, None]

    def beyond(x):
        x = np.maximum(x, q)
        return _scaled_zeta(alpha, x) * (x / q) ** -alpha / total

    size = (n - starts)[:, None]
    at = np.abs((n - last) / size - beyond(values + 1))
    before = np.abs((n - first) / size - beyond(values))
    return np.where(values >= q, np.maximum(at, before), 0.0).max(axis=1)


def _synthetic(fit, below, xmin, min_tail, rng):
    """Draw a sorted sample: the fit above its start, the data below; one that can be fitted."""
    while True:
        n_tail = rng.binomial(fit.n_samples, fit.n_tail / fit.n_samples)
        tail = sample_power_law(fit.exponent, _start(fit), n_tail, rng, discrete=fit.discrete)
        rest = rng.choice(below, fit.n_samples - n_tail) if len(below) else []
        x = np.sort(np.concatenate([rest, tail]))
        if xmin is None and x[-min_tail] < x[-1]:
            return x
        if xmin is not None and n_tail >= 2 and x[-1] > xmin:
            return x


def _start(fit):
    return int(fit.xmin) if fit.discrete else fit.xmin


def _log_power_law(x, fit):
    """Return the log-density, or log-probability, of the fit."""
    logs = -fit.exponent * np.log(x / fit.xmin)
    if fit.discrete:
        return logs - np.log(_scaled_zeta(fit.exponent, fit.xmin))
    return logs + np.log((fit.exponent - 1) / fit.xmin)


def _log_exponential(x, xmin, discrete):
    """Return the log-density of the best exponential above `xmin`, geometric if discrete."""
    mean = x.mean() - xmin
    if discrete:
        return -np.log1p(mean) - (x - xmin) * np.log1p(1 / mean)
    return -np.log(mean) - (x - xmin) / mean


def _log_lognormal(x, xmin, discrete):
    """Return the log-density of the best log-normal cut at `xmin`, rounded if discrete.

    With t = log(x / xmin) the density of t is exp(-a t - b t^2) over its integral, b >= 0: an
    exponential family, whose edge b = 0 is the power law.
    """
    base = xmin - 0.5 if discrete else xmin
    t = np.log(x / base)
    scale = t.mean()
    if discrete:
        low, high = np.log((x - 0.5) / base) / scale, np.log((x + 0.5) / base) / scale

        def terms(a, b):
            near, far = _log_beyond(low, a, b), _log_beyond(high, a, b)
            return near + np.log(-np.expm1(np.minimum(far - near, -1e-300)))

    else:

        def terms(a, b):
            return -a * (t / scale) - b * (t / scale) ** 2 - np.log(scale) - np.log(x)

    def log_density(parameters):
        a, b = parameters
        return terms(a, b) - _log_beyond(0.0, a, b)

    best = scipy.optimize.minimize(
        lambda parameters: -log_density(parameters).mean(),
        x0=(0.5, 0.2),
        method="L-BFGS-B",
        bounds=((-60.0, 60.0), (1e-9, 600.0)),
        options={"ftol": 1e-14, "gtol": 1e-10},
    )
    return log_density(best.x)


def _log_beyond(t, a, b):
    """Return the log of the integral of exp(-a s - b s^2) over s > t, for t >= 0 and b > 0."""
    spread = 1 / np.sqrt(2 * b)
    z = (t + a / (2 * b)) / spread
    with np.errstate(over="ignore"):
        ratio = special.erfcx(np.maximum(z, 0.0) / np.sqrt(2)) * np.sqrt(np.pi / 2)
    right = np.log(spread) - a * t - b * t**2 + np.log(ratio)
    left = np.log(spread * np.sqrt(2 * np.pi)) + a**2 / (4 * b) + special.log_ndtr(-z)
    return np.where(z >= 0, right, left)
