"""The derived notebooks: readable anywhere, the chapters' own code, installable from one list."""

from __future__ import annotations

import ast
import json
import re
import sys
import textwrap

import nbformat
import pytest
import yaml
from nbformat import v4
from packaging.requirements import Requirement

from bookmaker import addresses
from bookmaker.markup import labels
from bookmaker.markup.citations import Citations
from bookmaker.notebooks import derive, execute, needs, prose, stubs, versions
from bookmaker.notebooks.notes import parse, read_notes
from bookmaker.paths import ROOT

REPOSITORY = "https://github.com/example/copies"
SITE = "https://example.org/copies"
COME_ALONG = {"PIL"}  # matplotlib requires it
BOOK = versions.Book(ROOT)
CHAPTERS = {chapter.name: chapter for chapter in BOOK.chapters}
each_chapter = pytest.mark.parametrize("name", CHAPTERS)
each_version = pytest.mark.parametrize("version", derive.VERSIONS)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The folder as the publishing workflow makes it, with both addresses set."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOOK_REPOSITORY_URL", REPOSITORY)
        patch.setenv("BOOK_SITE_URL", SITE)
        folder = tmp_path_factory.mktemp("published") / "notebooks"
        derive.derive(versions.Book(ROOT), folder)
    return folder


def read(folder, version, name):
    return nbformat.read(folder / version / f"{name}.ipynb", as_version=4)


