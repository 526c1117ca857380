"""From a text to words, and from words to the numbers that models read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Set

import numpy as np

from . import _validate

__all__ = ["encode", "split_words"]

_WORD = r"[a-z]+(?:'[a-z]+)*"
_MARK = r"[.,;:!?]|--|\""


def split_words(text, *, punctuation=False):
    """Split a text into words: lower case, letters with apostrophes inside.

    Parameters
    ----------
    text : str
        English, or anything else written in the letters a to z.
    punctuation : bool
        Whether ``. , ; : ! ? -- "`` count as words of their own.

    Returns
    -------
    list of str
        In the order of the text.

    Raises
    ------
    TypeError
        If the text is not a string, or `punctuation` neither True nor False.

    Notes
    -----
    Chapters: *power_law_tails*, *language_models*.

    Examples
    --------
    >>> split_words("Don't you want to know?")
    ["don't", 'you', 'want', 'to', 'know']
    >>> split_words("Single, my dear!", punctuation=True)
    ['single', ',', 'my', 'dear', '!']
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a string, got {type(text).__name__}")
    _validate.flag("punctuation", punctuation)
    return re.findall(f"{_WORD}|{_MARK}" if punctuation else _WORD, text.lower())


def encode(words, vocabulary=None):
    """Number the words of a text, the most frequent first.

    Parameters
    ----------
    words : sequence of str
        A text, word by word.
    vocabulary : sequence of str, optional
        The words that numbers 0, 1, 2, ... stand for, each once. By default the words of the
        text, the most frequent first; ties in the order of the alphabet.

    Returns
    -------
    tokens : ndarray of int, shape (n,)
        The number of each word; -1 for a word that is not in the vocabulary.
    vocabulary : list of str
        ``vocabulary[token]`` is the word.

    Raises
    ------
    ValueError
        If there are no words, or the vocabulary holds a word twice.
    TypeError
        If something is not a word.

    Notes
    -----
    Chapters: *power_law_tails*, *language_models*.

    Examples
    --------
    >>> encode(["to", "be", "or", "not", "to", "be"])
    (array([1, 0, 3, 2, 1, 0]), ['be', 'to', 'not', 'or'])
    >>> encode(["to", "err"], ["be", "to"])[0]
    array([ 1, -1])
    """
    words = _strings("words", words)
    if vocabulary is None:
        count = Counter(words)
        vocabulary = sorted(count, key=lambda word: (-count[word], word))
    else:
        vocabulary = _strings("vocabulary", vocabulary)
    number = {word: k for k, word in enumerate(vocabulary)}
    if len(number) < len(vocabulary):
        twice = Counter(vocabulary).most_common(1)[0][0]
        raise ValueError(f"vocabulary must hold each word once, got {twice!r} more than once")
    return np.array([number.get(word, -1) for word in words]), vocabulary


def _strings(name, values):
    if isinstance(values, str):
        raise TypeError(f"{name} must be a sequence of words, got one string; split it first")
    if isinstance(values, Mapping | Set):
        kind = type(values).__name__
        raise TypeError(f"{name} must be a sequence of words, got a {kind}, which has no order")
    try:
        values = list(values)
    except TypeError:
        raise TypeError(
            f"{name} must be a sequence of words, got {type(values).__name__}"
        ) from None
    if not values:
        raise ValueError(f"{name} must hold at least one word, got none")
    for value in values:
        if not isinstance(value, str):
            raise TypeError(f"{name} must hold words, got {value!r}; turn it into a string")
    return values
