"""What the roles and links in a text stand for: as Markdown with links, or as plain words."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bookmaker.markup.index import Index, Page, Place
from bookmaker.markup.reader import Block, Directive, Formula, Inline, Label, replaced, rewritten

CITED = ("cite", "cite:p", "cite:t")
NUMBERED = ("numref", "eq", "prf:ref")
LITERAL = ("term", "abbr")
# What plain words leave out: the mark that stands for it for a moment, with brackets around it
ASIDE = "\0"
ASIDES = re.compile(r" *\([\0,; ]*\0\)| *\0(?=[\s.,;:)]|$)|\0")
CODE = ("func", "class", "meth", "mod", "attr", "py:func", "py:class", "py:meth", "py:mod")


@dataclass
class References:
    """The references of one page; a kind of it says how each of them is shown.

    Attributes
    ----------
    index : Index
        What they may lead to.
    page : str
        The page's path without an ending.
    numbers : mapping of str to str
        What the page's cells have stored for its sentences to quote.
    """

    index: Index
    page: str = ""
    numbers: Mapping[str, str] = field(default_factory=dict)

    def text(self, source: str) -> str:
        """Return a passage with all of its markup replaced."""
        return rewritten(source, self.block, self.running)

    def running(self, text: str) -> str:
        """Return running text with its roles and links replaced, each formula on one line."""
        return replaced(text, self.shown)

    def shown(self, one: Inline) -> str | None:
        """Return what is shown in place of some markup, or None if it stays."""
        if one.kind == "formula":
            return f"${' '.join(one.content.split())}$"
        if one.kind == "html link":
            return self.file(one.name, one.content)
        if one.kind == "link" and not set(one.name) & set("./:#"):
            return self.to_place(self.running(one.content), one.name)
        return self.role(one) if one.kind == "role" else None

    def role(self, one: Inline) -> str:
        """Return what a role stands for.

        Raises
        ------
        ValueError
            If it is not known here, or refers to nothing.
        """
        name, words, target = one.name, one.words, one.target
        if name == "glue:text":
            return self.number(target)
        if name in CITED:
            return self.citation([key.strip() for key in target.split(",")], name == "cite:t")
        if name == "doc":
            return self.to_page(words, self.document(target))
        if name in ("ref", *NUMBERED):
            words = words.replace("%s", self.place(target).text)
            return self.to_place(self.running(words), target)
        if name in LITERAL:
            return words or target
        if name in CODE:
            return f"`{(words or target).lstrip('~.')}`"
        raise ValueError(f"unknown role {{{name}}} in {self.page}")

    def number(self, target: str) -> str:
        """Return a stored number, in the format that stands behind a colon if there is one."""
        name, _, how = target.partition(":")
        if name not in self.numbers:
            raise ValueError(f"no cell of {self.page} stores the number {name!r}")
        text = self.numbers[name]
        return format(ast.literal_eval(text), how) if how else text

    def place(self, label: str) -> Place:
        """Return what a label stands for."""
        if label not in self.index.places:
            raise ValueError(f"{self.page} refers to {label!r}, which is nowhere in the book")
        return self.index.places[label]

    def document(self, target: str) -> Page:
        """Return the page that a path leads to."""
        path = posixpath.normpath(posixpath.join("/", posixpath.dirname(self.page), target))
        name = posixpath.basename(target)
        found = self.index.pages.get(path[1:]) or self.index.notebooks.get(name)
        if found is None:
            raise ValueError(f"{self.page} refers to {target!r}, which is no page of the book")
        return found


@dataclass
class Links(References):
    """References as Markdown that leads to other notebooks, to the site and to the works cited."""

    site: str = ""
    cited: list[str] = field(default_factory=list)

    def citation(self, keys: list[str], in_text: bool) -> str:
        """Return the works by name, each with its link, and note that they are cited."""
        self.cited += keys
        works = self.index.bibliography
        return works.in_text(keys) if in_text else works.in_parentheses(keys)

    def to_page(self, words: str, page: Page) -> str:
        """Return a link to another notebook, or to a page of the site if that has an address."""
        words = words or page.title
        if page.source.suffix == ".ipynb":
            return f"[{words}]({page.source.stem}.ipynb)"
        return f"[{words}]({self.site}/{page.name}.html)" if self.site else f"*{words}*"

    def to_place(self, words: str, label: str) -> str:
        """Return a link to a label of a notebook, or of the site if that has an address."""
        place = self.place(label)
        words, source = words or place.text, self.index.pages[place.page].source
        if place.page == self.page:
            return f"[{words}](#{label})"
        if source.suffix == ".ipynb":
            return f"[{words}]({source.stem}.ipynb#{label})"
        return f"[{words}]({self.site}/{place.page}.html#{place.anchor})" if self.site else words

    def file(self, address: str, words: str) -> str:
        """Return a link to a file beside the page, or where it lies if the site has no address."""
        path = posixpath.join(posixpath.dirname(self.page), address)
        return f"[{words}]({self.site}/{path})" if self.site else f"{words}, in the book `{path}`"


@dataclass
class Words(References):
    """References as plain words, for slides and paper; what stands in brackets is left out."""

    def block(self, one: Block) -> str | None:
        """Return a formula without its number, and what is in a box."""
        if isinstance(one, Formula):
            return f"$$\n{one.tex.strip()}\n$$"
        if isinstance(one, Directive):
            return self.text(one.body)
        return None if isinstance(one, Label) else one.source

    def running(self, text: str) -> str:
        """Return running text in plain words."""

        def shown(one: Inline) -> str | None:
            around = text[one.start - 1 : one.start] + text[one.end : one.end + 1]
            return ASIDE if one.name in NUMBERED and around == "()" else self.shown(one)

        return ASIDES.sub("", replaced(text, shown))

    def citation(self, keys: list[str], in_text: bool) -> str:
        """Return the works' names and years, if a sentence says them."""
        return self.index.bibliography.in_text(keys, linked=False) if in_text else ASIDE

    def to_page(self, words: str, page: Page) -> str:
        """Return the words for a page, or its title."""
        return words or f"*{page.title}*"

    def to_place(self, words: str, label: str) -> str:
        """Return the words for a label, or what it is."""
        place = self.place(label)
        return words or (place.text if place.kind == "section" else f"the {place.kind}")

    def file(self, address: str, words: str) -> str:
        """Return the words for a file."""
        return words
