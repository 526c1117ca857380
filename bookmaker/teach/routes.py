"""Read the teaching routes, and hold them against the notebooks that they lead through.

``routes.yml`` says what a teacher does minute by minute. Every block names a place in a notebook:
the notebook and a label in it, or the notebook alone, which is its opening. A route whose minutes
do not add up, or whose places do not exist, is an error.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from bookmaker.markup.book import Book
from bookmaker.markup.notebook import Section, figure

ROUTES = Path("workshop") / "routes.yml"
ACTIONS = ("talk", "run", "predict", "exercise", "discuss", "break")


def find(book: Book, block: dict) -> Section | None:
    """Return a block's place: the smallest section with its label, or with a figure of that name.

    Without a label it is the opening, before the first section.
    """
    notebook = book.notebook(block.get("chapter", ""))
    if notebook is None:
        return None
    if "label" not in block:
        return notebook.sections[0]
    label = block["label"]
    for section in notebook.sections:
        if label in section.labels:
            return section
    holders = [s for s in notebook.sections if label in (figure(c).get("name") for c in s.cells)]
    return max(holders, key=lambda s: s.level, default=None)


def address(book: Book, block: dict) -> str:
    """Return the address of a block's place within the site."""
    page = book.index.notebooks[block["chapter"]].name
    anchor = f"#{book.index.places[block['label']].anchor}" if "label" in block else ""
    return f"{page}.html{anchor}"


def title(book: Book, block: dict) -> str:
    """Return what a block is called: its own title, or that of its place."""
    if "title" in block:
        return block["title"]
    section = find(book, block)
    return section.title if section else block["chapter"].replace("_", " ")


def parts(route: dict) -> list[dict]:
    """Return the sessions of a course, or the route itself as its only session."""
    return route.get("sessions", [route])


def clock(blocks) -> list[tuple[int, int]]:
    """Return the minutes at which each block starts and ends."""
    times, now = [], 0
    for block in blocks:
        times.append((now, now + block["minutes"]))
        now += block["minutes"]
    return times


def hour(minutes: int) -> str:
    """Return a time from the start, such as ``1:05``."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def problems(routes: dict) -> list[str]:
    """Return what is wrong with the routes themselves: sums, words, what is missing."""
    found = []
    for key, route in routes.items():
        wanted = {"title", "minutes", "learners", "needs", "skip", "checkpoints", "discussion"}
        missing = sorted((wanted | {"offline"}) - set(route))
        found += [f"{key}: {name} is missing" for name in missing]
        total = 0
        for number, session in enumerate(parts(route), 1):
            name = f"{key}, session {number}" if "sessions" in route else key
            spent = sum(block["minutes"] for block in session["blocks"])
            total += spent
            if spent != session["minutes"]:
                found.append(f"{name}: blocks add up to {spent}, not {session['minutes']} minutes")
            for block in session["blocks"]:
                unknown = sorted(set(block["do"]) - set(ACTIONS))
                found += [f"{name}: {word!r} is none of {ACTIONS}" for word in unknown]
                if "chapter" not in block and "title" not in block:
                    found.append(f"{name}: a block has neither a chapter nor a title")
        if total != route["minutes"]:
            found.append(f"{key}: adds up to {total}, not {route['minutes']} minutes")
    return found


def lost(book: Book, routes: dict) -> list[str]:
    """Return the places that no notebook has."""
    found = []
    for key, route in routes.items():
        for block in (b for session in parts(route) for b in session["blocks"] if "chapter" in b):
            name, label = block["chapter"], block.get("label")
            if book.notebook(name) is None:
                found.append(f"{key}: there is no notebook {name}")
            elif find(book, block) is None:
                found.append(f"{key}: {name} has no label {label}")
    return found


def load(file: Path) -> dict:
    """Return the routes by name, in order.

    Raises
    ------
    ValueError
        If one does not add up or lacks something.
    """
    routes = yaml.safe_load(file.read_text(encoding="utf-8"))
    if found := problems(routes):
        raise ValueError("routes.yml: " + "; ".join(found))
    return routes
