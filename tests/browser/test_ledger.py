"""The ledger as a reader meets it: sorted and filtered by keyboard, whole without scripts."""

from __future__ import annotations

import json

from bookmaker.paths import FOLDERS, ROOT
from collapse_utils.claims import recorded

CLAIMS = [
    claim
    for folder in FOLDERS
    for path in (ROOT / folder).glob("*.ipynb")
    for _, claim in recorded(json.loads(path.read_text(encoding="utf-8")))
]


def test_the_ledger_can_be_sorted_and_filtered_with_the_keyboard(visit):
    page = visit().open("reference/ledger.html")
    rows = page.locator(".ledger tbody tr")
    total = len(CLAIMS)
    assert rows.count() == total > 0
    status = page.locator(".ledger [role=status]")
    assert status.inner_text() == f"{total} of {total} claims"

    page.get_by_label("Verdict").select_option("refined")
    shown = page.locator(".ledger tbody tr:visible")
    assert 0 < shown.count() < total
    assert all("refined" in text for text in shown.all_inner_texts())
    assert status.inner_text() == f"{shown.count()} of {total} claims"
    page.get_by_label("Verdict").select_option("all")

    page.get_by_label("Find").fill("no such claim")
    assert shown.count() == 0
    page.get_by_label("Find").fill("")
    assert shown.count() == total

    page.get_by_label("Chapter").select_option("random walks")
    assert 0 < shown.count() < total
    page.get_by_label("Chapter").select_option("all")

    header = page.locator(".ledger th button", has_text="z")
    for direction, sign in [("ascending", 1), ("descending", -1)]:
        header.focus()
        page.keyboard.press("Enter")
        assert page.locator(".ledger th[aria-sort]").get_attribute("aria-sort") == direction
        texts = page.locator(".ledger tbody td:nth-child(4)").all_inner_texts()
        deviations = [sign * float(text) for text in texts if text != "exact"]
        assert len(deviations) == sum(claim["standard_error"] > 0 for claim in CLAIMS)
        assert deviations == sorted(deviations)


def test_without_scripts_the_ledger_is_a_whole_table(visit):
    page = visit(scripts=False).open("reference/ledger.html")
    assert page.locator(".ledger tbody tr:visible").count() == len(CLAIMS) > 0
    assert page.locator(".ledger-bar").count() == 0
