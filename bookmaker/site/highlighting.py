"""Colour code with few elements: words that have no colour of their own are none.

A chapter of a thousand lines has ten thousand coloured words. Half of them look as code does
anyway, by day and by night; as elements they would take a fifth of a long page's time to be drawn.
"""

from __future__ import annotations

from pygments.formatters import HtmlFormatter
from pygments.styles import get_style_by_name
from pygments.token import Text

from bookmaker.building import is_site

STYLES = {
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
LOOKS = [get_style_by_name(name) for name in STYLES.values()]


def is_plain(kind) -> bool:
    """Tell whether words of a kind look as text does, by day and by night."""
    return all(look.style_for_token(kind) == look.style_for_token(Text) for look in LOOKS)


class FewElements(HtmlFormatter):
    """Pygments' formatter, to which a plain word is text."""

    def format_unencoded(self, tokensource, outfile):
        """Write the tokens."""
        kinds = ((Text if is_plain(kind) else kind, value) for kind, value in tokensource)
        super().format_unencoded(kinds, outfile)


def _config_inited(app, config) -> None:
    config.html_theme_options = {**config.html_theme_options, **STYLES}


def _builder_inited(app) -> None:
    if is_site(app):
        app.builder.highlighter.formatter = FewElements


def setup(app):
    """Register with Sphinx."""
    app.connect("config-inited", _config_inited)
    app.connect("builder-inited", _builder_inited)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
