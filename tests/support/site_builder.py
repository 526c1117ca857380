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


def copy_book(folder, chapters=True):
    """Copy the book's sources to `folder`; without its chapters if a small book is wanted."""
    ignored = NOT_COPIED if chapters else (*NOT_COPIED, "chapters")
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*ignored))
    return folder


def small_book(folder, *cells):
    """Copy the book's machinery to `folder`, with one notebook of `cells` as its only chapter."""
    copy_book(folder, chapters=False)
    (folder / "_toc.yml").write_text("format: jb-book\nroot: intro\nchapters:\n- file: page\n")
    (folder / "intro.md").write_text("# Small book\n")
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell("# Page"), *cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    nbformat.write(notebook, folder / "page.ipynb")
    return folder
