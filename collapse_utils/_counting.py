"""Counting and repeating, on machines whose index type is smaller than their integers.

A Generator draws int64 everywhere. Where an index has 32 bits, as in a browser, numpy refuses
int64 as counts and as things to count, and products of what it does accept overflow in silence.
"""

from __future__ import annotations

import numpy as np

__all__ = ["bincount", "number", "repeat"]


def bincount(values, minlength=0):
    """Return how often each of 0, 1, 2, ... occurs in a flat array of integers."""
    return np.bincount(values.astype(np.intp, copy=False), minlength=minlength)


def number(row, width, column):
    """Return ``row * width + column`` as int64: one number for a place in a wide table."""
    return np.asarray(row, dtype=np.int64) * width + column


def repeat(values, counts):
    """Return each value as many times as its count says."""
    return np.repeat(values, counts.astype(np.intp, copy=False))
