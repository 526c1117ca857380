"""Link each term of the glossary where a chapter first uses it.

The chapters stay plain text: a reader of the bare notebook sees words, not markup. When a page is
written, the first place in its paragraphs where a term stands becomes a link to its definition.
"""

from __future__ import annotations

import re

from docutils import nodes

from bookmaker.markup.reader import Directive, read

# Words of everyday English as well: linked only where a chapter sets them in italics
EMPHASISED = {
    "accumulate",
    "accumulate-subsample",
    "anchored",
    "curated",
    "mixed",
    "recall",
    "replace",
    "weighted",
}
# No links inside these
CLOSED = (
    nodes.reference,
    nodes.literal,
    nodes.title,
    nodes.caption,
    nodes.math,
    nodes.raw,
    nodes.legend,
    nodes.definition_list,
    nodes.table,
)


def terms(text: str) -> list[str]:
    """Return the terms that the glossary's source defines."""
    boxes = (block for block in read(text) if isinstance(block, Directive))
    body = next((box.body for box in boxes if box.name == "glossary"), "")
    return [line for line in body.split("\n") if line and not line.startswith(" ")]


def pattern(term: str) -> re.Pattern:
    """Return what finds a term in a text: whole words, any case at the start, plural or not."""
    first, rest = re.escape(term[0]), re.escape(term[1:]).replace(r"\ ", r"\s+")
    if term[0].isalpha():
        first = f"[{term[0].lower()}{term[0].upper()}]"
    return re.compile(rf"(?<![\w-]){first}{rest}(?:s|es)?(?![\w-])")


def terms_in(prose: str, source: str) -> list[str]:
    """Return the terms of the glossary `source` in some prose, everyday words left out."""
    narrow = (term for term in terms(source) if term not in EMPHASISED)
    return [term for term in narrow if pattern(term).search(prose)]


def is_open(text: nodes.Text) -> bool:
    """Tell whether a text stands in a paragraph where a link is welcome."""
    inside, node = False, text.parent
    while node is not None:
        if isinstance(node, CLOSED) or "cell_output" in node.get("classes", ()):
            return False
        inside = inside or isinstance(node, nodes.paragraph)
        node = node.parent
    return inside


def first_use(document, term: str):
    """Return the text node and the match of a term's first use, or None."""
    find = pattern(term)
    for text in document.findall(nodes.Text):
        if term in EMPHASISED and not isinstance(text.parent, nodes.emphasis):
            continue
        found = find.search(text.astext())
        if found and is_open(text):
            return text, found
    return None


def link(document, term: str, address: str) -> bool:
    """Make the first use of `term` a link to `address`; return whether there is one."""
    place = first_use(document, term)
    if place is None:
        return False
    text, found = place
    whole = text.astext()
    reference = nodes.reference(
        "", found[0], internal=True, refuri=address, classes=["term"], reftitle=f"Glossary: {term}"
    )
    pieces = [nodes.Text(whole[: found.start()]), reference, nodes.Text(whole[found.end() :])]
    text.parent.replace(text, [piece for piece in pieces if piece.astext()])
    return True


def _link_terms(app, document, docname) -> None:
    if not docname.startswith("chapters/"):
        return
    objects = app.env.get_domain("std").objects
    places = {name: (doc, id_) for (kind, name), (doc, id_) in objects.items() if kind == "term"}
    for term in sorted(places, key=len, reverse=True):  # "early collapse" before "collapse"
        doc, anchor = places[term]
        link(document, term, f"{app.builder.get_relative_uri(docname, doc)}#{anchor}")


def setup(app):
    """Register with Sphinx."""
    app.connect("doctree-resolved", _link_terms)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
