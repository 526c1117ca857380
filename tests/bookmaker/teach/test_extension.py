"""The routes' pages: their links open the sections that they name."""

from __future__ import annotations

import re

import pytest


def section_at(page, anchor):
    """Return the heading that stands at an anchor of a page; none if a figure stands there."""
    before, _, rest = page.partition(f'id="{anchor}"')
    heading = re.search(r"<h[1-6]>(.*?)<a class=.headerlink", rest, re.DOTALL)
    if not heading or before.rpartition("<")[2].startswith("figure"):
        return ""
    text = re.sub(r'<span class="section-number">.*?</span>', "", heading[1])
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


def misled(site, route):
    """Return the links of a route's page that open another section than they name."""
    page = (site / "workshop" / f"{route}.html").read_text(encoding="utf-8")
    links = re.findall(
        r'<a class="reference internal" href="([\w./]+\.html)#([\w-]+)"><span[^>]*>(.*?)</span>',
        page.partition('class="route')[2],
    )
    assert len(links) > 4
    found = []
    for path, anchor, said in links:
        target = (site / "workshop" / path).resolve().read_text(encoding="utf-8")
        opened = section_at(target, anchor)
        named_in_words = "\\(" in opened  # a link has no formula
        if opened and not named_in_words and opened != re.sub(r"<[^>]+>", "", said):
            found.append((path, anchor, said, opened))
    return found


@pytest.mark.parametrize("route", ["seminar", "workshop", "half-day", "course"])
def test_every_link_of_a_route_opens_the_section_that_it_names(site, route):
    assert misled(site, route) == []


def test_a_link_of_a_route_to_another_section_is_noticed(tmp_path):
    (tmp_path / "workshop").mkdir()
    link = '<a class="reference internal" href="page.html#{}"><span class="x">One</span></a>'
    links = [link.format(anchor) for anchor in ("a", "b", "a", "a", "c")]
    (tmp_path / "workshop" / "r.html").write_text(f'<div class="route">{"".join(links)}')
    one, two = (
        f'<span id="{anchor}"></span><section><h2>{title}<a class="headerlink"></a></h2>'
        for anchor, title in (("a", "One"), ("b", "Two"))
    )
    page = f'{one}{two}<figure id="c"></figure><h2>Three<a class="headerlink"></a></h2>'
    (tmp_path / "workshop" / "page.html").write_text(page)
    assert misled(tmp_path, "r") == [("page.html", "b", "One", "Two")]
