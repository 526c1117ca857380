"""The claims of every chapter hold on a seed that nobody chose them for."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat import v4

from bookmaker.ledger import other_seeds as script
from bookmaker.paths import ROOT
from collapse_utils.claims import recorded

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
OTHER_SEED = 20_261_122


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_claims_hold_on_another_seed(path):
    """A claim with a random error fails by chance once in 16 000 times."""
    claims = script.on_seed(path, OTHER_SEED)
    assert len(claims) >= 15
    assert [script.line(path.stem, claim) for claim in claims if not claim["holds"]] == []
    stored = [claim for _, claim in recorded(nbformat.read(path, as_version=4))]
    assert [claim["slug"] for claim in claims] == [claim["slug"] for claim in stored]
    random = [claim["slug"] for claim in claims if claim["standard_error"] > 0]
    assert random
    moved = {c["slug"]: c["measured"] for c in claims}
    assert any(moved[c["slug"]] != c["measured"] for c in stored if c["slug"] in random)


def chapter(tmp_path, *sources):
    path = tmp_path / "chapter.ipynb"
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell(s) for s in sources]), path)
    return path


def test_a_claim_tuned_to_its_seed_is_found_out(tmp_path):
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
def test_a_chapter_without_one_seed_is_refused(tmp_path, source):
    with pytest.raises(ValueError, match="must set SEED exactly once"):
        script.on_seed(chapter(tmp_path, source), 1)


def test_chance_looks_like_chance():
    """False-alarm rate 3e-4 for each of the three sweeps; twenty claims, ten seeds."""
    for seed in (1, 2, 3):
        z = np.random.default_rng(seed).normal(size=(10, 200))
        lines, good = script.against_chance(z.tolist())
        assert good, lines
        assert len(lines) == 3
        assert script.odd_claims({("page", str(k)): z[:, k].tolist() for k in range(200)}) == []


@pytest.mark.parametrize("factor", [1.3, 0.7])
def test_errors_that_are_too_small_or_too_large_are_found_out(factor):
    z = factor * np.random.default_rng(4).normal(size=(10, 200))
    lines, good = script.against_chance(z.tolist())
    assert not good
    assert any("NOT CHANCE" in line for line in lines)


@pytest.mark.parametrize(("factor", "word"), [(4.0, "small"), (0.02, "large")])
def test_one_claim_with_a_wrong_error_is_named(factor, word):
    z = np.random.default_rng(5).normal(size=(10, 20))
    z[:, 7] *= factor
    odd = script.odd_claims({("page", f"claim-{k}"): z[:, k].tolist() for k in range(20)})
    assert len(odd) == 1
    assert "claim-7" in odd[0]
    assert f"its error is too {word}" in odd[0]


def test_bounds_and_tolerances_do_not_count_as_chance():
    claim = {"standard_error": 1.0, "tolerance": 0.0, "kind": "equals"}
    assert script.is_random(claim)
    for change in ({"standard_error": 0.0}, {"tolerance": 0.1}, {"kind": "at most"}):
        assert not script.is_random(claim | change)


def test_one_seed_is_not_a_sweep(capsys):
    with pytest.raises(SystemExit):
        script.main(["--seeds", "1"])
    assert "at least 2 to estimate a spread, got 1" in capsys.readouterr().err


def test_what_no_seed_can_move_does_not_count_as_chance():
    tasks = [(Path("page.ipynb"), seed) for seed in (1, 2)]
    runs = [
        [{"slug": "drawn", "measured": 1.0 + seed}, {"slug": "census", "measured": 2.37}]
        for _, seed in tasks
    ]
    assert script.moving(tasks, runs) == {("page", "drawn")}
