"""The text of a notebook for JupyterLab with jupyterlab-myst, which can draw boxes.

That extension draws admonitions, folded or open. It counts theorems and formulas for each notebook
alone, finds no label of another notebook, knows no bibliography and nothing that a cell has stored.
So boxes stay directives, each theorem as an admonition that bears its number in the book, and all
the rest becomes plain Markdown, as in the clean version.
"""

from __future__ import annotations

from bookmaker.markup.reader import Directive, Formula
from bookmaker.notebooks.plain_markdown import PlainMarkdown


class LabMarkdown(PlainMarkdown):
    """The text of one notebook, with its boxes kept."""

    def anchor(self, label: str) -> str:
        """Return what a link to a label leads to."""
        return f"({label})="

    def box(self, one: Directive) -> str | None:
        """Return a box; None if it is left out."""
        title, kinds = one.title, one.options.get("class", "").split()
        if one.name == "dropdown":
            kinds.append("dropdown")
        if number := self.theorem(one):
            title, kinds = f"{number} ({title})" if title else number, ["important"]
        elif one.name == "prf:proof":
            title = title or "Proof"
        elif one.name not in ("admonition", "dropdown"):
            title, kinds = title or one.name.capitalize(), [one.name]
        if one.is_folded and not self.keep_folded(title):
            return None
        text = self.text(one.body)
        fence = ":::"
        while fence in text:
            fence += ":"
        lines = [f"{fence}{{admonition}} {self.running(title)}"]
        if kinds:
            lines.append(f":class: {' '.join(kinds)}")
        if "label" in one.options:  # a box itself cannot be led to, its first passage can
            text = f"{self.anchor(one.options['label'])}\n{text}"
        return "\n".join([*lines, "", text, fence, ""])

    def formula(self, one: Formula, quoted: bool) -> str:
        """Return a displayed formula with the number it has in the book, and no other."""
        label = [f":label: {one.label}"] if one.label else []
        return "\n".join(["```{math}", ":enumerated: false", *label, "", self.tagged(one), "```"])
