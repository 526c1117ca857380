"""The printed book and the e-book: everything is there, in its place, and what is wrong is said."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from nbformat import v4

from bookmaker.paths import ROOT
from bookmaker.press import arrange as book_press
from bookmaker.press import epub as book_press_epub
from bookmaker.press import latex as book_press_latex
from bookmaker.press import make as press
from bookmaker.site import downloads as book_downloads
from tests.support.press_book import press_book

FOLDED = {
    "It is as small as the folded answer.",
    "The folded reason.",
    "Use the folded hint",
    "solution_code",
    "The folded discussion.",
}
HIDDEN = {"plotting_code", "quiz_code", "check_code", "your answer is right", "HTML object"}
RAW = re.compile(r":::|```|\{(?:prf:ref|eq|numref|doc|ref|cite|cite:t|glue:text)\}`")
END = "Hints, answers and solutions"


def run(kind, book):
    """Build a copy of the book as a reader would; return exit status and what was printed."""
    command = [sys.executable, "-m", "bookmaker.press.make", kind, "--of", str(book)]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def misplaced(chapters: str, end: str) -> list[str]:
    """Return what should have left the chapters and has not, or is not at the end."""
    wrong = [text for text in sorted(FOLDED) if text in chapters or text not in end]
    return wrong + [text for text in sorted(HIDDEN) if text in chapters or text in end]


# The printed book


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    book = press_book(tmp_path_factory.mktemp("printed") / "book")
    kind = "pdf" if press.missing_from_tex() == [] else "tex"
    status, said = run(kind, book)
    assert status == 0, said
    return book


@pytest.fixture(scope="module")
def latex(printed):
    folder = printed / "_build" / "press-latex" / "latex"
    return (folder / "copies-of-copies.tex").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def chapters_and_end(latex):
    text = latex.replace(r"\PYGZus{}", "_").replace(r"\_", "_")
    body, end = text.split(rf"\chapter{{{END}}}")
    return body, end


def test_what_was_folded_stands_at_the_end_only(chapters_and_end):
    assert misplaced(*chapters_and_end) == []


def test_something_left_in_a_chapter_would_be_noticed(chapters_and_end):
    chapters, end = chapters_and_end
    assert misplaced(chapters + "solution_code", end) == ["solution_code"]
    assert misplaced(chapters, end.replace("The folded reason.", "")) == ["The folded reason."]
    assert misplaced(chapters, end + "check_code") == ["check_code"]


@pytest.mark.parametrize(
    "wanted",
    [
        r"\part{Small things}",
        r"\chapter{How small can a book be?}",
        r"\begin{equation}\label{equation:chapters/one:eq-one}",
        r"\caption{A green figure.}",
        r"\presstitle{Theorem 1.1 (Small is enough)}",
        "shown output",
        r"\presstitle{Quiz 1}",
        "cell of a table",
        "To listen to original, open this chapter on the site.",
        "Saves: 1",
    ],
)
def test_everything_has_a_form_on_paper(chapters_and_end, wanted):
    assert wanted in chapters_and_end[0]


def test_both_ways_lead(chapters_and_end):
    chapters, end = chapters_and_end
    for kind in ("answers", "quizzes", "hints", "solutions"):
        place = rf"\detokenize{{{book_press.BACK}:one-{kind}-1}}"
        assert rf"\presspage{{{place}}}" in chapters
        assert rf"\label{{{place}}}" in end
    backward = re.findall(r"\\hyperref\[\\detokenize\{(chapters/one:[^}]+)\}\]", end)
    for place in backward:
        assert rf"\label{{\detokenize{{{place}}}}}" in chapters
    assert len(backward) >= 4


def test_no_markup_is_left_and_every_work_is_listed(latex):
    assert RAW.findall(latex) == []
    assert RAW.findall("see {eq}`eq-one` :::") == ["{eq}`", ":::"]
    assert r"\bibitem" in latex
    assert "10.1038/s41586-024-07566-y" in latex


def test_what_stays_on_the_site_is_words(latex):
    assert r"\emph{The package (on the site)}" in latex or "The package (on the site)" in latex
    assert "collapse_utils.models" not in latex


def test_the_printed_book_is_set_without_a_flaw(printed):
    if missing := press.missing_from_tex():
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
    found = press.problems(log)
    assert [line.split()[0] for line in found] == ["Missing", "LaTeX", "Overfull"]
    assert press.problems("Output written on a.pdf (3 pages).") == []


def test_without_tex_the_command_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")
    assert press.pdf() == 1
    said = capsys.readouterr().out
    assert "needs latexmk, xelatex" in said
    assert "apt-get install" in said


def test_columns_have_room_for_their_words_and_the_rest_goes_to_the_long():
    from docutils import nodes

    def row(*texts):
        return nodes.row("", *(nodes.entry("", nodes.paragraph("", text)) for text in texts))

    group = nodes.tgroup("", nodes.tbody("", row("a", "word " * 60)), cols=2)
    short, long = book_press_latex.widths(group)
    assert short + long == pytest.approx(1)
    assert 3 / book_press_latex.LINE < short < 0.1


# The e-book


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    source = press_book(tmp_path_factory.mktemp("epub") / "book")
    status, said = run("epub", source)
    assert status == 0, said
    return source / "_build" / "copies-of-copies.epub"


@pytest.fixture(scope="module")
def files(book):
    with zipfile.ZipFile(book) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.fixture(scope="module")
def pages(files):
    return {name: data.decode() for name, data in files.items() if name.endswith(".xhtml")}


def unspaced(page: str) -> str:
    """Return a page's text without the elements that colour code."""
    return re.sub(r"</?span[^>]*>", "", page)


