"""Give the site the book's own look: its palette, its style sheet and its cover.

The colours have one source, ``collapse_utils.plotting``; the style sheet knows them as custom
properties that are written here at build time. What is made is rewritten only where it changed, so
that a second build has nothing to do.
"""

from __future__ import annotations

import re

from bookmaker.building import add_assets, generated, write_if_changed
from bookmaker.colour import mix, readable
from bookmaker.edits import Edit, on_every_page
from bookmaker.site import cover
from collapse_utils import plotting

NIGHT = "#17181b"
# What the templates of this room write, if the theme still asks for them by their names
EDITS = (
    Edit(
        "light or dark is settled before anything is painted",
        re.compile(r'matchMedia\("\(prefers-color-scheme: dark\)"\)\.matches'),
    ),
    Edit("the logo is a landmark", re.compile('<nav aria-label="Title page">')),
    Edit(
        "the search button is announced by the words it shows",
        re.compile(r"<button class=\"btn search-button-field(?![^>]*aria-label)"),
    ),
)


def palette_css(ink: str, paper: str, muted: str, accent: str) -> str:
    """Return the custom properties for light and for dark pages."""
    schemes = {
        "light": (ink, paper, readable(muted, paper, ink), readable(accent, paper, ink)),
        "dark": (
            mix(paper, NIGHT, 0.12),
            NIGHT,
            readable(muted, NIGHT, paper),
            readable(accent, NIGHT, paper),
        ),
    }
    rules = []
    for name, (text, ground, quiet, link) in schemes.items():
        properties = {
            "text": text,
            "ground": ground,
            "muted": quiet,
            "accent": link,
            "surface": mix(ground, text, 0.03),
            "tint": mix(ground, link, 0.1),
            "rule": mix(ground, text, 0.16),
            "paper": paper,
        }
        body = "".join(f"  --book-{key}: {value};\n" for key, value in properties.items())
        rules.append(f'html[data-theme="{name}"] {{\n{body}}}\n')
    return "".join(rules)


def _config_inited(app, config) -> None:
    folder = generated(app)
    css = palette_css(plotting.INK, plotting.PAPER, plotting.MUTED, plotting.ACCENT)
    write_if_changed(folder / "palette.css", css.encode())
    for name, picture in cover.pictures().items():
        write_if_changed(folder / name, picture)
    config.html_static_path.append(str(folder))
    config.html_theme_options = {**config.html_theme_options, "logo": {"text": config.html_title}}
    config.html_logo = config.html_favicon = str(folder / "logo.png")


def setup(app):
    """Register with Sphinx; the style sheets come after the theme's."""
    add_assets(app, __file__)
    on_every_page(app, __name__, *EDITS)
    app.connect("config-inited", _config_inited)
    app.add_css_file("palette.css", priority=900)
    app.add_css_file("site.css", priority=901)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
