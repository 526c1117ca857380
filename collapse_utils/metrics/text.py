"""Metrics of token sequences: repetition, and the surprise of a text."""

from __future__ import annotations

import numpy as np

from .. import _validate

__all__ = ["distinct_n", "perplexity"]


def distinct_n(tokens, n):
    """Return distinct-n: the share of n-grams of a text that differ from one another.

    It falls with the length of the text, so that only texts of equal length compare.

    Parameters
    ----------
    tokens : array of int, shape (..., length)
        Token ids, not negative, along the last axis.
    n : int
        Length of the n-grams, between 1 and the length of the text; 1 is the type-token ratio.

    Returns
    -------
    float or array, shape (...)
        Number of distinct n-grams over their number, between 0 (excluded) and 1.

    Raises
    ------
    TypeError
        If the tokens are not integers; give each word a number first.
    ValueError
        If the text is shorter than one n-gram or holds a negative id.

    Notes
    -----
    Source: Li et al. (2016). Chapter: *early_late*.

    Examples
    --------
    >>> float(distinct_n([0, 1, 0, 1, 0], 2))
    0.5
    """
    try:
        tokens = np.asarray(tokens)
    except ValueError:
        raise TypeError("tokens must be an array; cut all rows to one length") from None
    if tokens.dtype.kind not in "iu":
        raise TypeError(
            f"tokens must be an array of integers, got {tokens.dtype}; "
            "give each word a number first"
        )
    n = _validate.integer("n", n, at_least=1)
    if tokens.ndim == 0 or tokens.shape[-1] < n:
        raise ValueError(
            f"tokens must hold at least n = {n} tokens along the last axis, got {tokens.shape}"
        )
    if tokens.size == 0:
        raise ValueError("tokens is empty; at least one text is needed")
    if tokens.min() < 0:
        raise ValueError(f"tokens must not be negative, got a minimum of {tokens.min()}")
    n_grams = tokens.shape[-1] - n + 1
    keys, tokens = _ranks(tokens), _ranks(tokens)
    size = int(tokens.max()) + 1
    keys, bound = keys[..., :n_grams], size
    for shift in range(1, n):
        if bound * size > 2**62:
            keys = _ranks(keys)
            bound = int(keys.max()) + 1
        keys = keys * size + tokens[..., shift : shift + n_grams]
        bound *= size
    keys = np.sort(keys, axis=-1)
    return ((keys[..., 1:] != keys[..., :-1]).sum(axis=-1) + 1) / n_grams


def perplexity(log_probabilities, axis=-1):
    r"""Return the perplexity of texts from the log-probabilities of their tokens.

    .. math:: \mathrm{PP} = \exp\left(-\frac1T\sum_t\log p_t\right)

    Compare perplexities of the same text only: that of a model's own text says how sure it
    is, not how good, and falls when it collapses.

    Parameters
    ----------
    log_probabilities : array, shape (..., n_tokens)
        Natural logarithms, at most 0; minus infinity for a token that the model rules out.
    axis : int or None
        Axis over the tokens; None for all.

    Returns
    -------
    float or array
        At least 1; infinite if any token is ruled out.

    Raises
    ------
    ValueError
        If there are no tokens, or a log-probability is NaN or positive.

    Notes
    -----
    Textbook. Chapter: *early_late*.

    Examples
    --------
    >>> float(perplexity(np.log([0.25, 0.25])).round(12)), float(perplexity([-1.0, -np.inf]))
    (4.0, inf)
    """
    logs = _validate.floats("log_probabilities", log_probabilities)
    if logs.size == 0:
        raise ValueError("log_probabilities is empty; at least one token is needed")
    if np.isnan(logs).any() or (logs > 0).any():
        worst = "NaN" if np.isnan(logs).any() else f"a maximum of {logs.max():g}"
        raise ValueError(
            f"log_probabilities must be at most 0, got {worst}; pass logarithms, not probabilities"
        )
    if axis is not None:
        axis = _validate.integer("axis", axis, at_least=-logs.ndim, at_most=logs.ndim - 1)
    with np.errstate(over="ignore"):
        return np.exp(-logs.mean(axis=axis))


def _ranks(values):
    """Return the rank of each value among the distinct ones: equal for equal values."""
    return np.unique(values, return_inverse=True)[1].reshape(values.shape)