def texts(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def code(notebook):
    cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    return [cell for cell in cells if cell.id != "the-package"]


# Every version of every chapter


@each_version
@each_chapter
def test_notebook_is_valid_and_shows_no_markup_of_the_book(published, version, name):
    notebook = read(published, version, name)
    nbformat.validate(notebook)
    assert [found for text in texts(notebook) for found in prose.raw_markup(text)] == []


@each_chapter
def test_links_lead_somewhere(published, name):
    for version in derive.VERSIONS:
        text = "\n".join(texts(read(published, version, name)))
        here = set(re.findall(r'<a id="([^"]+)">', text))
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            path, _, anchor = target.partition("#")
            if target.startswith("http"):
                continue
            assert not path or (published / version / path).is_file(), target
            assert path or anchor in here, target


@pytest.mark.parametrize("version", ["clean", "instructor"])
@each_chapter
def test_code_and_visible_outputs_are_the_chapters(published, version, name):
    chapter = [c for c in CHAPTERS[name].notebook.cells if c.cell_type == "code"]
    derived = code(read(published, version, name))
    assert [c.source for c in derived] == [c.source for c in chapter]
    for mine, original in zip(derived, chapter, strict=True):
        alt = original.metadata.get("mystnb", {}).get("image", {}).get("alt")
        for output in mine.outputs:
            if "image/png" in output.get("data", {}):
                assert output.metadata.pop("image/png") == {"alt": alt}
        assert mine.outputs == [o for o in original.outputs if versions.is_visible(o)]
        shown = [o for o in original.outputs if "data" not in o or "image/png" in o["data"]]
        assert all(output in mine.outputs for output in shown)


@each_chapter
def test_every_figure_with_a_caption_is_told_in_words(published, name):
    told = [c.source for c in read(published, "clean", name).cells if c.id.endswith("-caption")]
    assert told
    for caption in told:
        head = "<summary><b>The figure in words</b></summary>"
        words = re.search(rf"{head}\n\n(.+)\n\n</details>$", caption)
        assert len(words[1]) > 40 and words[1] not in caption[: words.start()]


@each_chapter
def test_student_code_is_the_chapters_but_for_stubs(published, name):
    chapter = [c for c in CHAPTERS[name].notebook.cells if c.cell_type == "code"]
    student = read(published, "student", name)
    for mine, original in zip(code(student), chapter, strict=True):
        assert mine.outputs == [] and mine.execution_count is None
        if "solution" in versions.tags(original):
            assert re.fullmatch(r"#.*(\n\w+ = \.\.\.)*", mine.source)
        elif mine.source != original.source:
            assert "check" in versions.tags(original)
            assert mine.source.endswith(textwrap.indent(original.source, "    "))
    told = "\n".join(texts(student))
    assert "<b>Hint</b>" in told and "<b>Discussion</b>" not in told
    assert "Worked solution" not in told


@each_chapter
def test_every_figure_has_its_caption_below_it(published, name):
    cells = read(published, "clean", name).cells
    for cell, below in zip(cells, [*cells[1:], None], strict=True):
        if any("image/png" in o.get("data", {}) for o in cell.get("outputs", [])):
            assert re.search(r"\*\*Fig\. \d+\.\d+\.\*\* \w", below.source)


def test_derivation_is_deterministic(published, tmp_path, monkeypatch):
    monkeypatch.setenv("BOOK_REPOSITORY_URL", REPOSITORY)
    monkeypatch.setenv("BOOK_SITE_URL", SITE)
    chapter = next(iter(CHAPTERS.values()))
    for version in derive.VERSIONS:
        again = getattr(versions.Book(ROOT), version)(chapter)
        stored = (published / version / f"{chapter.name}.ipynb").read_text(encoding="utf-8")
        assert versions.written_out(again) == stored


def test_student_version_runs_in_a_fresh_kernel(published):
    """One chapter, through Jupyter; test_exercises.py runs every chapter's stubs in one process."""
    shortest = min(CHAPTERS, key=lambda name: len(CHAPTERS[name].notebook.cells))
    notebook = read(published, "student", shortest)
    execute.run(notebook, shortest)
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")


# What instructors get


@each_chapter
def test_notes_cover_every_section_and_their_minutes_add_up(name):
    chapter = CHAPTERS[name]
    notes = read_notes(ROOT, name)
    assert list(notes.minutes) == [versions.OPENING, *versions.headings(chapter.notebook)]
    assert notes.opening and all(notes.texts.values())
    told = re.search(
        r"(\d+) to teach (with|without) the exercises", "\n".join(texts(chapter.notebook))
    )
    counted = [
        minutes
        for heading, minutes in notes.minutes.items()
        if heading != versions.EXERCISES or told[2] == "with"
    ]
    assert sum(counted) == int(told[1])


def test_notes_predictions_and_slips_stand_where_they_are_needed(published):
    text = "\n".join(texts(read(published, "instructor", "random_walks")))
    assert "| One loop, opposite verdicts | 8 |" in text
    section = text.partition("## One loop, opposite verdicts")[2]
    assert section.lstrip().startswith("> **For the instructor · 8 minutes.**")
    assert "- the mean and the median of the variance after 400 fits?" in section
    assert "> - That halves the standard deviation, not the variance." in text


def test_notes_are_read_by_heading():
    notes = parse("All.\n\n## One (3 min)\n\nAsk.\n\n## Two (4 min)\n\nTell.\nTwice.\n")
    assert notes.opening == "All."
    assert notes.minutes == {"One": 3, "Two": 4}
    assert notes.texts == {"One": "Ask.", "Two": "Tell.\nTwice."}


# Where they are installed and opened


def imported(notebook):
    """Return the packages that a notebook's code imports."""
    found = set()
    for cell in code(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module.partition(".")[0])
    return found


@each_chapter
def test_chapters_import_only_what_is_installed_for_them(name):
    lines = needs.libraries((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    installed = {Requirement(line).name for line in lines} | {"collapse_utils", *COME_ALONG}
    used = imported(CHAPTERS[name].notebook) - set(sys.stdlib_module_names)
    assert used <= installed


def test_every_way_in_installs_from_the_one_list(published):
    listed = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    libraries = needs.libraries(listed)
    assert set(libraries) <= set(listed.splitlines()) and len(libraries) >= 5
    expected = [*libraries, f"collapse_utils @ git+{REPOSITORY}@main"]
    binder = (published / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert binder == expected
    for version in derive.VERSIONS:
        for name in CHAPTERS:
            cells = read(published, version, name).cells
            first = next(cell for cell in cells if cell.cell_type == "code")
            assert re.findall(r'"([^"]+)"', first.source.partition("%pip")[2]) == expected
    for name in CHAPTERS:
        container = json.loads((published / addresses.container_path(name)).read_text())
        assert container["postCreateCommand"].endswith(" -r requirements.txt")
        for asked in re.findall(r"'([^']+)'", container["postCreateCommand"]):
            assert asked in listed.splitlines()


def test_every_way_in_opens_the_notebook_it_names(published):
    for name in CHAPTERS:
        ways = addresses.launch(REPOSITORY, name)
        path = f"clean/{name}.ipynb"
        assert (published / path).is_file()
        assert ways["Binder"].endswith(f"/example/copies/notebooks?urlpath=lab/tree/{path}")
        assert ways["Colab"].endswith(f"/github/example/copies/blob/notebooks/{path}")
        folder = f".devcontainer%2F{name}%2Fdevcontainer.json"
        assert ways["Codespaces"].endswith(f"/tree/notebooks?devcontainer_path={folder}")
        container = json.loads((published / addresses.container_path(name)).read_text())
        assert container["customizations"]["codespaces"]["openFiles"] == [path]


def test_the_workflow_publishes_what_is_derived():
    file = ROOT / ".github" / "workflows" / "publish.yml"
    job = yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]["notebooks"]
    script = "\n".join(step.get("run", "") for step in job["steps"])
    assert f"--work-tree={derive.TARGET.relative_to(ROOT).as_posix()} " in script
    assert script.rstrip().endswith(f'refs/heads/{addresses.BRANCH}"')


def test_the_book_itself_is_developed_with_its_own_requirements():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    assert container["postCreateCommand"] == (
        "pip install --require-hashes -r requirements.lock"
        " && pip install --no-deps --no-build-isolation -e . -e ./bookmaker"
    )
    assert not (ROOT / "binder").exists() and not (ROOT / ".binder").exists()


def test_without_addresses_nothing_that_needs_them(tmp_path, monkeypatch):
    monkeypatch.delenv("BOOK_REPOSITORY_URL", raising=False)
    monkeypatch.delenv("BOOK_SITE_URL", raising=False)
    book = versions.Book(ROOT)
    assert book.settings["repository"] == book.settings["site"] == ""
    derive.derive(book, tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "README.md",
        *sorted(derive.VERSIONS),
    ]
    notebook = read(tmp_path / "out", "clean", book.chapters[0].name)
    assert all(cell.id != "the-package" for cell in notebook.cells)


# The markup, piece by piece


@pytest.fixture(scope="module")
def words():
    targets = {
        "here": labels.Target("one", "Here"),
        "there": labels.Target("two", "There"),
        "eq-a": labels.Target("one", "(1.2)"),
        "thm-a": labels.Target("one", "Theorem 1.1"),
        "fig-a": labels.Target("two", "Fig. 2.1"),
    }
    titles = {"one": "First", "two": "Second"}
    return prose.Translator(
        "one",
        targets,
        titles,
        {"reference/ledger": "The ledger"},
        {"share": "3.1 %"},
        Citations(ROOT / "reference/references.bib"),
        SITE,
        keep_folded=lambda title: title != "Secret",
    )


DOI = "https://doi.org/10.1038/s41586-024-07566-y"
PIECES = {
    "{glue:text}`share`": "3.1 %",
    "{cite:t}`shumailov2024`": f"[Shumailov et al. (2024)]({DOI})",
    "{cite}`shumailov2024`": f"([Shumailov et al., 2024]({DOI}))",
    "{doc}`two`": "[Second](two.ipynb)",
    "{doc}`../reference/ledger`": f"[The ledger]({SITE}/reference/ledger.html)",
    "{ref}`here`": "[Here](#here)",
    "{ref}`over there <there>`": "[over there](two.ipynb#there)",
    "{eq}`eq-a`": "[(1.2)](#eq-a)",
    "{prf:ref}`thm-a`": "[Theorem 1.1](#thm-a)",
    "{numref}`fig-a`": "[Fig. 2.1](two.ipynb#fig-a)",
    "[text](there)": "[text](two.ipynb#there)",
    "(here)=\n## Title": '<a id="here"></a>\n\n## Title',
    "$a\n+ b$ and\nmore": "$a + b$ and\nmore",
    "$$\nx\n= y\n$$ (eq-a)": '<a id="eq-a"></a>\n\n$$\nx\n= y \\tag{1.2}\n$$',
    "$$ x = y $$": "$$\nx = y\n$$",
    ":::{prf:theorem} All dies\n:label: thm-a\n\nIf\n\n$$\nx\n= y\n$$\n:::": (
        '<a id="thm-a"></a>\n\n> **Theorem 1.1** (All dies)\n>\n> If\n>\n> $$x = y$$\n'
    ),
    ":::{prf:proof}\nBy {eq}`eq-a`.\n:::": "*Proof.* By [(1.2)](#eq-a).",
    ":::{prf:proof}\n:class: dropdown\nEasy.\n:::": (
        "<details>\n<summary><b>Proof</b></summary>\n\nEasy.\n\n</details>\n"
    ),
    ":::{admonition} Is it *so*?\n:class: dropdown\n\nNo.\n:::": (
        "<details>\n<summary><b>Is it <em>so</em>?</b></summary>\n\nNo.\n\n</details>\n"
    ),
    ":::{dropdown} How is $x$?\nFine.\n:::": (
        "<details>\n<summary>\n\n**How is $x$?**\n\n</summary>\n\nFine.\n\n</details>\n"
    ),
    ":::{admonition} Before\n:class: tip\n\nRead.\n:::": "> **Before**\n>\n> Read.\n",
    "Before\n\n:::{dropdown} Secret\nNo.\n:::\n\nAfter": "Before\n\nAfter",
    "```python\n{ref}`x`\n```": "```python\n{ref}`x`\n```",
}


@pytest.mark.parametrize("source", PIECES)
def test_markup_becomes_markdown(words, source):
    assert words.text(source) == PIECES[source]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{unknown}`x`", "unknown role"),
        (":::{unknown} x\n:::", "unknown directive"),
        (":::{admonition} x\n", "not closed"),
        ("$$ x", "not closed"),
        ("{ref}`nowhere`", "nowhere in the book"),
        ("{doc}`nowhere`", "no page of the book"),
        ("{glue:text}`nothing`", "no cell of one stores"),
        ("{cite}`nobody1900`", "nothing in the bibliography"),
    ],
)
def test_markup_that_is_not_understood_is_an_error(words, source, message):
    with pytest.raises(ValueError, match=message):
        words.text(source)


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
    assert prose.raw_markup(fine) == []
    assert prose.raw_markup(text) != []


def test_works_are_named_by_one_two_or_more_and_linked_where_they_are():
    citations = Citations(ROOT / "reference/references.bib")
    listed = citations.listed(["shumailov2024", "shumailov2024"])
    assert listed.count("\n") == 0 and DOI in listed and "\\." not in listed
    assert r"the $\pi ^2/6$ pathway" in citations.listed(["dey2024"])
    for key in citations.entries:
        assert citations.names(key)


def test_numbers_are_per_kind_and_per_chapter():
    source = (
        "(sec)=\n## Section\n\n$$ a $$ (eq-a)\n\n$$ b $$\n\n$$ c $$ (eq-c)\n\n"
        ":::{prf:theorem} A\n:label: thm-a\n\nx\n:::\n\n"
        ":::{prf:definition} B\n:label: def-b\n\nx\n:::\n\n"
        ":::{prf:theorem} C\n:label: thm-c\n\nx\n:::"
    )
    figure = v4.new_code_cell("x")
    figure.metadata["mystnb"] = {"figure": {"caption": "It rises.", "name": "fig-x"}}
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell(source), figure])
    found = labels.targets(labels.Chapter("one", 4, "Title", notebook))
    assert {label: target.text for label, target in found.items()} == {
        "sec": "Section",
        "eq-a": "(4.1)",
        "eq-c": "(4.2)",
        "thm-a": "Theorem 4.1",
        "def-b": "Definition 4.1",
        "thm-c": "Theorem 4.2",
        "fig-x": "Fig. 4.1",
    }


