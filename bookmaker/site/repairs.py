"""Mend markup that keeps a page from being read with ease, without eyes, or without a mouse.

A folded cell is announced by the words it shows, a sign in the sidebar by the chapter whose pages
it unfolds; a wide table can be scrolled with the keys; the bibliography makes no promise about its
structure that it does not keep; proofs do not all have the same id, and a folded one has a title to
unfold it by; no line breaks between a formula and the comma after it; and a tooltip stands in a
landmark.
"""

from __future__ import annotations

import re

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx_proof.nodes import proof_node

from bookmaker.edits import Edit, Page, on_every_page, one_for_each

PUNCTUATION = ".,;:!?)]’”"


def is_folded(proof: nodes.Node) -> bool:
    """Tell whether a proof can be unfolded."""
    return "dropdown" in proof[0]["classes"]


def is_empty_corner(entry: nodes.Node) -> bool:
    """Tell whether a table's entry would head something and says nothing."""
    return isinstance(entry.parent.parent, nodes.thead) and not entry.astext().strip()


def is_followed_by_punctuation(formula: nodes.Node) -> bool:
    """Tell whether a comma, or its like, stands right after a formula."""
    follower = formula.next_node(descend=False, siblings=True)
    return isinstance(follower, nodes.Text) and follower.astext()[:1] in tuple(PUNCTUATION)


def chapters_with_pages(page: Page) -> int:
    """Return how many chapters have pages of their own in the sidebar."""
    inside = page.app.env.toctree_includes
    return sum(bool(pages) for name, pages in inside.items() if name != page.app.config.root_doc)


def literally(markup: str) -> re.Pattern:
    """Return a pattern for markup as it is written here."""
    return re.compile(re.escape(markup))


EDITS = (
    Edit(
        "a folded cell is announced by the words it shows",
        literally(' aria-label="Toggle hidden content"'),
        "",
        one_for_each(HideCodeCellNode),
    ),
    Edit(
        "a sign in the sidebar says what it unfolds",
        re.compile(
            r'(<a class="[^"]*" href="[^"]*">)([^<]*)(</a><details[^>]*><summary)'
            r'(?=><span class="toctree-toggle")'
        ),
        r'\1\2\3 aria-label="Pages of: \2"',
        chapters_with_pages,
    ),
    Edit(
        "a wide table can be scrolled with the keys",
        literally('<div class="pst-scrollable-table-container"'),
        r'\g<0> tabindex="0"',
        one_for_each(nodes.table),
    ),
    Edit(
        "a table's corner heads nothing",
        re.compile(r"<th\b[^>]*>\s*(?:<p>\s*</p>)?\s*</th>"),
        "<td></td>",
        one_for_each(nodes.entry, where=is_empty_corner),
    ),
    Edit(
        "the bibliography is no list, whose items it would not have",
        literally('<div role="list" class="citation-list">'),
        '<div class="citation-list">',
        lambda page: bool(one_for_each(nodes.citation)(page)),
    ),
    Edit(
        "an entry of the bibliography has no role that is withdrawn",
        literally(' role="doc-biblioentry"'),
        "",
        one_for_each(nodes.citation),
    ),
    Edit(
        "a folded proof has a title to unfold it by",
        literally('<div class="proof dropdown admonition" id="proof">\n<p>Proof. '),
        '<div class="proof dropdown admonition">\n<p class="admonition-title">Proof</p>\n<p>',
        one_for_each(proof_node, where=is_folded),
    ),
    Edit(
        "proofs do not share an id",
        literally('<div class="proof admonition" id="proof">\n<p>Proof. '),
        '<div class="proof admonition">\n<p><em>Proof.</em> ',
        one_for_each(proof_node, where=lambda proof: not is_folded(proof)),
    ),
    Edit(
        "no line breaks between a formula and the comma after it",
        re.compile(
            r'<span class="math notranslate nohighlight">[^<]*</span>'
            rf"[{re.escape(PUNCTUATION)}]+"
        ),
        r'<span class="together">\g<0></span>',
        one_for_each(nodes.math, where=is_followed_by_punctuation),
    ),
    Edit(
        "a tooltip stands in a landmark, not at the end of the page",
        literally('data-bs-toggle="tooltip"'),
        r'\g<0> data-bs-container="main"',
    ),
)


def setup(app):
    """Register with Sphinx."""
    on_every_page(app, __name__, *EDITS)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
