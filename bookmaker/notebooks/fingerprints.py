"""What the outputs of a notebook depend on, as one number.

That is the notebook's own code, the definitions of the package that its names reach, and the data
files that these name. A definition reaches what it names: functions, classes with their bases and
all their methods, constants, and what an import brings, also an import inside a function or one
that only passes a name on. Statements that define nothing count for each module that is reached.
Code counts by its syntax tree, so that comments, docstrings and line breaks do not; a cell that is
more than Python, as one with a magic command, counts by its text.

An attribute of an object (``history.quantile``) needs no following: its class is reached through
what makes the object. Where a name cannot be followed, more is taken in rather than less:

- a module that is used as a value, as in ``getattr(theory, name)``, is reached whole, and so is
  one whose dotted name stands in a text;
- a name that several star imports could bring is looked for in all of them;
- code that imports by a computed name, or runs a text, reaches the whole package;
- every word of a line that is more than Python may be a name.
"""

from __future__ import annotations

import ast
import hashlib
import re
import symtable
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache, cached_property
from keyword import iskeyword
from pathlib import Path, PurePath
from typing import NamedTuple

from bookmaker.paths import ROOT

PACKAGE = ROOT / "collapse_utils"
DYNAMIC = {"import_module", "__import__", "eval", "exec", "globals"}
# The table of what the data files must be: of those that are loaded, the bytes count themselves
NOT_FOLLOWED = {"SHA256"}

NOTEBOOK = "(notebook)"

Chain = tuple[str, ...]  # a name and the attributes that are taken of it: a.b.c
Place = tuple[str, Chain]


def canonical(node) -> str:
    """Write a syntax tree as every version of Python would, without docstrings.

    Fields that are empty, to which newer versions add, are left out, and so are the empty texts
    that Python 3.12.1 puts into formatted ones.
    """
    if isinstance(node, ast.AST):
        fields = [(name, value) for name, value in ast.iter_fields(node) if value not in (None, [])]
        if isinstance(node, ast.JoinedStr):
            fields = [("values", [part for part in node.values if not _is_text(part, only="")])]
        return f"{type(node).__name__}({' '.join(f'{k}={canonical(v)}' for k, v in fields)})"
    if isinstance(node, list):
        return f"[{' '.join(canonical(item) for item in node if not _is_docstring(item))}]"
    return repr(node)


def _is_docstring(node) -> bool:
    """Tell whether a statement is a text and nothing else."""
    return isinstance(node, ast.Expr) and _is_text(node.value)


def _is_text(node: ast.AST, only: str | None = None) -> bool:
    value = node.value if isinstance(node, ast.Constant) else None
    return isinstance(value, str) and only in (None, value)


def _chains(node: ast.AST) -> Iterator[Chain]:
    attributes: Chain = ()
    while isinstance(node, ast.Attribute):
        attributes = (node.attr, *attributes)
        node = node.value
    if isinstance(node, ast.Name):
        yield (node.id, *attributes)
    for child in ast.iter_child_nodes(node):
        yield from _chains(child)


def _scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _scopes(child)


class Import(NamedTuple):
    """What an import binds `name` to: the module `source`, or an `attribute` of it."""

    name: str
    source: str
    attribute: str | None


def _imports(node: ast.AST, package: str) -> Iterator[Import]:
    """Find the imports anywhere in `node`; relative ones start at `package`."""
    for found in ast.walk(node):
        if isinstance(found, ast.Import):
            for alias in found.names:
                source = alias.name if alias.asname else alias.name.partition(".")[0]
                yield Import(alias.asname or source, source, None)
        elif isinstance(found, ast.ImportFrom):
            base = package.split(".")
            above = base[: len(base) + 1 - found.level] if found.level else []
            source = ".".join(filter(None, [*above, found.module]))
            for alias in found.names:
                yield Import(alias.asname or alias.name, source, alias.name)


