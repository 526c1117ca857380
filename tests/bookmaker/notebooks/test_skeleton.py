"""What a chapter begins with: it builds as it is, and overwrites nothing."""

from __future__ import annotations

import pytest

from bookmaker.notebooks import skeleton
from tests.support.site_builder import built, copy_book


def test_a_book_with_the_skeleton_builds_strictly(tmp_path):
    book = copy_book(tmp_path / "book", chapters=False)
    (book / "chapters").mkdir()
    skeleton.begin(book, "new_one")
    (book / "intro.md").write_text("# Small book\n\n```{chapter-map}\n```\n", encoding="utf-8")
    contents = (
        "format: jb-book\nroot: intro\nparts:\n- numbered: true\n  caption: New\n  chapters:\n"
    )
    (book / "_toc.yml").write_text(f"{contents}  - file: chapters/new_one\n", encoding="utf-8")
    page = (built(book) / "chapters" / "new_one.html").read_text(encoding="utf-8")
    assert "to be written: the question of the chapter" in page


@pytest.fixture
def book(tmp_path):
    """A book with one chapter, one notebook for a workshop, and notes on a chapter to come."""
    for name in ("chapters/begun.ipynb", "workshop/held.ipynb", "workshop/instructor/noted.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    return tmp_path


@pytest.mark.parametrize("name", ["New", "new-one", "new one", "1st", "_new", "", "../new"])
def test_a_name_that_is_none_is_refused(book, name):
    with pytest.raises(ValueError, match=r"lower-case words joined by underscores, such as random"):
        skeleton.begin(book, name)


@pytest.mark.parametrize("name", ["begun", "held", "noted"])
def test_what_is_there_is_not_overwritten(book, name):
    before = {file: file.read_bytes() for file in book.rglob("*") if file.is_file()}
    with pytest.raises(ValueError, match=f"the name {name} is taken: there is "):
        skeleton.begin(book, name)
    assert before == {file: file.read_bytes() for file in book.rglob("*") if file.is_file()}
