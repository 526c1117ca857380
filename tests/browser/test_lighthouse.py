"""Lighthouse is run by name; what it needs and is not there, it says."""

from __future__ import annotations

import pytest

from tests.browser import lighthouse


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Return what puts programs on a PATH that has nothing else."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def add(name):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)

    return add


def test_what_is_missing_is_said_in_a_sentence(programs, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lighthouse, "SITE", tmp_path / "html")
    for needed, given in [("npx", "npx"), ("Chromium", "chromium"), ("make book", None)]:
        assert lighthouse.main() == 1
        assert needed in capsys.readouterr().out
        if given:
            programs(given)
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "intro.html").write_text("there")
    assert lighthouse.missing() == ""
