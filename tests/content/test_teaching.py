"""Teaching: routes that add up and lead somewhere, dice that follow the law.

Each rule is also shown a route, a sheet or a notebook that breaks it.
"""

from __future__ import annotations

import ast
import copy
import importlib
import json
import re
from html.parser import HTMLParser

import nbformat
import numpy as np
import pytest

from bookmaker.ledger import other_seeds as claims
from bookmaker.markup.book import Book
from bookmaker.notebooks import chapter, execute, rules
from bookmaker.paths import ROOT
from bookmaker.teach import routes
from bookmaker.teach.choose import absent

TEACHING = routes.load(ROOT / routes.ROUTES)
BY_HAND = ROOT / "workshop" / "by_hand.ipynb"


# The routes


def test_there_are_45_90_and_180_minutes_and_six_sessions():
    assert [TEACHING[key]["minutes"] for key in ("seminar", "workshop", "half-day")] == [
        45,
        90,
        180,
    ]
    assert [session["minutes"] for session in TEACHING["course"]["sessions"]] == [90] * 6


def test_routes_add_up():
    assert routes.problems(TEACHING) == []


def test_every_place_of_a_route_exists():
    assert routes.lost(Book(ROOT), TEACHING) == []


def test_everything_that_a_route_shows_exists():
    assert absent(Book(ROOT), TEACHING) == []


def test_the_course_visits_every_chapter():
    for path in (ROOT / "chapters").glob("*.ipynb"):
        assert chapter.course(ROOT, path.stem) == []


@pytest.mark.parametrize("key", TEACHING)
def test_every_route_has_its_page(key):
    page = (ROOT / "workshop" / f"{key}.md").read_text(encoding="utf-8")
    assert page == f"# {TEACHING[key]['title']}\n\n```{{route}} {key}\n```\n"
    assert f"<{key}>" in (ROOT / "workshop/teaching.md").read_text(encoding="utf-8")
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    assert f"file: workshop/{key}\n" in contents


# The dice


class Table(HTMLParser):
    """The cells of a page's table, row by row."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.inside = [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.inside = True
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] += data


def sheet_words(page):
    """Return the words of column 0, if there are twelve numbered lines and eight empty columns."""
    _, *lines, _ = Table(page).rows
    assert [line[0] for line in lines] == [str(k) for k in range(1, 13)]
    assert all(line[2:] == [""] * 8 for line in lines)
    return [line[1] for line in lines]


def by_hand_code():
    found = nbformat.read(BY_HAND, as_version=4).cells
    return "\n".join(cell.source for cell in found if cell.cell_type == "code")


def test_sheet_and_notebook_have_the_same_text():
    page = (ROOT / "workshop" / "sheet.html").read_text(encoding="utf-8")
    printed = re.search(r"printed = \((.*?)\)", by_hand_code(), re.DOTALL)[1]
    assert sheet_words(page) == "".join(re.findall(r'"(.*?)"', printed)).split()
    assert sheet_words(page.replace(">man<", ">dog<"))[9] == "dog"
    with pytest.raises(AssertionError):
        sheet_words(page.replace('<th class="line" scope="row">7</th>', ""))


def test_by_hand_keeps_the_rules_of_the_chapters():
    stored = json.loads(BY_HAND.read_text(encoding="utf-8"))
    book = nbformat.read(BY_HAND, as_version=4)
    assert rules.ids_unique(stored) == [] and rules.executed_in_order(book) == []
    assert rules.figures_described(book) == [] and rules.outputs_clean(book) == []
    assert rules.metadata_stable(book) == [] and rules.comparisons_kept(book, "by_hand") == []
    assert not execute.is_stale(book), "run: make execute"


def printed_of(book):
    """Return what each code cell prints and shows as text."""
    return [
        [rules.visible_text(output) for output in cell.outputs]
        for cell in book.cells
        if cell.cell_type == "code"
    ]


def test_by_hand_prints_what_is_stored():
    stored = nbformat.read(BY_HAND, as_version=4)
    again = copy.deepcopy(stored)
    for cell in again.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    assert printed_of(again) != printed_of(stored)
    execute.run(again, "by_hand")
    assert printed_of(again) == printed_of(stored)


def rolled(seed, people, with_real):
    """Return how many different words people's sheets have left after each of six rounds."""
    text = np.array(sheet_words((ROOT / "workshop" / "sheet.html").read_text(encoding="utf-8")))
    rng, words_left = np.random.default_rng(seed), []
    for _ in range(people):
        column, counts = text, []
        for _ in range(6):
            die = rng.integers(0, 12, 12)
            copied = column[die]
            if with_real:
                copied[0] = text[die[0]]
            column = copied
            counts.append(len(set(column)))
        words_left.append(counts)
    return words_left


@pytest.mark.parametrize(("name", "seed", "with_real"), [("room", 12, False), ("half", 13, True)])
def test_rooms_that_are_shown_were_rolled_as_the_page_says(name, seed, with_real):
    typed = re.search(rf"^{name} = np\.array\((\[.*?^\])\)", by_hand_code(), re.DOTALL | re.M)
    shown = ast.literal_eval(typed[1])
    assert shown == rolled(seed, len(shown), with_real)
    assert shown != rolled(seed + 1, len(shown), with_real)


@pytest.mark.parametrize("seed", [1, 2])
def test_claims_of_the_dice_hold_on_other_seeds(seed):
    found = claims.on_seed(BY_HAND, seed)
    assert len(found) >= 4 and all(claim["holds"] for claim in found)


def test_a_room_may_have_any_size_and_number_of_rounds(tmp_path, capsys, monkeypatch):
    source = re.sub(r"room = np.array\(\[.*?\n\]\)", "room = np.array([[7, 5], [8, 6], [0, 0]])",
                    by_hand_code(), flags=re.DOTALL)  # fmt: skip
    monkeypatch.chdir(tmp_path)
    plt = importlib.import_module("matplotlib.pyplot")
    plt.switch_backend("agg")
    with plt.rc_context():
        exec(compile(source, "by_hand", "exec"), {"__name__": "__main__"})
    plt.close("all")
    table = capsys.readouterr().out.partition("round   room   law    z\n")[2].splitlines()
    assert [line.split()[0] for line in table[:2]] == ["1", "2"]
    assert float(table[0].split()[1]) == 5.0 and float(table[0].split()[3]) < -2
