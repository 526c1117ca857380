"""Quantiles of values some of which are infinite, as logarithms of what died out are."""

from __future__ import annotations

import numpy as np

__all__ = ["quantiles"]


def quantiles(values, q, axis):
    """Return quantiles along an axis; where both neighbours are infinite, that infinity."""
    with np.errstate(invalid="ignore"):
        out = np.quantile(values, q, axis=axis)
        lost = np.isnan(out)
        if lost.any():
            out = np.where(lost, np.quantile(values, q, axis=axis, method="lower"), out)
    return out
