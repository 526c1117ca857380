"""The notebooks that JupyterLab opens: boxes that its extension can draw, and nothing else raw."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from bookmaker.notebooks import DerivedNotebooks, lab
from bookmaker.paths import ROOT
from tests.support.derived_notebooks import NOTEBOOKS
from tests.support.raw_markup import ROLE

DRAWN = {"admonition", "math"}
OPENED = re.compile(r"^(:{3,}|`{3,})\{([\w:-]+)\}", re.MULTILINE)
FORMULA = re.compile(r"^```\{math\}\n(?::[^\n]*\n)+\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


def undrawn(notebook):
    """Return what the extension would show as it is, or in another way than the book."""
    text = "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    found = [name for _, name in OPENED.findall(text) if name not in DRAWN]
    found += [match.group() for match in ROLE.finditer(text)]
    found += re.findall(r"<(?:details|summary|table|div)\b[^>]*>", text)
    outside = FORMULA.sub("", text)
    found += re.findall(r"\$\$ *\([\w-]+\)", outside)
    found += [name for name in re.findall(r"^\(([\w-]+)\)=\s*\Z", text)]
    for fence in (":::", "```"):
        lines = [line for line in text.splitlines() if re.match(re.escape(fence) + "+", line)]
        found += [f"unbalanced {fence}"] if len(lines) % 2 else []
    return found


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_only_boxes_and_formulas_are_left_as_directives(book, name):
    notebook = DerivedNotebooks(book).lab(book.index.notebooks[name])
    nbformat.validate(notebook)
    assert undrawn(notebook) == []
    code = [
        [c.source for c in n.cells if c.cell_type == "code"]
        for n in (notebook, book.notebook(name).stored)
    ]
    assert code[0] == code[1]


def test_chapters_as_they_are_would_be_noticed(book):
    found = undrawn(book.notebook("random_walks").stored)
    folded = nbformat.v4.new_markdown_cell("<details>\n\nx\n\n</details>")
    assert undrawn(nbformat.v4.new_notebook(cells=[folded])) == ["<details>"]
    assert "prf:theorem" in found and any(raw.startswith("{glue:text}") for raw in found)


def test_boxes_and_formulas_have_the_numbers_of_the_book(book):
    notebook = DerivedNotebooks(book).lab(book.index.notebooks["random_walks"])
    text = "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    number = book.index.places["thm-log-walk"].text
    assert re.search(
        rf":::\{{admonition\}} {number} \(.+\)\n:class: important\n\n\(thm-log-walk\)=\n", text
    )
    tag = book.index.places["eq-two-draws"].text.strip("()")
    assert f"\\tag{{{tag}}}" in text and ":label: eq-two-draws" in text
    assert re.search(r":::\{admonition\} Hint\n:class: dropdown\n", text)


def test_what_was_typed_into_a_copy_stays(book, tmp_path):
    dice = book.index.notebooks["by_hand"]
    derived = SimpleNamespace(pages=[dice], lab=lambda page: book.notebook("by_hand").stored)
    assert lab.write(derived, tmp_path) == ["by_hand"]
    copy = tmp_path / "by_hand.ipynb"
    copy.write_text("typed")
    assert lab.write(derived, tmp_path) == [] and copy.read_text() == "typed"
    os.utime(copy, (1, 1))  # older than its chapter
    assert lab.write(derived, tmp_path) == ["by_hand"] and copy.read_text() != "typed"


def test_settings_lie_beside_the_notebooks_and_nowhere_else(tmp_path, monkeypatch):
    monkeypatch.setattr(lab, "DerivedNotebooks", lambda book: SimpleNamespace(pages=[]))

    def shared():
        return {f: f.read_bytes() for f in Path(sys.prefix, "share").rglob("overrides.json")}

    before = shared()
    lab.main(["--to", str(tmp_path / "lab")])
    (settings,) = tmp_path.rglob("overrides.json")
    assert '"fetchNews": "false"' in settings.read_text(encoding="utf-8")
    assert shared() == before
    folder = lab.TARGET.parent / settings.parent.name
    command = f"--LabApp.app_settings_dir=$(CURDIR)/{folder.relative_to(ROOT).as_posix()}\n"
    assert command in (ROOT / "Makefile").read_text(encoding="utf-8")
