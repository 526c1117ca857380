"""Serve every script and font from the book's own folder, and only those that are used.

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

# What extensions write that some readers, or the browser, cannot use. A folded cell is announced by
# the words it shows; a wide table can be scrolled with the keys; the bibliography makes no promise
# about its structure that it does not keep; proofs do not all have the same id, and a folded one
# has a title to unfold it by.
REPAIRS = {
    ' aria-label="Toggle hidden content"': "",
    '<div class="pst-scrollable-table-container">': (
        '<div class="pst-scrollable-table-container" tabindex="0">'
    ),
    '<div role="list" class="citation-list">': '<div class="citation-list">',
    ' role="doc-biblioentry"': "",
    '<div class="proof dropdown admonition" id="proof">\n<p>Proof. ': (
        '<div class="proof dropdown admonition">\n<p class="admonition-title">Proof</p>\n<p>'
    ),
    '<div class="proof admonition" id="proof">\n<p>Proof. ': (
        '<div class="proof admonition">\n<p><em>Proof.</em> '
    ),
}

# In the sidebar, the sign that unfolds a chapter's pages, to be named after the chapter
UNFOLD = re.compile(
    r'(<a class="[^"]*" href="[^"]*">)([^<]*)(</a><details[^>]*><summary)'
    r'(?=><span class="toctree-toggle")'
)

# What every page would carry and none uses: thebe, which needs two other hosts; the page's name,
# for a menu of versions; and MathJax as Sphinx asks for it, before the page is drawn
UNUSED = re.compile(
    r"thebe|THEBE|DOCUMENTATION_OPTIONS\.pagename|mathjax/startup\.js$|^window\.MathJax"
)

# The corner of a table of data, which heads nothing
CORNER = re.compile(r"<th\b[^>]*>\s*(?:<p>\s*</p>)?\s*</th>")

# A formula and the punctuation after it: a browser would break the line between the two
FORMULA = re.compile(r'(<span class="math notranslate nohighlight">[^<]*</span>[.,;:!?)\]’”]+)')


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


def choose_scripts(app, pagename, templatename, context, doctree) -> None:
    """Drop scripts that are unused or registered twice; have formulas set where there are any."""
    if 'class="math' in context.get("body", ""):
        app.add_js_file(None, body=FORMULAS.read_text(encoding="utf-8"))
    seen, kept = set(), []
    for script in context.get("script_files", []):
        name = str(getattr(script, "filename", script) or "")
        body = getattr(script, "attributes", {}).get("body") or ""
        if UNUSED.search(name) or UNUSED.search(body) or (name, body) in seen:
            continue
        seen.add((name, body))
        kept.append(script)
    context["script_files"] = kept


def repair_markup(app, pagename, templatename, context, doctree) -> None:
    """Mend what keeps a page from being read with ease, without eyes, or without a mouse."""
    if "body" in context:
        for written, wanted in REPAIRS.items():
            context["body"] = context["body"].replace(written, wanted)
        context["body"] = CORNER.sub("<td></td>", context["body"])
        context["body"] = FORMULA.sub(r'<span class="together">\1</span>', context["body"])


def name_the_unfolding(app, pagename, templatename, context, doctree) -> None:
    """Say in the sidebar what each sign unfolds."""
    written = context.get("generate_toctree_html")
    if written is not None:
        context["generate_toctree_html"] = lambda *kind, **how: UNFOLD.sub(
            r'\1\2\3 aria-label="Pages of: \2"', str(written(*kind, **how))
        )


def _config_inited(app, config) -> None:
    config.mathjax_path = f"mathjax/{SCRIPT}"


def setup(app):
    """Register with Sphinx; the late priority lets every other extension add its scripts first."""
    app.connect("config-inited", _config_inited)
    app.connect("builder-inited", copy_mathjax)
    app.connect("html-page-context", choose_scripts, priority=900)
    app.connect("html-page-context", repair_markup, priority=900)
    app.connect("html-page-context", name_the_unfolding, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
