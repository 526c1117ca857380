"""The commands for the printed book and the e-book: what is wrong is said, and is an error."""

from __future__ import annotations

import shutil
import subprocess
import zipfile

import pytest
from nbformat import v4

from bookmaker.press import make
from tests.support.press_book import press, press_book


def test_the_printed_book_is_set_without_a_flaw(printed):
    if missing := make.missing_from_tex():
        pytest.skip(f"not set: no {', '.join(missing)}")
    file = printed / "_build" / "copies-of-copies.pdf"
    assert file.read_bytes().startswith(b"%PDF")
    if shutil.which("pdftotext"):
        said = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True).stdout
        assert "??" not in said
        assert "Theorem 1.1" in said


def test_what_the_log_only_notes_is_a_problem():
    log = (
        "Missing character: There is no \u2077 in font x!\n"
        "LaTeX Warning: Reference `a' on page 1 undefined on input line 3.\n"
        "Overfull \\hbox (12.5pt too wide) in paragraph\n"
        "Overfull \\hbox (0.5pt too wide) in paragraph\n"
    )
    found = make.problems(log)
    assert [line.split()[0] for line in found] == ["Missing", "LaTeX", "Overfull"]
    assert make.problems("Output written on a.pdf (3 pages).") == []


def test_without_tex_the_command_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")
    assert make.pdf() == 1
    said = capsys.readouterr().out
    assert "needs latexmk, xelatex" in said
    assert "apt-get install" in said


def test_a_reference_to_nowhere_stops_the_book(tmp_path):
    book = press_book(tmp_path / "book", v4.new_markdown_cell("See {ref}`nowhere`."))
    status, said = press("tex", book)
    assert status != 0
    assert "nowhere" in said


@pytest.fixture
def checker():
    command = make.epubcheck()
    if command is None:
        pytest.skip("not checked: no EPUBCheck")
    return command


def test_epubcheck_finds_nothing(checker, ebook):
    assert make.invalid(checker, ebook) == []


def test_epubcheck_finds_what_is_wrong(checker, ebook, tmp_path):
    broken = tmp_path / "broken.epub"
    with zipfile.ZipFile(ebook) as packed, zipfile.ZipFile(broken, "w") as copy:
        for item in packed.infolist():
            data = packed.read(item)
            if item.filename == "chapters/two.xhtml":
                data = data.replace(b"Nothing.", b'<img src="nowhere.png"/>')
            copy.writestr(item, data)
    assert any("nowhere.png" in line for line in make.invalid(checker, broken))
