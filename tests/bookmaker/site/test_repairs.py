"""What a repair owes on a page is read from the page's document alone."""

from __future__ import annotations

import pytest
from docutils import nodes
from sphinx_proof.nodes import proof_node

from bookmaker.edits import Page, one_for_each
from bookmaker.site import repairs


def proof(*classes):
    return proof_node("", nodes.admonition("", nodes.paragraph("", "x"), classes=classes))


def table(*heads):
    entries = [nodes.entry("", nodes.paragraph("", text)) for text in heads]
    row = nodes.row("", nodes.entry("", nodes.paragraph("", "")))
    head, body = nodes.thead("", nodes.row("", *entries)), nodes.tbody("", row)
    return nodes.table("", nodes.tgroup("", head, body))


@pytest.mark.parametrize(
    ("follower", "due"), [((nodes.Text(", x"),), 1), ((nodes.Text(" x"),), 0), ((), 0)]
)
def test_a_formula_and_its_comma_are_kept_together(follower, due):
    page = Page(None, "page", nodes.paragraph("", "", nodes.math("", "x"), *follower), "")
    rule = one_for_each(nodes.math, where=repairs.is_followed_by_punctuation)
    assert rule(page) == due


def test_an_empty_head_is_a_corner_and_an_empty_cell_is_none():
    rule = one_for_each(nodes.entry, where=repairs.is_empty_corner)
    for heads, due in ((("", "a"), 1), (("a", "b"), 0)):
        assert rule(Page(None, "page", table(*heads), "")) == due


def test_a_proof_is_folded_or_not():
    page = Page(None, "page", nodes.container("", proof("dropdown"), proof()), "")
    assert one_for_each(proof_node, where=repairs.is_folded)(page) == 1
    assert one_for_each(proof_node)(page) == 2


def test_a_page_without_a_document_owes_nothing():
    assert one_for_each(nodes.Node)(Page(None, "search", None, "")) == 0
