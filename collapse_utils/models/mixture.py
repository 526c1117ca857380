"""Mixtures of normal laws, fitted by the EM algorithm."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy import special

from .. import _validate
from .base import Model

__all__ = ["GaussianMixture"]

_TINY = 1e-290
_UNSUPPORTED = 1e-12


def _mean(p):
    weights = p["weights"][..., None]
    if "variances" in p:
        return (p["weights"] * p["means"]).sum(axis=-1)
    return (weights * p["means"]).sum(axis=-2)


def _variance(p):
    centred = p["means"] - _mean(p)[..., None]
    return (p["weights"] * (p["variances"] + centred**2)).sum(axis=-1)


def _covariance(p):
    centred = p["means"] - _mean(p)[..., None, :]
    between = centred[..., :, None] * centred[..., None, :]
    return (p["weights"][..., None, None] * (p["covariances"] + between)).sum(axis=-3)


@dataclasses.dataclass(frozen=True)
class GaussianMixture(Model):
    r"""A mixture of `n_components` normal laws with all parameters fitted.

    .. math:: f(x) = \sum_{k=1}^{K} w_k\,N(x;\ \mu_k, \Sigma_k)

    Each EM iteration gives every sample its responsibilities
    :math:`r_{ik} \propto w_k N(x_i; \mu_k, \Sigma_k)` and refits weights, means and covariances
    (maximum likelihood) with them; the likelihood never falls. All chains iterate together, and
    each stops when its mean log-likelihood per sample gains less than `tolerance`. EM finds a
    local maximum, and after few iterations not even that.

    The likelihood has no maximum: it grows without bound as a component shrinks onto one
    sample. No variance is let below `floor` times that of the chain's data. A component that
    no sample supports any more keeps its mean and width at weight 0, for ever.

    Parameters
    ----------
    n_components : int
        :math:`K`, at least 1.
    dimension : int
        At least 1.
    max_iterations : int
        EM iterations at most, at least 1.
    tolerance : float
        In nats per sample, at least 0.
    floor : float
        Smallest variance of a component in any direction, over the largest variance of the
        data in any direction; at least 0, below 1.
    warm_start : bool
        Whether a loop should start each fit from the parameters that wrote the data, which
        keeps the components' names, rather than from the data alone (the samples are cut, along
        their longest axis, into equal parts).

    Notes
    -----
    Parameters of a chain: ``weights`` (K,), ``means`` (K,) and ``variances`` (K,); in more than
    one dimension ``means`` (K, d) and ``covariances`` (K, d, d). Derived: ``mean`` and
    ``variance`` or ``covariance`` of the mixture. The loop is always literal. Sources:
    Dempster, Laird and Rubin (1977); Shumailov et al. (2024), supplement 4.1. Chapter:
    *early_late*.

    Examples
    --------
    >>> model = GaussianMixture(2)
    >>> truth = model.truth({"means": [-4.0, 4.0]})
    >>> rng = np.random.default_rng(1)
    >>> data = model.sample({k: v[None] for k, v in truth.items()}, 1000, rng)
    >>> bool(np.allclose(model.fit(data)["means"], [[-4.0, 4.0]], atol=0.2))
    True
    """

    n_components: int
    dimension: int = 1
    max_iterations: int = 200
    tolerance: float = 1e-6
    floor: float = 1e-10
    warm_start: bool = True

    minimum_samples = 2

    def __post_init__(self):
        _validate.integer("n_components", self.n_components, at_least=1)
        _validate.integer("dimension", self.dimension, at_least=1)
        _validate.integer("max_iterations", self.max_iterations, at_least=1)
        _validate.real("tolerance", self.tolerance, at_least=0)
        _validate.real("floor", self.floor, at_least=0, below=1)
        _validate.flag("warm_start", self.warm_start)

    @property
    def parameters(self):
        """Names of the arrays that `fit` returns."""
        return ("weights", "means", self._widths)

    @property
    def derived(self):
        """Mean and spread of the mixture as a whole."""
        if self.dimension == 1:
            return {"mean": _mean, "variance": _variance}
        return {"mean": _mean, "covariance": _covariance}

    @property
    def _widths(self):
        return "variances" if self.dimension == 1 else "covariances"

    def truth(self, given=None):
        """Return the true parameters.

        Parameters
        ----------
        given : dict with ``means`` and, optionally, ``weights`` and the widths
            ``means`` (K,) or (K, d); ``weights`` (K,), equal if not given, not negative and
            summing to one; ``variances`` (K,) or ``covariances`` (K, d, d), one or the identity
            if not given, with no negative variance in any direction.
        """
        k, d, widths = self.n_components, self.dimension, self._widths
        ones = np.ones(k) if d == 1 else np.broadcast_to(np.eye(d), (k, d, d))
        defaults = {"weights": np.full(k, 1 / k), widths: ones}
        given = _validate.truth(given, defaults, self.parameters)
        if "means" not in given:
            raise ValueError("truth needs means, one a component: truth={'means': [...]}")
        shape = (k,) if d == 1 else (k, d)
        return self._checked("truth", given, shape, (k,), np.shape(ones))

    def sample(self, parameters, n_samples, rng):
        """Draw samples, shape (n_chains, n_samples) or (n_chains, n_samples, dimension)."""
        _validate.draw(parameters, self.parameters, n_samples, rng)
        weights, means = parameters["weights"], parameters["means"]
        edges = np.cumsum(weights, axis=1)[:, :-1]
        u = rng.random((len(weights), n_samples))
        chosen = np.zeros(u.shape, dtype=np.intp)
        for k in range(self.n_components - 1):
            chosen += u >= edges[:, k, None]
        if self.dimension == 1:
            std = np.take_along_axis(np.sqrt(parameters["variances"]), chosen, axis=1)
            centre = np.take_along_axis(means, chosen, axis=1)
            return centre + std * rng.standard_normal(u.shape)
        chain = np.arange(len(weights))[:, None]
        values, vectors = np.linalg.eigh(parameters["covariances"])
        root = vectors * np.sqrt(np.maximum(values, 0.0))[..., None, :]
        z = rng.standard_normal((*u.shape, self.dimension, 1))
        return means[chain, chosen] + (root[chain, chosen] @ z)[..., 0]

    def fit(self, data, start=None):
        """Fit each chain by EM.

        Parameters
        ----------
        data : array, shape (n_chains, n_samples) or (n_chains, n_samples, dimension)
        start : dict, optional
            Parameters to start from, one set a chain; taken from the data if not given.

        Returns
        -------
        dict
            Weights, means and variances or covariances.

        Raises
        ------
        ValueError
            If data have the wrong shape or fewer than two samples a chain.
        """
        x = self._columns(_validate.array("data", data))
        floor = self._smallest_variance(x)
        if start is None:
            state = self._from_data(x, floor)
        else:
            n, k, d = len(x), self.n_components, self.dimension
            shapes = [(n, k), (n, k), (n, k)] if d == 1 else [(n, k, d), (n, k), (n, k, d, d)]
            _validate.mapping("start", start, self.parameters)
            weights, means, covariances = self._full(self._checked("start", start, *shapes))
            state = [weights.copy(), means.copy(), _lifted(covariances, floor[:, None, None])]
        active = np.arange(len(x))
        last = np.full(len(x), -np.inf)
        for _ in range(self.max_iterations):
            now = [a[active] for a in state]
            gained, shares = _normalise(_log_joint(x, *now))
            fresh = _maximise(x, shares, now[1:], floor)
            for whole, part in zip(state, fresh, strict=True):
                whole[active] = part
            level = gained.mean(axis=1)
            going = level - last > self.tolerance
            if not going.all():
                active, x, floor, level = active[going], x[going], floor[going], level[going]
            if not len(active):
                break
            last = level
        weights, means, covariances = state
        if self.dimension == 1:
            return {
                "weights": weights,
                "means": means[..., 0],
                "variances": covariances[..., 0, 0],
            }
        return {"weights": weights, "means": means, "covariances": covariances}

    def log_density(self, parameters, x):
        """Return the natural logarithm of the density of each chain's mixture.

        Parameters
        ----------
        parameters : dict
            What `fit` returned.
        x : array, shape (n_chains, m) or (n_chains, m, dimension)
            Where, for each chain.

        Returns
        -------
        array, shape (n_chains, m)
        """
        _validate.mapping("parameters", parameters, self.parameters)
        x = self._columns(_validate.array("x", x), name="x")
        return special.logsumexp(_log_joint(x, *self._full(parameters)), axis=1)

    def _columns(self, data, name="data"):
        """Return data of shape (n_chains, n_samples, dimension)."""
        ndim = 2 if self.dimension == 1 else 3
        if data.ndim != ndim or (ndim == 3 and data.shape[-1] != self.dimension):
            last = "" if ndim == 2 else f", {self.dimension}"
            raise ValueError(
                f"{name} must have shape (n_chains, n_samples{last}), got {data.shape}"
            )
        if name == "data" and data.shape[1] < self.minimum_samples:
            raise ValueError(
                f"data must hold at least {self.minimum_samples} samples, got {data.shape[1]}"
            )
        return data[..., None] if ndim == 2 else data

    def _full(self, parameters):
        """Return weights, means (..., K, d) and covariances (..., K, d, d)."""
        weights, means = np.asarray(parameters["weights"]), np.asarray(parameters["means"])
        widths = np.asarray(parameters[self._widths])
        if self.dimension == 1:
            return weights, means[..., None], widths[..., None, None]
        return weights, means, widths

    def _checked(self, name, given, means_shape, weights_shape, widths_shape):
        """Return parameters after checking their shapes, signs and sums."""
        means = _validate.array(f"{name}['means']", given["means"], shape=means_shape)
        weights = _validate.array(f"{name}['weights']", given["weights"], shape=weights_shape)
        if (weights < 0).any() or np.abs(weights.sum(axis=-1) - 1).max() > 1e-8:
            raise ValueError(
                f"{name}['weights'] must not be negative and must sum to 1, "
                f"got a minimum of {weights.min():g} and a sum of {weights.sum(axis=-1).flat[0]:g}"
            )
        key = f"{name}['{self._widths}']"
        widths = _validate.array(key, given[self._widths], shape=widths_shape)
        lowest = widths.min() if self.dimension == 1 else np.linalg.eigvalsh(widths).min()
        if lowest < -1e-8 * np.abs(widths).max():
            raise ValueError(f"{key} must not be negative (definite), got {lowest:.3g}")
        return {"weights": weights, "means": means, self._widths: widths}

    def _smallest_variance(self, x):
        """Return the floor of each chain, which is never below what rounding can resolve."""
        centred = x - x.mean(axis=1, keepdims=True)
        covariance = np.swapaxes(centred, -1, -2) @ centred / x.shape[1]
        largest = np.linalg.eigvalsh(covariance)[:, -1]
        grain = (4 * np.finfo(float).eps * np.abs(x).max(axis=(1, 2))) ** 2
        return np.maximum.reduce([self.floor * largest, grain, np.full(len(x), _TINY)])

    def _from_data(self, x, floor):
        """Cut the samples along their longest axis into equal parts; one component each."""
        n, k = x.shape[1], self.n_components
        centred = x - x.mean(axis=1, keepdims=True)
        axis = np.linalg.eigh(np.swapaxes(centred, -1, -2) @ centred)[1][..., -1:]
        rank = np.argsort(np.argsort((centred @ axis)[..., 0], axis=1), axis=1)
        part = (rank * k // n)[:, None] == np.arange(k)[:, None]
        return _maximise(x, part * 0.9 + 0.1 / k, None, floor)


def _log_joint(x, weights, means, covariances):
    """Return log(w_k N(x_i; mu_k, S_k)), shape (n_chains, K, n_samples)."""
    d = x.shape[-1]
    with np.errstate(divide="ignore"):
        logs = np.log(weights)
    if d == 1:
        variance = covariances[..., 0]
        out = x[:, None, :, 0] - means
        np.square(out, out=out)
        with np.errstate(over="ignore"):
            out *= -0.5 / variance
        out += (logs - 0.5 * np.log(2 * np.pi * variance[..., 0]))[..., None]
        return out
    values, vectors = np.linalg.eigh(covariances)
    values = np.maximum(values, _TINY)
    out = np.empty((*means.shape[:2], x.shape[1]))
    for k in range(means.shape[1]):
        turned = (x - means[:, None, k]) @ vectors[:, k]
        out[:, k] = (turned**2 / values[:, None, k]).sum(axis=-1)
    return logs[..., None] - 0.5 * (out + np.log(2 * np.pi * values).sum(axis=-1)[..., None])


def _normalise(logs):
    """Return the log of the exponentials summed over components, and each one's share."""
    largest = logs.max(axis=1, keepdims=True)
    shares = np.exp(logs - largest)
    total = shares.sum(axis=1, keepdims=True)
    shares /= total
    return (largest + np.log(total))[:, 0], shares


