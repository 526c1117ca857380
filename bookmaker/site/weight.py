"""Make pages light: fewer colours in figures, sounds in files of their own, no script for icons.

Nothing changes in the notebooks, only in the site's copy. A figure keeps its colours where a
palette would show; a sound is fetched when somebody plays it; icons come from the theme's fonts,
which it loads in any case, and not from half a megabyte of script that draws them again.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
from pathlib import Path

import numpy as np
from PIL import Image

from bookmaker.building import is_site

COLORS = 64
FAITHFUL_DB = 40.0
SOUND = re.compile(r'src="data:audio/wav;base64,([A-Za-z0-9+/=]+)"')
ICONS = re.compile(
    r'\s*<script src="[^"]*/fontawesome/[^"]*/all\.min\.js[^"]*"></script>'
    r'|\s*<link rel="preload"[^>]*/fa-(?:brands|regular)-400\.woff2"[^>]*>'
)


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


def sounds_apart(body: str) -> tuple[str, dict[str, bytes]]:
    """Return the page with a name in place of each sound, ``{name}.wav``, and the sounds."""
    sounds = {}

    def name(found):
        sound = base64.b64decode(found[1])
        file = f"{hashlib.sha256(sound).hexdigest()[:16]}.wav"
        sounds[file] = sound
        return f'src="{{sounds}}/{file}"'

    return SOUND.sub(name, body), sounds


def _set_sounds_apart(app, pagename, templatename, context, doctree) -> None:
    body, sounds = sounds_apart(context.get("body", ""))
    if not sounds:
        return
    folder = Path(app.outdir) / "_static" / "sounds"
    folder.mkdir(parents=True, exist_ok=True)
    for file, sound in sounds.items():
        (folder / file).write_bytes(sound)
        address = context["pathto"](f"_static/sounds/{file}", 1)
        body = body.replace(f"{{sounds}}/{file}", address)
    context["body"] = body


def _build_finished(app, exception) -> None:
    if exception is not None or not is_site(app):
        return
    site = Path(app.outdir)
    for file in [*site.glob("_images/*.png"), *site.glob("_static/*.png")]:
        png = file.read_bytes()
        if (light := lighter(png)) is not png:
            file.write_bytes(light)
    for file in site.rglob("*.html"):
        if "_static" not in file.relative_to(site).parts:
            text = file.read_text(encoding="utf-8")
            if (without := ICONS.sub("", text)) != text:
                file.write_text(without, encoding="utf-8", newline="\n")


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", _set_sounds_apart)
    app.connect("build-finished", _build_finished)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
