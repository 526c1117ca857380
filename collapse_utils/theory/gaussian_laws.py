r"""What exactly the Gaussian replace loop produces: laws, kurtosis, divergences, survival.

A model that has been through `n_fits` fits is :math:`N(\mu_n, \sigma_n^2)` with random
parameters, and :math:`X^n` is one sample of it. `n_fits` counts the first fit, on real data,
as 1. `n_samples` is one size for all fits or a sequence with one size per fit, the real
sample first. :math:`a = (M-1)/2` for a size :math:`M`.
"""

from __future__ import annotations

import numpy as np
import scipy  # loads stats and optimize, which take long, when they are first used
from scipy import special

from .. import _validate
from ._arguments import plain, reals, whole
from ._moments import Loop, log_gamma_ratio

__all__ = [
    "centred_characteristic_function",
    "centred_density",
    "centred_kurtosis",
    "collapse_location",
    "collapse_location_tail",
    "expected_determinant",
    "expected_entropy",
    "expected_forward_kl",
    "expected_reverse_kl",
    "expected_std",
    "marginal_characteristic_function",
    "marginal_density",
    "marginal_kurtosis",
    "marginal_tail_mass",
    "spread_survival_bound",
    "spread_survival_exponent",
]


def _size(n_samples):
    why = "for a variance to be estimated"
    return _validate.integer("n_samples", n_samples, at_least=2, why=why)


def _log_centred(t, m, variance):
    return -(m - 1) / 2 * np.log1p(variance * t**2 / (m - 1))


def centred_characteristic_function(t, n_samples, *, variance=1.0):
    r"""Return the characteristic function of a first-generation sample about its own mean.

    .. math:: \mathbb E e^{it(X^1-\mu_1)} = \left(1 + \frac{\sigma^2t^2}{M-1}\right)^{-(M-1)/2}

    This is a variance-gamma law: a normal whose variance is gamma with shape :math:`a` and
    mean :math:`\sigma^2`.

    Parameters
    ----------
    t : float or array
        Argument, in inverse units of the data.
    n_samples : int
        Real samples of the first fit, at least 2; unbiased divisor.
    variance : float
        True variance :math:`\sigma^2`.

    Returns
    -------
    float or array, like `t`
        Real, between 0 and 1.

    Notes
    -----
    Source: derived here. Published accounts give the variance-gamma law to :math:`X^1` itself, as
    quoted from Shumailov et al. (2024); we measure it for :math:`X^1-\mu_1`, see
    `marginal_characteristic_function`. Chapter: *exact_laws*.

    Examples
    --------
    >>> round(centred_characteristic_function(1.0, 10), 5)
    0.62243
    """
    t, m = reals("t", t), _size(n_samples)
    variance = _validate.real("variance", variance, above=0)
    return plain(np.exp(_log_centred(t, m, variance)))


def marginal_characteristic_function(t, n_samples, *, mean=0.0, variance=1.0):
    r"""Return the characteristic function of a first-generation sample.

    .. math:: \mathbb E e^{itX^1} = e^{i\mu t}\, e^{-\sigma^2t^2/(2M)}
              \left(1 + \frac{\sigma^2t^2}{M-1}\right)^{-(M-1)/2}

    A variance-gamma law convolved with the normal law of the fitted mean, hence not
    variance-gamma at any finite size.

    Parameters
    ----------
    t : float or array
        Argument, in inverse units of the data.
    n_samples : int
        Real samples of the first fit, at least 2; unbiased divisor.
    mean, variance : float
        True mean and variance.

    Returns
    -------
    complex or array of complex, like `t`

    Notes
    -----
    Source: derived here. Chapter: *exact_laws*.

    Examples
    --------
    >>> round(marginal_characteristic_function(1.0, 10).real, 5)
    0.59207
    """
    t, m = reals("t", t), _size(n_samples)
    mean = _validate.real("mean", mean)
    variance = _validate.real("variance", variance, above=0)
    value = np.exp(1j * mean * t - variance * t**2 / (2 * m) + _log_centred(t, m, variance))
    return complex(value) if value.ndim == 0 else value


