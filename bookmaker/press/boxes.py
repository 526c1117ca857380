"""Draw every box of the book in one way, on paper and in e-readers.

Theorems, proofs, admonitions and the entries of the last chapter come from three extensions, each
with markup of its own. When a page is written they all become a ``box`` with a kind and a title.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_proof.nodes import NODE_TYPES, proof_node, unenumerable_node

STATEMENTS = (*NODE_TYPES.values(), unenumerable_node)
ADMONITIONS = (nodes.admonition, nodes.note, nodes.tip, nodes.warning, nodes.important)


class box(nodes.General, nodes.Element):
    """A box of some kind: statement, proof, question, note, or entry, which has no frame."""


class box_title(nodes.TextElement):
    """The first words of a box."""


def number(env, node) -> str:
    """Return the number of a theorem, as every reference to it says it."""
    entry = env.proof_list[node["label"]]
    if entry["nonumber"]:
        return ""
    numbers = env.toc_fignumbers[entry["docname"]][entry["countertype"]][node["ids"][0]]
    return " " + ".".join(map(str, numbers))


def statement(env, node) -> box:
    """Return a theorem, definition or the like as a box."""
    given, body = node[0], node[1]
    words = f"{node['realtype'].title()}{number(env, node)}"
    title = box_title("", words, *given.children)
    return box("", title, *body.children, kind="statement", ids=node["ids"])


def proof(children: list) -> box:
    """Return a proof as a box; the word may stand in its first paragraph, or be its title."""
    first = children[0]
    said = isinstance(first, nodes.paragraph) and first.astext().startswith("Proof. ")
    if said:
        first.replace(first[0], nodes.Text(first[0].astext().removeprefix("Proof. ")))
        first.insert(0, nodes.emphasis("", "Proof."))
        first.insert(1, nodes.Text(" "))
    return box("", *children, kind="proof", ids=[])


def dropdown(node) -> box:
    """Return what a page folds under a title as a proof, its title set before it."""
    title, children = node[0], node.children[1:]
    words = nodes.emphasis("", f"{title.astext()}.")
    if isinstance(children[0], nodes.paragraph):
        children[0].insert(0, nodes.Text(" "))
        children[0].insert(0, words)
    else:
        children.insert(0, nodes.paragraph("", "", words))
    return box("", *children, kind="proof", ids=node["ids"])


def admonition(node) -> box:
    """Return an admonition as a box, with its title if it has one."""
    children, title = list(node.children), []
    if children and isinstance(children[0], nodes.title):
        title = [box_title("", "", *children.pop(0).children)]
    elif not isinstance(node, nodes.admonition):
        title = [box_title("", node.tagname.title())]
    return box("", *title, *children, kind="note", ids=node["ids"])


class Boxes(SphinxPostTransform):
    """Make boxes of all that are some."""

    default_priority = 3  # before sphinx-design makes HTML of its dropdowns

    def run(self, **kwargs) -> None:
        """Visit what is to be a box, the inner before the outer."""
        for node in reversed(list(self.document.findall(nodes.Element))):
            if isinstance(node, STATEMENTS):
                node.replace_self(statement(self.env, node))
            elif isinstance(node, proof_node):
                node.replace_self(proof(node[0].children))
            elif isinstance(node, nodes.container) and node.get("design_component") == "dropdown":
                node.replace_self(dropdown(node))
            elif isinstance(node, ADMONITIONS) and not isinstance(node.parent, proof_node):
                node.replace_self(admonition(node))


def _visit_html(translator, node) -> None:
    translator.body.append(translator.starttag(node, "div", CLASS=f"box {node['kind']}"))


def _depart_html(translator, node) -> None:
    translator.body.append("</div>\n")


def _visit_title_html(translator, node) -> None:
    translator.body.append('<p class="box-title">')


def _depart_title_html(translator, node) -> None:
    translator.body.append("</p>\n")


def _visit_latex(translator, node) -> None:
    targets = "".join(translator.hypertarget(name, anchor=False) for name in node["ids"])
    anchor = rf"\phantomsection{targets}" if targets else ""
    translator.body.append(f"\n\\begin{{press{node['kind']}}}{anchor}\n")


def _depart_latex(translator, node) -> None:
    translator.body.append(f"\n\\end{{press{node['kind']}}}\n\n")


def _visit_title_latex(translator, node) -> None:
    translator.body.append(r"\presstitle{")


def _depart_title_latex(translator, node) -> None:
    translator.body.append("}\n")


def setup(app):
    """Register with Sphinx."""
    app.add_node(box, html=(_visit_html, _depart_html), latex=(_visit_latex, _depart_latex))
    app.add_node(
        box_title,
        html=(_visit_title_html, _depart_title_html),
        latex=(_visit_title_latex, _depart_title_latex),
    )
    app.add_post_transform(Boxes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
