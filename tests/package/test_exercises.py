"""Answers that are told what is off, and quizzes that say why."""

import re

import numpy as np
import pytest

from collapse_utils.exercises import check_answer, quiz
from tests.support.tags import Tags


@pytest.mark.parametrize(
    "given, right, sentence",
    [
        (3.0, True, "Right."),
        (3.0000001, True, "Right."),
        (..., False, "No answer yet"),
        (None, False, "No answer yet"),
        (6.0, False, "Not yet. Doubled: which side?"),
        (2.0, False, "Not yet. Your number is too small."),
        (9, False, "Not yet. Your number is too large."),
        (np.nan, False, "NaN"),
        ("three", False, "should be a number"),
        ([3.0, 3.0], False, "has shape (2,); shape () is asked for"),
    ],
)
def test_answers_are_told_what_is_off(given, right, sentence, capsys):
    slips = [(6.0, "Doubled: which side?")]
    check_answer(given, 3.0, slips=slips)
    out = capsys.readouterr().out
    assert sentence in out
    assert (out == "Right.\n") is right
    assert right or "3" not in out.replace("shape (2,)", "").replace("three", "")


def test_wrong_arrays_name_the_first_wrong_place(capsys):
    check_answer([1.0, 2.0, 4.0, 5.0], [1.0, 2.0, 3.0, 4.0])
    assert "2 of 4 values are off; the first is at index 2." in capsys.readouterr().out


def test_quiz_options_say_why():
    shown = quiz("Two plus <two>?", {"4": "Count.", "5": "One & more."}, right=str(2 + 2))
    assert len(Tags(shown.markup).all("details")) == 2
    assert re.search(r"<summary>4</summary><p><strong>Right.</strong> Count.", shown.markup)
    assert re.search(r"<summary>5</summary><p><strong>No.</strong> One &amp; more.", shown.markup)


def test_a_condition_that_fails_is_said_to_fail(capsys):
    check_answer(np.float64(1) > 2, True)
    check_answer(True, True)
    printed = capsys.readouterr().out.splitlines()
    assert printed == [
        "Not yet. False is not the answer: what is asked for does not hold.",
        "Right.",
    ]


def test_quiz_refuses_an_answer_that_is_not_offered():
    with pytest.raises(ValueError, match="right must be one of '4', '5', got '6'"):
        quiz("Two plus two?", {"4": "Count.", "5": "One too many."}, right="6")
