"""Live pages: cells that are edited and run in place, in a browser that has no network.

They are tested on a small book, with one page of every kind of cell.
"""

from __future__ import annotations

import pytest

from bookmaker.colour import contrast
from tests.support import axe, reruns
from tests.support.browser import Visit
from tests.support.live_book import CHECK, ENDLESS, FIGURE, SOLUTION, SUM, TABLE


@pytest.fixture(scope="module")
def site(live_site):
    return live_site


@pytest.fixture(scope="module")
def live_page(browser, address):
    """One page, made live once."""
    visitor = Visit(browser, address)
    visitor.open("page.html")
    reruns.make_live(visitor.page)
    yield visitor
    visitor.context.close()


@pytest.fixture
def page(live_page):
    """The live page, with its stored code and outputs."""
    live_page.page.get_by_role("button", name="Reset all").click()
    return live_page.page


def control(page, number, name):
    return reruns.cell(page, number).get_by_role("button", name=f"{name}")


def write(page, number, source):
    box = reruns.cell(page, number).get_by_role("textbox")
    box.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(source)


def run(page, number):
    control(page, number, f"Run cell {number}").click()
    page.wait_for_function(reruns.IDLE, timeout=reruns.PATIENCE)


def test_nothing_is_loaded_before_the_click(visit):
    visitor = visit()
    asked = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.open("page.html")
    scripts = [url for url in asked if "live" in url]
    assert [url.split("/")[-1].split("?")[0] for url in sorted(scripts)] == ["live.css", "live.mjs"]
    assert not any("pyodide" in url or "cells.json" in url for url in asked)


def test_pages_without_code_have_no_button(visit):
    assert visit().open("intro.html").locator(".live-bar").count() == 0


def test_a_live_page_runs_all_its_cells_as_stored(page, live_page):
    before = reruns.on_page(page)
    reruns.run_all(page)
    after = reruns.on_page(page)
    assert after == before | {TABLE: "a 0 5"}
    figure = reruns.cell(page, FIGURE).locator("figure#fig-line")
    assert figure.locator("img").get_attribute("src").startswith("data:image/png")
    assert figure.locator("img").get_attribute("alt") == "Green, all over."
    assert "A green figure." in figure.locator("figcaption").inner_text()
    assert live_page.elsewhere == [] and live_page.complaints == []


def test_an_edited_cell_prints_something_else_until_it_is_reset(page):
    write(page, SUM, "print(x + 2)")
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(reruns.IDLE, timeout=reruns.PATIENCE)
    assert reruns.on_page(page)[SUM] == "22"
    control(page, SUM, "Reset").click()
    assert reruns.on_page(page)[SUM] == "21"
    assert reruns.cell(page, SUM).get_by_role("textbox").inner_text().strip() == "print(x + 1)"


def test_a_wrong_answer_is_told_off_by_its_check(page):
    reruns.cell(page, SOLUTION).locator("summary").click()
    for source, verdict in [
        ("answer = 6.0", "Not yet. Half of that."),
        ("answer = ...", "No answer yet: replace the ... above."),
        ("answer = 3", "Right."),
    ]:
        write(page, SOLUTION, source)
        run(page, SOLUTION)
        run(page, CHECK)
        assert reruns.on_page(page)[CHECK] == verdict


def test_an_endless_cell_is_stopped_and_python_begins_anew(page):
    write(page, ENDLESS, "while True: pass")
    control(page, ENDLESS, "Run cell").click()
    page.get_by_role("button", name="Stop").click()
    page.wait_for_function(reruns.IDLE, timeout=reruns.PATIENCE)
    assert page.get_by_role("status").inner_text().startswith("Live.")

    run(page, FIGURE)
    error = reruns.cell(page, FIGURE).locator(".live-error")
    assert "name 'secret' is not defined" in error.inner_text()
    assert "Run to here" in error.inner_text()
    control(page, FIGURE, "Run to here").click()
    page.wait_for_function(reruns.IDLE, timeout=reruns.PATIENCE)
    assert error.count() == 0 and reruns.cell(page, FIGURE).locator("figure img").count() == 1


def test_the_keyboard_enters_indents_and_leaves_a_cell(page):
    page.get_by_role("button", name="Run to here, cell 1", exact=True).click()
    page.wait_for_function(reruns.IDLE, timeout=reruns.PATIENCE)
    write(page, SUM, "if x:")
    for key in ("Enter", "y = 1", "Enter", "if y:", "Enter", "print('deep')", "Enter"):
        page.keyboard.press(key) if key == "Enter" else page.keyboard.type(key)
    page.keyboard.press("Tab")
    page.keyboard.type("print('deeper')")
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(reruns.IDLE, timeout=reruns.PATIENCE)
    assert "unexpected indent" in reruns.on_page(page)[SUM]
    for _ in range(len("    print('deeper')")):
        page.keyboard.press("Backspace")
    page.keyboard.type("print('as deep')")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == f"Run cell {SUM}"
    page.keyboard.press("Enter")
    page.wait_for_function(reruns.IDLE, timeout=reruns.PATIENCE)
    assert reruns.on_page(page)[SUM] == "deep as deep"
    box = reruns.cell(page, SUM).get_by_role("textbox")
    assert "Escape leaves" in box.get_attribute("aria-label")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_live_page_with_an_error_breaks_no_rule(page, theme):
    write(page, SUM, "1 / 0")
    run(page, SUM)
    assert "ZeroDivisionError" in reruns.cell(page, SUM).locator(".live-error").inner_text()
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    assert axe.violations(page) == []


def test_a_page_that_cannot_load_python_says_so(visit):
    page = visit().open("page.html")
    page.route("**/pyodide.asm.wasm", lambda route: route.abort())
    reruns.make_live(page)
    assert page.get_by_role("status").inner_text().startswith("Python did not start")


def as_hex(colour):
    """Return ``#rrggbb`` for a computed colour."""
    channels = colour[colour.index("(") + 1 : -1].split(",")[:3]
    return "#" + "".join(f"{int(float(c)):02x}" for c in channels)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_live_page_is_legible_and_fits_a_phone(visit, scheme):
    page = visit(width=360, scheme=scheme).open("page.html")
    page.route("**/pyodide.mjs", lambda route: route.abort())  # the looks need no Python
    reruns.make_live(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    colours = page.evaluate(
        """() => [...document.querySelectorAll(".live-button:enabled, .live-bar p, .live-mark")]
            .filter(e => e.offsetParent).map(e => getComputedStyle(e).color)"""
    )
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert len(colours) > 10
    for colour in set(colours):
        assert contrast(as_hex(colour), as_hex(ground)) >= 4.5
