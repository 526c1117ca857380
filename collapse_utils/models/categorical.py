"""A vocabulary of types, refitted by counting: the discrete loop, which is Wright and Fisher's."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
from scipy import special

from .. import _validate
from .._counting import bincount, number, repeat
from .base import ExponentialFamily

__all__ = ["Categorical"]

_SUM_TOLERANCE = 1e-6
_LARGEST_POOL = 10**9 - 1
_DENSE = 8
_FULL = 0.8
_TOKEN, _OWNER = 0.08, 0.015
_STATISTICS = ("n", "counts")


def _support(laws):
    """Return the number of types with positive probability."""
    return (laws > 0).sum(axis=-1)


def _heterozygosity(laws):
    """Return the probability that two draws differ."""
    return 1 - np.square(laws).sum(axis=-1)


def _effective_types(laws):
    """Return how many equally likely types would be as diverse."""
    return 1 / np.square(laws).sum(axis=-1)


def _entropy(laws):
    """Return Shannon's entropy in nats."""
    return special.entr(laws).sum(axis=-1)


class _Laws(Mapping):
    """The laws of many chains, kept on the types that each of them has left.

    Reads as a dictionary with the entry ``probability``, shape (n_chains, n_types), which is
    only made when it is asked for. `types` and `alive`, shape (n_chains, k), list types and
    probabilities row by row, filled up with zeros where a chain has fewer than k; `counts` are
    the whole numbers of which `alive` are the relative frequencies, if there are such.
    """

    def __init__(self, n_types, types, alive, counts=None):
        self.n_types, self.types, self.alive, self.counts = n_types, types, alive, counts

    def __getitem__(self, name):
        if name != "probability":
            raise KeyError(name)
        key, value = _flatten(self.types, self.alive, self.n_types)
        dense = np.zeros(len(self.alive) * self.n_types)
        dense[key] = value
        return dense.reshape(-1, self.n_types)

    def __contains__(self, name):
        return name == "probability"

    def __iter__(self):
        return iter(("probability",))

    def __len__(self):
        return 1


def _of_alive(function):
    """Make `function` of laws take parameters; types that are gone change nothing."""
    return lambda p: function(p.alive if isinstance(p, _Laws) else np.asarray(p["probability"]))


