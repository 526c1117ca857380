"""What tests of several folders start from: the book built, derived and packed once in a run."""

from __future__ import annotations

import os
from functools import partial

import pytest
from hypothesis import settings

from bookmaker.markup.book import Book
from bookmaker.notebooks import DerivedNotebooks
from bookmaker.paths import ROOT
from tests.support import packed
from tests.support.once import once
from tests.support.site_builder import REPOSITORY, SITE, built, copy_book

# The same examples on each run; others each time with pytest --hypothesis-profile=weekly
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("weekly", deadline=None)
settings.load_profile("same")


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """A folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def site(shared):
    """The whole book, built strictly; no test writes into it."""
    book = once(shared / "whole-book", lambda folder: built(copy_book(folder)))
    return book / "_build" / "html"


@pytest.fixture(scope="session")
def book():
    """The book, with what Sphinx knows of it once a test asks."""
    return Book(ROOT)


@pytest.fixture(scope="session")
def derived(shared, book):
    """The notebooks as the publishing workflow derives them, both addresses set."""

    def make(folder):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("BOOK_REPOSITORY_URL", REPOSITORY)
            patch.setenv("BOOK_SITE_URL", SITE)
            DerivedNotebooks(book).write(folder)

    return once(shared / "derived-notebooks", make)


@pytest.fixture(scope="session")
def unpacked_archive(shared, book, site):
    """The archive, made of a part of the site, unpacked in an empty place."""
    return packed.unpacked(once(shared / "archive", partial(packed.pack_archive, book, site)))


@pytest.fixture(scope="session")
def unpacked_stick(shared, book, unpacked_archive):
    """The teacher's stick, of the same part of the site, unpacked."""
    made = shared / "archive"
    return packed.unpacked(once(shared / "stick", partial(packed.pack_stick, book, made)))
