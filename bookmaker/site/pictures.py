"""Make pictures light, and let nothing move when they come.

A figure keeps its colours where a palette of fewer would show; the notebooks keep theirs in any
case. Every picture says how large it will be, and all but a page's first figure are fetched when
they are near.
"""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from urllib.parse import unquote

import numpy as np
from docutils import nodes
from PIL import Image

from bookmaker import edits
from bookmaker.building import is_site

COLORS = 64
FAITHFUL_DB = 40.0
PICTURE = re.compile(r'<img\b(?![^>]*\bwidth=)[^>]*\bsrc="([^":]+\.png)"')
FIGURES = "_images/"

png_figures = edits.one_for_each(nodes.image, where=lambda image: image["uri"].endswith(".png"))


def lighter(png: bytes) -> bytes:
    """Return a picture with a palette, if it is smaller and looks the same, or as it was."""
    picture = Image.open(io.BytesIO(png))
    if picture.mode not in ("RGB", "RGBA"):
        return png
    if picture.mode == "RGBA" and picture.getextrema()[3][0] < 255:
        return png
    picture = picture.convert("RGB")
    few = picture.quantize(COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    change = np.asarray(few.convert("RGB"), float) - np.asarray(picture, float)
    if np.mean(change**2) > 255**2 / 10 ** (FAITHFUL_DB / 10):
        return png
    written = io.BytesIO()
    few.save(written, "PNG")
    return min(png, written.getvalue(), key=len)


def pictures_of(app) -> dict[str, Path]:
    """Return the files of the pictures that pages show, by the names they have in the site."""
    logo = Path(app.config.html_logo)
    shown = {name: Path(app.srcdir, path) for path, name in app.builder.images.items()}
    return {logo.name: logo, **shown}


def sized(text: str, pictures: dict[str, Path]) -> tuple[str, int]:
    """Return a page whose pictures say how large their files are, and how many do.

    Figures wait until they are near, all but the first.
    """
    done = figures = 0

    def with_size(found):
        nonlocal done, figures
        file = pictures.get(unquote(html.unescape(found[1])).rpartition("/")[2])
        if file is None:
            return found[0]
        with Image.open(file) as picture:
            width, height = picture.size
        done += 1
        figures += FIGURES in found[1]
        waits = ' loading="lazy"' if figures > 1 else ""
        return f'{found[0]} width="{width}" height="{height}"{waits}'

    return PICTURE.sub(with_size, text), done


def _page_rendered(app, page) -> None:
    page.text, done = sized(page.text, pictures_of(app))
    due = 1 + png_figures(page)  # one is the logo
    edits.demand(__name__, "pictures say how large they will be", page.name, done, due)


def _build_finished(app, exception) -> None:
    if exception is not None or not is_site(app):
        return
    site = Path(app.outdir)
    for file in [*site.glob("_images/*.png"), *site.glob("_static/*.png")]:
        png = file.read_bytes()
        if (light := lighter(png)) is not png:
            file.write_bytes(light)


def setup(app):
    """Register with Sphinx."""
    edits.listen(app, _page_rendered)
    app.connect("build-finished", _build_finished)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
