"""Arguments that several metrics share."""

from __future__ import annotations

import numpy as np

from .. import _validate

SUM_TOLERANCE = 1e-8


def non_negative(name, value):
    """Return `value` as a finite array without negative entries."""
    out = _validate.array(name, value)
    if (out < 0).any():
        raise ValueError(f"{name} must not be negative, got a minimum of {out.min():g}")
    return out


def probabilities(name, value):
    """Return `value` as an array of probabilities that sum to one along the last axis."""
    out = non_negative(name, value)
    if out.ndim == 0:
        raise ValueError(f"{name} must have at least 1 dimension, its last axis over types, got 0")
    gap = np.abs(out.sum(axis=-1) - 1).max()
    if gap > SUM_TOLERANCE:
        raise ValueError(
            f"{name} must sum to 1 along the last axis, got a sum that is {gap:.3g} off; "
            "divide counts by their sum"
        )
    return out


def counts(name, value):
    """Return `value` as an array of whole numbers with a positive sum along the last axis."""
    out = non_negative(name, value)
    if out.ndim == 0:
        raise ValueError(f"{name} must have at least 1 dimension, its last axis over types, got 0")
    if (out != np.floor(out)).any():
        raise ValueError(f"{name} must be counts, whole numbers, got {out[out % 1 > 0].flat[0]:g}")
    if (out.sum(axis=-1) == 0).any():
        raise ValueError(f"{name} must have a positive sum along the last axis, got 0")
    return out


def broadcast(names, *arrays):
    """Return the arrays broadcast against one another, or an error that names their shapes."""
    try:
        return np.broadcast_arrays(*arrays)
    except ValueError:
        shapes = " and ".join(str(a.shape) for a in arrays)
        raise ValueError(f"{names} must have shapes that fit together, got {shapes}") from None


def symmetric_eigen(name, value):
    """Return eigenvalues (ascending, never negative) and eigenvectors of covariance matrices."""
    out = _validate.array(name, value)
    if out.ndim < 2 or out.shape[-1] != out.shape[-2]:
        raise ValueError(f"{name} must have shape (..., d, d), got {out.shape}")
    size = np.abs(out).max()
    if np.abs(out - np.swapaxes(out, -1, -2)).max() > 1e-8 * size:
        raise ValueError(f"{name} must be symmetric in its last two axes")
    values, vectors = np.linalg.eigh(out)
    if (values < -1e-8 * size).any():
        raise ValueError(
            f"{name} must be positive semi-definite, its smallest eigenvalue is {values.min():.3g}"
        )
    return np.maximum(values, 0.0), vectors
