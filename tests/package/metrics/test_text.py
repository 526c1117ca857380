"""Metrics of token sequences."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collapse_utils import metrics


def literal_distinct(tokens, n):
    grams = [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]
    return len(set(grams)) / len(grams)


@settings(max_examples=200, deadline=None)
@given(
    tokens=st.lists(st.sampled_from([0, 1, 2, 2**40]), min_size=4, max_size=30),
    n=st.integers(1, 4),
)
def test_distinct_against_a_set_of_tuples(tokens, n):
    assert metrics.distinct_n(tokens, n) == literal_distinct(tokens, n)


def test_distinct_of_many_chains_and_long_n_grams():
    """Twelve ids of a vocabulary of 1000 do not fit into 64 bits: keys are ranked on the way."""
    tokens = np.random.default_rng(1).integers(0, 1000, (3, 4, 300))
    tokens[0, 0, 150:] = tokens[0, 0, :150]
    for n in (1, 2, 12):
        got = metrics.distinct_n(tokens, n)
        assert got.shape == (3, 4)
        assert got[0, 0] == literal_distinct(tokens[0, 0].tolist(), n)
        assert got[2, 3] == literal_distinct(tokens[2, 3].tolist(), n)


def test_distinct_long_n_grams_that_differ_in_their_first_token_only():
    """With 64 types and 12 tokens the first one would be multiplied by 2^66, that is by 0."""
    rest = np.arange(11)
    tokens = np.concatenate([np.arange(64), [20], rest, [30], rest])
    assert metrics.distinct_n(tokens, 12) == literal_distinct(tokens.tolist(), 12) == 1


def test_distinct_does_not_depend_on_the_numbering():
    tokens = np.random.default_rng(2).integers(0, 5, 50)
    renamed = np.array([9, 3, 77, 0, 4])[tokens]
    assert metrics.distinct_n(tokens, 3) == metrics.distinct_n(renamed, 3)
    assert metrics.distinct_n(np.zeros(10, int), 2) == 1 / 9


def test_perplexity_of_a_fair_die_and_of_chains():
    logs = np.log(np.full((2, 50), 1 / 6))
    np.testing.assert_allclose(metrics.perplexity(logs), [6, 6])
    assert metrics.perplexity(logs, axis=None) == pytest.approx(6)
    assert metrics.perplexity(logs, axis=0).shape == (50,)
    p = np.random.default_rng(3).random(20)
    assert metrics.perplexity(np.log(p)) == pytest.approx(1 / np.prod(p) ** (1 / 20))


def test_tokens_that_are_ruled_out_make_it_infinite_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert metrics.perplexity([-1.0, -np.inf]) == np.inf
        assert metrics.perplexity([-1e5]) == np.inf
        assert metrics.perplexity([0.0]) == 1


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: metrics.distinct_n(["a", "b"], 1), TypeError, "give each word a number"),
        (lambda: metrics.distinct_n([0.5, 1], 1), TypeError, "array of integers, got float64"),
        (lambda: metrics.distinct_n([1, 2], 3), ValueError, r"at least n = 3 tokens .* \(2,\)"),
        (lambda: metrics.distinct_n(np.zeros((0, 5), int), 2), ValueError, "tokens is empty"),
        (lambda: metrics.distinct_n([1, -2], 1), ValueError, "minimum of -2"),
        (lambda: metrics.distinct_n([1, 2], 0), ValueError, "n must be at least 1"),
        (lambda: metrics.distinct_n([1, 2], 1.0), TypeError, "n must be an integer"),
        (lambda: metrics.perplexity([]), ValueError, "log_probabilities is empty"),
        (lambda: metrics.perplexity([0.5]), ValueError, "maximum of 0.5; pass logarithms"),
        (lambda: metrics.perplexity([np.nan]), ValueError, "got NaN"),
        (lambda: metrics.perplexity("no"), TypeError, "array of real numbers, got str"),
        (lambda: metrics.perplexity([-1.0], axis=1), ValueError, "axis must be at most 0, got 1"),
        (lambda: metrics.perplexity([-1.0], axis=-2), ValueError, "axis must be at least -1"),
    ],
)
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
