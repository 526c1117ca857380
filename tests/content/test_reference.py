"""The package's reference: every public module is in it, and its examples run."""

import contextlib
import importlib
import io
import pkgutil
import re

import pytest

import collapse_utils
from bookmaker.paths import ROOT
from bookmaker.site.model_reference import model_modules

PAGES = ["reference/package.md", "reference/package_measures.md", "reference/package_theory.md"]


def reference():
    return "\n".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES)


def test_every_module_with_public_names_is_in_the_reference():
    listed = set(re.findall(r"automodule:: (\S+)", reference()))
    assert ".. models::" in reference()
    listed |= set(model_modules())
    defining = set()
    for info in pkgutil.walk_packages(collapse_utils.__path__, "collapse_utils."):
        module = importlib.import_module(info.name)
        names = [getattr(module, name) for name in getattr(module, "__all__", ())]
        private = info.name.rpartition(".")[2].startswith("_")
        if not private and any(getattr(x, "__module__", None) == info.name for x in names):
            defining.add(info.name)
    assert defining <= listed
    assert all(importlib.import_module(name) for name in listed)


def test_every_public_function_says_where_it_comes_from():
    """One imperative line, and for closed forms a source and a chapter."""
    for name in collapse_utils.theory.__all__:
        text = getattr(collapse_utils.theory, name).__doc__
        assert re.match(r"[A-Z].*\.$", text.strip().splitlines()[0]), name
        text = " ".join(text.split())
        assert re.search(r"Source:|[Dd]erived here|[Tt]extbook", text), name
        assert re.search(r"Chapters?: \*[a-z_]+\*", text), name
        assert ">>>" in text, name


def test_the_examples_run_in_order():
    """A model and a workflow of one's own, processes, and a cluster's executor."""
    pytest.importorskip("distributed")
    page = (ROOT / "reference/package.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 4
    names = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        for block in blocks:
            exec(compile(block, "package.md", "exec"), names)
    lines = printed.getvalue().splitlines()
    measured, predicted = map(float, re.findall(r"\d+\.\d+", lines[0]))
    assert measured == pytest.approx(predicted, rel=0.2)
    assert 0.5 < float(lines[1].split()[-1]) < 1.5
    assert lines[2:] == ["(101, 40000)", "(101, 40000)"]
