"""Figures with controls as a reader meets them: by keys and mouse, without scripts, on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bookmaker.play.extension import LIST, entries
from tests.support.browser import PATIENCE

ENTRIES = entries(LIST.read_text(encoding="utf-8"))
SCRIPTS = [entry["script"] for entry in ENTRIES]
SCENE = """(figure) => figure.querySelector(".play-scene").innerHTML
    + [...figure.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL()).join("")"""


def says(figure, before=""):
    """Return what the figure says, once that is something else than `before`."""
    status = figure.locator("[role=status]")
    expect(status).not_to_have_text(before, timeout=PATIENCE)
    return status.inner_text()


@pytest.mark.parametrize("entry", ENTRIES, ids=SCRIPTS)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_every_control_answers_to_keys_and_mouse(visit, entry, width, scheme):
    visitor = visit(width=width, scheme=scheme)
    page = visitor.open(f"chapters/{entry['chapter']}.html", formulas=False)
    figure = page.locator("figure.play")
    assert figure.locator(".play-stage").inner_text().count("controls, which need scripts") == 0
    said = says(figure)
    assert len(said) > 40
    first = figure.evaluate(SCENE)

    controls = figure.locator("input, select, button")
    controls.first.focus()
    for k in range(controls.count()):
        control = controls.nth(k)
        assert control.evaluate("(control) => document.activeElement === control")
        assert control.evaluate("(c) => c.labels?.[0]?.textContent ?? c.textContent").strip()
        before, value = figure.evaluate(SCENE), control.evaluate("(c) => c.value")
        moved = control.evaluate("(c) => c.type === 'range' && c.value === c.max") or width == 360
        page.keyboard.press(
            {"range": "ArrowLeft" if moved else "ArrowRight", "submit": "Enter", "button": "Enter"}
            .get(control.get_attribute("type"), "ArrowDown")
        )  # fmt: skip
        if control.get_attribute("type") == "range":
            assert control.get_attribute("aria-valuetext")
            if control.input_value() != value:
                said = says(figure, before=said)
            box = control.bounding_box()
            steps = figure.evaluate(SCENE)
            control.click(position={"x": 0.6 * box["width"], "y": box["height"] / 2})
            assert figure.evaluate(SCENE) not in (before, steps)
        assert figure.evaluate(SCENE) != before
        said = says(figure, before=said)
        page.keyboard.press("Tab")

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert figure.evaluate("(f) => f.scrollWidth <= f.clientWidth")
    assert visitor.complaints == [] and visitor.elsewhere == []
    page.reload(wait_until="networkidle")
    assert figure.evaluate(SCENE) == first


@pytest.mark.parametrize("entry", ENTRIES, ids=SCRIPTS)
def test_without_scripts_a_sentence_leads_to_the_chapters_figure(visit, entry):
    page = visit(scripts=False).open(f"chapters/{entry['chapter']}.html", formulas=False)
    stage = page.locator("figure.play .play-stage")
    assert "controls, which need scripts" in stage.inner_text()
    assert stage.locator("a").get_attribute("href") == f"#{entry['figure']}"
    assert page.locator("figure.play").locator("input, select, button, canvas, svg").count() == 0


def test_paper_shows_the_drawing_and_no_controls(visit):
    page = visit().open(f"chapters/{ENTRIES[1]['chapter']}.html", formulas=False)
    figure = page.locator("figure.play")
    assert says(figure)
    page.emulate_media(media="print")
    assert not figure.locator("input").is_visible() and not figure.locator("button").is_visible()
    assert figure.locator("svg[role=img] .plot path").first.is_visible()
    assert figure.locator(".play-control output").inner_text() == "10"


def test_a_script_that_fails_is_noticed(visit, address):
    visitor = visit()
    visitor.context.route(
        f"{address}/_static/play/core.mjs*",
        lambda route: route.fulfill(body="syntax error", content_type="text/javascript"),
    )
    page = visitor.open(f"chapters/{ENTRIES[1]['chapter']}.html", formulas=False)
    assert visitor.complaints
    assert "controls, which need scripts" in page.locator("figure.play").inner_text()
