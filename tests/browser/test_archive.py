"""The archive without a network: its pages open as files and when they are served."""

from __future__ import annotations

from tests.support.browser import Visit, served


def check_page(visitor):
    """Assert that a page is whole: its title, its formulas, nothing from anywhere else."""
    page = visitor.open("reference/notation.html")
    page.wait_for_selector("mjx-container mjx-c")
    assert page.locator(".bd-article h1").inner_text().startswith("Notation")
    assert visitor.elsewhere == []


def test_page_opens_as_a_file(unpacked_archive, browser):
    visitor = Visit(browser, (unpacked_archive / "book").as_uri())
    check_page(visitor)
    visitor.context.close()


def test_page_opens_when_served(unpacked_archive, browser):
    with served(unpacked_archive / "book") as address:
        visitor = Visit(browser, address)
        check_page(visitor)
        assert visitor.complaints == []
        visitor.context.close()
