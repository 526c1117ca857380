"""The index: Sphinx's own numbers, of the book that was asked about, and of nothing half read."""

from __future__ import annotations

import re

import pytest
from nbformat import v4

from bookmaker.markup.index import index_of_book
from bookmaker.markup.notebook import figure, read_notebook
from bookmaker.markup.reader import Directive, Formula, Heading, read, walk
from tests.support.cells import picture
from tests.support.site_builder import small_book

CONTENTS = """\
format: jb-book
root: intro
parts:
- caption: Before
  chapters:
  - file: before
- caption: One
  numbered: true
  chapters:
  - file: chapters/one
- caption: Two
  numbered: true
  chapters:
  - file: chapters/two
- caption: After
  chapters:
  - file: page
"""
MARKUP = """\
(sec-{name})=
## Section *of* {name}

$$ a $$ (eq-{name}-a)

$$ b $$

$$ c $$ (eq-{name}-c)

:::{{prf:theorem}} A
:label: thm-{name}-a

x
:::

:::{{prf:definition}} B
:label: def-{name}-b

x
:::

:::{{prf:theorem}} C
:label: thm-{name}-c

By {{cite:t}}`shumailov2024`.
:::
"""


def drawn(name):
    """Return a cell that has drawn a figure."""
    cell = v4.new_code_cell("x", execution_count=1)
    data = {"image/png": picture("black"), "text/plain": "<Figure>"}
    cell.outputs = [v4.new_output("display_data", data=data)]
    cell.metadata["mystnb"] = {
        "image": {"alt": "A line."},
        "figure": {"caption": "It rises.", "name": f"fig-{name}"},
    }
    return cell


def notebook(name):
    """Return a notebook with one of everything that has a number."""
    cells = [v4.new_markdown_cell(f"# Title {name}"), drawn(name)]
    return v4.new_notebook(cells=[*cells, v4.new_markdown_cell(MARKUP.format(name=name))])


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Two numbered chapters, and a notebook with a figure before and after them."""
    root = small_book(tmp_path_factory.mktemp("numbers") / "book", drawn("page"))
    (root / "_toc.yml").write_text(CONTENTS)
    (root / "chapters").mkdir()
    for name in ("before", "chapters/one", "chapters/two"):
        made = notebook(name.rpartition("/")[2])
        made.metadata = read_notebook(root / "page.ipynb").stored.metadata
        (root / f"{name}.ipynb").write_text(v4.writes(made))
    return root


@pytest.fixture(scope="module")
def index(root):
    return index_of_book(root)


def test_pages_are_in_order_with_numbers_and_titles(index, root):
    pages = [(page.name, page.number, page.title) for page in index.pages.values()]
    assert pages == [
        ("intro", None, "Small book"),
        ("before", None, "Title before"),
        ("chapters/one", 1, "Title one"),
        ("chapters/two", 2, "Title two"),
        ("page", None, "Page"),
    ]
    assert list(index.notebooks) == ["before", "one", "two", "page"]
    assert index.notebooks["two"].source == root / "chapters" / "two.ipynb"


def test_numbers_are_per_kind_and_per_chapter(index):
    places = {label: place for label, place in index.places.items() if "two" in label}
    assert {label: place.text for label, place in places.items()} == {
        "sec-two": "Section of two",
        "fig-two": "Fig. 2.1",
        "eq-two-a": "(2.1)",
        "eq-two-c": "(2.2)",
        "thm-two-a": "Theorem 2.1",
        "def-two-b": "Definition 2.1",
        "thm-two-c": "Theorem 2.2",
    }
    assert {place.page for place in places.values()} == {"chapters/two"}
    assert places["eq-two-c"].anchor == "equation-eq-two-c"
    kinds = [places[label].kind for label in ("sec-two", "fig-two", "eq-two-a", "def-two-b")]
    assert kinds == ["section", "figure", "formula", "definition"]


def test_figures_of_pages_without_a_number_are_counted_through_the_book(index):
    assert index.places["fig-before"].text == "Fig. 1"
    assert index.places["fig-page"].text == "Fig. 2"


def test_works_cited_are_those_of_the_book(index):
    assert index.bibliography.in_text(["shumailov2024"], linked=False) == "Shumailov et al. (2024)"


def test_what_has_changed_is_read_anew(index, root):
    file = root / "chapters" / "one.ipynb"
    before = file.read_text()
    file.write_text(before.replace("$$ b $$", "$$ b $$ (eq-one-b)").replace("Title one", "Other"))
    try:
        again = index_of_book(root)
    finally:
        file.write_text(before)
    assert again.pages["chapters/one"].title == "Other"
    assert again.places["eq-one-c"].text == "(1.3)" and index.places["eq-one-c"].text == "(1.2)"


def test_a_book_with_a_warning_is_refused_each_time(tmp_path, capfd):
    root = small_book(tmp_path / "book", v4.new_markdown_cell("{unheard}`of`"))
    for _ in range(2):
        with pytest.raises(RuntimeError, match="could not read the book"):
            index_of_book(root)
        assert "unheard" in capfd.readouterr().err


# The reader and Sphinx see the same things


def labels_read(page):
    """Return the labels that the reader finds in a notebook, by kind."""
    cells = read_notebook(page.source).cells
    blocks = [b for c in cells if c.cell_type == "markdown" for b in walk(read(c.source))]
    figures = [figure(c) for c in cells if c.cell_type == "code"]
    boxes = [b for b in blocks if isinstance(b, Directive) and b.name.startswith("prf:")]
    return {
        "section": {label for b in blocks if isinstance(b, Heading) for label in b.labels},
        "formula": {b.label for b in blocks if isinstance(b, Formula) and b.label},
        "figure": {f["name"] for f in figures if f.get("caption")},
        "theorem": {b.options["label"] for b in boxes if "label" in b.options},
    }


def test_sphinx_knows_every_label_that_is_read_and_no_other(book):
    for page in book.index.notebooks.values():
        known = {kind: set() for kind in ("section", "formula", "figure", "theorem")}
        for label, place in book.index.places.items():
            if place.page == page.name and not label.startswith("claim-"):
                known[place.kind if place.kind in known else "theorem"].add(label)
        assert labels_read(page) == known, page.name


def test_titles_are_those_of_the_files(book):
    for page in book.index.pages.values():
        if page.source.suffix == ".ipynb":
            assert read_notebook(page.source).sections[0].title == page.title
        else:
            text = page.source.read_text(encoding="utf-8")
            assert re.search(r"^# (.+)$", text, re.MULTILINE)[1] == page.title
