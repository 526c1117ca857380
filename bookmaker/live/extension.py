"""Make chapters live: their cells can be run on the page, and each opens in JupyterLite beside it.

Both need the runtime that ``runtime.py`` fetches. Where it is missing, pages are as they were,
without a button. A chapter's cells are written beside its page as they are in the notebook, those
included that the page leaves out; each cell on the page has its number as a class, ``live-NUMBER``.
Nothing of this is loaded before a reader asks for it.

JupyterLite is built by its own command: the extension ``jupyterlite-sphinx`` would save 37 lines of
these, and costs 34 packages, a request to Google's fonts on every page, a list of files in the
disk's order, and a traceback that hides why JupyterLite was not built.

JupyterLite knows nothing of the book's boxes and references. What it opens is each notebook's clean
version, whose code is the chapter's, cell by cell, and whose text is plain Markdown; the folder
``student`` has the version with stubs in place of solutions, the folder ``source`` the very files.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import files, version
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

from bookmaker.building import add_assets, is_site
from bookmaker.edits import demand
from bookmaker.live import runtime
from bookmaker.markup.book import Book
from bookmaker.notebooks import DerivedNotebooks, file_text

LITE_SETTINGS = Path(__file__).parent / "lite"
LOGGER = logging.getLogger(__name__)
SERVED = "lite/static/pyodide"
LITE = ("jupyterlite_core", "jupyterlite_pyodide_kernel")
KERNEL = "labextensions/@jupyterlite/pyodide-kernel-extension/package.json"
START = "from jupyterlite_core.app import main; main()"
STAMP = "built-from.txt"
STUDENT, SOURCE = "student", "source"
WRITTEN = "2026-01-01T00:00:00Z"
BAR = """
<div class="live-bar" role="region" aria-label="Run this page" hidden
     data-cells="{cells}" data-runtime="{root}{served}/">
<button type="button" class="live-button live-start">Make this page live</button>{link}
<progress hidden aria-label="Progress"></progress>
<p role="status"></p>
</div>
"""
TITLE_ENDS = "</h1>"
LITE_PAGE = "lite/notebooks/index.html?path="
LINK = '\n<a class="live-lite" href="{root}{page}{notebook}">Open in JupyterLite</a>'


def code_cells(notebook: dict) -> list[tuple[int, dict]]:
    """Return the code cells, each with its index among all cells."""
    return [(k, c) for k, c in enumerate(notebook["cells"]) if c["cell_type"] == "code"]


def numbered(notebook: dict) -> list[dict]:
    """Return what the page must know of each code cell: its number, from one, and its source."""
    cells = enumerate(code_cells(notebook), 1)
    return [{"number": n, "source": "".join(cell["source"])} for n, (_, cell) in cells]


def notebook_of(app, docname: str) -> dict | None:
    """Return the notebook that a page is made of, if it is one with code."""
    path = Path(app.env.doc2path(docname))
    if path.suffix != ".ipynb":
        return None
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return notebook if code_cells(notebook) else None


def has_lite() -> bool:
    """Tell whether JupyterLite is installed."""
    return all(map(find_spec, LITE))


def first_fetches() -> int:
    """Return how many files a page fetches until its first cell can run."""
    known = runtime.table()
    packages = known["packages"] | known["wheels"]
    return len(runtime.CORE) + len(runtime.closure(packages, runtime.PACKAGE_NEEDS)) + 1


def with_bar(body: str, bar: str) -> str:
    """Return the page with the bar under its title."""
    head, title, rest = body.partition(TITLE_ENDS)
    return head + title + bar + rest


def notebook_paths(app) -> list[Path]:
    """Return the notebooks of the book."""
    paths = (Path(app.env.doc2path(name)) for name in sorted(app.env.found_docs))
    return [path for path in paths if path.suffix == ".ipynb"]


# JupyterLite


def kernel_folder() -> Path:
    """Return where the kernel's part of the page lies.

    Whatever else is installed for JupyterLab on this machine stays out of the site.
    """
    listed = files("jupyterlite_pyodide_kernel")
    (found,) = (file for file in listed if file.as_posix().endswith(KERNEL))
    return Path(found.locate()).resolve().parent


def build_lite(site: Path) -> None:
    """Build JupyterLite, as yet without notebooks, unless it is there already.

    Raises
    ------
    RuntimeError
        If JupyterLite's own build fails.
    """
    digest = hashlib.sha256("".join(map(version, LITE)).encode())
    for file in sorted(LITE_SETTINGS.iterdir()):
        digest.update(file.name.encode() + file.read_bytes())
    stamp = site / STAMP
    if stamp.is_file() and stamp.read_text() == digest.hexdigest():
        return
    with tempfile.TemporaryDirectory() as scratch:
        work = shutil.copytree(LITE_SETTINGS, Path(scratch) / "lite")
        command = [sys.executable, "-c", START, "build", "--output-dir", str(site.resolve())]
        command.append(f"--LiteBuildConfig.federated_extensions={kernel_folder()}")
        done = subprocess.run(command, cwd=work, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"JupyterLite was not built:\n{done.stdout}{done.stderr}")
    stamp.write_text(digest.hexdigest())


def lite_notebooks(derived: DerivedNotebooks) -> dict[str, str]:
    """Return what JupyterLite shows, by path: each notebook, the student's, and the file."""
    files = {}
    for page in derived.pages:
        name = page.source.name
        files[name] = file_text(derived.clean(page))
        files[f"{STUDENT}/{name}"] = file_text(derived.student(page))
        files[f"{SOURCE}/{name}"] = page.source.read_text(encoding="utf-8")
    return dict(sorted(files.items()))


