"""What every extension knows of the build that it takes part in."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from bookmaker import building


@pytest.mark.parametrize(("builder", "site"), [("html", True), ("dirhtml", True), ("epub", False)])
def test_a_site_is_told_from_a_book(builder, site):
    assert building.is_site(SimpleNamespace(builder=SimpleNamespace(name=builder))) is site


def test_what_is_generated_lies_where_git_does_not_look(tmp_path):
    folder = building.generated(SimpleNamespace(srcdir=str(tmp_path)))
    assert folder.relative_to(tmp_path).parts[0] == "_build"


def test_an_equal_file_keeps_its_time(tmp_path):
    file = tmp_path / "new" / "file.png"
    building.write_if_changed(file, b"one")
    os.utime(file, (1, 1))
    building.write_if_changed(file, b"one")
    assert file.stat().st_mtime == 1
    building.write_if_changed(file, b"two")
    assert file.read_bytes() == b"two" and file.stat().st_mtime > 1


def test_assets_are_those_beside_the_extension():
    handlers = {}
    building.add_assets(SimpleNamespace(connect=handlers.__setitem__), "/room/extension.py")
    config = SimpleNamespace(html_static_path=["other"])
    handlers["config-inited"](None, config)
    assert config.html_static_path == ["other", str(Path("/room/assets"))]
