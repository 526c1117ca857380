"""Arrange the book for paper and for e-readers, where nothing folds and nothing runs.

Loaded by ``make.py`` alone. What a page of the site keeps folded (answers to predictions,
reasons in quizzes, hints, solutions) moves to one chapter at the end, and each pair of places is
linked both ways. Code that the site hides is left out, with the cells that check a reader's own
answer. Pages that are of use only in a browser are left out too, and links to them become words.
"""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import LoggingReporter
from sphinx.util.nodes import make_refnode

from bookmaker.building import generated, write_if_changed
from bookmaker.markup.reader import Heading, read
from bookmaker.play import play_figure
from bookmaker.press import boxes, outputs
from bookmaker.site import front_cover

NAME = "copies-of-copies"
COVER = "press-cover.png"
BACK = "bookmaker/press/solutions"
EXERCISE = re.compile(r"Exercise (\d+)\b")
HINT = "Hint"
KINDS = (
    ("answers", "Before you run it"),
    ("quizzes", "Quizzes"),
    ("hints", "Hints"),
    ("solutions", "Solutions"),
)
# Elsewhere than on paper: the reference of the package, and Sphinx's index of it
LEFT_OUT = ("reference/package", "reference/package_measures", "reference/package_theory")
LEFT_OUT_LABELS = {"genindex": "index on the site"}
LINK_TAG = re.compile(r"</?a\b[^>]*>")


class across(nodes.Inline, nodes.TextElement):
    """A link to a place that is known by its page and id; becomes a reference when written."""


class page_of(nodes.Inline, nodes.Element):
    """The number of the page on which a place stands; nothing where there are no pages."""


def leads(here: str, page: str, place: str, text: str) -> list[nodes.Node]:
    """Return a link from one page to a place on another, with its page number on paper."""
    link = across("", text, here=here, page=page, place=place)
    return [link, page_of("", page=page, place=place)]


def contents(source: dict) -> dict:
    """Return the table of contents without what is left out, and with the chapter at the end."""
    toc = {**source}
    if "parts" not in source:
        toc["chapters"] = [*_kept(source["chapters"]), {"file": BACK}]
        return toc
    toc["parts"] = [{**part, "chapters": _kept(part["chapters"])} for part in source["parts"]]
    toc["parts"][-1]["chapters"].insert(0, {"file": BACK})
    return toc


def _kept(chapters: list[dict]) -> list[dict]:
    return [entry for entry in chapters if entry["file"] not in LEFT_OUT]


def title_of(root: Path, name: str) -> str:
    """Return the title of a page that is left out, from its first heading."""
    blocks = read((root / f"{name}.md").read_text(encoding="utf-8"))
    return next(block.title for block in blocks if isinstance(block, Heading))


# What leaves a page


def is_folded(node) -> bool:
    """Tell whether a node is an admonition that the site folds."""
    return isinstance(node, nodes.admonition) and "dropdown" in node["classes"]


def tags(node) -> set[str]:
    """Return the tags of a code cell; of anything else, none."""
    if not isinstance(node, nodes.container) or node.get("nb_element") != "cell_code":
        return set()
    return {name.removeprefix("tag_") for name in node["classes"] if name.startswith("tag_")}


def show_cell(cell) -> None:
    """Take from a code cell what the site hides, and let nothing fold it."""
    hidden = tags(cell)
    for part, element in (("hide-input", "cell_code_source"), ("hide-output", "cell_code_output")):
        if part in hidden:
            for child in [c for c in cell if c.get("nb_element") == element]:
                cell.remove(child)
    cell.attributes.pop("hide_mode", None)
    cell["classes"] = [name for name in cell["classes"] if not name.startswith("tag_hide")]


def drop_cell(cell) -> None:
    """Drop a code cell, but not the names under which it is referred to."""
    place = cell.parent.index(cell)
    if cell["ids"]:
        cell.parent.insert(place, nodes.target("", "", ids=cell["ids"]))
    cell.parent.remove(cell)


