"""What a diagram of boxes and arrows must satisfy, read from its artists."""

from __future__ import annotations

import itertools

from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path


def artists(figure):
    """Return the extents of the boxes and the arrows' places, by their labels."""
    figure.draw_without_rendering()
    (ax,) = figure.axes
    boxes = {text.get_bbox_patch() for text in ax.texts}
    extents = {box.get_label(): box.get_window_extent() for box in boxes}
    arrows = {}
    for patch in ax.patches:
        assert isinstance(patch, FancyArrowPatch)
        (line,) = patch.get_path().to_polygons(patch.get_transform(), closed_only=False)[:1]
        arrows[tuple(patch.get_label().split())] = Path(line).interpolated(10)
    return extents, arrows


def cut_off(figure):
    """Return the boxes that do not lie whole on the canvas, one pixel from its edge at least."""
    extents, _ = artists(figure)
    canvas = figure.bbox
    return [
        name
        for name, box in extents.items()
        if (box.min < canvas.min + 1).any() or (box.max > canvas.max - 1).any()
    ]


def overlapping(figure):
    """Return the pairs of boxes that overlap."""
    extents, _ = artists(figure)
    return [
        (one, other)
        for one, other in itertools.combinations(extents, 2)
        if extents[one].overlaps(extents[other])
    ]


def hidden(figure):
    """Return the arrows that run behind a box which they do not lead from or to."""
    extents, arrows = artists(figure)
    return [
        (ends, name)
        for ends, line in arrows.items()
        for name, box in extents.items()
        if name not in ends and line.intersects_bbox(box, filled=False)
    ]
