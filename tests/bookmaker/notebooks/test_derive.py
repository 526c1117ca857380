"""The command that derives the notebooks, and what is published of them."""

from __future__ import annotations

import yaml

from bookmaker import addresses
from bookmaker.notebooks import derive
from bookmaker.paths import ROOT


def test_the_command_writes_every_notebook_and_says_what_is_missing(
    book, tmp_path, monkeypatch, capsys
):
    monkeypatch.delenv("BOOK_REPOSITORY_URL", raising=False)
    monkeypatch.setattr(derive, "Book", lambda root: book)
    dice = book.index.notebooks["by_hand"]
    monkeypatch.setattr(derive.DerivedNotebooks, "pages", [dice])
    assert derive.main(["--to", str(tmp_path / "out")]) == 0
    for version in derive.VERSIONS:
        assert [path.stem for path in (tmp_path / "out" / version).iterdir()] == ["by_hand"]
    said = capsys.readouterr().out
    assert "1 notebooks in 3 versions" in said and "'notebooks'" in said


def test_the_workflow_publishes_what_is_derived():
    file = ROOT / ".github" / "workflows" / "publish.yml"
    job = yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]["notebooks"]
    script = "\n".join(step.get("run", "") for step in job["steps"])
    assert f"--work-tree={derive.TARGET.relative_to(ROOT).as_posix()} " in script
    assert script.rstrip().endswith(f'refs/heads/{addresses.BRANCH}"')
