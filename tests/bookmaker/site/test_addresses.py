"""The two addresses: what they switch on, which one wins, and nothing without them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bookmaker.site import addresses
from tests.support import site_rules as rules
from tests.support.site_builder import ADDRESSES, REPOSITORY, SITE

FORK = "https://github.com/fork/copies"
FORK_SITE = "https://fork.example.net"


def check_addresses(site, repository, address, prefix):
    """Assert that the buttons, the sitemap and the metadata of `site` use both addresses."""
    text = (site / "page.html").read_text(encoding="utf-8")
    name = repository.removeprefix("https://github.com/")
    expected = [
        f'href="{repository}"',
        f"{repository}/edit/main/page.ipynb",
        f"{repository}/issues/new",
        f"https://mybinder.org/v2/gh/{name}/notebooks?urlpath=lab/tree/clean/page.ipynb",
        f"https://colab.research.google.com/github/{name}/blob/notebooks/clean/page.ipynb",
        f"https://codespaces.new/{name}/tree/notebooks?devcontainer_path="
        ".devcontainer%2Fpage%2Fdevcontainer.json",
        f'<link rel="canonical" href="{address}page.html"',
        f'<meta property="og:url" content="{address}page.html"',
        f'<meta property="og:image" content="{address}_static/card.png"',
    ]
    assert [link for link in expected if link not in text] == []
    assert (site / "_static" / "card.png").is_file()
    assert f"<loc>{address}page.html</loc>" in (site / "sitemap.xml").read_text(encoding="utf-8")
    for page in site.glob("*.html"):
        if page.name not in ("404.html", "index.html"):
            own = f'<link rel="canonical" href="{address}{page.name}"'
            assert own in page.read_text(encoding="utf-8"), page.name
    missing = rules.Page(site / "404.html")
    inside = [a for a in missing.links + missing.loads if not a.startswith(("http", "#"))]
    assert len(inside) > 5 and all(link.startswith(prefix) for link in inside)
    paths = [link.removeprefix(prefix).partition("?")[0].partition("#")[0] for link in inside]
    assert [path for path in paths if not (site / (path or "index.html")).is_file()] == []


def test_without_addresses_nothing_that_needs_them(site):
    assert not (site / "sitemap.xml").exists() and not (site / "404.html").exists()
    for page in rules.pages(site):
        text = page.read_text(encoding="utf-8")
        for needs_address in ("mybinder", "colab.research", "og:url", 'rel="canonical"', "/issues"):
            assert needs_address not in text, f"{page.name}: {needs_address}"


@pytest.fixture
def config():
    """What Sphinx knows of a book whose settings name both addresses."""
    return SimpleNamespace(
        html_theme_options={"repository_url": f"{REPOSITORY}/"}, html_baseurl=SITE
    )


def test_an_address_is_the_settings_or_else_the_environments(config, monkeypatch):
    for name in ADDRESSES:
        monkeypatch.delenv(name, raising=False)
    assert addresses.repository_url(config) == REPOSITORY
    assert addresses.site_url(config) == f"{SITE}/"
    monkeypatch.setenv("BOOK_REPOSITORY_URL", FORK)
    monkeypatch.setenv("BOOK_SITE_URL", FORK_SITE)
    assert addresses.repository_url(config) == FORK
    assert addresses.site_url(config) == f"{FORK_SITE}/"
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "")
    monkeypatch.setenv("BOOK_SITE_URL", "")
    assert addresses.repository_url(config) == addresses.site_url(config) == ""


def test_a_site_without_a_path_counts_from_the_root(config, monkeypatch):
    monkeypatch.delenv("BOOK_SITE_URL", raising=False)
    config.html_title = "Title"
    addresses.add_site(config)
    assert config.notfound_urls_prefix == "/copies/"
    monkeypatch.setenv("BOOK_SITE_URL", FORK_SITE)
    addresses.add_site(config)
    assert config.notfound_urls_prefix == "/" and config.html_baseurl == f"{FORK_SITE}/"


def test_a_site_uses_the_repository_of_the_settings_and_the_address_of_the_environment(everything):
    check_addresses(everything / "first", REPOSITORY, f"{SITE}/", "/copies/")