# Stubs


def test_stub_names_what_the_check_needs_and_no_more():
    solution = "a = 1\nfor k in range(3):\n    b = a + k\ndef f(x):\n    inner = x\n    return b"
    check = "k = 5\ncheck_answer(b, f(k), slips=[(a2, 'x') for a2 in [1]])"
    assert stubs.bound_names(solution) == ["a", "k", "b", "f"]
    assert stubs.needed_names(check) == {"check_answer", "b", "f", "range"} - {"range"}
    assert stubs.answers(solution, [check]) == ["b", "f"]
    assert stubs.answers(solution, ["a = 2", "print(a)"]) == []
    assert stubs.stub(["b", "f"]).endswith("\nb = ...\nf = ...")
    assert stubs.stub([]) == stubs.FREE


def test_check_that_computes_with_the_answer_is_guarded():
    direct = "right = 4\ncheck_answer(a, right)"
    assert stubs.guarded(direct, ["a", "other"]) == direct
    computed = "check_answer(a > 4, True)"
    guarded = stubs.guarded(computed, ["a", "other"])
    said = []
    exec(guarded, {"a": ..., "check_answer": lambda *given: said.append(given)})
    exec(guarded, {"a": 5, "check_answer": lambda *given: said.append(given)})
    assert said == [(..., True), (True, True)]


def test_slips_are_read_from_the_check():
    assert stubs.slips("check_answer(a, 4, slips=[(2, 'Half.'), (f(8), 'Twice.')])") == [
        "Half.",
        "Twice.",
    ]
