"""Edit what the theme and the extensions write, and say so when there is nothing to edit.

A page is edited between its template and its file. Each edit knows how often a page must have what
it looks for, and reads that from the page's document, not from the markup: a page with three proofs
owes three, a page without any owes none. Where less is found, the theme or an extension has changed
what it writes, and the warning, which fails a strict build, names the edit that has to follow.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from docutils import nodes
from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx.util import logging

from bookmaker.building import is_site

EVENT = "page-rendered"
DOCUMENT = "document_of_the_page"
AS_IT_IS = r"\g<0>"
LOGGER = logging.getLogger(__name__)


@dataclass
class Page:
    """A page about to be written: its name, its document, if it has one, and its text."""

    app: object
    name: str
    document: nodes.document | None
    text: str


def everywhere(page: Page) -> int:
    """Tell that every page has it."""
    return 1


def one_for_each(*kinds: type, where: Callable = lambda node: True) -> Callable[[Page], int]:
    """Return what counts the nodes of some kinds in a page's document."""

    def count(page):
        found = page.document.findall(lambda node: isinstance(node, kinds)) if page.document else ()
        return sum(bool(where(node)) for node in found)

    return count


@dataclass(frozen=True)
class Edit:
    """One edit: what it is for, what it looks for, what it writes instead, how often it must."""

    purpose: str
    pattern: re.Pattern
    replacement: str | Callable[[re.Match], str] = AS_IT_IS
    due: Callable[[Page], int] = everywhere


def demand(module: str, purpose: str, page: str, found: int, due: int) -> None:
    """Warn, once for each purpose, if less was found on a page than is due."""
    if found < due:
        sentence = "%s: nothing to edit, or too little, for this purpose: %s"
        LOGGER.warning(sentence, module, purpose, location=page, once=True)


def listen(app, handler: Callable[[object, Page], None]) -> None:
    """Have `handler` see, and change, every page that is about to be written."""
    app.setup_extension(__name__)
    app.connect(EVENT, handler)


def on_every_page(app, module: str, *edits: Edit) -> None:
    """Have a module's edits made on every page that is about to be written."""

    def edit(_, page):
        for one in edits:
            page.text, found = one.pattern.subn(one.replacement, page.text)
            demand(module, one.purpose, page.name, found, one.due(page))

    listen(app, edit)


class EditedPages(BuiltinTemplateLoader):
    """Sphinx's own templates, whose pages are edited before they are written."""

    def init(self, builder, theme=None, dirs=None) -> None:
        """Keep the application."""
        super().init(builder, theme, dirs)
        self.app = builder.app

    def render(self, template: str, context: dict) -> str:
        """Return the text of a page, edited."""
        text = super().render(template, context)
        if DOCUMENT not in context:  # a part of a page, or no page of the site
            return text
        page = Page(self.app, context["pagename"], context[DOCUMENT], text)
        self.app.emit(EVENT, page)
        return page.text


def _config_inited(app, config) -> None:
    config.template_bridge = f"{EditedPages.__module__}.{EditedPages.__name__}"


def _html_page_context(app, pagename, templatename, context, doctree) -> None:
    if is_site(app):
        context[DOCUMENT] = doctree


def setup(app):
    """Register with Sphinx; by the late priority the theme has tried its templates."""
    app.add_event(EVENT)
    app.connect("config-inited", _config_inited)
    app.connect("html-page-context", _html_page_context, priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