class Part:
    """A statement at the top of a module; of an import there, one of the names it brings."""

    def __init__(self, node: ast.stmt, module: str = "", package: str = ""):
        self.node, self.module = node, module
        self.imports = list(_imports(node, package))

    @cached_property
    def text(self) -> str:
        """The statement as it counts."""
        return f"{self.module}: {canonical(self.node)}"

    @cached_property
    def _tables(self) -> list[symtable.SymbolTable]:
        return list(_scopes(symtable.symtable(ast.unparse(self.node), "part", "exec")))

    @cached_property
    def binds(self) -> set[str]:
        """The names of the module that the statement gives a meaning."""
        symbols = self._tables[0].get_symbols()
        return {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}

    @cached_property
    def uses(self) -> set[Chain]:
        """The names in it that are local to no function."""
        names = {symbol.get_name() for symbol in self._tables[0].get_symbols()}
        names |= {s.get_name() for t in self._tables for s in t.get_symbols() if s.is_global()}
        names |= {found.name for found in self.imports}
        return {chain for chain in _chains(self.node) if chain[0] in names - NOT_FOLLOWED}

    @cached_property
    def texts(self) -> set[str]:
        """The texts in it that are no docstrings; a formatted one has a star for each value."""
        nodes = list(ast.walk(self.node))
        docstrings = {node.value for node in nodes if _is_docstring(node)}
        found = {node.value for node in nodes if _is_text(node) and node not in docstrings}
        for node in nodes:
            if isinstance(node, ast.JoinedStr):
                found.add("".join(p.value if _is_text(p) else "*" for p in node.values))
        return found


