"""The normal distribution on the line, refitted by its sample mean and variance."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy import special

from .. import _validate
from .base import ExponentialFamily

__all__ = ["DIVISORS", "Gaussian"]


def _c4(n):
    """Return E[s] / sigma for the unbiased variance s^2 of n normal samples."""
    a = (np.asarray(n, dtype=float) - 1) / 2
    return np.exp(special.gammaln(a + 0.5) - special.gammaln(a) - 0.5 * np.log(a))


DIVISORS = {
    "unbiased": lambda n: n - 1.0,
    "mle": lambda n: n + 0.0,
    "c4": lambda n: (n - 1) * _c4(n) ** 2,
    "median-unbiased": lambda n: 2 * special.gammaincinv((n - 1) / 2, 0.5),
    "log-unbiased": lambda n: 2 * np.exp(special.digamma((n - 1) / 2)),
}
r"""What the sum of squares of :math:`n` samples is divided by.

``unbiased`` makes the mean of the variance right, ``mle`` is maximum likelihood, ``c4`` makes
the mean of the standard deviation right, ``median-unbiased`` the median of the variance and
``log-unbiased`` the mean of its logarithm.
"""

_STATISTICS = ("n", "mean", "log_squares")


@dataclasses.dataclass(frozen=True)
class Gaussian(ExponentialFamily):
    r"""The normal distribution :math:`N(\mu, \sigma^2)` with both parameters fitted.

    The loop runs on two draws per generation (Cochran's theorem): from :math:`M` samples

    .. math:: \mu' = \mu + \frac{\sigma}{\sqrt M} Z, \qquad
              \sigma'^2 = \sigma^2 \, \frac{\chi^2_{M-1}}{D(M)},

    with :math:`Z` standard normal and independent of the chi-square. The variance is kept
    as its logarithm, because chains die far below the smallest floating-point number.

    Parameters
    ----------
    divisor : {"unbiased", "mle", "c4", "median-unbiased", "log-unbiased"}
        Name of :math:`D(M)`, see `DIVISORS`.

    Notes
    -----
    Parameters of a chain: ``mean`` and ``log_variance``; derived: ``variance``, ``std``.
    Chapter: *random_walks*. Source: Shumailov et al. (2024), supplement 3.1.1; Cochran (1934).

    Examples
    --------
    >>> model = Gaussian()
    >>> fitted = model.fit(np.array([[1.0, 2.0, 3.0]]))
    >>> float(fitted["mean"][0]), float(np.exp(fitted["log_variance"][0]).round(12))
    (2.0, 1.0)
    """

    divisor: str = "unbiased"

    parameters = ("mean", "log_variance")
    minimum_samples = 2
    derived = {
        "variance": lambda p: np.exp(p["log_variance"]),
        "std": lambda p: np.exp(p["log_variance"] / 2),
    }

    def __post_init__(self):
        _validate.choice("divisor", self.divisor, tuple(DIVISORS))

    def truth(self, given=None):
        """Return the true parameters.

        Parameters
        ----------
        given : dict with ``mean`` and ``variance``, optional
            The standard normal if not given; the variance must be positive.
        """
        given = _validate.truth(given, {"mean": 0.0, "variance": 1.0}, ("mean", "variance"))
        variance = _validate.real("truth['variance']", given["variance"], above=0)
        mean = _validate.real("truth['mean']", given["mean"])
        return {"mean": np.array(mean), "log_variance": np.array(np.log(variance))}

    def sample(self, parameters, n_samples, rng):
        """Draw normal samples, shape (n_chains, n_samples)."""
        _validate.draw(parameters, self.parameters, n_samples, rng)
        mean = np.asarray(parameters["mean"])[:, None]
        std = np.exp(np.asarray(parameters["log_variance"]) / 2)[:, None]
        return mean + std * rng.standard_normal((len(mean), n_samples))

    def statistics(self, data):
        """Return count, mean and logarithm of the sum of squares about the mean."""
        data = _validate.array("data", data, ndim=2)
        mean = data.mean(axis=1)
        squares = ((data - mean[:, None]) ** 2).sum(axis=1)
        with np.errstate(divide="ignore"):
            return {"n": data.shape[1], "mean": mean, "log_squares": np.log(squares)}

    def draw_statistics(self, parameters, n_samples, rng):
        """Draw count, mean and log sum of squares: one normal and one chi-square a chain."""
        _validate.draw(parameters, self.parameters, n_samples, rng)
        mean, log_variance = parameters["mean"], parameters["log_variance"]
        std = np.exp(log_variance / 2)
        return {
            "n": n_samples,
            "mean": mean + std * rng.standard_normal(mean.shape) / np.sqrt(n_samples),
            "log_squares": log_variance + _log_chi_square(n_samples, mean.shape, rng),
        }

    def merge(self, first, second):
        """Pool two training sets: their sums of squares add, plus what lies between the means."""
        _validate.mapping("first", first, _STATISTICS)
        _validate.mapping("second", second, _STATISTICS)
        n = first["n"] + second["n"]
        gap = second["mean"] - first["mean"]
        with np.errstate(divide="ignore"):
            between = np.log(first["n"] * second["n"] / n) + 2 * np.log(np.abs(gap))
        within = np.logaddexp(first["log_squares"], second["log_squares"])
        return {
            "n": n,
            "mean": first["mean"] + gap * (second["n"] / n),
            "log_squares": np.logaddexp(within, between),
        }

    def scale(self, statistics, factor):
        """Let every sample count `factor` times, a positive number."""
        _validate.mapping("statistics", statistics, _STATISTICS)
        factor = _validate.real("factor", factor, above=0)
        return {
            "n": statistics["n"] * factor,
            "mean": statistics["mean"],
            "log_squares": statistics["log_squares"] + np.log(factor),
        }

    def heat(self, parameters, temperature):
        """Raise the density to the power 1 / temperature: the variance is multiplied by it."""
        _validate.mapping("parameters", parameters, self.parameters)
        temperature = _validate.real("temperature", temperature, above=0)
        return parameters | {"log_variance": parameters["log_variance"] + np.log(temperature)}

    def estimate(self, statistics):
        """Return mean and log variance, with the chosen divisor."""
        _validate.mapping("statistics", statistics, _STATISTICS)
        divisor = DIVISORS[self.divisor](statistics["n"])
        return {
            "mean": statistics["mean"],
            "log_variance": statistics["log_squares"] - np.log(divisor),
        }

    def walk(self, parameters, sizes, rng):
        r"""Refit on the last generation only, once per entry of `sizes`, in one sweep.

        The logarithm of the variance is a sum of independent terms and the mean is a sum of
        steps, so that all generations are drawn at once and accumulated.

        Parameters
        ----------
        parameters : dict of arrays, shape (n_chains,)
            Where the walk starts.
        sizes : array of int, shape (n,)
            Samples from which each refit is made.
        rng : numpy.random.Generator

        Returns
        -------
        dict of arrays, shape (n, n_chains)
            Parameters after each refit.
        """
        _validate.mapping("parameters", parameters, self.parameters)
        _validate.generator(rng)
        sizes = _validate.array("sizes", sizes, ndim=1)[:, None]
        if sizes.min() < self.minimum_samples:
            raise ValueError(f"sizes must be at least {self.minimum_samples}, got {sizes.min():g}")
        start = parameters["log_variance"]
        shape = (len(sizes), len(start))
        half = (sizes - 1) / 2
        # numpy draws three times as fast for one shape parameter as for an array of them
        log_variance = rng.standard_gamma(half[0, 0] if np.ptp(half) == 0 else half, shape)
        np.log(log_variance, out=log_variance)
        log_variance -= np.log(DIVISORS[self.divisor](sizes) / 2)
        log_variance[0] += start
        np.cumsum(log_variance, axis=0, out=log_variance)
        mean = rng.standard_normal(shape)
        mean[0] *= np.exp(start / 2) / np.sqrt(sizes[0])
        step = log_variance[:-1] - np.log(sizes[1:])
        step /= 2
        mean[1:] *= np.exp(step, out=step)
        mean[0] += parameters["mean"]
        np.cumsum(mean, axis=0, out=mean)
        return {"mean": mean, "log_variance": log_variance}


def _log_chi_square(n_samples, shape, rng):
    """Draw the logarithm of chi-square variables with ``n_samples - 1`` degrees of freedom."""
    if n_samples == 1:
        return np.full(shape, -np.inf)
    return np.log(2 * rng.standard_gamma((n_samples - 1) / 2, shape))
