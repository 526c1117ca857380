"""What instructors read on top of a chapter: notes for every section, minutes that add up."""

from __future__ import annotations

import pytest

from bookmaker.notebooks import chapter_rules, instructor
from bookmaker.paths import ROOT
from tests.support.derived_notebooks import each_chapter, read, texts


@each_chapter
def test_notes_cover_every_section_and_their_minutes_add_up(book, name):
    assert chapter_rules.notes(book.notebook(name), instructor.read_notes(ROOT, name)) == []


def test_notes_predictions_and_slips_stand_where_they_are_needed(derived):
    text = "\n".join(texts(read(derived, "instructor", "random_walks")))
    assert "| One loop, opposite verdicts | 8 |" in text
    section = text.partition("## One loop, opposite verdicts")[2]
    assert section.lstrip().startswith("> **For the instructor · 8 minutes.**")
    assert "- the mean and the median of the variance after 400 fits?" in section
    assert "> - That halves the standard deviation, not the variance." in text


def test_notes_are_read_by_heading():
    notes = instructor.parse("All.\n\n## One (3 min)\n\nAsk.\n\n## Two (4 min)\n\nTell.\nTwice.\n")
    assert notes.opening == "All."
    assert notes.minutes == {"One": 3, "Two": 4}
    assert notes.texts == {"One": "Ask.", "Two": "Tell.\nTwice."}


def test_every_way_to_ask_for_a_prediction_is_told(derived):
    in_bold = "> - how many decibels does a doubling cost now?"
    assert in_bold in "\n".join(texts(read(derived, "instructor", "generation_loss")))
    in_a_box = "> - all directions are treated alike, and so they all shrink. Alike?"
    assert in_a_box in "\n".join(texts(read(derived, "instructor", "random_walks")))


def test_a_chapter_without_notes_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="one has no notes for instructors"):
        instructor.read_notes(tmp_path, "one")
