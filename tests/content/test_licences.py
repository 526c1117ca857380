"""Who may do what: every file has its licence, the same wherever it is named."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from bookmaker.paths import ROOT

LICENCES = {path.stem for path in (ROOT / "LICENSES").iterdir()}
FROM_OTHERS = {file.name for file in (ROOT / "collapse_utils/data").iterdir()}
FROM_OTHERS -= {"README.md", "transformer_loop.json"}


@pytest.fixture(scope="module")
def licence_of():
    """The licence of each tracked file, as the tool `reuse` reads them."""
    command = [sys.executable, "-c", "from reuse.cli.main import main; main()", "lint", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    report = json.loads(done.stdout)
    assert report["summary"]["compliant"]
    return {
        file["path"]: {found["value"] for found in file["spdx_expressions"]}
        for file in report["files"]
    }


@pytest.mark.parametrize(
    ("file", "licence"),
    [
        ("collapse_utils/simulation.py", "BSD-3-Clause"),
        ("bookmaker/paths.py", "BSD-3-Clause"),
        ("intro.md", "CC-BY-4.0"),
        ("workshop/teaching.md", "CC-BY-4.0"),
        ("workshop/routes.yml", "CC-BY-4.0"),
        ("reference/glossary.md", "CC-BY-4.0"),
        ("chapters/softmax.ipynb", "BSD-3-Clause AND CC-BY-4.0"),
        ("workshop/by_hand.ipynb", "BSD-3-Clause AND CC-BY-4.0"),
        ("collapse_utils/data/transformer_loop.json", "BSD-3-Clause"),
    ],
)
def test_code_text_and_notebooks_have_their_licences(licence_of, file, licence):
    assert licence_of[file] == {licence}


def test_data_have_the_licences_that_their_list_names(licence_of):
    page = (ROOT / "collapse_utils/data/README.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:-1] for line in page.splitlines() if line.startswith("| `")]
    named, before = {}, ""
    for cells in rows:
        said = cells[3].replace("-", " ").casefold()
        before = before if said.strip() == "same" else said
        named[cells[0].strip(" `")] = before
    assert {*FROM_OTHERS, "transformer_loop.json"} == set(named)
    for file in FROM_OTHERS:
        (licence,) = licence_of[f"collapse_utils/data/{file}"]
        words = re.sub(r"^LicenseRef-|-1\.0$", "", licence).replace("-", " ").casefold()
        assert words in named[file], file


def test_each_of_others_data_is_listed_by_itself():
    patterns = re.findall(r'"collapse_utils/data/(.+?)"', (ROOT / "REUSE.toml").read_text())
    for file in FROM_OTHERS:
        assert any(re.fullmatch(p.replace("*", ".*"), file) for p in patterns), file


def test_package_names_every_licence_of_what_is_in_it(licence_of):
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    named = re.search(r'^license = "(.+)"$', settings, re.MULTILINE)[1].split(" AND ")
    inside = [licence for file, licence in licence_of.items() if file.startswith("collapse_utils/")]
    assert set(named) == {one for found in inside for text in found for one in text.split(" AND ")}
    assert set(named) == LICENCES and len(named) == len(LICENCES)


def test_licences_are_named_where_a_reader_looks():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("LICENSE", "LICENSES/CC-BY-4.0.txt", "collapse_utils/data/README.md"):
        assert (ROOT / name).is_file() and f"]({name})" in readme
    assert "Redistribution and use" in (ROOT / "LICENSE").read_text(encoding="utf-8")
