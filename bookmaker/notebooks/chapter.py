"""Begin a chapter; or, of one that is there, say what is missing.

    python -m bookmaker.notebooks.chapter NAME

What is missing is what the rules say that the tests ask of every chapter. Whether its cells run,
and whether its checks and claims hold, only `make test` can tell.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import nbformat
import yaml

from bookmaker.ledger import confidences
from bookmaker.markup.notebook import Notebook
from bookmaker.notebooks import chapter_rules, execute, rules, skeleton
from bookmaker.notebooks.instructor import parse
from bookmaker.paths import BIBLIOGRAPHY, ROOT
from bookmaker.site import ADDRESSES, chapter_entry, listed_pages, terms_in
from bookmaker.teach import ROUTES, load_routes

READING = (20, 180)  # minutes
LISTED = ADDRESSES.relative_to(ROOT).as_posix()


def text(root: Path, name: str) -> str:
    """Return the text of one of the book's sources."""
    return (root / name).read_text(encoding="utf-8")


def reading_order(root: Path) -> list[str]:
    """Return the names of the chapters, as the table of contents orders them."""
    contents = yaml.safe_load(text(root, "_toc.yml"))
    files = [entry["file"] for part in contents["parts"] for entry in part["chapters"]]
    return [Path(file).name for file in files if file.startswith("chapters/")]


# What the rest of the book has to say of a chapter; what is in its notebook is in `chapter_rules`


def contents(root: Path, name: str) -> list[str]:
    """The chapter is in the table of contents."""
    return [] if name in reading_order(root) else [f"chapters/{name} is not in _toc.yml"]


def box(root: Path, notebook: Notebook) -> list[str]:
    """The first box says what is needed, which no later chapter teaches, and the minutes."""
    name, order = notebook.path.stem, reading_order(root)
    try:
        said = chapter_entry(name, notebook.cells)
    except ValueError as lacking:
        return [str(lacking)]
    before = order[: order.index(name)] if name in order else order
    needed = (*said.necessary, *said.helpful)
    found = [
        f"{other} is needed, and is no earlier chapter" for other in needed if other not in before
    ]
    least, most = READING
    if not least <= said.reading <= said.teaching <= most:
        found.append(
            f"{said.reading} minutes to read and {said.teaching} to teach; wanted are {least} to "
            f"{most}, and no fewer to teach than to read"
        )
    return found


def course(root: Path, name: str) -> list[str]:
    """The course for teachers visits the chapter, and its minutes add up."""
    try:
        sessions = load_routes(root / ROUTES)["course"]["sessions"]
    except ValueError as wrong:
        return [str(wrong)]
    visited = {block.get("chapter") for session in sessions for block in session["blocks"]}
    return [] if name in visited else [f"no block of the course in {ROUTES} visits {name}"]


def address(root: Path, name: str) -> list[str]:
    """The address of the chapter's page is among those that must not vanish."""
    page = f"chapters/{name}.html"
    return [] if page in listed_pages(text(root, LISTED)) else [f"{page} is not in {LISTED}"]


def instructor_notes(root: Path, notebook: Notebook) -> list[str]:
    """There are notes for instructors on every section."""
    _, file = skeleton.files(root, notebook.path.stem)
    if not file.is_file():
        return [f"there is no {file.relative_to(root).as_posix()}"]
    return chapter_rules.notes(notebook, parse(file.read_text(encoding="utf-8")))


def glossary(root: Path, notebook: Notebook) -> list[str]:
    """The text has words of the glossary, which its page links."""
    met = terms_in(chapter_rules.prose(notebook), text(root, "reference/glossary.md"))
    return [] if met else ["no word of reference/glossary.md is in the text; define its own there"]


def outputs(notebook: Notebook) -> list[str]:
    """The stored outputs are those of the code, complete and clean."""
    stored = notebook.stored
    if execute.is_stale(stored):
        return ["the outputs are not those of the code: make execute"]
    return [
        *rules.ids_unique(json.loads(notebook.path.read_text(encoding="utf-8"))),
        *rules.executed_in_order(stored),
        *rules.outputs_clean(stored),
        *rules.glued_as_written(stored),
        *rules.comparisons_kept(stored, notebook.path.stem),
        *rules.metadata_stable(stored),
    ]


def missing(root: Path, name: str) -> dict[str, list[str]]:
    """Return what a chapter lacks, by kind; a kind of which nothing is missing is left out."""
    path, _ = skeleton.files(root, name)
    notebook = Notebook(path, nbformat.read(path, as_version=4))
    found = {
        "to be written": chapter_rules.written(notebook),
        "time and needs": box(root, notebook),
        "figures": chapter_rules.figures(notebook) + rules.figures_described(notebook.stored),
        "claims": chapter_rules.claims(notebook) + chapter_rules.seed(notebook),
        "quizzes": chapter_rules.quizzes(notebook) + rules.quizzes_explained(notebook.stored),
        "exercises": chapter_rules.exercises(notebook),
        "link to the reference": chapter_rules.reference(notebook),
        "bibliography": chapter_rules.works(notebook, confidences(text(root, BIBLIOGRAPHY))),
        "glossary": glossary(root, notebook),
        "instructor's notes": instructor_notes(root, notebook),
        "course": course(root, name),
        "table of contents": contents(root, name),
        "address": address(root, name),
        "outputs": outputs(notebook),
    }
    return {kind: sentences for kind, sentences in found.items() if sentences}


def report(found: dict[str, list[str]]) -> str:
    """Return what is missing, as lines."""
    if not found:
        return "nothing is missing; make test runs its cells"
    lines = [f"missing: {sum(map(len, found.values()))}"]
    for kind, sentences in found.items():
        lines += [f"  {kind}", *(f"    {sentence}" for sentence in sentences)]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", metavar="NAME", help="the chapter's name, such as random_walks")
    name = parser.parse_args(arguments).name
    if not skeleton.files(ROOT, name)[0].exists():
        try:
            begun = skeleton.begin(ROOT, name)
        except ValueError as refused:
            parser.error(str(refused))
        print("\n".join(f"written: {file.relative_to(ROOT)}" for file in begun))
    print(report(missing(ROOT, name)))


if __name__ == "__main__":
    main()
