"""The house as a whole: few things at the top, and no name that could be taken for another's."""

from __future__ import annotations

import ast
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
import yaml

from bookmaker.paths import ROOT
from tests.support.tracked import tracked

AT_MOST = 24
OURS = {"bookmaker", "collapse_utils", "tests"}


# The top


def top(paths):
    """Return what stands at the top of the tree, dot files aside."""
    return {path.parts[0] for path in paths if not path.parts[0].startswith(".")}


def test_few_things_stand_at_the_top():
    assert 0 < len(top(tracked())) <= AT_MOST


def test_what_lies_in_one_folder_counts_once_and_a_dot_file_not_at_all():
    assert top(map(Path, ("a.md", "b/c.py", "b/d/e.py", ".ci/run"))) == {"a.md", "b"}


# Names


def taken_from_here(name):
    """Tell whether a module that is imported by `name` alone would be one of this tree's."""
    spec = find_spec(name)
    if spec is None:
        return False
    places = [spec.origin] if spec.has_location else spec.submodule_search_locations or []
    inside = [Path(place).relative_to(ROOT) for place in places if ROOT in Path(place).parents]
    return any(not place.parts[0].startswith(".") for place in inside)


def names(paths):
    """Return the words by which the modules and folders of the tree could be imported."""
    parts = {part for path in paths for part in path.with_suffix("").parts}
    return sorted(part for part in parts - OURS if part.isidentifier())


def test_no_generic_name_is_importable():
    everything = names(tracked("*.py", "workshop", "chapters", "reference"))
    assert len(everything) > 100
    taken = [name for name in everything if taken_from_here(name)]
    assert taken == [], "start the tests as `pytest`, with nothing of this tree on the path"


def test_a_generic_name_that_is_importable_is_noticed(monkeypatch):
    assert taken_from_here("bookmaker")
    assert not taken_from_here("json") and not taken_from_here("pytest")
    for folder, name in ((ROOT, "workshop"), (ROOT / "bookmaker", "lock")):
        assert not taken_from_here(name)
        monkeypatch.syspath_prepend(folder)
        assert taken_from_here(name)


def test_names_are_those_of_modules_and_of_their_folders():
    paths = [Path("bookmaker/live/extension.py"), Path("a-b/c.py"), Path("workshop/x.ipynb")]
    assert names(paths) == ["c", "extension", "live", "workshop", "x"]


def pushes(source):
    """Return the lines of some code that read or change where modules are looked for."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.path")
        or (isinstance(node, ast.ImportFrom) and node.module == "sys" and "path" in named(node))
        or (isinstance(node, ast.Attribute) and node.attr in ("addsitedir", "syspath_prepend"))
    ]


def named(node):
    """Return what an import takes from a module."""
    return [alias.name for alias in node.names]


def test_no_module_and_no_notebook_changes_where_others_are_found():
    others = [path for path in tracked("*.py") if ROOT / path != Path(__file__)]
    assert [p for p in others if pushes((ROOT / p).read_text(encoding="utf-8"))] == []
    for path in tracked("*.ipynb"):
        cells = nbformat.read(ROOT / path, as_version=4).cells
        assert [c.id for c in cells if c.cell_type == "code" and pushes(c.source)] == [], path


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("import sys\nsys.path.insert(0, 'here')", [2]),
        ("import sys\n\nsys.path += ['here']", [3]),
        ("from sys import argv, path", [1]),
        ("import site; site.addsitedir('here')", [1]),
        ("def f(monkeypatch):\n    monkeypatch.syspath_prepend('here')", [2]),
        ("from os import path\nCELL = 'import sys; sys.path.insert(0, wheel)'", []),
    ],
)
def test_a_push_is_noticed(source, lines):
    assert pushes(source) == lines


# Extensions


def half_named(settings):
    """Return the extensions of a book's settings that are found nowhere by their full name."""

    def lost(name):
        first = name.partition(".")[0]
        if first in OURS:
            return find_spec(name) is None
        return find_spec(first) is None or taken_from_here(first)

    listed = settings["sphinx"].get("extra_extensions", [])
    return [*settings["sphinx"].get("local_extensions", ()), *filter(lost, listed)]


def test_extensions_are_named_in_full():
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    assert half_named(settings) == []


def test_an_extension_that_is_not_is_noticed():
    listed = ["sphinx.ext.autodoc", "bookmaker.live.extension", "live.extension", "extension"]
    settings = {"sphinx": {"extra_extensions": listed, "local_extensions": {"book_live": "x"}}}
    assert half_named(settings) == ["book_live", "live.extension", "extension"]
