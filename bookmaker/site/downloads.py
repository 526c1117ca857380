"""Put the printed book and the e-book beside the pages, and link them, where they have been made.

``make pdf`` and ``make epub`` leave one file each in ``_build``. What is there when the site is
built is copied and linked at the foot of every page; what is not there, or is older than a page,
is not mentioned.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from bookmaker.building import is_site

FILES = {"copies-of-copies.pdf": "PDF", "copies-of-copies.epub": "EPUB"}


def made(app) -> dict[Path, str]:
    """Return the files that are up to date, with what to call them."""
    folder = Path(app.srcdir) / "_build"
    pages = (Path(app.env.doc2path(name)) for name in app.env.found_docs)
    changed = max(page.stat().st_mtime for page in pages)
    files = {folder / name: text for name, text in FILES.items()}
    return {f: text for f, text in files.items() if f.is_file() and f.stat().st_mtime > changed}


def _link(app, pagename, templatename, context, doctree) -> None:
    address = context["pathto"]
    links = [f'<a href="{address(f.name, 1)}">{text}</a>' for f, text in made(app).items()]
    if links:
        footer = context.get("theme_extra_footer", "")
        context["theme_extra_footer"] = f"{footer}<p>The whole book: {', '.join(links)}.</p>"


def _copy(app, exception) -> None:
    if exception is None and is_site(app):
        for file in made(app):
            shutil.copyfile(file, Path(app.outdir) / file.name)


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", _link)
    app.connect("build-finished", _copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
