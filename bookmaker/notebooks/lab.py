"""Write the notebooks that JupyterLab opens, with boxes that its extension jupyterlab-myst draws.

    python -m bookmaker.notebooks.lab                 write _build/lab
    python -m bookmaker.notebooks.lab --to FOLDER     write FOLDER instead

A notebook that is newer than its chapter stays as it is, with what was typed into it in front of
people; delete it to have it anew. Settings that tell JupyterLab not to ask the network for its news
lie beside the folder; `make lab` starts it with them, and nobody else's JupyterLab sees them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from bookmaker.markup.book import Book
from bookmaker.notebooks.derived import DerivedNotebooks, file_text
from bookmaker.paths import BUILD, ROOT

TARGET = BUILD / "lab"
SETTINGS_NAME = "lab_settings"
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}
}


def write(derived: DerivedNotebooks, target: Path) -> list[str]:
    """Write the notebooks that are missing or older than their chapters; return their names."""
    written = []
    target.mkdir(parents=True, exist_ok=True)
    for page in derived.pages:
        path = target / page.source.name
        if path.exists() and path.stat().st_mtime > page.source.stat().st_mtime:
            continue
        path.write_text(file_text(derived.lab(page)), encoding="utf-8", newline="\n")
        written.append(page.source.stem)
    return written


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=TARGET, metavar="FOLDER")
    options = parser.parse_args(arguments)
    written = write(DerivedNotebooks(Book(ROOT)), options.to)
    print(f"{len(written)} notebooks are new in {options.to}")
    settings = options.to.parent / SETTINGS_NAME
    settings.mkdir(exist_ok=True)
    (settings / "overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