def _log_bessel_k(order, z):
    """Return log K_order(z) for z > 0, also where K itself overflows."""
    if order > 25:  # Debye's expansion, uniform in z
        ratio = z / order
        root = np.sqrt(1 + ratio**2)
        t = 1 / root
        eta = root + np.log(ratio / (1 + root))
        terms = (
            1.0,
            -(3 * t - 5 * t**3) / 24,
            (81 * t**2 - 462 * t**4 + 385 * t**6) / 1152,
            -(30375 * t**3 - 369603 * t**5 + 765765 * t**7 - 425425 * t**9) / 414720,
            (
                4465125 * t**4
                - 94121676 * t**6
                + 349922430 * t**8
                - 446185740 * t**10
                + 185910725 * t**12
            )
            / 39813120,
        )
        series = sum(term / order**k for k, term in enumerate(terms))
        return 0.5 * np.log(np.pi / (2 * order)) - order * eta - 0.5 * np.log(root) + np.log(series)
    scaled = special.kve(order, z)
    small = np.isinf(scaled)
    log_k = np.log(np.where(small, 1.0, scaled)) - z
    order = max(abs(order), 0.1)  # infinite only at large order: the limit for z -> 0
    return np.where(small, special.gammaln(order) - np.log(2) + order * np.log(2 / z), log_k)


def centred_density(x, n_samples, *, variance=1.0):
    r"""Return the density of a first-generation sample about its own mean: variance-gamma.

    .. math:: f(x) = \frac{\beta}{\sqrt\pi\,\Gamma(a)}
              \left(\frac{\beta|x|}{2}\right)^{a-1/2} K_{a-1/2}(\beta|x|),
              \qquad \beta = \frac{\sqrt{M-1}}{\sigma}

    Two samples give :math:`K_0(|x|/\sigma)/(\pi\sigma)`, infinite at 0; three give Laplace's law.

    Parameters
    ----------
    x : float or array
        Distance from the fitted mean, in units of the data.
    n_samples : int
        Real samples of the first fit, at least 2; unbiased divisor.
    variance : float
        True variance :math:`\sigma^2`.

    Returns
    -------
    float or array, like `x`
        Per unit of the data; infinite at 0 for two samples.

    Notes
    -----
    Source: derived here; the parametrisation is that of a normal variance mixture. Chapter:
    *exact_laws*.

    Examples
    --------
    >>> round(centred_density(1.0, 3), 5), centred_density(0.0, 2)
    (0.17191, inf)
    """
    x, m = reals("x", x), _size(n_samples)
    variance = _validate.real("variance", variance, above=0)
    a, beta = (m - 1) / 2, np.sqrt((m - 1) / variance)
    z = beta * np.abs(x)
    inside = np.where(z > 0, z, 1.0)
    log_f = (a - 0.5) * np.log(inside / 2) + _log_bessel_k(a - 0.5, inside)
    density = beta / np.sqrt(np.pi) * np.exp(log_f - special.gammaln(a))
    peak = np.inf
    if m > 2:
        peak = beta / (2 * np.sqrt(np.pi)) * np.exp(special.gammaln(a - 0.5) - special.gammaln(a))
    return plain(np.where(z > 0, density, peak))


def marginal_density(x, n_samples, *, mean=0.0, variance=1.0):
    r"""Return the density of a first-generation sample, over all chains.

    .. math:: f(x) = \frac1\pi\int_0^\infty \cos(t(x-\mu))\, e^{-\sigma^2t^2/(2M)}
              \left(1 + \frac{\sigma^2t^2}{M-1}\right)^{-(M-1)/2} dt

    by the trapezoidal rule, which converges geometrically here.

    Parameters
    ----------
    x : float or array
        Where, in units of the data.
    n_samples : int
        Real samples of the first fit, at least 2; unbiased divisor.
    mean, variance : float
        True mean and variance.

    Returns
    -------
    float or array, like `x`
        Per unit of the data, right to about 1e-14 of the peak (not relatively in the far tail).

    Notes
    -----
    Source: derived here, the inverse of `marginal_characteristic_function`. Finite at the
    centre, where `centred_density` of two samples is not. Chapter: *exact_laws*.

    Examples
    --------
    >>> round(marginal_density(0.0, 2), 3)
    0.398
    """
    x, m = reals("x", x), _size(n_samples)
    mean = _validate.real("mean", mean)
    variance = _validate.real("variance", variance, above=0)
    z = (x - mean) / np.sqrt(variance)
    t, step = _frequencies(z, m)
    weights = np.exp(_log_marginal(t, m)) * step / np.pi
    weights[0] /= 2
    value = _transform(np.cos, np.minimum(np.abs(z), _FAR), t, weights)
    value = np.where(np.abs(z) > _FAR, 0.0, np.maximum(value, 0.0))
    return plain(value / np.sqrt(variance))


