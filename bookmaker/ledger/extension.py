"""Gather the ledger: every claim that a chapter checks, with a place to link to.

Each code cell that checks claims becomes a target, ``claim-CHAPTER-SLUG``, to which any page can
refer. The directive ``ledger`` lists all claims of all executed notebooks in the order of the book;
the same rows are written beside the page as ``claims.csv``.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
from pathlib import Path

import pybtex.database
from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList

from bookmaker.building import add_assets, is_site
from bookmaker.paths import BIBLIOGRAPHY
from collapse_utils.claims import plus_minus, recorded

PAGE = "reference/ledger"
CSV_NAME = "claims.csv"
FIELDS = (
    "chapter",
    "slug",
    "statement",
    "kind",
    "predicted",
    "measured",
    "standard_error",
    "tolerance",
    "z",
    "holds",
    "verdict",
    "source",
    "confidence",
)
# What is known of a source that is not in the bibliography
OWN = {"derived here": "this book", "textbook": "textbook"}
RELATIONS = {"equals": "", "at most": "≤ ", "at least": "≥ "}
SPECIAL = re.compile(r"([\\`*_{}\[\]<>$|#~^])")


def label(chapter: str, slug: str) -> str:
    """Return the name under which pages refer to a claim."""
    return f"claim-{chapter.replace('_', '-')}-{slug}"


def confidences(bibliography: str) -> dict[str, str]:
    """Return what the bibliography says of how each source was read: its field ``checked``."""
    entries = pybtex.database.parse_string(bibliography, "bibtex").entries
    return {key: entry.fields.get("checked", "") for key, entry in entries.items()} | OWN


def rows(notebooks: dict[str, dict], known: dict[str, str]) -> list[dict]:
    """Return one row per claim, in the order of the notebooks.

    Raises
    ------
    ValueError
        If it is not known how sure the source of a claim is.
    """
    found = []
    for chapter, notebook in notebooks.items():
        for _, claim in recorded(notebook):
            if not known.get(claim["source"]):
                raise ValueError(
                    f"{chapter}: the claim {claim['slug']} names the source {claim['source']!r}; "
                    "give its entry in references.bib a field checked"
                )
            row = {"chapter": chapter, **claim, "confidence": known[claim["source"]]}
            found.append({name: row[name] for name in FIELDS})
    return found


def as_csv(table: list[dict]) -> str:
    """Return the rows as a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()


def as_markdown(table: list[dict]) -> str:
    """Return the rows as a table, its claims and sources linked."""

    def plain(text):
        return SPECIAL.sub(r"\\\1", text)

    lines = [
        "| claim | predicted | measured | z | verdict | source | how sure the source is |",
        "|:--|:--|:--|:--|:--|:--|:--|",
    ]
    for row in table:
        name = f"{{ref}}`{row['slug']} <{label(row['chapter'], row['slug'])}>`"
        source = row["source"] if row["source"] in OWN else f"{{cite:t}}`{row['source']}`"
        cells = [
            f"{name} {plain(row['statement'])}",
            f"{RELATIONS[row['kind']]}{row['predicted']:.5g}",
            plus_minus(row["measured"], row["standard_error"]),
            f"{row['z']:+.1f}" if row["standard_error"] > 0 else "exact",
            row["verdict"],
            source,
            plain(row["confidence"]),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


class Ledger(Directive):
    """List every claim of the book."""

    def run(self):
        """Return the table."""
        env = self.state.document.settings.env
        try:
            table = gathered(env.app)
        except ValueError as unknown:
            raise self.error(str(unknown)) from unknown
        for path in notebooks_of(env.app):
            env.note_dependency(str(path))
        env.note_dependency(str(Path(env.app.srcdir) / BIBLIOGRAPHY))
        holder = nodes.container(classes=["ledger"])
        lines = as_markdown(table).splitlines()
        self.state.nested_parse(StringList(lines, "ledger"), self.content_offset, holder)
        return [holder]


def notebooks_of(app) -> list[Path]:
    """Return the chapters' notebooks in the order in which the book shows them."""
    paths = (Path(app.srcdir) / f"{name}.ipynb" for name in app.env.external_site_map)
    return [path for path in paths if path.exists()]


def gathered(app) -> list[dict]:
    """Return all rows of the book."""
    notebooks = {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in notebooks_of(app)
    }
    bibliography = (Path(app.srcdir) / BIBLIOGRAPHY).read_text(encoding="utf-8")
    return rows(notebooks, confidences(bibliography))


def _add_targets(app, doctree) -> None:
    """Make each code cell that checks claims a target for every one of them."""
    docname = app.env.docname
    path = Path(app.env.doc2path(docname))
    if path.suffix != ".ipynb":
        return
    claims = {}
    for number, claim in recorded(json.loads(path.read_text(encoding="utf-8"))):
        claims.setdefault(number, []).append(claim["slug"])
    domain = app.env.get_domain("std")
    for cell in doctree.findall(nodes.container):
        if cell.get("nb_element") != "cell_code":
            continue
        for slug in claims.get(cell.get("cell_index"), []):
            name = label(path.stem, slug)
            cell["ids"].append(name)
            domain.anonlabels[name] = docname, name
            domain.labels[name] = docname, name, slug


def _write_csv(app, exception) -> None:
    if exception is None and is_site(app) and PAGE in app.env.found_docs:
        with contextlib.suppress(ValueError):  # the directive has said what is wrong
            text = as_csv(gathered(app))
            file = Path(app.outdir, PAGE).with_name(CSV_NAME)
            file.write_text(text, encoding="utf-8", newline="\n")


def _add_script(app, pagename, templatename, context, doctree) -> None:
    holders = () if doctree is None else doctree.findall(nodes.container)
    if any("ledger" in holder["classes"] for holder in holders):
        app.add_js_file("ledger.mjs", type="module")


def setup(app):
    """Register the directive and the targets."""
    add_assets(app, __file__)
    app.add_directive("ledger", Ledger)
    app.connect("doctree-read", _add_targets)
    app.connect("html-page-context", _add_script)
    app.connect("build-finished", _write_csv)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
