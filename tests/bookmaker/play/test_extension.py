"""Figures with controls: listed without a mistake, in their places, each with its one script."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

from bookmaker.paths import ROOT
from bookmaker.play import extension as play
from tests.support.broken_book import FIGURE

ENTRIES = play.entries(play.LIST.read_text(encoding="utf-8"))
SCRIPTS = [entry["script"] for entry in ENTRIES]


def test_every_part_of_the_book_has_a_figure_with_controls():
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    chapters = {entry["chapter"] for entry in ENTRIES}
    parts = [part for part in contents["parts"] if part.get("numbered")]
    for part in parts:
        assert chapters & {Path(entry["file"]).name for entry in part["chapters"]}, part["caption"]
    assert len(parts) >= 2


@pytest.mark.parametrize("entry", ENTRIES, ids=SCRIPTS)
def test_the_chapter_has_the_section_and_the_figure(entry):
    path = ROOT / "chapters" / f"{entry['chapter']}.ipynb"
    if not path.exists():
        pytest.skip("the chapter is not in the book")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    assert re.search(rf"^\({entry['after']}\)=\n## ", text, re.MULTILINE)
    names = [c["metadata"].get("mystnb", {}).get("figure", {}).get("name") for c in cells]
    assert entry["figure"] in names


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"script": "missing"}, "there is no script missing.mjs"),
        ({"data": "missing"}, "data must be one of"),
        ({"colour": "red"}, "an entry needs"),
    ],
)
def test_a_wrong_entry_is_refused(change, message):
    good = ENTRIES[0]
    assert play.entries(yaml.safe_dump([good])) == [good]
    with pytest.raises(ValueError, match=message):
        play.entries(yaml.safe_dump([good | change]))
    with pytest.raises(ValueError, match="an entry needs"):
        play.entries(yaml.safe_dump([{k: v for k, v in good.items() if k != "caption"}]))


def test_a_section_that_is_not_there_fails_the_build(refused):
    status, printed = refused
    assert status != 0
    assert f"no section {FIGURE['after']}" in printed


def stands_last(page, entry):
    """Tell whether the figure comes last of what a section holds before its subsections."""
    place = BeautifulSoup(page, "html.parser").find(id=entry["after"])
    section = place if place.name == "section" else place.find_parent("section")
    figure = section.find("figure", id=f"play-{entry['script']}", recursive=False)
    if figure is None or "p" not in [before.name for before in figure.find_previous_siblings()]:
        return False
    return {after.name for after in figure.find_next_siblings()} <= {"section"}


@pytest.mark.parametrize("entry", ENTRIES, ids=SCRIPTS)
def test_the_figure_stands_between_the_text_and_the_subsections(site, entry):
    page = (site / "chapters" / f"{entry['chapter']}.html").read_text(encoding="utf-8")
    assert stands_last(page, entry)
    assert [script for script in SCRIPTS if f"play/{script}.mjs" in page] == [entry["script"]]


def test_a_figure_in_another_place_is_noticed():
    text, figure = "<p>Text.</p>", '<figure class="play" id="play-x"></figure>'
    page = '<section id="a"><h2>A</h2>{}<section><h3>B</h3>{}</section></section>'
    entry = {"after": "a", "script": "x"}
    assert stands_last(page.format(text + figure, text), entry)
    for own, below in [(figure + text, text), (figure, text), (text, figure), (text, text)]:
        assert not stands_last(page.format(own, below), entry)


def test_pages_without_such_figures_load_no_such_script(site):
    assert "play/" not in (site / "intro.html").read_text(encoding="utf-8")


def test_the_scripts_are_small_and_on_their_own():
    for script in (play.ROOM / "assets" / "play").glob("*.mjs"):
        source = script.read_text(encoding="utf-8")
        assert len(source) < 9000, script.name
        for imported in re.findall(r'from "(.+?)"', source):
            assert imported in ("./core.mjs", "./chance.mjs")
        assert "Math.random" not in source and "http" not in source.replace("http://www.w3.org", "")


def test_data_are_those_of_the_chapters():
    sentence = play.sentence()
    assert " ".join(sentence["sentence"]).startswith("it is a truth universally acknowledged")
    assert dict(zip(sentence["words"], sentence["counts"], strict=True))["wife"] == 44
    assert max(sentence["counts"]) <= play.SAFE and sentence["total"] > 100_000
    assert play.after_mr()["words"][:2] == ["darcy", "collins"]
