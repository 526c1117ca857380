"""The Python for readers' browsers: every file checked, and the book whole where there is none."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bookmaker.live import runtime

FILES = {"pyodide.mjs": b"core", "numpy-2.0.2.whl": b"numbers", "comm-0.2.3-py3.whl": b"talk"}


def digest(content):
    return hashlib.sha256(content).hexdigest()


def row(name, depends=()):
    content = FILES[name]
    return {"file_name": name, "sha256": digest(content), "depends": list(depends)}


@pytest.fixture
def table(tmp_path, monkeypatch):
    """A table of three small files, and an environment that names no source."""
    known = {
        "info": {"version": "0"},
        "core": {"pyodide.mjs": digest(b"core")},
        "packages": {"numpy": row("numpy-2.0.2.whl")},
        "wheels": {"comm": {"requirement": "comm==0.2.3", **row("comm-0.2.3-py3.whl")}},
    }
    path = tmp_path / "runtime.lock"
    path.write_text(json.dumps(known))
    monkeypatch.setattr(runtime, "TABLE", path)
    monkeypatch.delenv(runtime.SETTING, raising=False)
    return known


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def no_package(monkeypatch):
    """No package can be downloaded; the requirements that were asked for."""
    asked = []

    def refuse(command, **_):
        asked.append(command[-1])
        return subprocess.CompletedProcess(command, 1, "", "no such package\n")

    monkeypatch.setattr(runtime.subprocess, "run", refuse)
    return asked


def test_the_committed_table_is_closed_and_complete():
    known = runtime.table()
    packages = known["packages"] | known["wheels"]
    assert set(known["core"]) == set(runtime.CORE)
    assert runtime.closure(packages, runtime.PACKAGE_NEEDS + runtime.KERNEL_NEEDS) <= set(packages)
    sums = runtime.checksums(known)
    assert len(sums) == len(known["core"]) + len(packages)
    assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in sums.values())
    assert {entry["requirement"] for entry in known["wheels"].values()} == set(runtime.EXTRA)


def test_files_come_from_the_folder_that_the_setting_names(table, source, tmp_path, monkeypatch):
    monkeypatch.setenv(runtime.SETTING, str(source))
    cache = tmp_path / "cache"
    runtime.fetch(cache)
    assert {file.name: file.read_bytes() for file in cache.iterdir()} == FILES


def test_a_file_with_another_content_is_refused(table, source, tmp_path, no_package):
    (source / "numpy-2.0.2.whl").write_bytes(b"Numbers")
    with pytest.raises(
        runtime.Unavailable, match=r"such as numpy-2\.0\.2\.whl; tried .* another file"
    ):
        runtime.fetch(tmp_path / "cache", (str(source),))
    assert not (tmp_path / "cache" / "numpy-2.0.2.whl").exists()


def test_a_damaged_file_is_fetched_again(table, source, tmp_path):
    cache = tmp_path / "cache"
    runtime.fetch(cache, (str(source),))
    (cache / "pyodide.mjs").write_bytes(b"cord")
    runtime.fetch(cache, (str(source),))
    assert (cache / "pyodide.mjs").read_bytes() == b"core"


def test_nothing_is_asked_for_when_all_is_there(table, source, tmp_path, monkeypatch):
    runtime.fetch(tmp_path / "cache", (str(source),))
    monkeypatch.setattr(runtime, "take", lambda *_: pytest.fail("asked again"))
    runtime.fetch(tmp_path / "cache")


def test_a_package_is_only_a_bag_of_files(table, tmp_path, monkeypatch):
    bag = io.BytesIO()
    with zipfile.ZipFile(bag, "w") as archive:
        for name, content in FILES.items():
            archive.writestr(f"deep/{name}", content)
        archive.writestr("deep/setup.py", b"raise SystemExit")

    def download(command, **_):
        folder = Path(command[command.index("--dest") + 1])
        (folder / "bag-1-py3-none-any.whl").write_bytes(bag.getvalue())
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(runtime.subprocess, "run", download)
    runtime.fetch(tmp_path / "cache", ("bag==1",))
    assert {file.name for file in (tmp_path / "cache").iterdir()} == set(FILES)


def test_without_the_files_one_line_says_so_and_the_build_goes_on(
    table, tmp_path, monkeypatch, capsys, no_package
):
    monkeypatch.setenv(runtime.SETTING, str(tmp_path / "nowhere"))
    monkeypatch.setattr(runtime.fetch, "__defaults__", (tmp_path / "cache", None))
    assert runtime.main([]) == 0
    said = capsys.readouterr().out
    assert said.count("\n") == 1 and said.startswith("No live pages and no JupyterLite")
    assert no_package == ["comm==0.2.3"]
    monkeypatch.setenv(runtime.SETTING, "none")
    assert runtime.main([]) == 0 and no_package == ["comm==0.2.3"]
    assert runtime.main(["--required"]) == 1


def test_the_wheel_of_this_tree_can_be_imported_and_is_the_same_each_time(tmp_path):
    first = runtime.package_wheel(tmp_path).read_bytes()
    wheel = runtime.package_wheel(tmp_path)
    assert wheel.read_bytes() == first
    code = "import collapse_utils as c; print(c.__file__); from collapse_utils import theory"
    environment = {**os.environ, "PYTHONPATH": str(wheel)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    assert str(wheel) in done.stdout, done.stderr
    with zipfile.ZipFile(wheel) as archive:
        assert "collapse_utils/data/penguins.csv" in archive.namelist()


def test_what_is_served_is_tied_together_by_its_lock(table, source, tmp_path):
    runtime.fetch(tmp_path / "cache", (str(source),))
    target = tmp_path / "served"
    runtime.assemble(target, tmp_path / "cache")
    lock = json.loads((target / "pyodide-lock.json").read_text())
    assert set(lock["packages"]) == {"numpy", "comm", "collapse-utils"}
    for entry in lock["packages"].values():
        assert runtime.sha256(target / entry["file_name"]) == entry["sha256"]
