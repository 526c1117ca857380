"""Run a chapter once in this process, and hand every answer in: right, missing and wrong ones."""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import os
import tempfile
from dataclasses import dataclass, field

import matplotlib
import numpy as np

from bookmaker.notebooks import stubs

matplotlib.use("agg")
import matplotlib.pyplot as plt


@dataclass
class Handed:
    """What a check cell said to the solution, to the stub, and to each wrong answer.

    Attributes
    ----------
    cell : str
        The id of the check cell.
    solved, missing : str
        What it printed to the solution and to ``...``.
    slips : list of (expected sentence, printed)
        One for each slip that the cell knows.
    mistaken : str or None
        What it printed to the plausible mistake that the cell's metadata has under ``wrong``: code
        that is run after the solution.
    known : list of str
        The sentences that it has ready.
    distorted : list of str
        What it printed to other wrong answers.
    verdict : bool
        Whether the cell judges at all; a check of an open exercise may only measure.
    """

    cell: str
    solved: str = ""
    missing: str = ""
    slips: list[tuple[str, str]] = field(default_factory=list)
    mistaken: str | None = None
    known: list[str] = field(default_factory=list)
    distorted: list[str] = field(default_factory=list)
    verdict: bool = False


def fork(names: dict) -> dict:
    """Return a namespace whose random numbers and names can be used up without a trace."""
    generators = {
        k: copy.deepcopy(v) for k, v in names.items() if isinstance(v, np.random.Generator)
    }
    return {**names, **generators}


def run(source: str, names: dict) -> str:
    """Run a cell in `names`; return what it printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, "cell", "exec"), names)
    plt.close("all")
    return printed.getvalue().strip()


def distortions(value) -> list:
    """Return values of the same kind that are no answer if `value` is one."""
    if isinstance(value, bool | np.bool_):
        return [not value]
    if isinstance(value, dict):
        reordered = dict(zip(value, reversed(value.values()), strict=True))
        return [reordered, {key: wrong for key in value for wrong in distortions(value[key])}]
    if isinstance(value, list | tuple):
        return [[wrong for part in value for wrong in distortions(part)[-1:]]]
    if isinstance(value, str):
        return ["something else"]
    if callable(value):
        return []
    return [value * 2 + 1, value * 0 - 1]


def direct_answer(check: str) -> str | None:
    """Return the name that a check cell hands, as it is, to `check_answer`."""
    for node in ast.walk(ast.parse(check)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "check_answer":
            first = node.args[0]
            return first.id if isinstance(first, ast.Name) else None
    return None


def calls(check: str, names: dict) -> list[tuple]:
    """Run a check cell; return what it hands to `check_answer`, each time."""
    found = []
    spied = {**fork(names), "check_answer": lambda *a, **k: found.append((a, k))}
    run(check, spied)
    return found


def hand_in(cell, attempt: str, missing: str, names: dict) -> Handed:
    """Run one check cell with every kind of answer.

    Parameters
    ----------
    cell : notebook cell
        The check, as the chapter has it.
    attempt : str
        The check, as the student has it.
    missing : str
        The stubs so far.
    names : dict
        The namespace after the solution.
    """
    handed = Handed(cell.id, solved=run(cell.source, fork(names)), known=stubs.slips(cell.source))
    stubbed = fork(names)
    run(missing, stubbed)
    handed.missing = run(attempt, stubbed)
    asked = calls(cell.source, names)
    handed.verdict = bool(asked)
    answer = direct_answer(cell.source)
    if answer in stubs.bound_names(missing):
        for value, sentence in asked[0][1].get("slips", ()):
            printed = run(cell.source, {**fork(names), answer: value})
            handed.slips.append((sentence, printed))
    if "wrong" in cell.metadata:
        mistaken = fork(names)
        run(cell.metadata["wrong"], mistaken)
        handed.mistaken = run(cell.source, mistaken)
    for name in stubs.answers("\n".join(f"{n} = 0" for n in names), [cell.source]):
        if name not in stubs.bound_names(missing):
            continue
        for wrong in distortions(names[name]):
            with contextlib.suppress(TypeError, ValueError, IndexError, AttributeError):
                printed = run(cell.source, {**fork(names), name: wrong})
                handed.distorted.append(printed)
    return handed


def rehearse(chapter, student) -> list[Handed]:
    """Run a chapter, hand in every answer, and then run the student's version from the first stub.

    The cells before that are the same in both, so they are run once.
    """
    mine = {cell.id: cell for cell in student.cells}
    names, pupil, left, handed = {"__name__": "__main__"}, None, [], []
    stubs_so_far: list[str] = []
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as folder, plt.rc_context():
        os.chdir(folder)
        try:
            for cell in chapter.cells:
                if cell.cell_type != "code":
                    continue
                tags = cell.metadata.get("tags", [])
                if "solution" in tags:
                    pupil = pupil or fork(names)
                    stubs_so_far.append(mine[cell.id].source)
                if pupil is not None:
                    left.append(mine[cell.id].source)
                if "check" in tags:
                    attempt = mine[cell.id].source
                    handed.append(hand_in(cell, attempt, "\n".join(stubs_so_far), names))
                run(cell.source, names)
            for source in left:
                run(source, pupil)
        finally:
            os.chdir(here)
    return handed
