"""What the book's labels stand for: sections, formulas, theorems and figures, with their numbers.

Numbers are those of the built book: ``c.k`` for the k-th of its kind in chapter c, and ``k`` alone
in a notebook that is no chapter, as that of the workshop.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
import yaml

THEOREMS = {
    f"prf:{kind}": kind.capitalize()
    for kind in ("corollary", "definition", "example", "lemma", "proposition", "remark", "theorem")
}
SECTION = re.compile(r"^\((?P<label>[\w-]+)\)=\s*\n+#+ (?P<title>.+)$", re.MULTILINE)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
EQUATION = re.compile(r"\$\$ *\((?P<label>[\w-]+)\)")
THEOREM = re.compile(
    r"^(?::{3,}|`{3,})\{(?P<kind>prf:\w+)\}.*\n(?P<options>(?::[\w-]+:.*\n)*)", re.MULTILINE
)
LABEL = re.compile(r"^:label: *(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Target:
    """What a label stands for: where it is and how a sentence calls it."""

    chapter: str
    text: str


@dataclass(frozen=True)
class Chapter:
    """A notebook of the book, its number (none if it is no chapter) and its title."""

    name: str
    number: int | None
    title: str
    notebook: nbformat.NotebookNode


def reading_order(contents: Path) -> list[str]:
    """Return the names of the numbered chapters, as the table of contents orders them."""
    toc = yaml.safe_load(contents.read_text(encoding="utf-8"))
    return [
        Path(entry["file"]).name
        for part in toc.get("parts", [])
        if part.get("numbered")
        for entry in part["chapters"]
    ]


def read_chapter(path: Path, number: int | None = None) -> Chapter:
    """Return a notebook with its title."""
    notebook = nbformat.read(path, as_version=4)
    first = next(c.source for c in notebook.cells if c.cell_type == "markdown")
    return Chapter(path.stem, number, HEADING.search(first)[1], notebook)


def read_chapters(root: Path) -> list[Chapter]:
    """Return the book's chapters in the order of reading."""
    names = enumerate(reading_order(root / "_toc.yml"), 1)
    return [read_chapter(root / "chapters" / f"{name}.ipynb", k) for k, name in names]


def read_workshop(root: Path) -> list[Chapter]:
    """Return the notebooks of the workshop, which are no chapters."""
    return [read_chapter(path) for path in sorted((root / "workshop").glob("*.ipynb"))]


def sections(text: str, chapter: str) -> dict[str, Target]:
    """Return the labelled headings of a Markdown text."""
    return {m["label"]: Target(chapter, m["title"]) for m in SECTION.finditer(text)}


def targets(chapter: Chapter) -> dict[str, Target]:
    """Return every label of a chapter."""
    found: dict[str, Target] = {}
    counts: dict[str, int] = {}

    def count(kind: str) -> str:
        counts[kind] = counts.get(kind, 0) + 1
        return f"{chapter.number}.{counts[kind]}" if chapter.number else f"{counts[kind]}"

    for cell in chapter.notebook.cells:
        if cell.cell_type == "code":
            figure = cell.metadata.get("mystnb", {}).get("figure", {})
            if figure.get("caption"):
                found[figure["name"]] = Target(chapter.name, f"Fig. {count('figure')}")
            continue
        found |= sections(cell.source, chapter.name)
        for match in EQUATION.finditer(cell.source):
            found[match["label"]] = Target(chapter.name, f"({count('equation')})")
        for match in THEOREM.finditer(cell.source):
            if match["kind"] in THEOREMS:
                text = f"{THEOREMS[match['kind']]} {count(match['kind'])}"
                if label := LABEL.search(match["options"]):
                    found[label[1]] = Target(chapter.name, text)
    return found


def pages(root: Path) -> dict[str, str]:
    """Return the title of every Markdown page of the book, by its path."""
    folders = (root, root / "reference", root / "workshop")
    return {
        file.relative_to(root).with_suffix("").as_posix(): HEADING.search(text)[1]
        for folder in folders
        for file in sorted(folder.glob("*.md"))
        if HEADING.search(text := file.read_text(encoding="utf-8"))
    }
