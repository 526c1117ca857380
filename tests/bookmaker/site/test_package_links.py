"""The package's reference leads to the chapters that use it."""

from __future__ import annotations

import re

from bookmaker.paths import ROOT

CHAPTERS = [path.stem for path in sorted((ROOT / "chapters").glob("*.ipynb"))]


def test_reference_and_chapters_are_linked_both_ways(site):
    reference = (site / "reference/package.html").read_text(encoding="utf-8")
    for chapter in CHAPTERS:
        page = (site / "chapters" / f"{chapter}.html").read_text(encoding="utf-8")
        assert re.search(r'href="../reference/package\w*\.html#', page), chapter
    assert 'href="../chapters/random_walks.html"' in reference
    assert 'id="collapse_utils.simulation.simulate"' in reference
    assert "automodule" not in reference
