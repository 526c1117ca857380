"""From a module's name anyone finds its test: `theory/_moments.py` in `theory/test_moments.py`."""

import pytest

from bookmaker.paths import ROOT
from tests.support.mirror import unmatched

OTHERS = {
    "models/test_registry.py": "the list of models, and the recipe for one more",
    "test_errors.py": "bad input to every public function",
    "test_mirror.py": "this file",
    "theory/test_closed_forms.py": "what all closed forms have in common",
}
"""Tests of more than one module, and what of."""


def test_every_module_has_its_test_and_every_test_its_module():
    assert unmatched(ROOT / "collapse_utils", ROOT / "tests" / "package", OTHERS) == []


@pytest.mark.parametrize(
    ("changes", "others", "sentence"),
    [
        ({}, {}, None),
        ({"house/rooms/_new.py": ""}, {}, "house/rooms/_new.py has no test: add tests/rooms/test_"),
        ({"tests/rooms/test_room.py": "import os\n"}, {}, "room.py has no test: add tests/rooms/"),
        ({"tests/test_else.py": ""}, {}, "tests/test_else.py is the test of no module in house"),
        ({"tests/test_else.py": ""}, {"test_else.py": "all"}, None),
        ({}, {"test_gone.py": "all"}, "tests/test_gone.py is listed as the test of no single"),
        ({}, {"rooms/test_room.py": "all"}, "tests/rooms/test_room.py is listed"),
    ],
)
def test_what_does_not_match_is_named(tmp_path, changes, others, sentence):
    files = {
        "house/__init__.py": "",
        "house/rooms/__init__.py": "",
        "house/rooms/_room.py": "",
        "tests/rooms/test_room.py": "def test_it():\n    pass\n",
    }
    for name, text in (files | changes).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = unmatched(tmp_path / "house", tmp_path / "tests", others)
    assert len(found) == (sentence is not None)
    assert all(sentence in line for line in found)
