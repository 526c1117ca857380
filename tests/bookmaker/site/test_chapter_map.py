"""The map of prerequisites: what the chapters' own boxes say, drawn and listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bookmaker.markup.notebook import read_notebook
from bookmaker.paths import ROOT
from bookmaker.site import chapter_map
from tests.support import diagram_rules as rules

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


def test_the_books_own_map_is_whole_and_no_arrow_hides():
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [[Path(one["file"]) for one in part["chapters"]] for part in contents["parts"]]
    parts = [[file.name for file in part if file.parts[0] == "chapters"] for part in files]
    parts = [names for names in parts if names]
    entries = [
        chapter_map.entry(name, read_notebook(ROOT / "chapters" / f"{name}.ipynb").cells)
        for names in parts
        for name in names
    ]
    figure = chapter_map.drawn(entries, parts)
    boxes, arrows = rules.artists(figure)
    assert len(boxes) == len(entries) > 0
    assert len(arrows) == sum(len(one.necessary + one.helpful) for one in entries) > 0
    assert rules.cut_off(figure) == rules.overlapping(figure) == rules.hidden(figure) == []
