"""Where the parts of the book lie."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
SITE = BUILD / "html"
# The folders that hold the book's notebooks
FOLDERS = ("chapters", "workshop")
BIBLIOGRAPHY = "reference/references.bib"


def notebook_files(root: Path = ROOT) -> list[Path]:
    """Return the files of the book's notebooks."""
    return sorted(path for name in FOLDERS for path in (root / name).glob("*.ipynb"))
