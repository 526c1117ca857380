"""The glossary is linked where its words are met."""

from __future__ import annotations

import pytest
from docutils import nodes
from docutils.utils import new_document

from bookmaker.site import glossary


def page(*children):
    document = new_document("page")
    document += children
    return document


def paragraph(*children):
    return nodes.paragraph("", "", *[nodes.Text(c) if isinstance(c, str) else c for c in children])


def links(document):
    return [(r.astext(), r["refuri"]) for r in document.findall(nodes.reference)]


def test_the_first_use_in_a_paragraph_is_linked():
    document = page(
        nodes.title("", "Drift"),
        nodes.literal_block("", "drift"),
        paragraph("No ", nodes.literal("", "drift"), " here. The drifts of spring; drift again."),
    )
    assert glossary.link(document, "drift", "g.html#drift")
    assert links(document) == [("drifts", "g.html#drift")]
    assert document.astext().count("rift") == 5


@pytest.mark.parametrize("text", ["adrift", "drifting", "drift-wood", "", "wind"])
def test_other_words_are_left_alone(text):
    document = page(paragraph(text))
    assert not glossary.link(document, "drift", "g.html#drift")
    assert links(document) == []


def test_words_of_everyday_language_are_linked_in_italics_only():
    document = page(paragraph("We replace a lamp. ", nodes.emphasis("", "replace"), " is a loop."))
    assert glossary.link(document, "replace", "g.html#replace")
    (reference,) = document.findall(nodes.reference)
    assert isinstance(reference.parent, nodes.emphasis)


def test_a_term_of_two_words_may_break_over_a_line():
    document = page(paragraph("The standard\nerror is small."))
    assert glossary.link(document, "standard error", "g.html#e")
