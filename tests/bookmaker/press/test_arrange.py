"""What the site folds or runs: at the end of the book, linked both ways, or words."""

from __future__ import annotations

import re

import yaml

from bookmaker.paths import ROOT
from bookmaker.press import arrange

FOLDED = {
    "It is as small as the folded answer.",
    "The folded reason.",
    "Use the folded hint",
    "solution_code",
    "The folded discussion.",
}
HIDDEN = {"plotting_code", "quiz_code", "check_code", "your answer is right", "HTML object"}


def misplaced(chapters: str, end: str) -> list[str]:
    """Return what should have left the chapters and has not, or is not at the end."""
    wrong = [text for text in sorted(FOLDED) if text in chapters or text not in end]
    return wrong + [text for text in sorted(HIDDEN) if text in chapters or text in end]


def test_what_was_folded_stands_at_the_end_only(chapters_and_end):
    assert misplaced(*chapters_and_end) == []


def test_something_left_in_a_chapter_would_be_noticed(chapters_and_end):
    chapters, end = chapters_and_end
    assert misplaced(chapters + "solution_code", end) == ["solution_code"]
    assert misplaced(chapters, end.replace("The folded reason.", "")) == ["The folded reason."]
    assert misplaced(chapters, end + "check_code") == ["check_code"]


def test_both_ways_lead(chapters_and_end):
    chapters, end = chapters_and_end
    for kind in ("answers", "quizzes", "hints", "solutions"):
        place = rf"\detokenize{{{arrange.BACK}:one-{kind}-1}}"
        assert rf"\presspage{{{place}}}" in chapters
        assert rf"\label{{{place}}}" in end
    backward = re.findall(r"\\hyperref\[\\detokenize\{(chapters/one:[^}]+)\}\]", end)
    for place in backward:
        assert rf"\label{{\detokenize{{{place}}}}}" in chapters
    assert len(backward) >= 4


def unspaced(page: str) -> str:
    """Return a page's text without the elements that colour code."""
    return re.sub(r"</?span[^>]*>", "", page)


def test_folded_parts_are_on_the_last_page_of_the_e_book(pages):
    chapters = "".join(unspaced(t) for n, t in pages.items() if n.startswith("chapters/"))
    assert misplaced(chapters, unspaced(pages[f"{arrange.BACK}.xhtml"])) == []


def test_what_stays_on_the_site_is_words(latex):
    assert r"\emph{The package (on the site)}" in latex or "The package (on the site)" in latex
    assert "collapse_utils.models" not in latex


def test_the_contents_are_the_sites_without_what_stays_there():
    source = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    listed = [c["file"] for part in source["parts"] for c in part["chapters"]]
    made = arrange.contents(source)
    kept = [c["file"] for part in made["parts"] for c in part["chapters"]]
    assert kept.count(arrange.BACK) == 1
    expected = [name for name in listed if name not in arrange.LEFT_OUT]
    assert [name for name in kept if name != arrange.BACK] == expected
