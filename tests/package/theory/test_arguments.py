"""Arguments that the closed forms share: whole numbers, ranges, laws and schedules."""

import numpy as np
import pytest

from collapse_utils.theory import _arguments

STEP = 1e-9


def test_results_without_axes_are_floats():
    assert type(_arguments.plain(np.float64(2))) is float
    assert _arguments.plain([1, 2]).tolist() == [1, 2]


def test_steps_are_limited_and_no_sooner():
    limit = 10**7
    assert _arguments.last("n_fits", np.array([3, limit])) == limit
    with pytest.raises(ValueError, match=f"n_fits must be at most {limit} "):
        _arguments.last("n_fits", np.array([3, limit + 1]))
    assert _arguments.whole("n_fits", 2**53) == 2**53
    with pytest.raises(ValueError, match=r"n_fits must be at most 2\*\*53"):
        _arguments.whole("n_fits", 2.0**54)


def test_ranges_are_open_or_closed_as_they_say():
    x = np.array([0.25, 0.75])
    for limits in ({"above": 0.25 - STEP}, {"at_least": 0.25}, {"below": 0.75 + STEP}):
        np.testing.assert_array_equal(_arguments.reals("x", x, **limits), x)
    assert _arguments.reals("x", x, at_most=0.75) is not None


def test_a_law_is_a_list_that_sums_to_one():
    assert _arguments.law("p", [0.25, 0.75]).tolist() == [0.25, 0.75]
    assert _arguments.law("p", [1.0]).tolist() == [1]
    assert _arguments.law("p", [0.5, 0.5 + 0.9 * STEP]) is not None


def test_a_schedule_has_one_size_for_each_fit():
    n, sizes = _arguments.schedule([0, 2], 7)
    assert (n.tolist(), sizes.tolist()) == ([0, 2], [7, 7])
    n, sizes = _arguments.schedule(2, [7, 8, 9])
    assert (n, sizes.tolist()) == (2, [7, 8])
    assert _arguments.schedule(1, 1, at_least=1)[1].tolist() == [1]


def test_running_products_and_sums_begin_before_the_first():
    assert _arguments.running([2, 3]).tolist() == [1, 2, 6]
    assert _arguments.running([2, 3], total=True).tolist() == [0, 2, 5]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: _arguments.whole("n", [1, 2.5]), "n must be whole numbers, got 2.5"),
        (lambda: _arguments.whole("n", [1, 0], at_least=1), "n must be at least 1, got 0"),
        (lambda: _arguments.reals("x", 0.5, above=0.5), "x must be greater than 0.5, got 0.5"),
        (lambda: _arguments.reals("x", 0.5, at_least=0.5 + STEP), "x must be at least 0.5"),
        (lambda: _arguments.reals("x", 0.5, below=0.5), "x must be less than 0.5, got 0.5"),
        (lambda: _arguments.reals("x", 0.5, at_most=0.5 - STEP), "x must be at most 0.5"),
        (lambda: _arguments.law("p", 1.0), "list of at least 1 probabilities, got shape"),
        (lambda: _arguments.law("p", [1.0], at_least=2), "list of at least 2 probabilities"),
        (lambda: _arguments.law("p", [[0.5, 0.5]]), "list of at least 1 probabilities"),
        (lambda: _arguments.law("p", [0.5, 0.5 + 2 * STEP]), "p must sum to 1, got 1.000000002"),
        (lambda: _arguments.law("p", [1.5, -0.5]), "p must be at least 0, got -0.5"),
        (lambda: _arguments.schedule(3, [5, 5]), "n_samples must be one number or at least 3"),
        (lambda: _arguments.schedule(1, [[5]]), r"one per fit, got shape \(1, 1\)"),
        (lambda: _arguments.schedule(1, 1), "n_samples must be at least 2, got 1"),
    ],
)
def test_what_is_wrong_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
