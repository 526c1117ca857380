"""The claims of every chapter hold on a seed that nobody chose them for."""

from pathlib import Path

import nbformat
import pytest
from nbformat import v4
from scripts import load

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
OTHER_SEED = 20_261_122


@pytest.fixture(scope="module")
def script():
    return load(ROOT / "book" / "claims.py")


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_claims_hold_on_another_seed(script, path):
    """A claim with a random error fails by chance once in 16 000 times."""
    claims = script.on_seed(path, OTHER_SEED)
    assert len(claims) >= 15
    assert [script.line(path.stem, claim) for claim in claims if not claim["holds"]] == []
    stored = script.recorded(nbformat.read(path, as_version=4))
    assert [claim["slug"] for claim in claims] == [claim["slug"] for claim in stored]
    random = [claim["slug"] for claim in claims if claim["standard_error"] > 0]
    assert random
    moved = {c["slug"]: c["measured"] for c in claims}
    assert any(moved[c["slug"]] != c["measured"] for c in stored if c["slug"] in random)


def chapter(tmp_path, *sources):
    path = tmp_path / "chapter.ipynb"
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell(s) for s in sources]), path)
    return path


def test_a_claim_tuned_to_its_seed_is_found_out(script, tmp_path):
    path = chapter(
        tmp_path,
        "import numpy as np\nfrom collapse_utils import check\nSEED = 7",
        "x = np.random.default_rng(SEED).normal()\n"
        "tuned = np.random.default_rng(7).normal()\n"
        "check('tuned', x, 0.01, tuned, statement='It is what seed 7 says.')",
    )
    assert [claim["holds"] for claim in script.on_seed(path, 7)] == [True]
    assert [claim["holds"] for claim in script.on_seed(path, 8)] == [False]


@pytest.mark.parametrize("source", ["seed = 7", "SEED = 7\nSEED = 8", "SEED = 3 + 4"])
def test_a_chapter_without_one_seed_is_refused(script, tmp_path, source):
    with pytest.raises(ValueError, match="must set SEED exactly once"):
        script.on_seed(chapter(tmp_path, source), 1)
