"""One visual language for the whole book.

Real data are in ink. Generations are one sequential map that pales with age. Theory is
always the dashed line. One chain is thin, the median is thick and has its band. Each
workflow has its own colour and marker, from the colour-blind-safe set of Okabe and Ito.

Every function takes arrays and an `ax`, returns the `Axes`, and knows nothing of
simulation. Importing the module changes nothing; `use_style` sets the book's style.
"""

from __future__ import annotations

import numpy as np

from . import _validate
from ._quantiles import quantiles

__all__ = [
    "ACCENT",
    "INK",
    "MUTED",
    "PAPER",
    "WORKFLOWS",
    "fan",
    "generation_colors",
    "label_line",
    "paths",
    "pictures",
    "theory_line",
    "use_style",
    "workflow_style",
]

INK = "#1b1c20"
"""Real data, and text."""
MUTED = "#6b6f78"
"""Theory, single chains and everything that stays in the background."""
PAPER = "#fdfcf9"
"""The ground on which everything is drawn."""
ACCENT = "#9c3d1f"
"""The one accent of the site."""
_LEGIBLE = 5.5  # contrast of words on paper, with a margin over the 4.5 of the guidelines

WORKFLOWS = {
    "replace": ("#D55E00", "o"),
    "accumulate": ("#0072B2", "s"),
    "accumulate-subsample": ("#56B4E9", "^"),
    "mixed": ("#009E73", "D"),
    "weighted": ("#CC79A7", "v"),
    "verified": ("#E69F00", "P"),
}
"""Colour and marker of each workflow, the same on every page."""


def use_style():
    """Set the book's matplotlib style: sizes that stay legible on a phone, quiet axes."""
    import matplotlib as mpl
    from cycler import cycler

    mpl.rcParams.update(
        {
            "figure.figsize": (5.8, 3.5),
            "figure.dpi": 144,
            "figure.constrained_layout.use": True,
            "figure.facecolor": PAPER,
            "axes.facecolor": PAPER,
            "savefig.facecolor": PAPER,
            "font.size": 11.5,
            "axes.labelsize": 11.5,
            "axes.titlesize": 11.5,
            "xtick.labelsize": 10.5,
            "ytick.labelsize": 10.5,
            "legend.fontsize": 10.5,
            "legend.frameon": False,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": MUTED,
            "axes.labelcolor": INK,
            "xtick.color": INK,
            "ytick.color": INK,
            "text.color": INK,
            "axes.prop_cycle": cycler(color=[INK, *(c for c, _ in WORKFLOWS.values())]),
            "lines.linewidth": 1.8,
            "image.cmap": "gray",
            "image.interpolation": "nearest",
        }
    )


def generation_colors(count):
    """Return one colour per generation, from dark to pale, evenly spaced in lightness.

    Parameters
    ----------
    count : int
        How many generations are drawn, at least 1.

    Returns
    -------
    ndarray, shape (count, 4)
        Red, green, blue and opacity; still readable in grey, since lightness alone orders them.
    """
    import seaborn as sns

    count = _validate.integer("count", count, at_least=1)
    ramp = sns.cubehelix_palette(start=0.4, rot=-0.35, hue=0.9, dark=0.18, light=0.78, as_cmap=True)
    return ramp(np.linspace(1, 0, count)) if count > 1 else ramp([1.0])


def workflow_style(name):
    """Return the keyword arguments that draw a workflow in its colour and with its marker.

    Parameters
    ----------
    name : str
        A key of `WORKFLOWS`.

    Returns
    -------
    dict
        With ``color`` and ``marker``, to be passed on to ``ax.plot``.
    """
    color, marker = WORKFLOWS[_validate.choice("name", name, tuple(WORKFLOWS))]
    return {"color": color, "marker": marker}


def _axes(ax):
    if ax is None:
        import matplotlib.pyplot as plt

        return plt.subplots()[1]
    return _given_axes(ax)


def _given_axes(ax):
    return _validate.having("ax", ax, "plot", "matplotlib Axes")


def _curve(x, name, values, ndim):
    """Return `x` and the values over it, which may be infinite but not NaN, or raise an error."""
    x, values = _validate.array("x", x, ndim=1), _validate.floats(name, values)
    if values.ndim not in ndim or len(values) != len(x):
        raise ValueError(
            f"{name} must have {' or '.join(map(str, ndim))} dimension(s), the first as long as x "
            f"({len(x)}), got shape {values.shape}"
        )
    if np.isnan(values).any():
        raise ValueError(f"{name} holds {int(np.isnan(values).sum())} NaN; remove them")
    return x, values


