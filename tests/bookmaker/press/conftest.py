"""One small book, set for paper and made an e-book once in a run."""

from __future__ import annotations

import zipfile

import pytest

from bookmaker.press import make
from tests.support.once import once
from tests.support.press_book import press, press_book


def pressed(shared, kind):
    """Return the small book, built as a reader would."""

    def build(folder):
        status, said = press(kind, press_book(folder))
        assert status == 0, said

    return once(shared / f"press-book-{kind}", build)


@pytest.fixture(scope="session")
def printed(shared):
    return pressed(shared, "pdf" if make.missing_from_tex() == [] else "tex")


@pytest.fixture(scope="session")
def latex(printed):
    folder = printed / "_build" / "press-latex" / "latex"
    return (folder / f"{make.NAME}.tex").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def chapters_and_end(latex):
    """The text of the chapters, and of the chapter at the end."""
    text = latex.replace(r"\PYGZus{}", "_").replace(r"\_", "_")
    body, end = text.split(r"\chapter{Hints, answers and solutions}")
    return body, end


@pytest.fixture(scope="session")
def ebook(shared):
    """The e-book."""
    return pressed(shared, "epub") / "_build" / f"{make.NAME}.epub"


@pytest.fixture(scope="session")
def files(ebook):
    """The files in the e-book, by name."""
    with zipfile.ZipFile(ebook) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.fixture(scope="session")
def pages(files):
    """The pages of the e-book, by name."""
    return {name: data.decode() for name, data in files.items() if name.endswith(".xhtml")}
