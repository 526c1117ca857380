"""Have a page drawn before its scripts run, and leave out those that no page uses.

The theme and the extensions ask for a dozen scripts before anything is shown. Here they run in
their order once the page stands, none of them fetched first. Left out are thebe, which needs two
other hosts, the page's name for a menu of versions, and half a megabyte that draws the icons again
which the theme's fonts show.
"""

from __future__ import annotations

import re

from bookmaker.edits import Edit, on_every_page

EDITS = (
    Edit(
        "nothing is asked of thebe's hosts",
        re.compile(
            r"\s*<script>const THEBE_JS_URL = [^<]*</script>"
            r'|\s*<script[^>]*\bsrc="[^"]*sphinx-thebe\.js[^"]*"></script>'
        ),
        "",
    ),
    Edit(
        "no page carries its name for a menu of versions",
        re.compile(r"\s*<script>DOCUMENTATION_OPTIONS\.pagename = [^<]*</script>"),
        "",
    ),
    Edit(
        "no script draws the icons that a font shows",
        re.compile(r'\s*<script src="[^"]*/fontawesome/[^"]*/all\.min\.js[^"]*"></script>'),
        "",
    ),
    Edit(
        "no script is fetched before the page",
        re.compile(r'[ \t]*<link rel="preload" as="script"[^>]*>\n?'),
        "",
    ),
    Edit(
        "scripts wait until the page stands",
        re.compile(r'<script (?=[^>]*\bsrc=)(?![^>]*\b(?:defer|async|type="module"))'),
        "<script defer ",
    ),
)


def setup(app):
    """Register with Sphinx."""
    on_every_page(app, __name__, *EDITS)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
