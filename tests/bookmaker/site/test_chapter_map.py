"""The map of prerequisites: what the chapters' own boxes say, drawn and listed."""

from __future__ import annotations

import re

import pytest

from bookmaker.site import chapter_map

BOX = (
    "# A question?\n\n**Necessary:** {doc}`one`, {doc}`two <two>`.\n"
    "**Helpful:** {doc}`three`; luck.\n"
)
TIMES = "\n**Time:** 40 minutes to read, 60 to teach without the exercises.\n"


def notebook(text):
    return [{"cell_type": "markdown", "source": text}]


def test_a_box_is_read():
    assert chapter_map.entry("page", notebook(BOX + TIMES)) == chapter_map.Entry(
        name="page",
        question="A question?",
        necessary=("one", "two"),
        helpful=("three",),
        reading=40,
        teaching=60,
    )


@pytest.mark.parametrize(
    ("line", "named"),
    [("# A", "# Title"), ("**Nec", "**Necessary:**"), ("**Hel", "**Helpful:**"), ("**Ti", "Time")],
)
def test_a_box_without_a_line_is_refused(line, named):
    kept = [text for text in (BOX + TIMES).splitlines(keepends=True) if not text.startswith(line)]
    with pytest.raises(ValueError, match=re.escape(named)):
        chapter_map.entry("page", notebook("".join(kept)))


def test_the_picture_has_a_box_for_every_chapter():
    entries = [
        chapter_map.Entry("one", "?", (), (), 1, 1),
        chapter_map.Entry("two_b", "?", ("one",), (), 1, 1),
    ]
    picture = chapter_map.picture(entries, [["one"], ["two_b"]])
    assert picture.startswith(b"\x89PNG")
    assert picture == chapter_map.picture(entries, [["one"], ["two_b"]])
    assert picture != chapter_map.picture(entries[:1], [["one"], ["two_b"]])
    assert "two b needs one" in chapter_map.described(entries)
    assert "{doc}`two b <chapters/two_b>` | {doc}`one <chapters/one>` | nothing" in (
        chapter_map.as_markdown(entries)
    )
