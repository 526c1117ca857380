"""Outputs that are HTML: quizzes, tables, sounds and pictures in a form that needs no browser."""

from __future__ import annotations

import base64
import io

import pytest
from docutils import nodes
from PIL import Image

from bookmaker.press import outputs
from tests.support.cells import picture


@pytest.mark.parametrize(
    "wanted",
    [
        "Which is",
        "cell of a table",
        "To listen to original, open this chapter on the site.",
        "Saves: 1",
    ],
)
def test_every_output_has_a_form_on_paper(chapters_and_end, wanted):
    assert wanted in chapters_and_end[0]


def test_a_table_keeps_its_caption_head_and_cells():
    markup = "<table><caption>Counted</caption><tr><th>a</th><th><b>n</b></th></tr>"
    table = outputs.translated(None, markup + "<tr><th>row</th><td>5</td></tr></table>")
    assert table[0].astext() == "Counted"
    (head,), (body,) = table.findall(nodes.thead), table.findall(nodes.tbody)
    assert [cell.astext() for cell in head.findall(nodes.entry)] == ["a", "n"]
    assert [cell.astext() for cell in body.findall(nodes.entry)] == ["row", "5"]
    assert len(list(head.findall(nodes.strong))) == 1


def test_what_is_no_known_output_is_left_alone():
    assert outputs.translated(None, "<p>text</p>") is None


def test_a_small_picture_is_enlarged_by_a_whole_number():
    small = base64.b64decode(picture("red"))
    large = Image.open(io.BytesIO(outputs.sharp(small)))
    assert large.size == (600, 300)
    written = io.BytesIO()
    large.save(written, "PNG")
    assert outputs.sharp(written.getvalue()) == written.getvalue()


def test_the_ledgers_seven_columns_become_four():
    def row(*texts):
        return nodes.row("", *(nodes.entry("", nodes.paragraph("", text)) for text in texts))

    lines = [row("claim", "1", "1.1", "+0.4", "refined", "A", "read"), row(*"cpm", "exact", *"vsr")]
    columns = [nodes.colspec(colwidth=1) for _ in range(7)]
    group = nodes.tgroup("", *columns, nodes.tbody("", *lines), cols=7)
    holder = nodes.container("", nodes.table("", group), classes=["ledger"])
    outputs.narrow_ledger(nodes.section("", holder))
    assert [[cell.astext() for cell in line] for line in holder.findall(nodes.row)] == [
        ["claim", "1", "1.1, z = +0.4", "refined; A; read"],
        ["c", "p", "m, exact", "v; s; r"],
    ]
    assert group["cols"] == len(list(group.findall(nodes.colspec))) == 4
