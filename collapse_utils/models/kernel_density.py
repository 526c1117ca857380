"""The kernel density estimate: a small normal bump on every sample."""

from __future__ import annotations

import dataclasses

import numpy as np

from .. import _validate
from .base import Model

__all__ = ["BANDWIDTH_RULES", "KernelDensity"]

BANDWIDTH_RULES = {
    "silverman": lambda n: (4 / (3 * n)) ** 0.2,
    "scott": lambda n: n**-0.2,
}
r"""Bandwidth over the sample standard deviation (divisor :math:`n - 1`), for :math:`n` points."""

_VALUES_AT_ONCE = 100_000


@dataclasses.dataclass(frozen=True)
class KernelDensity(Model):
    r"""A mixture of normal laws of one width, centred on the training samples.

    .. math:: \hat f(x) = \frac1n\sum_{i=1}^{n}\frac1h\,\varphi\left(\frac{x - x_i}{h}\right)

    A sample of it is a training sample picked at random plus `h` times a normal variable. With
    a fixed bandwidth below :math:`\sigma/\sqrt n` the *replace* loop loses diversity, above it
    gains; with a plug-in bandwidth it explodes.

    Parameters
    ----------
    bandwidth : float or {"silverman", "scott"}
        :math:`h`, positive, in the unit of the data; or the name of a rule in
        `BANDWIDTH_RULES` that takes it from the data.

    Notes
    -----
    Parameters of a chain: ``points`` (n,) and ``bandwidth``; derived: ``mean`` and ``variance``
    of the estimated law. The number of points grows under *accumulate*: there, record
    ``["variance"]`` or the like rather than the points. The loop is always literal. Sources:
    Silverman (1986), eq. 3.28; Kazdan et al. (2024). Chapter: *avoiding_collapse*.

    Examples
    --------
    >>> model = KernelDensity(0.5)
    >>> parameters = model.fit(np.array([[-1.0, 1.0]]))
    >>> float(model.quantity("variance", parameters)[0])
    1.25
    >>> model.density(parameters, [0.0]).round(4)
    array([[0.108]])
    """

    bandwidth: object = "silverman"

    parameters = ("points", "bandwidth")
    derived = {
        "mean": lambda p: p["points"].mean(axis=-1),
        "variance": lambda p: p["points"].var(axis=-1) + p["bandwidth"] ** 2,
    }

    def __post_init__(self):
        if isinstance(self.bandwidth, str):
            _validate.choice("bandwidth", self.bandwidth, tuple(BANDWIDTH_RULES))
        else:
            _validate.real("bandwidth", self.bandwidth, above=0)

    @property
    def minimum_samples(self):
        """Two samples for a bandwidth that is taken from the data, else one."""
        return 2 if isinstance(self.bandwidth, str) else 1

    def truth(self, given=None):
        """Return the true parameters.

        Parameters
        ----------
        given : dict with ``points`` (k,) and ``bandwidth``, optional
            The standard normal, which is one point at 0 with bandwidth 1, if not given.
        """
        defaults = {"points": [0.0], "bandwidth": 1.0}
        given = _validate.truth(given, defaults, ("points", "bandwidth"))
        points = _validate.array("truth['points']", given["points"], ndim=1)
        width = _validate.real("truth['bandwidth']", given["bandwidth"], above=0)
        return {"points": points, "bandwidth": np.array(width)}

    def sample(self, parameters, n_samples, rng):
        """Draw samples, shape (n_chains, n_samples): a point at random and a normal step."""
        _validate.draw(parameters, self.parameters, n_samples, rng)
        points = parameters["points"]
        shape = (len(points), n_samples)
        chosen = np.take_along_axis(points, rng.integers(0, points.shape[1], shape), axis=1)
        return chosen + parameters["bandwidth"][:, None] * rng.standard_normal(shape)

    def fit(self, data):
        """Keep the data of each chain, shape (n_chains, n_samples), and choose the bandwidth."""
        data = _validate.array("data", data, ndim=2)
        if data.shape[1] < self.minimum_samples:
            raise ValueError(
                f"data must hold at least {self.minimum_samples} samples for a bandwidth to be "
                f"chosen, got {data.shape[1]}"
            )
        if isinstance(self.bandwidth, str):
            width = BANDWIDTH_RULES[self.bandwidth](data.shape[1]) * data.std(axis=1, ddof=1)
        else:
            width = np.full(len(data), float(self.bandwidth))
        return {"points": data, "bandwidth": width}

    def density(self, parameters, x):
        """Return the estimated density.

        Parameters
        ----------
        parameters : dict
            What `fit` returned.
        x : array, shape (m,) or (n_chains, m)
            Where, the same for all chains or not.

        Returns
        -------
        array, shape (n_chains, m)
            Per unit of the data.
        """
        return np.exp(self.log_density(parameters, x))

    def log_density(self, parameters, x):
        """Return the natural logarithm of the estimated density; see `density`.

        Minus its mean over real data is the loss of the model on them. It does not underflow
        far from all points.
        """
        _validate.mapping("parameters", parameters, self.parameters)
        points = np.atleast_2d(_validate.array("points", parameters["points"], ndim=(1, 2)))
        width = np.atleast_1d(
            _validate.array("bandwidth", parameters["bandwidth"], ndim=(0, 1), positive=True)
        )
        x = np.atleast_2d(_validate.array("x", x, ndim=(1, 2)))
        if len(x) not in (1, len(points)):
            raise ValueError(
                f"x must have shape (m,) or ({len(points)}, m), one row a chain, got {x.shape}"
            )
        out = np.empty((len(points), x.shape[1]))
        step = max(1, _VALUES_AT_ONCE // points.size)
        scale = np.sqrt(0.5) / width[:, None]
        centres = points * scale
        for start in range(0, x.shape[1], step):
            at = x[:, start : start + step] * scale
            exponents = at[..., None] - centres[:, None]
            np.square(exponents, out=exponents)
            nearest = exponents.min(axis=-1)
            np.subtract(nearest[..., None], exponents, out=exponents)
            np.exp(exponents, out=exponents)
            out[:, start : start + step] = np.log(exponents.sum(axis=-1)) - nearest
        return out - np.log(points.shape[1] * width[:, None] * np.sqrt(2 * np.pi))
