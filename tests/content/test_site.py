"""The built site, from its files alone: whole, self-contained, described, linked.

Each check is also shown a page that breaks it.
"""

from __future__ import annotations

import json

import numpy as np
import pytest

from bookmaker.paths import ROOT
from tests.support import site_rules as rules

CHAPTERS = [path.stem for path in sorted((ROOT / "chapters").glob("*.ipynb"))]


def test_every_chapter_has_its_page(site):
    for chapter in CHAPTERS:
        assert rules.Page(site / "chapters" / f"{chapter}.html").titles >= 1


def test_links_anchors_and_assets_exist(site):
    assert rules.broken_links(site) == []


def test_nothing_is_loaded_from_another_host(site):
    assert rules.loads_from_elsewhere(site) == []


def test_pictures_have_alternative_text(site):
    assert rules.undescribed_pictures(site) == []


def test_search_index_holds_the_chapters(site):
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    names = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))["docnames"]
    assert {f"chapters/{chapter}" for chapter in CHAPTERS} <= set(names)


@pytest.mark.parametrize(
    ("markup", "rule"),
    [
        ('<a href="missing.html">x</a>', rules.broken_links),
        ('<a href="#missing">x</a>', rules.broken_links),
        ('<img src="missing.png" alt="x">', rules.broken_links),
        ('<script src="https://example.org/x.js"></script>', rules.loads_from_elsewhere),
        ('<link rel="stylesheet" href="//example.org/x.css">', rules.loads_from_elsewhere),
        ('<img src="data:," alt=" ">', rules.undescribed_pictures),
    ],
)
def test_broken_page_is_noticed(tmp_path, markup, rule):
    page = tmp_path / "page.html"
    page.write_text('<a id="here"></a><a href="#here">x</a><img src="data:," alt="x">')
    assert rule(tmp_path) == []
    page.write_text(markup)
    assert len(rule(tmp_path)) == 1


def test_the_scale_weighs_each_file_once_and_compressed(tmp_path):
    (tmp_path / "index.html").write_bytes(bytes(100_000))
    (tmp_path / "noise.bin").write_bytes(np.random.default_rng(2).bytes(5000))
    base = "http://127.0.0.1:1"
    light = rules.compressed_bytes(tmp_path, [f"{base}/", f"{base}/index.html", f"{base}/missing"])
    assert 0 < light < 500
    both = rules.compressed_bytes(tmp_path, [f"{base}/", f"{base}/noise.bin?v=1"])
    assert both > light + 5000
