"""The linear next-token classifier, and what decoding does to its probabilities."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from .. import _validate
from .._counting import bincount, number
from .base import ExponentialFamily
from .categorical import (
    _heated,
    _heterozygosity,
    _invert,
    _laws,
    _multinomial,
    _support,
    _tokens,
)

__all__ = [
    "SoftmaxRegression",
    "cross_entropy",
    "descend",
    "log_softmax",
    "softmax",
    "top_k",
    "top_p",
]

_NEWTON_STEPS = 200
_NEWTON_TOLERANCE = 1e-14
_STATISTICS = ("n", "counts")


def log_softmax(logits, temperature=1.0, axis=-1):
    r"""Return the logarithms of the softmax of `logits`, without overflow.

    .. math:: \log p_i = \frac{z_i}{\tau} - \log\sum_j e^{z_j/\tau}

    The largest logit is subtracted first, so that logits of any size are safe.

    Parameters
    ----------
    logits : array
        Real numbers; minus infinity stands for probability zero.
    temperature : float
        :math:`\tau`, positive and finite: below 1 sharpens, above 1 flattens.
    axis : int
        The axis along which probabilities sum to one.

    Returns
    -------
    array, shape of `logits`
        Natural logarithms, minus infinity where the probability is zero.

    Raises
    ------
    TypeError, ValueError
        If a logit is NaN or plus infinity, if a row holds nothing but minus infinity, or if
        the temperature is not positive (its limit 0 is ``top_k(probability, 1)``).

    Notes
    -----
    Temperatures multiply: twice :math:`\tau` is once :math:`\tau^2`. Chapter: *softmax*.

    Examples
    --------
    >>> np.exp(log_softmax([1000.0, 1001.0, 999.0])).round(4)
    array([0.2447, 0.6652, 0.09  ])
    >>> log_softmax([0.0, -np.inf])
    array([  0., -inf])
    """
    logits = _logits(logits, axis)
    temperature = _temperature(temperature)
    with np.errstate(over="ignore"):
        shifted = (logits - logits.max(axis=axis, keepdims=True)) / temperature
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def softmax(logits, temperature=1.0, axis=-1):
    r"""Return the softmax of `logits`: see `log_softmax`.

    .. math:: p_i = \frac{e^{z_i/\tau}}{\sum_j e^{z_j/\tau}}

    Parameters
    ----------
    logits : array
        Real numbers; minus infinity stands for probability zero.
    temperature : float
        :math:`\tau`, positive and finite.
    axis : int
        The axis along which probabilities sum to one.

    Returns
    -------
    array, shape of `logits`

    Raises
    ------
    TypeError, ValueError
        As `log_softmax`.

    Notes
    -----
    Chapter: *softmax*.

    Examples
    --------
    >>> softmax(np.log([0.2, 0.8]), temperature=0.5).round(4)
    array([0.0588, 0.9412])
    """
    return np.exp(log_softmax(logits, temperature, axis))


def top_k(probability, k, axis=-1):
    """Keep the `k` likeliest types and share out the rest.

    Parameters
    ----------
    probability : array
        Laws along `axis`: not negative, with sum one.
    k : int
        How many types to keep, at least 1; all of them if there are fewer.
    axis : int
        The axis of the types.

    Returns
    -------
    array, shape of `probability`
        The law given that one of the `k` is drawn. Between equals the first is kept.

    Raises
    ------
    TypeError, ValueError
        If `probability` does not hold laws or `k` is less than 1.

    Notes
    -----
    With ``k = 1`` this is the limit of temperature zero. Chapter: *softmax*.

    Examples
    --------
    >>> top_k([0.5, 0.25, 0.25], 2).round(4)
    array([0.6667, 0.3333, 0.    ])
    """
    k = _validate.integer("k", k, at_least=1)
    laws, axis = _laws_along("probability", probability, axis)
    order = np.argsort(-laws, axis=-1, kind="stable")
    return _restrict(laws, order, np.arange(laws.shape[-1]) < k, axis)


def top_p(probability, mass, axis=-1):
    """Keep the fewest types that hold the share `mass`, and share out the rest.

    Types are taken from the likeliest on; the one with which the sum reaches `mass` is kept.

    Parameters
    ----------
    probability : array
        Laws along `axis`: not negative, with sum one.
    mass : float
        Share to keep, above 0 and at most 1.
    axis : int
        The axis of the types.

    Returns
    -------
    array, shape of `probability`
        The law given that one of those is drawn. Between equals the first is kept.

    Raises
    ------
    TypeError, ValueError
        If `probability` does not hold laws or `mass` lies outside its range.

    Notes
    -----
    Sums are compared with `mass` up to rounding, one part in 10^12. Repeated, it leaves at
    most ``1 / (1 - mass)`` types. Also called nucleus sampling. Chapter: *softmax*.

    Examples
    --------
    >>> top_p([0.5, 0.3, 0.2], 0.8)
    array([0.625, 0.375, 0.   ])
    """
    mass = _validate.real("mass", mass, above=0, at_most=1)
    laws, axis = _laws_along("probability", probability, axis)
    order = np.argsort(-laws, axis=-1, kind="stable")
    ordered = np.take_along_axis(laws, order, axis=-1)
    before = np.cumsum(ordered, axis=-1) - ordered
    return _restrict(laws, order, before < mass * (1 - 1e-12), axis)


def cross_entropy(logits, counts):
    r"""Return the mean negative log likelihood of next tokens.

    .. math:: -\frac1n \sum_{x,y} C_{xy} \log \mathrm{softmax}(W_x)_y

    Parameters
    ----------
    logits : array, shape (..., n_contexts, n_types)
        The weights W: with one-hot contexts, row x is all that context x sees.
    counts : array, shape (..., n_contexts, n_types)
        How often each type followed each context, not negative and not all zero.

    Returns
    -------
    array, shape (...)
        Nats per token; infinite if something that occurred has probability zero.

    Raises
    ------
    TypeError, ValueError
        If a logit or a count is not a number in its range.

    Notes
    -----
    Its minimum over the logits is reached by the count ratios. Chapter: *softmax*.

    Examples
    --------
    >>> round(float(cross_entropy([[0.0, 0.0]], [[3, 1]])), 4)
    0.6931
    """
    counts = _count_table(counts)
    logs = np.where(counts > 0, log_softmax(logits), 0.0)
    return -(counts * logs).sum(axis=(-2, -1)) / counts.sum(axis=(-2, -1))


def descend(counts, n_steps, *, learning_rate=1.0, logits=None):
    r"""Minimise the cross-entropy by gradient descent, and stop after `n_steps`.

    .. math:: W \leftarrow W - \eta \left(\frac{N_x}{n}\,\mathrm{softmax}(W_x)
              - \frac{C_{xy}}{n}\right)

    Stopped early, the fit lies between where it started and the count ratios: early stopping
    is smoothing. Never stopped, the logits of unseen pairs run to minus infinity.

    Parameters
    ----------
    counts : array, shape (..., n_contexts, n_types)
        How often each type followed each context, not negative and not all zero.
    n_steps : int
        At least 0.
    learning_rate : float
        :math:`\eta`, positive.
    logits : array, shape of `counts`, optional
        Where to start; zero, the uniform law, if not given.

    Returns
    -------
    array, shape (..., n_contexts, n_types)
        The logits W.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong type or lies outside its range.

    Notes
    -----
    Source: textbook; used by Seddik et al. (2024). Chapter: *softmax*.

    Examples
    --------
    >>> softmax(descend([[3, 1]], 1000)).round(4)
    array([[0.75, 0.25]])
    """
    counts = _count_table(counts)
    n_steps = _validate.integer("n_steps", n_steps)
    learning_rate = _validate.real("learning_rate", learning_rate, above=0)
    if logits is None:
        logits = np.zeros(counts.shape)
    logits = _validate.array("logits", logits, shape=counts.shape)
    share = counts / counts.sum(axis=(-2, -1), keepdims=True)
    context = share.sum(axis=-1, keepdims=True)
    for _ in range(n_steps):
        logits = logits - learning_rate * (context * softmax(logits) - share)
    return logits


@dataclasses.dataclass(frozen=True)
class SoftmaxRegression(ExponentialFamily):
    r"""Softmax regression on one-hot contexts: the linear next-token classifier.

    The likelihood of :math:`\mathrm{softmax}(W e_x)` separates over contexts, and its maximum
    is the ratio of counts, :math:`p(y \mid x) = C_{xy} / N_x`: the bigram model. So the loop
    runs on counts, first of contexts and then of types,

    .. math:: N \sim \mathrm{Multinomial}(M, \pi), \qquad
              C_{x \cdot} \sim \mathrm{Multinomial}(N_x, p(\cdot \mid x)),

    with the law :math:`\pi` of contexts given and fixed. A context that a training set does not
    hold gets the uniform law: its weights are never touched, and zero is where training starts.

    Parameters
    ----------
    n_contexts, n_types : int
        At least 1 each.
    context_law : sequence of float, optional
        :math:`\pi`, one probability per context; uniform if not given.

    Notes
    -----
    Data: integers of shape (n_chains, n_samples, 2), context and type. Parameter of a chain:
    ``probability`` (n_contexts, n_types); derived: ``logits`` (minus infinity for probability
    zero), and per context ``support`` and ``heterozygosity``. Statistics: ``n`` and
    ``counts``, shape (n_chains, n_contexts, n_types). Source: Seddik et al. (2024); textbook.
    Chapter: *softmax*.

    Examples
    --------
    >>> model = SoftmaxRegression(2, 2)
    >>> model.fit([[[0, 0], [0, 0], [0, 0], [0, 1]]])["probability"]
    array([[[0.75, 0.25],
            [0.5 , 0.5 ]]])
    """

    n_contexts: int
    n_types: int
    context_law: tuple | None = None

    parameters = ("probability",)
    derived = {
        "logits": lambda p: _log(p["probability"]),
        "support": lambda p: _support(p["probability"]),
        "heterozygosity": lambda p: _heterozygosity(p["probability"]),
    }

    def __post_init__(self):
        _validate.integer("n_contexts", self.n_contexts, at_least=1)
        _validate.integer("n_types", self.n_types, at_least=1)
        if self.context_law is not None:
            law = _laws("context_law", self.context_law, shape=(self.n_contexts,))
            object.__setattr__(self, "context_law", tuple(law.tolist()))

    @property
    def values_per_chain(self):
        """Numbers that one chain keeps for a generation."""
        return self.n_contexts * self.n_types

    def truth(self, given=None):
        """Return the true law of the next type.

        Parameters
        ----------
        given : dict with ``probability`` or ``logits``, shape (n_contexts, n_types)
            One of the two; rows of probabilities sum to one.
        """
        given = _validate.truth(given, {}, ("probability", "logits"))
        if len(given) != 1:
            raise ValueError("truth must have one entry, probability or logits")
        shape = (self.n_contexts, self.n_types)
        if "logits" in given:
            logits = _logits(given["logits"], -1)
            if logits.shape != shape:
                raise ValueError(f"truth['logits'] must have shape {shape}, got {logits.shape}")
            return {"probability": softmax(logits)}
        law = _laws("truth['probability']", given["probability"], shape=shape)
        return {"probability": law / law.sum(axis=-1, keepdims=True)}

    def sample(self, parameters, n_samples, rng):
        """Draw pairs of a context and a type: integers, shape (n_chains, n_samples, 2)."""
        _validate.integer("n_samples", n_samples)
        _validate.generator(rng)
        laws = self._law(parameters)
        shape = (len(laws), n_samples)
        context = _invert(self._contexts(1), np.zeros(shape, dtype=np.intp), rng.random(shape))
        rows = context + self.n_contexts * np.arange(len(laws))[:, None]
        types = _invert(laws.reshape(-1, self.n_types), rows, rng.random(shape))
        return np.stack([context, types], axis=-1)

    def statistics(self, data):
        """Count the pairs of each chain."""
        data = _validate.numbers("data", data)
        if data.ndim != 3 or data.shape[-1] != 2:
            raise ValueError(
                f"data must have shape (n_chains, n_samples, 2), context and type, got {data.shape}"
            )
        context = _tokens("data[..., 0]", data[..., 0], self.n_contexts, ndim=2)
        types = _tokens("data[..., 1]", data[..., 1], self.n_types, ndim=2)
        shape = (len(data), self.n_contexts, self.n_types)
        row = number(np.arange(len(data))[:, None], self.n_contexts, context)
        counts = bincount(number(row, self.n_types, types).ravel(), minlength=math.prod(shape))
        return {"n": data.shape[1], "counts": counts.reshape(shape)}

    def draw_statistics(self, parameters, n_samples, rng):
        """Draw the counts of `n_samples` pairs: one multinomial per chain and context."""
        _validate.integer("n_samples", n_samples)
        _validate.generator(rng)
        laws = self._law(parameters)
        sizes = _multinomial(n_samples, self._contexts(len(laws)), rng)
        return {"n": n_samples, "counts": _multinomial(sizes, laws, rng)}

    def merge(self, first, second):
        """Pool two training sets: their counts add."""
        _validate.mapping("first", first, _STATISTICS)
        _validate.mapping("second", second, _STATISTICS)
        return {name: first[name] + second[name] for name in _STATISTICS}

    def scale(self, statistics, factor):
        """Weight a training set: multiply counts and size by `factor`, at least 0."""
        factor = _validate.real("factor", factor, at_least=0)
        _validate.mapping("statistics", statistics, _STATISTICS)
        return {name: statistics[name] * factor for name in _STATISTICS}

    def heat(self, parameters, temperature):
        """Decode at another temperature: divide the logits by it."""
        return {"probability": _heated(self._law(parameters), temperature)}

    def estimate(self, statistics):
        """Return count ratios, and the uniform law in contexts that were not seen."""
        _validate.mapping("statistics", statistics, _STATISTICS)
        return {"probability": _ratios(np.asarray(statistics["counts"]))}

    def fit(self, data, method="counts"):
        r"""Fit each chain of `data`, by counting or by Newton's method.

        For one-hot contexts Newton's step needs no linear algebra: it adds
        :math:`\frac{C_{xy}/N_x}{p(y \mid x)} - 1` to each logit, here at most 1. Unseen pairs
        lose 1 per step and have probability zero in the limit only.

        Parameters
        ----------
        data : array of int, shape (n_chains, n_samples, 2)
            Contexts and types.
        method : {"counts", "newton"}
            Both give the same law, up to rounding; the loop always counts.

        Returns
        -------
        dict
            With ``probability``, shape (n_chains, n_contexts, n_types).
        """
        _validate.choice("method", method, ("counts", "newton"))
        counted = self.statistics(data)
        if method == "counts":
            return self.estimate(counted)
        return {"probability": softmax(_newton(counted["counts"]))}

    def _contexts(self, n_chains):
        """Return the law of contexts, shape (n_chains, n_contexts)."""
        if self.context_law is None:
            return np.full((n_chains, self.n_contexts), 1 / self.n_contexts)
        return np.tile(self.context_law, (n_chains, 1))

    def _law(self, parameters):
        """Return the checked laws of the next type, with sums of one up to rounding."""
        _validate.mapping("parameters", parameters, self.parameters)
        laws = _laws("parameters['probability']", parameters["probability"])
        if laws.ndim != 3 or laws.shape[1:] != (self.n_contexts, self.n_types):
            raise ValueError(
                "parameters['probability'] must have shape "
                f"(n_chains, {self.n_contexts}, {self.n_types}), got {laws.shape}"
            )
        return laws / laws.sum(axis=-1, keepdims=True)


def _ratios(counts):
    """Return counts divided by their row sums; uniform where the sum is zero."""
    total = counts.sum(axis=-1, keepdims=True)
    return np.where(total > 0, counts, 1) / np.where(total > 0, total, counts.shape[-1])


def _newton(counts):
    """Return logits that maximise the likelihood of `counts`, from zero, in damped steps."""
    ratios = _ratios(counts)
    logits = np.zeros(counts.shape)
    for _ in range(_NEWTON_STEPS):
        law = softmax(logits)
        if np.abs(law - ratios).max() < _NEWTON_TOLERANCE:
            break
        with np.errstate(over="ignore"):
            logits += np.minimum(ratios / law - 1, 1.0)
        logits -= logits.max(axis=-1, keepdims=True)
    return logits


def _log(probability):
    """Return logarithms, minus infinity for zero, without a warning."""
    with np.errstate(divide="ignore"):
        return np.log(probability)


def _logits(value, axis):
    """Return `value` as logits with something finite in every row, or raise an error."""
    logits = _validate.floats("logits", value)
    if logits.ndim == 0 or logits.size == 0:
        raise ValueError(f"logits must have at least one entry per row, got shape {logits.shape}")
    _axis(logits, axis)
    bad = np.isnan(logits) | (logits == np.inf)
    if bad.any():
        raise ValueError(
            f"logits holds {int(bad.sum())} value(s) that are NaN or plus infinity; remove them"
        )
    if (logits.max(axis=axis) == -np.inf).any():
        raise ValueError(
            "logits must be finite somewhere in every row; a row of minus infinities has no law"
        )
    return logits


def _temperature(value):
    """Return `value` as a temperature; zero is refused with the way to its limit."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value == 0:
        raise ValueError(
            "temperature must be greater than 0, got 0; its limit, the likeliest type, is "
            "top_k(probability, 1)"
        )
    return _validate.real("temperature", value, above=0)


