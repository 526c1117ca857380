"""Pictures: a palette where it does not show, a size in advance, fetched when they are near."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from bookmaker.site import pictures


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
    after = pictures.lighter(before)
    assert len(after) < len(before)
    seen = np.asarray(Image.open(io.BytesIO(after)).convert("RGB"), float)
    assert np.mean((seen - drawing[..., :3]) ** 2) < 6.5
    assert pictures.lighter(after) == after


def test_what_a_palette_would_spoil_stays_as_it_is():
    noise = np.random.default_rng(1).integers(0, 256, (40, 40, 4))
    photograph = png(noise[..., :3], "RGB")
    transparent = png(noise, "RGBA")
    assert pictures.lighter(photograph) == photograph
    assert pictures.lighter(transparent) == transparent


def files(tmp_path, *names):
    """Write a picture of five by three pixels under each name; return them by name."""
    for name in names:
        (tmp_path / name).write_bytes(png(np.zeros((3, 5, 3)), "RGB"))
    return {name: tmp_path / name for name in names}


def test_a_picture_says_how_large_it_is_and_one_that_is_not_there_nothing(tmp_path):
    page = '<img src="../x%20y.png"><img src="missing.png"><img src="x%20y.png" width="1">'
    after, done = pictures.sized(page, files(tmp_path, "x y.png"))
    assert done == 1
    assert after == page.replace('../x%20y.png"', '../x%20y.png" width="5" height="3"')
    assert pictures.sized(after, files(tmp_path, "x y.png")) == (after, 0)


def test_figures_after_the_first_are_fetched_when_they_are_near(tmp_path):
    page = '<img src="logo.png"><img src="_images/a.png"><img src="_images/b.png">'
    after, done = pictures.sized(page, files(tmp_path, "logo.png", "a.png", "b.png"))
    assert done == 3
    assert ["lazy" in picture for picture in after.split("<img")[1:]] == [False, False, True]