_FAR = 60.0  # in standard deviations; what lies beyond is below 1e-24


def _log_marginal(t, m):
    return -(t**2) / (2 * m) + _log_centred(t, m, 1.0)


def _frequencies(z, m):
    """Return equidistant arguments of the characteristic function, up to where it is 1e-17."""
    highest = 1.0
    while _log_marginal(highest, m) > -40:
        highest *= 1.3
    step = 2 * np.pi / (2 * np.minimum(np.abs(z), _FAR).max() + _FAR)
    return np.arange(0, highest + step, step), step


def _transform(wave, z, t, weights):
    """Return the sum over t of weights times wave(z t), in bounded memory."""
    value = np.empty(z.size)
    for first in range(0, z.size, 4096):
        block = z.ravel()[first : first + 4096]
        value[first : first + 4096] = wave(np.multiply.outer(block, t)) @ weights
    return value.reshape(z.shape)


def marginal_tail_mass(distance, n_samples):
    r"""Return the mean over chains of the first model's mass beyond some distance from the truth.

    .. math:: P(|X^1-\mu| > r\sigma) = 1 - \frac2\pi\int_0^\infty \frac{\sin(rt)}{t}\,
              e^{-t^2/(2M)}\left(1 + \frac{t^2}{M-1}\right)^{-(M-1)/2} dt

    More than the true law has, for a tail: the mean tail mass rises, while the median falls with
    the fits that follow.

    Parameters
    ----------
    distance : float or array
        :math:`r`, at least 0, in true standard deviations.
    n_samples : int
        Real samples of the first fit, at least 2; unbiased divisor.

    Returns
    -------
    float or array, like `distance`
        Probability of both tails together, right to about 1e-14.

    Notes
    -----
    Source: derived here; that a model first loses its tails is Shumailov et al. (2024),
    Definition 2.1, as quoted. Chapter: *early_late*.

    Examples
    --------
    >>> round(marginal_tail_mass(3.0, 100) / marginal_tail_mass(3.0, 10**9), 2)
    1.2
    """
    r, m = reals("distance", distance, at_least=0), _size(n_samples)
    t, step = _frequencies(r, m)
    t = t + step / 2
    weights = np.exp(_log_marginal(t, m)) / t * step * 2 / np.pi
    mass = 1 - _transform(np.sin, np.minimum(r, _FAR), t, weights)
    return plain(np.where(r > _FAR, 0.0, np.clip(mass, 0.0, 1.0)))


def centred_kurtosis(n_fits, n_samples):
    r"""Return the excess kurtosis of a sample about its own model's mean, over all chains.

    .. math:: 3\left[\prod_{i}\left(1 + \frac{2}{M_i-1}\right) - 1\right]

    which is :math:`6/(M-1)` after the first fit.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int or sequence of int
        Samples per fit, at least 2.

    Returns
    -------
    float or array, like `n_fits`
        Zero for a normal law; the same for every divisor; infinite where it exceeds 1e308.

    Notes
    -----
    Source: derived here. Chapter: *exact_laws*.

    Examples
    --------
    >>> round(centred_kurtosis(1, 5), 12)
    1.5
    """
    loop = Loop(n_fits, n_samples, "unbiased")
    with np.errstate(over="ignore"):
        return plain(3 * np.expm1(loop.log_spread(4))[loop.n])


def marginal_kurtosis(n_fits, n_samples, *, divisor="unbiased"):
    r"""Return the excess kurtosis of a sample of the model, over all chains.

    .. math:: \frac{\mathbb E\mu_n^4 + 6\,\mathbb E\mu_n^2\sigma_n^2 + 3\,\mathbb E\sigma_n^4}
              {(\mathbb E\mu_n^2 + \mathbb E\sigma_n^2)^2} - 3

    about the true mean: :math:`6/((M-1)(1+1/M)^2)` after the first fit.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int or sequence of int
        Samples per fit, at least 2.
    divisor : str
        A key of `collapse_utils.models.DIVISORS`.

    Returns
    -------
    float or array, like `n_fits`
        Zero for a normal law; infinite where the moments exceed 1e130.

    Notes
    -----
    Source: derived here; the three moments obey a linear recursion. Chapter: *exact_laws*.

    Examples
    --------
    >>> round(marginal_kurtosis(1, 5), 4)
    1.0417
    """
    loop = Loop(n_fits, n_samples, divisor)
    second = loop.second()
    with np.errstate(over="ignore", invalid="ignore"):
        fourth = loop.fourth() + 6 * loop.square(2) + 3 * loop.spread(4)
        kurtosis = fourth / second**2 - 3
    return plain(np.where(loop.log_spread(4) < 300, kurtosis, np.inf)[loop.n])


