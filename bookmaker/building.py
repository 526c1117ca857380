"""What every Sphinx extension of the book needs to know of the build that it takes part in."""

from __future__ import annotations

from pathlib import Path


def is_site(app) -> bool:
    """Tell whether pages for a browser are built, rather than a printed book or an e-book."""
    return app.builder.name in ("html", "dirhtml")


def generated(app) -> Path:
    """Return the folder of what is drawn or written for one build; git ignores it."""
    return Path(app.srcdir) / "_build" / "generated"


def write_if_changed(file: Path, content: bytes) -> None:
    """Write `content`, leaving an equal file's time alone: Sphinx rebuilds by time."""
    if not file.exists() or file.read_bytes() != content:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def add_assets(app, extension: str) -> None:
    """Serve what lies in the folder ``assets`` beside an extension, given its ``__file__``."""
    folder = str(Path(extension).parent / "assets")
    app.connect("config-inited", lambda _, config: config.html_static_path.append(folder))
