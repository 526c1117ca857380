"""Check a claim in the open: print one line, fail loudly, and leave a record for the ledger.

A claim compares something a chapter measured with something a formula predicts. The
record travels in the notebook's own outputs, so that the ledger can be gathered from
the executed notebooks without running them again.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math

import numpy as np

from . import _validate
from .notebook import publish

__all__ = ["CLAIM_MIME", "Claim", "ClaimError", "check", "collecting", "estimate", "recorded"]

CLAIM_MIME = "application/vnd.collapse.claim+json"
"""The mime type under which a claim's record is stored in a notebook's outputs."""

VERDICTS = ("reproduced", "refined", "differs", "own derivation", "own measurement")
KINDS = ("equals", "at most", "at least")
LIMIT = 4.0

_collector: list | None = None


class ClaimError(AssertionError):
    """A measurement that contradicts its prediction."""


@dataclasses.dataclass(frozen=True)
class Claim:
    """One comparison of a measurement with a prediction.

    Attributes
    ----------
    slug : str
        Name of the claim, unique in its chapter.
    statement : str
        What is claimed, in one sentence.
    measured, standard_error, predicted : float
        In the same unit. `standard_error` is 0 for a quantity without randomness.
    kind : str
        ``"equals"``, ``"at most"`` or ``"at least"``: how `measured` relates to `predicted`.
    tolerance : float
        Systematic error allowed on top of the random one, in the unit of `measured`.
    source : str
        Where the prediction comes from, or ``"derived here"``.
    verdict : str
        ``"reproduced"``, ``"refined"``, ``"differs"``, ``"own derivation"`` or
        ``"own measurement"``.
    """

    slug: str
    statement: str
    measured: float
    standard_error: float
    predicted: float
    kind: str = "equals"
    tolerance: float = 0.0
    source: str = "derived here"
    verdict: str = "own derivation"

    def __post_init__(self):
        slug = _validate.text("slug", self.slug)
        if not slug.replace("-", "").isalnum() or slug != slug.lower():
            raise ValueError(f"slug must be lower-case words joined by hyphens, got {slug!r}")
        _validate.text("statement", self.statement)
        _validate.text("source", self.source)
        _validate.choice("kind", self.kind, KINDS)
        _validate.choice("verdict", self.verdict, VERDICTS)
        for name in ("measured", "standard_error", "predicted", "tolerance"):
            lowest = 0 if name in ("standard_error", "tolerance") else None
            value = _validate.real(name, getattr(self, name), at_least=lowest)
            object.__setattr__(self, name, value)

    @property
    def z(self) -> float:
        """Deviation beyond `tolerance` in standard errors; only the forbidden side for bounds."""
        gap = self.measured - self.predicted
        if self.kind == "at most":
            gap = max(gap, 0.0)
        elif self.kind == "at least":
            gap = min(gap, 0.0)
        gap = math.copysign(max(abs(gap) - self.tolerance, 0.0), gap)
        if self.standard_error > 0:
            return gap / self.standard_error
        return math.copysign(math.inf, gap) if gap else 0.0

    @property
    def holds(self) -> bool:
        """Whether the deviation is below four standard errors (1 false alarm in 16 000)."""
        return abs(self.z) < LIMIT

    def record(self) -> dict:
        """Return the claim as a dictionary of plain values, rounded so that it compares stably."""
        out = dataclasses.asdict(self)
        for key in ("measured", "standard_error", "predicted", "tolerance"):
            out[key] = float(f"{out[key]:.5g}")
        out["z"] = round(self.z, 2) if math.isfinite(self.z) else None
        out["holds"] = self.holds
        return out

    def quote(self) -> str:
        """Return the measurement as a sentence carries it: digits as far as the error supports."""
        return plus_minus(self.measured, self.standard_error)

    def __str__(self) -> str:
        relation = {"equals": "predicted", "at most": "at most", "at least": "at least"}[self.kind]
        predicted = _like(self.predicted, self.standard_error or self.tolerance)
        random = f", z = {self.z:+.1f}" if self.standard_error > 0 else ""
        verdict = "ok" if self.holds else "DIFFERS"
        return f"{self.slug}: {self.quote()} ({relation} {predicted}{random}) {verdict}"


def plus_minus(value, standard_error):
    """Return ``value ± standard_error`` with two digits of error, as a string.

    Examples
    --------
    >>> plus_minus(0.31642, 0.0041)
    '0.3164 ± 0.0041'
    >>> plus_minus(2.0, 0)
    '2'
    """
    if not standard_error > 0:
        return f"{value:.4g}"
    digits = 1 - math.floor(math.log10(standard_error))
    size = max(abs(value), standard_error)
    if size < 1e-3 or size >= 1e6:
        power = math.floor(math.log10(size))
        scale = 10.0**power
        inner = max(digits + power, 0)
        return f"({value / scale:.{inner}f} ± {standard_error / scale:.{inner}f})e{power:+03d}"
    digits = max(digits, 0)
    return f"{value:.{digits}f} ± {standard_error:.{digits}f}"


def _like(value, error):
    """Format a prediction with as many digits as its measurement shows, six at most."""
    if not error > 0 or not 1e-3 <= max(abs(value), error) < 1e6:
        return f"{value:.4g}"
    digits = 1 - math.floor(math.log10(error))
    if value:
        digits = min(digits, 7, 5 - math.floor(math.log10(abs(value))))
    return f"{value:.{max(digits, 0)}f}"


def estimate(values):
    """Return the mean of independent values and its standard error, for `check` to take.

    Parameters
    ----------
    values : array of shape (n,), n at least 2
        One number (or True and False) per independent chain.

    Returns
    -------
    mean, standard_error : float

    Examples
    --------
    >>> estimate([1.0, 2.0, 3.0, 6.0])
    (3.0, 1.0801234497346435)
    """
    values = _validate.array("values", values, ndim=1)
    if len(values) < 2:
        raise ValueError("values must hold at least 2 numbers for an error, got 1")
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))


@contextlib.contextmanager
def collecting():
    """Collect the claims made inside the block instead of failing at the first that differs.

    Yields
    ------
    list of Claim
        Grows as the block runs. Used to run a chapter again on other seeds.

    Examples
    --------
    >>> with collecting() as found:
    ...     check("two-and-two", 5.0, 0.0, 4.0, statement="Sums to four.")
    two-and-two: 5 (predicted 4) DIFFERS
    >>> [claim.holds for claim in found]
    [False]
    """
    global _collector
    outer, _collector = _collector, []
    try:
        yield _collector
    finally:
        _collector = outer


def check(
    slug,
    measured,
    standard_error,
    predicted,
    *,
    statement,
    kind="equals",
    tolerance=0.0,
    source="derived here",
    verdict="own derivation",
):
    """Print one line that compares a measurement with its prediction; raise if they differ.

    The two differ when they are four standard errors apart or more, a false alarm in
    16 000 for a normal error. Deterministic quantities take ``standard_error=0`` and, if
    they are computed in floating point or predicted to leading order only, a `tolerance`.

    Parameters
    ----------
    slug : str
        Name of the claim: lower-case words joined by hyphens, unique in its chapter. The
        text can quote the measurement by this name.
    measured, standard_error, predicted : float
        In the same unit.
    statement : str
        What is claimed, in one sentence.
    kind : {"equals", "at most", "at least"}
        How `measured` should relate to `predicted`.
    tolerance : float
        Systematic difference allowed before the error counts, in the same unit.
    source : str
        Where the prediction comes from: a key of the bibliography, or ``"derived here"``.
    verdict : str
        One of ``"reproduced"``, ``"refined"``, ``"differs"``, ``"own derivation"``,
        ``"own measurement"``.

    Raises
    ------
    ClaimError
        If the measurement contradicts the prediction (not inside `collecting`).

    Examples
    --------
    >>> check("a-fair-coin", 0.508, 0.005, 0.5, statement="Half of the tosses are heads.")
    a-fair-coin: 0.5080 ± 0.0050 (predicted 0.5000, z = +1.6) ok
    """
    claim = Claim(
        slug=slug,
        statement=statement,
        measured=measured,
        standard_error=standard_error,
        predicted=predicted,
        kind=kind,
        tolerance=tolerance,
        source=source,
        verdict=verdict,
    )
    print(claim)
    publish(slug, claim.quote(), {CLAIM_MIME: claim.record()})
    if _collector is not None:
        _collector.append(claim)
    elif not claim.holds:
        raise ClaimError(
            f"{claim}\n{statement}\nThe difference is {abs(claim.z):.1f} standard errors; "
            "either the code, the error or the claim is wrong."
        )


def recorded(notebook):
    """Return the claims that an executed notebook has stored, in order.

    Parameters
    ----------
    notebook : dict
        The notebook's JSON, as `json.load` or `nbformat.read` return it.

    Returns
    -------
    list of (int, dict)
        For each claim the number of its cell, from 0, and its record: the attributes of `Claim`
        with ``z`` (None if infinite) and ``holds``.

    Raises
    ------
    TypeError
        If the argument is not a notebook.

    Examples
    --------
    >>> cell = {"cell_type": "code", "outputs": [{"data": {CLAIM_MIME: {"slug": "two-and-two"}}}]}
    >>> recorded({"cells": [{"cell_type": "markdown"}, cell]})
    [(1, {'slug': 'two-and-two'})]
    """
    _validate.mapping("notebook", notebook, ("cells",))
    return [
        (number, output["data"][CLAIM_MIME])
        for number, cell in enumerate(notebook["cells"])
        for output in cell.get("outputs", [])
        if CLAIM_MIME in output.get("data", {})
    ]
