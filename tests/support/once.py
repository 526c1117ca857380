"""Make what many tests need once in a run, whichever of the workers needs it first."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock


def once(folder: Path, make: Callable[[Path], object]) -> Path:
    """Return `folder`, filled by `make`; who comes while another makes it waits for that."""
    made = folder.with_name(f"{folder.name}.made")
    with FileLock(f"{folder}.lock"):
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)  # what is left of one that failed
            make(folder)
            made.touch()
    return folder
