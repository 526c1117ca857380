"""The normal distribution in several dimensions, refitted by its sample mean and covariance."""

from __future__ import annotations

import dataclasses

import numpy as np

from .. import _validate
from .base import ExponentialFamily

__all__ = ["MultivariateGaussian"]

_DIVISORS = {"unbiased": lambda n: n - 1.0, "mle": lambda n: n + 0.0}


def _transpose(a):
    return np.swapaxes(a, -1, -2)


def _covariance(p):
    product = p["factor"] @ _transpose(p["factor"])
    return product * np.exp(2 * p["log_scale"])[..., None, None]


def _log_determinant(p):
    diagonal = np.abs(np.diagonal(p["factor"], axis1=-2, axis2=-1))
    with np.errstate(divide="ignore"):
        logs = np.log(diagonal).sum(axis=-1)
    return 2 * (logs + diagonal.shape[-1] * p["log_scale"])


def _log_axes(p):
    """Return the logarithms of the semi-axes of the one-sigma ellipsoid, longest first."""
    with np.errstate(divide="ignore"):
        logs = np.log(np.linalg.svd(p["factor"], compute_uv=False))
    return logs + p["log_scale"][..., None]


_STATISTICS = ("n", "mean", "factor", "log_scale")


@dataclasses.dataclass(frozen=True)
class MultivariateGaussian(ExponentialFamily):
    r"""The normal distribution :math:`N(\mu, \Sigma)` in `dimension` dimensions, both fitted.

    The covariance is kept as :math:`\Sigma = e^{2\ell} L L^\top` with `L` lower triangular and
    its largest entry 1. A refit on :math:`M` samples multiplies the factor by Bartlett's random
    triangle, :math:`L' = L A / \sqrt{D(M)}`, where :math:`A A^\top` is Wishart with
    :math:`M - 1` degrees of freedom: :math:`d(d+1)/2` draws, whatever :math:`M`. With fewer
    samples than dimensions the law is the singular Wishart and the rank drops to
    :math:`M - 1` at once.

    Parameters
    ----------
    dimension : int
        At least 1.
    divisor : {"unbiased", "mle"}
        Divide the scatter by :math:`M - 1` or by :math:`M`.

    Notes
    -----
    Parameters of a chain: ``mean`` (d,), ``factor`` (d, d), ``log_scale``; derived:
    ``covariance``, ``log_determinant``, ``log_axes`` (logarithms of the ellipsoid's
    semi-axes, longest first). Chapter: *random_walks*. Source: Bartlett (1933).

    Examples
    --------
    >>> model = MultivariateGaussian(2)
    >>> square = np.array([[[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]]])
    >>> model.quantity("covariance", model.fit(square)).round(4)
    array([[[1.3333, 0.    ],
            [0.    , 1.3333]]])
    """

    dimension: int
    divisor: str = "unbiased"

    parameters = ("mean", "factor", "log_scale")
    minimum_samples = 2
    derived = {
        "covariance": _covariance,
        "log_determinant": _log_determinant,
        "log_axes": _log_axes,
    }

    def __post_init__(self):
        _validate.integer("dimension", self.dimension, at_least=1)
        _validate.choice("divisor", self.divisor, tuple(_DIVISORS))

    @property
    def values_per_chain(self):
        """Numbers that one chain keeps for a generation."""
        return self.dimension**2

    def truth(self, given=None):
        """Return the true parameters.

        Parameters
        ----------
        given : dict with ``mean`` (d,) and ``covariance`` (d, d), optional
            Zero and the identity if not given; the covariance must be positive definite.
        """
        d = self.dimension
        defaults = {"mean": np.zeros(d), "covariance": np.eye(d)}
        given = _validate.truth(given, defaults, ("mean", "covariance"))
        mean = _validate.array("truth['mean']", given["mean"], shape=(d,))
        covariance = _validate.array("truth['covariance']", given["covariance"], shape=(d, d))
        if not np.allclose(covariance, covariance.T):
            raise ValueError("truth['covariance'] must be symmetric")
        try:
            factor = np.linalg.cholesky(covariance)
        except np.linalg.LinAlgError:
            low = np.linalg.eigvalsh(covariance).min()
            raise ValueError(
                "truth['covariance'] must be positive definite, "
                f"its smallest eigenvalue is {low:.3g}"
            ) from None
        factor, log_scale = _normalise(factor[None], np.zeros(1))
        return {"mean": mean, "factor": factor[0], "log_scale": log_scale[0]}

    def sample(self, parameters, n_samples, rng):
        """Draw samples, shape (n_chains, n_samples, dimension)."""
        _validate.draw(parameters, self.parameters, n_samples, rng)
        z = rng.standard_normal((len(parameters["mean"]), n_samples, self.dimension))
        factor = parameters["factor"] * np.exp(parameters["log_scale"])[:, None, None]
        return parameters["mean"][:, None] + z @ _transpose(factor)

    def statistics(self, data):
        """Return count, mean and a triangular factor of the scatter matrix about the mean."""
        data = _validate.array("data", data, ndim=3)
        if data.shape[-1] != self.dimension:
            raise ValueError(
                f"data must have {self.dimension} columns (its last axis), got {data.shape[-1]}"
            )
        mean = data.mean(axis=1)
        factor = _triangle(_transpose(data - mean[:, None]))
        factor, log_scale = _normalise(factor, np.zeros(len(data)))
        return {"n": data.shape[1], "mean": mean, "factor": factor, "log_scale": log_scale}

    def draw_statistics(self, parameters, n_samples, rng):
        """Draw count, mean and scatter: one normal vector and one Bartlett triangle a chain."""
        _validate.draw(parameters, self.parameters, n_samples, rng)
        mean, factor = parameters["mean"], parameters["factor"]
        scale = np.exp(parameters["log_scale"])[:, None]
        step = np.einsum("rij,rj->ri", factor, rng.standard_normal(mean.shape))
        scatter = factor @ _bartlett(len(mean), self.dimension, n_samples - 1, rng)
        scatter, log_scale = _normalise(scatter, parameters["log_scale"])
        return {
            "n": n_samples,
            "mean": mean + scale * step / np.sqrt(n_samples),
            "factor": scatter,
            "log_scale": log_scale,
        }

    def merge(self, first, second):
        """Pool two training sets: stack the factors and the gap between the means, one QR."""
        _validate.mapping("first", first, _STATISTICS)
        _validate.mapping("second", second, _STATISTICS)
        n = first["n"] + second["n"]
        gap = second["mean"] - first["mean"]
        log_scale = np.maximum(first["log_scale"], second["log_scale"])
        between = np.sqrt(first["n"] * second["n"] / n) * gap * np.exp(-log_scale)[:, None]
        columns = [
            part["factor"] * np.exp(part["log_scale"] - log_scale)[:, None, None]
            for part in (first, second)
        ]
        factor = _triangle(np.concatenate([*columns, between[..., None]], axis=-1))
        factor, log_scale = _normalise(factor, log_scale)
        mean = first["mean"] + gap * (second["n"] / n)
        return {"n": n, "mean": mean, "factor": factor, "log_scale": log_scale}

    def scale(self, statistics, factor):
        """Let every sample count `factor` times, a positive number."""
        _validate.mapping("statistics", statistics, _STATISTICS)
        factor = _validate.real("factor", factor, above=0)
        return statistics | {
            "n": statistics["n"] * factor,
            "log_scale": statistics["log_scale"] + 0.5 * np.log(factor),
        }

    def heat(self, parameters, temperature):
        """Raise the density to the power 1 / temperature: the covariance is multiplied by it."""
        _validate.mapping("parameters", parameters, self.parameters)
        temperature = _validate.real("temperature", temperature, above=0)
        return parameters | {"log_scale": parameters["log_scale"] + 0.5 * np.log(temperature)}

    def estimate(self, statistics):
        """Return mean, factor and log scale of the covariance, with the chosen divisor."""
        _validate.mapping("statistics", statistics, _STATISTICS)
        shrink = 0.5 * np.log(_DIVISORS[self.divisor](statistics["n"]))
        return {
            "mean": statistics["mean"],
            "factor": statistics["factor"],
            "log_scale": statistics["log_scale"] - shrink,
        }


