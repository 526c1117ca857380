"""Check a reader's answer: say what is off, not what the answer is."""

from __future__ import annotations

import html

import numpy as np

from . import _validate
from .notebook import Html

__all__ = ["check_answer", "quiz"]


def check_answer(given, expected, *, rtol=1e-6, atol=0.0, slips=()):
    """Compare an answer with the expected one and print a helpful sentence.

    Parameters
    ----------
    given : number or array
        The reader's answer. ``...`` and ``None`` count as not answered yet.
    expected : number or array
        The right answer, computed.
    rtol, atol : float
        Relative and absolute tolerance, as in `numpy.isclose`.
    slips : sequence of (value, message)
        Plausible wrong answers, each with the sentence that names the idea behind the slip.

    Examples
    --------
    >>> check_answer(6.0, 3.0, slips=[(6.0, "Twice too large: are you adding decibels?")])
    Not yet. Twice too large: are you adding decibels?
    >>> check_answer(3.0, 3.0)
    Right.
    >>> check_answer(..., 3.0)
    No answer yet: replace the ... above.
    """
    rtol = _validate.real("rtol", rtol, at_least=0)
    atol = _validate.real("atol", atol, at_least=0)
    expected = _validate.array("expected", expected)
    print(_verdict(given, expected, rtol, atol, _slips(slips)))


def _slips(slips):
    """Return pairs of a wrong answer and its sentence, or raise an error."""
    for pair in (pairs := list(slips) if isinstance(slips, list | tuple) else [slips]):
        if not (isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[1], str)):
            raise TypeError(f"slips must be pairs of a value and a message, got {pair!r}")
    return [(_validate.array("slips", value), message) for value, message in pairs]


def _verdict(given, expected, rtol, atol, slips):
    if given is None or given is ...:
        return "No answer yet: replace the ... above."
    try:
        answer = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        return f"Not yet. The answer should be a number or an array, not {given!r}."
    if answer.shape != expected.shape:
        return (
            f"Not yet. Your answer has shape {answer.shape}; shape {expected.shape} is asked for."
        )
    if np.isnan(answer).any():
        return "Not yet. Your answer holds NaN: is there a division of zero by zero?"
    if np.allclose(answer, expected, rtol=rtol, atol=atol):
        return "Right."
    for value, message in slips:
        value = np.asarray(value)
        close = np.allclose(answer, value, rtol=max(rtol, 1e-9), atol=atol)
        if value.shape == answer.shape and close:
            return f"Not yet. {message}"
    if isinstance(given, bool | np.bool_):
        return f"Not yet. {bool(given)} is not the answer: what is asked for does not hold."
    if answer.size == 1:
        side = "large" if answer > expected else "small"
        return f"Not yet. Your number is too {side}."
    wrong = ~np.isclose(answer, expected, rtol=rtol, atol=atol)
    where = tuple(int(i) for i in np.argwhere(wrong)[0])
    index = where[0] if len(where) == 1 else where
    return (
        f"Not yet. {int(wrong.sum())} of {answer.size} values are off; the first is at index "
        f"{index}."
    )


def quiz(question, options, right):
    """Return a multiple-choice question whose options open to say why they are right or wrong.

    It needs no JavaScript: each option is a disclosure that a keyboard opens and a screen
    reader announces.

    Parameters
    ----------
    question : str
        One sentence.
    options : dict of str to str
        Each option and the reason why it is right or wrong.
    right : str
        The right option, as the chapter's code computes it.

    Returns
    -------
    Html
        Shows as the question in a notebook.

    Raises
    ------
    ValueError
        If `right` is not among the options: then text and computation disagree.

    Examples
    --------
    >>> quiz("Two plus two?", {"4": "Count.", "5": "One too many."}, right=str(2 + 2))
    Quiz: Two plus two? (4 / 5)
    """
    _validate.text("question", question)
    _validate.mapping("options", options)
    for option, reason in options.items():
        _validate.text("options", option)
        _validate.text("options", reason)
    _validate.choice("right", right, tuple(options))
    rows = []
    for option, reason in options.items():
        verdict = "Right." if option == right else "No."
        rows.append(
            f"<details><summary>{html.escape(option)}</summary>"
            f"<p><strong>{verdict}</strong> {html.escape(reason)}</p></details>"
        )
    return Html(
        f'<div class="quiz"><p>{html.escape(question)}</p>{"".join(rows)}</div>',
        f"Quiz: {question} ({' / '.join(options)})",
    )