@dataclasses.dataclass(frozen=True)
class Categorical(ExponentialFamily):
    r"""Any law on `n_types` types, fitted by relative frequencies.

    The loop runs on counts. From :math:`M` samples of the law :math:`p`

    .. math:: c \sim \mathrm{Multinomial}(M, p), \qquad
              p'_i = \frac{c_i + a}{M + a V},

    where :math:`a` is the smoothing and :math:`V` the number of types. Without smoothing this
    is the Wright-Fisher model of genetic drift with :math:`M` gene copies, and a type that is
    lost never returns; with it, smoothing acts as mutation. What a generation costs follows
    the types that are left, not the vocabulary.

    Parameters
    ----------
    n_types : int
        Size of the vocabulary, at least 1.
    smoothing : float
        Pseudo-count added to every type, at least 0.

    Notes
    -----
    Parameter of a chain: ``probability`` (n_types,); derived: ``support``,
    ``heterozygosity``, ``effective_types``, ``entropy``. Statistics: ``n``, and ``counts`` of
    the ``types`` that a chain has left, both of shape (n_chains, k) and filled up with zeros
    where a chain has fewer than k. Record a large vocabulary by its derived quantities: they
    never leave the types that are left. Source: Wright (1931); Reali and Griffiths (2010) for
    smoothing as mutation. Chapter: *inbreeding*.

    Examples
    --------
    >>> model = Categorical(3)
    >>> model.fit(np.array([[0, 0, 2, 0]]))["probability"]
    array([[0.75, 0.  , 0.25]])
    """

    n_types: int
    smoothing: float = 0.0

    parameters = ("probability",)
    derived = {
        "support": _of_alive(_support),
        "heterozygosity": _of_alive(_heterozygosity),
        "effective_types": _of_alive(_effective_types),
        "entropy": _of_alive(_entropy),
    }

    def __post_init__(self):
        _validate.integer("n_types", self.n_types, at_least=1)
        _validate.real("smoothing", self.smoothing, at_least=0)

    @property
    def values_per_chain(self):
        """Numbers that one chain keeps for a generation."""
        return self.n_types

    def truth(self, given=None):
        """Return the true law.

        Parameters
        ----------
        given : dict with ``probability`` (n_types,), optional
            Not negative, with sum one; uniform if not given.
        """
        uniform = {"probability": np.full(self.n_types, 1 / self.n_types)}
        given = _validate.truth(given, uniform, ("probability",))
        law = _laws("truth['probability']", given["probability"], shape=(self.n_types,))
        return {"probability": law / law.sum()}

    def sample(self, parameters, n_samples, rng):
        """Draw types 0, 1, ..., ``n_types - 1``: integers of shape (n_chains, n_samples)."""
        _validate.integer("n_samples", n_samples)
        _validate.generator(rng)
        laws = self._laws(parameters)
        rows = np.arange(len(laws.alive))[:, None]
        place = _invert(laws.alive, rows, rng.random((len(laws.alive), n_samples)))
        return laws.types[rows, place]

    def statistics(self, data):
        """Count the types of each chain."""
        data = _tokens("data", data, self.n_types, ndim=2)
        n_chains = len(data)
        key = number(np.arange(n_chains)[:, None], self.n_types, data).ravel()
        if n_chains * self.n_types <= _DENSE * key.size:
            counts = bincount(key, minlength=n_chains * self.n_types)
            key = np.flatnonzero(counts)
            counts = counts[key]
        else:
            key, counts = np.unique(key, return_counts=True)
        types, counts = _pack(key, counts, n_chains, self.n_types)
        return {"n": data.shape[1], "types": types, "counts": counts}

    def draw_statistics(self, parameters, n_samples, rng):
        """Draw the counts of `n_samples` fresh samples: multinomial for each chain."""
        n_samples = _validate.integer("n_samples", n_samples)
        _validate.generator(rng)
        laws = self._laws(parameters)
        if laws.counts is not None and _copying_is_cheaper(laws.counts, n_samples):
            counts = _copy(laws.counts, n_samples, rng)
        else:
            counts = _multinomial(n_samples, laws.alive, rng)
        return _surviving(n_samples, laws.types, counts)

    def merge(self, first, second):
        """Pool two training sets: their counts add."""
        _validate.mapping("first", first, _STATISTICS)
        _validate.mapping("second", second, _STATISTICS)
        n = first["n"] + second["n"]
        (types, counts), (others, more) = self._counts(first), self._counts(second)
        if np.array_equal(types, others):
            return {"n": n, "types": types, "counts": counts + more}
        n_chains = len(counts)
        old, counts = _flatten(types, counts, self.n_types)
        new, more = _flatten(others, more, self.n_types)
        key, place = old, np.minimum(np.searchsorted(old, new), len(old) - 1)
        if not len(old) or (old[place] != new).any():
            key = np.union1d(old, new)
            place = np.searchsorted(key, new)
        pooled = np.zeros(len(key), np.result_type(counts, more))
        pooled[np.searchsorted(key, old) if key is not old else slice(None)] = counts
        pooled[place] += more
        types, pooled = _pack(key, pooled, n_chains, self.n_types)
        return {"n": n, "types": types, "counts": pooled}

    def scale(self, statistics, factor):
        """Weight a training set: multiply counts and size by `factor`, at least 0."""
        factor = _validate.real("factor", factor, at_least=0)
        types, counts = self._counts(statistics)
        return {"n": statistics["n"] * factor, "types": types, "counts": counts * factor}

    def subsample(self, statistics, n_samples, rng):
        r"""Draw the statistics of `n_samples` samples taken from a pool without replacement.

        The counts are multivariate hypergeometric. They are drawn by halving the vocabulary
        again and again, each half getting its hypergeometric share.

        Parameters
        ----------
        statistics : dict
            The pool, with whole counts (not scaled) and fewer than a thousand million samples.
        n_samples : int
            At most the size of the pool.
        rng : numpy.random.Generator

        Returns
        -------
        dict
            Statistics of the subsample.
        """
        n_samples = _validate.integer("n_samples", n_samples)
        _validate.generator(rng)
        types, pool = self._counts(statistics)
        if n_samples > statistics["n"]:
            raise ValueError(
                f"n_samples must be at most the size of the pool, {statistics['n']}, "
                f"got {n_samples}"
            )
        if pool.dtype.kind not in "iu":
            raise ValueError(
                "statistics['counts'] must be whole numbers to be subsampled; subsample before "
                "scaling"
            )
        if statistics["n"] > _LARGEST_POOL:
            raise ValueError(
                f"the pool must hold at most {_LARGEST_POOL} samples to be subsampled, "
                f"got {statistics['n']}"
            )
        return _surviving(n_samples, types, _hypergeometric(pool, n_samples, rng))

    def heat(self, parameters, temperature):
        """Raise each probability to the power 1 / temperature, and normalise."""
        laws = self._laws(parameters)
        return _Laws(self.n_types, laws.types, _heated(laws.alive, temperature))

    def estimate(self, statistics):
        """Return relative frequencies, after adding `smoothing` to every count."""
        _validate.mapping("statistics", statistics, _STATISTICS)
        total = statistics["n"] + self.smoothing * self.n_types
        if not total > 0:
            raise ValueError("Categorical needs at least 1 sample to be fitted, got 0")
        types, counts = self._counts(statistics)
        if self.smoothing:
            key, counts = _flatten(types, counts, self.n_types)
            smoothed = np.full(len(types) * self.n_types, float(self.smoothing))
            smoothed[key] += counts
            smoothed = smoothed.reshape(-1, self.n_types)
            every = np.broadcast_to(np.arange(self.n_types), smoothed.shape)
            return _Laws(self.n_types, every, smoothed / total)
        whole = counts if counts.dtype.kind in "iu" else None
        return _Laws(self.n_types, types, counts / total, whole)

    def _counts(self, statistics):
        """Return the types that are counted and their counts; all types if it is not said."""
        _validate.mapping("statistics", statistics, _STATISTICS)
        counts = np.asarray(statistics["counts"])
        types = statistics.get("types")
        if types is None:
            types = np.broadcast_to(np.arange(self.n_types), counts.shape)
        return types, counts

    def _laws(self, parameters):
        """Return the parameters as laws on the types that are left."""
        if isinstance(parameters, _Laws):
            return parameters
        _validate.mapping("parameters", parameters, self.parameters)
        laws = _laws("parameters['probability']", parameters["probability"])
        if laws.ndim != 2 or laws.shape[1] != self.n_types:
            raise ValueError(
                f"parameters['probability'] must have shape (n_chains, {self.n_types}), "
                f"got {laws.shape}"
            )
        laws = laws / laws.sum(axis=-1, keepdims=True)
        return _Laws(self.n_types, np.broadcast_to(np.arange(self.n_types), laws.shape), laws)


