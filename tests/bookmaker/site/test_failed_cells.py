"""What a strict build refuses, in a book where everything is broken at once."""

from __future__ import annotations

import pytest

from tests.support.broken_book import BROKEN


def test_broken_book_does_not_build(refused):
    status, _ = refused
    assert status != 0


@pytest.mark.parametrize("message", BROKEN)
def test_everything_broken_is_named(refused, message):
    _, printed = refused
    assert message in printed