def expected_std(n_fits, n_samples, *, divisor="unbiased", variance=1.0):
    r"""Return the mean over chains of the fitted standard deviation.

    .. math:: \mathbb E\sigma_n = \sigma\,\kappa^n, \qquad
              \kappa = c_4(M)\sqrt{\frac{M-1}{D}} \approx 1 - \frac{1}{4M}

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
        In units of the data. The typical chain shrinks twice as fast.

    Notes
    -----
    Source: Bertrand et al. (2023), arXiv:2310.00429, as quoted in the notebook of Suresh et al.
    (2024) as a bound; exact in one dimension. Chapter: *exact_laws*.

    Examples
    --------
    >>> round(expected_std(20, 10), 4)
    0.5744
    """
    loop = Loop(n_fits, n_samples, divisor)
    variance = _validate.real("variance", variance, above=0)
    return plain(np.sqrt(variance) * loop.spread(1)[loop.n])


def _mean_log_spread(loop):
    """Return E log(sigma_n^2 / sigma^2) for the sizes of a loop."""
    steps = special.digamma(loop.shape) - np.log(loop.divisors(loop.sizes) / 2)
    return np.concatenate([[0.0], np.cumsum(steps)])


def expected_entropy(n_fits, n_samples, *, divisor="unbiased", variance=1.0):
    r"""Return the mean over chains of the model's differential entropy.

    .. math:: \mathbb E h_n = \tfrac12\log(2\pi e\sigma^2)
              + \tfrac n2\left(\psi(a) - \log\tfrac D2\right)

    A straight line, down by about :math:`1/(2(M-1))` per fit.

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
        Nats.

    Notes
    -----
    Source: derived here. Chapter: *wasserstein*.

    Examples
    --------
    >>> round(expected_entropy(50, 50) - expected_entropy(0, 50), 4)
    -0.5137
    """
    loop = Loop(n_fits, n_samples, divisor)
    variance = _validate.real("variance", variance, above=0)
    return plain(0.5 * np.log(2 * np.pi * np.e * variance) + 0.5 * _mean_log_spread(loop)[loop.n])


def expected_reverse_kl(n_fits, n_samples, *, divisor="unbiased"):
    r"""Return the mean Kullback-Leibler divergence from the truth to the model, model first.

    .. math:: \mathbb E\,\mathrm{KL}(p_n\Vert p_0)
              = \tfrac12\left[\frac nM + n(\log a - \psi(a))\right] \approx \frac nM

    (unbiased divisor): exactly linear for all :math:`n`.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int or sequence of int
        Samples per fit, at least 2.
    divisor : str
        A key of `collapse_utils.models.DIVISORS`.

    Returns
    -------
    float or array, like `n_fits`
        Nats; the same for every true mean and variance.

    Notes
    -----
    Source: derived here; on how the verdict depends on the metric see Borji (2024),
    arXiv:2410.12954, as quoted. Chapter: *wasserstein*.

    Examples
    --------
    >>> round(expected_reverse_kl(50, 50), 4)
    1.0137
    """
    loop = Loop(n_fits, n_samples, divisor)
    second = loop.second()
    return plain(0.5 * (second - 1 - _mean_log_spread(loop))[loop.n])


def expected_forward_kl(n_fits, n_samples, *, divisor="unbiased"):
    r"""Return the mean Kullback-Leibler divergence from the model to the truth, truth first.

    .. math:: \mathbb E\,\mathrm{KL}(p_0\Vert p_n)
              = \tfrac12\left[n(\psi(a) - \log a) + c^n + \frac{c(c^n-1)}{M(c-1)} - 1\right],
              \qquad c = \frac{M-1}{M-3}

    (unbiased divisor): exponential, about :math:`e^{2n/M}`.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int or sequence of int
        Samples per fit, at least 2.
    divisor : str
        A key of `collapse_utils.models.DIVISORS`.

    Returns
    -------
    float or array, like `n_fits`
        Nats; infinite from the first fit to three samples or fewer, and beyond 1e308.

    Notes
    -----
    Source: derived here. Chapter: *wasserstein*.

    Examples
    --------
    >>> round(expected_forward_kl(50, 50), 3), expected_forward_kl(1, 3)
    (4.726, inf)
    """
    loop = Loop(n_fits, n_samples, divisor)
    with np.errstate(over="ignore"):
        ratio = loop.spread(-2) + loop.square(-2)
    return plain(0.5 * (ratio - 1 + _mean_log_spread(loop))[loop.n])


