"""The derived notebooks: readable anywhere, the chapters' own code, stubs for students."""

from __future__ import annotations

import re
import textwrap

import nbformat
import pytest

from bookmaker.markup.notebook import tags
from bookmaker.notebooks import DerivedNotebooks, execute, file_text
from bookmaker.notebooks.derived import VERSIONS, is_visible
from tests.support.derived_notebooks import CHAPTERS, NOTEBOOKS, code, each_chapter, read, texts
from tests.support.raw_markup import raw_markup
from tests.support.site_builder import REPOSITORY, SITE

each_version = pytest.mark.parametrize("version", VERSIONS)


def stored(book, name):
    """Return the code cells of a chapter as the book has it."""
    return [cell for cell in book.notebook(name).cells if cell.cell_type == "code"]


# Every version of every chapter


@each_version
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_is_valid_and_shows_no_markup_of_the_book(derived, version, name):
    notebook = read(derived, version, name)
    nbformat.validate(notebook)
    assert [found for text in texts(notebook) for found in raw_markup(text)] == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_links_lead_somewhere(derived, name):
    for version in VERSIONS:
        text = "\n".join(texts(read(derived, version, name)))
        here = set(re.findall(r'<a id="([^"]+)">', text))
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            path, _, anchor = target.partition("#")
            if target.startswith("http"):
                continue
            assert not path or (derived / version / path).is_file(), target
            assert path or anchor in here, target


@pytest.mark.parametrize("version", ["clean", "instructor"])
@each_chapter
def test_code_and_visible_outputs_are_the_chapters(book, derived, version, name):
    chapter, copied = stored(book, name), code(read(derived, version, name))
    assert [c.source for c in copied] == [c.source for c in chapter]
    for mine, original in zip(copied, chapter, strict=True):
        alt = original.metadata.get("mystnb", {}).get("image", {}).get("alt")
        for output in mine.outputs:
            if "image/png" in output.get("data", {}):
                assert output.metadata.pop("image/png") == {"alt": alt}
        assert mine.outputs == [o for o in original.outputs if is_visible(o)]
        shown = [o for o in original.outputs if "data" not in o or "image/png" in o["data"]]
        assert all(output in mine.outputs for output in shown)


@each_chapter
def test_every_figure_with_a_caption_is_told_in_words(derived, name):
    told = [c.source for c in read(derived, "clean", name).cells if c.id.endswith("-caption")]
    assert told
    for caption in told:
        head = "<summary><b>The figure in words</b></summary>"
        words = re.search(rf"{head}\n\n(.+)\n\n</details>$", caption)
        assert len(words[1]) > 40 and words[1] not in caption[: words.start()]


@each_chapter
def test_student_code_is_the_chapters_but_for_stubs(book, derived, name):
    student = read(derived, "student", name)
    for mine, original in zip(code(student), stored(book, name), strict=True):
        assert mine.outputs == [] and mine.execution_count is None
        if "solution" in tags(original):
            assert re.fullmatch(r"#.*(\n\w+ = \.\.\.)*", mine.source)
        elif mine.source != original.source:
            assert "check" in tags(original)
            assert mine.source.endswith(textwrap.indent(original.source, "    "))
    told = "\n".join(texts(student))
    assert "<b>Hint</b>" in told and "<b>Discussion</b>" not in told
    assert "Worked solution" not in told


@each_chapter
def test_every_figure_has_its_caption_below_it(derived, name):
    cells = read(derived, "clean", name).cells
    for cell, below in zip(cells, [*cells[1:], None], strict=True):
        if any("image/png" in o.get("data", {}) for o in cell.get("outputs", [])):
            assert re.search(r"\*\*Fig\. \d+\.\d+\.\*\* \w", below.source)


def test_derivation_is_deterministic(book, derived, monkeypatch):
    monkeypatch.setenv("BOOK_REPOSITORY_URL", REPOSITORY)
    monkeypatch.setenv("BOOK_SITE_URL", SITE)
    page = book.index.notebooks[CHAPTERS[0]]
    for version in VERSIONS:
        again = getattr(DerivedNotebooks(book), version)(page)
        written = (derived / version / page.source.name).read_text(encoding="utf-8")
        assert file_text(again) == written


def test_student_version_runs_in_a_fresh_kernel(book, derived):
    """One chapter, through Jupyter; test_exercises.py runs every chapter's stubs in one process."""
    shortest = min(CHAPTERS, key=lambda name: len(book.notebook(name).cells))
    notebook = read(derived, "student", shortest)
    execute.run(notebook, shortest)
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")


def test_without_addresses_nothing_that_needs_them(book, tmp_path, monkeypatch):
    monkeypatch.delenv("BOOK_REPOSITORY_URL", raising=False)
    monkeypatch.delenv("BOOK_SITE_URL", raising=False)
    derived = DerivedNotebooks(book)
    assert derived.settings["repository"] == derived.settings["site"] == ""
    derived.write(tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["README.md", *sorted(VERSIONS)]
    notebook = read(tmp_path / "out", "clean", CHAPTERS[0])
    assert all(cell.id != "the-package" for cell in notebook.cells)


@pytest.mark.parametrize(
    "text",
    [
        "{ref}`x`",
        "a {cite:t}`x`",
        ":::{note}\nx\n:::",
        "> :::",
        "```{figure} x\n```",
        "(label)=\n# x",
        ":label: thm-x",
        "$$ (eq-x)",
        "[text](label)",
    ],
)
def test_raw_markup_is_noticed(text):
    fine = "## A *title*\n\n> **Theorem 1**: $f(x) = {a}$ [x](#x)\n\n```python\nx: int\n```"
    assert raw_markup(fine) == []
    assert raw_markup(text) != []
