"""No published address vanishes: a page with a new name is found under its old one."""

from __future__ import annotations

import re

from bookmaker.paths import ROOT
from bookmaker.site import moved_pages as moved
from tests.support import site_rules as rules


def test_no_published_address_vanishes(site):
    listed = moved.listed_pages(moved.LIST.read_text(encoding="utf-8"))
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    pages = {f"{name}.html" for name in re.findall(r"(?:file|root): (\S+)", contents)}
    assert pages and pages <= set(listed)
    assert [page for page in listed if not (site / page).is_file()] == []


def test_a_page_with_a_new_name_is_found_under_its_old_one(tmp_path):
    (tmp_path / "new.html").write_text('<h1 id="here">New</h1>')
    listed = moved.listed_pages(
        "# a list\nnew.html\nold/page.html -> new.html#here\nx.html -> y.html\n"
    )
    assert moved.write(tmp_path, listed) == ["x.html -> y.html"]
    assert not (tmp_path / "x.html").exists()
    page = (tmp_path / "old" / "page.html").read_text()
    assert 'url=../new.html#here"' in page and '<a href="../new.html#here">' in page
    assert "<script>" not in page  # all scripts are files
    assert rules.broken_links(tmp_path) == []
