"""A browser without a network, looking at the built site, or at a module's own ``site``."""

from __future__ import annotations

import pytest

from bookmaker.live import runtime
from tests.support.browser import ARGUMENTS, Visit, chromium, missing, served
from tests.support.live_book import live_book
from tests.support.once import once


@pytest.fixture(scope="module")
def address(site):
    with served(site) as url:
        yield url


@pytest.fixture(scope="package")
def browser():
    program = chromium() or missing("no Chromium on the PATH")
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


@pytest.fixture(scope="session")
def live_site(shared):
    """The small book with live pages, built once."""
    if not runtime.available():
        missing("no browser runtime: make runtime")
    return once(shared / "live-book", live_book) / "_build" / "html"
