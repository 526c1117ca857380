"""Notebooks are run when they are stale, replaced in one step, and whole whatever happens."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import nbformat
import pytest
from nbformat import v4

from bookmaker.notebooks import execute, rules

PATIENCE = 120  # seconds, after which it is not slow but stuck


def read(path):
    return nbformat.read(path, as_version=4)


def code(source, count=1):
    return v4.new_code_cell(source, execution_count=count)


def notebook(*cells):
    return v4.new_notebook(cells=list(cells))


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


def written(tmp_path, *sources):
    path = tmp_path / "chapter.ipynb"
    nbformat.write(notebook(*(code(source, None) for source in sources)), path)
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
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(PATIENCE)
        calls = f"import socket; socket.create_connection({listening.getsockname()}).close()"
        path = written(tmp_path, calls, "import threading; threading.Event().wait()")
        before = path.read_bytes()
        run = subprocess.Popen(
            [sys.executable, "-m", "bookmaker.notebooks.execute", path],
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            listening.accept()[0].close()
            os.killpg(run.pid, signal.SIGINT)
            _, errors = run.communicate(timeout=PATIENCE)
        finally:
            run.kill()
    assert run.returncode == 130, errors.decode()
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["chapter.ipynb"]


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
