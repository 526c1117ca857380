"""Give the outputs that are HTML a form that needs no browser.

Quizzes, tables, players and the stepper through pictures are HTML in the notebooks. On paper and in
e-readers a quiz is a question with options, a table a table, a sound a sentence that says where to
listen, and a stepper all its pictures side by side.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
from pathlib import Path

from bs4 import BeautifulSoup, NavigableString
from docutils import nodes
from PIL import Image

from bookmaker.building import generated, write_if_changed

INLINE = {
    "strong": nodes.strong,
    "b": nodes.strong,
    "em": nodes.emphasis,
    "i": nodes.emphasis,
    "code": nodes.literal,
    "sub": nodes.subscript,
    "sup": nodes.superscript,
}
SHARP = 600  # pixels across: a picture of fewer is enlarged without smoothing


class quiz(nodes.General, nodes.Element):
    """A question with options and verdicts, which ``book_press`` takes apart."""


def inline(element) -> list[nodes.Node]:
    """Return the words in an element, with their emphasis."""
    found = []
    for child in element.children:
        if isinstance(child, NavigableString):
            found.append(nodes.Text(str(child)))
        elif child.name in INLINE:
            found.append(INLINE[child.name]("", "", *inline(child)))
        else:
            found += inline(child)
    return found


def as_quiz(element) -> quiz:
    """Return a quiz's question, options, and options with verdicts."""
    question = [nodes.paragraph("", "", *inline(element.find("p")))]
    options, verdicts = [], []
    for details in element.find_all("details"):
        option = details.find("summary")
        options.append([nodes.paragraph("", "", *inline(option))])
        said = nodes.paragraph("", "", nodes.emphasis("", "", *inline(option)), nodes.Text(": "))
        said += inline(details.find("p"))
        verdicts.append([said])
    return quiz("", question=question, options=options, verdicts=verdicts)


def as_table(element) -> nodes.table:
    """Return a table; its caption becomes its title."""
    rows = [row.find_all(("th", "td")) for row in element.find_all("tr")]
    width = max(map(len, rows))
    group = nodes.tgroup(cols=width)
    group += [nodes.colspec(colwidth=1) for _ in range(width)]
    head, body = nodes.thead(), nodes.tbody()
    for cells in rows:
        row = nodes.row()
        row += [nodes.entry("", nodes.paragraph("", "", *inline(cell))) for cell in cells]
        is_head = not body.children and all(cell.name == "th" for cell in cells)
        (head if is_head else body).append(row)
    group += [head, body] if head.children else [body]
    name = f"table-{hashlib.sha256(str(element).encode()).hexdigest()[:8]}"
    table = nodes.table("", classes=["from-output"], ids=[name])
    if caption := element.find("caption"):
        table.insert(0, nodes.title("", "", *inline(caption)))
    table += group
    return table


def as_place_to_listen(element) -> nodes.paragraph:
    """Return which sounds the site plays here, and whose they are."""
    names = [caption.get_text() for caption in element.find_all("figcaption")]
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    said = nodes.paragraph("", f"To listen to {listed}, open this chapter on the site. ")
    if credit := element.find("small"):
        said += nodes.emphasis("", "", *inline(credit))
    return said


def sharp(png: bytes) -> bytes:
    """Return a picture enlarged by a whole number, so that no viewer smooths its pixels."""
    picture = Image.open(io.BytesIO(png))
    times = -(-SHARP // picture.width)
    if times == 1:
        return png
    size = (picture.width * times, picture.height * times)
    written = io.BytesIO()
    picture.resize(size, Image.Resampling.NEAREST).save(written, "PNG")
    return written.getvalue()


def as_pictures(app, element) -> nodes.container:
    """Return all pictures of a stepper, two in a row, each with its number."""
    legend = element.find("legend").get_text()
    labels = [label.get_text() for label in element.find_all("label")]
    cells = []
    for label, picture in zip(labels, element.find_all("img"), strict=True):
        png = sharp(base64.b64decode(picture["src"].partition(",")[2]))
        file = generated(app) / f"press-{hashlib.sha256(png).hexdigest()[:12]}.png"
        write_if_changed(file, png)
        address = Path(os.path.relpath(file, app.srcdir)).as_posix()
        app.env.images.add_file(app.env.docname, address)
        image = nodes.image(uri=address, candidates={"*": address}, alt=picture["alt"])
        said = nodes.paragraph("", f"{legend}: {label}")
        cells.append(nodes.entry("", image, said))
    group = nodes.tgroup("", nodes.colspec(colwidth=50), nodes.colspec(colwidth=50), cols=2)
    body = nodes.tbody()
    body += [nodes.row("", *cells[k : k + 2]) for k in range(0, len(cells), 2)]
    group += body
    return nodes.table("", group, classes=["pictures", "colwidths-given"])


def translated(app, text: str):
    """Return an output that is HTML as a node, or None if nothing is known about it."""
    soup = BeautifulSoup(text, "html.parser")
    if element := soup.find(class_="quiz"):
        return as_quiz(element)
    if element := soup.find(class_="players"):
        return as_place_to_listen(element)
    if element := soup.find(class_="stepper"):
        return as_pictures(app, element)
    if element := soup.find("table"):
        return as_table(element)
    return None


def translate(app, doctree) -> None:
    """Replace the outputs of a page that are HTML."""
    for bundle in list(doctree.findall(nodes.container)):
        if bundle.get("nb_element") != "mime_bundle":
            continue
        found = {part["mime_type"]: part for part in bundle}
        if "text/html" in found and "image/png" not in found:
            node = translated(app, found["text/html"].astext())
            if node is not None:
                bundle.replace_self(node)


def narrow_ledger(doctree) -> None:
    """Join the ledger's seven columns into four, which fit on paper."""
    for holder in doctree.findall(nodes.container):
        if "ledger" not in holder["classes"]:
            continue
        for table in holder.findall(nodes.table):
            group = table[0]
            for column in list(group.findall(nodes.colspec)):
                group.remove(column)
            for width in reversed((38, 14, 19, 29)):
                group.insert(0, nodes.colspec(colwidth=width))
            group["cols"] = 4
            table["classes"] += ["longtable", "colwidths-given", "ledger"]
            for row in group.findall(nodes.row):
                claim, predicted, measured, z, *rest = row.children
                join(measured, [z], ", z = " if z.astext()[:1] in "+-−" else ", ")
                first, *others = rest
                join(first, others, "; ")
                row.children = [claim, predicted, measured, first]


def join(entry, others, mark: str) -> None:
    """Add the words of other cells to a cell's own."""
    if not len(entry):
        entry += nodes.paragraph()
    for other in others:
        if other.astext():
            entry[0] += [nodes.Text(mark), *(n for part in other for n in part.children)]


def setup(app):
    """Register with Sphinx."""
    app.add_node(quiz)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