def _axis(array, axis):
    """Refuse an axis that `array` does not have."""
    _validate.integer("axis", axis, at_least=-array.ndim, at_most=array.ndim - 1)


def _laws_along(name, value, axis):
    """Return laws with their axis moved to the end, and where it was."""
    array = _validate.array(name, value)
    if array.ndim == 0:
        raise ValueError(f"{name} must have at least 1 dimension(s), got the number {array:g}")
    _axis(array, axis)
    return _laws(name, np.moveaxis(array, axis, -1)), axis


def _restrict(laws, order, keep, axis):
    """Return the laws given that one of the kept types, in `order`, is drawn."""
    kept = np.zeros(laws.shape, dtype=bool)
    np.put_along_axis(kept, order, np.broadcast_to(keep, laws.shape), axis=-1)
    laws = np.where(kept, laws, 0.0)
    return np.moveaxis(laws / laws.sum(axis=-1, keepdims=True), -1, axis)


def _count_table(value):
    """Return `value` as counts of next types per context, or raise an error."""
    counts = _validate.array("counts", value)
    if counts.ndim < 2:
        raise ValueError(
            f"counts must have at least 2 dimensions, contexts and types, got {counts.ndim}"
        )
    if counts.min() < 0:
        raise ValueError(f"counts must not be negative, got a minimum of {counts.min():g}")
    if not counts.sum(axis=(-2, -1)).all():
        raise ValueError("counts must not be all zero; there is nothing to fit")
    return counts
