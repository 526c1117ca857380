"""What goes into the archive for a reader without a network, and how it is packed.

The package goes in as a wheel, with its data inside; the notebooks beside it find it by themselves.
The same sources give the same archive, byte by byte.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.util import find_spec
from pathlib import Path

from bookmaker.markup.book import Book
from bookmaker.notebooks.derived import DerivedNotebooks
from bookmaker.notebooks.install import libraries

FOLDER = "copies-of-copies"
README_NAME = "README.txt"
EPOCH = (1980, 1, 1, 0, 0, 0)
PACKAGE = ("pyproject.toml", "README.md", "LICENSE", "LICENSES", "collapse_utils")
DOCUMENTS = ("LICENSE", "LICENSES", "CITATION.cff")
README = """\
COPIES OF COPIES, to be read and run without a network

To read: open book/index.html in a browser.
  A few pages do more when they are served than when they are opened as files (sorting the ledger,
  running code on the page). Serve the folder with any Python:
      python -m http.server --directory book 8000
  and open http://localhost:8000

To run a chapter: start Jupyter in this folder and open a notebook.
      jupyter lab notebooks/clean
  clean       the chapters, with their outputs
  student     without outputs, with stubs in place of the solutions
  instructor  with solutions, minutes, difficulties and questions
  Their first code cell takes the book's package and its data from {wheel}, so nothing has to be
  installed for it. Python (3.10 or newer), Jupyter and these libraries have to be there already:
{libraries}
  To install the package for good: pip install --no-deps {wheel}

Licences: LICENSE (code), LICENSES/CC-BY-4.0.txt (text and figures). The data have licences of their
own; their texts are in LICENSES, and collapse_utils/data/README.md in the package names each.
"""


def copy(root: Path, names: tuple[str, ...], folder: Path) -> None:
    """Copy files and folders of the tree into `folder`."""
    for name in names:
        if (root / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(root / name, folder / name, ignore=ignored)
        else:
            shutil.copyfile(root / name, folder / name)


def build_wheel(root: Path, folder: Path) -> Path:
    """Build the package's wheel into `folder`, from a copy, so that nothing is left in the tree."""
    with tempfile.TemporaryDirectory() as scratch:
        copy(root, PACKAGE, Path(scratch))
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--wheel-dir", str(folder), scratch]
        if find_spec("setuptools"):
            command.append("--no-build-isolation")
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "315532800"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"the package could not be built:\n{done.stderr}")
    (wheel,) = folder.glob("*.whl")
    return wheel


def collect(book: Book, site: Path, folder: Path) -> None:
    """Put everything that belongs to the archive into `folder`."""
    root = book.root
    if not (site / "index.html").is_file():
        raise FileNotFoundError(f"there is no built book in {site}: make book")
    folder.mkdir(parents=True, exist_ok=True)
    wheel = build_wheel(root, folder)
    shutil.copytree(site, folder / "book")
    DerivedNotebooks(book, wheel=wheel.name).write(folder / "notebooks")
    copy(root, DOCUMENTS, folder)
    needed = libraries((root / "requirements.txt").read_text(encoding="utf-8"))
    listed = "\n".join(f"      {requirement}" for requirement in needed)
    text = README.format(wheel=wheel.name, libraries=listed)
    (folder / README_NAME).write_text(text, encoding="utf-8", newline="\n")


def pack(folder: Path, target: Path) -> None:
    """Write `folder` to one archive, in a fixed order and without dates."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".tmp")
    with zipfile.ZipFile(temporary, "w") as archive:
        for file in sorted(f for f in folder.rglob("*") if f.is_file()):
            entry = zipfile.ZipInfo(f"{FOLDER}/{file.relative_to(folder).as_posix()}", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes())
    os.replace(temporary, target)
