"""Make a printed book and an e-book of the same pages as the site.

    python -m bookmaker.press.make pdf      _build/copies-of-copies.pdf, by XeLaTeX
    python -m bookmaker.press.make tex      only the LaTeX files, in _build/press-latex/latex
    python -m bookmaker.press.make epub     _build/copies-of-copies.epub, checked by EPUBCheck

Both read the notebooks with their stored outputs, ``_config.yml`` and ``_toc.yml``; nothing is run
and nothing is fetched. Every warning is an error, and so is what LaTeX only notes in its log: a
character that no font has, a reference to nowhere, a line that runs into the margin.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from bookmaker.paths import ROOT

NAME = "copies-of-copies"
TEX = (
    "sudo apt-get install --no-install-recommends latexmk texlive-xetex texlive-latex-extra "
    "texlive-latex-recommended texlive-fonts-recommended fonts-texgyre fonts-texgyre-math "
    "fonts-dejavu-core"
)
# Where TeX keeps what the book needs beyond the programs themselves
NEEDED = ("tcolorbox.sty", "unicode-math.sty", "texgyrepagella-math.otf", "DejaVuSansMono.ttf")
# A line may stick out by less than the eye sees
TOLERATED_PT = 6.0
OVERFULL = re.compile(r"Overfull \\hbox \(([\d.]+)pt too wide\)")


def build(kind: str, root: Path, target: Path) -> int:
    """Build the pages for LaTeX or as an e-book in `target`; return Sphinx's status."""
    from jupyter_book.sphinx import build_sphinx

    from bookmaker.press import arrange as book_press

    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    toc, config = target / "_toc.yml", target / "_config.yml"
    contents = yaml.safe_load((root / toc.name).read_text(encoding="utf-8"))
    settings = yaml.safe_load((root / config.name).read_text(encoding="utf-8"))
    settings = book_press.settings(settings)
    toc.write_text(yaml.safe_dump(book_press.contents(contents)), encoding="utf-8")
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")
    status = build_sphinx(
        root,
        target / kind,
        path_config=config,
        noconfig=True,
        confoverrides={"external_toc_path": toc.as_posix(), "latex_individualpages": False},
        builder=kind,
        tags=["paper"] if kind == "latex" else ["reader"],
        freshenv=True,
        warningiserror=True,
        keep_going=True,
        quiet=True,
    )
    return status if isinstance(status, int) else 1


def missing_from_tex() -> list[str]:
    """Return the programs and files that setting the book takes and this machine lacks."""
    programs = [name for name in ("latexmk", "xelatex") if shutil.which(name) is None]
    if programs:
        return programs
    return [name for name in NEEDED if not find_in_tex(name)]


def find_in_tex(name: str) -> bool:
    """Tell whether TeX, or the system's list of fonts, knows a file."""
    asked = subprocess.run(["kpsewhich", name], capture_output=True, text=True)
    if asked.stdout.strip():
        return True
    if shutil.which("fc-list") is None:
        return False
    fonts = subprocess.run(["fc-list", "--format", "%{file}\n"], capture_output=True, text=True)
    return f"/{name}\n" in fonts.stdout


def problems(log: str) -> list[str]:
    """Return what LaTeX notes in its log and a reader would see."""
    log = re.sub(r"(?<=[^\n]{79})\n", "", log)  # TeX breaks the lines of its log there
    found = re.findall(r"Missing character: .*|LaTeX Warning: .*undefined.*", log)
    found += re.findall(r"LaTeX Warning: There were .*", log)
    found += [m[0] for m in OVERFULL.finditer(log) if float(m[1]) > TOLERATED_PT]
    return list(dict.fromkeys(found))


def tex(root: Path = ROOT) -> int:
    """Write the LaTeX files of the printed book; return Sphinx's status."""
    return build("latex", root, root / "_build" / "press-latex")


def pdf(root: Path = ROOT) -> int:
    """Build the printed book; return zero if it is as it should be."""
    if missing := missing_from_tex():
        print(f"The printed book needs {', '.join(missing)}. On Debian or Ubuntu:\n{TEX}")
        return 1
    if status := tex(root):
        return status
    folder = root / "_build" / "press-latex" / "latex"
    command = ["latexmk", "-xelatex", "-interaction=nonstopmode", "-halt-on-error", f"{NAME}.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace")
    if done.returncode:
        print(done.stdout[-3000:], f"The whole log is {folder / NAME}.log", sep="\n")
        return 1
    if found := problems((folder / f"{NAME}.log").read_text("utf-8", errors="replace")):
        print(*found, sep="\n")
        return 1
    shutil.copyfile(folder / f"{NAME}.pdf", root / "_build" / f"{NAME}.pdf")
    print(f"Open _build/{NAME}.pdf")
    return 0


def epub(root: Path = ROOT) -> int:
    """Build the e-book, and check it if EPUBCheck is there; return zero if it is valid."""
    folder = root / "_build" / "press-epub"
    if status := build("epub", root, folder):
        return status
    target = root / "_build" / f"{NAME}.epub"
    shutil.copyfile(folder / "epub" / f"{NAME}.epub", target)
    command = epubcheck()
    if command is None:
        print("Not checked, EPUBCheck is missing: sudo apt-get install epubcheck")
    elif errors := invalid(command, target):
        print(*errors, sep="\n")
        return 1
    print(f"Open _build/{NAME}.epub")
    return 0


def epubcheck() -> list[str] | None:
    """Return the command that checks an e-book, or None; Debian's is a Java archive."""
    program = shutil.which("epubcheck")
    if program is None or Path(program).read_bytes()[:2] != b"PK":
        return [program] if program else None
    return ["java", "-jar", program] if shutil.which("java") else None


def invalid(command: list[str], book: Path) -> list[str]:
    """Return what EPUBCheck finds wrong with an e-book, warnings included."""
    done = subprocess.run([*command, "--failonwarnings", str(book)], capture_output=True, text=True)
    said = (done.stdout + done.stderr).splitlines()
    found = [line for line in said if line.startswith(("FATAL", "ERROR", "WARNING"))]
    return found or said if done.returncode else []


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    kinds = {"pdf": pdf, "tex": tex, "epub": epub}
    parser.add_argument("kind", choices=kinds)
    parser.add_argument("--of", type=Path, default=ROOT, metavar="FOLDER", help="another book")
    options = parser.parse_args()
    sys.exit(kinds[options.kind](options.of.resolve()))


if __name__ == "__main__":
    main()
