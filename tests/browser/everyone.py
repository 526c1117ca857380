"""Every page for everyone: axe-core in light and dark, on a desk and on a phone, all unfolded.

    pytest tests/browser/everyone.py -n 2        (make everyone)

This takes most of an hour on two cores and is therefore no part of the ordinary tests, which look
at one page of each kind. If the browser's Python is there (``make runtime``), the pages have its
buttons.
"""

from __future__ import annotations

import re

import pytest

from tests.support import axe
from tests.support import site_rules as rules
from tests.support.browser import Visit, served
from tests.support.once import once
from tests.support.site_builder import REPOSITORY, SITE, built, copy_book

MODES = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 360)]


@pytest.fixture(scope="session")
def site(shared):
    def make(folder):
        built(copy_book(folder), BOOK_REPOSITORY_URL=REPOSITORY, BOOK_SITE_URL=SITE)

    return once(shared / "published-book", make) / "_build" / "html"


@pytest.fixture(scope="module")
def address(site, tmp_path_factory):
    """The site under the path that its address has: the 404 page counts from there."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "copies").symlink_to(site)
    with served(folder) as url:
        yield f"{url}/copies"


def addresses(site):
    """Return the paths of the book's pages; JupyterLite beside it is the work of others."""
    paths = (file.relative_to(site) for file in rules.pages(site))
    return [path.as_posix() for path in paths if path.parts[0] != "lite"]


def broken(visitor, path, scheme, width):
    """Return what is wrong with a page in one mode, line by line."""
    page = visitor.open(path)
    found = axe.violations(page)
    axe.stir(page)
    found += [f"stirred, {line}" for line in axe.violations(page) if line not in found]
    if width < 400 and page.locator(".primary-toggle:visible").count():
        axe.open_sidebar(page)
        found += [f"sidebar, {line}" for line in axe.violations(page) if line not in found]
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
        found.append(f"scrolls sideways: {wide} pixels")
    return [f"{path} ({scheme}, {width}): {line}" for line in found]


@pytest.mark.parametrize(("scheme", "width"), MODES)
def test_no_page_breaks_a_rule(browser, address, site, scheme, width):
    visitor = Visit(browser, address, width=width, scheme=scheme)
    visitor.page.emulate_media(reduced_motion="reduce")  # the slides' arrows bounce for minutes
    found = []
    for path in addresses(site):
        lines = broken(visitor, path, scheme, width)
        print(*lines or [f"{path} ({scheme}, {width}): nothing"], sep="\n", flush=True)
        found += lines
    visitor.context.close()
    assert found == []


@pytest.mark.parametrize(("size", "width"), [("100%", 320), ("200%", 640)])
def test_a_narrow_window_or_large_letters_need_no_sideways_scroll(
    browser, address, site, size, width
):
    """As WCAG 2.2 has it: 320 pixels (1.4.10), and letters of twice the size (1.4.4)."""
    visitor = Visit(browser, address, width=width)
    found = []
    for path in addresses(site):
        if re.match("slides/|handouts/|workshop/sheet", path):
            continue  # sheets of paper and pictures of a fixed shape
        page = visitor.open(path)
        page.add_style_tag(content=f"html {{ font-size: {size} !important }}")
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            found.append(f"{path}: {wide} pixels")
    visitor.context.close()
    assert found == []
