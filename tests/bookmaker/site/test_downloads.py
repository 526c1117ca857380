"""The printed book and the e-book beside the site: linked where they have been made."""

from __future__ import annotations

import os
import time
from types import SimpleNamespace

from bookmaker.site import downloads


def foot(app) -> str:
    """Return what stands at the foot of a page in a folder."""
    context = {"pathto": lambda name, _: f"../{name}", "theme_extra_footer": "<p>Licence.</p>"}
    downloads._link(app, "chapters/one", "page.html", context, None)
    return context["theme_extra_footer"]


def test_the_site_links_what_has_been_made_and_nothing_else(tmp_path):
    site = tmp_path / "_build" / "html"
    site.mkdir(parents=True)
    builder = SimpleNamespace(name="html")
    env = SimpleNamespace(found_docs={"page"}, doc2path=lambda name: tmp_path / f"{name}.md")
    app = SimpleNamespace(srcdir=str(tmp_path), outdir=str(site), builder=builder, env=env)
    (tmp_path / "page.md").write_text("# Page\n")
    assert foot(app) == "<p>Licence.</p>"
    (tmp_path / "_build" / "copies-of-copies.epub").write_bytes(b"PK")
    assert '<a href="../copies-of-copies.epub">EPUB</a>' in foot(app)
    assert "PDF" not in foot(app)
    downloads._copy(app, None)
    assert [file.name for file in site.iterdir()] == ["copies-of-copies.epub"]
    later = time.time() + 10
    os.utime(tmp_path / "page.md", (later, later))
    assert foot(app) == "<p>Licence.</p>"