def put_last(section, node) -> None:
    """Put a node at the end of a section's own text, before the label of what comes next."""
    place = next(
        (k for k, child in enumerate(section) if isinstance(child, nodes.section)), len(section)
    )
    while isinstance(section[place - 1], nodes.target):
        place -= 1
    section.insert(place, node)


class Mover:
    """Moves what is folded on one page to the chapter at the end.

    Parameters
    ----------
    doctree : nodes.document
        The page, which is changed.
    docname : str
        Its name.
    """

    def __init__(self, doctree: nodes.document, docname: str):
        self.doctree = doctree
        self.docname = docname
        self.kept = {kind: [] for kind, _ in KINDS}

    def run(self) -> dict[str, list]:
        """Return what was taken from the page, by kind."""
        for section in list(self.doctree.findall(nodes.section)):
            if (found := EXERCISE.match(section[0].astext())) and section["ids"]:
                self.exercise(section, found[0])
        for cell in [c for c in self.doctree.findall(nodes.container) if tags(c)]:
            if "check" in tags(cell):
                drop_cell(cell)
            elif tags(cell) & {"hide-input", "hide-output"}:
                show_cell(cell)
        for box in [a for a in self.doctree.findall(nodes.admonition) if is_folded(a)]:
            self.answer(box)
        for number, quiz in enumerate(list(self.doctree.findall(outputs.quiz)), 1):
            self.quiz(quiz, number)
        return self.kept

    def name(self, kind: str) -> str:
        """Return the id of the next entry of a kind."""
        page = self.docname.rpartition("/")[2].replace("_", "-")
        return f"{page}-{kind}-{len(self.kept[kind]) + 1}"

    def keep(self, kind: str, heading: str, place: str, children: list) -> tuple[str, str]:
        """Keep `children` as an entry that leads back to `place`; return where the entry is."""
        name = self.name(kind)
        title = boxes.box_title("", "", *leads(BACK, self.docname, place, heading))
        self.kept[kind].append(boxes.box("", title, *children, kind="entry", ids=[name]))
        return BACK, name

    def exercise(self, section, heading: str) -> None:
        """Take hint and solution from an exercise; leave a line that says where they are."""
        hints, solution = [], []
        for child in list(section[1:]):
            cell = tags(child)
            if is_folded(child) and child[0].astext() == HINT:
                section.remove(child)
                hints += child[1:]
            elif is_folded(child) or "solution" in cell:
                section.remove(child)
                if cell:
                    show_cell(child)
                solution += [child] if cell else child[1:]
        place, line = section["ids"][0], nodes.paragraph(classes=["leads"])
        for kind, word, children in (
            ("hints", "Hint", hints),
            ("solutions", "Solution", solution),
        ):
            if children:
                full = section[0].astext() if kind == "solutions" else f"{heading}."
                there = self.keep(kind, full, place, children)
                line += [nodes.Text(" ")] if len(line) else []
                line += [*leads(self.docname, *there, word), nodes.Text(".")]
        if len(line):
            put_last(section, line)

    def answer(self, box) -> None:
        """Take the answer out of a box that asks for a guess, and leave the question."""
        title, children = box[0], box[1:]
        question = title.astext()
        place = self.name("answers").replace("answers", "question")
        if question == "Answer":  # the question is the paragraph before
            question = self.before(box)
        there = self.keep("answers", question, place, children)
        line = nodes.paragraph("", "", classes=["leads"])
        line += [*leads(self.docname, *there, "Answer"), nodes.Text(".")]
        heading = [] if title.astext() == "Answer" else [boxes.box_title("", "", *title.children)]
        kind = "question" if heading else "entry"
        box.replace_self(boxes.box("", *heading, line, kind=kind, ids=[place]))

    def before(self, box) -> str:
        """Return the question that stands before a box of its own for the answer."""
        siblings = box.parent.children
        asked = (n for n in reversed(siblings[: siblings.index(box)]) if n.astext().strip())
        text = next((n.astext() for n in asked if n.astext().startswith("Before you")), "Question")
        return " ".join(text.split())

    def quiz(self, quiz, number: int) -> None:
        """Leave a quiz's question and options; keep the verdicts."""
        place = self.name("quizzes").replace("quizzes", "quiz")
        verdicts = nodes.enumerated_list(enumtype="loweralpha", prefix="", suffix=")")
        verdicts += [nodes.list_item("", *item) for item in quiz["verdicts"]]
        there = self.keep("quizzes", f"Quiz {number}.", place, [*quiz["question"], verdicts])
        options = nodes.enumerated_list(enumtype="loweralpha", prefix="", suffix=")")
        options += [nodes.list_item("", *item) for item in quiz["options"]]
        line = nodes.paragraph("", "", classes=["leads"])
        line += [*leads(self.docname, *there, "Answer"), nodes.Text(".")]
        asked = [node.deepcopy() for node in quiz["question"]]
        title = boxes.box_title("", f"Quiz {number}")
        quiz.replace_self(boxes.box("", title, *asked, options, line, kind="question", ids=[place]))


