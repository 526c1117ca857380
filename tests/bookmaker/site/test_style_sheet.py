"""One style sheet, of rules that a page can use; fonts of icons that it can show."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pydata_sphinx_theme
import pytest
from fontTools.ttLib import TTFont
from sphinx.errors import ExtensionError

from bookmaker.site import style_sheet


def test_rules_that_no_page_can_use_go_and_all_others_stay(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.css").write_text(
        '/*! licence */ /* note */ @import "b.css";\n'
        ".used:not(.never), .gone { background: url(../x.png?v=1) }\n"
        "@media print { .gone { color: red } a[href$='.pdf'], .gone { color: blue } }\n"
        "@font-face { src: url('data:font') }"
    )
    (tmp_path / "sub" / "b.css").write_text("h1 { top: 0 } .gone:hover { top: 1px }")
    css = style_sheet.one_sheet(["sub/a.css"], tmp_path, {"used"})
    assert css.startswith("/*! made of sub/a.css */") and "/*! licence */" in css
    for kept in (
        '.used:not(.never){background: url("x.png")}',
        "h1{",
        "@font-face",
        '[href$=".pdf"]{',
    ):
        assert kept in css, kept
    for dropped in ("gone", "note", "@import", "red"):
        assert dropped not in css, dropped


def test_sheets_become_one_link_and_a_page_of_its_own_keeps_its_own():
    page = '<link rel="stylesheet" href="../_static/{}?v=1" />\n'
    first = page.format("styles/theme.css") + page.format("site.css") + page.format("live.css")
    sheets = ["styles/theme.css", "site.css"]
    once = style_sheet.linked_once(first, sheets, "abc")
    assert once == '<link rel="stylesheet" href="../_static/book.css?v=abc" />\n' + page.format(
        "live.css"
    )
    assert style_sheet.linked_once(once, sheets, "abc") == once
    pages = [once, first, first.replace("live", "other")]
    common, words = style_sheet.asked_for(pages)
    assert common == sheets and {"book", "live", "other"} <= words
    assert style_sheet.asked_for([once])[0] == []


def test_early_fetched_is_the_small_font_of_icons_and_no_other():
    preload = '<link rel="preload" as="font" type="font/woff2" crossorigin href="{}" />\n'
    fonts = "../_static/vendor/x/fa-{}.woff2"
    page = "".join(
        preload.format(fonts.format(name)) for name in ("solid-900", "brands-400", "regular-400")
    )
    for edit in style_sheet.EDITS:
        page = edit.pattern.sub(edit.replacement, page)
    wanted = preload.format("../_static/icons.woff").replace("woff2", "woff")
    assert page.strip() == wanted.strip()


def test_the_fonts_of_icons_have_those_that_a_sheet_writes(tmp_path):
    source = Path(pydata_sphinx_theme.__file__).parent.joinpath(
        "theme", "pydata_sphinx_theme", "static", "vendor", "fontawesome"
    )
    css = ".a{content:\"\\f0c9 \"} .b{content:'\uf062'} .c{content:'\uf09b'} "
    for name in style_sheet.ICONS:
        shutil.copy(next(source.rglob(f"{name}.ttf")), tmp_path)
        src = f'url("./{name}.woff2") format("woff2"),url("./{name}.ttf") format("truetype")'
        css += f"@font-face{{src:{src}}}"
    after = style_sheet.with_small_icons(css, tmp_path)
    characters = {"fa-solid-900": {0xF0C9, 0xF062}, "fa-brands-400": {0xF09B}}
    for name, file in style_sheet.ICONS.items():
        assert f'{{src:url("{file}") format("woff")}}' in after
        with TTFont(tmp_path / file) as small:
            assert {c for c in small.getBestCmap() if c > 0xF000} == characters[name]
            names = {record.nameID: record.toUnicode() for record in small["name"].names}
        assert "Copyright" in names.pop(0)
        assert not [text for text in names.values() if "Awesome" in text]
        assert 50 * (tmp_path / file).stat().st_size < (tmp_path / f"{name}.ttf").stat().st_size
    with pytest.raises(ExtensionError, match="ask for no fa-brands-400, fa-solid-900"):
        style_sheet.with_small_icons(".a{content: 'b'}", tmp_path)


def test_a_themed_page_asks_for_one_style_sheet_and_waits_for_no_script(site):
    page = (site / "intro.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([^"?]+\.css)', page) == ["_static/book.css"]
    assert "mathjax/" not in page and "formulasSet" not in page
    assert [s for s in re.findall(r"<script [^>]*src=[^>]*>", page) if "defer" not in s] == []
    css = (site / "_static" / "book.css").read_text(encoding="utf-8")
    assert "Bootstrap" in css and "Font Awesome Free" in css  # their licences
    assert ".bd-article" in css and ".fa-hippo" not in css
