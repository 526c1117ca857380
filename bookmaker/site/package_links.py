"""Link the package's reference and the chapters with each other.

In the reference, "Chapter: *name*" becomes a link to that chapter once it exists. On every page,
inline code that names a public function or class, such as `simulate` or `theory.typical_variance`,
becomes a link to its entry in the reference.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

from bookmaker.paths import ROOT

PACKAGE = "collapse_utils"
KINDS = ("function", "class", "data")
CHAPTER = re.compile(r"\*([a-z_]+)\*(?=[.,; ]|$)")


def chapter_links(app, what, name, obj, options, lines) -> None:
    """Turn the chapters that a docstring names into links."""
    joined = "\n".join(lines)
    for found in re.finditer(r"Chapters?: [^.]*\.", joined):
        linked = CHAPTER.sub(
            lambda m: (
                f":doc:`/chapters/{m[1]}`"
                if (ROOT / "chapters" / f"{m[1]}.ipynb").exists()
                else m[0]
            ),
            found[0],
        )
        joined = joined.replace(found[0], linked)
    lines[:] = joined.split("\n")


def short_names(names) -> dict[str, str]:
    """Return the ways a chapter may name each public object: as it is imported.

    ``collapse_utils.theory.gaussian.expected_variance`` is known as ``expected_variance`` and
    ``theory.expected_variance``; a name that two objects share is left out.
    """
    known: dict[str, set[str]] = {}
    for full in names:
        parts = full.split(".")
        if parts[0] != PACKAGE:
            continue
        last = parts[-1]
        ways = {full, last, *(f"{part}.{last}" for part in parts[1:-1])}
        for way in ways:
            known.setdefault(way, set()).add(full)
    return {way: fulls.pop() for way, fulls in known.items() if len(fulls) == 1}


class LinkCode(SphinxPostTransform):
    """Make links of inline code that names something public."""

    default_priority = 400

    def run(self, **kwargs):
        """Visit the inline code of a page."""
        objects = self.env.get_domain("py").objects
        known = short_names(name for name, entry in objects.items() if entry.objtype in KINDS)
        for literal in list(self.document.findall(nodes.literal)):
            name = literal.astext().removesuffix("()")
            if name not in known or isinstance(literal.parent, nodes.reference):
                continue
            entry = objects[known[name]]
            link = make_refnode(
                self.app.builder, self.env.docname, entry.docname, entry.node_id, literal.deepcopy()
            )
            literal.replace_self(link)


def setup(app):
    """Register with Sphinx."""
    app.connect("autodoc-process-docstring", chapter_links)
    app.add_post_transform(LinkCode)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
