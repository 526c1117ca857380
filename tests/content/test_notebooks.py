"""The committed notebooks: outputs fresh, complete, clean and described.

The rules, and notebooks that break them: ``bookmaker/notebooks/test_rules.py``.
"""

from __future__ import annotations

import json

import nbformat
import pytest

from bookmaker.notebooks import execute, rules
from bookmaker.paths import ROOT

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))


def read(path):
    return nbformat.read(path, as_version=4)


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request):
    return request.param


def test_there_are_chapters():
    assert CHAPTERS


def test_outputs_belong_to_the_code_and_data_there_are(chapter):
    assert not execute.is_stale(read(chapter)), f"{chapter.name} is stale: make execute"


def test_every_cell_ran_in_order(chapter):
    assert rules.executed_in_order(read(chapter)) == []


def test_every_cell_has_its_id(chapter):
    assert rules.ids_unique(json.loads(chapter.read_text(encoding="utf-8"))) == []


def test_every_figure_is_described(chapter):
    assert rules.figures_described(read(chapter)) == []


def test_outputs_are_clean(chapter):
    assert rules.outputs_clean(read(chapter)) == []


def test_sentences_show_what_was_glued(chapter):
    assert rules.glued_as_written(read(chapter)) == []


def test_no_cell_escapes_comparison(chapter):
    assert rules.comparisons_kept(read(chapter), chapter.stem) == []


def test_every_exemption_is_of_a_cell_there_is():
    marked = {(p.stem, c["id"]) for p in CHAPTERS for _, c in rules.code_cells(read(p))}
    assert set(rules.EXEMPT) <= marked


def test_metadata_is_stable(chapter):
    assert rules.metadata_stable(read(chapter)) == [], "run: make execute"


def test_file_is_as_execute_writes_it(chapter):
    text = chapter.read_text(encoding="utf-8")
    assert text == nbformat.writes(read(chapter)).rstrip("\n") + "\n"
