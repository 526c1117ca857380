"""Set formulas with a MathJax of the book's own, after a page is drawn.

Sphinx would fetch MathJax from another host on each page. The pinned package
``django-static-mathjax`` carries the same files (it needs no Django); the parts that a page can ask
for are copied into the site, with their licence. Pages with formulas ask for them after they are
drawn: ``formulas.js``.
"""

from __future__ import annotations

import re
import shutil
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes

from bookmaker import edits

SCRIPT = "startup.js"
FORMULAS = Path(__file__).parent / "formulas.js"
# An extension of TeX is fetched when a formula first needs it; the a11y scripts and the speech
# rules in sre, when a reader turns them on in MathJax's own menu.
NEEDED = (
    SCRIPT,
    "core.js",
    "input/tex.js",
    "input/tex/extensions/*.js",
    "output/chtml.js",
    "output/chtml/fonts/tex.js",
    "output/chtml/fonts/woff-v2/*.woff",
    "ui/menu.js",
    "a11y/*.js",
    "sre/mathmaps/base.json",
    "sre/mathmaps/en.json",
)
FORMULA = 'class="math'

has_formulas = edits.one_for_each(nodes.math, nodes.math_block)

# MathJax as Sphinx asks for it, before the page is drawn
EAGER = re.compile(
    r"\s*<script[^>]*>window\.MathJax = .*?</script>"
    r'|\s*<script[^>]*\bsrc="[^"]*mathjax/startup\.js[^"]*"></script>'
)
EDITS = (
    edits.Edit(
        "formulas are not set before the page is drawn",
        EAGER,
        "",
        lambda page: 2 * bool(has_formulas(page)),
    ),
)


def mathjax_folder() -> Path:
    """Return the folder of the installed MathJax package."""
    spec = find_spec("mathjax")
    if spec is None or spec.origin is None:
        raise RuntimeError("MathJax is missing: pip install -r requirements.txt")
    return Path(spec.origin).parent / "static" / "mathjax"


def copy_mathjax(app) -> None:
    """Copy what a page can ask of MathJax, and its licence, to ``_static/mathjax``."""
    if app.builder.format != "html":
        return
    source, target = mathjax_folder(), Path(app.outdir) / "_static" / "mathjax"
    files = {source / "LICENSE": target / "LICENSE"}
    for pattern in NEEDED:
        for file in (source / "es5").glob(pattern):
            files[file] = target / file.relative_to(source / "es5")
    for file, copy in files.items():
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)


def set_formulas(app, pagename, templatename, context, doctree) -> None:
    """Have formulas set where there are any."""
    body = context.get("body", "")
    page = edits.Page(app, pagename, doctree, body)
    found = body.count(FORMULA)
    edits.demand(__name__, "formulas are set", pagename, found, has_formulas(page))
    if found:
        app.add_js_file(None, body=FORMULAS.read_text(encoding="utf-8"))


def _config_inited(app, config) -> None:
    config.mathjax_path = f"mathjax/{SCRIPT}"


def setup(app):
    """Register with Sphinx."""
    app.connect("config-inited", _config_inited)
    app.connect("builder-inited", copy_mathjax)
    app.connect("html-page-context", set_formulas, priority=900)
    edits.on_every_page(app, __name__, *EDITS)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
