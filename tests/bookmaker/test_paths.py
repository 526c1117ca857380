"""The parts of the book lie where the one list of paths says."""

from __future__ import annotations

from bookmaker import paths


def test_sources_are_there_and_what_is_built_is_not_among_them():
    assert (paths.ROOT / "_toc.yml").is_file() and (paths.ROOT / paths.BIBLIOGRAPHY).is_file()
    assert paths.SITE.parent == paths.BUILD and paths.BUILD.parent == paths.ROOT
    ignored = (paths.ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert f"{paths.BUILD.name}/" in ignored


def test_the_notebooks_of_a_book_are_those_in_its_folders(tmp_path):
    for name in ("workshop/b.ipynb", "chapters/c.ipynb", "chapters/a.ipynb", "else/d.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    (tmp_path / "chapters" / "e.md").write_text("")
    found = [path.relative_to(tmp_path).as_posix() for path in paths.notebook_files(tmp_path)]
    assert found == ["chapters/a.ipynb", "chapters/c.ipynb", "workshop/b.ipynb"]
    assert {path.parent.name for path in paths.notebook_files()} == set(paths.FOLDERS)
