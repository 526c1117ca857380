"""Break the package one small change at a time, and count the changes that the tests notice.

    python -m tests.support.mutants [--sample N] [--seed S] [--threshold P] [MODULE ...]

A mutant is a copy of the package in which one sign, divisor, index, exponent, bound or constant of
`collapse_utils.theory` or `collapse_utils.models` is wrong. It is caught if the tests of its module
fail, or run far too long. `MODULE` is a name such as `theory/gaussian`, all by default; with one
after another and `--sample 0`, every mutant of theirs. The sample is fixed by the seed and the
source. Survivors are printed; some are equivalent (they compute the same), the others lack a test.
The exit status is 1 if fewer than the threshold are caught. About five seconds per mutant.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import os
import py_compile
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bookmaker.paths import ROOT
from tests.support.mirror import path_of_test

PACKAGE = "collapse_utils"

TESTS = ROOT / "tests" / "package"
FOLDERS = ("models", "theory")
MODULES = [
    f"{folder}/{path.stem}"
    for folder in FOLDERS
    for path in sorted((ROOT / PACKAGE / folder).glob("*.py"))
    if path.stem != "__init__"
]
# Besides each module's own: what all of a folder have in common
COMMON = {"theory": ["theory/test_closed_forms.py"]}


def tests_of(module: str) -> list[Path]:
    """Return the tests that must notice a change to a module; its doctests go before them."""
    common = COMMON.get(module.partition("/")[0], [])
    return [TESTS / path_of_test(Path(module)), *(TESTS / name for name in common)]


SLOWER = 6.0  # a mutant that runs so many times longer than the original is caught
TOLERANCE = 1e-6  # smaller constants are tolerances: another value is not another result
SWAPPED = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}


@dataclass
class Mutant:
    """One change to one node of a syntax tree."""

    tree: ast.Module
    parent: ast.AST
    field: str
    index: int | None
    new: ast.AST
    kind: str

    @property
    def old(self) -> ast.AST:
        """Return the node that the change replaces."""
        value = getattr(self.parent, self.field)
        return value if self.index is None else value[self.index]

    @property
    def line(self) -> int:
        """Return the line of the original source on which the change begins."""
        return self.old.lineno

    def __str__(self) -> str:
        return f"{ast.unparse(self.old)}  ->  {ast.unparse(self.new)}"

    def _put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node

    def source(self) -> str:
        """Return the source with the change, and leave the tree as it was."""
        old = self.old
        self._put(self.new)
        try:
            return ast.unparse(self.tree) + "\n"
        finally:
            self._put(old)


def is_number(node: ast.AST, kind: type) -> bool:
    """Return whether a node is a literal of exactly this type (True is no int)."""
    return isinstance(node, ast.Constant) and type(node.value) is kind


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield the kind of each change to a node, and the node that takes its place."""
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in SWAPPED:
        kind = "sign" if isinstance(node.op, ast.Add | ast.Sub) else "product"
        parts = dict(ast.iter_fields(node)) | {"op": SWAPPED[type(node.op)]()}
        yield kind, type(node)(**parts)
    if isinstance(node, ast.BinOp):
        one = is_number(node.right, int) and node.right.value == 1
        if one and isinstance(node.op, ast.Add | ast.Sub):
            yield "one less or more", node.left
        if isinstance(node.op, ast.Pow):
            more = ast.BinOp(left=node.right, op=ast.Add(), right=ast.Constant(1))
            yield "exponent", ast.BinOp(left=node.left, op=node.op, right=more)
    if isinstance(node, ast.Compare):
        for k, op in enumerate(node.ops):
            if type(op) in SWAPPED:
                ops = [*node.ops[:k], SWAPPED[type(op)](), *node.ops[k + 1 :]]
                yield "comparison", ast.Compare(node.left, ops, node.comparators)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "minus", node.operand
    if is_number(node, int):
        yield "whole number", ast.Constant(node.value + 1)
    if is_number(node, float) and (node.value == 0 or abs(node.value) > TOLERANCE):
        yield "factor", ast.Constant(node.value * 1.5 or 1.0)


