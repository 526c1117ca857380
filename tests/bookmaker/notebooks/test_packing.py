"""The archive, unpacked in an empty place without a network: its chapters run."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from nbformat import v4

from bookmaker.notebooks import packing
from bookmaker.paths import ROOT

# What a reader's Python does with a notebook, except that it cannot reach any network
OFFLINE = """
import json, socket, sys
import matplotlib

def refuse(*_):
    raise OSError("the network is closed")

socket.socket.connect = socket.getaddrinfo = refuse
matplotlib.use("agg")
import matplotlib.pyplot as plt
names = {"__name__": "__main__"}
for cell in json.load(open(sys.argv[1], encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]), names)
        plt.close("all")
import collapse_utils
print("package:", collapse_utils.__file__)
"""


def test_everything_is_in_the_archive(unpacked_archive):
    (wheel,) = unpacked_archive.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    package = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "collapse_utils").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert package <= inside
    assert (unpacked_archive / "book" / "index.html").is_file()
    assert (unpacked_archive / "book" / "lite" / "pyodide" / "runtime.wasm").is_file()
    book = [*(ROOT / "chapters").glob("*.ipynb"), *(ROOT / "workshop").glob("*.ipynb")]
    for version in ("clean", "student", "instructor"):
        derived = {path.name for path in (unpacked_archive / "notebooks" / version).glob("*.ipynb")}
        assert derived == {path.name for path in book}


def test_what_the_readme_names_is_there(unpacked_archive):
    text = (unpacked_archive / "README.txt").read_text(encoding="utf-8")
    named = re.findall(
        r"\b(book/index\.html|notebooks/clean|LICENSES?(?:/[\w.-]+\w)?|\S+\.whl)(?=[\s,;]|$)", text
    )
    assert len(set(named)) >= 6
    assert [name for name in named if not (unpacked_archive / name).exists()] == []
    for library in ("numpy", "scipy", "matplotlib", "pandas", "seaborn"):
        assert f"      {library}>=" in text


def run(notebook):
    """Run a notebook's code in its own folder, without a network; return what happened."""
    command = [sys.executable, "-I", "-c", OFFLINE, notebook.name]
    return subprocess.run(command, cwd=notebook.parent, capture_output=True, text=True)


@pytest.mark.parametrize("version", ["clean", "student"])
def test_chapter_runs_with_the_package_from_the_wheel(unpacked_archive, version):
    shortest = min(
        (unpacked_archive / "notebooks" / version).glob("*.ipynb"), key=lambda p: p.stat().st_size
    )
    done = run(shortest)
    assert done.returncode == 0, done.stderr
    package = Path(done.stdout.rpartition("package: ")[2].strip())
    assert any(part.suffix == ".whl" for part in package.parents)


def test_request_to_the_network_is_noticed(tmp_path):
    asks = v4.new_code_cell("import urllib.request as u; u.urlopen('http://localhost:9')")
    notebook = v4.new_notebook(cells=[asks])
    path = tmp_path / "asks.ipynb"
    path.write_text(v4.writes(notebook), encoding="utf-8")
    assert "the network is closed" in run(path).stderr


def test_archive_and_wheel_are_the_same_twice(unpacked_archive, tmp_path):
    for name in ("first", "second"):
        packing.pack(unpacked_archive / "notebooks", tmp_path / f"{name}.zip")
        (tmp_path / name).mkdir()
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()
    (wheel,) = unpacked_archive.glob("*.whl")
    again = packing.build_wheel(ROOT, tmp_path / "first")
    assert again.read_bytes() == wheel.read_bytes()


def test_archive_without_a_built_book_is_refused(book, tmp_path):
    with pytest.raises(FileNotFoundError, match="make book"):
        packing.collect(book, tmp_path, tmp_path / "out")
