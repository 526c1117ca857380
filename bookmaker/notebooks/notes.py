"""What an instructor needs on top of a chapter: minutes, difficulties and questions, by section.

Each chapter has a file ``workshop/instructor/NAME.md``: an opening, then one part for each section
of the chapter, under its own heading followed by its minutes, as in ``## Heading (8 min)``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PART = re.compile(r"^## (?P<heading>.+) \((?P<minutes>\d+) min\)$", re.MULTILINE)
TEACHING = re.compile(r"(?P<minutes>\d+) to teach", re.MULTILINE)
PREDICTION = re.compile(r"\{admonition\} +Before you run[^:]*: *(?P<question>.+)")


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
    parts = list(PART.finditer(text))
    ends = [part.start() for part in parts[1:]] + [len(text)]
    opening = text[: parts[0].start()] if parts else text
    return Notes(
        opening.strip(),
        {part["heading"]: int(part["minutes"]) for part in parts},
        {
            part["heading"]: text[part.end() : end].strip()
            for part, end in zip(parts, ends, strict=True)
        },
    )


def read_notes(root: Path, name: str) -> Notes:
    """Return the notes on the chapter `name`, or raise an error that says what is missing."""
    file = root / "workshop" / "instructor" / f"{name}.md"
    if not file.is_file():
        raise FileNotFoundError(f"{name} has no notes for instructors: write {file}")
    return parse(file.read_text(encoding="utf-8"))


def predictions(source: str) -> list[str]:
    """Return the questions that a passage of a chapter asks before an experiment."""
    return [" ".join(m["question"].split()) for m in PREDICTION.finditer(source)]
