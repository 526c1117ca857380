"""Look into derived notebooks."""

from __future__ import annotations

import nbformat
import pytest

from bookmaker.paths import ROOT, notebook_files

CHAPTERS = [path.stem for path in sorted((ROOT / "chapters").glob("*.ipynb"))]
NOTEBOOKS = [path.stem for path in notebook_files()]
each_chapter = pytest.mark.parametrize("name", CHAPTERS)


def read(folder, version, name):
    """Return a derived notebook."""
    return nbformat.read(folder / version / f"{name}.ipynb", as_version=4)


def texts(notebook):
    """Return the texts of a notebook."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def code(notebook):
    """Return a notebook's cells of code, without the one that sees to the package."""
    cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    return [cell for cell in cells if cell.id != "the-package"]
