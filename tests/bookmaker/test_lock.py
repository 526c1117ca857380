"""One exact set of versions: within the bounds, made from them, each file named by its hash."""

from __future__ import annotations

import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bookmaker import lock
from bookmaker.paths import ROOT


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def requirements(lines):
    """Return the requirements of a file's `lines`; comments and options are no requirements."""
    stripped = (re.sub(r"(^|\s)#.*|\\$", "", line).strip() for line in lines)
    return [Requirement(line) for line in stripped if line and not line.startswith("-")]


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
    assert len(locked) > 150
    assert missing_from_lock(requirements(text(lock.SOURCE).splitlines()), locked) == []


def test_lock_was_made_from_these_requirements():
    recorded = re.search(r"^# sha256 (\w+)$", text("requirements.lock"), re.MULTILINE).group(1)
    assert recorded == lock.sources_hash(), "run: make lock"


def test_changed_requirements_change_the_recorded_hash(tmp_path):
    (tmp_path / lock.SOURCE).write_text(text(lock.SOURCE), encoding="utf-8")
    assert lock.sources_hash(tmp_path) == lock.sources_hash()
    (tmp_path / lock.SOURCE).write_text("numpy>=3\n")
    assert lock.sources_hash(tmp_path) != lock.sources_hash()


@pytest.mark.parametrize("asked", ["numpy>=3", "numpy<2.4", "missing"])
def test_lock_out_of_bounds_is_noticed(asked):
    locked = requirements(["numpy==2.4.6 ; python_version < '3.12' \\", "NumPy==2.5.0"])
    assert missing_from_lock(requirements(["numpy>=2,<3  # ok"]), locked) == []
    assert missing_from_lock([Requirement(asked)], locked) != []


def without_hash(lock_text):
    """Return the entries of a lock that name no file by its sha256."""
    entries = re.split(r"^(?=[\w.-]+==)", lock_text, flags=re.MULTILINE)[1:]
    return [e.split()[0] for e in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", e)]


def test_every_file_is_named_by_its_hash():
    assert without_hash(text("requirements.lock")) == []
    assert without_hash(f"a==1 \\\n    --hash=sha256:{'0' * 64}\nb==2 \\\n    --hash=md5:0\n") == [
        "b==2"
    ]


def test_what_builds_the_packages_is_bounded_and_locked():
    asked = [
        requirement
        for name in ("pyproject.toml", "bookmaker/pyproject.toml")
        for requirement in re.findall(r'^requires = \["(.+)"\]$', text(name), re.MULTILINE)
    ]
    assert len(asked) == 2 and set(asked) <= set(text(lock.SOURCE).splitlines())
    assert all("<" in requirement for requirement in asked)
