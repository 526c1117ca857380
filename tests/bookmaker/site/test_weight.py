"""Light pages: figures with a palette where it does not show, sounds and icons set apart."""

from __future__ import annotations

import base64
import io
import shutil
from pathlib import Path

import numpy as np
import pydata_sphinx_theme
import pytest
from fontTools.ttLib import TTFont
from PIL import Image
from sphinx.errors import ExtensionError

from bookmaker.site import page_load as paint
from bookmaker.site import weight
from tests.support import site_rules as rules


def png(pixels, mode):
    written = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8), mode).save(written, "PNG")
    return written.getvalue()


def test_a_drawing_gets_a_palette_and_looks_the_same():
    x, y = np.meshgrid(np.arange(200), np.arange(120))
    near = np.clip(np.abs(y - 60 - 40 * np.sin(x / 20)) / 3, 0, 1)[..., None]
    drawing = np.rint(near * [253, 252, 249] + (1 - near) * [156, 61, 31])
    drawing = np.concatenate([drawing, np.full((120, 200, 1), 255)], axis=2)
    before = png(drawing, "RGBA")
    after = weight.lighter(before)
    assert len(after) < len(before)
    seen = np.asarray(Image.open(io.BytesIO(after)).convert("RGB"), float)
    assert np.mean((seen - drawing[..., :3]) ** 2) < 6.5
    assert weight.lighter(after) == after


def test_what_a_palette_would_spoil_stays_as_it_is():
    noise = np.random.default_rng(1).integers(0, 256, (40, 40, 4))
    photograph = png(noise[..., :3], "RGB")
    transparent = png(noise, "RGBA")
    assert weight.lighter(photograph) == photograph
    assert weight.lighter(transparent) == transparent


def test_sounds_are_set_apart_and_nothing_else():
    sound = base64.b64encode(b"RIFF sound").decode()
    player = f'<audio src="data:audio/wav;base64,{sound}"></audio>'
    picture = f'<img src="data:image/png;base64,{sound}">'
    body, sounds = weight.sounds_apart(player + picture + player)
    ((name, content),) = sounds.items()
    assert content == b"RIFF sound"
    assert body == f'<audio src="{{sounds}}/{name}"></audio>'.join(["", picture, ""])
    assert weight.sounds_apart(picture) == (picture, {})


def test_icons_are_drawn_by_one_of_the_two_ways():
    kept = '<link href="_static/vendor/fontawesome/6.5.2/css/all.min.css" rel="stylesheet" />'
    font = '<link rel="preload" as="font" href="x/fa-{}.woff2" />'
    script = '<script src="../_static/vendor/fontawesome/6.5.2/js/all.min.js?digest=1"></script>'
    page = f"{kept}\n{font.format('solid-900')}\n{font.format('brands-400')}\n{script}\n"
    assert weight.ICONS.sub("", page) == f"{kept}\n{font.format('solid-900')}\n"


def test_rules_that_no_page_can_use_go_and_all_others_stay(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.css").write_text(
        '/*! licence */ /* note */ @import "b.css";\n'
        ".used:not(.never), .gone { background: url(../x.png?v=1) }\n"
        "@media print { .gone { color: red } a[href$='.pdf'], .gone { color: blue } }\n"
        "@font-face { src: url('data:font') }"
    )
    (tmp_path / "sub" / "b.css").write_text("h1 { top: 0 } .gone:hover { top: 1px }")
    css = paint.one_sheet(["sub/a.css"], tmp_path, {"used"})
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
    once = paint.linked_once(first, sheets, "abc")
    assert once == '<link rel="stylesheet" href="../_static/book.css?v=abc" />\n' + page.format(
        "live.css"
    )
    assert paint.linked_once(once, sheets, "abc") == once
    assert paint.common_sheets({"a": first, "b": first.replace("live", "other")}) == sheets


def test_scripts_wait_and_pictures_say_how_large_they_are(tmp_path):
    (tmp_path / "x.png").write_bytes(png(np.zeros((3, 5, 3)), "RGB"))
    page = (
        '<script src="a.js"></script><script type="module" src="b.mjs"></script><img src="x.png">'
    )
    after = paint.sized(paint.scripts_wait(page), tmp_path / "page.html")
    assert '<script defer src="a.js">' in after and '<script type="module" src="b.mjs">' in after
    assert '<img src="x.png" width="5" height="3">' in after
    assert paint.sized(paint.scripts_wait(after), tmp_path / "page.html") == after