def _parts(source: str, module: str, package: str) -> list[Part]:
    """Take a module's text to parts; a docstring is none."""
    parts = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import):
            parts += [Part(ast.Import([alias]), module, package) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            each = (ast.ImportFrom(node.module, [alias], node.level) for alias in node.names)
            parts += [Part(one, module, package) for one in each]
        elif not _is_docstring(node):
            parts.append(Part(node, module, package))
    return parts


class Module:
    """The parts of a module, and which of them give a name its meaning."""

    def __init__(self, source: str, name: str, package: str):
        self.parts = _parts(source, name, package)
        self.loose = [part for part in self.parts if not part.binds and not self._stars(part)]
        self.stars = [source for part in self.parts for source in self._stars(part)]
        self.binding: dict[str, list[Part]] = {}
        for part in self.parts:
            for name in part.binds:
                self.binding.setdefault(name, []).append(part)

    @staticmethod
    def _stars(part: Part) -> list[str]:
        return [found.source for found in part.imports if found.attribute == "*"]


_module = cache(Module)


def modules(package: Path) -> dict[str, Module]:
    """Read the modules of the package in a folder, by their dotted names."""
    found = {}
    for file in sorted(package.rglob("*.py")):
        steps = (package.name, *file.relative_to(package).with_suffix("").parts)
        is_package = steps[-1] == "__init__"
        name = ".".join(steps[:-1] if is_package else steps)
        home = name if is_package else name.rpartition(".")[0]
        found[name] = _module(file.read_text(encoding="utf-8"), name, home)
    return found


def _ends_silently(source: str, tree: ast.Module) -> bool:
    """Tell whether a semicolon keeps the last value of a cell from being shown."""
    if not tree.body:
        return False
    last = tree.body[-1]
    line = source.split("\n")[last.end_lineno - 1].encode()
    return line[last.end_col_offset :].lstrip().startswith(b";")


def _names_only(source: str) -> str:
    """Return Python with the names of a cell that is more than Python."""
    lines = source.split("\n")
    magic = [line for line in lines if line.lstrip().startswith(("%", "!"))]
    rest = [line for line in lines if line not in magic]
    try:
        ast.parse("\n".join(rest))
    except SyntaxError:
        magic, rest = lines, []
    words = re.findall(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*", "\n".join(magic))
    return "\n".join(rest + [w for w in words if not any(map(iskeyword, w.split(".")))])


def code(notebook) -> tuple[list[str], Module]:
    """Return how each code cell counts, and all of them as one module."""
    counted, python = [], []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        source = cell.source.replace("\r\n", "\n")
        try:
            tree = ast.parse(source)
        except SyntaxError:
            counted.append(source)
            python.append(_names_only(source))
        else:
            silent = ";" * _ends_silently(source, tree)
            counted.append(f"{' '.join(map(canonical, tree.body))}{silent}")
            python.append(source)
    return counted, Module("\n".join(python), NOTEBOOK, "")


class Reach:
    """What is reached from a module, followed from name to name: `parts` has the statements."""

    def __init__(self, start: Module, package: dict[str, Module]):
        self.modules = {NOTEBOOK: start, **package}
        self.parts: set[Part] = set()
        self.to_follow: list[Place] = []
        followed: set[Place] = set()
        for part in start.parts:
            self._take(part)
        while self.to_follow:
            place = self.to_follow.pop()
            if place not in followed and place[0] in self.modules:
                followed.add(place)
                self._follow(*place)

    def _take(self, part: Part) -> None:
        if part in self.parts:
            return
        self.parts.add(part)
        for chain in part.uses:
            self._follow_import(part, chain)
            if self._holders(part.module, chain[0]):
                self.to_follow.append((part.module, chain))
            if chain[-1] in DYNAMIC:
                self.to_follow += [(name, ()) for name in self.modules]
        self.to_follow += [(text, ()) for text in part.texts if "." in text]
        steps = part.module.split(".")
        for k in range(1, len(steps) + 1):
            for statement in self.modules[".".join(steps[:k])].loose:
                self._take(statement)

    def _holders(self, module: str, name: str) -> list[str]:
        """Return the modules in which `name`, met in `module`, has its meaning."""
        if module not in self.modules:
            return []
        here = self.modules[module]
        if name in here.binding:
            return [module]
        return [holder for source in here.stars for holder in self._holders(source, name)]

    def _follow_import(self, part: Part, chain: Chain) -> None:
        for name, source, attribute in part.imports:
            if name == chain[0]:
                self.to_follow.append((source, (*filter(None, [attribute]), *chain[1:])))

    def _follow(self, module: str, chain: Chain) -> None:
        """Take what a chain of names stands for in a module; the module itself, if for nothing."""
        first = chain[0] if chain else ""
        holders = self._holders(module, first)
        for part in (part for h in holders for part in self.modules[h].binding[first]):
            self._take(part)
            self._follow_import(part, chain)
        inner = f"{module}.{first}"
        if inner in self.modules:
            self.to_follow.append((inner, chain[1:]))
        elif not holders:
            self._follow_all(module)

    def _follow_all(self, module: str) -> None:
        for part in self.modules[module].parts:
            self._take(part)
        self.to_follow += [(module, (name,)) for name in self.modules[module].binding]
        self.to_follow += [(source, ()) for source in self.modules[module].stars]


def _named(name: str, texts: set[str]) -> bool:
    """Tell whether a file's name stands in one of the `texts`, where a star is any value."""
    suffix = PurePath(name).suffix
    return any(name in text or (text.endswith(suffix) and fnmatch(name, text)) for text in texts)


def data(package: Path, parts: set[Part]) -> list[Path]:
    """Return the data files of the package that `parts` name."""
    texts = set().union(*(part.texts for part in parts))
    return sorted(file for file in (package / "data").glob("*") if _named(file.name, texts))


def fingerprint(notebook, package: Path = PACKAGE) -> str:
    """Return the sha256 of all that the outputs of a notebook depend on."""
    cells, start = code(notebook)
    parts = Reach(start, modules(package)).parts
    digest = hashlib.sha256()
    for text in [*cells, *sorted(part.text for part in parts if part.module != NOTEBOOK)]:
        digest.update(f"{len(text)} {text}\n".encode())
    for file in data(package, parts):
        digest.update(f"{file.name} {file.stat().st_size}\n".encode() + file.read_bytes())
    return digest.hexdigest()
