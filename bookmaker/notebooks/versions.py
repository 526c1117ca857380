"""The versions of a chapter: clean, for JupyterLab, for students, for instructors."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode, v4, writes

from bookmaker.addresses import settings
from bookmaker.markup.citations import Citations
from bookmaker.markup.labels import (
    Chapter,
    Target,
    pages,
    read_chapters,
    read_workshop,
    sections,
    targets,
)
from bookmaker.paths import BIBLIOGRAPHY

from . import stubs
from .boxes import BoxTranslator
from .needs import install_source
from .notes import Notes, predictions, read_notes
from .prose import Translator, quote

RECORD = "application/papermill.record/"
INVISIBLE = (RECORD, "application/vnd.")
HIDDEN = {"hide-input": ("source",), "hide-output": ("outputs",), "hide-cell": ("source",)}
HIDDEN |= {"remove-cell": ("source",), "remove-input": ("source",)}
SECTION = re.compile(r"^## (?P<heading>.+)$", re.MULTILINE)
GIVEN_AWAY = re.compile(r"^(discussion|worked solution|solution)", re.IGNORECASE)
FOLDED = ":class: dropdown"
OPENING, EXERCISES = "Opening", "Exercises"
LICENCE = "Text and figures: CC BY 4.0. Code: BSD 3-Clause."


@dataclass
class Book:
    """All chapters and what their references lead to.

    Attributes
    ----------
    root : Path
        Where the book's sources are.
    wheel : str
        Name of a wheel beside the folders of notebooks, from which they take the package; empty
        to install it from the repository.
    installed : bool
        Whether the package is there already, so that no notebook has to see to it.
    """

    root: Path
    wheel: str = ""
    installed: bool = False
    chapters: list[Chapter] = field(init=False)
    notebooks: list[Chapter] = field(init=False)
    targets: dict[str, Target] = field(init=False)

    def __post_init__(self):
        self.settings = settings(self.root)
        self.chapters = read_chapters(self.root)
        self.notebooks = [*self.chapters, *read_workshop(self.root)]
        self.pages = pages(self.root)
        self.citations = Citations(self.root / BIBLIOGRAPHY)
        self.targets = {}
        for name in self.pages:
            text = (self.root / f"{name}.md").read_text(encoding="utf-8")
            self.targets |= sections(text, name)
        for chapter in self.notebooks:
            self.targets |= targets(chapter)

    def translator(self, chapter: Chapter, kind=Translator, **options) -> Translator:
        """Return what turns the chapter's markup into Markdown."""
        return kind(
            chapter.name,
            self.targets,
            {c.name: c.title for c in self.notebooks},
            self.pages,
            stored_numbers(chapter.notebook),
            self.citations,
            self.settings["site"],
            "chapters" if chapter.number else "workshop",
            **options,
        )

    def clean(self, chapter: Chapter) -> NotebookNode:
        """Return the chapter in plain Markdown, with its outputs."""
        return self._whole(chapter, self.translator(chapter))

    def lab(self, chapter: Chapter) -> NotebookNode:
        """Return the chapter for JupyterLab with jupyterlab-myst, with its boxes and outputs."""
        return self._whole(chapter, self.translator(chapter, BoxTranslator))

    def _whole(self, chapter: Chapter, words: Translator) -> NotebookNode:
        cells = [part for cell in chapter.notebook.cells for part in translated(cell, words)]
        return self._finished(chapter, words, cells)

    def student(self, chapter: Chapter) -> NotebookNode:
        """Return the chapter with stubs in place of solutions and without outputs."""
        words = self.translator(chapter, keep_folded=lambda title: not GIVEN_AWAY.match(title))
        source = chapter.notebook.cells
        cells, open_answers = [], []
        for k, cell in enumerate(source):
            for part in translated(cell, words):
                if part.cell_type == "code":
                    part.outputs, part.execution_count = [], None
                    if "solution" in tags(cell):
                        names = stubs.answers(cell.source, unsolved(source[k + 1 :]))
                        open_answers += names
                        part.source = stubs.stub(names)
                        part.metadata.pop("jupyter", None)
                    elif "check" in tags(cell):
                        part.source = stubs.guarded(cell.source, open_answers)
                elif not part.source.strip():
                    continue
                cells.append(part)
        return self._finished(chapter, words, cells)

    def instructor(self, chapter: Chapter) -> NotebookNode:
        """Return the chapter with solutions in view, minutes, difficulties and questions."""
        notes = read_notes(self.root, chapter.name)
        words = self.translator(chapter)
        cells = []
        prompts = questions(chapter.notebook)
        for cell in chapter.notebook.cells:
            if cell.cell_type == "markdown":
                cell = copy.deepcopy(cell)
                cell.source = with_notes(cell.source, notes, prompts)
            parts = list(translated(cell, words))
            if "solution" in tags(cell):
                parts[0].metadata.pop("jupyter", None)
            cells += parts
            messages = stubs.slips(cell.source) if "check" in tags(cell) else []
            if messages:
                listed = "\n".join(f"- {message}" for message in messages)
                text = quote(f"**For the instructor.** Slips that the check knows:\n\n{listed}")
                cells.append(added(f"{cell.id}-slips", text))
        cells.insert(1, overview(notes, words))
        return self._finished(chapter, words, cells)

    def _finished(self, chapter: Chapter, words: Translator, cells) -> NotebookNode:
        """Return the notebook: the package first, the works cited last."""
        site = self.settings["site"]
        book = f"[Copies of Copies]({site}/)" if site else "*Copies of Copies*"
        place = f"Chapter {chapter.number} of" if chapter.number else "From"
        last = f"*{place} {book}. {LICENCE}*"
        if words.cited:
            last = f"## Works cited\n\n{self.citations.listed(words.cited)}\n\n{last}"
        cells = [*cells, added("works-cited", last)]
        source = install_source(self.root, self.settings, self.wheel)
        if source and not self.installed:
            first = next(k for k, cell in enumerate(cells) if cell.cell_type == "code")
            cells.insert(first, v4.new_code_cell(source, id="the-package"))
        notebook = v4.new_notebook(cells=cells)
        for key in ("kernelspec", "language_info"):
            notebook.metadata[key] = copy.deepcopy(chapter.notebook.metadata[key])
        return notebook


