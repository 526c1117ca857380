"""What is run again in a browser is compared with what is stored, digit by digit."""

from __future__ import annotations

from nbformat import v4

from bookmaker.notebooks import rules
from tests.support import reruns


def notebook(text, **metadata):
    cell = v4.new_code_cell("x", id="one", outputs=[v4.new_output("stream", text=text)])
    cell.metadata.update(metadata)
    return v4.new_notebook(cells=[cell])


def test_one_changed_digit_is_noticed():
    expected = reruns.stored(notebook("variance 0.952\n"))
    assert reruns.differences(expected, {1: "variance 0.952"}) == []
    assert len(reruns.differences(expected, {1: "variance 0.953"})) == 1
    assert len(reruns.differences(expected, {})) == 1


def test_a_cell_that_fails_or_is_not_reached_is_noticed():
    fine, broken, after = (v4.new_code_cell("x = 1", execution_count=k) for k in (1, 2, None))
    empty = v4.new_code_cell("")
    broken.outputs = [v4.new_output("error", ename="NameError", evalue="x")]
    assert reruns.failures([fine, empty]) == []
    assert reruns.failures([fine, broken, after]) == ["cell 2: NameError: x", "cell 3 was not run"]


def test_only_listed_cells_are_not_compared(monkeypatch):
    monkeypatch.setitem(rules.EXEMPT, ("chapter", "one"), "a reason")
    assert reruns.stored(notebook("x"), "chapter") == {}
    assert reruns.stored(notebook("x"), "other") == {1: "x"}