def _maximise(x, shares, last, floor):
    """Return weights, means and covariances for given responsibilities.

    `last` holds the means and covariances that a component without support keeps.
    """
    d = x.shape[-1]
    mass = shares.sum(axis=-1)
    alive = mass > _UNSUPPORTED
    safe = np.where(alive, mass, 1.0)[..., None]
    weights = np.where(alive, mass, 0.0)
    weights /= weights.sum(axis=1, keepdims=True)
    means = shares @ x / safe
    if d == 1:
        centred = x[:, None, :, 0] - means
        np.square(centred, out=centred)
        centred *= shares
        covariances = (centred.sum(axis=-1, keepdims=True) / safe)[..., None]
        covariances = np.maximum(covariances, floor[:, None, None, None])
    else:
        covariances = np.empty((*means.shape, d))
        for k in range(means.shape[1]):
            centred = x - means[:, None, k]
            weighted = np.swapaxes(centred, 1, 2) * shares[:, k, None]
            covariances[:, k] = weighted @ centred / safe[:, k, None]
        covariances = _lifted(covariances, floor[:, None, None])
    if not alive.all():
        means = np.where(alive[..., None], means, last[0])
        covariances = np.where(alive[..., None, None], covariances, last[1])
    return [weights, means, covariances]


def _lifted(covariances, floor):
    """Raise eigenvalues below the floor to it; leave the other matrices as they are."""
    values, vectors = np.linalg.eigh(covariances)
    low = (values < floor).any(axis=-1)
    if not low.any():
        return covariances.copy()
    lifted = vectors * np.maximum(values, floor)[..., None, :] @ np.swapaxes(vectors, -1, -2)
    return np.where(low[..., None, None], lifted, covariances)
