"""The archive and the teacher's stick, packed from a part of the site and unpacked again."""

from __future__ import annotations

import shutil
import zipfile

import pytest

from bookmaker.notebooks import packing
from bookmaker.teach import usb_stick

# Enough of the site for all that a test opens, without the chapters and their pictures
PART = ("_static", "handouts", "reference", "slides", "workshop")
RUNTIME = "lite/pyodide/runtime.wasm"


def part_of(site, target):
    """Copy a part of the site to `target`, with a file as JupyterLite would have it."""
    for name in PART:
        shutil.copytree(site / name, target / name)
    shutil.copyfile(site / "index.html", target / "index.html")
    (target / RUNTIME).parent.mkdir(parents=True)
    (target / RUNTIME).write_bytes(b"\0asm")


def pack(folder):
    """Pack what is collected in `folder`, and unpack it beside."""
    packing.pack(folder / "collected", folder / "packed.zip")
    with zipfile.ZipFile(folder / "packed.zip") as packed:
        packed.extractall(folder / "unpacked")


def pack_archive(book, site, folder):
    """Make the archive in `folder`."""
    part_of(site, folder / "site")
    packing.collect(book, folder / "site", folder / "collected")
    pack(folder)


def pack_stick(book, made, folder):
    """Make the stick in `folder`, of the archive that has been `made` already."""
    with pytest.MonkeyPatch.context() as patch:
        taken = made / "collected"
        patch.setattr(packing, "collect", lambda _book, _site, to: shutil.copytree(taken, to))
        usb_stick.collect(book, made / "site", folder / "collected")
    pack(folder)


def unpacked(made):
    """Return the one folder that was in the packed file."""
    (folder,) = (made / "unpacked").iterdir()
    return folder
