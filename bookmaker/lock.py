"""Write requirements.lock: one exact version of everything, for every Python the book supports.

    python -m bookmaker.lock

Every file is named by its hashes, so that nothing else is installed in its place. The header
records the sha256 of the requirements that the lock was made from; a test compares.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from bookmaker.paths import ROOT

SOURCE = "requirements.txt"
LOCK = ROOT / "requirements.lock"
OLDEST_PYTHON = "3.10"


def sources_hash(root: Path = ROOT) -> str:
    """Return the sha256 of the requirements, with line ends normalised."""
    text = (root / SOURCE).read_text(encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()


def compile_lock() -> str:
    """Resolve the requirements for all supported Pythons and systems; return one entry each."""
    command = [sys.executable, "-m", "uv", "pip", "compile", SOURCE, "--universal"]
    command += ["--python-version", OLDEST_PYTHON, "--upgrade", "--no-header", "--no-annotate"]
    command += ["--generate-hashes"]
    command += ["--no-emit-package", "collapse-utils", "--no-emit-package", "bookmaker", "--quiet"]
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return done.stdout.decode()


def main() -> None:
    """Resolve, then replace the lock in one step."""
    header = f"# Made by `make lock` from {SOURCE}\n# sha256 {sources_hash()}\n"
    temporary = LOCK.with_suffix(".tmp")
    temporary.write_text(header + compile_lock(), encoding="utf-8", newline="\n")
    os.replace(temporary, LOCK)


if __name__ == "__main__":
    main()
