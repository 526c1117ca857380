"""Draw the map of prerequisites from what the chapters themselves say they need.

Every chapter opens with a box that has a line **Necessary:**, a line **Helpful:** and a line
**Time:**. The directive ``chapter-map`` makes of them a picture and a table, so that neither can
say anything else.
"""

from __future__ import annotations

import dataclasses
import io
import re
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList
from matplotlib.figure import Figure

from bookmaker.building import generated, write_if_changed
from bookmaker.markup.book import Book
from bookmaker.markup.notebook import bold_heads, sections
from bookmaker.markup.reader import inlines, walk
from bookmaker.site.diagram import diagram

PICTURE = "chapter-map.png"
TIME = re.compile(r"(\d+) minutes to read, (\d+) to teach")
COLUMN = 160  # pixels on the page, where there is room


@dataclasses.dataclass(frozen=True)
class Entry:
    """What a chapter's first box says: the question, the chapters it needs, minutes."""

    name: str
    question: str
    necessary: tuple[str, ...]
    helpful: tuple[str, ...]
    reading: int
    teaching: int


def entry(name: str, cells: list) -> Entry:
    """Read the box of a chapter.

    Raises
    ------
    ValueError
        If the chapter has no title, or its box lacks one of the three lines.
    """
    opening = next((section for section in sections(cells) if section.level == 1), None)
    said = {}
    for block in walk(opening.blocks) if opening else ():
        said |= bold_heads(block.source) if block.leaves else {}
    minutes = TIME.match(said.get("Time", ""))
    for found, wanted in (
        (opening, "# Title"),
        ("Necessary" in said, "**Necessary:**"),
        ("Helpful" in said, "**Helpful:**"),
        (minutes, "**Time:** ... minutes to read, ... to teach"),
    ):
        if not found:
            raise ValueError(f"the chapter {name} has no line {wanted}")

    def chapters(text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.target for one in inlines(text) if one.name == "doc"))

    return Entry(
        name=name,
        question=opening.title,
        necessary=chapters(said["Necessary"]),
        helpful=chapters(said["Helpful"]),
        reading=int(minutes[1]),
        teaching=int(minutes[2]),
    )


def drawn(entries: list[Entry], parts: list[list[str]]) -> Figure:
    """Draw the chapters as boxes; an arrow leads from what is needed to what needs it."""
    names = {name for part in parts for name in part}
    arrows = [
        (other, one.name, solid)
        for one in entries
        for needed, solid in ((one.necessary, True), (one.helpful, False))
        for other in needed
        if other in names
    ]
    return diagram(parts, arrows)


def picture(entries: list[Entry], parts: list[list[str]]) -> bytes:
    """Return the drawing as a PNG."""
    buffer = io.BytesIO()
    drawn(entries, parts).savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def described(entries: list[Entry]) -> str:
    """Return the picture in words."""
    needs = [
        f"{one.name.replace('_', ' ')} needs "
        + " and ".join(other.replace("_", " ") for other in one.necessary)
        for one in entries
        if one.necessary
    ]
    return f"Diagram of {len(entries)} boxes, one a chapter, in rows by part. {'; '.join(needs)}."


def as_markdown(entries: list[Entry]) -> str:
    """Return the table of chapters, linked."""

    def linked(names):
        return (
            ", ".join(f"{{doc}}`{n.replace('_', ' ')} <chapters/{n}>`" for n in names) or "nothing"
        )

    lines = [
        "| chapter | needs | is easier after | minutes to read | to teach |",
        "|:--|:--|:--|--:|--:|",
    ]
    lines += [
        f"| {linked([one.name])} | {linked(one.necessary)} | {linked(one.helpful)} "
        f"| {one.reading} | {one.teaching} |"
        for one in entries
    ]
    return "\n".join(lines)


def gathered(app) -> tuple[list[Entry], list[list[str]]]:
    """Return what all chapters say, and their names by part."""
    site_map = app.env.external_site_map
    parts = [
        [Path(item).name for item in tree.items if str(item).startswith("chapters/")]
        for tree in site_map[site_map.root.docname].subtrees
    ]
    parts = [names for names in parts if names]
    book = Book(Path(app.srcdir))
    entries = [entry(name, book.notebook(name).cells) for names in parts for name in names]
    return entries, parts


class ChapterMap(Directive):
    """Show which chapter needs which, as a picture and as a table."""

    def run(self):
        """Return the figure and the table."""
        env = self.state.document.settings.env
        try:
            entries, parts = gathered(env.app)
        except ValueError as lacking:
            raise self.error(str(lacking)) from lacking
        for one in entries:
            env.note_dependency(f"chapters/{one.name}.ipynb")
        write_if_changed(generated(env.app) / PICTURE, picture(entries, parts))
        text = (
            f"```{{figure}} /_build/generated/{PICTURE}\n"
            f":alt: {described(entries)}\n:name: fig-map\n"
            f":width: {COLUMN * max(map(len, parts))}px\n\n"
            "Solid arrows lead to a chapter from those it needs, dashed ones from those that make "
            f"it easier.\n```\n\n{as_markdown(entries)}\n"
        )
        holder = nodes.container()
        self.state.nested_parse(
            StringList(text.splitlines(), "chapter-map"), self.content_offset, holder
        )
        return [holder]


def setup(app):
    """Register the directive."""
    app.add_directive("chapter-map", ChapterMap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
