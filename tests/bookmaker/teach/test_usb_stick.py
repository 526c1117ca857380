"""The stick: all that a teacher needs, on pages that say what is true of it."""

from __future__ import annotations

import nbformat
import pytest

from bookmaker.paths import ROOT, notebook_files
from bookmaker.teach import routes, slides
from bookmaker.teach import usb_stick as workshop
from tests.support import site_rules
from tests.support.raw_markup import raw_markup

TEACHING = routes.load(ROOT / routes.ROUTES)
DECKS = [name for key, route in TEACHING.items() for name in slides.deck_names(key, route)]


def test_archive_holds_what_a_teacher_needs(unpacked_stick):
    for pattern in ("*.whl", "README.txt", "START.html", "serve.py", "book/room.html"):
        assert list(unpacked_stick.glob(pattern)), pattern
    expected = {path.stem for path in (ROOT / "chapters").glob("*.ipynb")} | {"by_hand"}
    for version in ("clean", "student", "instructor"):
        found = list((unpacked_stick / "notebooks" / version).glob("*.ipynb"))
        assert {path.stem for path in found} == expected
        cells = [c for path in found for c in nbformat.read(path, 4).cells]
        texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
        assert [raw for text in texts for raw in raw_markup(text)] == []
    start = site_rules.Page(unpacked_stick / "START.html")
    assert len(start.links) > len(DECKS) + len(TEACHING) + 1
    assert [link for link in start.links if not (unpacked_stick / link).is_file()] == []


def test_archive_without_slides_is_refused(book, tmp_path):
    with pytest.raises(FileNotFoundError, match="slides/seminar"):
        workshop.collect(book, tmp_path, tmp_path / "folder")


@pytest.fixture
def made(tmp_path):
    """Return what makes a site, with a Python for the browser or without."""

    def make(kernel):
        if kernel:
            (tmp_path / "lite" / "files" / "student").mkdir(parents=True)
            (tmp_path / "lite" / "pyodide.asm.wasm").write_bytes(b"")
        return tmp_path

    return make


def test_lines_are_chosen_by_whether_there_is_a_kernel():
    text = "a\nKERNEL|b|c\nNO KERNEL|d\n"
    assert workshop.chosen(text, True) == "a\nb|c\n"
    assert workshop.chosen(text, False) == "a\nd\n"


@pytest.mark.parametrize("kernel", [True, False])
def test_the_room_is_led_to_every_notebook(book, made, kernel):
    page = workshop.room_page(book, workshop.has_kernel(made(kernel)))
    for path in notebook_files():
        assert f'href="{path.parent.name}/{path.stem}.html"' in page
        assert (f"path=student/{path.stem}.ipynb" in page) == kernel
    assert "KERNEL" not in page and "[[" not in page


@pytest.mark.parametrize("kernel", [True, False])
def test_the_teacher_is_told_of_the_server_and_of_what_there_is(made, kernel):
    teaching = workshop.routes.load(ROOT / workshop.routes.ROUTES)
    page = workshop.first_page(teaching, workshop.has_kernel(made(kernel)))
    assert "KERNEL" not in page and "[[" not in page and "serve.py" in page
    assert ("in the\nbrowser" in page) == kernel
    assert ("without a Python for the browser" in page) != kernel
