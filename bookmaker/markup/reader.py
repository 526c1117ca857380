"""Read the Markdown of the book's sources: the one place that knows what its markup looks like.

The parser is MyST's own, with the syntax that ``_config.yml`` switches on. `read` returns the
blocks of a passage and `inlines` the roles, formulas and links of running text, each with its place
in the source, so that whoever rewrites a passage leaves the rest of it as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile

import yaml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from myst_parser.parsers.options import options_to_items
from sphinx.util.docutils import ReferenceRole

from bookmaker.paths import ROOT

HTML_LINK = re.compile(r'<a href="([^"]*)">')


def _parser():
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    extensions = set(settings["parse"]["myst_enable_extensions"])
    parser = create_md_parser(MdParserConfig(enable_extensions=extensions), RendererHTML)
    rules = parser.inline.ruler
    for name, rule in zip(rules.get_active_rules(), rules.getRules(""), strict=True):
        rules.at(name, _placed(rule))
    return parser


def _placed(rule: Callable) -> Callable:
    """Let a rule of the inline parser note between which characters each of its tokens stands."""

    def noting(state: StateInline, silent: bool) -> bool:
        start, known = state.pos, len(state.tokens)
        found = rule(state, silent)
        if not silent:
            for token in state.tokens[known:]:
                token.meta.setdefault("place", (start, state.pos))
        return found

    return noting


INLINE, BLOCKS = _parser(), _parser()
BLOCKS.core.ruler.enableOnly(["normalize", "block"])


# What stands in a line


@dataclass(frozen=True)
class Inline:
    """A role, a formula, a link, code or words in bold, within running text.

    Attributes
    ----------
    kind : str
        ``role``, ``formula``, ``link``, ``html link``, ``code`` or ``strong``.
    start, end : int
        Between which characters of the text it stands.
    content : str
        What is in it, as written.
    name : str
        The role's name, or where the link leads.
    """

    kind: str
    start: int
    end: int
    content: str
    name: str = ""

    @property
    def words(self) -> str:
        """The words that a role brings along, as in ``{ref}`words <target>```; or nothing."""
        named = ReferenceRole.explicit_title_re.match(self.content)
        return named[1] if named else ""

    @property
    def target(self) -> str:
        """What a role refers to."""
        named = ReferenceRole.explicit_title_re.match(self.content)
        return named[2] if named else self.content


OPENED = ("strong_open", "link_open")
PLAIN = {"math_inline": "formula", "code_inline": "code"}


def inlines(text: str) -> Iterator[Inline]:
    """Yield the inline markup of a line or a paragraph, in order; inside code there is none."""
    opened: list = []
    for token in INLINE.parseInline(text)[0].children or []:
        place = token.meta.get("place", (0, 0))
        if token.type == "myst_role":
            content = " ".join(token.content.split())
            yield Inline("role", *place, content, token.meta["name"])
        elif token.type in PLAIN:
            yield Inline(PLAIN[token.type], *place, token.content)
        elif token.type in OPENED:
            opened.append(token)
        elif token.type == "strong_close":
            start, end = opened.pop().meta["place"], place
            yield Inline("strong", start[0], end[1], text[start[1] : end[0]])
        elif token.type == "link_close":
            inside = text[slice(*place)].rpartition("](")[0][1:]
            yield Inline("link", *place, inside, opened.pop().attrs["href"])
        elif token.type == "html_inline" and (link := HTML_LINK.match(token.content)):
            end = text.index("</a>", place[1])
            yield Inline("html link", place[0], end + 4, text[place[1] : end], link[1])


def replaced(text: str, change: Callable[[Inline], str | None]) -> str:
    """Return running text with some of its markup changed: what `change` returns None for stays."""
    done, position = [], 0
    for one in sorted(inlines(text), key=lambda one: (one.start, -one.end)):
        if one.start >= position and (new := change(one)) is not None:
            done += [text[position : one.start], new]
            position = one.end
    return "".join([*done, text[position:]])


# What stands in lines of its own


@dataclass(frozen=True)
class Block:
    """A passage of text, such as a paragraph or a list; the other blocks are kinds of it.

    Attributes
    ----------
    first, last : int
        The lines that it takes, the last one excluded.
    source : str
        Those lines.
    leaves : list of (first, last)
        The runs of its lines that are read as running text, one by one.
    """

    first: int
    last: int
    source: str
    leaves: list[tuple[int, int]] = field(default_factory=list, repr=False)


@dataclass(frozen=True)
class Label(Block):
    """A name for what comes next: ``(name)=``."""

    name: str = ""


@dataclass(frozen=True)
class Heading(Block):
    """A heading, with the labels that stand right above it."""

    level: int = 0
    title: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Formula(Block):
    """A displayed formula."""

    tex: str = ""
    label: str = ""


@dataclass(frozen=True)
class Code(Block):
    """A block of code, which is shown as it is."""


@dataclass(frozen=True)
class OrderedList(Block):
    """A list with numbers."""

    items: int = 0


@dataclass(frozen=True)
class Table(Block):
    """A table: its head, and its rows of cells as written."""

    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Directive(Block):
    """A box, a theorem, a proof, or whatever else has a name in braces."""

    name: str = ""
    title: str = ""
    options: dict[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What is in it."""
        return read(self.body)

    @property
    def is_folded(self) -> bool:
        """Whether a reader has to open it."""
        return self.name == "dropdown" or "dropdown" in self.options.get("class", "").split()


