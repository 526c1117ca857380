"""Each number of a figure, an equation or a theorem in a derived notebook is the site's."""

from __future__ import annotations

import re

import nbformat
import pytest

from bookmaker.live.extension import lite_notebooks
from bookmaker.markup.references import Words
from bookmaker.notebooks import DerivedNotebooks
from tests.support.derived_notebooks import NOTEBOOKS, read, texts

# What a built page shows: the id of a figure, a formula or a theorem, then its number
ON_PAGES = re.compile(
    r'<figure class="[^"]*" id="(?P<figure>[^"]+)">'
    r'|<div class="math [^"]*" id="equation-(?P<formula>[^"]+)">\s*'
    r'<span class="eqno">\((?P<eqno>[\d.]+)\)'
    r'|<div class="proof [^"]*" id="(?P<theorem>[^"]+)">\s*<p class="admonition-title">'
    r'<span class="caption-number">(?P<thmno>\w+ [\d.]+) </span>'
    r'|<figcaption>\s*<p><span class="caption-number">(?P<figno>Fig\. [\d.]+) </span>'
)
# What a derived notebook shows: an anchor, or the label of a box, then the number right after it
PLACED = re.compile(
    r'(?:<a id="(?P<anchor>[^"]+)"></a>|\((?P<label>[\w-]+)\)=|:label: (?P<option>[\w-]+))\n+'
    r"(?:\*\*(?P<bold>(?:Fig\.|[A-Z]\w+) [\d.]*\d)\.?\*\*"
    r"|(?:\$\$)?(?P<tex>(?:(?!\$\$|```).)+?)\\tag\{(?P<tag>[\d.]+)\})",
    re.DOTALL,
)
BOXED = re.compile(
    r":{3,}\{admonition\} (?P<number>[A-Z]\w+ [\d.]*\d)(?: [^\n]*)?\n:class: important\n\n"
    r"\((?P<label>[\w-]+)\)=\n"
)
# And a link: the words, which are a number, then the label
LINKED = re.compile(
    r"\[(?P<number>\([\d.]+\)|(?:Fig\.|[A-Z]\w+) [\d.]*\d)\]\([\w.]*#(?P<label>[\w-]+)\)"
)


def on_page(html):
    """Return the numbers on a page by label."""
    found, figure = {}, ""
    for match in ON_PAGES.finditer(html):
        if match["figure"]:
            figure = match["figure"]
        elif match["figno"]:
            found[figure] = match["figno"]
        elif match["formula"]:
            found[match["formula"]] = f"({match['eqno']})"
        else:
            found[match["theorem"]] = match["thmno"]
    return found


def placed(notebook):
    """Return the numbers beside the labels of a derived notebook."""
    text = re.sub(r"^> ?", "", "\n\n".join(texts(notebook)), flags=re.MULTILINE)
    found = {match["label"]: match["number"] for match in BOXED.finditer(text)}
    for match in PLACED.finditer(text):
        label = match["anchor"] or match["label"] or match["option"]
        found[label] = match["bold"] or f"({match['tag']})"
    return found


def differences(notebook, own, site):
    """Return how the numbers of a derived notebook differ from its page's, and from the site's."""
    shown = placed(notebook)
    text = "\n\n".join(texts(notebook))
    found = [f"{label} is {shown.get(label)}, not {own.get(label)}"
             for label in sorted({*shown, *own}) if shown.get(label) != own.get(label)]  # fmt: skip
    return found + [
        f"{match['label']} is called {match['number']}, not {site.get(match['label'])}"
        for match in LINKED.finditer(text)
        if match["number"] != site.get(match["label"])
    ]


@pytest.fixture(scope="module")
def pages(site):
    """The numbers of every page that is a notebook, by the notebook's name."""
    files = [file for folder in ("chapters", "workshop") for file in (site / folder).glob("*.html")]
    return {file.stem: on_page(file.read_text(encoding="utf-8")) for file in files}


@pytest.fixture(scope="module")
def everywhere(pages):
    return {label: number for numbers in pages.values() for label, number in numbers.items()}


@pytest.fixture(scope="module")
def lite(book):
    return lite_notebooks(DerivedNotebooks(book, installed=True))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_numbers_are_those_of_the_site(book, derived, lite, pages, everywhere, name):
    kinds = {kind: read(derived, kind, name) for kind in ("clean", "student", "instructor")}
    kinds["lab"] = DerivedNotebooks(book).lab(book.index.notebooks[name])
    for folder in ("", "student/"):
        kinds[f"JupyterLite {folder}"] = nbformat.reads(lite[f"{folder}{name}.ipynb"], 4)
    assert pages[name]
    for kind, notebook in kinds.items():
        assert differences(notebook, pages[name], everywhere) == [], kind


def test_every_label_is_compared(book, everywhere):
    kinds = {label: place.kind for label, place in book.index.places.items()}
    on_notebooks = {page.name for page in book.index.notebooks.values()}
    numbered = {
        label
        for label, place in book.index.places.items()
        if place.kind != "section" and place.page in on_notebooks
    }
    assert numbered == set(everywhere)
    assert {"figure", "formula", "theorem"} <= {kinds[label] for label in numbered}


def test_numbers_of_the_dice_go_on_from_the_pages_before(pages):
    assert [pages["by_hand"][f"fig-hand-{k}"] for k in ("bands", "law", "left", "real")] == [
        "Fig. 3",
        "Fig. 4",
        "Fig. 5",
        "Fig. 6",
    ]


@pytest.mark.parametrize("kind", ["clean", "lab"])
@pytest.mark.parametrize(
    ("number", "other", "label"),
    [
        ("**Fig. 3.2.**", "**Fig. 1.**", "fig-two-walks"),
        ("\\tag{3.1}", "\\tag{3.2}", "eq-two-draws"),
        ("Theorem 3.1", "Theorem 3.3", "thm-log-walk"),
        ("[(3.1)]", "[(1)]", "eq-two-draws"),
        ("[Fig. 3.2]", "[Fig. 3.1]", "fig-two-walks"),
    ],
)
def test_another_number_is_noticed(book, pages, everywhere, kind, number, other, label):
    page = book.index.notebooks["random_walks"]
    notebook = getattr(DerivedNotebooks(book), kind)(page)
    assert sum(number in text for text in texts(notebook)) >= 1
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace(number, other)
    found = differences(notebook, pages["random_walks"], everywhere)
    assert any(problem.startswith(f"{label} is ") for problem in found)


def test_several_authors_are_never_printed_as_one(book, derived):
    text = "\n\n".join(t for name in NOTEBOOKS for t in texts(read(derived, "clean", name)))
    works, cited = book.index.bibliography, 0
    for key, entry in works.entries.items():
        people = entry.persons.get("author", [])
        if len(people) < 2:
            continue
        first = " ".join(map(str, people[0].rich_prelast_names + people[0].rich_last_names))
        assert not re.search(rf"\[{re.escape(first)},? \(?{works.year(key)}\)?\]", text), key
        said = Words(book.index).running(f"{{cite:t}}`{key}`")
        assert " et al. (" in said or " and " in said
        cited += f"[{said}]" in text
    assert cited > 30
