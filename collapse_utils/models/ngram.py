"""Language models that predict a token from the few before it, refitted on their own text."""

from __future__ import annotations

import dataclasses
import functools
import math

import numpy as np
from scipy import sparse

from .. import _validate
from .._counting import bincount, number, repeat
from .base import Model
from .categorical import (
    _effective_types,
    _entropy,
    _heterozygosity,
    _support,
    _tokens,
)
from .softmax import _temperature

__all__ = ["NGram"]

_SMOOTHINGS = ("none", "kneser-ney")
_PATIENCE = 32


@dataclasses.dataclass(frozen=True)
class NGram(Model):
    r"""The n-gram model: the next token depends on the last `order` - 1 tokens.

    A chain's training text is read as a circle, so that everything in it has a successor.
    With ``smoothing="none"`` the fit is maximum likelihood, the ratio of counts :math:`c`,

    .. math:: p(w \mid u) = \frac{c(uw)}{c(u)},

    and to sample is to copy: go to a random place where the context :math:`u` occurs, and take
    the token that follows. With ``smoothing="kneser-ney"`` a share of the mass falls back on
    shorter contexts,

    .. math:: p(w \mid u) = \frac{\max(c(uw) - D, 0)}{c(u)}
                            + D\,\frac{N_{1+}(u\,\cdot)}{c(u)}\;p(w \mid u'),

    where :math:`u'` is :math:`u` without its first token, :math:`N_{1+}(u\,\cdot)` is the
    number of types that follow :math:`u`, and below the longest context a count is the number
    of different tokens that come before. It too is sampled by copying: keep the token with
    probability :math:`1 - D/c`, otherwise shorten the context.

    Parameters
    ----------
    order : int
        Length of the n-grams, at least 1; at least 2 for Kneser-Ney.
    n_types : int
        Size of the vocabulary; tokens are 0, 1, ..., ``n_types - 1``.
    smoothing : {"none", "kneser-ney"}
        How n-grams that never occurred are treated.
    discount : float
        :math:`D`, above 0 and at most 1; used by Kneser-Ney on every length but the shortest.

    Notes
    -----
    Data: integers of shape (n_chains, n_tokens). A fit holds the training ``text`` of each
    chain, from which everything else is counted, and ``unigram`` (n_types,), the relative
    frequencies of the types, which is what a history records unless told otherwise. Derived:
    ``support``, ``heterozygosity``, ``effective_types`` and ``entropy`` of the unigram law,
    and ``ngram_types``, the number of different n-grams of the text. Source: Kneser and Ney
    (1995), interpolated. Chapter: *language_models*.

    Examples
    --------
    >>> text = np.array([[0, 1, 0, 2, 0, 1]])
    >>> model = NGram(2, 3)
    >>> fitted = model.fit(text)
    >>> model.next_token(fitted, [0]).round(4)
    array([[0.    , 0.6667, 0.3333]])
    >>> model.sample(fitted, 8, np.random.default_rng(1)).shape
    (1, 8)
    """

    order: int
    n_types: int
    smoothing: str = "none"
    discount: float = 0.75

    parameters = ("unigram",)

    def __post_init__(self):
        _validate.choice("smoothing", self.smoothing, _SMOOTHINGS)
        _validate.integer(
            "order",
            self.order,
            at_least=1 if self.smoothing == "none" else 2,
            why="" if self.smoothing == "none" else "for Kneser-Ney to have a context to shorten",
        )
        _validate.integer("n_types", self.n_types, at_least=1)
        _validate.real("discount", self.discount, above=0, at_most=1)

    @property
    def derived(self):
        """Quantities computed from the parameters."""
        return {
            "support": _of_unigram(_support),
            "heterozygosity": _of_unigram(_heterozygosity),
            "effective_types": _of_unigram(_effective_types),
            "entropy": _of_unigram(_entropy),
            "ngram_types": functools.partial(_ngram_types, self.order, self.n_types),
        }

    def truth(self, given=None):
        """Return the model that writes the real data: the n-gram model of a text.

        Parameters
        ----------
        given : dict with ``text`` (n_tokens,)
            Integers from 0 to ``n_types - 1``.
        """
        given = _validate.truth(given, {}, ("text",))
        if "text" not in given:
            raise ValueError('NGram has no default truth; pass truth={"text": tokens}')
        text = _tokens("truth['text']", given["text"], self.n_types, ndim=1)
        return {name: value[0] for name, value in self.fit(text[None]).items()}

    def fit(self, data):
        """Fit each chain: keep its text, and count its types.

        Parameters
        ----------
        data : array of int, shape (n_chains, n_tokens)
            One text per chain, read as a circle.

        Returns
        -------
        dict
            ``text`` (n_chains, n_tokens) and ``unigram`` (n_chains, n_types).
        """
        text = _tokens("data", data, self.n_types, ndim=2)
        cell = number(np.arange(len(text))[:, None], self.n_types, text)
        counts = bincount(cell.ravel(), minlength=len(text) * self.n_types)
        return {"text": text, "unigram": counts.reshape(len(text), -1) / text.shape[1]}

    def sample(self, parameters, n_samples, rng, temperature=1.0):
        r"""Write one text of `n_samples` tokens per chain.

        The text has the law of one walk that starts at a random place of the training text.
        It is written in pieces side by side: each piece but the first starts in the chain's
        commonest context, and each ends at the first return there after a fixed number of
        tokens. By the strong Markov property the pieces, laid end to end, are one walk; no
        seam shows, and their number changes the time but not the law.

        Parameters
        ----------
        parameters : dict
            A fit, of which ``text`` is used.
        n_samples : int
            Tokens to write, at least 1.
        rng : numpy.random.Generator
        temperature : float
            Positive; see `heat`. Only without smoothing.

        Returns
        -------
        array of int, shape (n_chains, n_samples)
        """
        _validate.integer("n_samples", n_samples, at_least=1)
        _validate.generator(rng)
        _validate.mapping("parameters", parameters, ("text",))
        if temperature != 1:
            parameters = self.heat(parameters, temperature)
        text = self._text(parameters)
        if self.smoothing == "none":
            temperature = parameters.get("temperature", 1.0)
            contexts, step = _copier(text, self.n_types, self.order, temperature, rng)
        else:
            contexts, step = _shortener(text, self.n_types, self.order, self.discount, rng)
        return _write(contexts, step, n_samples, rng)

    def heat(self, parameters, temperature):
        r"""Return parameters that are sampled at another temperature, without smoothing only.

        Each :math:`p(w \mid u)` is replaced by its power :math:`1/\tau`, normalised, when
        text is written; `log_probability` and `next_token` stay as they are.
        """
        _validate.mapping("parameters", parameters, ("text",))
        temperature = _temperature(temperature)
        if self.smoothing != "none":
            raise ValueError(
                f"temperature must be 1 for Kneser-Ney smoothing, got {temperature:g}; use "
                'smoothing="none"'
            )
        return parameters | {"temperature": temperature * parameters.get("temperature", 1.0)}

    def log_probability(self, parameters, tokens, floor=0.0):
        r"""Return the log probability of each token given the ones before it.

        Parameters
        ----------
        parameters : dict
            A fit, of which ``text`` is used.
        tokens : array of int, shape (n_tokens,) or (n_chains, n_tokens)
            The text to be predicted, at least `order` tokens, not read as a circle.
        floor : float
            Share of the shortest context's law that is spread evenly over all types, at least
            0 and below 1: what the model is charged for a type it never saw. Without smoothing
            there is only one law, and a context that never occurred has nothing but this.

        Returns
        -------
        array, shape (n_chains, n_tokens - order + 1)
            Natural logarithms; minus infinity for what the model holds impossible.
        """
        text = self._text(parameters)
        tokens = _validate.numbers("tokens", tokens)
        tokens = _tokens("tokens", tokens, self.n_types, ndim=2 if tokens.ndim == 2 else 1)
        if tokens.shape[-1] < self.order:
            raise ValueError(
                f"tokens must hold at least order = {self.order} tokens, got {tokens.shape[-1]}"
            )
        if tokens.ndim == 2 and len(tokens) != len(text):
            raise ValueError(f"tokens must have one text per chain, {len(text)}, got {len(tokens)}")
        tokens = np.broadcast_to(tokens, (len(text), tokens.shape[-1]))
        windows = np.lib.stride_tricks.sliding_window_view(tokens, self.order, axis=1)
        return self._score(text, windows, floor)

    def perplexity(self, parameters, tokens, floor=0.0):
        r"""Return the perplexity of each chain's model on a text.

        .. math:: \exp\left(-\frac1n \sum_t \log p(w_t \mid w_{t-1}, \dots)\right)

        Parameters
        ----------
        parameters, tokens, floor
            As for `log_probability`.

        Returns
        -------
        array, shape (n_chains,)
            At least 1; infinite if the model holds a token impossible.
        """
        return np.exp(-self.log_probability(parameters, tokens, floor).mean(axis=1))

    def next_token(self, parameters, context, floor=0.0):
        """Return the law of the next token after a context.

        Parameters
        ----------
        parameters : dict
            A fit, of which ``text`` is used.
        context : array of int, shape (order - 1,)
            The tokens before.
        floor : float
            As for `log_probability`.

        Returns
        -------
        array, shape (n_chains, n_types)
            Sums to one, unless the context never occurred and there is no smoothing.
        """
        text = self._text(parameters)
        if self.order > 1:
            context = _tokens("context", context, self.n_types, ndim=1)
        if len(context) != self.order - 1:
            raise ValueError(
                f"context must hold order - 1 = {self.order - 1} token(s), got {len(context)}"
            )
        windows = np.empty((len(text), self.n_types, self.order), dtype=np.intp)
        windows[..., :-1] = context
        windows[..., -1] = np.arange(self.n_types)
        return np.exp(self._score(text, windows, floor))

    def _text(self, parameters):
        _validate.mapping("parameters", parameters, ("text",))
        return _tokens("parameters['text']", parameters["text"], self.n_types, ndim=2)

    def _score(self, text, windows, floor):
        """Return the log probability of the last token of each window, (n_chains, n, order)."""
        floor = _validate.real("floor", floor, at_least=0, below=1)
        levels, _ = _levels(text, self.n_types, self.order)
        shortest = self.order - 1 if self.smoothing == "none" else 0
        token, law = windows[..., -1], None
        for length in range(shortest, self.order):
            level = levels[length]
            context = np.arange(len(text))[:, None]
            for place in range(self.order - 1 - length, self.order - 1):
                shorter = levels[place - (self.order - 1 - length)]
                context = shorter.find(context, windows[..., place])
            gram = level.find(context, token)
            count = np.where(gram >= 0, level.count[gram], 0)
            known = np.broadcast_to(context >= 0, gram.shape)
            total = np.where(known, level.total[context], 1)
            if law is None:
                law = (1 - floor) * count / total + floor / self.n_types
            else:
                spread = self.discount * np.where(known, level.kinds[context], 0) / total
                kept = np.maximum(count - self.discount, 0) / total
                law = np.where(known, kept + spread * law, law)
        with np.errstate(divide="ignore"):
            return np.log(law)


