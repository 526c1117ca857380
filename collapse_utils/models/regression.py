"""Linear regression by least squares, whose labels the last fit wrote."""

from __future__ import annotations

import dataclasses

import numpy as np

from .. import _validate
from .base import ExponentialFamily
from .multivariate_gaussian import _bartlett

__all__ = ["LinearRegression"]

_UNSEEN = 1e-12
"""Eigenvalues of the Gram matrix, relative to the largest, that count as zero."""

_STATISTICS = ("n", "gram", "moment")


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class LinearRegression(ExponentialFamily):
    r"""The linear model :math:`y = w^\top x + \sigma\varepsilon`, with the weights fitted.

    The law of the features is known and is no part of the fit: each generation writes labels
    for features that are either drawn anew from :math:`N(0, I_d)` or always the same. The
    statistics of :math:`M` samples are drawn without the samples: with Bartlett's triangle
    :math:`A` (`r = min(d, M)` columns) and :math:`z` standard normal in `r` dimensions

    .. math:: X^\top X = A A^\top, \qquad X^\top y = A A^\top w + \sigma A z .

    The fit minimises the sum of squares plus `ridge` times :math:`|w|^2`; without ridge and with
    fewer samples than dimensions it is the minimiser of smallest norm.

    Parameters
    ----------
    dimension : int
        Number of features :math:`d`, at least 1. There is no intercept.
    noise : float
        Standard deviation :math:`\sigma` of the labels about the line, at least 0: known, the
        same in every generation and not refitted.
    design : "isotropic" or array, shape (T, d)
        Fresh standard normal features in every generation, or the same rows always: sample `i`
        of every generation has the features of row ``i % T``.
    ridge : float
        Penalty, at least 0, on the scale of :math:`X^\top X` (not divided by `M`).

    Notes
    -----
    Parameters of a chain: ``weights`` (d,); derived: ``squared_norm``. Data have the shape
    (n_chains, n_samples, d + 1), with the label last. On isotropic features
    :math:`|w - w_0|^2` is the error on new real data beyond the noise floor. Sources:
    Gerstgrasser et al. (2024), theorem 2; Dohmatob, Feng and Kempe (2024). Chapter:
    *linear_regression*.

    Examples
    --------
    >>> from collapse_utils import replace, simulate
    >>> history = simulate(
    ...     LinearRegression(5), replace(), n_generations=4, n_samples=20, n_chains=20_000,
    ...     rng=np.random.default_rng(1),
    ... )
    >>> error = ((history["weights"] - history.truth["weights"]) ** 2).sum(axis=-1)
    >>> bool(np.allclose(error.mean(axis=1), history.n_fits * 5 / (20 - 5 - 1), rtol=0.03))
    True
    """

    dimension: int
    noise: float = 1.0
    design: object = "isotropic"
    ridge: float = 0.0

    parameters = ("weights",)
    minimum_samples = 1
    derived = {"squared_norm": lambda p: (p["weights"] ** 2).sum(axis=-1)}

    def __post_init__(self):
        d = _validate.integer("dimension", self.dimension, at_least=1)
        _validate.real("noise", self.noise, at_least=0)
        _validate.real("ridge", self.ridge, at_least=0)
        if isinstance(self.design, str):
            _validate.choice("design", self.design, ("isotropic",))
            return
        rows = _validate.array("design", self.design, ndim=2).copy()
        if rows.shape[1] != d:
            raise ValueError(f"design must have {d} columns, got {rows.shape[1]}")
        rows.setflags(write=False)
        object.__setattr__(self, "design", rows)

    def __repr__(self):
        design = repr(self.design) if self._isotropic else f"<{self.design.shape[0]} rows>"
        return (
            f"LinearRegression(dimension={self.dimension}, noise={self.noise}, "
            f"design={design}, ridge={self.ridge})"
        )

    @property
    def _isotropic(self):
        return isinstance(self.design, str)

    def truth(self, given=None):
        """Return the true parameters.

        Parameters
        ----------
        given : dict with ``weights`` (d,), optional
            Equal weights of norm 1 if not given.
        """
        d = self.dimension
        given = _validate.truth(given, {"weights": np.full(d, d**-0.5)}, ("weights",))
        return {"weights": _validate.array("truth['weights']", given["weights"], shape=(d,))}

    def sample(self, parameters, n_samples, rng):
        """Draw features and labels, shape (n_chains, n_samples, dimension + 1), the label last."""
        _validate.draw(parameters, self.parameters, n_samples, rng)
        weights = parameters["weights"]
        data = np.empty((len(weights), n_samples, self.dimension + 1))
        if self._isotropic:
            data[..., :-1] = rng.standard_normal((len(weights), n_samples, self.dimension))
        else:
            data[..., :-1] = self._rows(n_samples)
        data[..., -1] = (data[..., :-1] @ weights[..., None])[..., 0]
        data[..., -1] += self.noise * rng.standard_normal((len(weights), n_samples))
        return data

    def statistics(self, data):
        """Return count, the Gram matrix of the features and their products with the labels."""
        data = _validate.array("data", data, ndim=3)
        if data.shape[-1] != self.dimension + 1:
            raise ValueError(
                f"data must have {self.dimension + 1} columns (its last axis), "
                f"the features and the label, got {data.shape[-1]}"
            )
        features, labels = data[..., :-1], data[..., -1:]
        turned = np.swapaxes(features, -1, -2)
        return {
            "n": data.shape[1],
            "gram": turned @ features,
            "moment": (turned @ labels)[..., 0],
        }

    def draw_statistics(self, parameters, n_samples, rng):
        """Draw count, Gram matrix and moment: one Bartlett triangle and one normal vector."""
        _validate.draw(parameters, self.parameters, n_samples, rng)
        weights = parameters["weights"]
        if self._isotropic:
            factor = _bartlett(len(weights), self.dimension, n_samples, rng)
            factor = factor[..., : min(n_samples, self.dimension)]
        else:
            factor = np.linalg.qr(self._rows(n_samples), mode="r").T
        gram = factor @ np.swapaxes(factor, -1, -2)
        gram = np.broadcast_to(gram, (len(weights), *gram.shape[-2:]))
        z = rng.standard_normal((len(weights), factor.shape[-1], 1))
        moment = gram @ weights[..., None] + self.noise * (factor @ z)
        return {"n": n_samples, "gram": gram, "moment": moment[..., 0]}

    def merge(self, first, second):
        """Pool two training sets: everything adds."""
        _validate.mapping("first", first, _STATISTICS)
        _validate.mapping("second", second, _STATISTICS)
        return {name: first[name] + second[name] for name in _STATISTICS}

    def scale(self, statistics, factor):
        """Let every sample count `factor` times, a positive number."""
        _validate.mapping("statistics", statistics, _STATISTICS)
        factor = _validate.real("factor", factor, above=0)
        return {name: value * factor for name, value in statistics.items()}

    def estimate(self, statistics):
        """Return the weights of least squares, of smallest norm where many fit equally."""
        _validate.mapping("statistics", statistics, _STATISTICS)
        gram, moment = statistics["gram"], statistics["moment"]
        if self.ridge > 0:
            penalty = self.ridge * np.eye(self.dimension)
            return {"weights": np.linalg.solve(gram + penalty, moment[..., None])[..., 0]}
        if _well_conditioned(gram):
            return {"weights": np.linalg.solve(gram, moment[..., None])[..., 0]}
        values, vectors = np.linalg.eigh(gram)
        seen = values > _UNSEEN * values[..., -1:]
        along = (np.swapaxes(vectors, -1, -2) @ moment[..., None])[..., 0]
        along = np.divide(along, values, out=np.zeros_like(along), where=seen)
        return {"weights": (vectors @ along[..., None])[..., 0]}

    def walk(self, parameters, sizes, rng):
        r"""Refit on the last generation only, once per entry of `sizes`.

        Where least squares has a unique solution the error of a fit does not depend on the
        weights that wrote the labels, so that the generations are drawn at once and added. On
        isotropic features it is multivariate `t`: :math:`\sigma Z/\sqrt{\chi^2_{M-d+1}}`.

        Parameters
        ----------
        parameters : dict of arrays, shape (n_chains, d)
            Where the walk starts.
        sizes : array of int, shape (n,)
            Samples from which each refit is made.
        rng : numpy.random.Generator

        Returns
        -------
        dict of arrays, shape (n, n_chains, d)
            Parameters after each refit.
        """
        _validate.mapping("parameters", parameters, self.parameters)
        _validate.generator(rng)
        sizes = _validate.array("sizes", sizes, ndim=1).astype(int)
        if sizes.min() < 1:
            raise ValueError(f"sizes must be at least 1, got {sizes.min()}")
        d, start = self.dimension, parameters["weights"]
        if self.ridge > 0 or not all(self._determined(int(m)) for m in set(sizes.tolist())):
            return self._walk_step_by_step(parameters, sizes, rng)
        steps = rng.standard_normal((len(sizes), *start.shape))
        if self._isotropic:
            freedom = np.broadcast_to((sizes[:, None] - d + 1) / 2, steps.shape[:2])
            steps *= self.noise / np.sqrt(2 * rng.standard_gamma(freedom))[..., None]
        else:
            for m in set(sizes.tolist()):
                root = np.linalg.inv(np.linalg.qr(self._rows(m), mode="r"))
                steps[sizes == m] = self.noise * (steps[sizes == m] @ root.T)
        np.cumsum(steps, axis=0, out=steps)
        steps += start
        return {"weights": steps}

    def _walk_step_by_step(self, parameters, sizes, rng):
        rows = []
        for m in sizes:
            parameters = self.estimate(self.draw_statistics(parameters, int(m), rng))
            rows.append(parameters["weights"])
        return {"weights": np.stack(rows)}

    def _determined(self, n_samples):
        """Return whether least squares on so many samples has a unique solution."""
        if self._isotropic:
            return n_samples >= self.dimension
        return np.linalg.matrix_rank(self._rows(n_samples)) == self.dimension

    def _rows(self, n_samples):
        """Return the features of one generation under a given design."""
        return self.design[np.arange(n_samples) % len(self.design)]


def _well_conditioned(gram):
    """Return whether all Gram matrices are safely invertible, by their Cholesky pivots."""
    try:
        pivots = np.diagonal(np.linalg.cholesky(gram), axis1=-2, axis2=-1)
    except np.linalg.LinAlgError:
        return False
    return bool((pivots.min(axis=-1) > 1e-5 * pivots.max(axis=-1)).all())
