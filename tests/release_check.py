"""What is too slow for every change: run before a release, and once a week, part by part.

    make release-check                                 .ci/run, then every part
    python -m tests.release_check everyone mutants     these parts
    python -m tests.release_check --without torch      every part but this

A part whose tools are missing fails, and says which package has them.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from bookmaker.paths import ROOT
from bookmaker.press import make as press
from tests.support.browser import chromium

OTHER_PYTHONS = ("3.10", "3.12", "3.13", "3.14")


@dataclass(frozen=True)
class Tool:
    """What a part needs: its name, whether it is there, and how to get it."""

    name: str
    there: Callable[[], object]
    way: str


@dataclass(frozen=True)
class Part:
    """A part of the check: what it tells, its commands, and the tools they need."""

    tells: str
    commands: tuple[str, ...]
    tools: tuple[Tool, ...] = ()


CHROMIUM = Tool("Chromium", chromium, "sudo apt-get install chromium")
TEX = Tool("XeLaTeX", lambda: not press.missing_from_tex(), press.TEX)
EPUBCHECK = Tool(
    "EPUBCheck", press.epubcheck, "sudo apt-get install epubcheck default-jre-headless"
)
TORCH = Tool(
    "PyTorch",
    partial(find_spec, "torch"),
    "pip install -r experiments/requirements.txt",
)

PARTS = {
    "browser": Part(
        "every chapter runs in a browser", ("make browser RUNTIME=--required",), (CHROMIUM,)
    ),
    "everyone": Part(
        "every page passes axe, light and dark, wide and narrow", ("make everyone",), (CHROMIUM,)
    ),
    "press": Part(
        "the printed book and the e-book have no flaw",
        ("make pdf epub", "pytest tests/bookmaker/press -q"),
        (TEX, EPUBCHECK),
    ),
    "torch": Part(
        "the recorded experiments run", ("pytest tests/content/test_experiments.py -q",), (TORCH,)
    ),
    "mutants": Part("a changed formula fails a test", ("make mutants",)),
    "claims": Part("every claim holds on other seeds", ("make claims",)),
    "links": Part(
        "links that lead out of the book lead somewhere",
        ("make book", "jupyter-book build . --builder linkcheck"),
    ),
    "dist": Part("the package can be released", ("make dist",)),
} | {
    f"python{v}": Part(
        f"the package and the notebooks run on Python {v}",
        (f"make package PYTHON=python{v} VENV=_build/python{v}",),
        (Tool(f"Python {v}", partial(shutil.which, f"python{v}"), f"pyenv install {v}"),),
    )
    for v in OTHER_PYTHONS
}


def lacking(part: Part) -> list[str]:
    """Return a sentence for each tool that a part needs and this machine lacks."""
    return [f"{tool.name} is missing: {tool.way}" for tool in part.tools if not tool.there()]


def run(part: Part) -> list[str]:
    """Run a part's commands, up to the first that fails; return what went wrong."""
    if problems := lacking(part):
        return problems
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "CI": "true"}  # a test without a browser fails
    for command in part.commands:
        print(f"$ {command}", flush=True)
        if subprocess.run(command.split(), cwd=ROOT, env=environment).returncode:
            return [f"failed: {command}"]
    return []


def main(arguments: list[str] | None = None, parts: dict[str, Part] = PARTS) -> int:
    """Run the parts that are asked for, all of them if one fails; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(parts)}")
    parser.add_argument("--without", action="append", default=[], choices=parts, metavar="PART")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - set(parts):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    lines, status = [], 0
    for name in options.parts or parts:
        if name in options.without:
            lines.append(f"left out  {name}: {parts[name].tells}")
            continue
        start = time.monotonic()
        problems = run(parts[name])
        status = status or int(bool(problems))
        said = "; ".join(problems) or f"{parts[name].tells} ({time.monotonic() - start:.0f} s)"
        lines.append(f"{'FAILED  ' if problems else 'passed  '}  {name}: {said}")
    print("\n".join(lines))
    return status


if __name__ == "__main__":
    raise SystemExit(main())