@cache
def read(text: str) -> tuple[Block, ...]:
    """Return the blocks of a passage, in order.

    Raises
    ------
    ValueError
        If a box or a formula is not closed, or stands inside a list or a quote.
    """
    lines, tokens, blocks, labels = text.split("\n"), BLOCKS.parse(text), [], []
    for k, token in enumerate(tokens):
        if token.level or token.nesting < 0 or not token.map:
            continue
        first, last = token.map
        while last > first + 1 and not lines[last - 1].strip():
            last -= 1
        taken = (first, last, "\n".join(lines[first:last]))
        inside = [] if token.nesting == 0 else _inside(tokens, k)
        block = _block(token, taken, inside, tuple(labels))
        labels = [*labels, block.name] if isinstance(block, Label) else []
        blocks.append(block)
    return tuple(blocks)


def _inside(tokens: list, k: int) -> list:
    """Return the tokens between one that opens something and the one that closes it."""
    level = tokens[k].level
    end = next(n for n in range(k + 1, len(tokens)) if tokens[n].level == level)
    return tokens[k + 1 : end]


def _block(token, taken: tuple[int, int, str], inside: list, labels: tuple[str, ...]) -> Block:
    """Return the block that begins with a token and takes some lines."""
    if token.type in ("fence", "colon_fence"):
        return _fenced(token, taken)
    if token.type == "myst_target":
        return Label(*taken, name=token.content)
    if token.type.startswith("math_block"):
        label = token.info if token.type == "math_block_label" else ""
        return Formula(*taken, tex=token.content, label=label)
    if token.type in ("code_block", "html_block"):
        return Code(*taken)
    for one in inside:
        boxed = one.type == "colon_fence" or (one.type == "fence" and one.info.startswith("{"))
        if boxed or one.type in ("myst_target", "math_block_label"):
            raise ValueError(f"it has to begin at the left margin: {taken[2].splitlines()[0]}")
    texts = [one for one in inside if one.type == "inline"]
    leaves = [(one.map[0] - taken[0], one.map[1] - taken[0]) for one in texts if one.map]
    if token.type == "heading_open":
        level, title = int(token.tag[1]), texts[0].content
        return Heading(*taken, leaves, level=level, title=title, labels=labels)
    if token.type == "ordered_list_open":
        items = sum(one.type == "list_item_open" and one.level == 1 for one in inside)
        return OrderedList(*taken, leaves, items=items)
    if token.type == "table_open":
        return _table(taken, inside)
    if token.type == "paragraph_open" and "\n$$" in f"\n{taken[2]}":
        raise ValueError(f"the formula is not closed: {taken[2]}")
    return Block(*taken, leaves)


def _fenced(token, taken: tuple[int, int, str]) -> Block:
    """Return a block of code, or a directive with its options apart."""
    opening, *others = taken[2].split("\n")
    closing = others[-1].strip() if others else ""
    if not closing.startswith(token.markup) or closing.strip(token.markup[0]):
        raise ValueError(f"not closed: {opening}")
    if not token.info.startswith("{"):
        return Code(*taken)
    name, _, title = token.info[1:].partition("}")
    lines = token.content.split("\n")
    written = list(takewhile(lambda line: line.startswith(":") and line[1:2] != ":", lines))
    options = dict(options_to_items("\n".join(line[1:] for line in written))[0])
    body = "\n".join(lines[len(written) :]).strip("\n")
    return Directive(*taken, name=name, title=title.strip(), options=options, body=body)


def _table(taken: tuple[int, int, str], inside: list) -> Table:
    """Return a table, each line of which is read by itself."""
    rows: list[list[str]] = []
    for token in inside:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token.content)
    leaves = [(k, k + 1) for k in range(taken[1] - taken[0])]
    head, *body = map(tuple, rows)
    return Table(*taken, leaves, head=head, rows=tuple(body))


def rewritten(
    text: str, change: Callable[[Block], str | None], running: Callable[[str], str]
) -> str:
    """Return a passage with its markup rewritten and everything else as it was.

    `change` gives what stands in place of a label, a formula, a directive or a block of code, and
    None to leave it out; `running` gives running text.
    """
    lines, done, position = text.split("\n"), [], 0
    for block in read(text):
        done += lines[position : block.first]
        position = block.last
        if isinstance(block, Label | Formula | Directive | Code):
            done += [new for new in [change(block)] if new is not None]
            continue
        own = block.source.split("\n")
        for first, last in reversed(block.leaves):
            own[first:last] = [running("\n".join(own[first:last]))]
        done += own
    return "\n".join(done + lines[position:])


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks and all that is in boxes, in the order in which they are read."""
    for block in blocks:
        yield block
        if isinstance(block, Directive):
            yield from walk(block.blocks)
