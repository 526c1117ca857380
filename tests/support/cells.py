"""Cells as if they had been run: what they print, show and draw."""

from __future__ import annotations

import base64
import io

from nbformat import v4
from PIL import Image


def picture(color: str) -> str:
    """Return a PNG of one colour, in base64."""
    written = io.BytesIO()
    Image.new("RGB", (40, 20), color).save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode()


def cell(source: str, *tags: str, figure: str = "", **data):
    """Return an executed cell, with tags and what it shows."""
    outputs = []
    if "text" in data:
        outputs.append(v4.new_output("stream", name="stdout", text=data["text"]))
    if "html" in data:
        shown = {"text/html": data["html"], "text/plain": "<HTML object>"}
        outputs.append(v4.new_output("display_data", data=shown))
    if figure:
        shown = {"image/png": picture("green"), "text/plain": "<Figure>"}
        outputs.append(v4.new_output("display_data", data=shown))
    made = v4.new_code_cell(source, execution_count=1, outputs=outputs)
    made.metadata["tags"] = list(tags)
    if figure:
        texts = {"caption": "A green figure.", "name": figure}
        made.metadata["mystnb"] = {"image": {"alt": "Green, all over."}, "figure": texts}
    return made
