"""What running a notebook takes, from the book's one list; and the cells and files that install it.

``requirements.txt`` begins with the libraries that the chapters import; what builds and tests the
book comes after a blank line.
"""

from __future__ import annotations

import json
from pathlib import Path

from bookmaker.addresses import container_path, notebook_path

INSTALL = """\
# Where the book's package is missing, as on Colab, install it
from importlib.util import find_spec

if find_spec("collapse_utils") is None:
    %pip install --quiet {requirements}"""
FROM_WHEEL = """\
# The book's package and its data, from the file that lies in one of the folders above
import sys
from pathlib import Path

wheel = next(folder / "{wheel}" for folder in Path.cwd().parents if (folder / "{wheel}").exists())
sys.path.insert(0, str(wheel))"""


def libraries(requirements: str) -> list[str]:
    """Return the first group of requirements: what the notebooks import."""
    found: list[str] = []
    for line in requirements.splitlines():
        text = line.partition("#")[0].strip()
        if text:
            found.append(text)
        elif found and not line.strip():
            break
    return found


def everything(root: Path, settings: dict[str, str]) -> list[str]:
    """Return what runs the notebooks anywhere; with no repository set, without the package."""
    needed = libraries((root / "requirements.txt").read_text(encoding="utf-8"))
    if settings["repository"]:
        needed.append(f"collapse_utils @ git+{settings['repository']}@{settings['branch']}")
    return needed


def install_source(root: Path, settings: dict[str, str], wheel: str = "") -> str:
    """Return the code that makes the package importable; empty if nothing says where it is."""
    if wheel:
        return FROM_WHEEL.format(wheel=wheel)
    if not settings["repository"]:
        return ""
    quoted = " ".join(f'"{requirement}"' for requirement in everything(root, settings))
    return INSTALL.format(requirements=quoted)


def kernel(requirements: str) -> str:
    """Return the requirement of the kernel, which an editor needs to run notebooks itself."""
    return next(line for line in requirements.splitlines() if line.startswith("ipykernel"))


def container(name: str, kernel: str) -> str:
    """Return the container description that makes Codespaces open the notebook `name`."""
    description = {
        "name": f"Copies of Copies: {name.replace('_', ' ')}",
        "image": "mcr.microsoft.com/devcontainers/python:3.12",
        "postCreateCommand": f"pip install '{kernel}' -r requirements.txt",
        "customizations": {
            "codespaces": {"openFiles": [notebook_path(name)]},
            "vscode": {"extensions": ["ms-python.python", "ms-toolsai.jupyter"]},
        },
    }
    return json.dumps(description, indent=2) + "\n"


def launch_files(root: Path, settings: dict[str, str], names: list[str]) -> dict[str, str]:
    """Return what Binder and Codespaces read, by path: nothing if there is no repository."""
    if not settings["repository"]:
        return {}
    files = {"requirements.txt": "\n".join(everything(root, settings)) + "\n"}
    needed = kernel((root / "requirements.txt").read_text(encoding="utf-8"))
    return files | {container_path(name): container(name, needed) for name in names}
