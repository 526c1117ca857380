"""What a chapter must have, each rule a function that returns what is missing.

`make chapter NAME=...` prints what these rules say, and the tests ask them of every chapter.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from functools import cache

import collapse_utils
from bookmaker.markup.notebook import EXERCISE, SEED, Notebook, figure, output, quiz, tags
from bookmaker.markup.reader import Directive, Inline, inlines, read, walk
from bookmaker.notebooks.instructor import EXERCISES, OPENING, Notes, headings
from bookmaker.notebooks.rules import code_cells, quiz_calls
from bookmaker.paths import BIBLIOGRAPHY
from collapse_utils.claims import recorded

CLAIMS, QUIZZES = 15, 2
GRADES = {"easy": 2, "needs thought": 2, "open": 1}
TO_WRITE = re.compile(r"\[to be written: ([^\]]+)\]")
TAUGHT = re.compile(r"(?P<minutes>\d+) to teach (?P<how>with|without) the exercises")


def prose(notebook: Notebook) -> str:
    """Return the text of all Markdown cells."""
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def running(notebook: Notebook) -> Iterator[Inline]:
    """Yield the markup within the running text, that in boxes included."""
    for cell in notebook.cells:
        for block in walk(read(cell.source)) if cell.cell_type == "markdown" else ():
            yield from inlines(block.source) if block.leaves else ()


def too_few(found: int, wanted: int, what: str) -> list[str]:
    """Say that there are not enough of something."""
    return [] if found >= wanted else [f"{found} {what}, at least {wanted} are wanted"]


def written(notebook: Notebook) -> list[str]:
    """No place is left that the skeleton marks, in text, code, captions or alternative texts."""
    return [
        f"cell {k}: {place}"
        for k, cell in enumerate(notebook.cells, 1)
        for place in TO_WRITE.findall(f"{cell.source}\n{json.dumps(cell.metadata)}")
    ]


def figures(notebook: Notebook) -> list[str]:
    """At least one figure has a caption."""
    drawn = [c for c in notebook.cells if output(c, "image/png") and figure(c).get("caption")]
    return too_few(len(drawn), 1, "figures with a caption")


def claims(notebook: Notebook) -> list[str]:
    """Statements are checked against the experiments; some have a random error."""
    stored = [claim for _, claim in recorded(notebook.stored)]
    found = too_few(len(stored), CLAIMS, "claims are stored")
    return found + too_few(sum(c["standard_error"] > 0 for c in stored), 1, "have a standard error")


def seed(notebook: Notebook) -> list[str]:
    """The claims are checked again on other seeds, each put in place of the one in the code."""
    code = "\n\n".join(cell.source for _, cell in code_cells(notebook.stored))
    once = len(SEED.findall(code)) == 1
    return [] if once else ["SEED has to be set once, on a line of its own"]


def quizzes(notebook: Notebook) -> list[str]:
    """There are two quizzes, and each that the code has is shown."""
    asked = sum(len(quiz_calls(cell.source)) for _, cell in code_cells(notebook.stored))
    shown = sum(quiz(cell) is not None for cell in notebook.cells)
    unseen = [] if asked == shown else [f"of {asked} in the code {shown} are shown"]
    return unseen + too_few(shown, QUIZZES, "quizzes are shown")


def exercises(notebook: Notebook) -> list[str]:
    """There are exercises of every grade, each with a hint, a solution and a check."""
    sections = [s for s in notebook.sections if s.level == 3 and s.title.startswith("Exercise ")]
    titles = [EXERCISE.fullmatch(section.title) for section in sections]
    grades = [title["grade"] if title else "" for title in titles]
    found = [
        sentence
        for grade, least in GRADES.items()
        for sentence in too_few(grades.count(grade), least, f"of grade {grade!r}")
    ]
    for section, grade in zip(sections, grades, strict=True):
        boxes = [block for block in section.blocks if isinstance(block, Directive)]
        if grade not in GRADES:
            found.append(f"no grade: {section.title}")
        if not any(box.title == "Hint" and box.is_folded for box in boxes):
            found.append(f"no hint: {section.title}")
        for tag in ("solution", "check"):
            if (count := sum(tag in tags(cell) for cell in section.cells)) != 1:
                found.append(f"{count} cells with tag {tag!r}: {section.title}")
    return found


@cache
def public_names() -> set[str]:
    """Return the names that the package's reference lists."""
    found = pkgutil.walk_packages(collapse_utils.__path__, "collapse_utils.")
    modules = [importlib.import_module(module.name) for module in found]
    return {name for module in modules for name in getattr(module, "__all__", ())}


def reference(notebook: Notebook) -> list[str]:
    """The text names something public of the package, which its page makes a link."""
    code = (one.content for one in running(notebook) if one.kind == "code")
    named = {text.removesuffix("()").rpartition(".")[2] for text in code}
    return [] if named & public_names() else ["no function of the package is named in the text"]


def works(notebook: Notebook, known: dict[str, str]) -> list[str]:
    """Works are cited, all of the bibliography; of a claim's source it says how it was read.

    `known` has the keys of all works, and what is known of how each was read.
    """
    cited = {
        key
        for one in running(notebook)
        if one.name.startswith("cite")
        for key in one.content.split(",")
    }
    sources = {claim["source"] for _, claim in recorded(notebook.stored)}
    found = too_few(len(cited), 1, "works are cited")
    found += [f"{key} is not in {BIBLIOGRAPHY}" for key in sorted(cited - set(known))]
    return found + [
        f"{BIBLIOGRAPHY} does not say how the claims' source {key!r} was read: a field checked"
        for key in sorted(sources)
        if not known.get(key)
    ]


def notes(notebook: Notebook, told: Notes) -> list[str]:
    """The notes for instructors cover every section; their minutes add up to the chapter's."""
    sections = [OPENING, *headings(notebook)]
    found = [f"nothing on {title!r}" for title in sections if title not in told.minutes]
    found += [f"{title!r} is no section" for title in told.minutes if title not in sections]
    if not found and list(told.minutes) != sections:
        found.append("the sections stand in another order")
    texts = {"the whole chapter": told.opening, **told.texts}
    for title, text in texts.items():
        found += [] if text else [f"nothing on {title!r} but its minutes"]
        found += [f"{title}: {place}" for place in TO_WRITE.findall(text)]
    minutes = dict(told.minutes)
    if not (taught := TAUGHT.search(prose(notebook))):
        return [*found, "the chapter does not say how long it takes to teach"]
    if taught["how"] == "without":
        minutes.pop(EXERCISES, None)
    if sum(minutes.values()) != int(taught["minutes"]):
        found.append(f"minutes add up to {sum(minutes.values())}, not {taught['minutes']}")
    return found
