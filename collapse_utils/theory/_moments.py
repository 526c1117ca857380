"""Joint moments of the mean and the spread along the Gaussian replace loop, exactly.

From a true mean of 0 and a true variance of 1, with S the factor by which a fit multiplies
the variance.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from .. import _validate
from ..models.gaussian import DIVISORS
from ._arguments import running, schedule


def _stirling(x):
    """Return what Stirling's formula for log gamma lacks, for x above 15."""
    y = 1 / (x * x)
    return (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y / 1188)))) / x


def log_gamma_ratio(a, s):
    """Return log of Gamma(a + s) / (Gamma(a) a^s), without cancellation at large a."""
    a = np.asarray(a, float)
    large = np.maximum(a, 20.0)
    tail = _stirling(large + s) - _stirling(large)
    asymptotic = (large + s - 0.5) * np.log1p(s / large) - s + tail
    direct = special.gammaln(a + s) - special.gammaln(a) - s * np.log(a)
    return np.where(a >= 20, asymptotic, direct)


class Loop:
    """Moments after 0, 1, ..., n fits of given sizes; index with the numbers of fits."""

    def __init__(self, n_fits, n_samples, divisor):
        self.divisors = DIVISORS[_validate.choice("divisor", divisor, tuple(DIVISORS))]
        self.n, self.sizes = schedule(n_fits, n_samples)
        self.shape = (self.sizes - 1) / 2
        self.log_bias = np.log((self.sizes - 1) / self.divisors(self.sizes))

    def log_step(self, power):
        """Return log E[S^(power / 2)] for every fit; infinite where the moment is."""
        finite = self.shape + power / 2 > 0
        shape = np.where(finite, self.shape, 20.0)
        steps = log_gamma_ratio(shape, power / 2) + power / 2 * self.log_bias
        return np.where(finite, steps, np.inf)

    def log_spread(self, power):
        """Return log E[sigma^power]."""
        return running(self.log_step(power), total=True)

    def spread(self, power):
        """Return E[sigma^power]."""
        with np.errstate(over="ignore"):
            return np.exp(self.log_spread(power))

    def square(self, power=0):
        """Return E[mean^2 sigma^power]."""
        below, above = self.log_step(power), self.log_step(power + 2)
        below_or_zero = np.where(np.isinf(below), 0.0, below)
        # each fit adds sigma^2 / M to the square of the mean, then rescales both
        log_ratio = running(np.where(np.isinf(below), 0.0, above - below_or_zero), total=True)[:-1]
        added = np.logaddexp.accumulate(log_ratio - np.log(self.sizes))
        with np.errstate(over="ignore"):
            return np.exp(self.log_spread(power) + np.concatenate([[-np.inf], added]))

    def second(self):
        """Return E[mean^2] + E[sigma^2]."""
        with np.errstate(over="ignore"):
            return self.square() + self.spread(2)

    def fourth(self):
        """Return E[mean^4]."""
        with np.errstate(over="ignore"):
            steps = 6 * self.square(2)[:-1] / self.sizes + 3 * self.spread(4)[:-1] / self.sizes**2
        return running(steps, total=True)
