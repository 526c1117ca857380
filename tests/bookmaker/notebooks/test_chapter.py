"""The recipe for a chapter: a skeleton that builds, and a list of what is missing that ends.

`missing` asks the rules that the tests of the book's content ask; here each is shown a chapter that
breaks it.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil

import nbformat
import pytest
import yaml

from bookmaker.markup.notebook import tags
from bookmaker.notebooks import chapter, chapter_rules, execute, skeleton, text
from bookmaker.paths import ROOT

CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))
READ = ("_toc.yml", "reference", "workshop", "bookmaker/site/addresses.txt")
KINDS = {
    "to be written",
    "time and needs",
    "figures",
    "claims",
    "quizzes",
    "exercises",
    "link to the reference",
    "bibliography",
    "glossary",
    "instructor's notes",
    "course",
    "table of contents",
    "address",
    "outputs",
}


@pytest.fixture
def book(tmp_path):
    """What the rules read of the book, with one of its chapters."""
    for name in READ:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / name, tmp_path / name)
    (tmp_path / "chapters").mkdir()
    shutil.copy(ROOT / "chapters" / "random_walks.ipynb", tmp_path / "chapters")
    return tmp_path


def edit(file, old, new):
    source = file.read_text(encoding="utf-8")
    assert old in source
    file.write_text(source.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_books_chapters_lack_nothing(name):
    assert chapter.missing(ROOT, name) == {}


# What is missing is noticed


def cells(change):
    """Return an edit that changes the cells of the notebook and keeps its outputs fresh."""

    def edited(book):
        path = book / "chapters" / "random_walks.ipynb"
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            change(cell)
        execute.normalise(notebook)
        execute.write(notebook, path)

    return edited


def sources(pattern, new=""):
    return cells(
        lambda cell: cell.update(source=re.sub(pattern, new, cell.source, flags=re.DOTALL))
    )


def undrawn(word):
    """Return an edit that leaves out the outputs in which a word stands."""

    def change(cell):
        if word in json.dumps(cell.get("outputs", [])):
            cell.outputs = []

    return cells(change)


def in_file(name, old, new):
    return lambda book: edit(book / name, old, new)


ERROR = '"standard_error":'
NOTEBOOK = "chapters/random_walks.ipynb"
NOTES = "workshop/instructor/random_walks.md"
WORKS = "reference/references.bib"


@pytest.mark.parametrize(
    ("kind", "sentence", "break_it"),
    [
        ("to be written", ": an end", sources("## Further reading", "[to be written: an end]")),
        ("time and needs", "no line **Time:**", sources(r"\*\*Time:\*\*")),
        ("time and needs", "5 minutes to read", sources("45 minutes to read", "5 minutes to read")),
        (
            "time and needs",
            "softmax is needed",
            sources("the law of large", "{doc}`softmax`, large"),
        ),
        ("figures", "0 figures with", undrawn("image/png")),
        ("figures", "without alternative text", cells(lambda cell: cell.metadata.pop("mystnb", 0))),
        ("claims", "0 claims are stored", undrawn("vnd.collapse.claim")),
        ("claims", "0 have a standard error", in_file(NOTEBOOK, ERROR, f'{ERROR} 0, "was":')),
        ("claims", "SEED has to be set once", sources("SEED = 1824", "seed = SEED = 1824")),
        ("quizzes", "of 2 in the code 0 are shown", undrawn("quiz")),
        ("quizzes", "0 quizzes are shown", undrawn("quiz")),
        ("quizzes", "written, not computed", sources(r"right=still", 'right="c4"')),
        ("exercises", "0 of grade 'open'", sources(r" \(open\)", " (hard)")),
        ("exercises", "no grade", sources(r" \(open\)", " (hard)")),
        ("exercises", "no hint", sources(r"\{admonition\} Hint", "{admonition} Help")),
        (
            "exercises",
            "0 cells with tag 'check'",
            cells(lambda cell: "check" in tags(cell) and cell.metadata.pop("tags")),
        ),
        ("link to the reference", "no function", sources(r"(?<!\})`[\w.]+`")),
        ("bibliography", "0 works are cited", sources(r"\{cite(:t)?\}`\w+`")),
        ("bibliography", "redner1990 is not in", in_file(WORKS, "{redner1990", "{redner1991")),
        ("bibliography", "source 'cochran1934' was", in_file(WORKS, "{cochran1934", "{cochran")),
        ("glossary", "no word", in_file("reference/glossary.md", ":::{glossary}", ":::{list}")),
        ("instructor's notes", "minutes add up to 61", in_file(NOTES, "(4 min)", "(5 min)")),
        ("instructor's notes", "nothing on 'Opening'", in_file(NOTES, "## Opening (4 min)", "")),
        ("instructor's notes", "is no section", in_file(NOTES, "## Opening", "## Door")),
        ("instructor's notes", "there is no", lambda book: (book / NOTES).unlink()),
        ("course", "visits random_walks", in_file("workshop/routes.yml", ": random_walks", ": x")),
        ("course", "add up to", in_file("workshop/routes.yml", "minutes: 7\n", "minutes: 8\n")),
        ("table of contents", "not in _toc.yml", in_file("_toc.yml", "chapters/random", "pages/x")),
        ("address", "is not in", in_file("bookmaker/site/addresses.txt", "random_walks", "x")),
        ("outputs", "make execute", in_file(NOTEBOOK, "SEED = 1824", "SEED = 1825")),
        ("outputs", "wrote to stderr", in_file(NOTEBOOK, '"name": "stdout"', '"name": "stderr"')),
    ],
)
def test_what_is_missing_is_noticed(book, kind, sentence, break_it):
    break_it(book)
    found = chapter.missing(book, "random_walks")
    assert any(sentence in line for line in found.get(kind, [])), found


def test_the_report_names_each_kind_once_and_has_an_end():
    found = {"claims": ["none"], "figures": ["none", "no words"]}
    assert chapter.report(found) == (
        "missing: 3\n  claims\n    none\n  figures\n    none\n    no words"
    )
    assert chapter.report({}) == "nothing is missing; make test runs its cells"


# The skeleton


def repeated(whole, start, end, copies):
    """Return a text in which what stands from `start` to before `end` is given by `copies`."""
    before, _, rest = whole.partition(start)
    part, _, after = rest.partition(end)
    return "\n".join([before, *copies(start + part), end + after])


def filled_in(whole):
    """Return the text of the skeleton, with what it wants written in the shortest way."""
    count = itertools.count(1)
    whole = chapter_rules.TO_WRITE.sub(lambda _: f"What the author says, {next(count)}", whole)
    whole = whole.replace("says, 2", "says of a chain, with `simulate` and {cite:t}`shumailov2024`")
    whole = whole.replace("0 minutes to read, 0", "20 minutes to read, 20")
    cell = "```{code-cell} ipython3\n"
    whole = repeated(
        whole,
        f"{cell}check(",
        cell,
        lambda part: [part.replace("-first", f"-{k}") for k in range(15)],
    )
    whole = repeated(
        whole, f"{cell}:tags: [hide-input]\n\nshrinks", "(new-", lambda part: [part] * 2
    )
    grades = [("easy", 1), ("easy", 2), ("needs thought", 3), ("needs thought", 4), ("open", 5)]
    return repeated(
        whole,
        "### Exercise",
        "(new-",
        lambda part: [part.replace("1.", f"{k}.", 1).replace("easy", g) for g, k in grades],
    )


def placed(book, name):
    """Give a chapter its place in the table of contents, the course and the list of addresses."""
    walks = "chapters/random_walks"
    edit(
        book / "_toc.yml", f"- file: {walks}\n", f"- file: {walks}\n      - file: chapters/{name}\n"
    )
    edit(
        book / "bookmaker/site/addresses.txt",
        f"{walks}.html",
        f"{walks}.html\nchapters/{name}.html",
    )
    file = book / "workshop" / "routes.yml"
    teaching = yaml.safe_load(file.read_text(encoding="utf-8"))
    blocks = teaching["course"]["sessions"][0]["blocks"]
    longest = max(blocks, key=lambda block: block["minutes"])
    longest["minutes"] -= 2
    blocks.append({"chapter": name, "minutes": 2, "do": ["talk"]})
    file.write_text(yaml.safe_dump(teaching), encoding="utf-8")


def test_the_skeleton_names_every_kind_and_filled_in_lacks_nothing(book):
    path, notes = skeleton.begin(book, "new_one")
    found = chapter.missing(book, "new_one")
    assert set(found) == KINDS - {"figures", "outputs"}
    assert any("in other words than the caption" in line for line in found["to be written"])
    begun = nbformat.read(path, as_version=4)
    finished = text.from_text(filled_in(text.as_text(begun)), begun)
    execute.write(finished, path)
    execute.execute(path)
    told = skeleton.notes(finished).replace("(0 min)", "(10 min)")
    notes.write_text(chapter_rules.TO_WRITE.sub("Ask.", told), encoding="utf-8")
    assert set(chapter.missing(book, "new_one")) == {"course", "table of contents", "address"}
    placed(book, "new_one")
    assert chapter.missing(book, "new_one") == {}


def test_the_command_begins_once_and_reports_from_then_on(book, monkeypatch, capsys):
    monkeypatch.setattr(chapter, "ROOT", book)
    chapter.main(["new_one"])
    first = capsys.readouterr().out
    assert first.startswith(
        "written: chapters/new_one.ipynb\nwritten: workshop/instructor/new_one.md"
    )
    chapter.main(["new_one"])
    assert first.endswith(again := capsys.readouterr().out) and again.startswith("missing: ")
    with pytest.raises(SystemExit):
        chapter.main(["New"])
    assert "got 'New'" in capsys.readouterr().err
