"""The files that git tracks."""

from __future__ import annotations

import subprocess
from pathlib import Path

from bookmaker.paths import ROOT


def tracked(*patterns: str) -> list[Path]:
    """Return the tracked files, as paths below the root; those that match one of `patterns`."""
    command = ["git", "ls-files", "-z", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = (Path(name) for name in listed.split("\0") if name)
    return [path for path in paths if (ROOT / path).is_file()]
