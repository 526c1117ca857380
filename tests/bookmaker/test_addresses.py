"""Where the derived notebooks are published, and the address that opens each of them."""

from __future__ import annotations

import pytest

from bookmaker import addresses
from tests.support.site_builder import REPOSITORY, SITE

CONFIG = """\
repository:
  url: {repository}
  branch: main
html:
  baseurl: {site}
"""


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A book whose settings name both addresses."""
    monkeypatch.delenv("BOOK_REPOSITORY_URL", raising=False)
    monkeypatch.delenv("BOOK_SITE_URL", raising=False)
    settings = CONFIG.format(repository=f"{REPOSITORY}/", site=f"{SITE}/")
    (tmp_path / "_config.yml").write_text(settings)
    return tmp_path


def test_the_environment_wins_over_the_settings(root, monkeypatch):
    expected = {"repository": REPOSITORY, "branch": "main", "site": SITE}
    assert addresses.settings(root) == expected
    monkeypatch.setenv("BOOK_SITE_URL", "https://fork.example.net/ ")
    assert addresses.settings(root) == expected | {"site": "https://fork.example.net"}
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "")
    assert addresses.settings(root)["repository"] == ""


def test_empty_settings_are_no_address(root):
    (root / "_config.yml").write_text(CONFIG.format(repository='""', site=""))
    assert addresses.settings(root) == {"repository": "", "branch": "main", "site": ""}


def test_only_github_is_where_the_services_look():
    assert addresses.is_on_github(REPOSITORY)
    assert not addresses.is_on_github("https://example.org/github.com/copies")


def test_each_service_opens_the_clean_notebook_on_the_branch():
    assert addresses.launch(REPOSITORY, "softmax") == {
        "Binder": "https://mybinder.org/v2/gh/example/copies/notebooks"
        "?urlpath=lab/tree/clean/softmax.ipynb",
        "Colab": "https://colab.research.google.com/github/example/copies/blob/notebooks/"
        "clean/softmax.ipynb",
        "Codespaces": "https://codespaces.new/example/copies/tree/notebooks"
        "?devcontainer_path=.devcontainer%2Fsoftmax%2Fdevcontainer.json",
    }
