"""Boxes stay directives that jupyterlab-myst draws; formulas have the numbers of the book."""

from __future__ import annotations

import pytest

from bookmaker.notebooks.lab_markdown import LabMarkdown
from tests.support.small_index import small_index

INNER = ":::{admonition} Inner\nText.\n:::"
PIECES = {
    ":::{prf:theorem} All dies\n:label: thm-a\n\nIf.\n:::": (
        ":::{admonition} Theorem 1.1 (All dies)\n:class: important\n\n(thm-a)=\nIf.\n:::\n"
    ),
    ":::{prf:proof}\nEasy.\n:::": ":::{admonition} Proof\n\nEasy.\n:::\n",
    ":::{dropdown} How is $x$?\nFine.\n:::": (
        ":::{admonition} How is $x$?\n:class: dropdown\n\nFine.\n:::\n"
    ),
    ":::{tip}\nRead.\n:::": ":::{admonition} Tip\n:class: tip\n\nRead.\n:::\n",
    f"::::{{admonition}} Outer\n{INNER}\n::::": (
        "::::{admonition} Outer\n\n:::{admonition} Inner\n\nText.\n:::\n\n::::\n"
    ),
    "$$ x $$ (eq-a)": ("```{math}\n:enumerated: false\n:label: eq-a\n\nx \\tag{1.2}\n```"),
    "$$ x $$": "```{math}\n:enumerated: false\n\nx\n```",
    "{eq}`eq-a`": "[(1.2)](#eq-a)",
}


@pytest.mark.parametrize("source", PIECES)
def test_markup_becomes_what_the_extension_draws(source):
    assert LabMarkdown(small_index(), "chapters/one").text(source) == PIECES[source]


def test_a_folded_box_may_be_left_out():
    secret = ":::{dropdown} Secret\nNo.\n:::"
    words = LabMarkdown(small_index(), "chapters/one", keep_folded=lambda title: title != "Secret")
    assert words.text(f"Before\n\n{secret}\n\nAfter") == "Before\n\nAfter"
