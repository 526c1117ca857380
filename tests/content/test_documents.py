"""What a newcomer reads and types: short, in order, and every command and path of it exists."""

from __future__ import annotations

import contextlib
import io
import re
from importlib.util import find_spec

import pytest
import yaml

from bookmaker.notebooks import chapter
from bookmaker.paths import ROOT

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "bookmaker/README.md", ".github/RELEASING.md")
# Where something lies only after a command
MADE = ("_build/", ".venv", ".runtime")
PATH = re.compile(r"(\.?[\w-]+/)+([\w*-]+(\.[\w-]+)*)?|[\w-]+\.(md|ipynb|py|yml|toml|txt|lock|cff)")


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def spans(page):
    """Return what a page shows as code: spans between backticks, and the lines of shell."""
    blocks = re.findall(r"^```(?:bash|powershell)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return lines + [re.sub(r"\s+", " ", span) for span in re.findall(r"`([^`]+)`", rest)]


def targets(makefile):
    return set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def unknown(page, makefile):
    """Return the targets, modules and paths that a page names and that are not there."""
    known, missing = targets(makefile), []
    for span in spans(page):
        words = span.split()
        if words[0] == "make":
            asked = re.sub(r'\w+=(".*?"|\S+)', "", span).split()[1:]
            missing += [f"make {word}" for word in asked if word not in known]
        missing += [
            f"-m {name}"
            for name in re.findall(r"-m (bookmaker[\w.]*|tests[\w.]*)", span)
            if find_spec(name) is None
        ]
        is_source = PATH.fullmatch(span) and not span.startswith(MADE)
        if is_source and not list(ROOT.glob(re.sub(r"NAME|ROOM", "*", span).rstrip("/"))):
            missing.append(span)
    links = re.findall(r"\]\(((?!https?:|#)[^)]+)\)", page)
    return missing, links


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_and_paths_of_the_documents_exist(name):
    missing, links = unknown(text(name), text("Makefile"))
    assert missing == []
    for link in links:
        assert (ROOT / link).exists() or ((ROOT / name).parent / link).exists(), link


@pytest.mark.parametrize(
    "page",
    [
        "`make cake`",
        "`make book cake`",
        "```bash\nmake cake\n```",
        "`python -m bookmaker.cake`",
        "`bookmaker/cake.py`",
        "`bookmaker/cake/`",
        "`cakes/NAME.ipynb`",
        "`cake.toml`",
    ],
)
def test_command_or_path_that_is_not_there_is_noticed(page):
    good = (
        "`make book notebooks RUNTIME=--required`, `_build/html/index.html`, `chapters/NAME.ipynb`"
    )
    assert unknown(good, text("Makefile")) == ([], [])
    missing, _ = unknown(page, text("Makefile"))
    assert len(missing) == 1 and "cake" in missing[0]


def test_headings_that_contributing_leads_to_are_there():
    page = text("CONTRIBUTING.md")
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings}
    asked = set(re.findall(r"\]\(#([\w-]+)\)", page))
    assert len(asked) > 4 and asked <= anchors


def test_contributing_opens_with_the_table():
    lines = text("CONTRIBUTING.md").splitlines()
    assert lines[2].startswith("| I want to")
    rows = [line for line in lines[4:] if line.startswith("|")]
    for wish in ("a sentence", "a model", "a chapter", "pages look", "live pages", "PDF", "bound"):
        assert any(wish in row.split("|")[1] for row in rows), wish


def test_readme_is_short_and_begins_with_the_two_commands():
    lines = text("README.md").splitlines()
    assert len(lines) <= 100
    assert "make book" in lines[:25] and "make test" in lines[:25]
    doors = text("README.md").partition("## Three doors")[2].partition("\n## ")[0]
    assert re.findall(r"^\*\*(.+?)\*\*", doors, re.MULTILINE) == [
        "Read it.",
        "Teach with it.",
        "Use the package.",
    ]


def test_example_of_the_readme_runs():
    (example,) = re.findall(r"```python\n(.*?)```", text("README.md"), re.DOTALL)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(example, "README.md", "exec"), {})
    assert 0 < float(printed.getvalue()) < 1e-3


def test_lines_without_make_are_those_of_make():
    page = text("README.md").partition("## Without make")[2]
    unix, windows = re.findall(r"```(?:bash|powershell)\n(.*?)```", page, re.DOTALL)[:2]
    same = windows.replace("py -m venv", "python3 -m venv").replace(
        ".venv\\Scripts\\", ".venv/bin/"
    )
    assert unix == same
    for command in (
        "pip install --require-hashes -r requirements.lock",
        "pip install --no-deps --no-build-isolation -e . -e ./bookmaker",
        "python -m bookmaker.live.runtime",
        "jupyter-book build . -W -n --keep-going",
    ):
        assert f".venv/bin/{command}\n" in unix
    container = text(".devcontainer/devcontainer.json")
    assert " && ".join(re.findall(r"bin/(pip .+)", unix)) in container


def test_room_of_each_wish_is_found_in_one_opening():
    page = text("bookmaker/README.md")
    assert len(page.splitlines()) <= 60
    rows = [row for row in page.splitlines() if row.startswith("| ") and "`" in row]
    named = " ".join(re.findall(r"`bookmaker/([\w/.-]+)`", "\n".join(rows)))
    rooms = {path.parent.name for path in (ROOT / "bookmaker").glob("*/__init__.py")}
    assert rooms and all(f"{room}/" in named for room in rooms)
    for wish, words, file in (
        ("the live button's words", "Make this page live", "bookmaker/live/extension.py"),
        ("the PDF's margins", "textwidth=", "bookmaker/press/latex.py"),
        ("the ledger's columns", "| claim | predicted |", "bookmaker/ledger/extension.py"),
        ("an exercise's stub", "stub", "bookmaker/notebooks/stubs.py"),
    ):
        (row,) = [row for row in rows if wish in row]
        assert f"`{file}`" in row and words in text(file)
    assert "`collapse_utils/theory/NAME.py` is `tests/package/theory/test_NAME.py`" in page


# Habits


def test_habits_are_where_github_looks_for_them():
    settings = yaml.safe_load(text(".github/dependabot.yml"))
    assert {entry["package-ecosystem"] for entry in settings["updates"]} == {
        "github-actions",
        "pip",
    }
    forms = [yaml.safe_load(p.read_text()) for p in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml")]
    assert len(forms) >= 2 and all(form["name"] and form["body"] for form in forms)
    for name in ("pull_request_template.md", "CODE_OF_CONDUCT.md", "RELEASING.md"):
        assert text(f".github/{name}").strip()


# The introduction


def test_code_of_the_introduction_prints_what_it_says():
    page = text("intro.md")
    source = re.search(r"```python\n(.*?)```", page, re.DOTALL).group(1)
    shown = re.search(r"```text\n(.*?)```", page, re.DOTALL).group(1)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, "intro.md", "exec"), {})
    assert printed.getvalue() == shown


def test_every_chapter_is_in_the_table_of_contents():
    for path in (ROOT / "chapters").glob("*.ipynb"):
        assert chapter.contents(ROOT, path.stem) == []
