"""Small books that the tests of several rooms look at, each built once in a run."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.support.book_of_everything import book_of_everything
from tests.support.broken_book import broken_book
from tests.support.once import once
from tests.support.site_builder import REPOSITORY, SITE, build


@pytest.fixture(scope="session")
def refused(shared):
    """Exit status and output of the build of a book that is broken in many ways."""

    def make(folder):
        (folder / "said.json").write_text(json.dumps(build(broken_book(folder))))

    return json.loads((once(shared / "broken-book", make) / "said.json").read_text())


@pytest.fixture(scope="session")
def everything(shared):
    """The book of everything as it was built ``first`` and ``again``, one page of it changed.

    Its settings name a repository and a site; the environment names another site.
    """

    def make(folder):
        book = book_of_everything(folder / "book")
        path = book / "_config.yml"
        settings = path.read_text(encoding="utf-8").replace('\n  url: ""', f"\n  url: {REPOSITORY}")
        settings = settings.replace('baseurl: ""', "baseurl: https://elsewhere.example.net")
        path.write_text(settings, encoding="utf-8")
        said = {}
        for turn in ("first", "again"):
            said[turn] = build(book, BOOK_SITE_URL=SITE)
            shutil.copytree(book / "_build" / "html", folder / turn)
            (book / "inner.md").write_text("# A page inside\n\nAnd a word.\n")
        (folder / "said.json").write_text(json.dumps(said))

    return once(shared / "book-of-everything", make)


@pytest.fixture(scope="session")
def said(everything):
    """Exit status and output of both of its builds."""
    return json.loads((everything / "said.json").read_text())
