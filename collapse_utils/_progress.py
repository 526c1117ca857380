"""A progress bar that stays out of the way: on terminals only, and only on long runs."""

from __future__ import annotations

import sys
import time

from . import _validate

__all__ = ["Progress"]

_PATIENCE = 3.0
_WIDTH = 30


class Progress:
    """Draw how far a run has come.

    Parameters
    ----------
    mode : {"auto", True, False}
        "auto" draws on a terminal once the run has taken three seconds.
    total : int
        Steps of the whole run.

    Notes
    -----
    As a context manager it yields itself, or None if nothing will ever be drawn.
    """

    def __init__(self, mode, total):
        if not isinstance(mode, bool):
            _validate.choice("progress", mode, ("auto", True, False))
        self._stream = sys.stderr
        self._wanted = mode is True or (mode == "auto" and self._stream.isatty())
        self._patience = 0.0 if mode is True else _PATIENCE
        self._total = max(total, 1)
        self._drawn = False

    def __enter__(self):
        self._start = self._last = time.monotonic()
        return self if self._wanted else None

    def at(self, step):
        """Draw the bar at `step`, at most ten times a second."""
        now = time.monotonic()
        if now - self._start < self._patience or (now - self._last < 0.1 and step < self._total):
            return
        self._last, self._drawn = now, True
        done = step / self._total
        bar = "#" * int(_WIDTH * done)
        left = (now - self._start) * (1 - done) / done if done else float("nan")
        self._stream.write(f"\r[{bar:<{_WIDTH}}] {done:4.0%}  {left:5.0f} s left")
        self._stream.flush()

    def __exit__(self, *error):
        if self._drawn:
            self._stream.write("\r" + " " * (_WIDTH + 24) + "\r")
            self._stream.flush()
