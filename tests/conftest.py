"""What tests in a browser start from; each module with such tests has its own fixture ``site``."""

from __future__ import annotations

import os

import pytest

from bookmaker.markup.book import Book
from bookmaker.notebooks import DerivedNotebooks
from bookmaker.paths import ROOT
from tests.support.browser import ARGUMENTS, Visit, chromium, served
from tests.support.site_builder import REPOSITORY, SITE, build, copy_book

# Before numpy is loaded: workers of many threads each wait for one another
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(threads, "1")


@pytest.fixture(scope="session")
def book():
    """The book, with what Sphinx knows of it once a test asks."""
    return Book(ROOT)


@pytest.fixture(scope="session")
def derived(book, tmp_path_factory):
    """The notebooks as the publishing workflow derives them, with both addresses set."""
    folder = tmp_path_factory.mktemp("published") / "notebooks"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOOK_REPOSITORY_URL", REPOSITORY)
        patch.setenv("BOOK_SITE_URL", SITE)
        DerivedNotebooks(book).write(folder)
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The whole book, built strictly."""
    book = copy_book(tmp_path_factory.mktemp("book") / "copy")
    status, printed = build(book)
    assert status == 0, printed
    return book / "_build" / "html"


@pytest.fixture(scope="module")
def address(site):
    with served(site) as url:
        yield url


@pytest.fixture(scope="module")
def browser():
    program = chromium()
    if program is None:
        message = "no Chromium on the PATH"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def visit(browser, address):
    visits = []

    def start(**options):
        visits.append(Visit(browser, address, **options))
        return visits[-1]

    yield start
    for one in visits:
        one.context.close()
