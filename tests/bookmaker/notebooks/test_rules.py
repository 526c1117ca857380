"""The rules that every stored notebook keeps; each is shown a notebook that breaks it."""

from __future__ import annotations

import pytest
from nbformat import v4

from bookmaker.notebooks import rules

ALT = {"image": {"alt": "Line chart: x against y."}, "figure": {"caption": "It rises."}}


def code(source, *, count=1, outputs=(), tags=(), mystnb=None):
    cell = v4.new_code_cell(source, execution_count=count, outputs=list(outputs))
    if tags:
        cell.metadata["tags"] = list(tags)
    if mystnb:
        cell.metadata["mystnb"] = mystnb
    return cell


def printed(text, name="stdout"):
    return v4.new_output("stream", text=text, name=name)


def result(data):
    return v4.new_output("execute_result", data=data, execution_count=1)


def notebook(*cells):
    return v4.new_notebook(cells=list(cells))


def test_null_execution_count_is_noticed():
    assert rules.executed_in_order(notebook(code("1", count=None))) != []
    assert rules.executed_in_order(notebook(code("1", count=1), code("2", count=3))) != []


def test_repeated_id_is_noticed():
    assert rules.ids_unique({"cells": [{"id": "a"}, {"id": "b"}]}) == []
    assert rules.ids_unique({"cells": [{"id": "a"}, {"id": "a"}]}) != []
    assert rules.ids_unique({"cells": [{}]}) != []


@pytest.mark.parametrize(
    "mystnb",
    [
        None,
        {"figure": {"caption": "It rises."}},
        {"image": {"alt": "A line chart."}},
        {"image": {"alt": "Same."}, "figure": {"caption": "Same."}},
    ],
)
def test_undescribed_figure_is_noticed(mystnb):
    picture = v4.new_output("display_data", data={"image/png": "AA==", "text/plain": "<Figure>"})
    assert rules.figures_described(notebook(code("plot", outputs=[picture], mystnb=ALT))) == []
    assert rules.figures_described(notebook(code("plot", outputs=[picture], mystnb=mystnb))) != []


@pytest.mark.parametrize(
    "output",
    [
        printed("RuntimeWarning: divide by zero"),
        printed("fine", name="stderr"),
        printed("<object at 0x7f0012345678>"),
        result({"text/plain": "<Axes: xlabel='n'>"}),
        result({"text/plain": "[<matplotlib.lines.Line2D at here>]"}),
        result({"text/plain": "np.float64(0.5)"}),
        result({"text/plain": "0.9523809523809523"}),
        result({"text/html": "<td>0.9523809523809523</td>", "text/plain": "table"}),
        printed("/tmp/x.png"),
        v4.new_output("error", ename="ValueError", evalue="no", traceback=[]),
    ],
    ids=lambda output: str(output)[:40],
)
def test_unclean_output_is_noticed(output):
    assert rules.outputs_clean(notebook(code("x", outputs=[printed("variance 0.952")]))) == []
    assert rules.outputs_clean(notebook(code("x", outputs=[output]))) != []


def test_glued_text_that_would_change_is_noticed():
    def glued(text):
        data = {"application/papermill.record/text/plain": text}
        return notebook(code("glue(x=x)", outputs=[v4.new_output("display_data", data)]))

    for text in ("0.5", "50%", "0.50 ± 0.02", "122 135", "7"):
        assert rules.glued_as_written(glued(text)) == []
    for text in ("0.50", "122,135", "1e3"):
        assert rules.glued_as_written(glued(text)) != []


def test_hidden_exemption_is_noticed():
    assert rules.comparisons_kept(notebook(code("# NBVAL_IGNORE_OUTPUT\nx")), "x") != []
    assert rules.comparisons_kept(notebook(code("x", tags=["nbval-skip"])), "x") != []


def test_times_and_marks_of_editors_in_metadata_are_noticed():
    for foreign in ({"execution": {"iopub.status.busy": "2026-01-01"}}, {"collapsed": False}):
        assert rules.metadata_stable(notebook(code("x"))) == []
        cell = code("x")
        cell.metadata.update(foreign)
        assert rules.metadata_stable(notebook(cell)) != []
    book = notebook(code("x"))
    book.metadata["jupytext"] = {}
    assert rules.metadata_stable(book) != []
