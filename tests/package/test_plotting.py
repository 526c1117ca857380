"""One visual language: colours that pale and differ, and what is drawn."""

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from collapse_utils import plotting

matplotlib.use("agg")


def luminance(colors):
    return np.asarray(colors)[:, :3] @ [0.2126, 0.7152, 0.0722]


def test_generations_pale_with_age_in_even_steps():
    light = luminance(plotting.generation_colors(9))
    assert (np.diff(light) > 0.02).all()
    assert light[0] < 0.2
    assert 0.6 < light[-1] < 0.85
    assert len(plotting.generation_colors(1)) == 1


def test_workflows_differ_in_colour_and_in_marker():
    colors, markers = zip(*plotting.WORKFLOWS.values(), strict=True)
    assert len(set(colors)) == len(set(markers)) == len(plotting.WORKFLOWS)
    with pytest.raises(ValueError, match="name must be one of 'replace'"):
        plotting.workflow_style("repeat")


def contrast(color):
    """Return the contrast ratio on the book's paper, by the guidelines' own formula (WCAG 2)."""
    channels = [np.array(to_rgb(c)) for c in (color, plotting.PAPER)]
    linear = [np.where(c > 0.04045, ((c + 0.055) / 1.055) ** 2.4, c / 12.92) for c in channels]
    dark, light = (luminance([c])[0] + 0.05 for c in linear)
    return light / dark


def test_words_beside_a_pale_line_are_darkened_no_more_than_reading_takes():
    pale = [color for color, _ in plotting.WORKFLOWS.values()]
    assert min(map(contrast, pale)) < 3
    for color in pale:
        ax = plotting.label_line(Figure().subplots(), 0, 0, "here", color=color)
        assert 5.5 <= contrast(ax.texts[0].get_color()) < 5.8
    ax = plotting.label_line(ax, 0, 0, "here", color=plotting.INK)
    assert ax.texts[-1].get_color() == plotting.INK


def test_plots_draw_what_they_are_given():
    x, values = np.arange(4), np.arange(20.0).reshape(4, 5)
    ax = plotting.fan(x, values, label="median")
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [2, 7, 12, 17])
    assert plotting.paths(x, values, ax) is ax
    assert len(ax.lines) == 6
    plotting.theory_line(x, x, ax)
    assert ax.lines[-1].get_linestyle() == "--"
    plotting.label_line(ax, 1, 2, "here")
    assert ax.texts[0].get_text() == "here"
    axes = plotting.pictures([np.zeros((2, 2))] * 3, list("abc"), columns=2)
    assert [a.get_title() for a in axes.ravel()] == ["a", "b", "c", ""]


def test_importing_changes_no_style_and_use_style_does():
    with matplotlib.rc_context():
        before = matplotlib.rcParams["figure.facecolor"]
        plotting.use_style()
        assert matplotlib.rcParams["figure.facecolor"] == plotting.PAPER != before
