"""Pack the book for a reader without a network: pages, notebooks, package and data in one file.

    python -m bookmaker.notebooks.archive                write _build/copies-of-copies.zip
    python -m bookmaker.notebooks.archive --to FILE      write FILE instead

The built book has to be there (make book).
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bookmaker.markup.book import Book
from bookmaker.notebooks.packing import FOLDER, collect, pack
from bookmaker.paths import BUILD, ROOT, SITE

TARGET = BUILD / "copies-of-copies.zip"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=TARGET, metavar="FILE")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / FOLDER
        collect(Book(ROOT), SITE, folder)
        pack(folder, options.to)
    print(f"{options.to}: {options.to.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
