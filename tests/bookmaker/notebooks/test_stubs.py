"""Stubs: they ask for what the checks need, and the checks can be run before there is an answer."""

from __future__ import annotations

from bookmaker.notebooks import stubs


def test_stub_names_what_the_check_needs_and_no_more():
    solution = "a = 1\nfor k in range(3):\n    b = a + k\ndef f(x):\n    inner = x\n    return b"
    check = "k = 5\ncheck_answer(b, f(k), slips=[(a2, 'x') for a2 in [1]])"
    assert stubs.bound_names(solution) == ["a", "k", "b", "f"]
    assert stubs.needed_names(check) == {"check_answer", "b", "f", "range"} - {"range"}
    assert stubs.answers(solution, [check]) == ["b", "f"]
    assert stubs.answers(solution, ["a = 2", "print(a)"]) == []
    assert stubs.stub(["b", "f"]).endswith("\nb = ...\nf = ...")
    assert stubs.stub([]) == stubs.FREE


def test_check_that_computes_with_the_answer_is_guarded():
    direct = "right = 4\ncheck_answer(a, right)"
    assert stubs.guarded(direct, ["a", "other"]) == direct
    computed = "check_answer(a > 4, True)"
    guarded = stubs.guarded(computed, ["a", "other"])
    said = []
    exec(guarded, {"a": ..., "check_answer": lambda *given: said.append(given)})
    exec(guarded, {"a": 5, "check_answer": lambda *given: said.append(given)})
    assert said == [(..., True), (True, True)]


def test_slips_are_read_from_the_check():
    assert stubs.slips("check_answer(a, 4, slips=[(2, 'Half.'), (f(8), 'Twice.')])") == [
        "Half.",
        "Twice.",
    ]
