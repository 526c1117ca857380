"""Keep sounds in files of their own, fetched when somebody plays them.

A notebook stores a sound in its output. Nothing changes there, only on the site's page.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from docutils import nodes

from bookmaker import edits

FOLDER = "_static/sounds"
SOUND = re.compile(r'src="data:audio/wav;base64,([A-Za-z0-9+/=]+)"')

players = edits.one_for_each(nodes.raw, where=lambda output: "<audio" in output.astext())


def sounds_apart(body: str) -> tuple[str, dict[str, bytes]]:
    """Return the page with a name in place of each sound, ``{name}.wav``, and the sounds."""
    sounds = {}

    def name(found):
        sound = base64.b64decode(found[1])
        file = f"{hashlib.sha256(sound).hexdigest()[:16]}.wav"
        sounds[file] = sound
        return f'src="{{sounds}}/{file}"'

    return SOUND.sub(name, body), sounds


def set_apart(app, pagename, templatename, context, doctree) -> None:
    """Write a page's sounds to files, and their addresses to the page."""
    body, sounds = sounds_apart(context.get("body", ""))
    page = edits.Page(app, pagename, doctree, body)
    edits.demand(__name__, "sounds are files", pagename, len(sounds), bool(players(page)))
    folder = Path(app.outdir, FOLDER)
    for file, sound in sounds.items():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(sound)
        address = context["pathto"](f"{FOLDER}/{file}", 1)
        body = body.replace(f"{{sounds}}/{file}", address)
    context["body"] = body


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", set_apart)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
