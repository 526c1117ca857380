"""The hooks before a commit: without the network, each with a file that it refuses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

from bookmaker.paths import ROOT, notebook_files
from tests.support.tracked import tracked

PROGRAMS = Path(sys.executable).parent
PATH = os.pathsep.join([str(PROGRAMS), os.environ["PATH"]])
CONFIG = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
HOOKS = {hook["id"]: hook for repo in CONFIG["repos"] for hook in repo["hooks"]}
SETTINGS = ("pyproject.toml", ".pre-commit-config.yaml", "REUSE.toml")
LICENCES = ("BSD-3-Clause.txt", "CC-BY-4.0.txt")
NOTEBOOK = "chapters/random_walks.ipynb"


def program(*words, folder, **options):
    environment = {**os.environ, "PATH": PATH, "PRE_COMMIT_HOME": str(folder / ".git" / "cache")}
    found = shutil.which(words[0], path=PATH)
    return subprocess.run(
        [found, *words[1:]], cwd=folder, env=environment, capture_output=True, text=True, **options
    )


def test_hooks_need_no_network():
    assert {repo["repo"] for repo in CONFIG["repos"]} == {"local"}
    assert {hook["language"] for hook in HOOKS.values()} == {"system"}
    for hook in HOOKS.values():
        assert (PROGRAMS / hook["entry"].split()[0]).exists()


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A small repository with the book's settings, in which every hook passes."""
    folder = tmp_path_factory.mktemp("clone")
    (folder / "LICENSES").mkdir()
    for name in (*SETTINGS, *(f"LICENSES/{name}" for name in LICENCES)):
        shutil.copyfile(ROOT / name, folder / name)
    (folder / "good.py").write_text('print("the colour of it")\n')
    (folder / "good.md").write_text("A `color` is a colour.\n")
    for words in (["init", "-q"], ["add", "."]):
        program("git", *words, folder=folder, check=True)
    return folder


def refused(clone, hook, name, content):
    """Tell whether a hook refuses a file with this content, which is then taken away again."""
    (clone / name).write_text(content, encoding="utf-8")
    program("git", "add", name, folder=clone, check=True)
    done = program("pre-commit", "run", hook, "--files", name, folder=clone)
    program("git", "rm", "-q", "--force", name, folder=clone, check=True)
    assert ("Passed" in done.stdout) != ("Failed" in done.stdout), done.stdout + done.stderr
    return "Failed" in done.stdout


@pytest.mark.parametrize(
    ("hook", "name", "good", "bad"),
    [
        ("ruff", "a.py", "import os\n\nos.getcwd()\n", "import os\n"),
        ("format", "a.py", "x = [1, 2]\n", "x=[1,2]\n"),
        ("spelling", "a.md", "The behaviour of a colour.\n", "Teh last.\n"),
        ("spelling", "a.md", "Redner's guide, `color`\n", "A matter of color.\n"),
        ("spelling", "a.py", 'ax.plot(x, color="k")\n', "# A matter of behavior\n"),
    ],
)
def test_hook_refuses_what_is_wrong(clone, hook, name, good, bad):
    assert not refused(clone, hook, name, good)
    assert refused(clone, hook, name, bad)


def test_file_without_a_licence_is_refused(clone):
    settings = (clone / "REUSE.toml").read_text(encoding="utf-8")
    assert not refused(clone, "licences", "a.md", "Text.\n")
    try:
        (clone / "REUSE.toml").write_text(settings.replace('path = "**"', 'path = "*.py"'))
        assert refused(clone, "licences", "a.txt", "Text.\n")
    finally:
        (clone / "REUSE.toml").write_text(settings)


def test_what_an_editor_put_into_a_notebook_is_taken_out(clone):
    book = nbformat.read(ROOT / NOTEBOOK, as_version=4)
    (clone / NOTEBOOK).parent.mkdir()
    good = (ROOT / NOTEBOOK).read_text(encoding="utf-8")
    assert not refused(clone, "metadata", NOTEBOOK, good)
    book.metadata["jupytext"] = {"formats": "ipynb,md"}
    (clone / NOTEBOOK).parent.mkdir(exist_ok=True)
    assert refused(clone, "metadata", NOTEBOOK, nbformat.writes(book))


# What a reader reads in a notebook is prose: names of code are misspelt there


def misspelt(text):
    return program("typos", "--format", "brief", "-", folder=ROOT, input=text).stdout


@pytest.mark.parametrize("path", notebook_files(), ids=lambda path: path.stem)
def test_text_of_notebooks_is_spelt_right(path):
    text = []
    for cell in nbformat.read(path, as_version=4).cells:
        described = cell.metadata.get("mystnb", {})
        parts = [described.get("figure", {}).get("caption"), described.get("image", {}).get("alt")]
        text += [cell.source] if cell.cell_type == "markdown" else filter(None, parts)
    assert misspelt("\n\n".join(text)) == ""


@pytest.mark.parametrize("text", ["The color of money", "centers and colours", "teh colour"])
def test_misspelt_prose_is_noticed(text):
    assert misspelt(text) != ""


def test_every_word_of_the_books_own_is_used():
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for kind, ending in {"default": "", "type.jupyter": ".ipynb", "type.py": ".py"}.items():
        section = settings.partition(f"[tool.typos.{kind}.extend-words]\n")[2].partition("\n\n")[0]
        words = [line.partition(" = ")[0] for line in section.splitlines()]
        files = [f for f in tracked() if f.name.endswith(ending) and f.name != "pyproject.toml"]
        text = b"\n".join((ROOT / name).read_bytes() for name in files).lower()
        assert words and [word for word in words if word.encode() not in text] == []