# What becomes words


def describe_controls(doctree) -> None:
    """Leave of a figure with controls the sentence that says which figure shows a case of it."""
    for figure in list(doctree.findall(play_figure)):
        said = nodes.paragraph("", f"“{figure['entry']['title']}”, on the site, has controls. ")
        sentence = figure[0].children
        said += [nodes.Text("The chapter’s "), *sentence[1:]]
        section = figure.parent
        section.remove(figure)
        put_last(section, boxes.box("", said, kind="note"))


def drop_site_links(doctree) -> None:
    """Drop links that were written as HTML: they lead to files of the site."""
    for raw in list(doctree.findall(nodes.raw)):
        if raw.get("format") == "html" and LINK_TAG.fullmatch(raw.astext().strip()):
            raw.parent.remove(raw)


def name_left_out(app, doctree) -> None:
    """Turn references to what is left out into words."""
    root = Path(app.srcdir)
    for link in list(doctree.findall(addnodes.pending_xref)):
        target = link.get("reftarget", "")
        given = link.get("refexplicit")
        if link.get("reftype") == "doc" and target.strip("/") in LEFT_OUT:
            text = link.astext() if given else f"{title_of(root, target.strip('/'))} (on the site)"
        elif link.get("reftype") == "ref" and target in LEFT_OUT_LABELS:
            text = link.astext() if given else LEFT_OUT_LABELS[target]
        else:
            continue
        link.replace_self(nodes.emphasis("", text))


def _doctree_read(app, doctree) -> None:
    docname = app.env.docname
    outputs.translate(app, doctree)
    describe_controls(doctree)
    drop_site_links(doctree)
    name_left_out(app, doctree)
    outputs.narrow_ledger(doctree)
    if not hasattr(app.env, "press_kept"):
        app.env.press_kept = {}
    app.env.press_kept[docname] = Mover(doctree, docname).run()


# The chapter at the end


def _absolute(node, docname: str) -> None:
    """Let references that move with their sentence lead where they led."""
    folder = docname.rpartition("/")[0]
    for link in node.findall(addnodes.pending_xref):
        target = link.get("reftarget", "")
        if link.get("reftype") == "doc" and not target.startswith("/"):
            link["reftarget"] = f"/{folder}/{target}" if folder else f"/{target}"
        link["refdoc"] = BACK


def _rehome(env, node) -> None:
    """Tell the environment that labels have moved with what they name."""
    moved = {name for part in node.findall(nodes.Element) for name in part.get("ids", ())}
    domain = env.get_domain("std")
    for name, (docname, place, title) in list(domain.labels.items()):
        if place in moved and docname != BACK:
            domain.labels[name] = BACK, place, title
            domain.anonlabels[name] = BACK, place


