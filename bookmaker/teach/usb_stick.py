"""Pack everything that a teacher needs into one file that works from a USB stick.

    python -m bookmaker.teach.usb_stick               write _build/copies-of-copies-workshop.zip
    python -m bookmaker.teach.usb_stick --to FILE     write FILE instead

The built book has to be there (make book), with its slides, hand-outs and the sheet for the dice.
To what the plain archive holds (pages, notebooks for students and instructors, the package) come a
first page for the teacher, ``START.html``; a page for the learners, ``book/room.html``; and
``serve.py``, which shows that page and the book to a room. If the book was built with its runtime,
the learners' browsers run the students' notebooks in JupyterLite.
"""

from __future__ import annotations

import argparse
import html
import shutil
import tempfile
from pathlib import Path

from bookmaker.markup.book import Book
from bookmaker.notebooks import packing
from bookmaker.paths import BUILD, ROOT, SITE
from bookmaker.teach import routes, slides

TARGET = BUILD / "copies-of-copies-workshop.zip"
STICK = Path(__file__).parent / "on_the_stick"
SHEET = "workshop/sheet.html"
LITE = "lite/notebooks/index.html?path=student/{name}.ipynb"


def fill(template: str, **values: str) -> str:
    """Return a file of the stick with its values filled in, each written as ``[[name]]``."""
    text = (STICK / template).read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"[[{name}]]", value)
    return text


def chosen(text: str, kernel: bool) -> str:
    """Return `text` without the lines that hold only with, or only without, a kernel."""
    lines = []
    for line in text.splitlines(keepends=True):
        mark, _, rest = line.partition("|")
        if mark.strip() in ("KERNEL", "NO KERNEL"):
            if kernel == (mark.strip() == "KERNEL"):
                lines.append(rest)
        else:
            lines.append(line)
    return "".join(lines)


def has_kernel(site: Path) -> bool:
    """Tell whether the site has JupyterLite, the students' notebooks and a Python to run them."""
    return any(site.rglob("pyodide*.wasm")) and (site / "lite" / "files" / "student").is_dir()


def first_page(teaching: dict, kernel: bool) -> str:
    """Return the teacher's page, which leads to everything by route."""
    rows = []
    for key, route in teaching.items():
        names = slides.deck_names(key, route)
        decks = [
            f'<a href="book/slides/{name}.html">slides{f" {k}" if len(names) > 1 else ""}</a>'
            for k, name in enumerate(names, 1)
        ]
        plan = f'<a href="book/workshop/{key}.html">{html.escape(route["title"])}</a>'
        paper = f'<a href="book/handouts/{key}.html">hand-out</a>'
        rows.append(f"<li>{plan}: {paper}, {', '.join(decks)}</li>\n")
    page = fill("START.html", sheet=SHEET, routes="".join(rows))
    return chosen(page, kernel)


def room_page(book: Book, kernel: bool) -> str:
    """Return the learners' page: the notebooks to run, the pages to read."""
    rows = []
    for name, page in sorted(book.index.notebooks.items(), key=lambda pair: pair[1].number or 0):
        title = html.escape(page.title)
        number = f"{page.number}. " if page.number else ""
        row = f'{number}<a href="{page.name}.html">{title}</a>'
        if kernel:
            run = f'<a href="{LITE.format(name=name)}" aria-label="Run: {title}">run it</a>'
            row += f" ({run})"
        rows.append(f"<li>{row}</li>\n")
    return chosen(fill("room.html", sheet=SHEET, notebooks="".join(rows)), kernel)


def collect(book: Book, site: Path, folder: Path) -> None:
    """Put everything into `folder`.

    Raises
    ------
    FileNotFoundError
        If the site lacks what a teacher needs.
    """
    teaching = routes.load(book.root / routes.ROUTES)
    names = [name for key, route in teaching.items() for name in slides.deck_names(key, route)]
    needed = [SHEET, "workshop/teaching.html", *(f"{slides.FOLDER}/{name}.html" for name in names)]
    needed += [f"handouts/{key}.html" for key in teaching]
    missing = [name for name in needed if not (site / name).is_file()]
    if missing:
        raise FileNotFoundError(f"{site} lacks {', '.join(missing)}: make book")
    packing.collect(book, site, folder)
    shutil.copyfile(STICK / "serve.py", folder / "serve.py")
    listed = (folder / packing.README_NAME).read_text(encoding="utf-8")
    kernel, readme = has_kernel(site), fill("README.txt", rest=listed.partition("\n\n")[2])
    files = {
        "START.html": first_page(teaching, kernel),
        "book/room.html": room_page(book, kernel),
        packing.README_NAME: chosen(readme, kernel),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=TARGET, metavar="FILE")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / packing.FOLDER
        collect(Book(ROOT), SITE, folder)
        packing.pack(folder, options.to)
    print(f"{options.to}: {options.to.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
