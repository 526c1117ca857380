"""The markup of the book, piece by piece, as plain Markdown."""

from __future__ import annotations

import pytest

from bookmaker.notebooks.plain_markdown import PlainMarkdown
from tests.support.small_index import DOI, SITE, small_index


@pytest.fixture(scope="module")
def words():
    return PlainMarkdown(
        small_index(),
        "chapters/one",
        {"share": "3.1 %"},
        site=SITE,
        keep_folded=lambda title: title != "Secret",
    )


PIECES = {
    "{glue:text}`share`": "3.1 %",
    "{cite:t}`shumailov2024`": f"[Shumailov et al. (2024)]({DOI})",
    "{cite}`shumailov2024`": f"([Shumailov et al., 2024]({DOI}))",
    "{doc}`two`": "[Second](two.ipynb)",
    "{doc}`../reference/ledger`": f"[The ledger]({SITE}/reference/ledger.html)",
    "{ref}`here`": "[Here](#here)",
    "{ref}`over there <there>`": "[over there](two.ipynb#there)",
    "{eq}`eq-a`": "[(1.2)](#eq-a)",
    "{prf:ref}`thm-a`": "[Theorem 1.1](#thm-a)",
    "{numref}`fig-a`": "[Fig. 2.1](two.ipynb#fig-a)",
    "[text](there)": "[text](two.ipynb#there)",
    "(here)=\n## Title": '<a id="here"></a>\n\n## Title',
    "$a\n= b$ and\nmore": "$a = b$ and\nmore",
    "$$\nx\n= y\n$$ (eq-a)": '<a id="eq-a"></a>\n\n$$\nx\n= y \\tag{1.2}\n$$',
    "$$ x = y $$": "$$\nx = y\n$$",
    ":::{prf:theorem} All dies\n:label: thm-a\n\nIf\n\n$$\nx\n= y\n$$\n:::": (
        '<a id="thm-a"></a>\n\n> **Theorem 1.1** (All dies)\n>\n> If\n>\n> $$x = y$$\n'
    ),
    ":::{prf:proof}\nBy {eq}`eq-a`.\n:::": "*Proof.* By [(1.2)](#eq-a).",
    ":::{prf:proof}\n:class: dropdown\nEasy.\n:::": (
        "<details>\n<summary><b>Proof</b></summary>\n\nEasy.\n\n</details>\n"
    ),
    ":::{admonition} Is it *so*?\n:class: dropdown\n\nNo.\n:::": (
        "<details>\n<summary><b>Is it <em>so</em>?</b></summary>\n\nNo.\n\n</details>\n"
    ),
    ":::{dropdown} How is $x$?\nFine.\n:::": (
        "<details>\n<summary>\n\n**How is $x$?**\n\n</summary>\n\nFine.\n\n</details>\n"
    ),
    ":::{admonition} Before\n:class: tip\n\nRead.\n:::": "> **Before**\n>\n> Read.\n",
    "Before\n\n:::{dropdown} Secret\nNo.\n:::\n\nAfter": "Before\n\nAfter",
    "```python\n{ref}`x`\n```": "```python\n{ref}`x`\n```",
}


@pytest.mark.parametrize("source", PIECES)
def test_markup_becomes_markdown(words, source):
    assert words.text(source) == PIECES[source]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{unknown}`x`", "unknown role"),
        (":::{unknown} x\n:::", "unknown directive"),
        (":::{admonition} x\n", "not closed"),
        ("$$ x", "not closed"),
        ("{ref}`nowhere`", "nowhere in the book"),
        ("{doc}`nowhere`", "no page of the book"),
        ("{glue:text}`nothing`", "no cell of chapters/one stores"),
        ("{cite}`nobody1900`", "nothing in the bibliography"),
    ],
)
def test_markup_that_is_not_understood_is_an_error(words, source, message):
    with pytest.raises(ValueError, match=message):
        words.text(source)
