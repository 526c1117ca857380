"""Build copies of the book, whole or cut down to one page, away from the working tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import nbformat
from nbformat import v4

from bookmaker.paths import ROOT

NOT_COPIED = (".*", "_build", "generated", "__pycache__", "*.egg-info", "tests", "node_modules")
ADDRESSES = ("BOOK_REPOSITORY_URL", "BOOK_SITE_URL")
REPOSITORY = "https://github.com/example/copies"
SITE = "https://example.org/copies"
START = "from jupyter_book.cli.main import main; main()"


def build(book, **addresses):
    """Build `book` strictly; return exit status and what was printed."""
    environment = {k: v for k, v in os.environ.items() if k not in ADDRESSES}
    command = [sys.executable, "-c", START, "build", book, "-W", "-n", "--keep-going"]
    done = subprocess.run(
        [str(part) for part in command],
        env={**environment, **addresses},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout + done.stderr


def built(book, **addresses):
    """Build `book` strictly; return the folder of its pages, or fail with what was printed."""
    status, printed = build(book, **addresses)
    assert status == 0, printed
    return book / "_build" / "html"


def copy_book(folder, chapters=True):
    """Copy the book's sources to `folder`; without its chapters if a small book is wanted."""
    ignored = NOT_COPIED if chapters else (*NOT_COPIED, "chapters")
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*ignored))
    return folder


def write_notebook(path, *cells):
    """Write a notebook of `cells` as the book's notebooks are."""
    notebook = v4.new_notebook(cells=list(cells))
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    path.parent.mkdir(exist_ok=True)
    nbformat.write(notebook, path)


def small_book(folder, *cells, **others):
    """Copy the book's machinery to `folder`, with one page of `cells`, and `others` by path.

    Each of the others is a list of cells, under its path without the extension.
    """
    copy_book(folder, chapters=False)
    pages = {"page": [v4.new_markdown_cell("# Page"), *cells], **others}
    listed = "".join(f"- file: {name}\n" for name in pages)
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: intro\nchapters:\n{listed}")
    (folder / "intro.md").write_text("# Small book\n")
    for name, content in pages.items():
        write_notebook(folder / f"{name}.ipynb", *content)
    return folder
