"""Turn the book's markup into Markdown that GitHub, Colab and plain Jupyter show as it is meant.

Theorems become block quotes with a bold head, what is folded becomes ``<details>``, references and
citations become links, quoted numbers the numbers. Markup that is not known here is an error:
nothing raw reaches a reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bookmaker.markup.reader import Block, Directive, Formula, Label, rewritten
from bookmaker.markup.references import Links


@dataclass
class PlainMarkdown(Links):
    """The text of one notebook, in plain Markdown.

    Attributes
    ----------
    keep_folded : callable
        Whether a folded passage with a given title is kept.
    """

    keep_folded: Callable[[str], bool] = lambda title: True

    def text(self, source: str, quoted: bool = False) -> str:
        """Return a passage as Markdown; `quoted` if it will stand in a block quote."""
        text = rewritten(source, partial(self.block, quoted=quoted), self.running)
        return re.sub(r"\n{3,}", "\n\n", text)

    def block(self, one: Block, quoted: bool = False) -> str | None:
        """Return what stands in place of a label, a formula or a box; None to leave it out."""
        if isinstance(one, Label):
            return self.anchor(one.name)
        if isinstance(one, Formula):
            return self.formula(one, quoted)
        return self.box(one) if isinstance(one, Directive) else one.source

    def anchor(self, label: str) -> str:
        """Return what a link to a label leads to."""
        return f'<a id="{label}"></a>\n'

    def tagged(self, formula: Formula) -> str:
        """Return a formula with the number that it has in the book, if it has a label."""
        tex = formula.tex.strip()
        number = self.place(formula.label).text.strip("()") if formula.label else ""
        return f"{tex} \\tag{{{number}}}" if number else tex

    def formula(self, one: Formula, quoted: bool) -> str:
        """Return a displayed formula."""
        anchor = self.anchor(one.label) + "\n" if one.label else ""
        if quoted:  # the quote's own marks would become part of the formula
            return f"{anchor}$${' '.join(self.tagged(one).split())}$$"
        return f"{anchor}$$\n{self.tagged(one)}\n$$"

    def theorem(self, one: Directive) -> str:
        """Return what a theorem is called, if a directive is one, or nothing."""
        domain, _, kind = one.name.partition(":")
        if domain != "prf" or kind == "proof":
            return ""
        return self.place(one.options["label"]).text if "label" in one.options else kind.title()

    def box(self, one: Directive) -> str | None:
        """Return a box, a folded passage or a proof; None if it is left out."""
        title, body = one.title, one.body
        if one.is_folded and not self.keep_folded(title or "Proof"):
            return None
        anchor = self.anchor(one.options["label"]) + "\n" if "label" in one.options else ""
        if one.name == "prf:proof" and not one.is_folded:
            return f"*Proof.* {self.text(body)}"
        if one.is_folded and one.name in ("prf:proof", "admonition", "dropdown"):
            head = self.summary(title or "Proof")
            return f"{anchor}<details>\n{head}\n\n{self.text(body)}\n\n</details>\n"
        if one.name == "admonition":
            head = f"**{self.running(title)}**"
        elif number := self.theorem(one):
            head = f"**{number}** ({self.running(title)})" if title else f"**{number}**"
        elif one.name in ("note", "tip", "important", "warning", "seealso"):
            head = f"**{one.name.capitalize()}**"
            body = f"{title}\n{body}".strip()
        else:
            raise ValueError(f"unknown directive {{{one.name}}} in {self.page}")
        return anchor + quote(f"{head}\n\n{self.text(body, quoted=True)}") + "\n"

    def summary(self, title: str) -> str:
        """Return the line that stays visible of what is folded."""
        title = self.running(title)
        if "$" in title:  # only Markdown knows formulas, and it needs blank lines around it here
            return f"<summary>\n\n**{title}**\n\n</summary>"
        title = re.sub(r"\*([^*]+)\*", r"<em>\1</em>", title)
        title = re.sub(r"`([^`]+)`", r"<code>\1</code>", title)
        return f"<summary><b>{title}</b></summary>"


def quote(text: str) -> str:
    """Return `text` as a block quote."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n"))
