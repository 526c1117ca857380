"""Draw the cover: one bell curve, refitted to its own draws until nothing of it is left.

Each row is a generation of the book's smallest loop: a normal distribution fitted to ten draws
from the row above. The same run, cut differently, is the picture of the introduction, the card
that is shown where the site is linked, and the logo.
"""

from __future__ import annotations

import io

import numpy as np
from matplotlib.figure import Figure

from collapse_utils import Gaussian, replace, simulate
from collapse_utils.plotting import ACCENT, INK, PAPER, generation_colors

SEED = 11
N_GENERATIONS = 46
EVERY = 2


def chain() -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of every second generation of one chain."""
    history = simulate(
        Gaussian(),
        replace(),
        n_generations=N_GENERATIONS,
        n_samples=10,
        n_chains=1,
        rng=np.random.default_rng(SEED),
    )
    rows = slice(None, None, EVERY)
    return history["mean"][rows, 0], np.sqrt(history["variance"][rows, 0])


def draw_rows(ax, mean, deviation, linewidth) -> None:
    """Draw the curves from top to bottom, each in front of the one before."""
    x = np.linspace(-3.2, 3.2, 3201)
    for k, color in enumerate(generation_colors(len(mean))):
        # The true height, one over the deviation, has no bound: its square root stays on the page.
        height = 3 / np.sqrt(deviation[k])
        curve = height * np.exp(-0.5 * ((x - mean[k]) / deviation[k]) ** 2) - k
        ax.fill_between(x, curve, -k, color=PAPER, zorder=2 * k, linewidth=0)
        ax.plot(x, curve, color=INK if k == 0 else color, linewidth=linewidth, zorder=2 * k + 1)
    ax.set_xlim(x[0], x[-1])
    ax.axis("off")


def png(figure: Figure) -> bytes:
    """Return the picture's bytes, without the metadata that changes from version to version."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", facecolor=PAPER, metadata={"Software": None})
    return buffer.getvalue()


def pictures() -> dict[str, bytes]:
    """Return the three pictures by file name."""
    mean, deviation = chain()

    cover = Figure(figsize=(7.2, 4.0), dpi=200)
    draw_rows(cover.add_axes((0.02, 0.04, 0.96, 0.94)), mean, deviation, 1.1)

    card = Figure(figsize=(12, 6.3), dpi=100)
    draw_rows(card.add_axes((0.42, 0.06, 0.56, 0.9)), mean, deviation, 1.4)
    serif = {"family": "DejaVu Serif", "color": INK}
    card.text(0.06, 0.56, "Copies\nof Copies", fontsize=52, linespacing=1.15, **serif)
    card.text(0.062, 0.47, "model collapse,", fontsize=24, family="DejaVu Serif", color=ACCENT)
    card.text(0.062, 0.40, "in code you can run", fontsize=24, family="DejaVu Serif", color=ACCENT)

    logo = Figure(figsize=(1.28, 1.28), dpi=100)
    few = np.array([1.0, 0.45, 0.16])
    draw_rows(logo.add_axes((0.04, 0.06, 0.92, 0.9)), np.array([0, -0.4, 0.5]), few, 5)
    return {"cover.png": png(cover), "card.png": png(card), "logo.png": png(logo)}


def front_cover() -> bytes:
    """Return the cover of the printed book and the e-book, upright, in the proportions of A4."""
    mean, deviation = chain()
    page = Figure(figsize=(8.27, 11.69), dpi=150)
    draw_rows(page.add_axes((0.06, 0.06, 0.88, 0.56)), mean, deviation, 1.3)
    serif = {"family": "DejaVu Serif", "color": INK}
    page.text(0.1, 0.76, "Copies\nof Copies", fontsize=56, linespacing=1.15, **serif)
    words = "model collapse, in code you can run"
    page.text(0.103, 0.71, words, fontsize=19, family="DejaVu Serif", color=ACCENT)
    return png(page)