def sections(env, kept: dict[str, dict]) -> list[nodes.section]:
    """Return one section for each page that something was taken from, in the book's order."""
    found, number = [], 0
    for docname in map(str, env.external_site_map):
        number += docname.startswith("chapters/")
        entries = kept.get(docname, {})
        if not any(entries.values()):
            continue
        prefix = f"{number}. " if docname.startswith("chapters/") else ""
        name = f"back-{docname.rpartition('/')[2].replace('_', '-')}"
        section = nodes.section(ids=[name], names=[name])
        section += nodes.title("", prefix + env.titles[docname].astext())
        for kind, heading in KINDS:
            if entries[kind]:
                section += nodes.rubric("", heading)
                section += entries[kind]
        for node in section:
            _absolute(node, docname)
        found.append(section)
    return found


def _env_updated(app, env) -> None:
    if BACK not in env.found_docs:
        return
    # Not env.get_doctree, which would go on returning what it has read now
    file = Path(env.doctreedir) / f"{BACK}.doctree"
    doctree = pickle.loads(file.read_bytes())
    doctree.settings.env, doctree.reporter = env, LoggingReporter(BACK)
    for section in sections(env, env.press_kept):
        _rehome(env, section)
        doctree[0] += section
    env.temp_data["docname"] = BACK
    TocTreeCollector().process_doc(app, doctree)
    app.builder.write_doctree(BACK, doctree)
    env.temp_data.clear()


class Lead(SphinxPostTransform):
    """Make references of the links between the chapters and the chapter at the end."""

    default_priority = 5

    def run(self, **kwargs) -> None:
        """Visit the links of a page."""
        for link in list(self.document.findall(across)):
            reference = make_refnode(
                self.app.builder, link["here"], link["page"], link["place"], link.children
            )
            link.replace_self(reference)


def _skip(translator, node) -> None:
    raise nodes.SkipNode


def _visit_page_of(translator, node) -> None:
    label = translator.idescape(f"{node['page']}:{node['place']}")
    translator.body.append(rf"\presspage{{{label}}}")


def _depart(translator, node) -> None:
    pass


def settings(config: dict) -> dict:
    """Return the book's settings as they are for paper and e-readers.

    Parameters
    ----------
    config : dict
        What ``_config.yml`` holds.
    """
    wanted = yaml.safe_load(yaml.safe_dump(config))
    sphinx = wanted["sphinx"]
    kept = [name for name in sphinx["extra_extensions"] if name not in SITE_ONLY]
    sphinx["extra_extensions"] = [*kept, "bookmaker.press.arrange"]
    sphinx["config"] |= {"bibtex_reference_style": "label", "bibtex_default_style": "plain"}
    del sphinx["config"]["templates_path"]  # the site's
    wanted["exclude_patterns"].remove("bookmaker")
    wanted["latex"] = {"latex_engine": "xelatex", "use_jupyterbook_latex": False}
    return wanted


# Extensions that only a site has a use for
SITE_ONLY = {
    "bookmaker.live.extension",
    "bookmaker.site.addresses",
    "bookmaker.site.downloads",
    "bookmaker.site.highlighting",
    "bookmaker.site.mathjax",
    "bookmaker.site.moved_pages",
    "bookmaker.site.package_links",
    "bookmaker.site.pictures",
    "bookmaker.site.repairs",
    "bookmaker.site.scripts",
    "bookmaker.site.sounds",
    "bookmaker.site.style_sheet",
    "sphinx.ext.viewcode",
}


def _config_inited(app, config) -> None:
    write_if_changed(generated(app) / COVER, front_cover())


def setup(app):
    """Register with Sphinx; what reads a page first has done so by the late priority."""
    for extension in ("bookmaker.press.boxes", "bookmaker.press.outputs"):
        app.setup_extension(extension)
    kind = "latex" if app.tags.has("paper") else "epub"
    app.setup_extension(f"bookmaker.press.{kind}")
    app.add_node(across)
    app.add_node(page_of, html=(_skip, None), latex=(_visit_page_of, _depart))
    app.add_post_transform(Lead)
    app.connect("config-inited", _config_inited)
    app.connect("doctree-read", _doctree_read, priority=900)
    app.connect("env-updated", _env_updated)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
