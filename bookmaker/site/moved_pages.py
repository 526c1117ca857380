"""Keep old addresses: a page that got another name leaves one behind that leads to it.

The list is ``addresses.txt``; a test holds every line of it against the built site. Who asked for a
place on the old page is led to that place on the new one; without scripts, to the page.
"""

from __future__ import annotations

import html
import os
from pathlib import Path, PurePosixPath

from sphinx.util import logging

from bookmaker.building import is_site

LIST = Path(__file__).parent / "addresses.txt"
SCRIPT = Path(__file__).parent / "moved.js"
SERVED = f"_static/{SCRIPT.name}"
LOGGER = logging.getLogger(__name__)
PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>This page has moved</title>
<noscript><meta http-equiv="refresh" content="0; url={there}"></noscript>
<script defer src="{script}"></script>
<meta name="robots" content="noindex">
</head>
<body><main><h1>This page has moved</h1><p><a href="{there}">It is here.</a></p></main></body>
</html>
"""


def listed_pages(text: str) -> dict[str, str]:
    """Return the listed pages, each with the one it leads to, or with nothing."""
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition(" -> ") for line in lines if line and not line.startswith("#"))
    return {old.strip(): new.strip() for old, _, new in pairs}


def write(site: Path, listed: dict[str, str]) -> list[str]:
    """Write the pages that lead on; return those that would lead nowhere."""
    lost, leads_on = [], SCRIPT.read_text(encoding="utf-8")
    for old, new in listed.items():
        if not new:
            continue
        if not (site / new.partition("#")[0]).is_file():
            lost.append(f"{old} -> {new}")
            continue
        there, script = (
            html.escape(os.path.relpath(path, PurePosixPath(old).parent).replace(os.sep, "/"))
            for path in (new, SERVED)
        )
        for file, text in ((old, PAGE.format(there=there, script=script)), (SERVED, leads_on)):
            (site / file).parent.mkdir(parents=True, exist_ok=True)
            (site / file).write_text(text, encoding="utf-8")
    return lost


def _build_finished(app, exception) -> None:
    if exception is None and is_site(app):
        for line in write(Path(app.outdir), listed_pages(LIST.read_text(encoding="utf-8"))):
            LOGGER.warning("bookmaker/site/addresses.txt: there is no such page: %s", line)


def setup(app):
    """Register with Sphinx."""
    app.connect("build-finished", _build_finished)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
