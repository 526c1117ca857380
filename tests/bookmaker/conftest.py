"""What the tests of several rooms share."""

from __future__ import annotations

import json

import pytest

from tests.support.broken_book import broken_book
from tests.support.once import once
from tests.support.site_builder import build


@pytest.fixture(scope="session")
def refused(shared):
    """Exit status and output of the build of a book that is broken in many ways."""

    def make(folder):
        (folder / "said.json").write_text(json.dumps(build(broken_book(folder))))

    return json.loads((once(shared / "broken-book", make) / "said.json").read_text())
