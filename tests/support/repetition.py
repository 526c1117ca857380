"""Code that stands twice: the same lines one after the other, whatever is said between them."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterable

LONGEST = 12
WITH_DOCSTRING = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def without_words(source: str) -> list[str]:
    """Return the lines of a Python file with nothing where docstrings and comments stand."""
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, WITH_DOCSTRING) and ast.get_docstring(node) is not None:
            words = node.body[0]
            for row in range(words.lineno, words.end_lineno + 1):
                lines[row - 1] = ""
    return lines


def without_comments(source: str) -> list[str]:
    """Return the lines of a script or a style sheet with nothing where comments stand."""
    source = re.sub(r"/\*.*?\*/", lambda c: "\n" * c[0].count("\n"), source, flags=re.DOTALL)
    return re.sub(r"(^|\s)//.*", "", source, flags=re.MULTILINE).splitlines()


def code_lines(name: str, source: str) -> list[tuple[int, str]]:
    """Return the lines of code of a file, each with its number and its spaces folded."""
    lines = without_words(source) if name.endswith(".py") else without_comments(source)
    folded = (" ".join(line.split()) for line in lines)
    return [(number, line) for number, line in enumerate(folded, 1) if line]


def repeated(files: Iterable[tuple[str, str]]) -> list[str]:
    """Return where more than `LONGEST` lines of code stand that stand elsewhere as well.

    Parameters
    ----------
    files : iterable of (name, source)
        The files, among which the same lines may be in one or in two.
    """
    places = defaultdict(list)
    for name, source in files:
        lines = code_lines(name, source)
        for start in range(len(lines) - LONGEST):
            window = tuple(line for _, line in lines[start : start + LONGEST + 1])
            places[window].append((name, start, lines[start][0]))
    twice = [where for where in places.values() if len(where) > 1]
    inside = {(name, start + 1) for where in twice for name, start, _ in where}
    return [
        " and ".join(f"{name}:{row}" for name, _, row in where)
        for where in twice
        if not all((name, start) in inside for name, start, _ in where)
    ]
