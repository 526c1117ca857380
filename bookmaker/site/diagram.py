"""Draw boxes in rows, and arrows between them that run behind no box.

The canvas is as large as the boxes ask for. An arrow is an arc that two points draw towards them:
of many pairs of points, the one is taken that leads past the other boxes, apart from other arrows,
by the shortest detour.
"""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionStyle, FancyArrowPatch
from matplotlib.path import Path

from collapse_utils.plotting import INK, MUTED, PAPER

LINE = 11  # letters
BETWEEN = (0.32, 0.42)  # inches between boxes, beside and below each other
BOX = {"boxstyle": "round,pad=0.45", "facecolor": PAPER, "edgecolor": INK, "linewidth": 1}
SOLID = {"linestyle": "-", "linewidth": 1.3, "color": INK}
DASHED = {"linestyle": (0, (4, 3)), "linewidth": 0.8, "color": MUTED}
SQUARE = 6  # pixels; no arrow comes as near to a box that it passes
GRID = 12  # points each way, of which two bend an arrow
# What a place on an arrow costs, in pixels of a detour
BEHIND_A_BOX, BESIDE_ANOTHER = 10_000, 15


class Towards(ConnectionStyle.Arc3):
    """Matplotlib's arc between two boxes, drawn towards two points."""

    def __init__(self, points):
        self.points = points

    def connect(self, start, end):
        """Return the whole arc; Matplotlib lets it begin and end at a box's edge."""
        return Path([start, *self.points, end], [Path.MOVETO, *3 * [Path.CURVE4]])


class Ground:
    """What lies on the canvas, in small squares, and the way of an arrow across it."""

    def __init__(self, canvas):
        self.canvas = canvas
        self.arrows = np.zeros((canvas.size / SQUARE).astype(int) + 1)
        step = np.linspace(-0.2, 1.2, GRID)
        grid = canvas.min + canvas.size * np.stack(np.meshgrid(step, step), -1).reshape(-1, 2)
        every_two = np.indices((len(grid), len(grid))).reshape(2, -1)
        self.pairs = grid[every_two].swapaxes(0, 1)

    def squares(self, places):
        """Return the squares of some places; those beyond the edge are at the edge."""
        squares = ((places - self.canvas.min) / SQUARE).astype(int)
        return tuple(np.moveaxis(np.clip(squares, 0, np.array(self.arrows.shape) - 1), -1, 0))

    def way(self, start, end, boxes):
        """Return the two points that draw an arrow on its way past `boxes`."""
        straight = start + (end - start) * np.array([[[1], [2]]]) / 3
        points = np.concatenate([straight, self.pairs])
        t = np.linspace(0, 1, 50)[:, None]
        between = 3 * t * (1 - t) * ((1 - t) * points[:, :1] + t * points[:, 1:])
        places = (1 - t) ** 3 * start + between + t**3 * end

        cost = self.arrows.copy()
        cost[[0, -1]] = cost[:, [0, -1]] = BEHIND_A_BOX
        for box in boxes:
            (left, right), (low, high) = self.squares(box.get_points())
            cost[left : right + 1, low : high + 1] = BEHIND_A_BOX
        legs = (points[:, 0] - start, points[:, 1] - points[:, 0], end - points[:, 1])
        detour = sum(np.linalg.norm(leg, axis=1) for leg in legs)
        best = np.argmin(cost[self.squares(places)].sum(axis=1) + detour)
        for step in np.ndindex(3, 3):
            beside = places[best] + SQUARE * (np.array(step) - 1)
            self.arrows[self.squares(beside)] = BESIDE_ANOTHER
        return points[best]


def in_the_middle(rows: list[list[str]]) -> dict[str, tuple[float, float]]:
    """Return column and row of each box: the first row on top, each in the middle."""
    widest = max(map(len, rows))
    return {
        name: (column + (widest - len(names)) / 2, float(row))
        for row, names in enumerate(rows)
        for column, name in enumerate(names)
    }


def diagram(rows: list[list[str]], arrows: list[tuple[str, str, bool]]) -> Figure:
    """Return the drawing of named boxes in `rows`, and of `arrows`: from, to, and whether solid.

    A box is labelled with its name, an arrow with both names.
    """
    figure = Figure(dpi=200, facecolor=PAPER)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.axis("off")
    where = in_the_middle(rows)
    style = {"ha": "center", "va": "center", "color": INK, "bbox": BOX, "zorder": 2}
    boxes = {}
    for name, place in where.items():
        words = textwrap.fill(name.replace("_", " "), LINE)
        boxes[name] = ax.text(*place, words, **style).get_bbox_patch()
        boxes[name].set_label(name)
    figure.draw_without_rendering()  # only then do the boxes know their sizes
    sizes = [box.get_window_extent().size for box in boxes.values()]
    pitch = np.max(sizes, axis=0) / figure.dpi + BETWEEN
    columns = max(map(len, rows))
    figure.set_size_inches(pitch * (columns, len(rows)))
    ax.set(xlim=(-0.5, columns - 0.5), ylim=(len(rows) - 0.5, -0.5))
    figure.draw_without_rendering()  # and their places

    ground = Ground(ax.bbox)
    middles = {name: ax.transData.transform(place) for name, place in where.items()}
    extents = {name: box.get_window_extent().padded(SQUARE) for name, box in boxes.items()}

    def length(arrow):
        return np.linalg.norm(middles[arrow[0]] - middles[arrow[1]])

    for start, end, solid in sorted(arrows, key=length):
        others = [extent for name, extent in extents.items() if name not in (start, end)]
        arrow = FancyArrowPatch(
            where[start],
            where[end],
            connectionstyle=Towards(ground.way(middles[start], middles[end], others)),
            arrowstyle="-|>",
            mutation_scale=10,
            patchA=boxes[start],
            patchB=boxes[end],
            shrinkA=0,
            shrinkB=2,
            label=f"{start} {end}",
            **(SOLID if solid else DASHED),
        )
        ax.add_patch(arrow)
    return figure
