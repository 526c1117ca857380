"""The map says what the chapters say; the glossary is linked where its words are met."""

import json
import re
from pathlib import Path

import pytest
import yaml
from docutils import nodes
from docutils.utils import new_document

import collapse_utils
from bookmaker.paths import ROOT
from bookmaker.site import chapter_map, glossary

CHAPTERS = {path.stem: path for path in (ROOT / "chapters").glob("*.ipynb")}
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
ORDER = [
    Path(entry["file"]).name
    for part in TOC["parts"]
    for entry in part["chapters"]
    if entry["file"].startswith("chapters/")
]
BOX = (
    "# A question?\n\n**Necessary:** {doc}`one`, {doc}`two <two>`.\n"
    "**Helpful:** {doc}`three`; luck.\n"
)
TIMES = "\n**Time:** 40 minutes to read, 60 to teach without the exercises.\n"


def notebook(text):
    return {"cells": [{"cell_type": "markdown", "source": [text]}]}


# The map


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


def test_no_chapter_needs_a_later_one():
    assert len(ORDER) == len(CHAPTERS)
    for place, name in enumerate(ORDER):
        text = json.loads(CHAPTERS[name].read_text(encoding="utf-8"))
        entry = chapter_map.entry(name, text)
        assert set(entry.necessary) <= set(ORDER[:place]), name
        assert set(entry.helpful) <= set(ORDER[:place]), name
        assert 20 <= entry.reading <= entry.teaching <= 180


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


# The glossary


def page(*children):
    document = new_document("page")
    document += children
    return document


def paragraph(*children):
    return nodes.paragraph("", "", *[nodes.Text(c) if isinstance(c, str) else c for c in children])


def links(document):
    return [(r.astext(), r["refuri"]) for r in document.findall(nodes.reference)]


def test_the_first_use_in_a_paragraph_is_linked():
    document = page(
        nodes.title("", "Drift"),
        nodes.literal_block("", "drift"),
        paragraph("No ", nodes.literal("", "drift"), " here. The drifts of spring; drift again."),
    )
    assert glossary.link(document, "drift", "g.html#drift")
    assert links(document) == [("drifts", "g.html#drift")]
    assert document.astext().count("rift") == 5


@pytest.mark.parametrize("text", ["adrift", "drifting", "drift-wood", "", "wind"])
def test_other_words_are_left_alone(text):
    document = page(paragraph(text))
    assert not glossary.link(document, "drift", "g.html#drift")
    assert links(document) == []


def test_words_of_everyday_language_are_linked_in_italics_only():
    document = page(paragraph("We replace a lamp. ", nodes.emphasis("", "replace"), " is a loop."))
    assert glossary.link(document, "replace", "g.html#replace")
    (reference,) = document.findall(nodes.reference)
    assert isinstance(reference.parent, nodes.emphasis)


def test_a_term_of_two_words_may_break_over_a_line():
    document = page(paragraph("The standard\nerror is small."))
    assert glossary.link(document, "standard error", "g.html#e")


def test_the_glossary_is_in_order_and_every_term_is_used():
    text = (ROOT / "reference/glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^(\S.*)\n  \S", text.partition(":::{glossary}\n")[2], re.MULTILINE)
    assert len(terms) == len(set(terms)) > 50
    assert terms == sorted(terms, key=lambda term: term.lower().replace("–", "-"))
    sources = " ".join(
        "".join(cell["source"]).lower()
        for path in CHAPTERS.values()
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "markdown"
    )
    sources = re.sub(r"\s+", " ", sources)
    assert [term for term in terms if term.lower() not in sources] == []


def test_one_version_everywhere():
    version = collapse_utils.__version__
    assert f'version = "{version}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changes = (ROOT / "reference/changes.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (\d.*)$", changes, re.MULTILINE)
    released = [heading for heading in headings if not heading.endswith(" (not released yet)")]
    assert released[0] == version and len(headings) - len(released) <= 1
    assert f"version = {{{version}}}" in changes
