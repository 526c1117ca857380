"""Warn, and so fail a strict build, when a notebook stores the traceback of a failed cell.

The book is built from stored outputs and runs nothing itself, so without this a cell that failed
when it was executed would be printed as if nothing were wrong.
"""

from __future__ import annotations

import json

from sphinx.util import logging

LOGGER = logging.getLogger(__name__)


def failed_cells(notebook: dict) -> list[str]:
    """Return one line for each cell with a stored error that it is not meant to raise."""
    failures = []
    for number, cell in enumerate(notebook["cells"], start=1):
        if "raises-exception" in cell["metadata"].get("tags", []):
            continue
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                failures.append(f"cell {number} failed: {output['ename']}: {output['evalue']}")
    return failures


def _source_read(app, docname, source) -> None:
    if str(app.env.doc2path(docname)).endswith(".ipynb"):
        for failure in failed_cells(json.loads(source[0])):
            LOGGER.warning(failure, location=docname)


def setup(app):
    """Look at each notebook as Sphinx reads it."""
    app.connect("source-read", _source_read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
