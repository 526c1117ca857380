"""Scripts and fonts come from the book's own folder."""

from __future__ import annotations


def test_mathjax_comes_with_its_licence_and_fonts(site):
    folder = site / "_static" / "mathjax"
    assert "Apache License" in (folder / "LICENSE").read_text(encoding="utf-8")
    assert len(list((folder / "output").rglob("*.woff"))) > 20
