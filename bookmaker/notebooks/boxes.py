"""The text of a notebook for JupyterLab with jupyterlab-myst, which can draw boxes.

That extension draws admonitions, folded or open. It counts theorems and formulas for each notebook
alone, finds no label of another notebook, knows no bibliography and nothing that a cell has stored.
So boxes stay directives, each theorem as an admonition that bears its number in the book, and all
the rest becomes plain Markdown, as in the clean version.
"""

from __future__ import annotations

from bookmaker.markup.labels import THEOREMS

from .prose import Translator, options_of


class BoxTranslator(Translator):
    """The markup of one chapter, with its boxes kept."""

    def directive(self, name: str, title: str, body: list[str]) -> str | None:
        """Return a box; None if it is left out."""
        options = options_of(body)
        kinds = options.get("class", "").split()
        if name == "dropdown":
            kinds.append("dropdown")
        if name in THEOREMS:
            number = self.target(options["label"]).text if "label" in options else THEOREMS[name]
            title, kinds = f"{number} ({title})" if title else number, ["important"]
        elif name == "prf:proof":
            title = title or "Proof"
        elif name not in ("admonition", "dropdown"):
            title, kinds = title or name.capitalize(), [name]
        if "dropdown" in kinds and not self.keep_folded(title):
            return None
        text = self.text("\n".join(body).strip("\n"))
        fence = ":::"
        while fence in text:
            fence += ":"
        lines = [f"{fence}{{admonition}} {self.inline(title)}"]
        if kinds:
            lines.append(f":class: {' '.join(kinds)}")
        if "label" in options:  # a box itself cannot be led to, its first passage can
            text = f"{self.anchor(options['label'])}\n{text}"
        return "\n".join([*lines, "", text, fence, ""])

    def anchor(self, label: str) -> str:
        """Return what a link to a label leads to."""
        return f"({label})="

    def formula(self, line: str, rest: list[str], quoted: bool) -> str:
        """Return a displayed formula with the number it has in the book, and no other."""
        anchor, _, body = super().formula(line, rest, quoted).partition("$$\n")
        label = [f":label: {anchor.strip().strip('()=')}"] if anchor else []
        body = body.removesuffix("\n$$")
        return "\n".join(["```{math}", ":enumerated: false", *label, "", body, "```"])
