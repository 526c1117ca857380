"""What a newcomer types and what a machine runs: commands, lock and introduction hold true."""

from __future__ import annotations

import contextlib
import io
import os
import re

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bookmaker import lock
from bookmaker.notebooks import chapter
from bookmaker.paths import ROOT

REQUIREMENT_FILES = ("requirements.txt",)


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def requirements(lines):
    """Return the requirements of a file's `lines`; comments and options are no requirements."""
    stripped = (re.sub(r"(^|\s)#.*", "", line).strip() for line in lines)
    return [Requirement(line) for line in stripped if line and not line.startswith("-")]


# The lock


def missing_from_lock(asked, locked):
    """Return the requirements of `asked` with no version, or one out of bounds, in `locked`."""
    versions = {}
    for pin in locked:
        (specifier,) = pin.specifier
        versions.setdefault(canonicalize_name(pin.name), []).append(specifier.version)
    return [
        str(requirement)
        for requirement in asked
        if not (found := versions.get(canonicalize_name(requirement.name)))
        or not all(requirement.specifier.contains(version) for version in found)
    ]


def test_lock_satisfies_every_requirement():
    locked = requirements(text("requirements.lock").splitlines())
    for name in REQUIREMENT_FILES:
        assert missing_from_lock(requirements(text(name).splitlines()), locked) == []


def test_lock_was_made_from_these_requirements():
    recorded = re.search(r"^# sha256 (\w+)$", text("requirements.lock"), re.MULTILINE).group(1)
    assert recorded == lock.sources_hash(), "run: make lock"


def test_changed_requirements_change_the_recorded_hash(tmp_path):
    for name in REQUIREMENT_FILES:
        (tmp_path / name).write_text(text(name), encoding="utf-8")
    assert lock.sources_hash(tmp_path) == lock.sources_hash()
    (tmp_path / "requirements.txt").write_text("numpy>=3\n")
    assert lock.sources_hash(tmp_path) != lock.sources_hash()


@pytest.mark.parametrize("asked", ["numpy>=3", "numpy<2.4", "missing"])
def test_lock_out_of_bounds_is_noticed(asked):
    locked = requirements(["numpy==2.4.6 ; python_version < '3.12'", "NumPy==2.5.0"])
    assert missing_from_lock(requirements(["numpy>=2,<3  # ok"]), locked) == []
    assert missing_from_lock([Requirement(asked)], locked) != []


# The commands


def make_targets():
    return set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))


def test_every_make_command_in_the_documents_exists():
    for name in ("README.md", "CONTRIBUTING.md", ".ci/run", ".github/workflows/publish.yml"):
        commands = set(re.findall(r"(?:`|^\s*|run: )make ([a-z]+)", text(name), re.MULTILINE))
        assert commands and commands <= make_targets(), name


def test_first_screen_of_the_readme_has_the_two_commands():
    first_screen = text("README.md").splitlines()[:25]
    assert "make book" in first_screen and "make test" in first_screen


def test_every_path_in_the_layout_exists():
    layout = re.search(r"## What is where\n.*?```text\n(.*?)```", text("README.md"), re.DOTALL)
    paths = [line.split()[0] for line in layout.group(1).splitlines() if line.strip()]
    assert len(paths) > 8
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_checks_run_the_tests_and_a_clean_strict_build():
    script = text(".ci/run")
    assert "set -euo pipefail" in script
    order = [script.index(line) for line in ("\nmake test", " clean . --all", "\nmake book")]
    assert order == sorted(order)
    assert "build . -W -n --keep-going" in text("Makefile")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no executable bit")
def test_check_script_is_executable():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize("workflow", sorted((ROOT / ".github" / "workflows").glob("*.yml")))
def test_workflow_has_pinned_actions_and_least_permissions(workflow):
    settings = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    assert settings["permissions"] == {"contents": "read"}
    used = [
        step["uses"] for job in settings["jobs"].values() for step in job["steps"] if "uses" in step
    ]
    assert used and all(re.fullmatch(r"actions/[\w-]+@v\d+", action) for action in used)


def test_licences_are_named_where_a_reader_looks():
    for name in ("LICENSE", "LICENSE-text.md", "LICENSE-data.md", "CITATION.cff"):
        assert (ROOT / name).is_file() and f"]({name})" in text("README.md")


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
