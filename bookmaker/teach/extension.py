"""Show the teaching routes, and write their slides, hand-outs and the sheet for dice.

The directive ``route`` renders one route of ``routes.yml``: minutes, places with links, notes,
checkpoints, questions. After the pages, the decks and the printable pages are written beside them.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList
from sphinx.util import logging

from bookmaker.building import add_assets, is_site
from bookmaker.paths import ROOT
from bookmaker.teach import handouts, routes, slides

LOGGER = logging.getLogger(__name__)
CHAPTER = re.compile(r"\{doc\}`chapters/(\w+)`")
SHEET = Path("workshop") / "sheet.html"


def place(block: dict) -> str:
    """Return a block's title in Markdown, linked if the book has its notebook."""
    title, path = routes.title(block), routes.notebook_path(block.get("chapter", ""))
    if path is None:
        return title
    if "label" in block:
        return f"{{ref}}`{title} <{block['label']}>`"
    return f"{{doc}}`{title} </{path.parent.name}/{path.stem}>`"


def linked(text: str) -> str:
    """Return a text whose links to chapters hold on any page, for the chapters that there are."""

    def link(found):
        there = routes.notebook_path(found[1])
        return f"{{doc}}`/chapters/{found[1]}`" if there else f"*{found[1].replace('_', ' ')}*"

    return CHAPTER.sub(link, text)


def schedule(blocks: list[dict]) -> list[str]:
    """Return the blocks as a Markdown definition list: when and where, then what to do."""
    lines = []
    for block, (start, end) in zip(blocks, routes.clock(blocks), strict=True):
        when = f"{routes.hour(start)} to {routes.hour(end)}"
        lines += [
            f"{when} ({block['minutes']} min) {place(block)}",
            f": *{', '.join(block['do'])}.* {block['note']}",
            "",
        ]
    return lines


def as_markdown(key: str, route: dict) -> str:
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
            *schedule(session["blocks"]),
        ]
        if "homework" in session:
            lines += [f"*Afterwards.* {linked(session['homework'])}", ""]
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
        env.note_dependency(str(routes.ROUTES))
        teaching, key = routes.load(), self.arguments[0]
        if key not in teaching:
            raise self.error(f"there is no route {key!r}; there are {', '.join(teaching)}")
        for session in routes.parts(teaching[key]):
            for block in session["blocks"]:
                path = routes.notebook_path(block.get("chapter", ""))
                if path and routes.find(block["chapter"], block.get("label")) is None:
                    raise self.error(f"{path.name} has no label {block['label']}")
                if path:
                    env.note_dependency(str(path))
        holder = nodes.container(classes=["route"])
        lines = as_markdown(key, teaching[key]).splitlines()
        self.state.nested_parse(StringList(lines, "routes.yml"), self.content_offset, holder)
        return [holder]


def _write(app, exception) -> None:
    """Write the decks, the hand-outs and the sheet beside the pages."""
    if exception is not None or not is_site(app):
        return
    if "workshop/teaching" not in app.env.found_docs:
        return
    site, teaching = Path(app.outdir), routes.load()
    handouts.write(site, teaching)
    (site / SHEET.parent).mkdir(exist_ok=True)
    shutil.copyfile(ROOT / SHEET, site / SHEET)
    for problem in slides.absent(teaching):
        LOGGER.warning(problem, location="workshop/teaching")
    if not slides.write(site, teaching):
        LOGGER.info("reveal.js is missing, the slides are plain pages: pip install sphinx-revealjs")


def setup(app):
    """Register the directive."""
    add_assets(app, __file__)
    app.add_directive("route", Route)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
