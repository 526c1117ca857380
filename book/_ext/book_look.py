"""Give the site the book's own look: its palette, its style sheet and its cover.

The colours have one source, ``collapse_utils.plotting``; the style sheet knows them as custom
properties that are written here at build time. What is made lies in ``book/generated``, which git
ignores, and is rewritten only where it changed, so that a second build has nothing to do.
"""

from __future__ import annotations

from pathlib import Path

import book_cover

from collapse_utils import plotting
from collapse_utils._colour import mix, readable

BOOK = Path(__file__).resolve().parent.parent
GENERATED = BOOK / "generated"
NIGHT = "#17181b"


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


def is_site(app) -> bool:
    """Tell whether pages for a browser are built, rather than a printed book or an e-book."""
    return app.builder.name in ("html", "dirhtml")


def write_if_changed(file: Path, content: bytes) -> None:
    """Write `content`, leaving an equal file's time alone: Sphinx rebuilds by time."""
    if not file.exists() or file.read_bytes() != content:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _config_inited(app, config) -> None:
    css = palette_css(plotting.INK, plotting.PAPER, plotting.MUTED, plotting.ACCENT)
    write_if_changed(GENERATED / "palette.css", css.encode())
    for name, picture in book_cover.pictures().items():
        write_if_changed(GENERATED / name, picture)
    config.html_static_path += [str(BOOK / "static"), str(GENERATED)]
    config.html_theme_options = {**config.html_theme_options, "logo": {"text": config.html_title}}
    config.html_logo = config.html_favicon = str(GENERATED / "logo.png")


def setup(app):
    """Register with Sphinx; the style sheets come after the theme's."""
    app.connect("config-inited", _config_inited)
    app.add_css_file("palette.css", priority=900)
    app.add_css_file("site.css", priority=901)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
