"""The site's palette: the package's colours, by name, legible on light and on dark pages."""

from __future__ import annotations

import re

import pytest

from bookmaker.colour import READABLE, contrast
from bookmaker.site import look
from collapse_utils.plotting import ACCENT, INK, MUTED, PAPER

RULE = re.compile(r'html\[data-theme="(\w+)"\] \{\n(.*?)\}\n', re.DOTALL)


def schemes(css):
    """Return the colours of each scheme by name."""
    return {
        name: dict(re.findall(r"--book-(\w+): (#[0-9a-f]{6});", body.lower()))
        for name, body in RULE.findall(css)
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_read_can_be_read(scheme):
    colours = schemes(look.palette_css(INK, PAPER, MUTED, ACCENT))[scheme]
    for name in ("text", "muted", "accent"):
        assert contrast(colours[name], colours["ground"]) >= READABLE, name


def test_light_pages_are_paper_and_ink_and_dark_ones_the_night():
    found = schemes(look.palette_css(INK, PAPER, MUTED, ACCENT))
    assert found["light"]["text"] == INK.lower() and found["light"]["ground"] == PAPER.lower()
    assert found["dark"]["ground"] == look.NIGHT
    assert found["light"].keys() == found["dark"].keys()


def test_a_colour_that_could_not_be_read_is_moved_until_it_can():
    found = schemes(look.palette_css(INK, PAPER, PAPER, PAPER))
    assert contrast(found["light"]["muted"], found["light"]["ground"]) >= READABLE


def test_the_built_site_serves_the_palette(site):
    served = (site / "_static" / "palette.css").read_text(encoding="utf-8")
    assert served == look.palette_css(INK, PAPER, MUTED, ACCENT)
