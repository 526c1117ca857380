"""Turn the book's markup into Markdown that GitHub, Colab and plain Jupyter show as it is meant.

Theorems become block quotes with a bold head, what is folded becomes ``<details>``, references and
citations become links, quoted numbers the numbers. Markup that is not known here is an error:
nothing raw reaches a reader.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bookmaker.markup.citations import Citations
from bookmaker.markup.labels import THEOREMS, Target

FENCE = re.compile(r"^(?P<fence>:{3,}|`{3,})(?:\{(?P<name>[\w:+-]+)\} *(?P<title>.*)|\w*)$")
OPTION = re.compile(r"^:([\w-]+): *(.*)$")
ANCHOR = re.compile(r"^\(([\w-]+)\)=\s*$")
ROLE = re.compile(r"\{(?P<name>[\w:+-]+)\}`(?P<body>[^`]+)`")
NAMED = re.compile(r"^(?P<text>.*?)\s*<(?P<target>[^<>]+)>$", re.DOTALL)
LINK = re.compile(r"\]\((?P<label>[\w-]+)\)")
PAGE_LINK = re.compile(r'<a href="(?P<page>[\w-]+\.html)">(?P<text>[^<]*)</a>')
INLINE_FORMULA = re.compile(r"(?<![\\$])\$(?!\$)[^$]+\$")
LABELLED_END = re.compile(r"^(?P<body>.*)\$\$ *(?:\((?P<label>[\w-]+)\))? *$", re.DOTALL)
LITERAL = ("term", "abbr")
CODE = ("func", "class", "meth", "mod", "attr", "py:func", "py:class", "py:meth", "py:mod")

# What a reader of any of these places must never see
RAW = {
    "a role": ROLE,
    "a directive": re.compile(r"^[> ]*(:{3,}|`{3,}\{)", re.MULTILINE),
    "a label": re.compile(r"^[> ]*\([\w-]+\)=\s*$", re.MULTILINE),
    "an option": re.compile(r"^[> ]*:[a-z][\w-]*:( |$)", re.MULTILINE),
    "a formula's label": re.compile(r"\$\$ *\([\w-]+\)"),
    "a link to a label": LINK,
}


def raw_markup(text: str) -> list[str]:
    """Return what is left of the book's own markup in `text`, each with its kind."""
    return [
        f"{kind}: {found.group().strip()}"
        for kind, pattern in RAW.items()
        for found in pattern.finditer(text)
    ]