def test_figures_after_the_first_are_fetched_when_they_are_near(tmp_path):
    (tmp_path / "_images").mkdir()
    for name in ("logo.png", "_images/a.png", "_images/b.png"):
        (tmp_path / name).write_bytes(png(np.zeros((3, 5, 3)), "RGB"))
    page = '<img src="logo.png"><img src="_images/a.png"><img src="_images/b.png">'
    pictures = paint.sized(page, tmp_path / "page.html").split("<img")[1:]
    assert ["lazy" in picture for picture in pictures] == [False, False, True]


def test_the_fonts_of_icons_have_those_that_a_sheet_writes(tmp_path):
    source = Path(pydata_sphinx_theme.__file__).parent.joinpath(
        "theme", "pydata_sphinx_theme", "static", "vendor", "fontawesome"
    )
    css = ".a{content:\"\\f0c9 \"} .b{content:'\uf062'} .c{content:'\uf09b'} "
    for name in paint.ICONS:
        shutil.copy(next(source.rglob(f"{name}.ttf")), tmp_path)
        src = f'url("./{name}.woff2") format("woff2"),url("./{name}.ttf") format("truetype")'
        css += f"@font-face{{src:{src}}}"
    after = paint.with_small_icons(css, tmp_path)
    characters = {"fa-solid-900": {0xF0C9, 0xF062}, "fa-brands-400": {0xF09B}}
    for name, file in paint.ICONS.items():
        assert f'{{src:url("{file}") format("woff")}}' in after
        with TTFont(tmp_path / file) as small:
            assert {c for c in small.getBestCmap() if c > 0xF000} == characters[name]
            names = {record.nameID: record.toUnicode() for record in small["name"].names}
        assert "Copyright" in names.pop(0)
        assert not [text for text in names.values() if "Awesome" in text]
        assert 50 * (tmp_path / file).stat().st_size < (tmp_path / f"{name}.ttf").stat().st_size
    with pytest.raises(ExtensionError, match="ask for no fa-brands-400, fa-solid-900"):
        paint.with_small_icons(".a{content: 'b'}", tmp_path)


def test_the_themes_script_measures_before_it_marks():
    script = 'a();document.querySelectorAll("pre, .x").forEach((e=>{e.tabIndex=e.y>1?0:-1}));b()'
    after = 'a();[...document.querySelectorAll("pre, .x")]' + (
        ".map(e=>[e,e.y>1?0:-1]).forEach(([e,t])=>{e.tabIndex=t});b()"
    )
    assert paint.measured_first(script) == after
    assert paint.measured_first(after) == after
    static = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static"
    theme = (static / paint.SCRIPT).read_text(encoding="utf-8")
    assert paint.measured_first(theme) != theme


def test_words_without_a_colour_of_their_own_are_no_elements():
    css = (
        'html[data-theme="light"] .highlight{background: #fefefe; color: #080808}\n'
        'html[data-theme="dark"] .highlight{background: #2b2b2b; color: #F8F8F2}\n'
        'html[data-theme="light"] .highlight .n{color: #080808}\n'
        'html[data-theme="dark"] .highlight .n{color: #F8F8F2}\n'
        'html[data-theme="light"] .highlight .k{color: #080808}\n'
        'html[data-theme="dark"] .highlight .k{color: #DCC6E0}\n'
        'html[data-theme="light"] .highlight .gs{color: #080808; font-weight: bold}\n'
        'html[data-theme="dark"] .highlight .gs{color: #F8F8F2; font-weight: bold}\n'
    )
    classes = paint.colourless(css)
    assert classes == {"n"}
    line = '<span class="k">if</span> <span class="n">a</span><span class="n">&lt;</span>'
    page = f'<p><span class="n">x</span></p><pre><span></span>{line}\n</pre>'
    after = paint.plain_words(page, classes)
    assert after == (
        '<p><span class="n">x</span></p><pre><span></span><span class="k">if</span> a&lt;\n</pre>'
    )


def test_the_scale_weighs_each_file_once_and_compressed(tmp_path):
    (tmp_path / "index.html").write_bytes(bytes(100_000))
    (tmp_path / "noise.bin").write_bytes(np.random.default_rng(2).bytes(5000))
    base = "http://127.0.0.1:1"
    light = rules.compressed_bytes(tmp_path, [f"{base}/", f"{base}/index.html", f"{base}/missing"])
    assert 0 < light < 500
    both = rules.compressed_bytes(tmp_path, [f"{base}/", f"{base}/noise.bin?v=1"])
    assert both > light + 5000
