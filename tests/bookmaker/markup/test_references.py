"""Roles and links: one translator, two outputs."""

from __future__ import annotations

import pytest

from bookmaker.markup.references import Links, Words
from tests.support.small_index import DOI, SITE, small_index

NUMBERS = {"share": "3.1", "n": "7"}


@pytest.fixture(scope="module")
def links():
    return Links(small_index(), "chapters/one", NUMBERS, site=SITE)


@pytest.fixture(scope="module")
def words():
    return Words(small_index(), "chapters/one", NUMBERS)


# In Markdown as links, and in plain words
PIECES = {
    "{glue:text}`share` %": ("3.1 %", "3.1 %"),
    "{glue:text}`share:.2f` and {glue:text}`n:d`": ("3.10 and 7", "3.10 and 7"),
    "{cite:t}`shumailov2024` show": (
        f"[Shumailov et al. (2024)]({DOI}) show",
        "Shumailov et al. (2024) show",
    ),
    "So it is {cite}`shumailov2024`.": (
        f"So it is ([Shumailov et al., 2024]({DOI})).",
        "So it is.",
    ),
    "{doc}`two`": ("[Second](two.ipynb)", "*Second*"),
    "{doc}`chapters/two`": ("[Second](two.ipynb)", "*Second*"),
    "{doc}`the other </chapters/two>`": ("[the other](two.ipynb)", "the other"),
    "{doc}`../reference/ledger`": (
        f"[The ledger]({SITE}/reference/ledger.html)",
        "*The ledger*",
    ),
    "{ref}`here`": ("[Here](#here)", "Here"),
    "{ref}`over $x$ <there>`": ("[over $x$](two.ipynb#there)", "over $x$"),
    "{numref}`fig-row`": (f"[Fig. 1]({SITE}/reference/ledger.html#fig-row)", "the figure"),
    "{numref}`Figure %s <fig-a>`": ("[Figure Fig. 2.1](two.ipynb#fig-a)", "Figure Fig. 2.1"),
    "by {eq}`eq-a` and {prf:ref}`thm-a`": (
        "by [(1.2)](#eq-a) and [Theorem 1.1](#thm-a)",
        "by the formula and the theorem",
    ),
    "It holds ({eq}`eq-a`) there ({cite}`shumailov2024`).": (
        f"It holds ([(1.2)](#eq-a)) there (([Shumailov et al., 2024]({DOI}))).",
        "It holds there.",
    ),
    "[a {ref}`here`](there), [out](https://example.org)": (
        "[a [Here](#here)](two.ipynb#there), [out](https://example.org)",
        "a Here, [out](https://example.org)",
    ),
    'the <a href="sheet.html">sheet</a>': (
        f"the [sheet]({SITE}/chapters/sheet.html)",
        "the sheet",
    ),
    "$a\n= b$": ("$a = b$", "$a = b$"),
    "{func}`~collapse.simulate` of {term}`drift`": (
        "`collapse.simulate` of drift",
        "`collapse.simulate` of drift",
    ),
    "`simulate()` ({cite}`shumailov2024`; {cite}`shumailov2024`) runs": (
        f"`simulate()` (([Shumailov et al., 2024]({DOI})); ([Shumailov et al., 2024]({DOI}))) runs",
        "`simulate()` runs",
    ),
    "in 2022 {cite}`shumailov2024`†": (
        f"in 2022 ([Shumailov et al., 2024]({DOI}))†",
        "in 2022 †",
    ),
    "`{ref}`": ("`{ref}`", "`{ref}`"),
}


@pytest.mark.parametrize("source", PIECES)
def test_a_reference_is_shown_in_both_ways(links, words, source):
    assert (links.running(source), words.running(source)) == PIECES[source]


def test_what_is_cited_is_noted():
    links = Links(small_index(), "chapters/one")
    links.running("{cite:t}`shumailov2024` and {cite}`dey2024, shumailov2024`")
    assert links.cited == ["shumailov2024", "dey2024", "shumailov2024"]


def test_without_an_address_of_the_site_its_pages_are_named():
    links = Links(small_index(), "chapters/one")
    assert links.running("{doc}`../reference/ledger`, {ref}`it <fig-row>`") == "*The ledger*, it"
    sheet = links.running('<a href="sheet.html">sheet</a>')
    assert sheet == "sheet, in the book `chapters/sheet.html`"


def test_a_passage_in_words_has_no_labels_no_numbers_and_no_boxes(words):
    source = "(x)=\n## One\n\n$$\na\n$$ (eq-a)\n\n:::{note} N\nBy {eq}`eq-a`.\n:::\n\n```\n:::\n```"
    assert words.text(source) == "## One\n\n$$\na\n$$\n\nBy the formula.\n\n```\n:::\n```"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{unknown}`x`", "unknown role {unknown} in chapters/one"),
        ("{ref}`nowhere`", "nowhere in the book"),
        ("[text](nowhere)", "nowhere in the book"),
        ("{numref}`it <nowhere>`", "nowhere in the book"),
        ("{doc}`nowhere`", "no page of the book"),
        ("{glue:text}`nothing`", "no cell of chapters/one stores"),
        ("{cite:t}`nobody1900`", "nothing in the bibliography"),
    ],
)
def test_what_leads_nowhere_is_an_error(links, words, source, message):
    for kind in (links, words):
        with pytest.raises(ValueError, match=message):
            kind.running(source)
