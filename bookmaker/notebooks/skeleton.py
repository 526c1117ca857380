"""Begin a chapter: a notebook that was run, and notes for instructors; both mark what is missing.

The notebook comes from ``skeleton.md``, which lies beside this file.
"""

from __future__ import annotations

import re
from pathlib import Path

import jupytext
from nbformat import NotebookNode

from bookmaker.markup.notebook import Notebook
from bookmaker.notebooks import execute
from bookmaker.notebooks.derived import file_text
from bookmaker.notebooks.instructor import OPENING, headings
from bookmaker.notebooks.text import FORMAT
from bookmaker.paths import FOLDERS

TEXT = Path(__file__).with_suffix(".md")
NAME = re.compile(r"[a-z]+(_[a-z0-9]+)*")


def files(root: Path, name: str) -> tuple[Path, Path]:
    """Return where a chapter and its notes for instructors lie."""
    return root / "chapters" / f"{name}.ipynb", root / "workshop" / "instructor" / f"{name}.md"


def notebook(name: str) -> NotebookNode:
    """Return the notebook that a chapter begins with."""
    text = TEXT.read_text(encoding="utf-8").replace("SLUG", name.replace("_", "-"))
    return jupytext.reads(text, FORMAT)


def notes(begun: NotebookNode) -> str:
    """Return the notes for instructors that a chapter begins with: every section has its place."""
    parts = ["[to be written: what concerns the whole chapter]\n"]
    for title in [OPENING, *headings(Notebook(Path(), begun))]:
        parts.append(f"## {title} (0 min)\n\n[to be written: what is hard, and what to ask]\n")
    return "\n".join(parts)


def begin(root: Path, name: str) -> list[Path]:
    """Write the files that a chapter begins with, the notebook run, and return them.

    Raises
    ------
    ValueError
        If the name cannot be one, or is taken.
    """
    if not NAME.fullmatch(name):
        raise ValueError(
            "a chapter's name is lower-case words joined by underscores, such as random_walks, "
            f"got {name!r}"
        )
    written = files(root, name)
    taken = [*(root / folder / f"{name}.ipynb" for folder in FOLDERS), *written]
    for file in taken:
        if file.exists():
            raise ValueError(f"the name {name} is taken: there is {file.relative_to(root)}")
    begun = notebook(name)
    execute.run(begun, written[0].name)
    execute.normalise(begun)
    written[0].write_text(file_text(begun), encoding="utf-8", newline="\n")
    written[1].write_text(notes(begun), encoding="utf-8", newline="\n")
    return list(written)
