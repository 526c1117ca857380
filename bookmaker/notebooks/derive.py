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
from pathlib import Path

from bookmaker.addresses import BRANCH
from bookmaker.markup.book import Book
from bookmaker.notebooks.derived import VERSIONS, DerivedNotebooks
from bookmaker.paths import BUILD, ROOT

TARGET = BUILD / "notebooks"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=TARGET, metavar="FOLDER")
    options = parser.parse_args(arguments)
    derived = DerivedNotebooks(Book(ROOT))
    derived.write(options.to)
    print(f"{len(derived.pages)} notebooks in {len(VERSIONS)} versions: {options.to}")
    if not derived.settings["repository"]:
        print(f"no repository address is set: nothing for the branch {BRANCH!r} to start from")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