def _of_unigram(function):
    return functools.partial(_apply_to_unigram, function)


def _apply_to_unigram(function, parameters):
    return function(parameters["unigram"])


def _ngram_types(order, n_types, parameters):
    """Return the number of different n-grams in each chain's circular text."""
    text = np.asarray(parameters["text"])
    rows = text.reshape(-1, text.shape[-1])
    _, first = _levels(rows, n_types, order)
    return bincount(first // rows.shape[1], minlength=len(rows)).reshape(text.shape[:-1])


@dataclasses.dataclass(frozen=True)
class _Level:
    """The n-grams of one length: a context and a token each, sorted.

    Contexts are numbered over all chains; the context of an n-gram of this level is the number
    of an n-gram of the level below (of the chain, on the shortest).

    `key` identifies the n-gram, `count` says how often it is counted; per context, `total` is
    the sum of the counts and `kinds` the number of n-grams.
    """

    n_types: int
    key: np.ndarray
    count: np.ndarray
    total: np.ndarray
    kinds: np.ndarray

    def find(self, context, token):
        """Return the number of the n-gram, or -1 if there is none."""
        key = number(context, self.n_types, token)
        place = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        return np.where(self.key[place] == key, place, -1)


def _levels(text, n_types, order):
    """Count the 1-grams to n-grams of circular texts, shortest first.

    The longest are counted as often as they occur, the others by the number of different
    tokens before them. Also returns where each of the longest first occurs.
    """
    n_chains, n_tokens = text.shape
    context = np.repeat(np.arange(n_chains), n_tokens).reshape(text.shape)
    n_contexts = n_chains
    parts = []
    for _ in range(order):
        key, first, gram, count = np.unique(
            number(context, n_types, text).ravel(),
            return_index=True,
            return_inverse=True,
            return_counts=True,
        )
        parts.append((key, first, gram, count, n_contexts))
        context, n_contexts = np.roll(gram.reshape(text.shape), 1, axis=1), len(key)
    levels = []
    for length, (key, _, gram, count, n_contexts) in enumerate(parts):
        if length < order - 1:
            count = bincount(gram[parts[length + 1][1]], minlength=len(key))
        of = key // n_types
        kinds = bincount(of, minlength=n_contexts)
        total = np.add.reduceat(count, np.cumsum(kinds) - kinds)
        levels.append(_Level(n_types, key, count, total, kinds))
    return levels, parts[-1][1]


def _relabel(label, n_labels):
    """Return labels of a range not much longer than the text, and the length of that range."""
    if n_labels <= 4 * label.size:
        return label, n_labels
    kinds, short = np.unique(label.ravel(), return_inverse=True)
    return short.reshape(label.shape), len(kinds)


def _contexts(text, n_types, order):
    """Number the context before each token of circular texts; equal contexts, equal numbers."""
    n_chains, n_tokens = text.shape
    context = np.repeat(np.arange(n_chains), n_tokens).reshape(text.shape)
    n_contexts = n_chains
    for _ in range(order - 1):
        gram, n_contexts = _relabel(number(context, n_types, text), n_contexts * n_types)
        context = np.roll(gram, 1, axis=1)
    return context, n_contexts


def _by_label(label, n_labels):
    """Return the places in order of their labels, and where each label starts; by counting."""
    places = np.arange(label.size)
    table = (places, label, np.arange(label.size + 1))
    table = sparse.csr_array(table, shape=(label.size, n_labels)).tocsc()
    return table.data, table.indptr


def _copier(text, n_types, order, temperature, rng):
    """Return the contexts of each place, and a step that copies a successor of a context."""
    context, n_contexts = _contexts(text, n_types, order)
    label, after = context.ravel(), np.roll(context, -1, axis=1).ravel()
    place, start = _by_label(label, n_contexts)
    if temperature != 1:
        return context[None], _tempered(text, n_types, label, after, temperature, rng)
    token, after, size = text.ravel()[place], after[place], np.diff(start)

    def step(state):
        here = state[0]
        copied = start[here] + (rng.random(here.size) * size[here]).astype(np.intp)
        return token[copied], after[copied][None]

    return context[None], step


def _tempered(text, n_types, label, after, temperature, rng):
    """Return a step that draws successors by a power of their counts."""
    key, first, count = np.unique(
        number(label, n_types, text.ravel()), return_index=True, return_counts=True
    )
    of = key // n_types
    contexts, start, row = np.unique(of, return_index=True, return_inverse=True)
    most = np.maximum.reduceat(count, start)[row]
    weight = np.exp(np.log(count / most) / temperature)
    cumulative = np.concatenate([[0.0], np.cumsum(weight)])
    end = np.append(start[1:], len(key))
    token, after = key % n_types, after[first]

    def step(state):
        here = np.searchsorted(contexts, state[0])
        low, high = cumulative[start[here]], cumulative[end[here]]
        point = low + rng.random(here.size) * (high - low)
        drawn = np.searchsorted(cumulative, point, side="right") - 1
        drawn = np.clip(drawn, start[here], end[here] - 1)
        return token[drawn], after[drawn][None]

    return step


def _shortener(text, n_types, order, discount, rng):
    """Return the contexts of each place, and a step that copies or shortens the context."""
    levels, _ = _levels(text, n_types, order)
    contexts = [np.repeat(np.arange(len(text)), text.shape[1]).reshape(text.shape)]
    for level in levels[:-1]:
        contexts.append(np.roll(level.find(contexts[-1], text), 1, axis=1))
    tables = []
    for level in levels:
        start = np.cumsum(level.total) - level.total
        item = repeat(np.arange(len(level.key)), level.count)
        kept = 1 - discount / level.count
        tables.append((start, level.total, (level.key % n_types)[item], kept[item]))

    def step(state):
        token = None
        for here, (start, total, tokens, kept) in zip(state, tables, strict=True):
            item = start[here] + (rng.random(here.size) * total[here]).astype(np.intp)
            if token is None:
                token = tokens[item]
            else:
                keep = (here >= 0) & (rng.random(here.size) < kept[item])
                token = np.where(keep, tokens[item], token)
        longer = [level.find(here, token) for level, here in zip(levels[:-1], state, strict=False)]
        return token, np.stack([state[0], *longer])

    return np.stack(contexts), step


def _write(contexts, step, n_tokens, rng, n_pieces=None):
    """Walk until every chain has `n_tokens` tokens, in pieces side by side; see `NGram.sample`.

    Parameters
    ----------
    contexts : array of int, shape (n_levels, n_chains, n)
        Numbers of the contexts before each token of the training texts, the longest last.
    step : callable
        ``step(state)`` takes contexts, shape (n_levels, n_walkers), and returns the next token
        of each walker and its new contexts.
    n_tokens : int
    rng : numpy.random.Generator
    n_pieces : int, optional
        Pieces per chain; by default about the square root of `n_tokens`, but few enough that
        a piece is long compared with the wait for the commonest context.

    Returns
    -------
    array of int, shape (n_chains, n_tokens)
    """
    n_chains, length = contexts.shape[1:]
    chains = np.arange(n_chains)[:, None]
    longest = contexts[-1]
    count = bincount(longest.ravel())[longest]
    home = count.argmax(axis=1)
    if n_pieces is None:
        wait = length / count.max(axis=1).min()
        n_pieces = max(1, min(math.isqrt(n_tokens), int(n_tokens / (4 * wait))))
    place = np.repeat(home[:, None], n_pieces, axis=1)
    place[:, 0] = rng.integers(0, length, n_chains)
    state = contexts[:, chains, place].reshape(len(contexts), -1)
    goal = np.repeat(longest[chains[:, 0], home], n_pieces)
    n_steps = -(-n_tokens // n_pieces)
    head = np.empty((n_steps, goal.size), dtype=np.intp)
    for t in range(n_steps):
        head[t], state = step(state)
    written = np.full(goal.size, n_steps)
    tail = []
    active = np.flatnonzero(state[-1] != goal)
    state = state[:, active]
    while active.size:
        token, state = step(state)
        tail.append((active, written[active], token))
        written[active] += 1
        going = state[-1] != goal[active]
        if len(tail) % _PATIENCE == 0:
            going &= _end(written, n_pieces)[active] < n_tokens
        active, state = active[going], state[:, going]
    return _lay(head, tail, written, n_chains, n_tokens)


def _end(written, n_pieces):
    """Return where each piece ends, when those before it are laid out in order."""
    return np.cumsum(written.reshape(-1, n_pieces), axis=1).ravel()


def _lay(head, tail, written, n_chains, n_tokens):
    """Lay the pieces of each chain end to end, and cut at `n_tokens`."""
    ends = _end(written, written.size // n_chains)
    width = int(ends.max())
    start = ends - written + width * np.repeat(np.arange(n_chains), written.size // n_chains)
    out = np.empty((n_chains, width), dtype=np.intp)
    flat = out.reshape(-1)
    flat[start + np.arange(len(head))[:, None]] = head
    for piece, place, token in tail:
        flat[start[piece] + place] = token
    return out[:, :n_tokens].copy()
