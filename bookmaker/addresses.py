"""Where the derived notebooks are published, and what starts one of them there.

The publishing workflow writes them to a branch of their own, ``notebooks``. Colab, Binder and
Codespaces open that branch: it is small, its notebooks need no extension to be read, and its
``requirements.txt`` is the part of the book's list that running a notebook takes.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote, urlsplit

import yaml

BRANCH = "notebooks"
FOLDER = "clean"
BINDER = "https://mybinder.org"
COLAB = "https://colab.research.google.com"
CODESPACES = "https://codespaces.new"


def settings(root: Path) -> dict[str, str]:
    """Return the repository's address, its branch and the site's address, empty if not set.

    The environment wins over ``_config.yml``, as in the built book.
    """
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    repository = os.environ.get("BOOK_REPOSITORY_URL", config["repository"]["url"] or "")
    site = os.environ.get("BOOK_SITE_URL", config["html"]["baseurl"] or "")
    return {
        "repository": repository.strip().rstrip("/"),
        "branch": config["repository"]["branch"],
        "site": site.strip().rstrip("/"),
    }


def is_on_github(repository: str) -> bool:
    """Tell whether a repository is where Colab and Codespaces can reach it."""
    return urlsplit(repository).hostname == "github.com"


def notebook_path(name: str) -> str:
    """Return the path of a clean notebook on the branch."""
    return f"{FOLDER}/{name}.ipynb"


def container_path(name: str) -> str:
    """Return the path, on the branch, of the container that opens one notebook."""
    return f".devcontainer/{name}/devcontainer.json"


def launch(repository: str, name: str) -> dict[str, str]:
    """Return the address that opens the clean notebook `name`, for each of the three services."""
    project = urlsplit(repository).path.strip("/")
    container = quote(container_path(name), safe="")
    path = notebook_path(name)
    return {
        "Binder": f"{BINDER}/v2/gh/{project}/{BRANCH}?urlpath=lab/tree/{path}",
        "Colab": f"{COLAB}/github/{project}/blob/{BRANCH}/{path}",
        "Codespaces": f"{CODESPACES}/{project}/tree/{BRANCH}?devcontainer_path={container}",
    }
