"""No code of more than twelve lines stands twice."""

from __future__ import annotations

import pytest

from bookmaker.paths import ROOT
from tests.support.repetition import LONGEST, repeated
from tests.support.tracked import tracked

LINES = [f"x{k} = f({k})" for k in range(LONGEST + 1)]


def test_no_code_stands_twice():
    files = tracked("*.py", "*.mjs", "*.js", "*.css")
    assert len(files) > 100
    sources = ((path.as_posix(), (ROOT / path).read_text(encoding="utf-8")) for path in files)
    assert repeated(sources) == []


def python(lines, between=""):
    return f'"""Words."""\n\n\ndef f():\n    """Words."""\n{between}    ' + "\n    ".join(lines)


def style(lines, comment):
    rules = (line.replace(" = ", ": ") + ";" for line in lines)
    return "/* a\ncomment */\n.x {\n" + f"\n{comment}\n".join(rules) + "\n}\n"


def test_the_same_lines_in_two_places_are_noticed():
    again = python(LINES).replace("x0 = f(0)", "x0 = f(0)  # a comment\n\n    # and another")
    assert repeated([("a.py", python(LINES)), ("b.py", again)]) == ["a.py:4 and b.py:4"]
    once = "\n".join(LINES)
    assert repeated([("a.py", f"{once}\ny = 1\n{once}")]) == ["a.py:1 and a.py:15"]
    sheets = [("a.css", style(LINES, "")), ("b.mjs", style(LINES, "// other words"))]
    assert len(repeated(sheets)) == 1


@pytest.mark.parametrize("other", [LINES[:LONGEST], [*LINES[:6], "y = 1", *LINES[6:]]])
def test_fewer_lines_or_others_between_them_are_none(other):
    assert repeated([("a.py", python(LINES, "    a = 1\n")), ("b.py", python(other))]) == []


def test_docstrings_and_comments_are_no_code():
    text = "\n".join(LINES)
    words = f'"""A\n{text}\n"""\n# ' + "\n# ".join(LINES)
    assert repeated([("a.py", words), ("b.py", words)]) == []
