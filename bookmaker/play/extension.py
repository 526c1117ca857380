"""Put figures with controls into the chapters, by the list in ``play.yml``.

The notebooks are left alone. What Sphinx writes is a figure that says where the chapter shows the
same without scripts; a module of ``assets/play`` replaces that sentence by controls and a
drawing. The few data that a script needs are taken from the package here, so that they exist once.
"""

from __future__ import annotations

import base64
import html
import json
from pathlib import Path

import numpy as np
import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.errors import ExtensionError
from sphinx.util import logging

from bookmaker.building import add_assets, is_site
from collapse_utils.datasets import load_novel, load_photograph
from collapse_utils.plotting import WORKFLOWS
from collapse_utils.text import encode, split_words

ROOM = Path(__file__).parent
LIST = ROOM / "play.yml"
SCRIPTS = "bookmaker/play/assets/play"
REQUIRED = {"script", "chapter", "after", "figure", "title", "caption"}
GREY = (0.299, 0.587, 0.114)
# A word printed more often is lost within a hundred copies by one chain in 17 000, or fewer
SAFE = 500

LOGGER = logging.getLogger(__name__)


def face() -> dict:
    """Return a face from the photograph: 72 by 72 grey pixels, as bytes."""
    grey = np.round(load_photograph()[24:96, 88:160] @ GREY).astype(np.uint8)
    return {"pixels": base64.b64encode(grey.tobytes()).decode()}


def sentence() -> dict:
    """Return the novel's first sentence, and how often its rarer words were printed."""
    tokens, vocabulary = encode(split_words(load_novel()))
    count = np.bincount(tokens)
    first = tokens[1:24]  # after the word "chapter"
    rare = sorted({int(t) for t in first if count[t] <= SAFE}, key=lambda t: count[t])
    return {
        "sentence": [vocabulary[t] for t in first],
        "words": [vocabulary[t] for t in rare],
        "counts": [int(count[t]) for t in rare],
        "total": len(tokens),
    }


def after_mr(n_words: int = 12) -> dict:
    """Return the words that most often follow "mr" in the novel, and how often each does."""
    tokens, vocabulary = encode(split_words(load_novel()))
    follows = np.bincount(tokens[1:][tokens[:-1] == vocabulary.index("mr")])
    most = np.argsort(-follows, kind="stable")[:n_words]
    return {"words": [vocabulary[t] for t in most], "counts": [int(follows[t]) for t in most]}


DATA = {"face": face, "sentence": sentence, "after_mr": after_mr}


def entries(text: str) -> list[dict]:
    """Return the entries of the list, or say what is wrong with one."""
    listed = yaml.safe_load(text)
    for entry in listed:
        if not REQUIRED <= set(entry) <= REQUIRED | {"data"}:
            raise ValueError(f"an entry needs {sorted(REQUIRED)}, perhaps data, got {entry}")
        if not (ROOM / "assets" / "play" / f"{entry['script']}.mjs").is_file():
            raise ValueError(f"there is no script {entry['script']}.mjs in {SCRIPTS}")
        if entry.get("data") not in {None, *DATA}:
            raise ValueError(f"data must be one of {sorted(DATA)}, got {entry['data']!r}")
    return listed


class play_figure(nodes.General, nodes.Element):
    """A place for a script to draw in; its children are for readers without scripts."""


def opening(entry: dict) -> str:
    """Return the markup before the sentence for readers without scripts."""
    given = json.dumps(DATA[entry["data"]]() if "data" in entry else {})
    colors = "".join(f"--play-{name}: {color};" for name, (color, _) in WORKFLOWS.items())
    name = f"play-{entry['script']}"
    return (
        f'<figure class="play" id="{name}" data-play="{entry["script"]}" style="{colors}" '
        f'data-given="{html.escape(given)}" aria-labelledby="{name}-title">\n'
        f'<p class="play-title" id="{name}-title">{html.escape(entry["title"])}</p>\n'
        '<div class="play-stage">\n'
    )


def closing(entry: dict) -> str:
    """Return the markup after that sentence."""
    return f"</div>\n<figcaption><p>{html.escape(entry['caption'])}</p></figcaption>\n</figure>\n"


def _visit(translator, node) -> None:
    if not is_site(translator):
        raise nodes.SkipNode
    translator.body.append(opening(node["entry"]))


def _depart(translator, node) -> None:
    translator.body.append(closing(node["entry"]))


def _skip(translator, node) -> None:
    raise nodes.SkipNode


def made(entry: dict, docname: str) -> play_figure:
    """Return the node for an entry of the list."""
    reference = addnodes.pending_xref(
        refdomain="std",
        reftype="numref",
        reftarget=entry["figure"],
        refdoc=docname,
        refexplicit=False,
        refwarn=True,
    )
    reference += nodes.inline("", entry["figure"])
    sentence = nodes.paragraph("", "This figure has controls, which need scripts. The chapter's ")
    sentence += [reference, nodes.Text(" shows one case of it.")]
    return play_figure("", sentence, entry=entry)


def _insert(app, doctree) -> None:
    docname = app.env.docname
    for entry in entries(LIST.read_text(encoding="utf-8")):
        if docname != f"chapters/{entry['chapter']}":
            continue
        app.env.dependencies[docname].add(str(LIST))
        _, place, _ = app.env.get_domain("std").labels.get(entry["after"], (None, None, None))
        section = next((s for s in doctree.findall(nodes.section) if place in s["ids"]), None)
        if section is None:
            LOGGER.warning("play.yml: no section %s", entry["after"], location=docname)
            continue
        subsections = (k for k, child in enumerate(section) if isinstance(child, nodes.section))
        section.insert(next(subsections, len(section)), made(entry, docname))


def _add_script(app, pagename, templatename, context, doctree) -> None:
    for figure in doctree.findall(play_figure) if doctree is not None else ():
        app.add_js_file(f"play/{figure['entry']['script']}.mjs", type="module")


def _config_inited(app, config) -> None:
    try:
        entries(LIST.read_text(encoding="utf-8"))
    except ValueError as wrong:
        raise ExtensionError(f"bookmaker/play/play.yml: {wrong}") from wrong


def setup(app):
    """Register with Sphinx."""
    skip = dict.fromkeys(("latex", "text", "man", "texinfo"), (_skip, None))
    app.add_node(play_figure, html=(_visit, _depart), **skip)
    add_assets(app, __file__)
    app.connect("config-inited", _config_inited)
    app.connect("doctree-read", _insert)
    app.connect("html-page-context", _add_script)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
