"""The package as it would be released: what is in its two archives, and that it works alone."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes

import pytest

from bookmaker.notebooks.packing import PACKAGE, copy
from bookmaker.paths import ROOT

# Doctests of the loop, of a closed form, and of the functions that load the data
USE = """
import doctest, sys
from importlib import import_module

sys.path.insert(0, sys.argv[1])
for name in ("simulation", "theory.gaussian", "datasets"):
    module = import_module(f"collapse_utils.{name}")
    assert module.__file__.startswith(sys.argv[1]), module.__file__
    failed, tried = doctest.testmod(module)
    assert tried and not failed
    print(name)
"""


def python(*arguments, **options):
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """The folder with sdist and wheel, made from a copy: the tree stays as it is."""
    folder = tmp_path_factory.mktemp("released")
    (folder / "source").mkdir()
    copy(ROOT, (*PACKAGE, "MANIFEST.in"), folder / "source")
    for kind in ("tests", "bookmaker"):
        (folder / "source" / kind).mkdir()
        (folder / "source" / kind / "test_it.py").write_text("")
    python("-m", "build", "--no-isolation", "--outdir", folder / "dist", folder / "source")
    return folder / "dist"


def test_archives_are_fit_to_be_released(released):
    (wheel,), (sdist,) = released.glob("*.whl"), released.glob("*.tar.gz")
    assert "PASSED" in python("-m", "twine", "check", "--strict", wheel, sdist)


def test_archives_hold_the_package_its_data_its_licences_and_no_tests(released):
    (wheel,), (sdist,) = released.glob("*.whl"), released.glob("*.tar.gz")
    in_wheel = set(zipfile.ZipFile(wheel).namelist())
    with tarfile.open(sdist) as archive:
        in_sdist = {name.partition("/")[2] for name in archive.getnames()}
    package = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "collapse_utils").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert package <= in_wheel and package <= in_sdist
    assert {name.partition("/")[0] for name in in_wheel - package} == {wheel_info(wheel)}
    assert not any(name.startswith(("tests", "bookmaker")) for name in in_sdist)


def wheel_info(wheel):
    return f"{'-'.join(wheel.name.split('-')[:2])}.dist-info"


def test_metadata_name_the_licences_and_bring_their_texts(released):
    (wheel,) = released.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        metadata = message_from_bytes(archive.read(f"{wheel_info(wheel)}/METADATA"))
        texts = {name.rpartition("/")[2] for name in archive.namelist() if "/licenses/" in name}
    assert texts == {
        "LICENSE",
        *(f"{name}.txt" for name in metadata["License-Expression"].split(" AND ")),
    }


@pytest.mark.parametrize("kind", ["*.whl", "*.tar.gz"])
def test_package_works_without_the_repository(released, tmp_path, kind):
    (archive,) = released.glob(kind)
    pip = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    python(*pip, "--target", tmp_path / "site", archive)
    printed = python("-I", "-c", USE, tmp_path / "site", cwd=tmp_path)
    assert printed.split() == ["simulation", "theory.gaussian", "datasets"]
