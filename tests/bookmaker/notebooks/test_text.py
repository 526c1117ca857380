"""The recipe for a sentence: a notebook is written as text, edited, and put back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from bookmaker.notebooks import execute, rules, text
from bookmaker.paths import notebook_files

NOTEBOOKS = notebook_files()
OLD, NEW = "Weigh ten penguins,", "Weigh ten little penguins,"


def read(path):
    return nbformat.read(path, as_version=4)


def violations(path):
    """Return what the rules for a committed notebook say."""
    book = read(path)
    kept = rules.ids_unique(json.loads(path.read_text(encoding="utf-8")))
    kept += rules.executed_in_order(book) + rules.figures_described(book)
    kept += rules.outputs_clean(book) + rules.glued_as_written(book)
    return kept + rules.comparisons_kept(book, path.stem) + rules.metadata_stable(book)


def changed_cells(before, after):
    """Return the sources of the cells that differ, if nothing else does."""
    assert after.metadata == before.metadata
    pairs = list(zip(before.cells, after.cells, strict=True))
    assert all({**old, "source": ""} == {**new, "source": ""} for old, new in pairs)
    return [(old.source, new.source) for old, new in pairs if old != new]


@pytest.fixture
def chapter(tmp_path):
    (path,) = (path for path in NOTEBOOKS if path.stem == "random_walks")
    return shutil.copyfile(path, tmp_path / path.name)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_comes_back_as_it_was(path):
    book = read(path)
    back = text.from_text(text.as_text(book), book)
    assert changed_cells(book, back) == []
    assert execute.file_text(back) == path.read_text(encoding="utf-8")


def test_one_changed_word_changes_the_text_of_its_cell_alone(chapter, tmp_path, capsys):
    before = read(chapter)
    file = text.write(chapter, tmp_path / "text")
    written = file.read_text(encoding="utf-8")
    assert written.count(OLD) == 1
    file.write_text(written.replace(OLD, NEW), encoding="utf-8")
    assert not execute.is_stale(text.put_back(chapter, tmp_path / "text"))
    ((old, new),) = changed_cells(before, read(chapter))
    assert new == old.replace(OLD, NEW)
    assert violations(chapter) == [] and not file.exists()


def test_jupytexts_own_commands_and_make_execute_do_the_same(chapter, tmp_path):
    before, file = read(chapter), tmp_path / "random_walks.md"
    jupytext = [sys.executable, "-m", "jupytext", "--quiet"]
    subprocess.run([*jupytext, "--to", "md:myst", chapter], check=True)
    file.write_text(file.read_text(encoding="utf-8").replace(OLD, NEW), encoding="utf-8")
    subprocess.run([*jupytext, "--update", "--to", "ipynb", file], check=True)
    assert violations(chapter) != []
    assert execute.main([str(chapter)]) == 0
    assert len(changed_cells(before, read(chapter))) == 1 and violations(chapter) == []


def test_changed_code_makes_stale(chapter, tmp_path):
    file = text.write(chapter, tmp_path)
    written = file.read_text(encoding="utf-8")
    file.write_text(written.replace("SEED = 1824", "SEED = 1825"), encoding="utf-8")
    assert execute.is_stale(text.put_back(chapter, tmp_path))


def test_edits_that_wait_are_not_overwritten(chapter, tmp_path):
    file = text.write(chapter, tmp_path)
    assert text.write(chapter, tmp_path) == file
    file.write_text("My edits.", encoding="utf-8")
    with pytest.raises(SystemExit, match="differs from the notebook; put it back or delete"):
        text.write(chapter, tmp_path)
    assert file.read_text(encoding="utf-8") == "My edits."
    os.remove(file)
    with pytest.raises(SystemExit, match="make text NAME=random_walks"):
        text.put_back(chapter, tmp_path)


def test_the_commands_name_each_other(chapter, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(text, "TARGET", tmp_path / "text")
    monkeypatch.setattr(text, "notebook_files", lambda: [chapter])
    text.main(["random_walks"])
    assert capsys.readouterr().out.endswith("then: make notebook NAME=random_walks\n")
    text.main(["random_walks", "--back"])
    assert capsys.readouterr().out == ""
    with pytest.raises(SystemExit):
        text.main(["random_walk"])
    assert "choose from" in capsys.readouterr().err
