"""Pack everything that a teacher needs into one file that works from a USB stick.

    python book/workshop.py               write _build/copies-of-copies-workshop.zip
    python book/workshop.py --to FILE     write FILE instead

The built book has to be there (make book), with its slides, hand-outs and the sheet for the dice.
To what the plain archive holds (pages, notebooks for students and instructors, the package) come
the notebook of the dice and a first page, ``START.html``, that leads to everything by route.
"""

from __future__ import annotations

import argparse
import html
import tempfile
from pathlib import Path

import archive
import nbformat
import routes
import slides
from clones.needs import FROM_WHEEL
from nbformat import v4

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
TARGET = ROOT / "_build" / "copies-of-copies-workshop.zip"
NOTEBOOK = Path("workshop") / "by_hand.ipynb"
SHEET = "workshop/sheet.html"

START = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Copies of Copies: the workshop</title>
<style>
  body {{ font: 1.1rem/1.5 Georgia, "DejaVu Serif", serif; margin: 0 auto; max-width: 42rem;
         padding: 1rem; color-scheme: light dark; }}
  h1, h2 {{ line-height: 1.2; }}
  code {{ font-size: 0.9em; overflow-wrap: anywhere; }}
</style>
</head>
<body>
<main>
<h1>Copies of Copies: the workshop</h1>
<p>Nothing here needs a network. <a href="book/teaching.html">How to teach with it</a> comes first;
<a href="book/index.html">the whole book</a> is beside it.</p>
<h2>Print, one of each per person</h2>
<ul>
<li><a href="book/{sheet}">The sheet for the dice</a></li>
<li>The hand-out of your route, below</li>
</ul>
<h2>Routes</h2>
<ul>
{rows}</ul>
<h2>Notebooks</h2>
<p>In <code>notebooks</code>: <code>student</code> without outputs and solutions,
<code>instructor</code> with solutions and notes, <code>clean</code> with outputs, and
<code>by_hand.ipynb</code> for the room's dice. They find the package in the wheel that lies beside
this page; <code>README.txt</code> says which libraries Python needs.</p>
<h2>Let others read from this machine</h2>
<p><code>python -m http.server --directory book 8000</code>, and they open your machine's address
with <code>:8000</code>.{kernel}</p>
</main>
</body>
</html>
"""
KERNEL = " Served like this, code on the pages runs in the reader's browser."


def first_page(site: Path, teaching: dict) -> str:
    """Return the page that leads to everything."""
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
    kernel = KERNEL if any(site.rglob("pyodide*.wasm")) else ""
    return START.format(sheet=SHEET, rows="".join(rows), kernel=kernel)


def dice_notebook(wheel: str) -> str:
    """Return the notebook of the dice, taking the package from the wheel beside its folder."""
    notebook = nbformat.read(ROOT / NOTEBOOK, as_version=4)
    first = next(k for k, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    source = FROM_WHEEL.format(wheel=wheel)
    notebook.cells.insert(first, v4.new_code_cell(source, id="the-package"))
    return nbformat.writes(notebook).rstrip() + "\n"


def collect(site: Path, folder: Path) -> None:
    """Put everything into `folder`.

    Raises
    ------
    FileNotFoundError
        If the site lacks what a teacher needs.
    """
    teaching = routes.load()
    names = [name for key, route in teaching.items() for name in slides.deck_names(key, route)]
    needed = [SHEET, "teaching.html", *(f"{slides.FOLDER}/{name}.html" for name in names)]
    needed += [f"handouts/{key}.html" for key in teaching]
    missing = [name for name in needed if not (site / name).is_file()]
    if missing:
        raise FileNotFoundError(f"{site} lacks {', '.join(missing)}: make book")
    archive.collect(ROOT, site, folder)
    (wheel,) = folder.glob("*.whl")
    files = {
        "START.html": first_page(site, teaching),
        "notebooks/by_hand.ipynb": dice_notebook(wheel.name),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=TARGET, metavar="FILE")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / archive.FOLDER
        collect(SITE, folder)
        archive.pack(folder, options.to)
    print(f"{options.to}: {options.to.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