def children(node: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    """Yield what a node holds that computes: no annotations, texts or error messages."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns"):
            continue
        for index, item in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(item, ast.AST) and not isinstance(item, ast.Raise | ast.JoinedStr):
                yield field, index, item


def mutants(source: str) -> list[Mutant]:
    """Return every change to a source, in the order of its lines."""
    tree = ast.parse(source)
    found, waiting = [], [tree]
    while waiting:
        parent = waiting.pop()
        for field, index, node in children(parent):
            found += [Mutant(tree, parent, field, index, new, kind) for kind, new in changes(node)]
            waiting.append(node)
    return sorted(found, key=lambda m: (m.line, m.old.col_offset, m.kind, str(m)))


class Bench:
    """A copy of a package on which mutants are tried, one at a time."""

    def __init__(self, root: Path, folder: Path, tests: dict[str, list[Path]]):
        self.root, self.folder, self.tests = root, folder, tests
        package = folder / PACKAGE
        shutil.copytree(root / PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
        # a mutant may have the size and the second of the original: trust the content alone
        mode = py_compile.PycInvalidationMode.CHECKED_HASH
        compileall.compile_dir(package, quiet=1, invalidation_mode=mode)
        self.limits: dict[str, float] = {}

    def path(self, module: str) -> Path:
        """Return where the copy of a module is."""
        return self.folder / PACKAGE / f"{module}.py"

    def caught(self, module: str, source: str, limit: float | None = None) -> bool:
        """Return whether the tests of a module fail, or take too long, with another source."""
        return self.run(module, source, limit) != ""

    def run(self, module: str, source: str, limit: float | None = None) -> str:
        """Return what pytest says of a module with another source; nothing if its tests pass."""
        target = self.path(module)
        original = target.read_bytes()
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=line"]
        command += ["-p", "no:cacheprovider", "--doctest-modules", f"--rootdir={self.root}"]
        if (self.root / "pyproject.toml").exists():
            command += ["-c", str(self.root / "pyproject.toml")]
        command += [str(target), *map(str, self.tests[module])]
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # their import takes longer than most tests
            "OMP_NUM_THREADS": "1",
        }
        target.write_text(source, encoding="utf-8")
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env=environment,
                timeout=limit,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "too long"
        finally:
            target.write_bytes(original)
        output = done.stdout.decode(errors="replace")
        if done.returncode not in (0, 1, 2):  # passed, failed, could not be imported
            raise RuntimeError(f"pytest did not run the tests of {module}:\n{output}")
        return output if done.returncode else ""

    def limit(self, module: str) -> float:
        """Return the seconds a mutant gets, after a check that the tests pass without a change."""
        if module not in self.limits:
            text = self.path(module).read_text(encoding="utf-8")
            start = time.perf_counter()
            if said := self.run(module, ast.unparse(ast.parse(text)) + "\n"):
                raise RuntimeError(f"the tests of {module} fail without any mutant:\n{said}")
            self.limits[module] = 10 + SLOWER * (time.perf_counter() - start)
        return self.limits[module]

    def sample(self, modules: list[str], size: int, seed: int) -> list[tuple[str, Mutant]]:
        """Return `size` mutants of the modules at random (0 is all), by module and line."""
        everything = [
            (module, mutant)
            for module in modules
            for mutant in mutants(self.path(module).read_text(encoding="utf-8"))
        ]
        if size and size < len(everything):
            chosen = random.Random(seed).sample(range(len(everything)), size)
            everything = [everything[k] for k in sorted(chosen)]
        return everything

    def survivors(self, chosen: list[tuple[str, Mutant]]) -> list[str]:
        """Try the mutants; print and return a line for each that no test notices."""
        found = []
        for module, mutant in chosen:
            if not self.caught(module, mutant.source(), self.limit(module)):
                found.append(f"{PACKAGE}/{module}.py:{mutant.line}: {mutant.kind}: {mutant}")
                print(found[-1], flush=True)
        return found


def main(arguments: list[str] | None = None) -> int:
    """Try a sample; return 0 if enough are caught, 1 otherwise."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="such as theory/gaussian")
    parser.add_argument("--sample", type=int, default=100, help="how many mutants; 0 is all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threshold", type=float, default=90.0, help="in per cent")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.modules) - set(MODULES))
    if unknown:
        parser.error(f"no such module: {', '.join(unknown)}; there are {', '.join(MODULES)}")
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(ROOT, Path(folder), {module: tests_of(module) for module in MODULES})
        chosen = bench.sample(options.modules or MODULES, options.sample, options.seed)
        missed = bench.survivors(chosen)
    score = 100 * (1 - len(missed) / len(chosen))
    each = (time.perf_counter() - start) / len(chosen)
    print(f"{len(chosen) - len(missed)} of {len(chosen)} mutants caught: {score:.1f} %", end="")
    print(f" (threshold {options.threshold:g} %, {each:.1f} s each)")
    return int(score < options.threshold)


if __name__ == "__main__":
    sys.exit(main())