def _normalise(factor, log_scale):
    """Move the largest entry of each factor into its log scale."""
    size = np.abs(factor).max(axis=(-2, -1))
    size = np.where(size > 0, size, 1.0)
    return factor / size[:, None, None], log_scale + np.log(size)


def _triangle(columns):
    """Return lower-triangular (r, d, d) factors F with F F^T = C C^T for C of shape (r, d, k)."""
    d = columns.shape[1]
    triangle = _transpose(np.linalg.qr(_transpose(columns), mode="r"))
    short = d - triangle.shape[-1]
    return np.pad(triangle, ((0, 0), (0, 0), (0, short))) if short else triangle


def _bartlett(n_chains, d, freedom, rng):
    """Draw lower-triangular A, shape (n_chains, d, d), with A A^T ~ Wishart(identity, freedom).

    With fewer degrees of freedom than dimensions the last columns are zero (the singular
    Wishart law).
    """
    a = np.zeros((n_chains, d, d))
    rank = min(d, freedom)
    rows, columns = np.tril_indices(d, -1)
    kept = columns < rank
    rows, columns = rows[kept], columns[kept]
    a[:, rows, columns] = rng.standard_normal((n_chains, len(rows)))
    j = np.arange(rank)
    a[:, j, j] = np.sqrt(2 * rng.standard_gamma((freedom - j) / 2, (n_chains, rank)))
    return a
