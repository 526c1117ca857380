"""The Poisson law of counts, refitted by its mean."""

from __future__ import annotations

import dataclasses

import numpy as np

from .. import _validate
from .base import ExponentialFamily

__all__ = ["Poisson"]

_LARGEST_MEAN = 1e18
_STATISTICS = ("n", "total")


@dataclasses.dataclass(frozen=True)
class Poisson(ExponentialFamily):
    r"""The Poisson law with mean :math:`\lambda`, fitted by maximum likelihood.

    The loop runs on one draw per generation, whatever the number :math:`M` of samples: their
    sum is

    .. math:: S' \sim \mathrm{Poisson}(M \lambda), \qquad \lambda' = \frac{S'}{M},

    so that with :math:`M` constant :math:`S_{k+1} \mid S_k \sim \mathrm{Poisson}(S_k)`: a
    critical branching process, which dies out. A rate of zero is never left.

    Notes
    -----
    Parameter of a chain: ``rate``. Statistics: ``n`` and ``total``. Source: Suresh et al.
    (2024), theorem 2. Chapter: *exact_laws*.

    Examples
    --------
    >>> Poisson().fit(np.array([[0, 3, 1, 0]]))["rate"]
    array([1.])
    """

    parameters = ("rate",)

    def truth(self, given=None):
        """Return the true rate.

        Parameters
        ----------
        given : dict with ``rate``, optional
            Positive; 1 if not given.
        """
        given = _validate.truth(given, {"rate": 1.0}, ("rate",))
        return {"rate": np.array(_validate.real("truth['rate']", given["rate"], above=0))}

    def sample(self, parameters, n_samples, rng):
        """Draw counts, integers of shape (n_chains, n_samples)."""
        _validate.integer("n_samples", n_samples)
        _validate.generator(rng)
        rate = self._rate(parameters, 1)
        return rng.poisson(rate[:, None], (len(rate), n_samples))

    def statistics(self, data):
        """Return the number of samples and the sum of each chain."""
        data = _validate.array("data", data, ndim=2)
        if data.min() < 0 or (data != np.rint(data)).any():
            bad = data[(data < 0) | (data != np.rint(data))].flat[0]
            raise ValueError(f"data must hold counts 0, 1, 2, ..., got {bad:g}")
        return {"n": data.shape[1], "total": data.sum(axis=1)}

    def draw_statistics(self, parameters, n_samples, rng):
        """Draw the sum of `n_samples` counts: one Poisson number a chain."""
        _validate.integer("n_samples", n_samples)
        _validate.generator(rng)
        rate = self._rate(parameters, n_samples)
        return {"n": n_samples, "total": rng.poisson(rate * n_samples).astype(float)}

    def merge(self, first, second):
        """Pool two training sets: sizes and sums add."""
        _validate.mapping("first", first, _STATISTICS)
        _validate.mapping("second", second, _STATISTICS)
        return {name: first[name] + second[name] for name in _STATISTICS}

    def scale(self, statistics, factor):
        """Weight a training set: multiply size and sums by `factor`, at least 0."""
        factor = _validate.real("factor", factor, at_least=0)
        _validate.mapping("statistics", statistics, _STATISTICS)
        return {name: statistics[name] * factor for name in _STATISTICS}

    def estimate(self, statistics):
        """Return the mean count of each chain."""
        _validate.mapping("statistics", statistics, _STATISTICS)
        if not statistics["n"] > 0:
            raise ValueError("Poisson needs at least 1 sample to be fitted, got 0")
        return {"rate": np.asarray(statistics["total"]) / statistics["n"]}

    def _rate(self, parameters, n_samples):
        """Return the rates, refused if a sum of `n_samples` counts cannot be drawn."""
        _validate.mapping("parameters", parameters, self.parameters)
        rate = _validate.array("parameters['rate']", parameters["rate"], ndim=1)
        if rate.min() < 0:
            raise ValueError(f"parameters['rate'] must not be negative, got {rate.min():g}")
        if rate.max() * n_samples > _LARGEST_MEAN:
            raise ValueError(
                f"parameters['rate'] times n_samples must be at most {_LARGEST_MEAN:g} "
                f"to be drawn, got {rate.max() * n_samples:g}"
            )
        return rate
