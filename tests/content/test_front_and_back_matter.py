"""The map says what the chapters say; the glossary is linked where its words are met."""

import json
import re
from pathlib import Path

import yaml

import collapse_utils
from bookmaker.markup.notebook import read_notebook
from bookmaker.paths import ROOT
from bookmaker.site import chapter_map

CHAPTERS = {path.stem: path for path in (ROOT / "chapters").glob("*.ipynb")}
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
ORDER = [
    Path(entry["file"]).name
    for part in TOC["parts"]
    for entry in part["chapters"]
    if entry["file"].startswith("chapters/")
]


def test_no_chapter_needs_a_later_one():
    assert len(ORDER) == len(CHAPTERS)
    for place, name in enumerate(ORDER):
        entry = chapter_map.entry(name, read_notebook(CHAPTERS[name]).cells)
        assert set(entry.necessary) <= set(ORDER[:place]), name
        assert set(entry.helpful) <= set(ORDER[:place]), name
        assert 20 <= entry.reading <= entry.teaching <= 180


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
