"""The ledger: gathered from the notebooks, whole, linked, and open to the reader's questions."""

import csv
import io
import json

import pytest

from bookmaker.ledger import extension as ledger
from bookmaker.paths import ROOT
from collapse_utils.claims import CLAIM_MIME, recorded
from tests.support import site_rules as rules

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))


def notebook(**changes):
    claim = {
        "slug": "a-coin",
        "statement": "Half of *all* tosses | heads.",
        "measured": 0.508,
        "standard_error": 0.005,
        "predicted": 0.5,
        "kind": "equals",
        "tolerance": 0.0,
        "source": "textbook",
        "verdict": "reproduced",
        "z": 1.6,
        "holds": True,
    } | changes
    output = {"output_type": "display_data", "data": {CLAIM_MIME: claim}}
    return {"cells": [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": [output]}]}


def test_a_row_says_all_that_the_notebook_says():
    (row,) = ledger.rows({"my_page": notebook()}, ledger.OWN)
    assert row["chapter"] == "my_page"
    assert row["confidence"] == "textbook"
    assert row["z"] == 1.6
    assert list(row) == list(ledger.FIELDS)


def test_rows_become_a_table_and_a_file():
    table = ledger.rows({"my_page": notebook(), "b": notebook(kind="at most")}, ledger.OWN)
    lines = ledger.as_markdown(table).splitlines()
    assert len(lines) == 4
    assert "{ref}`a-coin <claim-my-page-a-coin>`" in lines[2]
    assert r"Half of \*all\* tosses \| heads." in lines[2]
    assert "| 0.5080 ± 0.0050 | +1.6 | reproduced | textbook | textbook |" in lines[2]
    assert "| ≤ 0.5 |" in lines[3]
    read = list(csv.DictReader(io.StringIO(ledger.as_csv(table))))
    assert [row["chapter"] for row in read] == ["my_page", "b"]
    assert read[0]["statement"] == "Half of *all* tosses | heads."


def test_a_source_nobody_knows_is_refused():
    known = ledger.confidences("@misc{somebody2020,\n title = {T},\n checked = {abstract read}}")
    assert known["somebody2020"] == "abstract read"
    assert ledger.rows({"page": notebook(source="somebody2020")}, known)
    with pytest.raises(ValueError, match="a-coin names the source 'nobody1999'"):
        ledger.rows({"page": notebook(source="nobody1999")}, known)
    unchecked = ledger.confidences("@misc{somebody2020,\n title = {T}}")
    with pytest.raises(ValueError, match="a field checked"):
        ledger.rows({"page": notebook(source="somebody2020")}, unchecked)


def test_every_claim_has_a_source_of_known_standing():
    known = ledger.confidences((ROOT / "reference/references.bib").read_text(encoding="utf-8"))
    notebooks = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in CHAPTERS}
    table = ledger.rows(notebooks, known)
    assert len(table) == sum(len(recorded(nb)) for nb in notebooks.values()) > 0
    names = [(row["chapter"], row["slug"]) for row in table]
    assert len(names) == len(set(names))
    assert {row["verdict"] for row in table} >= {"reproduced", "refined", "own derivation"}


def test_recorded_takes_a_notebook():
    with pytest.raises(TypeError, match="notebook must be a dictionary"):
        recorded("chapters/wasserstein.ipynb")
    with pytest.raises(ValueError, match="notebook lacks cells"):
        recorded({})


def test_the_ledger_and_its_file_hold_every_claim(site):
    stored = {
        (path.stem, claim["slug"]): path.parent.name
        for folder in ("chapters", "workshop")
        for path in (ROOT / folder).glob("*.ipynb")
        for _, claim in recorded(json.loads(path.read_text(encoding="utf-8")))
    }
    rows = list(csv.DictReader((site / "reference/claims.csv").open(encoding="utf-8", newline="")))
    assert {(row["chapter"], row["slug"]) for row in rows} == set(stored)
    links = rules.Page(site / "reference/ledger.html").links
    for (chapter, slug), folder in stored.items():
        name = f"claim-{chapter.replace('_', '-')}-{slug}"
        assert f"../{folder}/{chapter}.html#{name}" in links
        assert name in rules.Page(site / folder / f"{chapter}.html").ids
