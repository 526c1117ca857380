"""Derive, from the executed chapters, the notebooks for readers, students and instructors.

    python -m bookmaker.notebooks.derive                 write _build/notebooks
    python -m bookmaker.notebooks.derive --to FOLDER     write FOLDER instead

Every chapter, and the notebook of the dice, becomes three notebooks, in which nothing is left of
the markup that only the book understands: ``clean`` with its outputs, for Colab, GitHub and plain
Jupyter; ``student`` with stubs in place of solutions; ``instructor`` with minutes, difficulties and
questions. If the repository's address is set, the folder is also ready to be published as the
branch that Colab, Binder and Codespaces open.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import nbformat

from bookmaker.addresses import BRANCH
from bookmaker.notebooks.needs import launch_files
from bookmaker.notebooks.versions import Book, written_out
from bookmaker.paths import BUILD, ROOT

TARGET = BUILD / "notebooks"
VERSIONS = ("clean", "student", "instructor")
README = """\
# The notebooks of *Copies of Copies*

Derived from the book's chapters (`make notebooks`); do not edit them here.

- `clean`: the chapters with their outputs, in plain Markdown
- `student`: without outputs, with stubs in place of the solutions
- `instructor`: with solutions, minutes, difficulties and questions

| chapter | clean | student | instructor |
|---|---|---|---|
{rows}

Text and figures: CC BY 4.0. Code: BSD 3-Clause.
"""


def readme(book: Book) -> str:
    """Return the page that lists the notebooks."""
    rows = []
    for chapter in book.notebooks:
        links = " | ".join(f"[{v}]({v}/{chapter.name}.ipynb)" for v in VERSIONS)
        number = f"{chapter.number}. " if chapter.number else ""
        rows.append(f"| {number}{chapter.title} | {links} |")
    return README.format(rows="\n".join(rows))


def derive(book: Book, target: Path) -> None:
    """Write every version of every notebook to `target`, in place of what was there."""
    files = {"README.md": readme(book)}
    if not book.wheel:
        names = [chapter.name for chapter in book.notebooks]
        files |= launch_files(book.root, book.settings, names)
    for chapter in book.notebooks:
        for version in VERSIONS:
            notebook = getattr(book, version)(chapter)
            nbformat.validate(notebook)
            files[f"{version}/{chapter.name}.ipynb"] = written_out(notebook)
    shutil.rmtree(target, ignore_errors=True)
    for name, text in files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text, encoding="utf-8", newline="\n")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=TARGET, metavar="FOLDER")
    options = parser.parse_args(arguments)
    book = Book(ROOT)
    derive(book, options.to)
    print(f"{len(book.notebooks)} notebooks in {len(VERSIONS)} versions: {options.to}")
    if not book.settings["repository"]:
        print(f"no repository address is set: nothing for the branch {BRANCH!r} to start from")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