@dataclass
class Translator:
    """The markup of one chapter, with all that its references may lead to.

    Attributes
    ----------
    chapter : str
        Name of the chapter.
    targets : mapping of str to Target
        Every label of the book.
    titles : mapping of str to str
        Title of each chapter.
    pages : mapping of str to str
        Title of each other page.
    numbers : mapping of str to str
        What the chapter's cells have stored for its sentences to quote.
    citations : Citations
        The bibliography.
    site : str
        The site's address, or nothing.
    folder : str
        Where in the site the chapter's page is.
    keep_folded : callable
        Whether a folded passage with a given title is kept.
    """

    chapter: str
    targets: Mapping[str, Target]
    titles: Mapping[str, str]
    pages: Mapping[str, str]
    numbers: Mapping[str, str]
    citations: Citations
    site: str = ""
    folder: str = "chapters"
    keep_folded: Callable[[str], bool] = lambda title: True
    cited: list[str] = field(default_factory=list)

    def text(self, source: str, quoted: bool = False) -> str:
        """Return a passage as Markdown; `quoted` if it will stand in a block quote."""
        lines, done, plain = source.split("\n"), [], []

        def flush() -> None:
            if plain:
                done.append(self.inline("\n".join(plain)))
                plain.clear()

        while lines:
            line = lines.pop(0)
            if fence := FENCE.match(line):
                flush()
                body = _until(lines, lambda x, f=fence["fence"]: x.strip() == f, line)
                if fence["name"]:
                    done.append(self.directive(fence["name"], fence["title"].strip(), body))
                else:
                    done.append("\n".join([line, *body, fence["fence"]]))
            elif anchor := ANCHOR.match(line):
                flush()
                done.append(self.anchor(anchor[1]))
            elif line.startswith("$$"):
                flush()
                done.append(self.formula(line, lines, quoted))
            else:
                plain.append(line)
        flush()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(part for part in done if part is not None))

    def anchor(self, label: str) -> str:
        """Return what a link to a label leads to."""
        return f'<a id="{label}"></a>\n'

    def formula(self, line: str, rest: list[str], quoted: bool) -> str:
        """Return a displayed formula, its label turned into the number it has in the book."""
        text = line[2:]
        while not (end := LABELLED_END.match(text)):
            if not rest:
                raise ValueError(f"the formula is not closed: {line}")
            text += "\n" + rest.pop(0)
        body = end["body"].strip()
        anchor = ""
        if end["label"]:
            body += f" \\tag{{{self.target(end['label']).text.strip('()')}}}"
            anchor = self.anchor(end["label"]) + "\n"
        if quoted:  # the quote's own marks would become part of the formula
            return f"{anchor}$${' '.join(body.split())}$$"
        return f"{anchor}$$\n{body}\n$$"

    def directive(self, name: str, title: str, body: list[str]) -> str | None:
        """Return a box, a folded passage or a proof; None if it is left out."""
        options = options_of(body)
        folded = name == "dropdown" or "dropdown" in options.get("class", "").split()
        if folded and not self.keep_folded(title or "Proof"):
            return None
        source = "\n".join(body).strip("\n")
        anchor = self.anchor(options["label"]) + "\n" if "label" in options else ""
        if name == "prf:proof" and not folded:
            return f"*Proof.* {self.text(source)}"
        if folded and (name == "prf:proof" or name in ("admonition", "dropdown")):
            head = self.summary(title or "Proof")
            return f"{anchor}<details>\n{head}\n\n{self.text(source)}\n\n</details>\n"
        if name == "admonition":
            head = f"**{self.inline(title)}**"
        elif name in THEOREMS:
            number = self.target(options["label"]).text if "label" in options else THEOREMS[name]
            head = f"**{number}** ({self.inline(title)})" if title else f"**{number}**"
        elif name in ("note", "tip", "important", "warning", "seealso"):
            head = f"**{name.capitalize()}**"
            source = f"{title}\n{source}".strip()
        else:
            raise ValueError(f"unknown directive {{{name}}} in {self.chapter}")
        return anchor + quote(f"{head}\n\n{self.text(source, quoted=True)}") + "\n"

    def summary(self, title: str) -> str:
        """Return the line that stays visible of what is folded."""
        title = self.inline(title)
        if "$" in title:  # only Markdown knows formulas, and it needs blank lines around it here
            return f"<summary>\n\n**{title}**\n\n</summary>"
        title = re.sub(r"\*([^*]+)\*", r"<em>\1</em>", title)
        title = re.sub(r"`([^`]+)`", r"<code>\1</code>", title)
        return f"<summary><b>{title}</b></summary>"

    def inline(self, text: str) -> str:
        """Return running text with its roles and links replaced, each formula on one line."""
        text = INLINE_FORMULA.sub(lambda m: " ".join(m.group().split()), text)
        text = ROLE.sub(lambda m: self.role(m["name"], m["body"]), text)
        text = PAGE_LINK.sub(lambda m: self.page(m["page"], m["text"]), text)
        return LINK.sub(lambda m: f"]({self.address(m['label'])})", text)

    def role(self, name: str, body: str) -> str:
        """Return what a role stands for."""
        body = " ".join(body.split())
        named = NAMED.match(body)
        text, target = (named["text"], named["target"]) if named else ("", body)
        if name == "glue:text":
            if target not in self.numbers:
                raise ValueError(f"no cell of {self.chapter} stores the number {target!r}")
            return self.numbers[target]
        if name in ("cite", "cite:p", "cite:t"):
            keys = [key.strip() for key in target.split(",")]
            self.cited += keys
            how = self.citations.in_text if name == "cite:t" else self.citations.in_parentheses
            return how(keys)
        if name == "doc":
            return self.document(text, target)
        if name in ("ref", "numref", "eq", "prf:ref"):
            shown = text.replace("%s", self.target(target).text) or self.target(target).text
            return f"[{self.inline(shown)}]({self.address(target)})"
        if name in LITERAL:
            return text or target
        if name in CODE:
            return f"`{(text or target).lstrip('~.')}`"
        raise ValueError(f"unknown role {{{name}}} in {self.chapter}")

    def document(self, text: str, target: str) -> str:
        """Return a link to another notebook, or to a page of the site if that has an address."""
        name = target.rpartition("/")[2]
        if name in self.titles:
            return f"[{text or self.inline(self.titles[name])}]({name}.ipynb)"
        path = posixpath.normpath(posixpath.join(self.folder, target)).lstrip("/")
        if path not in self.pages:
            raise ValueError(f"{self.chapter} refers to {target!r}, which is no page of the book")
        title = text or self.pages[path]
        return f"[{title}]({self.site}/{path}.html)" if self.site else f"*{title}*"

    def page(self, name: str, text: str) -> str:
        """Return a link to a page beside this one, or where it lies if the site has no address."""
        path = f"{self.folder}/{name}"
        return f"[{text}]({self.site}/{path})" if self.site else f"{text}, in the book `{path}`"

    def target(self, label: str) -> Target:
        """Return what `label` stands for, or raise a ValueError that names it."""
        if label not in self.targets:
            raise ValueError(f"{self.chapter} refers to {label!r}, which is nowhere in the book")
        return self.targets[label]

    def address(self, label: str) -> str:
        """Return the address of a label, as seen from this chapter's notebook."""
        chapter = self.target(label).chapter
        return f"#{label}" if chapter == self.chapter else f"{chapter}.ipynb#{label}"


def options_of(body: list[str]) -> dict[str, str]:
    """Remove and return the options with which the lines of a directive begin."""
    options = {}
    while body and (option := OPTION.match(body[0])):
        options[option[1]] = option[2].strip()
        body.pop(0)
    return options


def quote(text: str) -> str:
    """Return `text` as a block quote."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n"))


def _until(lines: list[str], ends: Callable[[str], bool], opened: str) -> list[str]:
    """Remove and return the lines before the one that ends a block, and drop that one."""
    for k, line in enumerate(lines):
        if ends(line):
            body = lines[:k]
            del lines[: k + 1]
            return body
    raise ValueError(f"not closed: {opened}")
