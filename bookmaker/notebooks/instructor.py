"""What an instructor reads on top of a chapter: minutes, difficulties and questions, by section.

Each chapter has a file ``workshop/instructor/NAME.md``: an opening, then one part for each section
of the chapter, under its own heading followed by its minutes, as in ``## Heading (8 min)``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bookmaker.markup.notebook import Notebook, predictions
from bookmaker.markup.reader import Heading, read
from bookmaker.notebooks.plain_markdown import PlainMarkdown, quote

OPENING, EXERCISES = "Opening", "Exercises"
TIMED = re.compile(r"(.+) \((\d+) min\)")


@dataclass(frozen=True)
class Notes:
    """The notes of one chapter.

    Attributes
    ----------
    opening : str
        What concerns the whole chapter.
    minutes : dict of str to int
        Minutes of each section, by heading.
    texts : dict of str to str
        Notes of each section, by heading.
    """

    opening: str
    minutes: dict[str, int]
    texts: dict[str, str]


def parse(text: str) -> Notes:
    """Return the notes that a file holds."""
    lines, parts = text.split("\n"), []
    for block in read(text):
        if isinstance(block, Heading) and (timed := TIMED.fullmatch(block.title)):
            parts.append((block, *timed.groups()))
    ends = [heading.first for heading, *_ in parts] + [len(lines)]
    return Notes(
        "\n".join(lines[: ends[0]]).strip(),
        {title: int(minutes) for _, title, minutes in parts},
        {
            title: "\n".join(lines[heading.last : end]).strip()
            for (heading, title, _), end in zip(parts, ends[1:], strict=True)
        },
    )


def read_notes(root: Path, name: str) -> Notes:
    """Return the notes on the chapter `name`, or raise an error that says what is missing."""
    file = root / "workshop" / "instructor" / f"{name}.md"
    if not file.is_file():
        raise FileNotFoundError(f"{name} has no notes for instructors: write {file}")
    return parse(file.read_text(encoding="utf-8"))


def headings(notebook: Notebook) -> list[str]:
    """Return the headings of the chapter's sections, up to and with its exercises if it has any."""
    found = [section.title for section in notebook.sections if section.level == 2]
    return found[: found.index(EXERCISES) + 1] if EXERCISES in found else found


def overview(notes: Notes, words: PlainMarkdown) -> str:
    """Return what an instructor reads first: what to expect, and a table of minutes."""
    text = f"**For the instructor.** {notes.opening}"
    if OPENING in notes.texts:
        text += f"\n\n**{OPENING}.** {notes.texts[OPENING]}"
    rows = [f"| {heading} | {minutes} |" for heading, minutes in notes.minutes.items()]
    taught = sum(minutes for heading, minutes in notes.minutes.items() if heading != EXERCISES)
    total = "without the exercises" if EXERCISES in notes.minutes else "in all"
    table = ["| section | minutes |", "|---|---|", *rows, f"| *{total}* | {taught} |"]
    # Not every reader of Markdown knows tables in block quotes
    return quote(words.text(text, quoted=True)) + "\n\n" + words.text("\n".join(table))


def section_notes(notebook: Notebook, notes: Notes) -> dict[str, str]:
    """Return what to tell an instructor under each section's heading."""
    told = {}
    for section in notebook.sections:
        if section.level != 2 or section.title not in notes.minutes:
            continue
        taken = notes.minutes[section.title]
        minutes = f"{taken} minute{'' if taken == 1 else 's'}"
        lines = f"**For the instructor · {minutes}.** {notes.texts[section.title]}"
        if asked := [f"- {found.question}" for _, found in predictions(section.blocks)]:
            lines += "\n\nLet them commit to an answer first:\n\n" + "\n".join(asked)
        told[section.title] = lines
    return told


def annotated(text: str, told: dict[str, str], words: PlainMarkdown) -> str:
    """Return a passage as Markdown, with what to tell an instructor under the headings."""
    lines, done, position = text.split("\n"), [], 0
    for block in read(text):
        if isinstance(block, Heading) and block.level == 2 and block.title in told:
            done.append(words.text("\n".join(lines[position : block.last])))
            done.append("\n" + quote(words.text(told[block.title], quoted=True)))
            position = block.last
            if lines[position:] and lines[position]:
                done[-1] += "\n"
    return "\n".join([*done, words.text("\n".join(lines[position:]))])
