"""Every module that makes the book has the test of its name, and the other way round."""

from bookmaker.paths import ROOT
from tests.support.mirror import unmatched

OTHERS = {
    "test_mirror.py": "is this test",
    "test_rooms.py": "holds the rooms against each other",
    "notebooks/test_numbers.py": "compares the derived notebooks with the built site",
}


def test_every_module_has_its_test():
    assert unmatched(ROOT / "bookmaker", ROOT / "tests" / "bookmaker", OTHERS) == []
