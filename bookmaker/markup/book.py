"""The book as it lies in a folder: its notebooks, and what Sphinx knows of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bookmaker.markup.index import Index, index_of, index_of_book
from bookmaker.markup.notebook import Notebook, read_notebook
from bookmaker.paths import FOLDERS


@dataclass
class Book:
    """The book whose sources lie in `root`.

    Attributes
    ----------
    root : Path
        Where they lie.
    environment : sphinx.environment.BuildEnvironment or None
        That of a build, if one is under way; else Sphinx reads the book when its index is needed.
    """

    root: Path
    environment: object = None

    @cached_property
    def index(self) -> Index:
        """What the book numbers or names."""
        return index_of(self.environment) if self.environment else index_of_book(self.root)

    def notebook(self, name: str) -> Notebook | None:
        """Return a notebook by its name, or None if the book does not have it."""
        paths = (self.root / folder / f"{name}.ipynb" for folder in FOLDERS)
        return next((read_notebook(path) for path in paths if path.exists()), None)
