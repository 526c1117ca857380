"""Choose what the slides of a route show of the notebooks that it leads through.

A notebook can show questions, predictions, quizzes, exercises, figures, theorems, formulas, and the
tables, steps and texts that a question is about. Everything is read from the executed notebooks.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import Any

from bookmaker.markup.book import Book
from bookmaker.markup.notebook import Section, exercises, figure, output, predictions, quiz
from bookmaker.markup.reader import Block, Directive, Formula, OrderedList, Table, walk
from bookmaker.teach import routes
from collapse_utils.claims import CLAIM_MIME

NAMELESS = ("predict", "quiz", "table", "steps", "printed")


@dataclass(frozen=True)
class Shown:
    """One thing that a notebook can put on a slide."""

    kind: str  # one of SLIDES, or figure
    name: str  # its label, or its kind if it has none
    content: Any


def things(section: Section) -> list[Shown]:
    """Return all that a section's parts can show, in order."""
    asked = {id(block): Shown("predict", "predict", p) for block, p in predictions(section.blocks)}
    found = []
    for part in section.parts:
        if isinstance(part, Block):
            found += [asked.get(id(block)) or _of_block(block) for block in walk([part])]
        else:
            found.append(_of_cell(part))
    return [shown for shown in found if shown]


def _of_cell(cell: dict) -> Shown | None:
    drawn, picture = figure(cell), output(cell, "image/png")
    if "name" in drawn and picture:
        return Shown("figure", drawn["name"], {**drawn, "png": base64.b64decode(picture)})
    if asked := quiz(cell):
        return Shown("quiz", "quiz", asked)
    outputs, checks = cell.get("outputs", []), output(cell, CLAIM_MIME)
    printed = "".join(o["text"] for o in outputs if o.get("name") == "stdout").rstrip()
    return Shown("printed", "printed", printed) if printed and not checks else None


def _of_block(block: Block) -> Shown | None:
    if isinstance(block, Formula) and block.label:
        return Shown("formula", block.label, block)
    if isinstance(block, Directive) and block.name.startswith("prf:") and "label" in block.options:
        return Shown("statement", block.options["label"], block)
    if isinstance(block, OrderedList) and block.items > 1:
        return Shown("steps", "steps", block)
    return Shown("table", "table", block) if isinstance(block, Table) else None


def part_of_table(table: Table, columns: list[str], rows: list[str]) -> tuple[Table, list[str]]:
    """Return a table with some of its columns and rows, and the names that it does not have.

    Columns are named by their heads and rows by their first cells; an empty list keeps all.
    """
    missing = [name for name in columns if name not in table.head]
    missing += [name for name in rows if name not in [row[0] for row in table.rows]]
    kept = [table.head.index(name) for name in columns if name in table.head]
    kept = kept or range(len(table.head))
    lines = [row for row in table.rows if row[0] in rows or not rows]
    head, *body = (tuple(row[k] for k in kept) for row in (table.head, *lines))
    return replace(table, head=head, rows=tuple(body)), missing


def chosen(book: Book, block: dict) -> tuple[list[Shown], list[str]]:
    """Return what a block's slides show, and the names that its notebook has nothing of.

    What has a name of its own may stand anywhere in the notebook. The rest (predictions, quizzes,
    tables, steps, printed texts) are those of the block's section. Of a table, `columns` and `rows`
    of the block say which part.
    """
    section = routes.find(book, block)
    if not section:
        return [], []
    here = things(section)
    if "show" not in block:
        return here, []
    notebook = book.notebook(block["chapter"]).sections
    everywhere = [thing for section in notebook if section.level <= 2 for thing in things(section)]
    everywhere += [Shown("exercise", f"exercise-{e.number}", e) for e in exercises(notebook)]
    found, missing = [], []
    for name in block["show"]:
        named = [thing for thing in here if thing.name == name]
        if not named and name not in NAMELESS:
            named = [thing for thing in everywhere if thing.name == name]
        found += named
        if not named:
            missing.append(name)
    for k, thing in enumerate(found):
        if thing.kind == "table":
            columns, rows = block.get("columns", []), block.get("rows", [])
            table, absent_parts = part_of_table(thing.content, columns, rows)
            found[k] = replace(thing, content=table)
            missing += absent_parts
    return found, [f"{block['chapter']}, {section.title!r} has no {m} to show" for m in missing]


def absent(book: Book, teaching: dict) -> list[str]:
    """Return what the routes want to show and no notebook has."""
    found = []
    for key, route in teaching.items():
        for block in (b for session in routes.parts(route) for b in session["blocks"]):
            found += [f"{key}: {problem}" for problem in chosen(book, block)[1]]
    return found
