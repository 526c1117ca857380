"""Light pages: figures with a palette where it does not show, sounds and icons set apart."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
import site_rules as rules
from PIL import Image
from scripts import load
from site_builder import ROOT


@pytest.fixture(scope="module")
def weight():
    return load(ROOT / "book" / "_ext" / "book_weight.py")


def png(pixels, mode):
    written = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8), mode).save(written, "PNG")
    return written.getvalue()


def test_a_drawing_gets_a_palette_and_looks_the_same(weight):
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


def test_what_a_palette_would_spoil_stays_as_it_is(weight):
    noise = np.random.default_rng(1).integers(0, 256, (40, 40, 4))
    photograph = png(noise[..., :3], "RGB")
    transparent = png(noise, "RGBA")
    assert weight.lighter(photograph) == photograph
    assert weight.lighter(transparent) == transparent


def test_sounds_are_set_apart_and_nothing_else(weight):
    sound = base64.b64encode(b"RIFF sound").decode()
    player = f'<audio src="data:audio/wav;base64,{sound}"></audio>'
    picture = f'<img src="data:image/png;base64,{sound}">'
    body, sounds = weight.sounds_apart(player + picture + player)
    ((name, content),) = sounds.items()
    assert content == b"RIFF sound"
    assert body == f'<audio src="{{sounds}}/{name}"></audio>'.join(["", picture, ""])
    assert weight.sounds_apart(picture) == (picture, {})


def test_icons_are_drawn_by_one_of_the_two_ways(weight):
    kept = '<link href="_static/vendor/fontawesome/6.5.2/css/all.min.css" rel="stylesheet" />'
    font = '<link rel="preload" as="font" href="x/fa-{}.woff2" />'
    script = '<script src="../_static/vendor/fontawesome/6.5.2/js/all.min.js?digest=1"></script>'
    page = f"{kept}\n{font.format('solid-900')}\n{font.format('brands-400')}\n{script}\n"
    assert weight.ICONS.sub("", page) == f"{kept}\n{font.format('solid-900')}\n"


def test_the_scale_weighs_each_file_once_and_compressed(tmp_path):
    (tmp_path / "index.html").write_bytes(bytes(100_000))
    (tmp_path / "noise.bin").write_bytes(np.random.default_rng(2).bytes(5000))
    base = "http://127.0.0.1:1"
    light = rules.compressed_bytes(tmp_path, [f"{base}/", f"{base}/index.html", f"{base}/missing"])
    assert 0 < light < 500
    both = rules.compressed_bytes(tmp_path, [f"{base}/", f"{base}/noise.bin?v=1"])
    assert both > light + 5000
