"""Read the teaching routes, and hold them against the notebooks that they lead through.

``routes.yml`` says what a teacher does minute by minute. Every block names a place in a notebook:
the notebook and a label in it, or the notebook alone, which is its opening. A route whose minutes
do not add up, or whose places do not exist, is an error.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from bookmaker.paths import FOLDERS, ROOT

ROUTES = ROOT / "workshop" / "routes.yml"
ACTIONS = ("talk", "run", "predict", "exercise", "discuss", "break")

LABEL = re.compile(r"\(([\w-]+)\)=")
HEADING = re.compile(r"(#{1,6}) (.+)")
FENCE = re.compile(r"(`{3,}|~{3,})")


@dataclass
class Section:
    """A heading of a notebook with all that stands below it, up to the next that closes it."""

    title: str
    level: int
    labels: list[str]
    parts: list = field(default_factory=list)  # Markdown as str, code cells as dict


def headings(text: str):
    """Yield what a Markdown cell holds: ``(level, title, labels)`` and the text between."""
    lines, labels, fence = [], [], None
    for line in text.splitlines():
        opened = FENCE.match(line)
        if opened:
            fence = None if fence == opened[1] else fence or opened[1]
        found = None if fence else HEADING.fullmatch(line)
        label = None if fence else LABEL.fullmatch(line)
        if found or label:
            if any(map(str.strip, lines)):
                yield "\n".join(lines)
            lines = []
        if label:
            labels.append(label[1])
        elif found:
            yield len(found[1]), found[2].strip(), labels
            labels = []
        else:
            lines.append(line)
    if any(map(str.strip, lines)):
        yield "\n".join(lines)


def sections(notebook: dict) -> list[Section]:
    """Return all sections in order; a section holds its subsections' parts as well.

    The title's section is the exception: it holds the opening only.
    """
    found, open_sections = [], []

    def add(part):
        for section in open_sections:
            section.parts.append(part)

    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            add(cell)
            continue
        for part in headings("".join(cell["source"])):
            if isinstance(part, str):
                add(part)
                continue
            level, title, labels = part
            open_sections = [s for s in open_sections if 1 < s.level < level]
            section = Section(title, level, labels)
            open_sections.append(section)
            found.append(section)
    return found


def figure_name(cell) -> str | None:
    """Return the label of the figure that a code cell draws, if it draws one."""
    if not isinstance(cell, dict):
        return None
    return cell["metadata"].get("mystnb", {}).get("figure", {}).get("name")


@cache
def notebook_path(name: str) -> Path | None:
    """Return where a notebook lies, or None if the book does not have it."""
    paths = (ROOT / folder / f"{name}.ipynb" for folder in FOLDERS)
    return next((path for path in paths if path.exists()), None)


@cache
def read(path: Path) -> tuple[dict, list[Section]]:
    """Return a notebook and its sections."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return notebook, sections(notebook)


def find(name: str, label: str | None) -> Section | None:
    """Return the smallest section of a notebook with a label, or a figure of that name.

    Without a label it is the opening, before the first section.
    """
    path = notebook_path(name)
    if path is None:
        return None
    everything = read(path)[1]
    if label is None:
        return everything[0]
    for section in everything:
        if label in section.labels:
            return section
    holders = [s for s in everything if label in map(figure_name, s.parts)]
    return max(holders, key=lambda s: s.level, default=None)


def target(block: dict) -> str:
    """Return the address of a block's place within the site."""
    path = notebook_path(block["chapter"])
    anchor = f"#{block['label'].lower().replace('_', '-')}" if "label" in block else ""
    return f"{path.parent.name}/{path.stem}.html{anchor}"


def title(block: dict) -> str:
    """Return what a block is called: its own title, or that of its place."""
    if "title" in block:
        return block["title"]
    section = find(block["chapter"], block.get("label"))
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


def lost(routes: dict) -> list[str]:
    """Return the places and the things to show that no notebook has."""
    found = []
    for key, route in routes.items():
        for block in (b for session in parts(route) for b in session["blocks"] if "chapter" in b):
            name, label = block["chapter"], block.get("label")
            if notebook_path(name) is None:
                found.append(f"{key}: there is no notebook {name}")
            elif find(name, label) is None:
                found.append(f"{key}: {name} has no label {label}")
    return found


def load(path: Path = ROUTES) -> dict:
    """Return the routes by name, in order.

    Raises
    ------
    ValueError
        If one does not add up or lacks something.
    """
    routes = yaml.safe_load(path.read_text(encoding="utf-8"))
    if found := problems(routes):
        raise ValueError("routes.yml: " + "; ".join(found))
    return routes