def listing(path: str, kind: str, content: list | None, size: int | None) -> dict:
    """Return what JupyterLite's list of contents says of a file or a folder."""
    return {
        "content": content,
        "created": WRITTEN,
        "format": "json" if content is not None else None,
        "last_modified": WRITTEN,
        "mimetype": None,
        "name": path.rpartition("/")[2],
        "path": path,
        "size": size,
        "type": kind,
        "writable": True,
    }


def add_notebooks(notebooks: dict[str, str], site: Path) -> None:
    """Put `notebooks`, texts by path, into JupyterLite: the files and a list for each folder."""
    shutil.rmtree(site / "files", ignore_errors=True)
    shutil.rmtree(site / "api" / "contents", ignore_errors=True)
    folders: dict[str, list] = {"": []}
    for path, text in notebooks.items():
        file, folder = site / "files" / path, path.rpartition("/")[0]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
        row = listing(path, "notebook", None, file.stat().st_size)
        folders.setdefault(folder, []).append(row)
    folders[""] += [listing(folder, "directory", None, None) for folder in folders if folder]
    for folder, rows in folders.items():
        file = site / "api" / "contents" / folder / "all.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        everything = json.dumps(listing(folder, "directory", rows, None))
        file.write_text(everything, encoding="utf-8")


# What Sphinx calls


def outdated(app, env, added, changed, removed) -> list[str]:
    """Have all chapters written again when the runtime or JupyterLite has come or gone."""
    there = runtime.available(), has_lite()
    before = getattr(env, "live_with", there)
    env.live_with = there
    return [] if before == there else sorted(map(env.path2doc, notebook_paths(app)))


def number_cells(app, doctree) -> None:
    """Give each code cell on the page its number, as a class."""
    notebook = notebook_of(app, app.env.docname)
    if notebook is None:
        return
    numbers = {index: n for n, (index, _) in enumerate(code_cells(notebook), 1)}
    shown = [c for c in doctree.findall(nodes.container) if c.get("nb_element") == "cell_code"]
    for cell in shown:
        cell["classes"].append(f"live-{numbers[cell['cell_index']]}")
    removed = sum("remove-cell" in c["metadata"].get("tags", []) for _, c in code_cells(notebook))
    due = len(numbers) - removed
    demand(__name__, "cells of a live page have numbers", app.env.docname, len(shown), due)


def add_bar(app, pagename, templatename, context, doctree) -> None:
    """Put the button on a chapter's page, and its cells beside it."""
    if doctree is None or app.builder.format != "html" or not runtime.available():
        return
    notebook = notebook_of(app, pagename)
    if notebook is None:
        return
    found = context["body"].count(TITLE_ENDS)
    demand(__name__, "the button stands under the title", pagename, found, 1)
    cells = Path(app.outdir) / f"{pagename}.cells.json"
    cells.parent.mkdir(parents=True, exist_ok=True)
    stored = {"files": first_fetches(), "cells": numbered(notebook)}
    cells.write_text(json.dumps(stored), encoding="utf-8")

    root = "../" * pagename.count("/")
    name = Path(app.env.doc2path(pagename)).name
    link = LINK.format(root=root, page=LITE_PAGE, notebook=name) if has_lite() else ""
    bar = BAR.format(cells=cells.name, root=root, served=SERVED, link=link)
    context["body"] = with_bar(context["body"], bar)
    app.add_css_file("live.css", priority=902)
    app.add_js_file("live.mjs", type="module")


def lay_out(app, exception) -> None:
    """Add the runtime and JupyterLite to the finished site."""
    if exception is not None or not is_site(app):
        return
    if not runtime.available():
        LOGGER.info("No live pages and no JupyterLite: the runtime is not there (make runtime)")
        return
    site = Path(app.outdir)
    if has_lite():
        build_lite(site / "lite")
        derived = DerivedNotebooks(Book(Path(app.srcdir), app.env), installed=True)
        add_notebooks(lite_notebooks(derived), site / "lite")
    runtime.assemble(site / SERVED)


def setup(app):
    """Register with Sphinx."""
    add_assets(app, __file__)
    app.connect("env-get-outdated", outdated)
    app.connect("doctree-read", number_cells)
    app.connect("html-page-context", add_bar)
    app.connect("build-finished", lay_out)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
