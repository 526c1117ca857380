"""Everything that the book numbers or names, asked of Sphinx: labels, titles, works cited.

Inside a build its environment is there. Elsewhere `index_of_book` has Sphinx read the book, without
writing a page; what was read is kept in ``_build/index``, so that the next time takes seconds.
"""

from __future__ import annotations

import pickle
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import yaml
from docutils.nodes import make_id
from sphinx.application import ENV_PICKLE_FILENAME
from sphinx.util.nodes import clean_astext

from bookmaker.markup.bibliography import Bibliography


@dataclass(frozen=True)
class Page:
    """A page of the book.

    Attributes
    ----------
    name : str
        Its path without an ending, such as ``chapters/random_walks``.
    title : str
        Its title, as text.
    number : int or None
        The chapter's number, if it is one.
    source : Path
        The file that it is made of.
    """

    name: str
    title: str
    number: int | None
    source: Path


@dataclass(frozen=True)
class Place:
    """What a label stands for.

    Attributes
    ----------
    page : str
        The page that it is on.
    anchor : str
        Its id there.
    kind : str
        ``section``, ``figure``, ``formula``, or the kind of theorem.
    text : str
        How a sentence calls it: by its title, or ``Fig. 3.1``, ``(3.1)``, ``Theorem 3.1``.
    """

    page: str
    anchor: str
    kind: str
    text: str


@dataclass(frozen=True)
class Index:
    """The book's pages in the order of reading, its labels and its bibliography."""

    pages: dict[str, Page]
    places: dict[str, Place]
    bibliography: Bibliography

    @property
    def notebooks(self) -> dict[str, Page]:
        """The pages that are notebooks, by the names of their files."""
        pages = (page for page in self.pages.values() if page.source.suffix == ".ipynb")
        return {page.source.stem: page for page in pages}


def index_of(environment) -> Index:
    """Return the index of a book that Sphinx has read."""
    data = environment.domaindata
    pages = {}
    for name in environment.external_site_map:
        title = clean_astext(environment.titles[name])
        (number,) = environment.toc_secnumbers.get(name, {}).get("") or [None]
        pages[name] = Page(name, title, number, Path(environment.doc2path(name)))

    def numbered(page: str, kind: str, anchor: str) -> str:
        return ".".join(map(str, environment.toc_fignumbers[page][kind][anchor]))

    places = {}
    for label, (page, anchor, title) in data["std"]["labels"].items():
        if anchor in environment.toc_fignumbers.get(page, {}).get("figure", {}):
            number = numbered(page, "figure", anchor)
            text = environment.config.numfig_format["figure"] % number
            places[label] = Place(page, anchor, "figure", text)
        else:
            places[label] = Place(page, anchor, "section", title)
    for label, (page, _) in data["math"]["objects"].items():
        anchor = make_id(f"equation-{label}")
        text = f"({numbered(page, 'displaymath', anchor)})"
        places[label] = Place(page, anchor, "formula", text)
    for label, found in getattr(environment, "proof_list", {}).items():
        page, kind = found["docname"], found["realtype"]
        if not found["nonumber"]:
            text = f"{kind.title()} {numbered(page, found['countertype'], label)}"
            places[label] = Place(page, label, kind, text)
    return Index(pages, places, Bibliography(data["cite"]["bibdata"].data.entries))


def environment_in(doctrees: Path) -> object:
    """Return the environment that Sphinx has left beside its doctrees."""
    return pickle.loads((doctrees / ENV_PICKLE_FILENAME).read_bytes())


def index_of_book(root: Path) -> Index:
    """Have Sphinx read the book whose sources lie in `root`; return its index.

    Raises
    ------
    RuntimeError
        If Sphinx has anything to complain of.
    """
    folder = root / "_build" / "index"
    folder.mkdir(parents=True, exist_ok=True)
    # One reader at a time; this lock is the one that Python has on every system
    with closing(sqlite3.connect(folder / "lock", timeout=600)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        if _read_by_sphinx(root, folder) != 0:
            # Or the next time nothing would be read anew, and nothing be wrong
            shutil.rmtree(folder / "doctrees", ignore_errors=True)
            raise RuntimeError(f"Sphinx could not read the book in {root}")
        return index_of(environment_in(folder / "doctrees"))


def _read_by_sphinx(root: Path, folder: Path) -> int:
    """Read what has changed since the last time, strictly; return Sphinx's status."""
    from jupyter_book.sphinx import build_sphinx

    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    first = next(root.glob(f"{contents['root']}.*"))
    status = build_sphinx(
        root,
        folder / "pages",
        doctreedir=folder / "doctrees",
        path_config=root / "_config.yml",
        noconfig=True,
        confoverrides={"latex_individualpages": False, "nitpicky": True},
        builder="dummy",
        filenames=[str(first)],  # all are read, this one is resolved, none is written
        warningiserror=True,
        keep_going=True,
        quiet=True,
    )
    return status if isinstance(status, int) else 1
