"""Edit a notebook as text: write it as MyST Markdown, and put the text back.

    python -m bookmaker.notebooks.text NAME           write _build/text/NAME.md
    python -m bookmaker.notebooks.text NAME --back    put it back into the notebook, and remove it

Cells keep their ids, metadata and outputs; where code has changed, `make execute` makes new ones.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import jupytext
import nbformat
from jupytext.combine import combine_inputs_with_outputs
from nbformat import NotebookNode

from bookmaker.notebooks import execute
from bookmaker.paths import BUILD, notebook_files

TARGET = BUILD / "text"
FORMAT = {"extension": ".md", "format_name": "myst"}


def as_text(notebook: NotebookNode) -> str:
    """Return a notebook as text."""
    return jupytext.writes(notebook, FORMAT)


def from_text(text: str, notebook: NotebookNode) -> NotebookNode:
    """Return what `text` makes of the notebook that it came from."""
    edited = combine_inputs_with_outputs(jupytext.reads(text, FORMAT), notebook, fmt=FORMAT)
    execute.tidy(edited)
    return edited


def write(path: Path, folder: Path) -> Path:
    """Write the notebook at `path` as text into `folder`; edits that wait there stay."""
    file = folder / f"{path.stem}.md"
    text = as_text(nbformat.read(path, as_version=4))
    if file.exists() and file.read_text(encoding="utf-8") != text:
        raise SystemExit(f"{file} differs from the notebook; put it back or delete it first")
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
    return file


def put_back(path: Path, folder: Path) -> NotebookNode:
    """Put the text in `folder` back into the notebook at `path`, remove it, return the notebook."""
    file = folder / f"{path.stem}.md"
    if not file.exists():
        raise SystemExit(f"{file} is missing; write it first: make text NAME={path.stem}")
    edited = from_text(file.read_text(encoding="utf-8"), nbformat.read(path, as_version=4))
    execute.write(edited, path)
    file.unlink()
    return edited


def main(arguments: list[str] | None = None) -> None:
    """Run the command line."""
    notebooks = {path.stem: path for path in notebook_files()}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=notebooks, metavar="NAME", help="a notebook's name")
    parser.add_argument("--back", action="store_true", help="put the text back")
    options = parser.parse_args(arguments)
    path = notebooks[options.name]
    if not options.back:
        print(f"edit {write(path, TARGET)}, then: make notebook NAME={path.stem}")
    elif execute.is_stale(put_back(path, TARGET)):
        print(f"{path.name} has other code than its outputs: make execute")


if __name__ == "__main__":
    main()
