"""The checks that all functions share: what passes, what is named, and how."""

from collections import OrderedDict
from fractions import Fraction

import numpy as np
import pytest

from collapse_utils import _validate as check

RNG = np.random.default_rng(1)


def test_what_is_right_comes_back_in_plain_types():
    assert type(check.integer("n", np.int64(3))) is int
    assert type(check.real("x", np.float32(0.5))) is float
    assert check.real("x", np.asarray(2)) == 2
    assert check.real("x", Fraction(1, 2), above=0, at_least=0.5, below=1, at_most=0.5) == 0.5
    assert check.numbers("x", [1, 2]).dtype.kind == "i"
    assert np.isnan(check.floats("x", [1, np.nan])[1])
    assert check.array("x", [[True, False]], ndim=2, shape=(1, 2)).dtype == float
    assert check.generator(RNG) is RNG
    assert check.callable("f", abs) is abs
    assert check.having("executor", [], "append", "a list") == []
    assert check.choice("kind", "a", ("a", True)) == "a"
    assert check.flag("yes", np.True_) is True
    assert check.sequence("names", (x for x in "ab")) == ["a", "b"]
    assert check.text("name", "", empty=True) == ""
    assert check.mapping("given", OrderedDict(a=1), ["a"]) == {"a": 1}
    assert check.truth({"a": 2}, {"a": 1, "b": 0}, ("a", "b")) == {"a": 2, "b": 0}
    assert check.truth(None, {"a": 1}, ("a",)) == {"a": 1}
    check.draw({"mean": 0}, ("mean",), 1, RNG)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: check.integer("n", True), TypeError, r"n must be an integer, got True \(bool\)"),
        (lambda: check.integer("n", 2.0), TypeError, "n must be an integer, got 2.0"),
        (lambda: check.integer("n", 1, at_least=2, why="to fit"), ValueError, "2 to fit, got 1"),
        (lambda: check.integer("n", 9, at_most=8), ValueError, "n must be at most 8, got 9"),
        (lambda: check.real("x", "1"), TypeError, "x must be a real number, got '1'"),
        (lambda: check.real("x", np.ones(1)), TypeError, "x must be a real number"),
        (lambda: check.real("x", 10**400), ValueError, "x must fit into a float"),
        (lambda: check.real("x", np.inf), ValueError, "x must be finite, got inf"),
        (lambda: check.real("x", 1, above=1), ValueError, "x must be greater than 1, got 1"),
        (lambda: check.real("x", 0.9, at_least=1), ValueError, "x must be at least 1, got 0.9"),
        (lambda: check.real("x", 1, below=1), ValueError, "x must be less than 1, got 1"),
        (lambda: check.real("x", 1.1, at_most=1), ValueError, "x must be at most 1, got 1.1"),
        (lambda: check.numbers("x", ["a"]), TypeError, "x must be an array of real numbers"),
        (lambda: check.numbers("x", [[1], [1, 2]]), TypeError, "real numbers, got list"),
        (lambda: check.array("x", 1.0, ndim=(1, 2)), ValueError, "x must have 1 or 2 dimension"),
        (lambda: check.array("x", [1], shape=(2,)), ValueError, r"x must have shape \(2,\)"),
        (lambda: check.array("x", []), ValueError, "x is empty"),
        (lambda: check.array("x", [1, np.inf, np.nan]), ValueError, "x holds 2 value"),
        (lambda: check.array("x", [2, 0], positive=True), ValueError, "x must be positive"),
        (lambda: check.generator(1), TypeError, r"got 1 \(int\); make one with"),
        (lambda: check.callable("f", 1), TypeError, "f must be callable, got 1"),
        (lambda: check.having("ax", 1, "plot", "Axes"), TypeError, r"ax must be Axes, got 1 \(int"),
        (lambda: check.choice("kind", 1, ("a", True)), ValueError, "one of 'a', True, got 1"),
        (lambda: check.flag("yes", 1), TypeError, "yes must be True or False, got 1"),
        (lambda: check.sequence("names", "ab"), TypeError, "names must be a sequence"),
        (lambda: check.sequence("names", {"a": 1}), TypeError, "names must be a sequence"),
        (lambda: check.sequence("names", []), ValueError, "names is empty"),
        (lambda: check.text("name", b"a"), TypeError, "name must be a string"),
        (lambda: check.text("name", " "), ValueError, "name is empty"),
        (lambda: check.mapping("given", [1]), TypeError, "given must be a dictionary"),
        (lambda: check.mapping("given", {"b": 1}, "abc"), ValueError, "given lacks a, c; it needs"),
        (lambda: check.draw({}, ("mean",), 1, RNG), ValueError, "parameters lacks mean"),
        (lambda: check.draw({}, (), 0, RNG), ValueError, "n_samples must be at least 1"),
        (lambda: check.draw({}, (), 1, 1), TypeError, "rng must be"),
        (lambda: check.truth({"c": 1}, {}, ("a", "b")), ValueError, r"\['c'\]; give a and b"),
    ],
)
def test_what_is_wrong_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
