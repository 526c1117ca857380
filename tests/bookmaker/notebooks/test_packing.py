"""The archive, unpacked in an empty place without a network: its pages open, its chapters run."""

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
from tests.support.browser import Visit, served
from tests.support.site_builder import build, small_book

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


@pytest.fixture(scope="module")
def unpacked(book, tmp_path_factory):
    """The archive of a small built book, unpacked."""
    scratch = tmp_path_factory.mktemp("archive")
    cells = [
        v4.new_markdown_cell("The variance is $\\sigma^2/M$."),
        v4.new_code_cell("1 + 1", execution_count=1),
    ]
    source = small_book(scratch / "source", *cells)
    status, printed = build(source)
    assert status == 0, printed
    site = source / "_build" / "html"
    (site / "lite" / "pyodide").mkdir(parents=True, exist_ok=True)
    (site / "lite" / "pyodide" / "runtime.wasm").write_bytes(b"\0asm")
    packing.collect(book, site, scratch / "packed")
    packing.pack(scratch / "packed", scratch / "book.zip")
    with zipfile.ZipFile(scratch / "book.zip") as file:
        file.extractall(scratch / "empty")
    (folder,) = (scratch / "empty").iterdir()
    return folder


def test_everything_is_in_the_archive(unpacked):
    (wheel,) = unpacked.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    package = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "collapse_utils").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert package <= inside
    assert (unpacked / "book" / "index.html").is_file()
    assert (unpacked / "book" / "lite" / "pyodide" / "runtime.wasm").is_file()
    book = [*(ROOT / "chapters").glob("*.ipynb"), *(ROOT / "workshop").glob("*.ipynb")]
    for version in ("clean", "student", "instructor"):
        derived = {path.name for path in (unpacked / "notebooks" / version).glob("*.ipynb")}
        assert derived == {path.name for path in book}


def test_what_the_readme_names_is_there(unpacked):
    text = (unpacked / "README.txt").read_text(encoding="utf-8")
    named = re.findall(
        r"\b(book/index\.html|notebooks/clean|LICENSES?(?:/[\w.-]+\w)?|\S+\.whl)(?=[\s,;]|$)", text
    )
    assert len(set(named)) >= 6
    assert [name for name in named if not (unpacked / name).exists()] == []
    for library in ("numpy", "scipy", "matplotlib", "pandas", "seaborn"):
        assert f"      {library}>=" in text


def run(notebook):
    """Run a notebook's code in its own folder, without a network; return what happened."""
    command = [sys.executable, "-I", "-c", OFFLINE, notebook.name]
    return subprocess.run(command, cwd=notebook.parent, capture_output=True, text=True)


@pytest.mark.parametrize("version", ["clean", "student"])
def test_chapter_runs_with_the_package_from_the_wheel(unpacked, version):
    shortest = min(
        (unpacked / "notebooks" / version).glob("*.ipynb"), key=lambda p: p.stat().st_size
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


def check_page(visitor, page):
    """Assert that a page is whole: its title, its formula, nothing from anywhere else."""
    page.wait_for_selector("mjx-container mjx-c")
    assert page.locator(".bd-article h1").inner_text().startswith("Page")
    assert visitor.elsewhere == []


def test_page_opens_as_a_file(unpacked, browser):
    visitor = Visit(browser, (unpacked / "book").as_uri())
    check_page(visitor, visitor.open("page.html"))
    visitor.context.close()


def test_page_opens_when_served(unpacked, browser):
    with served(unpacked / "book") as address:
        visitor = Visit(browser, address)
        check_page(visitor, visitor.open("page.html"))
        assert visitor.complaints == []
        visitor.context.close()


def test_archive_and_wheel_are_the_same_twice(unpacked, tmp_path):
    for name in ("first", "second"):
        packing.pack(unpacked / "notebooks", tmp_path / f"{name}.zip")
        (tmp_path / name).mkdir()
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()
    (wheel,) = unpacked.glob("*.whl")
    again = packing.build_wheel(ROOT, tmp_path / "first")
    assert again.read_bytes() == wheel.read_bytes()


def test_archive_without_a_built_book_is_refused(book, tmp_path):
    with pytest.raises(FileNotFoundError, match="make book"):
        packing.collect(book, tmp_path, tmp_path / "out")
