"""Small books that prove what a strict build refuses, and what the two addresses switch on."""

from __future__ import annotations

import pytest
from nbformat import v4

from tests.support import site_rules as rules
from tests.support.site_builder import build, small_book

REPOSITORY = "https://github.com/example/copies"
SITE = "https://example.org/copies/"
FORK = "https://github.com/fork/copies"
FORK_SITE = "https://fork.example.net"


def executed(source, **output):
    """Return a code cell with one stored output."""
    return v4.new_code_cell(source, execution_count=1, outputs=[v4.new_output(**output)])


BROKEN = {
    "undefined label: 'nowhere'": v4.new_markdown_cell("See {ref}`nowhere`."),
    "nobody1900": v4.new_markdown_cell("{cite}`nobody1900`"),
    "cell 4 failed: ZeroDivisionError": executed(
        "1 / 0", output_type="error", ename="ZeroDivisionError", evalue="division by zero"
    ),
    "stderr was found in the cell outputs": executed(
        "warn()", output_type="stream", name="stderr", text="careful"
    ),
}


@pytest.fixture(scope="module")
def refused(tmp_path_factory):
    return build(small_book(tmp_path_factory.mktemp("broken") / "book", *BROKEN.values()))


def test_broken_book_does_not_build(refused):
    status, _ = refused
    assert status != 0


@pytest.mark.parametrize("message", BROKEN)
def test_everything_broken_is_named(refused, message):
    _, printed = refused
    assert message in printed


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


def test_addresses_in_the_settings_are_used_and_the_environment_wins(tmp_path):
    book = small_book(tmp_path / "book", v4.new_code_cell("1", execution_count=1))
    settings = (book / "_config.yml").read_text(encoding="utf-8")
    settings = settings.replace('\n  url: ""', f"\n  url: {REPOSITORY}")
    settings = settings.replace('baseurl: ""', f"baseurl: {SITE}")
    (book / "_config.yml").write_text(settings, encoding="utf-8")

    status, printed = build(book)
    assert status == 0, printed
    check_addresses(book / "_build" / "html", REPOSITORY, SITE, "/copies/")

    status, printed = build(book, BOOK_REPOSITORY_URL=FORK, BOOK_SITE_URL=FORK_SITE)
    assert status == 0, printed
    check_addresses(book / "_build" / "html", FORK, f"{FORK_SITE}/", "/")
