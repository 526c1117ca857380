"""Routes: minutes that add up, places that there are."""

from __future__ import annotations

import copy
import re

import pytest
import yaml

from bookmaker.markup.book import Book
from bookmaker.paths import ROOT
from bookmaker.teach import routes

TEACHING = routes.load(ROOT / routes.ROUTES)
WALKS = {"chapter": "random_walks"}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda route: route["blocks"][0].update(minutes=6), "add up to 46, not 45"),
        (lambda route: route["blocks"].pop(), "add up to 39"),
        (lambda route: route["blocks"][0].update(do=["sleep"]), "'sleep' is none of"),
        (lambda route: route.pop("offline"), "offline is missing"),
        (lambda route: route["blocks"][0].pop("chapter"), "neither a chapter nor a title"),
    ],
)
def test_broken_route_is_noticed(tmp_path, change, complaint):
    broken = {"seminar": copy.deepcopy(TEACHING["seminar"])}
    file = tmp_path / "routes.yml"
    file.write_text(yaml.safe_dump(broken), encoding="utf-8")
    assert routes.load(file)["seminar"] == TEACHING["seminar"]
    change(broken["seminar"])
    file.write_text(yaml.safe_dump(broken), encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(complaint)):
        routes.load(file)


@pytest.mark.parametrize(
    ("block", "problems"),
    [
        ({"chapter": "random_walks", "label": "walks-verdicts"}, 0),
        ({"chapter": "random_walks"}, 0),
        ({"chapter": "random_walks", "label": "walks-verdict"}, 1),
        ({"chapter": "random_walk"}, 1),
        ({"title": "Break"}, 0),
    ],
)
def test_lost_place_is_noticed(block, problems):
    assert len(routes.lost(Book(ROOT), {"route": {"blocks": [block]}})) == problems


def test_a_place_is_a_section_by_its_label_or_by_a_figure_in_it_or_the_opening():
    book = Book(ROOT)
    assert routes.find(book, WALKS | {"label": "walks-verdicts"}).title.startswith("One loop")
    assert routes.find(book, WALKS | {"label": "fig-verdicts"}).title.startswith("One loop")
    assert routes.find(book, WALKS).title.startswith("If every refit")
    assert routes.find(book, {"title": "Break"}) is None


def test_a_block_is_called_by_its_own_title_or_by_that_of_its_place():
    book = Book(ROOT)
    assert routes.title(book, {"title": "Break"}) == "Break"
    assert routes.title(book, WALKS | {"label": "walks-float"}) == "When the computer gives up"
    assert routes.title(book, {"chapter": "not_yet"}) == "not yet"


def test_addresses_are_those_of_the_site(book):
    assert routes.address(book, WALKS) == "chapters/random_walks.html"
    dice = {"chapter": "by_hand", "label": "hand-room"}
    assert routes.address(book, dice) == "workshop/by_hand.html#hand-room"


def test_blocks_follow_one_another_from_the_start():
    times = routes.clock([{"minutes": 5}, {"minutes": 65}])
    assert times == [(0, 5), (5, 70)] and routes.hour(70) == "1:10"
