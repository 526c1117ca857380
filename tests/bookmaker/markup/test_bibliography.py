"""Works cited: named by one, two or more authors, and linked where they can be read."""

from __future__ import annotations

from tests.support.small_index import DOI, small_index

WORKS = small_index().bibliography


def test_works_are_listed_once_with_their_address_and_their_formulas():
    listed = WORKS.listed(["shumailov2024", "shumailov2024"])
    assert listed.count("\n") == 0 and DOI in listed and "\\." not in listed
    assert r"the $\pi ^2/6$ pathway" in WORKS.listed(["dey2024"])


def test_one_two_and_more_authors_are_named_by_one_two_or_the_first():
    counted = {1: "", 2: " and ", 3: " et al."}
    seen = set()
    for key, entry in WORKS.entries.items():
        people = entry.persons.get("author") or entry.persons.get("editor", [])
        names = WORKS.names(key)
        assert names
        if people:
            seen.add(min(len(people), 3))
            assert counted[min(len(people), 3)] in names
            assert (" and " in names) == (len(people) == 2), key
            assert names.endswith(" et al.") == (len(people) > 2), key
    assert seen == set(counted)


def test_works_are_named_in_a_sentence_and_in_brackets():
    keys = ["shumailov2024", "penguins2020"]
    assert WORKS.in_text(keys[:1]) == f"[Shumailov et al. (2024)]({DOI})"
    assert WORKS.in_text(keys, linked=False) == "Shumailov et al. (2024), Horst et al. (2020)"
    assert WORKS.in_parentheses(keys).startswith(f"([Shumailov et al., 2024]({DOI}); [Horst")