def test_folded_parts_are_on_the_last_page_of_the_e_book(pages):
    chapters = "".join(unspaced(t) for n, t in pages.items() if n.startswith("chapters/"))
    assert misplaced(chapters, unspaced(pages[f"{book_press.BACK}.xhtml"])) == []


def test_links_of_the_e_book_lead_somewhere(pages):
    ids = {name: set(re.findall(r'\bid="([^"]+)"', text)) for name, text in pages.items()}
    lost = []
    for name, text in pages.items():
        for target in re.findall(r'href="([^":]+)"', text):
            page, _, place = target.partition("#")
            path = os.path.normpath(os.path.join(os.path.dirname(name), page)) if page else name
            if path.endswith(".xhtml") and (path not in ids or (place and place not in ids[path])):
                lost.append((name, target))
    assert lost == []


def test_formulas_are_mathml_with_their_latex_as_text(pages):
    formulas = re.findall(r"<math[^>]*>", pages["chapters/one.xhtml"])
    assert len(formulas) >= 3
    assert all('alttext="' in formula for formula in formulas)
    assert '<span class="eqno">(1.1)</span>' in pages["chapters/one.xhtml"]


def test_pictures_have_texts_and_no_page_has_a_script(pages):
    images = [image for text in pages.values() for image in re.findall(r"<img[^>]*>", text)]
    assert len(images) >= 3
    assert [image for image in images if 'alt=""' in image or "alt=" not in image] == []
    assert [name for name, text in pages.items() if "<script" in text or "<audio" in text] == []
    assert [name for name, text in pages.items() if RAW.search(text)] == []


def test_metadata_says_who_in_which_language_and_under_which_licence(files):
    package = files["content.opf"].decode()
    for wanted in (
        "<dc:language>en</dc:language>",
        "<dc:creator>The Copies of Copies authors</dc:creator>",
        book_press_epub.LICENCE,
        'property="schema:accessMode">textual',
        'property="schema:accessibilityFeature">MathML',
        'properties="cover-image"',
        'properties="mathml"',
    ):
        assert wanted in package
    assert "I. Small things" in files["nav.xhtml"].decode()
    assert sum(map(len, files.values())) < 2_000_000


@pytest.fixture
def checker():
    command = press.epubcheck()
    if command is None:
        pytest.skip("not checked: no EPUBCheck")
    return command


def test_epubcheck_finds_nothing(checker, book):
    assert press.invalid(checker, book) == []


def test_epubcheck_finds_what_is_wrong(checker, book, tmp_path):
    broken = tmp_path / "broken.epub"
    with zipfile.ZipFile(book) as packed, zipfile.ZipFile(broken, "w") as copy:
        for item in packed.infolist():
            data = packed.read(item)
            if item.filename == "chapters/two.xhtml":
                data = data.replace(b"Nothing.", b'<img src="nowhere.png"/>')
            copy.writestr(item, data)
    assert any("nowhere.png" in line for line in press.invalid(checker, broken))


def test_style_of_formulas_is_set_as_epub_has_it():
    text = book_press_epub.mathml(r"\dfrac{a}{b} \quad \ln x", display=False)
    formula = ElementTree.fromstring(text)
    space = f"{{{book_press_epub.MATHML}}}"
    styled = {e.tag for e in formula.iter() if "displaystyle" in e.attrib}
    assert styled <= {f"{space}mstyle", f"{space}mtable", f"{space}math"}
    assert formula.find(f".//{space}mstyle/{space}mfrac") is not None
    assert "&ApplyFunction;" not in text


def test_a_formula_that_is_none_stops_the_build():
    from math_core import LatexError

    with pytest.raises(LatexError):
        book_press_epub.mathml(r"\frac{a", display=True)


# Both


def test_a_reference_to_nowhere_stops_both(tmp_path):
    book = press_book(tmp_path / "book", v4.new_markdown_cell("See {ref}`nowhere`."))
    status, said = run("tex", book)
    assert status != 0
    assert "nowhere" in said


def test_the_contents_are_the_sites_without_what_stays_there():
    import yaml

    source = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    listed = [c["file"] for part in source["parts"] for c in part["chapters"]]
    made = book_press.contents(source)
    kept = [c["file"] for part in made["parts"] for c in part["chapters"]]
    assert kept.count(book_press.BACK) == 1
    expected = [name for name in listed if name not in book_press.LEFT_OUT]
    assert [name for name in kept if name != book_press.BACK] == expected


# Beside the site


def foot(app) -> str:
    """Return what stands at the foot of a page in a folder."""
    context = {"pathto": lambda name, _: f"../{name}", "theme_extra_footer": "<p>Licence.</p>"}
    book_downloads._link(app, "chapters/one", "page.html", context, None)
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
    book_downloads._copy(app, None)
    assert [file.name for file in site.iterdir()] == ["copies-of-copies.epub"]
    later = time.time() + 10
    os.utime(tmp_path / "page.md", (later, later))
    assert foot(app) == "<p>Licence.</p>"
