"""The session behind a live page: cells that share their names and show what a notebook shows."""

from __future__ import annotations

import contextlib
import io
import json

import pytest

from bookmaker.paths import ROOT
from tests.support.scripts import load

live = load(ROOT / "bookmaker" / "live" / "assets" / "live.py")


@pytest.fixture(scope="module")
def session():
    return live.Session()


def outputs(session, source):
    return json.loads(session.run(source, 7))


def test_cells_share_their_names_and_show_what_they_print_and_end_with(session):
    assert outputs(session, "x = 20\nprint('a', x)") == [{"type": "stdout", "text": "a 20\n"}]
    assert outputs(session, "x + 1") == [{"type": "text", "text": "21"}]
    assert outputs(session, "x + 1;") == [] and outputs(session, "None") == []
    assert outputs(session, "") == [] and outputs(session, "# nothing") == []


def test_rich_values_are_shown_as_in_a_notebook(session):
    quiz = "from collapse_utils.exercises import quiz\nquiz('Two?', {'2': 'Yes.'}, right='2')"
    (shown,) = outputs(session, quiz)
    assert shown["type"] == "html" and "<details>" in shown["text"]
    both = outputs(session, "display(1, 2)\nprint(3)")
    assert [output["text"] for output in both] == ["1", "2", "3\n"]


def test_figures_are_pictures_shown_or_not_and_closed(session):
    draw = "import matplotlib.pyplot as plt\nfor _ in range(2):\n    plt.subplots()\n"
    for end in ("plt.show()", ""):
        pictures = outputs(session, draw + end)
        assert [picture["type"] for picture in pictures] == ["png", "png"]
        assert pictures[0]["text"].startswith("iVBORw0KGgo")
    assert outputs(session, "plt.get_fignums()") == [{"type": "text", "text": "[]"}]


def test_errors_name_the_cell_and_the_line_and_nothing_else(session):
    outputs(session, "def f():\n    return 1 / 0")
    printed, error = outputs(session, "print('before')\nf()")
    assert printed["text"] == "before\n" and error["name"] == "ZeroDivisionError"
    assert error["text"].splitlines()[0] == "cell 7, line 2:  f()"
    assert error["text"].splitlines()[-1] == "ZeroDivisionError: division by zero"
    assert "live.py" not in error["text"]
    (wrong,) = outputs(session, "x = = 1")
    assert wrong["name"] == "SyntaxError" and "^" in wrong["text"]
    (left,) = outputs(session, "raise SystemExit(3)")
    assert left["name"] == "SystemExit"


def test_warnings_are_shown_and_streams_are_given_back(session):
    (warning,) = outputs(session, "import sys\nprint('careful', file=sys.stderr)")
    assert warning["type"] == "stderr" and "careful" in warning["text"]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        print("mine")
    assert printed.getvalue() == "mine\n"


def test_a_cell_that_prints_without_end_is_cut_off(session):
    *_, error = outputs(session, "while True:\n    print('x' * 1000)")
    assert error["name"] == "RuntimeError"
