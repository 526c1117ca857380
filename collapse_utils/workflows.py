"""What the next generation is trained on.

A workflow is a rule that turns a `Turn` into the next training set. It asks the turn for
synthetic samples and merges them with what it keeps in ``turn.pool``. Whether a training
set is raw data (merging concatenates) or sufficient statistics (merging adds) is the
loop's business; the same rule serves both.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

__all__ = ["Accumulate", "Replace", "Turn", "accumulate", "replace"]


@dataclasses.dataclass
class Turn:
    """One generation, as a workflow sees it.

    Attributes
    ----------
    generation : int
        1 for the first model that is trained on synthetic data.
    n_samples : int
        Samples a generation writes.
    pool : training set
        Whatever the workflow keeps from turn to turn; the real training set at first.
    draw : callable
        ``draw(n)`` gives a training set of `n` fresh samples of the last model.
    merge : callable
        ``merge(a, b)`` gives the union of two training sets.
    """

    generation: int
    n_samples: int
    pool: Any
    draw: Callable
    merge: Callable

    def synthetic(self):
        """Return a training set written by the last model, `n_samples` long."""
        return self.draw(self.n_samples)


@dataclasses.dataclass(frozen=True)
class Replace:
    """Train on the last generation only; see `replace`."""

    name = "replace"
    forgets = True

    def __call__(self, turn):
        """Return what the last model wrote, and nothing else."""
        return turn.synthetic()


@dataclasses.dataclass(frozen=True)
class Accumulate:
    """Train on everything so far; see `accumulate`."""

    name = "accumulate"
    forgets = False

    def __call__(self, turn):
        """Add what the last model wrote to the pool and return the pool."""
        turn.pool = turn.merge(turn.pool, turn.synthetic())
        return turn.pool


def replace():
    """Train every generation on samples of the last one only.

    Returns
    -------
    Replace
        A workflow for `simulate`. Chapter: *random_walks*. Source: Shumailov et al. (2024).

    Examples
    --------
    >>> replace().name
    'replace'
    """
    return Replace()


def accumulate():
    """Train every generation on the real data and on all that was written since.

    Returns
    -------
    Accumulate
        A workflow for `simulate`. Chapter: *random_walks*. Source: Gerstgrasser et al. (2024).

    Examples
    --------
    >>> accumulate().name
    'accumulate'
    """
    return Accumulate()
