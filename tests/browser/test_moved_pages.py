"""A browser that asks for a moved page, or a place on it, gets there."""

from __future__ import annotations

import pytest

from bookmaker.site import moved_pages

LIST = "folder/old.html -> new.html\nother.html -> new.html#a-place\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("moved")
    (folder / "new.html").write_text('<h1>New</h1><p id="a-place">a</p><p id="another">b</p>')
    assert moved_pages.write(folder, moved_pages.listed_pages(LIST)) == []
    return folder


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("folder/old.html", "new.html"),
        ("folder/old.html#another", "new.html#another"),
        ("folder/old.html?q=word#another", "new.html?q=word#another"),
        ("other.html", "new.html#a-place"),
        ("other.html#another", "new.html#another"),
    ],
)
def test_a_moved_page_leads_to_the_place_that_was_asked_for(visit, asked, reached):
    visitor = visit()
    visitor.page.goto(f"{visitor.address}/{asked}")
    visitor.page.wait_for_url(f"{visitor.address}/{reached}")
    assert visitor.page.locator("h1").inner_text() == "New"
    assert visitor.complaints == [] and visitor.elsewhere == []


def test_without_scripts_it_leads_to_the_page(visit):
    visitor = visit(scripts=False)
    visitor.page.goto(f"{visitor.address}/folder/old.html#another")
    visitor.page.wait_for_url("**/new.html*")
    assert visitor.page.locator("h1").inner_text() == "New"


def test_the_old_address_is_not_kept_where_back_leads(visit):
    visitor = visit()
    visitor.page.goto(f"{visitor.address}/new.html#a-place")
    visitor.page.evaluate("location.href = 'folder/old.html#another'")
    visitor.page.wait_for_url("**/new.html#another")
    visitor.page.go_back()
    visitor.page.wait_for_url("**/new.html#a-place")
