"""The teacher's stick, opened without a network and without a server."""

from __future__ import annotations

from tests.support.browser import Visit


def test_unpacked_slides_and_sheet_open_without_a_network(browser, unpacked_stick):
    visitor = Visit(browser, unpacked_stick.as_uri())
    page = visitor.open("START.html")
    page.get_by_role("link", name="slides", exact=True).first.click()
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    picture = page.locator("section.present img")
    assert picture.evaluate("picture => picture.complete && picture.naturalWidth > 300")
    page = visitor.open("START.html")
    page.get_by_role("link", name="sheet").click()
    assert page.locator("tbody tr").count() == 12
    assert visitor.elsewhere == [] and visitor.complaints == []
    visitor.context.close()
