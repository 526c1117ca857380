"""Words from a text, numbers from words."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collapse_utils.datasets import load_novel
from collapse_utils.text import encode, split_words


def test_words_and_punctuation():
    text = "He said, \"Ma'am -- I can't!\""
    assert split_words(text) == ["he", "said", "ma'am", "i", "can't"]
    marks = split_words(text, punctuation=True)
    assert marks == ["he", "said", ",", '"', "ma'am", "--", "i", "can't", "!", '"']


def test_the_novel_has_as_many_words_as_it_has():
    words = split_words(load_novel())
    assert words[:5] == ["chapter", "it", "is", "a", "truth"]
    assert Counter(words).most_common(1)[0][0] == "the"
    assert 120_000 < len(words) < 125_000
    marked = split_words(load_novel(), punctuation=True)
    assert [w for w in marked if w[0].isalpha()] == words


@given(st.lists(st.sampled_from("abcde"), min_size=1))
def test_encoding_is_undone_by_the_vocabulary(words):
    tokens, vocabulary = encode(words)
    assert [vocabulary[t] for t in tokens] == words
    counts = np.bincount(tokens)
    assert len(counts) == len(vocabulary) == len(set(words))
    assert (np.diff(counts) <= 0).all()
    again, same = encode(words, vocabulary)
    assert same == vocabulary
    assert (again == tokens).all()


def test_an_unknown_word_is_minus_one():
    tokens, vocabulary = encode(["a", "b", "c"], ["c", "a"])
    assert tokens.tolist() == [1, -1, 0]
    assert vocabulary == ["c", "a"]


def test_bad_texts_are_refused():
    with pytest.raises(TypeError, match="text must be a string, got bytes"):
        split_words(b"bytes")
    with pytest.raises(TypeError, match="got one string; split it first"):
        encode("to be or not to be")
    with pytest.raises(TypeError, match="got a set, which has no order"):
        encode({"a", "b"})
    with pytest.raises(ValueError, match="words must hold at least one word, got none"):
        encode([])
    with pytest.raises(TypeError, match="words must hold words, got 3"):
        encode(["a", 3])
    with pytest.raises(TypeError, match="words must be a sequence of words, got int"):
        encode(7)
    with pytest.raises(ValueError, match="each word once, got 'a' more than once"):
        encode(["a"], ["a", "b", "a"])
