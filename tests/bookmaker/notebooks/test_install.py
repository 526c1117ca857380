"""Every way to open a notebook installs what it needs, from one list."""

from __future__ import annotations

import ast
import json
import re
import sys

from packaging.requirements import Requirement

from bookmaker import addresses
from bookmaker.notebooks import install
from bookmaker.notebooks.derived import VERSIONS
from bookmaker.paths import ROOT
from tests.support.derived_notebooks import CHAPTERS, code, each_chapter, read
from tests.support.site_builder import REPOSITORY

COME_ALONG = {"PIL"}  # matplotlib requires it


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
def test_chapters_import_only_what_is_installed_for_them(book, name):
    lines = install.libraries((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    installed = {Requirement(line).name for line in lines} | {"collapse_utils", *COME_ALONG}
    used = imported(book.notebook(name).stored) - set(sys.stdlib_module_names)
    assert used <= installed


def test_every_way_in_installs_from_the_one_list(derived):
    listed = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    libraries = install.libraries(listed)
    assert set(libraries) <= set(listed.splitlines()) and len(libraries) >= 5
    expected = [*libraries, f"collapse_utils @ git+{REPOSITORY}@main"]
    binder = (derived / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert binder == expected
    for version in VERSIONS:
        for name in CHAPTERS:
            cells = read(derived, version, name).cells
            first = next(cell for cell in cells if cell.cell_type == "code")
            assert re.findall(r'"([^"]+)"', first.source.partition("%pip")[2]) == expected
    for name in CHAPTERS:
        container = json.loads((derived / addresses.container_path(name)).read_text())
        assert container["postCreateCommand"].endswith(" -r requirements.txt")
        for asked in re.findall(r"'([^']+)'", container["postCreateCommand"]):
            assert asked in listed.splitlines()


def test_every_way_in_opens_the_notebook_it_names(derived):
    for name in CHAPTERS:
        ways = addresses.launch(REPOSITORY, name)
        path = f"clean/{name}.ipynb"
        assert (derived / path).is_file()
        assert ways["Binder"].endswith(f"/example/copies/notebooks?urlpath=lab/tree/{path}")
        assert ways["Colab"].endswith(f"/github/example/copies/blob/notebooks/{path}")
        folder = f".devcontainer%2F{name}%2Fdevcontainer.json"
        assert ways["Codespaces"].endswith(f"/tree/notebooks?devcontainer_path={folder}")
        container = json.loads((derived / addresses.container_path(name)).read_text())
        assert container["customizations"]["codespaces"]["openFiles"] == [path]


def test_the_book_itself_is_developed_with_its_own_requirements():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    assert container["postCreateCommand"] == (
        "pip install --require-hashes -r requirements.lock"
        " && pip install --no-deps --no-build-isolation -e . -e ./bookmaker"
    )
    assert not (ROOT / "binder").exists() and not (ROOT / ".binder").exists()
