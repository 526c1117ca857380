"""Arguments that many closed forms share: whole numbers, sizes of generations, laws."""

from __future__ import annotations

import numpy as np

from .. import _validate


def plain(value):
    """Return a zero-dimensional result as a float, any other as an array."""
    value = np.asarray(value)
    return float(value) if value.ndim == 0 else value


def whole(name, value, *, at_least=0):
    """Return one whole number or an array of them as int64, or raise an error that names it."""
    out = _validate.array(name, value)
    if (out != np.round(out)).any():
        raise ValueError(f"{name} must be whole numbers, got {out[out != np.round(out)].flat[0]:g}")
    if (out < at_least).any():
        raise ValueError(f"{name} must be at least {at_least}, got {out.min():g}")
    if (out > 2**53).any():
        raise ValueError(f"{name} must be at most 2**53, got {out.max():g}")
    return out.astype(np.int64)


def last(name, n):
    """Return the largest of the whole numbers `n`, up to which a curve is computed step by step."""
    largest = int(n.max())
    if largest > 10**7:
        raise ValueError(f"{name} must be at most 10000000 (computed step by step), got {largest}")
    return largest


def reals(name, value, *, above=-np.inf, at_least=-np.inf, below=np.inf, at_most=np.inf):
    """Return a finite float array inside its range, or raise an error that names it."""
    out = _validate.array(name, value)
    for bad, wanted, worst in (
        (out <= above, f"greater than {above:g}", out.min()),
        (out < at_least, f"at least {at_least:g}", out.min()),
        (out >= below, f"less than {below:g}", out.max()),
        (out > at_most, f"at most {at_most:g}", out.max()),
    ):
        if bad.any():
            raise ValueError(f"{name} must be {wanted}, got {worst:g}")
    return out


def law(name, value, *, at_least=1):
    """Return a probability vector with at least `at_least` entries."""
    out = reals(name, value, at_least=0, at_most=1)
    if out.ndim != 1 or len(out) < at_least:
        raise ValueError(
            f"{name} must be a list of at least {at_least} probabilities, got shape {out.shape}"
        )
    total = out.sum()
    if abs(total - 1) > 1e-9:
        raise ValueError(f"{name} must sum to 1, got {total:.12g}; divide by the sum")
    return out


def schedule(n_fits, n_samples, *, at_least=2):
    """Return the numbers of fits and the size that each fit up to the last of them uses.

    `n_samples` is one size for all fits or a sequence with one size per fit.
    """
    n = whole("n_fits", n_fits)
    count = last("n_fits", n)
    sizes = whole("n_samples", n_samples, at_least=at_least)
    if sizes.ndim == 0:
        return n, np.full(count, float(sizes))
    if sizes.ndim != 1 or len(sizes) < count:
        raise ValueError(
            f"n_samples must be one number or at least {count} numbers, one per fit, "
            f"got shape {sizes.shape}"
        )
    return n, sizes[:count].astype(float)


def running(factors, *, total=False):
    """Return cumulative products (or sums) that begin with their value before the first factor."""
    start, combine = (0.0, np.cumsum) if total else (1.0, np.cumprod)
    with np.errstate(over="ignore", under="ignore"):
        return np.concatenate([[start], combine(factors)])
