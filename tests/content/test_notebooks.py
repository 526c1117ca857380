"""The committed notebooks: outputs fresh, complete, clean and described; and the tools for that.

Each rule is also shown a notebook that breaks it, since a check that cannot fail proves nothing.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import nbformat
import pytest
from nbformat import v4

from bookmaker.notebooks import execute, rules
from bookmaker.paths import ROOT

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
ALT = {"image": {"alt": "Line chart: x against y."}, "figure": {"caption": "It rises."}}


def read(path):
    return nbformat.read(path, as_version=4)


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request):
    return request.param


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


# What the rules must notice


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


# Fresh and stale; what counts is in test_fingerprints.py


def test_other_code_makes_stale_and_other_prose_does_not():
    book = notebook(code("1 + 1"), v4.new_markdown_cell("Prose."))
    assert execute.is_stale(book)
    execute.normalise(book)
    assert not execute.is_stale(book)
    book.cells[1].source = "Other prose."
    assert not execute.is_stale(book)
    book.cells[0].source = "1 + 2"
    assert execute.is_stale(book)


def test_notebook_without_outputs_is_stale():
    book = notebook(code("1 + 1", count=None))
    execute.normalise(book)
    assert execute.is_stale(book)


# Running and replacing


def written(tmp_path, *sources):
    path = tmp_path / "chapter.ipynb"
    nbformat.write(notebook(*(code(source, count=None) for source in sources)), path)
    return path


def test_execute_stores_outputs_and_is_then_fresh(tmp_path):
    path = written(tmp_path, "print(2 + 2)", "import os; print(os.listdir())")
    execute.execute(path)
    book = read(path)
    assert [cell.outputs[0].text for cell in book.cells] == ["4\n", "[]\n"]
    assert rules.executed_in_order(book) == [] and rules.metadata_stable(book) == []
    assert not execute.is_stale(book)
    before = path.read_bytes()
    execute.execute(path)
    assert path.read_bytes() == before


def test_failing_cell_is_named_and_leaves_the_notebook_whole(tmp_path, capsys):
    path = written(tmp_path, "fine = 1", "1 / 0", "never = 1")
    before = path.read_bytes()
    assert execute.main([str(path)]) == 1
    message = capsys.readouterr().err
    assert "chapter.ipynb, cell 2 failed" in message and "ZeroDivisionError" in message
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["chapter.ipynb"]


def test_failing_write_leaves_the_notebook_whole(tmp_path, monkeypatch):
    path = written(tmp_path, "1")
    before = path.read_bytes()

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(execute.os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        execute.write(read(path), path)
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["chapter.ipynb"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to another process")
def test_interrupted_run_leaves_the_notebook_whole(tmp_path):
    started = tmp_path / "started"
    path = written(tmp_path, f"open({str(started)!r}, 'w').close()", "import time; time.sleep(60)")
    before = path.read_bytes()
    run = subprocess.Popen(
        [sys.executable, "-m", "bookmaker.notebooks.execute", path],
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while not started.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    os.killpg(run.pid, signal.SIGINT)
    _, errors = run.communicate(timeout=30)
    assert run.returncode == 130, errors.decode()
    assert path.read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["chapter.ipynb", "started"]


def test_check_lists_what_is_stale(tmp_path, capsys):
    path = written(tmp_path, "1")
    assert execute.main(["--check", str(path)]) == 1
    assert "stale: chapter.ipynb" in capsys.readouterr().out


def test_what_is_fresh_is_tidied_and_not_run(tmp_path, capsys):
    path = written(tmp_path, "1")
    execute.execute(path)
    tidy = path.read_bytes()
    book = read(path)
    book.metadata["jupytext"] = {"main_language": "python"}
    book.metadata.language_info["version"] = "3.14.0"
    book.cells[0].metadata["editable"] = True
    nbformat.write(book, path)
    assert execute.main([str(path)]) == 0
    assert capsys.readouterr().out == "tidied chapter.ipynb\nevery notebook is fresh\n"
    assert path.read_bytes() == tidy
    assert execute.main([str(path)]) == 0
    assert capsys.readouterr().out == "every notebook is fresh\n"


# nbval itself


def nbval(path):
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", str(path)]
    options = ["-p", "no:cacheprovider", "-p", "no:xdist", "-c", os.devnull]
    return subprocess.run([*command, *options], capture_output=True).returncode


def test_nbval_accepts_true_outputs_and_refuses_changed_ones(tmp_path):
    path = written(tmp_path, "print(2 + 2)")
    execute.execute(path)
    assert nbval(path) == 0
    path.write_text(path.read_text().replace("4\\n", "5\\n"))
    assert nbval(path) == 1
