"""What a notebook of the book holds: sections, predictions, exercises, quizzes, stored numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import nbformat

from bookmaker.markup.reader import Block, Directive, Heading, Label, inlines, read, walk

RECORD = "application/papermill.record/"
SEED = re.compile(r"^SEED = \d+$", re.MULTILINE)
EXERCISE = re.compile(r"(?P<title>Exercise (?P<number>\d+)\. .+) \((?P<grade>.+)\)")
# The HTML that `collapse_utils.exercises.quiz` shows
QUIZ = re.compile(r'<div class="quiz"><p>(?P<question>.*?)</p>(?P<options>.*)</div>', re.DOTALL)
OPTION = re.compile(
    r"<details><summary>(?P<option>.*?)</summary><p><strong>(?P<verdict>Right|No)\.</strong>"
    r" (?P<reason>.*?)</p></details>",
    re.DOTALL,
)


@dataclass
class Section:
    """A heading with all that stands below it, up to the next that closes it.

    The parts are blocks of text, and code cells as they are.
    """

    title: str
    level: int
    labels: tuple[str, ...]
    parts: list = field(default_factory=list)

    @property
    def blocks(self) -> list[Block]:
        """The parts that are text."""
        return [part for part in self.parts if isinstance(part, Block)]

    @property
    def cells(self) -> list:
        """The parts that are code."""
        return [part for part in self.parts if not isinstance(part, Block)]


@dataclass
class Notebook:
    """A notebook of the book."""

    path: Path
    stored: nbformat.NotebookNode

    @property
    def cells(self) -> list:
        """Its cells."""
        return self.stored.cells

    @cached_property
    def sections(self) -> list[Section]:
        """Its sections."""
        return sections(self.cells)

    @cached_property
    def numbers(self) -> dict[str, str]:
        """What its cells have stored for sentences to quote."""
        return stored_numbers(self.cells)


def read_notebook(path: Path) -> Notebook:
    """Return the notebook in a file, which is read again only if it has changed."""
    return _as_of(path, path.stat().st_mtime_ns)


@cache
def _as_of(path: Path, time: int) -> Notebook:
    return Notebook(path, nbformat.read(path, as_version=4))


def sections(cells: list) -> list[Section]:
    """Return all sections in order; a section holds its subsections' parts as well.

    The title's section is the exception: it holds the opening only.
    """
    found, open_sections = [], []
    for cell in cells:
        for part in read(cell["source"]) if cell["cell_type"] == "markdown" else [cell]:
            if isinstance(part, Heading):
                open_sections = [s for s in open_sections if 1 < s.level < part.level]
                open_sections.append(Section(part.title, part.level, part.labels))
                found.append(open_sections[-1])
            elif not isinstance(part, Label):
                for section in open_sections:
                    section.parts.append(part)
    return found


def tags(cell) -> list[str]:
    """Return a cell's tags."""
    return cell["metadata"].get("tags", [])


def figure(cell) -> dict[str, str]:
    """Return the name, the caption and the alternative text of the figure that a cell draws."""
    described = cell["metadata"].get("mystnb", {})
    return {**described.get("figure", {}), "alt": described.get("image", {}).get("alt", "")}


def stored_numbers(cells: list) -> dict[str, str]:
    """Return the texts that cells have stored for sentences to quote."""
    return {
        output["metadata"]["scrapbook"]["name"]: output["data"][f"{RECORD}text/plain"]
        for cell in cells
        for output in cell.get("outputs", [])
        if f"{RECORD}text/plain" in output.get("data", {})
    }


def output(cell, mime: str) -> str:
    """Return the first output of a cell of one type, or nothing."""
    found = (o["data"][mime] for o in cell.get("outputs", []) if mime in o.get("data", {}))
    return next(found, "")


# What a reader is asked


@dataclass(frozen=True)
class Prediction:
    """A question before an experiment, with its answer in Markdown."""

    title: str
    question: str
    answer: str


def bold_heads(text: str) -> dict[str, str]:
    """Return what follows each ``**Head:**`` of a paragraph, up to the next."""
    heads = [one for one in inlines(text) if one.kind == "strong" and one.content.endswith(":")]
    ends = [*(head.start for head in heads), len(text)][1:]
    return {h.content[:-1]: text[h.end : end].strip() for h, end in zip(heads, ends, strict=True)}


def asked(block: Block) -> tuple[str, str]:
    """Return title and question if a block asks for a prediction: a box, or a paragraph's head."""
    title, question = "", ""
    if isinstance(block, Directive):
        title, _, question = block.title.partition(":")
    elif block.leaves:
        title, question = next(iter(bold_heads(block.source).items()), ("", ""))
    return (title, question.strip()) if title.startswith("Before you ") else ("", "")


def predictions(blocks: Iterable[Block]) -> Iterator[tuple[Block, Prediction]]:
    """Yield the predictions that a passage asks for, each with the block that asks.

    A box holds the answer; a paragraph has it in the next box with the title *Answer*.
    """
    everything = list(walk(blocks))
    boxes = [block for block in everything if isinstance(block, Directive)]
    answers = iter([box.body for box in boxes if box.title == "Answer"])
    for block in everything:
        title, question = asked(block)
        if question:
            answer = block.body if isinstance(block, Directive) else next(answers, "")
            yield block, Prediction(title, question, answer)


@dataclass(frozen=True)
class Exercise:
    """An exercise: its heading, and its task in Markdown, without the hint."""

    title: str
    number: str
    grade: str
    task: str


def exercises(everything: list[Section]) -> list[Exercise]:
    """Return the exercises among some sections."""
    found = []
    for section in everything:
        if titled := EXERCISE.fullmatch(section.title):
            boxes = (k for k, part in enumerate(section.parts) if type(part) is not Block)
            task = section.parts[: next(boxes, None)]
            found.append(Exercise(**titled.groupdict(), task="\n\n".join(b.source for b in task)))
    return found


@dataclass(frozen=True)
class Quiz:
    """A quiz as a cell shows it, in HTML; each option is a dict of option, verdict and reason."""

    question: str
    options: list[dict[str, str]]


def quiz(cell) -> Quiz | None:
    """Return the quiz that a cell shows, if it shows one."""
    found = QUIZ.fullmatch(output(cell, "text/html"))
    options = OPTION.finditer(found["options"]) if found else ()
    return found and Quiz(found["question"], [option.groupdict() for option in options])
