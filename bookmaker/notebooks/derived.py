"""The notebooks derived from those of the book: clean, for JupyterLab, students, instructors."""

from __future__ import annotations

import copy
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode, v4, validate, writes

from bookmaker.addresses import settings
from bookmaker.markup.book import Book
from bookmaker.markup.index import Page
from bookmaker.markup.notebook import RECORD, figure, read_notebook, tags
from bookmaker.markup.reader import Directive
from bookmaker.notebooks import instructor, stubs
from bookmaker.notebooks.install import install_source, launch_files
from bookmaker.notebooks.lab_markdown import LabMarkdown
from bookmaker.notebooks.plain_markdown import PlainMarkdown, quote

INVISIBLE = (RECORD, "application/vnd.")
HIDDEN = {"hide-input": ("source",), "hide-output": ("outputs",), "hide-cell": ("source",)}
HIDDEN |= {"remove-cell": ("source",), "remove-input": ("source",)}
GIVEN_AWAY = re.compile(r"^(discussion|worked solution|solution)", re.IGNORECASE)
VERSIONS = ("clean", "student", "instructor")
README = """\
# The notebooks of *Copies of Copies*

Derived from the book's chapters (`make notebooks`); do not edit them here.

- `clean`: the chapters with their outputs, in plain Markdown
- `student`: without outputs, with stubs in place of the solutions
- `instructor`: with solutions, minutes, difficulties and questions

| chapter | clean | student | instructor |
|---|---|---|---|
{rows}

{licence}
"""
LICENCE = "Text and figures: CC BY 4.0. Code: BSD 3-Clause."


class DerivedNotebooks:
    """What is derived from the notebooks of a book.

    Parameters
    ----------
    book : Book
        The book.
    wheel : str
        Name of a wheel beside the folders of notebooks, from which they take the package; empty
        to install it from the repository.
    installed : bool
        Whether the package is there already, so that no notebook has to see to it.
    """

    def __init__(self, book: Book, wheel: str = "", installed: bool = False):
        self.book, self.wheel, self.installed = book, wheel, installed
        self.settings = settings(book.root)

    @property
    def pages(self) -> list[Page]:
        """The pages of the book that are notebooks, in the order of reading."""
        return list(self.book.index.notebooks.values())

    def markdown(self, page: Page, kind: type = PlainMarkdown, **options) -> PlainMarkdown:
        """Return what turns the page's markup into Markdown."""
        numbers = read_notebook(page.source).numbers
        site = self.settings["site"]
        return kind(self.book.index, page.name, numbers, site=site, **options)

    def clean(self, page: Page) -> NotebookNode:
        """Return the notebook in plain Markdown, with its outputs."""
        return self._whole(page, self.markdown(page))

    def lab(self, page: Page) -> NotebookNode:
        """Return the notebook for JupyterLab with jupyterlab-myst, with its boxes and outputs."""
        return self._whole(page, self.markdown(page, LabMarkdown))

    def _whole(self, page: Page, words: PlainMarkdown) -> NotebookNode:
        notebook = read_notebook(page.source)
        cells = [part for cell in notebook.cells for part in translated(cell, words)]
        return self._finished(page, words, cells)

    def student(self, page: Page) -> NotebookNode:
        """Return the notebook with stubs in place of solutions and without outputs."""
        words = self.markdown(page, keep_folded=lambda title: not GIVEN_AWAY.match(title))
        source = read_notebook(page.source).cells
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
        return self._finished(page, words, cells)

    def instructor(self, page: Page) -> NotebookNode:
        """Return the notebook with solutions in view, minutes, difficulties and questions."""
        notebook = read_notebook(page.source)
        notes = instructor.read_notes(self.book.root, page.source.stem)
        words, told = self.markdown(page), instructor.section_notes(notebook, notes)
        cells = []
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                text = instructor.annotated(cell.source, told, words)
                cells.append(v4.new_markdown_cell(text, id=cell.id))
                continue
            parts = list(translated(cell, words))
            if "solution" in tags(cell):
                parts[0].metadata.pop("jupyter", None)
            cells += parts
            messages = stubs.slips(cell.source) if "check" in tags(cell) else []
            if messages:
                listed = "\n".join(f"- {message}" for message in messages)
                text = quote(f"**For the instructor.** Slips that the check knows:\n\n{listed}")
                cells.append(added(f"{cell.id}-slips", text))
        cells.insert(1, added("for-the-instructor", instructor.overview(notes, words)))
        return self._finished(page, words, cells)

    def _finished(self, page: Page, words: PlainMarkdown, cells: list) -> NotebookNode:
        """Return the notebook: the package first, the works cited last."""
        site = self.settings["site"]
        book = f"[Copies of Copies]({site}/)" if site else "*Copies of Copies*"
        place = f"Chapter {page.number} of" if page.number else "From"
        last = f"*{place} {book}. {LICENCE}*"
        if words.cited:
            works = self.book.index.bibliography.listed(words.cited)
            last = f"## Works cited\n\n{works}\n\n{last}"
        cells = [*cells, added("works-cited", last)]
        source = install_source(self.book.root, self.settings, self.wheel)
        if source and not self.installed:
            first = next(k for k, cell in enumerate(cells) if cell.cell_type == "code")
            cells.insert(first, v4.new_code_cell(source, id="the-package"))
        notebook = v4.new_notebook(cells=cells)
        for key in ("kernelspec", "language_info"):
            notebook.metadata[key] = read_notebook(page.source).stored.metadata[key]
        return copy.deepcopy(notebook)

    def readme(self) -> str:
        """Return the page that lists the notebooks."""
        rows = []
        for page in self.pages:
            links = " | ".join(f"[{v}]({v}/{page.source.name})" for v in VERSIONS)
            number = f"{page.number}. " if page.number else ""
            rows.append(f"| {number}{page.title} | {links} |")
        return README.format(rows="\n".join(rows), licence=LICENCE)

    def write(self, target: Path) -> None:
        """Write every version of every notebook to `target`, in place of what was there."""
        files = {"README.md": self.readme()}
        if not self.wheel:
            names = [page.source.stem for page in self.pages]
            files |= launch_files(self.book.root, self.settings, names)
        for page in self.pages:
            for version in VERSIONS:
                notebook = getattr(self, version)(page)
                validate(notebook)
                files[f"{version}/{page.source.name}"] = file_text(notebook)
        shutil.rmtree(target, ignore_errors=True)
        for name, text in files.items():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_text(text, encoding="utf-8", newline="\n")


