"""The command that packs the book."""

from __future__ import annotations

import zipfile

from bookmaker.notebooks import archive


def test_the_command_packs_what_was_collected_and_says_how_large_it_is(
    tmp_path, monkeypatch, capsys
):
    collected = []

    def collect(book, site, folder):
        collected.append((book.root, site))
        folder.mkdir()
        (folder / "README.txt").write_text("Read me.")

    monkeypatch.setattr(archive, "collect", collect)
    assert archive.main(["--to", str(tmp_path / "book.zip")]) == 0
    assert collected == [(archive.ROOT, archive.SITE)]
    with zipfile.ZipFile(tmp_path / "book.zip") as packed:
        assert packed.namelist() == [f"{archive.FOLDER}/README.txt"]
    assert capsys.readouterr().out.endswith("0.0 MB\n")
