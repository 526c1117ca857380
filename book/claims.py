"""Print every claim that the chapters check, as the executed notebooks have recorded them."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat

from collapse_utils.claims import CLAIM_MIME

CHAPTERS = Path(__file__).resolve().parent.parent / "chapters"


def claims(notebook) -> list[dict]:
    """Return the records of the claims in a notebook's stored outputs, in order."""
    outputs = (o for c in notebook.cells if c.cell_type == "code" for o in c.outputs)
    return [o.data[CLAIM_MIME] for o in outputs if CLAIM_MIME in o.get("data", {})]


def line(chapter: str, claim: dict) -> str:
    """Return one claim as one line."""
    measured = f"{claim['measured']:.5g} ± {claim['standard_error']:.2g}"
    verdict = claim["verdict"] if claim["holds"] else "FAILS"
    return (
        f"{chapter:<18} {claim['slug']:<32} measured {measured:<22} "
        f"{claim['kind']} {claim['predicted']:<12.5g} {verdict}"
    )


def main() -> int:
    """Print the claims; return 1 if any does not hold or there is none at all."""
    found = [
        (path.stem, claim)
        for path in sorted(CHAPTERS.glob("*.ipynb"))
        for claim in claims(nbformat.read(path, as_version=4))
    ]
    for chapter, claim in found:
        print(line(chapter, claim))
    return 0 if found and all(claim["holds"] for _, claim in found) else 1


if __name__ == "__main__":
    sys.exit(main())
