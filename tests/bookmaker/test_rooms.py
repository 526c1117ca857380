"""Rooms of bookmaker use one another through the front door: what ``ROOM/__init__.py`` names."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from bookmaker.paths import ROOT

BOOKMAKER = ROOT / "bookmaker"
ROOMS = {path.parent.name for path in BOOKMAKER.glob("*/__init__.py")}
OPEN_TO_ALL = "markup"


def named(front):
    """Return what the source of a front names."""
    for node in ast.parse(front).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


FRONTS = {room: named((BOOKMAKER / room / "__init__.py").read_text("utf-8")) for room in ROOMS}


def imported(source, package):
    """Return every dotted name that a module of `package` imports, relative ones written out."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            start = [*above, node.module] if node.level else [node.module]
            base = ".".join(part for part in start if part)
            found += [f"{base}.{alias.name}" for alias in node.names]
    return found


def trespasses(source, package, fronts):
    """Return what a module imports of another room, other than what that room's front names."""
    own = package.split(".")[1:2]
    found = []
    for name in imported(source, package):
        parts = name.split(".")
        if parts[0] != "bookmaker" or parts[1:2] == own or not set(parts[1:2]) & set(fronts):
            continue
        room, inside = parts[1], parts[2:]
        if room != OPEN_TO_ALL and (len(inside) != 1 or inside[0] not in fronts[room]):
            found.append(name)
    return found


MODULES = sorted(BOOKMAKER.rglob("*.py"))
INSIDE = [file for file in MODULES if file.parent != BOOKMAKER]
ABOVE = [file for file in MODULES if file.parent == BOOKMAKER]


def read(file):
    """Return a module's source, and the package that it is in."""
    return file.read_text(encoding="utf-8"), ".".join(file.parent.relative_to(ROOT).parts)


@pytest.mark.parametrize("file", INSIDE, ids=lambda f: f.relative_to(BOOKMAKER).as_posix())
def test_no_room_enters_another_but_by_its_front(file):
    assert trespasses(*read(file), FRONTS) == []


def looks_down(source):
    """Return what a module that rooms stand on imports of a room, which stands on it."""
    return trespasses(source, "bookmaker", dict.fromkeys(FRONTS, ()))


@pytest.mark.parametrize("file", ABOVE, ids=lambda f: f.name)
def test_what_the_rooms_share_knows_no_room(file):
    assert looks_down(read(file)[0]) == []
    assert looks_down("from bookmaker.site import front_cover") != []
    assert looks_down("from bookmaker.paths import ROOT") == []


def test_fronts_leave_commands_alone_or_python_would_load_them_twice():
    rooms = ", ".join(f"bookmaker.{room}" for room in sorted(ROOMS))
    code = f"import sys, {rooms}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    mains = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for file in MODULES
        if "__main__" in read(file)[0]
    }
    assert "bookmaker.notebooks.derive" in mains and "bookmaker.notebooks" in loaded.stdout.split()
    assert mains & set(loaded.stdout.split()) == set()


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_fronts_name_what_there_is(room):
    front = __import__(f"bookmaker.{room}", fromlist=["x"])
    assert [name for name in FRONTS[room] if not hasattr(front, name)] == []


def test_the_package_knows_nothing_of_what_makes_the_book():
    for file in (ROOT / "collapse_utils").rglob("*.py"):
        names = imported(*read(file))
        assert [name for name in names if name.split(".")[0] == "bookmaker"] == [], file.name


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from bookmaker.one import door", []),
        ("from bookmaker.markup.reader import read", []),
        ("from bookmaker.paths import ROOT", []),
        ("from bookmaker.two.inside import f", []),
        ("from . import inside", []),
        ("from bookmaker import one", ["bookmaker.one"]),
        ("import bookmaker.one", ["bookmaker.one"]),
        ("def f():\n    from bookmaker.one import inside", ["bookmaker.one.inside"]),
        ("from bookmaker.one.inside import f", ["bookmaker.one.inside.f"]),
        ("import bookmaker.one.inside", ["bookmaker.one.inside"]),
        ("from ..one import inside", ["bookmaker.one.inside"]),
        ("from ..one.door import f", ["bookmaker.one.door.f"]),
    ],
)
def test_a_room_that_is_entered_otherwise_is_noticed(source, found):
    fronts = {"one": {"door"}, "two": set(), "markup": set()}
    assert trespasses(source, "bookmaker.two", fronts) == found