def _heated(laws, temperature):
    """Return laws raised to the power 1 / temperature and normalised, without overflow."""
    temperature = _validate.real("temperature", temperature, above=0)
    heated = (laws / laws.max(axis=-1, keepdims=True)) ** (1 / temperature)
    return heated / heated.sum(axis=-1, keepdims=True)


def _flatten(types, values, n_types):
    """Return chain times `n_types` plus type, ascending, and the value, where it is not zero."""
    there = values != 0
    return number(np.arange(len(values))[:, None], n_types, types)[there], values[there]


def _pack(key, values, n_chains, n_types):
    """Undo `_flatten`: one row of types and one of values per chain, filled up with zeros."""
    row, kind = np.divmod(key, n_types)
    size = bincount(row, minlength=n_chains)
    return _rows(kind, size), _rows(values, size)


def _rows(values, size):
    """Cut `values` into rows of the given sizes, filled up with zeros."""
    filled = np.arange(size.max()) < size[:, None]
    rows = np.zeros(filled.shape, dtype=values.dtype)
    rows[filled] = values
    return rows


def _surviving(n_samples, types, counts):
    """Return statistics; each chain's types are moved together once many columns are empty."""
    drawn = counts > 0
    size = drawn.sum(axis=1)
    if size.max() < _FULL * counts.shape[1]:
        types, counts = _rows(types[drawn], size), _rows(counts[drawn], size)
    return {"n": n_samples, "types": types, "counts": counts}


def _copying_is_cheaper(counts, n_samples):
    """Say whether copying tokens takes less time than a binomial number per type."""
    cost = len(counts) * (_TOKEN * n_samples + _OWNER * counts[0].sum())
    return cost < counts.size and cost < np.count_nonzero(counts > 0)


