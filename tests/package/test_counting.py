"""Counting whatever the width of an index: int64 in, the right places out."""

import numpy as np
import pytest

from collapse_utils._counting import bincount, number, repeat


def test_counts_and_repetitions_are_numpys():
    values = np.random.default_rng(1).integers(0, 9, 50)
    np.testing.assert_array_equal(bincount(values, minlength=12), np.bincount(values, minlength=12))
    assert bincount(values).sum() == 50
    assert repeat(np.array([5, 7, 9]), np.array([2, 0, 1])).tolist() == [5, 5, 9]


@pytest.mark.parametrize("kind", [np.int32, np.int64])
def test_places_in_a_wide_table_do_not_overflow(kind):
    """The number of the last place takes more than 32 bits."""
    row, column = np.array([0, 99_999], kind), np.array([3, 99_998], kind)
    places = number(row, 100_000, column)
    assert places.dtype == np.int64
    assert places.tolist() == [3, 99_999 * 100_000 + 99_998]


def test_counts_are_handed_on_in_the_machines_own_index(monkeypatch):
    """In a browser numpy refuses int64 here; a stand-in that refuses all but its index says so."""
    seen = []
    monkeypatch.setattr(np, "bincount", lambda values, minlength: seen.append(values.dtype))
    monkeypatch.setattr(np, "repeat", lambda values, counts: seen.append(counts.dtype))
    bincount(np.array([1, 2], np.int16))
    repeat(np.array([1]), np.array([2], np.int16))
    assert seen == [np.intp, np.intp]