_OFFSETS = {"unbiased": 0.0, "mle": 1.0, "c4": -1 / 2, "median-unbiased": -2 / 3}


def collapse_location(divisor="unbiased", *, mean=0.0, variance=1.0):
    r"""Return the law of the point on which a dead chain has come to rest.

    .. math:: \frac{\mu_\infty - \mu}{\sigma} \Rightarrow
              \frac{t_{2(1+\delta)}}{\sqrt{1+\delta}}, \qquad D = M - 1 + \delta

    in the limit of many samples per generation, whose number does not matter: Student's law
    with 2 degrees of freedom for the unbiased divisor, 4 for maximum likelihood.

    Parameters
    ----------
    divisor : str or float
        A key of `collapse_utils.models.DIVISORS` other than ``"log-unbiased"``, with which a
        chain never comes to rest, or the offset :math:`\delta` itself, above -1.
    mean, variance : float
        True mean and variance.

    Returns
    -------
    scipy.stats frozen distribution
        With ``pdf``, ``cdf``, ``median``, ``rvs`` and so on, in units of the data.

    Notes
    -----
    Source: derived here, by Dufresne's identity for exponential functionals of Brownian motion;
    no earlier statement is known to us. For maximum likelihood the variance is exactly
    :math:`\sigma^2` at every :math:`M`. Corrections of order :math:`1/M` are gone at
    :math:`M = 30`. Chapter: *exact_laws*.

    Examples
    --------
    >>> law = collapse_location()
    >>> round(float(law.ppf(0.75)), 4), round(float(collapse_location("mle").var()), 12)
    (0.8165, 1.0)
    """
    if isinstance(divisor, str):
        offset = _OFFSETS[_validate.choice("divisor", divisor, tuple(_OFFSETS))]
    else:
        offset = _validate.real("divisor", divisor, above=-1)
    mean = _validate.real("mean", mean)
    variance = _validate.real("variance", variance, above=0)
    return scipy.stats.t(2 * (1 + offset), loc=mean, scale=np.sqrt(variance / (1 + offset)))


def collapse_location_tail(n_samples):
    r"""Return the constant of the tail of the point on which a dead chain rests.

    .. math:: x^2\,P(|\mu_\infty-\mu| > x\sigma) \to
              \frac{1}{M(\psi(a+1) - \log a)} \approx 1 - \frac{2}{3M}

    The tail makes :math:`\mathbb E\mu_\infty^2` infinite, only just.

    Parameters
    ----------
    n_samples : int
        Samples per generation, at least 2; unbiased divisor.

    Returns
    -------
    float
        1 for Student's law with 2 degrees of freedom.

    Notes
    -----
    Source: derived here from the theorem of Kesten and Goldie on perpetuities. Chapter:
    *exact_laws*.

    Examples
    --------
    >>> round(collapse_location_tail(2), 4), round(collapse_location_tail(10), 4)
    (0.6853, 0.9344)
    """
    m = _size(n_samples)
    a = (m - 1) / 2
    return float(1 / (m * (special.digamma(a + 1) - np.log(a))))


def _log_moment(s, m):
    """Return log E[(chi^2_{m-1} / (m-1))^(s/2)]."""
    return float(log_gamma_ratio((m - 1) / 2, s / 2))


def _chernoff_power(m, log_ratio, n):
    """Return the power s that minimises the bound, with log_ratio = log(epsilon / sigma)."""
    if n == 0:
        return 0.0

    def value(s):
        return -s * log_ratio + n * _log_moment(s, m)

    top = 1.0
    while value(2 * top) < value(top) and top < 2**60:
        top *= 2
    best = scipy.optimize.minimize_scalar(
        value, bounds=(0, 2 * top), method="bounded", options={"xatol": 1e-9 * (1 + top)}
    )
    return float(best.x)