def _copy(counts, n_samples, rng):
    """Draw multinomial counts from relative frequencies by copying tokens picked at random.

    Each copy is of one token of the pool; only whole numbers enter.
    """
    n_chains, n_pool = len(counts), int(counts[0].sum())
    owner = repeat(np.arange(counts.size, dtype=np.int32), counts.ravel())
    picked = rng.integers(0, n_pool, (n_chains, n_samples))
    picked += n_pool * np.arange(n_chains)[:, None]
    return bincount(owner[picked].ravel(), minlength=counts.size).reshape(counts.shape)


def _multinomial(n_samples, laws, rng):
    """Draw multinomial counts, shape of `laws`, that are zero wherever the law is.

    numpy gives what rounding leaves over to the last cell: the likeliest type is put there, so
    that nothing dead comes back. One row by itself is what numpy is quickest at.
    """
    rows = laws.reshape(-1, laws.shape[-1]).copy()
    swap = np.arange(len(rows)), rows.argmax(axis=-1)
    rows[:, -1], rows[swap] = rows[swap], rows[:, -1].copy()
    if len(rows) == 1:
        counts = rng.multinomial(np.ravel(n_samples)[0], rows[0])[None]
    else:
        counts = rng.multinomial(np.ravel(n_samples), rows)
    counts[:, -1], counts[swap] = counts[swap], counts[:, -1].copy()
    return counts.reshape(laws.shape)


def _hypergeometric(counts, n_samples, rng):
    """Draw multivariate hypergeometric counts of `n_samples`, row by row, by halving."""
    n_types = counts.shape[1]
    depth = max(n_types - 1, 0).bit_length()
    levels = [np.pad(counts, ((0, 0), (0, 2**depth - n_types)))]
    for _ in range(depth):
        levels.append(levels[-1][:, ::2] + levels[-1][:, 1::2])
    share = np.full((len(counts), 1), n_samples)
    for level in levels[-2::-1]:
        left = rng.hypergeometric(level[:, ::2], level[:, 1::2], share)
        share = np.stack([left, share - left], axis=-1).reshape(level.shape)
    return share[:, :n_types]


def _invert(laws, rows, uniform):
    """Return the type at which the cumulative law of each entry's row exceeds its uniform.

    A bisection of all entries at once: `index` counts how many cumulative values are known to
    lie at or below the uniform.
    """
    cumulative = np.cumsum(laws, axis=-1)
    cumulative /= cumulative[:, -1:]
    n_types = cumulative.shape[1]
    index = np.zeros(uniform.shape, dtype=np.intp)
    step = 1 << (n_types.bit_length() - 1)
    while step:
        probe = np.minimum(index + step, n_types)
        below = cumulative[rows, probe - 1] <= uniform
        index = np.where(below, probe, index)
        step >>= 1
    return index


def _laws(name, value, *, shape=None):
    """Return `value` as an array of laws along the last axis, or raise an error."""
    laws = _validate.array(name, value, shape=shape)
    if laws.ndim == 0:
        raise ValueError(f"{name} must have at least 1 dimension(s), got the number {laws:g}")
    if laws.min() < 0:
        raise ValueError(f"{name} must not be negative, got a minimum of {laws.min():g}")
    sums = laws.sum(axis=-1)
    if np.abs(sums - 1).max() > _SUM_TOLERANCE:
        worst = sums.flat[np.abs(sums - 1).argmax()]
        raise ValueError(f"{name} must sum to one, got a sum of {worst:g}; divide by the sum")
    return laws


def _tokens(name, value, n_types, *, ndim):
    """Return `value` as an array of types 0, ..., n_types - 1, or raise an error."""
    out = _validate.numbers(name, value)
    if out.dtype.kind not in "iu" or out.ndim != ndim or out.size == 0:
        out = _validate.array(name, value, ndim=ndim)
        whole = np.rint(out)
        if (whole != out).any():
            bad = out[whole != out].flat[0]
            raise ValueError(f"{name} must hold whole numbers, the types, got {bad:g}")
        out = whole
    if out.min() < 0 or out.max() >= n_types:
        bad = out.min() if out.min() < 0 else out.max()
        raise ValueError(
            f"{name} must hold types from 0 to n_types - 1 = {n_types - 1}, got {bad:g}"
        )
    return out.astype(np.intp, copy=False)
