"""The hand-outs: a plan with its times, room for guesses, what to say afterwards."""

from __future__ import annotations

import re

import pytest

from bookmaker.paths import ROOT
from bookmaker.teach import handouts, routes

TEACHING = routes.load(ROOT / routes.ROUTES)


def plan(page):
    """Return the times of a page's first plan."""
    first = page.partition("<ol class='plan'>")[2].partition("</ol>")[0]
    return re.findall(r"<b>(\d+:\d\d)</b>", first)


@pytest.mark.parametrize("key", TEACHING)
def test_the_plan_has_the_times_and_places_of_the_route(book, key):
    page, (first, *_) = handouts.handout(book, TEACHING[key]), routes.parts(TEACHING[key])
    assert plan(page) == [routes.hour(start) for start, _ in routes.clock(first["blocks"])]
    for block in first["blocks"]:
        if "chapter" in block:
            assert f'href="../{routes.address(book, block)}"' in page


@pytest.mark.parametrize("key", TEACHING)
def test_a_session_has_room_for_guesses_and_a_course_its_homework(book, key):
    page, is_course = handouts.handout(book, TEACHING[key]), "sessions" in TEACHING[key]
    assert ("<p class='guess'>" in page) is not is_course
    assert page.count("<p>Then: ") == len(TEACHING[key].get("sessions", []))
    assert page.count("<li>") >= len(TEACHING[key]["checkpoints"])


def test_only_what_is_to_be_predicted_is_asked(book):
    blocks = [
        {"title": "One", "do": ["predict"], "ask": "How *many*?"},
        {"title": "Two", "do": ["talk"], "ask": "Why?"},
        {"title": "Three", "do": ["predict"]},
    ]
    assert handouts.guesses(book, {"blocks": blocks}) == ["How <em>many</em>?"]


def test_every_hand_out_of_the_site_is_written_anew(book, tmp_path):
    (tmp_path / "handouts").mkdir()
    (tmp_path / "handouts" / "old.html").write_text("old")
    handouts.write(book, tmp_path, {"seminar": TEACHING["seminar"]})
    assert [path.name for path in (tmp_path / "handouts").iterdir()] == ["seminar.html"]