def spread_survival_bound(n_fits, n_samples, threshold, *, kind="chernoff", variance=1.0):
    r"""Bound the probability that the fitted standard deviation still exceeds a threshold.

    .. math:: P(\sigma_n > \epsilon) \le \begin{cases}
              (\sigma/\epsilon)\, e^{-n/(4M-1)} & \text{published} \\
              (\sigma/\epsilon)\, c_4(M)^n & \text{markov} \\
              \min_{s>0} (\sigma/\epsilon)^s\, (\mathbb E S^{s/2})^n & \text{chernoff}
              \end{cases}

    each tighter than the one above it; none above 1.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int
        Samples per generation, at least 2; unbiased divisor.
    threshold : float
        Standard deviation :math:`\epsilon`, positive, in units of the data.
    kind : {"chernoff", "markov", "published"}
        Which bound.
    variance : float
        True variance :math:`\sigma^2`.

    Returns
    -------
    float or array, like `n_fits`
        Between 0 and 1.

    Notes
    -----
    Source: Suresh et al. (2024), arXiv:2412.17646, Theorem 3, as in the authors' notebook; the
    expectation behind Markov's inequality is Bertrand et al. (2023), as quoted there; the last
    derived here. Chapter: *exact_laws*.

    Examples
    --------
    >>> [round(spread_survival_bound(100, 10, 0.1, kind=k), 3)
    ...  for k in ("published", "markov", "chernoff")]
    [0.77, 0.625, 0.374]
    """
    n, m = whole("n_fits", n_fits), _size(n_samples)
    threshold = _validate.real("threshold", threshold, above=0)
    variance = _validate.real("variance", variance, above=0)
    _validate.choice("kind", kind, ("chernoff", "markov", "published"))
    log_ratio = np.log(threshold) - 0.5 * np.log(variance)
    if kind == "published":
        log_bound = -log_ratio - n / (4 * m - 1)
    elif kind == "markov":
        log_bound = -log_ratio + n * _log_moment(1, m)
    else:
        values, back = np.unique(n, return_inverse=True)
        powers = [_chernoff_power(m, log_ratio, int(k)) for k in values]
        bounds = [
            -s * log_ratio + k * _log_moment(s, m) if k or log_ratio < 0 else -np.inf
            for s, k in zip(powers, values, strict=True)
        ]
        log_bound = np.reshape(np.array(bounds)[back], n.shape)
    return plain(np.exp(np.minimum(log_bound, 0)))


def spread_survival_exponent(n_samples):
    r"""Return the rate at which the probability of a surviving spread decays, in the long run.

    .. math:: \lim_{n\to\infty} \tfrac1n\log P(\sigma_n > \epsilon)
              = \min_{s} \log\mathbb E S^{s/2} \approx -\frac{1}{4M}

    attained close to :math:`s = 1`, so that the published rate :math:`1/(4M)` is tight.

    Parameters
    ----------
    n_samples : int
        Samples per generation, at least 2; unbiased divisor.

    Returns
    -------
    float
        Natural logarithm per fit, negative, whatever the threshold.

    Notes
    -----
    Source: derived here, by Cramér's theorem. Chapter: *exact_laws*.

    Examples
    --------
    >>> round(spread_survival_exponent(10), 6)
    -0.027731
    """
    m = _size(n_samples)
    return _log_moment(_chernoff_power(m, 0.0, 1), m)


def expected_determinant(n_fits, n_samples, dimension):
    r"""Return the mean determinant of the covariance, starting from the identity.

    .. math:: \mathbb E\det\Sigma_n
              = \left[\prod_{j=1}^{d-1}\left(1 - \frac{j}{M-1}\right)\right]^n

    while the mean trace stays at :math:`d`.

    Parameters
    ----------
    n_fits : int or array
        Number of fits, the first on real data included.
    n_samples : int
        Samples per generation, at least 2; unbiased divisor.
    dimension : int
        At least 1. With as many dimensions as samples, or more, one fit leaves zero.

    Returns
    -------
    float or array, like `n_fits`

    Notes
    -----
    Source: derived here from the Wishart law. Chapter: *wasserstein*.

    Examples
    --------
    >>> round(expected_determinant(6, 8, 3), 4)
    0.0527
    """
    n, m = whole("n_fits", n_fits), _size(n_samples)
    d = _validate.integer("dimension", dimension, at_least=1)
    factor = np.prod(np.maximum(1 - np.arange(1, d) / (m - 1), 0.0))
    return plain(factor ** n.astype(float))