def file_text(notebook: NotebookNode) -> str:
    """Return the text of a notebook's file."""
    return writes(notebook).rstrip() + "\n"


def added(name: str, text: str) -> NotebookNode:
    """Return a text cell that the chapter does not have, with an id that stays."""
    return v4.new_markdown_cell(text, id=name[:64])


def unsolved(cells: list[NotebookNode]) -> list[str]:
    """Return the code of the cells that are no solutions."""
    return [c.source for c in cells if c.cell_type == "code" and "solution" not in tags(c)]


def translated(cell: NotebookNode, words: PlainMarkdown) -> Iterator[NotebookNode]:
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
    drawn = figure(cell)
    for output in copied.outputs:
        if drawn["alt"] and "image/png" in output.get("data", {}):
            output.metadata["image/png"] = {"alt": drawn["alt"]}
    yield copied
    if drawn.get("caption"):
        name, number = drawn["name"], words.place(drawn["name"]).text
        caption = f"{words.anchor(name)}\n**{number}.** {words.running(drawn['caption'])}"
        if drawn["alt"]:  # few programs that show notebooks tell a screen reader a picture's text
            caption += f"\n\n{words.box(in_words(drawn['alt'])).rstrip()}"
        yield added(f"{cell.id}-caption", caption)


def in_words(alt: str) -> Directive:
    """Return the folded box that says what a figure shows."""
    folded = {"class": "dropdown"}
    return Directive(
        0, 0, "", name="admonition", title="The figure in words", options=folded, body=alt
    )


def is_visible(output: NotebookNode) -> bool:
    """Tell whether an output is more than a record for the book's own use."""
    kinds = output.get("data")
    return kinds is None or not all(kind.startswith(INVISIBLE) for kind in kinds)
