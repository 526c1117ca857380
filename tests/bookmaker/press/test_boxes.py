"""Theorems, proofs and admonitions are boxes, each with its kind and its title."""

from __future__ import annotations

import pytest
from docutils import nodes

from bookmaker.press import boxes


@pytest.mark.parametrize(
    "wanted",
    [
        r"\begin{pressstatement}",
        r"\presstitle{Theorem 1.1 (Small is enough)}",
        r"\begin{pressproof}",
        r"\begin{pressquestion}",
        r"\presstitle{Quiz 1}",
    ],
)
def test_every_box_of_the_book_is_set(chapters_and_end, wanted):
    assert wanted in chapters_and_end[0]


def paragraph(text):
    return nodes.paragraph("", text)


def test_a_proof_says_once_that_it_is_one():
    for said in ("Proof. Easy.", "Easy."):
        made = boxes.proof([paragraph(said)])
        assert made["kind"] == "proof" and made.astext() == said
    (word,) = boxes.proof([paragraph("Proof. Easy.")]).findall(nodes.emphasis)
    assert word.astext() == "Proof."


def test_what_is_folded_under_a_title_has_it_before_its_text():
    folded = nodes.container("", nodes.title("", "Proof"), paragraph("Easy."))
    assert boxes.dropdown(folded).astext() == "Proof. Easy."
    formula = nodes.container("", nodes.title("", "Proof"), nodes.math_block("", "x"))
    assert [type(part) for part in boxes.dropdown(formula)] == [nodes.paragraph, nodes.math_block]


@pytest.mark.parametrize(
    ("node", "title"),
    [
        (nodes.admonition("", nodes.title("", "Before"), paragraph("Read.")), ["Before"]),
        (nodes.note("", paragraph("Read.")), ["Note"]),
        (nodes.admonition("", paragraph("Read.")), []),
    ],
)
def test_an_admonition_keeps_its_title_or_is_called_what_it_is(node, title):
    made = boxes.admonition(node)
    assert [part.astext() for part in made.findall(boxes.box_title)] == title
    assert made["kind"] == "note" and made.astext().endswith("Read.")