def fan(x, values, ax=None, *, color=INK, label=None, band=(0.05, 0.95)):
    """Draw the median over chains, thick, with the band that holds most of them.

    Parameters
    ----------
    x : array, shape (n,)
        Generations.
    values : array, shape (n, n_chains)
        One column per chain. Infinite values are allowed where a median is not.
    ax : Axes, optional
        Where to draw; a new figure if not given.
    color : str
        Colour of line and band.
    label : str, optional
        Label of the median for a legend.
    band : pair of float
        The two quantiles between which the band lies.

    Returns
    -------
    Axes
    """
    ax = _axes(ax)
    x, values = _curve(x, "values", values, (2,))
    band = _validate.array("band", band, shape=(2,))
    if not 0 <= band[0] <= band[1] <= 1:
        raise ValueError(f"band must be two quantiles in order, from 0 to 1, got {band.tolist()}")
    low, middle, high = quantiles(values, [band[0], 0.5, band[1]], axis=1)
    ax.fill_between(x, low, high, color=color, alpha=0.18, linewidth=0)
    ax.plot(x, middle, color=color, linewidth=2.6, label=label)
    return ax


def paths(x, values, ax=None, *, color=MUTED, alpha=0.6, linewidth=0.8):
    """Draw single chains as thin lines.

    Parameters
    ----------
    x : array, shape (n,)
        Generations.
    values : array, shape (n, n_chains)
        One column per chain; pass the few that should be seen.
    ax, color, alpha, linewidth
        As in matplotlib.

    Returns
    -------
    Axes
    """
    ax = _axes(ax)
    x, values = _curve(x, "values", values, (1, 2))
    ax.plot(x, values, color=color, alpha=alpha, linewidth=linewidth)
    return ax


def theory_line(x, y, ax=None, *, label=None, color=INK):
    """Draw a prediction: the dashed line.

    Parameters
    ----------
    x, y : array, shape (n,)
        The curve.
    ax, label, color
        As in matplotlib.

    Returns
    -------
    Axes
    """
    ax = _axes(ax)
    x, y = _curve(x, "y", y, (1, 2))
    ax.plot(x, y, color=color, linestyle=(0, (4, 2.5)), linewidth=1.6, label=label, zorder=5)
    return ax


def label_line(ax, x, y, text, *, color=INK, dx=4, dy=4, ha="left", va="bottom"):
    """Write `text` beside the point (`x`, `y`), `dx` and `dy` points away.

    A pale `color` is darkened until it can be read: a line may be pale, a word may not.

    Returns
    -------
    Axes
    """
    _validate.text("text", text)
    place = {"xytext": (dx, dy), "textcoords": "offset points", "ha": ha, "va": va}
    _given_axes(ax).annotate(text, (x, y), color=_legible(color), fontsize=10.5, **place)
    return ax


def _legible(color):
    """Return `color`, moved toward ink just as far as a word on the book's paper takes."""
    from matplotlib.colors import to_hex, to_rgb

    start, ink, paper = (np.array(to_rgb(to_hex(c))) for c in (color, INK, PAPER))
    share = np.arange(101)[:, None] / 100
    mixed = np.round(255 * ((1 - share) * start + share * ink)) / 255
    contrast = (_luminance(paper) + 0.05) / (_luminance(mixed) + 0.05)
    return to_hex(mixed[np.argmax(contrast >= _LEGIBLE)])


def _luminance(rgb):
    """Return the relative luminance that the accessibility guidelines (WCAG 2) define."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def pictures(images, titles, *, columns=4, axes=None):
    """Show pictures side by side with a short title over each.

    Parameters
    ----------
    images : sequence of array, shape (h, w) or (h, w, 3)
        Grey or colour, 0 to 255.
    titles : sequence of str
        One per picture.
    columns : int
        Pictures in a row.
    axes : array of Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    array of Axes
    """
    import matplotlib.pyplot as plt

    images, titles = _validate.sequence("images", images), _validate.sequence("titles", titles)
    images = [_validate.array("images", image, ndim=(2, 3)) for image in images]
    titles = [_validate.text("titles", title, empty=True) for title in titles]
    rows = -(-len(images) // _validate.integer("columns", columns, at_least=1))
    if axes is None:
        width = 1.85 * columns
        axes = plt.subplots(rows, columns, figsize=(width, width / columns * 1.13 * rows))[1]
    axes = np.atleast_1d(axes)
    for ax in axes.ravel():
        ax.axis("off")
    for ax, image, title in zip(axes.ravel(), images, titles, strict=False):
        ax.imshow(np.clip(image, 0, 255).astype(np.uint8), vmin=0, vmax=255)
        ax.set_title(title)
    return axes