def written_out(notebook: NotebookNode) -> str:
    """Return the text of a notebook's file."""
    return writes(notebook).rstrip() + "\n"


def tags(cell: NotebookNode) -> list[str]:
    """Return a cell's tags."""
    return cell.metadata.get("tags", [])


def added(name: str, text: str) -> NotebookNode:
    """Return a text cell that the chapter does not have, with an id that stays."""
    return v4.new_markdown_cell(text, id=name[:64])


def stored_numbers(notebook: NotebookNode) -> dict[str, str]:
    """Return the texts that the cells have stored for sentences to quote."""
    numbers = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            text = output.get("data", {}).get(f"{RECORD}text/plain")
            if text is not None:
                numbers[output.metadata["scrapbook"]["name"]] = text
    return numbers


def unsolved(cells: list[NotebookNode]) -> list[str]:
    """Return the code of the cells that are no solutions."""
    return [c.source for c in cells if c.cell_type == "code" and "solution" not in tags(c)]


def translated(cell: NotebookNode, words: Translator) -> Iterator[NotebookNode]:
    """Give a cell as any Jupyter shows it, and its caption if it has one."""
    if cell.cell_type == "markdown":
        yield v4.new_markdown_cell(words.text(cell.source), id=cell.id)
        return
    copied = v4.new_code_cell(cell.source, id=cell.id, execution_count=cell.execution_count)
    copied.outputs = [copy.deepcopy(output) for output in cell.outputs if is_visible(output)]
    if kept := [tag for tag in tags(cell) if tag in (*HIDDEN, "solution", "check")]:
        copied.metadata["tags"] = kept
    if hidden := {part for tag in tags(cell) for part in HIDDEN.get(tag, ())}:
        copied.metadata["jupyter"] = {f"{part}_hidden": True for part in sorted(hidden)}
    book = cell.metadata.get("mystnb", {})
    figure, alt = book.get("figure", {}), book.get("image", {}).get("alt", "")
    for output in copied.outputs:
        if alt and "image/png" in output.get("data", {}):
            output.metadata["image/png"] = {"alt": alt}
    yield copied
    if figure.get("caption"):
        name, number = figure["name"], words.target(figure["name"]).text
        caption = f"{words.anchor(name)}\n**{number}.** {words.inline(figure['caption'])}"
        if alt:  # few programs that show notebooks tell a screen reader a picture's own text
            folded = words.directive("admonition", "The figure in words", [FOLDED, "", alt])
            caption += f"\n\n{folded.rstrip()}"
        yield added(f"{cell.id}-caption", caption)


def is_visible(output: NotebookNode) -> bool:
    """Tell whether an output is more than a record for the book's own use."""
    kinds = output.get("data")
    return kinds is None or not all(kind.startswith(INVISIBLE) for kind in kinds)


def headings(notebook: NotebookNode) -> list[str]:
    """Return the headings of the chapter's sections, up to and with its exercises if it has any."""
    found = [
        match["heading"]
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for match in SECTION.finditer(cell.source)
    ]
    return found[: found.index(EXERCISES) + 1] if EXERCISES in found else found


def questions(notebook: NotebookNode) -> dict[str, list[str]]:
    """Return the predictions that each section asks for, by its heading."""
    found: dict[str, list[str]] = {}
    heading = ""
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        for part in re.split(r"^(?=## )", cell.source, flags=re.MULTILINE):
            if match := SECTION.match(part):
                heading = match["heading"]
            found.setdefault(heading, []).extend(predictions(part))
    return found


def overview(notes: Notes, words: Translator) -> NotebookNode:
    """Return what an instructor reads first: what to expect, and a table of minutes."""
    text = f"**For the instructor.** {notes.opening}"
    if OPENING in notes.texts:
        text += f"\n\n**{OPENING}.** {notes.texts[OPENING]}"
    rows = [f"| {heading} | {minutes} |" for heading, minutes in notes.minutes.items()]
    taught = sum(minutes for heading, minutes in notes.minutes.items() if heading != EXERCISES)
    total = "without the exercises" if EXERCISES in notes.minutes else "in all"
    table = ["| section | minutes |", "|---|---|", *rows, f"| *{total}* | {taught} |"]
    # Not every reader of Markdown knows tables in block quotes
    return added("for-the-instructor", words.text(quote(text) + "\n\n" + "\n".join(table)))


def with_notes(text: str, notes: Notes, prompts: dict[str, list[str]]) -> str:
    """Return a passage with the notes on each section under the section's heading."""

    def noted(match: re.Match) -> str:
        heading = match["heading"]
        if heading not in notes.minutes:
            return match.group()
        taken = notes.minutes[heading]
        minutes = f"{taken} minute{'' if taken == 1 else 's'}"
        lines = f"**For the instructor · {minutes}.** {notes.texts[heading]}"
        if asked := prompts.get(heading):
            lines += "\n\nLet them commit to an answer first:\n\n"
            lines += "\n".join(f"- {question}" for question in asked)
        return f"{match.group()}\n\n{quote(lines)}\n"

    return SECTION.sub(noted, text)
