"""Every exercise: graded, with a hint; its check knows the solution, a stub and wrong answers."""

from __future__ import annotations

import nbformat
import pytest
from nbformat import v4

from bookmaker.notebooks import DerivedNotebooks, chapter_rules
from tests.support.derived_notebooks import each_chapter
from tests.support.rehearsal import Handed, rehearse

MISSING = "No answer yet: replace the ... above."


def unsound(handed: Handed):
    """Return what is wrong with the answers of a check cell."""
    problems = []
    if "Not yet" in handed.solved or MISSING in handed.solved:
        problems.append(f"{handed.cell} refuses the solution: {handed.solved}")
    if handed.missing != MISSING:
        problems.append(f"{handed.cell} says to a stub: {handed.missing or 'nothing'}")
    problems += [
        f"{handed.cell} says {printed!r} to the slip {sentence!r}"
        for sentence, printed in handed.slips
        if printed != f"Not yet. {sentence}"
    ]
    if handed.mistaken is None and not handed.slips:
        problems.append(f"{handed.cell} is shown no plausible wrong answer")
    first = (handed.mistaken or "").partition("\n")[0]
    if handed.mistaken is not None and first not in [f"Not yet. {one}" for one in handed.known]:
        problems.append(f"{handed.cell} says {handed.mistaken!r} to its mistake")
    refused = [printed for printed in handed.distorted if printed.startswith("Not yet. ")]
    if handed.verdict and not refused:
        problems.append(f"{handed.cell} refuses no wrong answer: {handed.distorted}")
    return problems


@each_chapter
def test_exercises_are_graded_and_complete(book, name):
    assert chapter_rules.exercises(book.notebook(name)) == []


@each_chapter
def test_checks_tell_right_from_missing_and_wrong_and_the_student_version_runs(book, name):
    student = DerivedNotebooks(book).student(book.index.notebooks[name])
    handed = rehearse(book.notebook(name).stored, student)
    assert len(handed) >= sum(chapter_rules.GRADES.values())
    assert [problem for one in handed for problem in unsound(one)] == []


# What must be noticed


def cell(source, *tags):
    made = v4.new_code_cell(source, id=f"cell-{abs(hash((source, tags)))}")
    made.metadata["tags"] = list(tags)
    return made


IMPORT = cell("from collapse_utils.exercises import check_answer\nbase = 2")


def rehearsed(solution, check, later="", stub=None, attempt=None, wrong=None):
    """Rehearse a chapter of one exercise; the student's cells can be given."""
    cells = [IMPORT, cell(solution, "solution"), cell(check, "check"), cell(later)]
    if wrong is not None:
        cells[2].metadata["wrong"] = wrong
    student = [nbformat.from_dict(dict(one)) for one in cells]
    student[1].source = "answer = ..." if stub is None else stub
    student[2].source = check if attempt is None else attempt
    (handed,) = rehearse(v4.new_notebook(cells=cells), v4.new_notebook(cells=student))
    return unsound(handed)


SLIP = "check_answer(answer, 4, slips=[({}, 'That is the base.')])"


PARITY = "check_answer(answer % 2 == 0, True, slips=[(False, 'Twice anything is even.')])"


def test_sound_check_is_accepted():
    assert rehearsed("answer = base * 2", SLIP.format(2)) == []
    assert rehearsed("answer = 4", PARITY, wrong="answer = base + 1", attempt=SLIP.format(2)) == []


@pytest.mark.parametrize(
    ("problem", "case"),
    [
        ("refuses the solution", {"solution": "answer = 5", "check": SLIP.format(2)}),
        ("to the slip", {"solution": "answer = 4", "check": SLIP.format(4)}),
        (
            "refuses no wrong",
            {"solution": "answer = 4", "check": "check_answer(answer > -9, True)"},
        ),
        ("no plausible", {"solution": "answer = 4", "check": "check_answer(answer, 4)"}),
        ("no plausible", {"solution": "answer = 4", "check": PARITY}),
        ("to its mistake", {"solution": "answer = 4", "check": PARITY, "wrong": "answer = 6"}),
        (
            "to its mistake",
            {"solution": "answer = 4", "check": SLIP.format(2), "wrong": "answer = 5"},
        ),
        ("to a stub", {"solution": "answer = 4", "check": SLIP.format(2), "stub": "answer = 4"}),
    ],
)
def test_unsound_check_is_noticed(problem, case):
    attempt = SLIP.format(2) if "-9" in case["check"] or case["check"] == PARITY else None
    assert any(problem in found for found in rehearsed(**case, attempt=attempt))


def test_code_that_depends_on_a_solution_is_noticed():
    with pytest.raises(TypeError, match="ellipsis"):
        rehearsed("answer = 4", SLIP.format(2), later="double = answer * 2")
