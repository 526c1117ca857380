"""What a built site must satisfy, read from its files alone, without a browser."""

from __future__ import annotations

import gzip
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a browser fetches by itself when it shows a page
LOADED = {
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("audio", "src"),
    ("video", "src"),
}
LOADED_LINKS = {"stylesheet", "preload", "icon", "modulepreload"}


class Page(HTMLParser):
    """The ids, links, loaded addresses and undescribed pictures of one page."""

    def __init__(self, file: Path):
        super().__init__()
        self.ids, self.links, self.loads, self.undescribed = set(), [], [], []
        self.titles = 0
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if "id" in attributes:
            self.ids.add(attributes["id"])
        if tag == "h1":
            self.titles += 1
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        if tag == "img" and not is_described(attributes):
            self.undescribed.append(attributes.get("src", "")[:60])
        if tag == "link" and LOADED_LINKS & set(attributes.get("rel", "").split()):
            self.loads.append(attributes["href"])
        self.loads += [attributes[k] for t, k in LOADED if tag == t and attributes.get(k)]


def is_described(attributes: dict) -> bool:
    """Tell whether a picture has a text for it; the logo, beside the title it repeats, has none."""
    if "logo__image" in (attributes.get("class") or ""):
        return attributes.get("alt") == ""
    return bool((attributes.get("alt") or "").strip())


def pages(site: Path) -> dict[Path, Page]:
    """Return every page of the site, without what the theme keeps under ``_static``."""
    files = (f for f in site.rglob("*.html") if "_static" not in f.relative_to(site).parts)
    return {file: Page(file) for file in sorted(files)}


def is_elsewhere(address: str) -> bool:
    """Tell whether an address names another host."""
    return bool(urlsplit(address).netloc)


def loads_from_elsewhere(site: Path) -> list[str]:
    """Return what a page would fetch from another host."""
    return [
        f"{file.relative_to(site)}: loads {address}"
        for file, page in pages(site).items()
        for address in page.loads
        if is_elsewhere(address)
    ]


def broken_links(site: Path) -> list[str]:
    """Return links and loaded files that do not exist, and anchors that are not on their page."""
    found = pages(site)
    problems = []
    for file, page in found.items():
        for address in page.links + page.loads:
            parts = urlsplit(address)
            if parts.scheme or is_elsewhere(address):
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            anchor = unquote(parts.fragment)
            if not target.is_file():
                problems.append(f"{file.relative_to(site)}: nothing at {address}")
            elif anchor and target in found and anchor not in found[target].ids:
                problems.append(f"{file.relative_to(site)}: no anchor {address}")
    return problems


def undescribed_pictures(site: Path) -> list[str]:
    """Return pictures without alternative text."""
    return [
        f"{file.relative_to(site)}: no alt on {source}"
        for file, page in pages(site).items()
        for source in page.undescribed
    ]


def compressed_bytes(site: Path, addresses) -> int:
    """Return what the files at `addresses` weigh when a server compresses them."""
    paths = (unquote(urlsplit(address).path).lstrip("/") for address in addresses)
    files = {site / (path or "index.html") for path in paths}
    return sum(len(gzip.compress(file.read_bytes(), 6)) for file in files if file.is_file())
