"""What the next generation is trained on.

A workflow is a rule that turns a `Turn` into the next training set. It asks the turn for
synthetic samples or fresh real ones, and merges them with what it keeps in ``turn.pool``.
Whether a training set is raw data (merging concatenates) or sufficient statistics (merging
adds) is the loop's business; the same rule serves both.

Some rules need more than merging, and say so in their docstrings: a random subset of a pool
can be drawn from the statistics of some models only, and a filter has to see the samples.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from . import _validate
from .theory.real_data import kalman_weights, optimal_weight

__all__ = [
    "Turn",
    "Workflow",
    "accumulate",
    "accumulate_subsample",
    "anchor",
    "curated",
    "mix",
    "replace",
    "verified",
    "weighted",
]

_ROUNDS = 1000


@dataclasses.dataclass
class Turn:
    """One generation, as a workflow sees it.

    Attributes
    ----------
    generation : int
        1 for the first model that is trained on synthetic data.
    n_samples : int
        Samples a generation writes.
    real : training set
        The real training set of generation 0.
    pool : training set
        Whatever the workflow keeps from turn to turn; the real training set at first.
    draw : callable
        ``draw(n)`` gives a training set of `n` fresh samples of the last model.
    fresh : callable
        ``fresh(n)`` gives a training set of `n` fresh samples of the truth.
    merge : callable
        ``merge(a, b)`` gives the union of two training sets.
    subsample : callable
        ``subsample(a, n)`` gives `n` samples of a training set, drawn without replacement.
    scale : callable
        ``scale(a, factor)`` gives a training set whose samples count `factor` times.
    rng : numpy.random.Generator
        For rules that choose at random.
    """

    generation: int
    n_samples: int
    real: Any
    pool: Any
    draw: Callable
    fresh: Callable
    merge: Callable
    subsample: Callable
    scale: Callable
    rng: np.random.Generator

    def synthetic(self):
        """Return a training set written by the last model, `n_samples` long."""
        return self.draw(self.n_samples)


@dataclasses.dataclass(frozen=True)
class Workflow:
    """A named rule; what it needs of the loop is in its flags.

    Any function that takes a `Turn` and returns a training set will do as a workflow. A rule that
    needs a flag inherits from this class and is called with the turn.

    Attributes
    ----------
    name : str
        Under which results are plotted and reported.
    forgets : bool
        Whether the training set is just what the last model wrote.
    literal : bool
        Whether the rule has to see the samples, so that statistics will not do.
    subsamples, weighs : bool
        Whether the rule takes random subsets, or weighs samples, which only some models can do
        on statistics.
    """

    name = "workflow"
    forgets = False
    literal = False
    subsamples = False
    weighs = False


@dataclasses.dataclass(frozen=True)
class _Plain(Workflow):
    """A function as a workflow: it has its own name and asks for nothing."""

    rule: Callable

    @property
    def name(self):
        return self.rule.__name__ if inspect.isroutine(self.rule) else type(self.rule).__name__

    def __call__(self, turn):
        return self.rule(turn)


def as_workflow(rule):
    """Return a rule as a workflow, or raise an error that names the usual slip, a missing call."""
    _validate.callable("workflow", rule)
    if isinstance(rule, type) or (inspect.isfunction(rule) and rule.__module__ == __name__):
        raise TypeError(
            f"workflow must be a workflow, got what makes one; call it: {rule.__name__}(...)"
        )
    return rule if isinstance(rule, Workflow) else _Plain(rule)


@dataclasses.dataclass(frozen=True)
class _Replace(Workflow):
    name = "replace"
    forgets = True

    def __call__(self, turn):
        return turn.synthetic()


@dataclasses.dataclass(frozen=True)
class _Accumulate(Workflow):
    name = "accumulate"

    def __call__(self, turn):
        turn.pool = turn.merge(turn.pool, turn.synthetic())
        return turn.pool


@dataclasses.dataclass(frozen=True)
class _AccumulateSubsample(Workflow):
    name = "accumulate-subsample"
    subsamples = True

    def __call__(self, turn):
        turn.pool = turn.merge(turn.pool, turn.synthetic())
        return turn.subsample(turn.pool, turn.n_samples)


@dataclasses.dataclass(frozen=True)
class _Mix(Workflow):
    real_fraction: float

    name = "mixed"

    def __call__(self, turn):
        real = round(self.real_fraction * turn.n_samples)
        if real == turn.n_samples:
            return turn.fresh(real)
        synthetic = turn.draw(turn.n_samples - real)
        return turn.merge(turn.fresh(real), synthetic) if real else synthetic


@dataclasses.dataclass(frozen=True)
class _Anchor(Workflow):
    ratio: float

    name = "anchored"

    def __call__(self, turn):
        return turn.merge(turn.real, turn.draw(max(1, round(self.ratio * turn.n_samples))))


@dataclasses.dataclass(frozen=True)
class _Weighted(Workflow):
    weight: float | str
    ratio: float

    name = "weighted"
    weighs = True

    def __call__(self, turn):
        n_real = turn.n_samples
        n_synthetic = max(1, round(self.ratio * n_real))
        if self.weight == "optimal":
            w = kalman_weights(turn.generation + 1, n_real, n_synthetic)[-1]
        elif self.weight == "stationary":
            w = optimal_weight(n_real, n_synthetic)
        else:
            w = self.weight
        total = n_real + n_synthetic
        real = turn.scale(turn.fresh(n_real), w * total / n_real)
        if w == 1:
            return real
        synthetic = turn.scale(turn.draw(n_synthetic), (1 - w) * total / n_synthetic)
        return turn.merge(real, synthetic)


@dataclasses.dataclass(frozen=True)
class _Filter(Workflow):
    """A workflow behind a filter: it sees the samples, and needs what the inner one needs."""

    inner: Workflow

    literal = True

    @property
    def subsamples(self):
        return self.inner.subsamples

    @property
    def weighs(self):
        return self.inner.weighs


@dataclasses.dataclass(frozen=True)
class _Verified(_Filter):
    accept: Callable

    name = "verified"

    def __call__(self, turn):
        def draw(n):
            return _accepted(turn.draw, n, self.accept, turn.rng)

        return _within(self.inner, turn, draw)


@dataclasses.dataclass(frozen=True)
class _Curated(_Filter):
    reward: Callable
    n_candidates: int

    name = "curated"

    def __call__(self, turn):
        def draw(n):
            return _preferred(turn.draw, n, self.reward, self.n_candidates, turn.rng)

        return _within(self.inner, turn, draw)


def _within(inner, turn, draw):
    """Run a workflow on a turn whose model writes what `draw` lets through."""
    filtered = dataclasses.replace(turn, draw=draw)
    training = inner(filtered)
    turn.pool = filtered.pool
    return training


def _accepted(draw, n, accept, rng):
    """Draw until every chain has `n` accepted samples; keep the first `n` of each."""
    kept = None
    for _ in range(_ROUNDS):
        batch = draw(n)
        chance = np.asarray(accept(batch), dtype=float)
        if chance.shape != batch.shape[:2]:
            raise ValueError(
                f"accept must return one probability per sample, shape {batch.shape[:2]}, "
                f"got {chance.shape}"
            )
        if not ((chance >= 0) & (chance <= 1)).all():
            raise ValueError("accept must return probabilities between 0 and 1")
        passed = rng.random(chance.shape) < chance
        if kept is None:
            kept, filled = np.zeros_like(batch), np.zeros(len(batch), dtype=int)
        place = filled[:, None] + np.cumsum(passed, axis=1) - 1
        chain, sample = np.nonzero(passed & (place < n))
        kept[chain, place[chain, sample]] = batch[chain, sample]
        filled = np.minimum(filled + passed.sum(axis=1), n)
        if (filled == n).all():
            return kept
    raise RuntimeError(
        f"accept lets too few samples through: after {_ROUNDS * n} drawn a chain still has "
        f"only {filled.min()} of {n}"
    )


def _preferred(draw, n, reward, n_candidates, rng):
    """Draw `n_candidates` for each place and choose one with probability exp(reward)."""
    batches = [draw(n) for _ in range(n_candidates)]
    rewards = np.stack([np.asarray(reward(batch), dtype=float) for batch in batches])
    if rewards.shape[1:] != batches[0].shape[:2] or not np.isfinite(rewards).all():
        raise ValueError(
            f"reward must return one finite number per sample, shape {batches[0].shape[:2]}"
        )
    winner = (rewards + rng.gumbel(size=rewards.shape)).argmax(axis=0)
    winner = winner.reshape(1, *winner.shape, *[1] * (batches[0].ndim - 2))
    return np.take_along_axis(np.stack(batches), winner, axis=0)[0]


def replace():
    """Train every generation on samples of the last one only.

    Returns
    -------
    Workflow
        For `simulate`. Chapter: *random_walks*. Source: Shumailov et al. (2024).

    Examples
    --------
    >>> replace().name
    'replace'
    """
    return _Replace()


def accumulate():
    """Train every generation on the real data and on all that was written since.

    Returns
    -------
    Workflow
        For `simulate`. Chapter: *random_walks*. Source: Gerstgrasser et al. (2024).

    Examples
    --------
    >>> accumulate().name
    'accumulate'
    """
    return _Accumulate()


def accumulate_subsample():
    """Train every generation on a random subset, of fixed size, of all that was written so far.

    The pool grows as in `accumulate`; each generation sees `n_samples` of it, drawn without
    replacement.

    Returns
    -------
    Workflow
        For `simulate`. Exact on statistics for models that can subsample them (counts);
        literal otherwise. Chapter: *avoiding_collapse*. Source: Kazdan et al. (2024).

    Examples
    --------
    >>> accumulate_subsample().name
    'accumulate-subsample'
    """
    return _AccumulateSubsample()


def mix(real_fraction):
    """Train every generation on synthetic samples and a fraction of fresh real ones.

    Parameters
    ----------
    real_fraction : float
        Between 0 (replace) and 1 (no synthetic data). Of `n_samples`, the nearest whole
        number is real.

    Returns
    -------
    Workflow
        For `simulate`; it needs a known truth to draw from. Chapter: *avoiding_collapse*.
        Source: Alemohammad et al. (2023), section 5; Wright (1931) as migration.

    Examples
    --------
    >>> mix(0.1).real_fraction
    0.1
    """
    return _Mix(_validate.real("real_fraction", real_fraction, at_least=0, at_most=1))


def anchor(ratio=1.0):
    """Train every generation on the real data, kept for ever, and on what the last one wrote.

    Parameters
    ----------
    ratio : float
        Synthetic samples per real sample.

    Returns
    -------
    Workflow
        For `simulate`. Chapter: *avoiding_collapse*. Source: Alemohammad et al. (2023), section
        4; Bertrand et al. (2023).

    Examples
    --------
    >>> anchor(2.0).ratio
    2.0
    """
    return _Anchor(_validate.real("ratio", ratio, above=0))


def weighted(weight="optimal", ratio=1.0):
    r"""Weigh `n_samples` fresh real samples against the last model's samples.

    The real samples together get the weight :math:`w`, the synthetic ones :math:`1 - w`,
    whatever their numbers.

    Parameters
    ----------
    weight : float or {"optimal", "stationary"}
        A constant in (0, 1]; or the weight that is best for a mean, generation by generation
        (``"optimal"``; for `ratio` 1 the Fibonacci ratios 2/3, 5/8, 13/21, ...) or in the long
        run (``"stationary"``; for `ratio` 1 the golden section 0.618...).
    ratio : float
        Synthetic samples per real sample.

    Returns
    -------
    Workflow
        For `simulate`, for models that can scale their statistics; it needs a known truth.
        Chapter: *avoiding_collapse*. Source: He, Xu and Cheng (2025), arXiv:2502.18049.

    Examples
    --------
    >>> weighted(0.5).weight
    0.5
    """
    if isinstance(weight, str):
        _validate.choice("weight", weight, ("optimal", "stationary"))
    else:
        weight = _validate.real("weight", weight, above=0, at_most=1)
    return _Weighted(weight, _validate.real("ratio", ratio, above=0))


def verified(workflow, accept):
    """Let only samples that pass a verifier enter the training set.

    Parameters
    ----------
    workflow : callable
        What to do with the samples that pass, such as ``replace()``.
    accept : callable
        Takes data of shape (n_chains, n_samples, ...) and returns for each sample the
        probability that it passes. Samples are drawn until enough have passed.

    Returns
    -------
    Workflow
        For `simulate`; always literal. Chapter: *avoiding_collapse*. Source: Feng et al.
        (2024), arXiv:2406.07515; Yi et al. (2025), arXiv:2510.16657.

    Examples
    --------
    >>> verified(replace(), lambda x: np.abs(x) < 2).name
    'verified'
    """
    workflow = as_workflow(workflow)
    return _Verified(workflow, _validate.callable("accept", accept))


def curated(workflow, reward, n_candidates=2):
    """Keep from several candidates the one that people, or a reward, prefer.

    For each place in the training set `n_candidates` samples are drawn and one is chosen with
    probability proportional to ``exp(reward)``.

    Parameters
    ----------
    workflow : callable
        What to do with the samples chosen, such as ``replace()``.
    reward : callable
        Takes data of shape (n_chains, n_samples, ...) and returns one number per sample.
    n_candidates : int
        At least 2.

    Returns
    -------
    Workflow
        For `simulate`; always literal. Chapter: *avoiding_collapse*. Source: Ferbach et al.
        (2024), arXiv:2407.09499, the Bradley-Terry choice.

    Examples
    --------
    >>> curated(replace(), lambda x: -(x**2)).n_candidates
    2
    """
    workflow = as_workflow(workflow)
    n_candidates = _validate.integer("n_candidates", n_candidates, at_least=2)
    return _Curated(workflow, _validate.callable("reward", reward), n_candidates)
