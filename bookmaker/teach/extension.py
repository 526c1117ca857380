"""Show the teaching routes, and write their slides, hand-outs and the sheet for dice.

The directive ``route`` renders one route of ``routes.yml``: minutes, places with links, notes,
checkpoints, questions. After the pages, the decks and the printable pages are written beside them.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList
from sphinx.util import logging

from bookmaker.building import add_assets, is_site
from bookmaker.markup.book import Book
from bookmaker.markup.reader import Inline, replaced
from bookmaker.teach import choose, handouts, routes, slides

LOGGER = logging.getLogger(__name__)
SHEET = Path("workshop") / "sheet.html"


def place(book: Book, block: dict) -> str:
    """Return a block's title in Markdown, linked if the book has its notebook."""
    title, notebook = routes.title(book, block), book.notebook(block.get("chapter", ""))
    if notebook is None:
        return title
    if "label" in block:
        return f"{{ref}}`{title} <{block['label']}>`"
    path = notebook.path.relative_to(book.root).with_suffix("").as_posix()
    return f"{{doc}}`{title} </{path}>`"


def linked(book: Book, text: str) -> str:
    """Return a text whose links to chapters hold on any page, for the chapters that there are."""

    def link(one: Inline) -> str | None:
        if one.name != "doc":
            return None
        name = one.target.rpartition("/")[2]
        there = book.notebook(name)
        return f"{{doc}}`/{one.target}`" if there else f"*{name.replace('_', ' ')}*"

    return replaced(text, link)


def schedule(book: Book, blocks: list[dict]) -> list[str]:
    """Return the blocks as a Markdown definition list: when and where, then what to do."""
    lines = []
    for block, (start, end) in zip(blocks, routes.clock(blocks), strict=True):
        when = f"{routes.hour(start)} to {routes.hour(end)}"
        lines += [
            f"{when} ({block['minutes']} min) {place(book, block)}",
            f": *{', '.join(block['do'])}.* {block['note']}",
            "",
        ]
    return lines


def as_markdown(book: Book, key: str, route: dict) -> str:
    """Return a route as the Markdown of a page's body."""
    up = "../"
    lines = [
        f"**For whom.** {route['learners']}",
        "",
        f"**What they need.** {route['needs']}",
        "",
        f'**Paper.** <a href="{up}handouts/{key}.html">The hand-out, one page</a>',
        "",
    ]
    names = slides.deck_names(key, route)
    for name, session in zip(names, routes.parts(route), strict=True):
        title = "The slides"
        if session is not route:
            lines += [f"**Session {name.rpartition('-')[2]}. {session['title']}**", ""]
            title = "The slides of this session"
        lines += [
            f'{session["minutes"]} minutes. <a href="{up}slides/{name}.html">{title}</a>',
            "",
            *schedule(book, session["blocks"]),
        ]
        if "homework" in session:
            lines += [f"*Afterwards.* {linked(book, session['homework'])}", ""]
    lines += [f"**What to skip.** {route['skip']}", ""]
    lines += ["**Checkpoints.** Everybody can say, in a sentence:", ""]
    lines += [*(f"- {item}" for item in route["checkpoints"]), ""]
    lines += ["**Questions to discuss.**", ""]
    lines += [*(f"- {item}" for item in route["discussion"]), ""]
    lines += [f"**When the network dies.** {route['offline']}"]
    return "\n".join(lines)


class Route(Directive):
    """Render the route that is named."""

    required_arguments = 1

    def run(self):
        """Return the route's body."""
        env = self.state.document.settings.env
        book, file = Book(Path(env.srcdir)), Path(env.srcdir) / routes.ROUTES
        env.note_dependency(str(file))
        teaching, key = routes.load(file), self.arguments[0]
        if key not in teaching:
            raise self.error(f"there is no route {key!r}; there are {', '.join(teaching)}")
        for session in routes.parts(teaching[key]):
            for block in session["blocks"]:
                notebook = book.notebook(block.get("chapter", ""))
                if notebook and routes.find(book, block) is None:
                    raise self.error(f"{notebook.path.name} has no label {block['label']}")
                if notebook:
                    env.note_dependency(str(notebook.path))
        holder = nodes.container(classes=["route"])
        lines = as_markdown(book, key, teaching[key]).splitlines()
        self.state.nested_parse(StringList(lines, "routes.yml"), self.content_offset, holder)
        return [holder]


def _write(app, exception) -> None:
    """Write the decks, the hand-outs and the sheet beside the pages."""
    if exception is not None or not is_site(app):
        return
    if "workshop/teaching" not in app.env.found_docs:
        return
    book, site = Book(Path(app.srcdir), app.env), Path(app.outdir)
    teaching = routes.load(book.root / routes.ROUTES)
    handouts.write(book, site, teaching)
    (site / SHEET.parent).mkdir(exist_ok=True)
    shutil.copyfile(book.root / SHEET, site / SHEET)
    for problem in choose.absent(book, teaching):
        LOGGER.warning(problem, location="workshop/teaching")
    if not slides.write(book, site, teaching):
        LOGGER.info("reveal.js is missing, the slides are plain pages: pip install sphinx-revealjs")


def setup(app):
    """Register the directive."""
    add_assets(app, __file__)
    app.add_directive("route", Route)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
