"""Stale means stale: a notebook depends on what its names reach, no more and no less.

The stored fingerprints were made by one version of Python; the suite runs on all that are
supported, and each has to find the same ones (`test_notebooks.py`).
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess

import nbformat
import pytest
from nbformat import v4

from bookmaker.notebooks import execute, fingerprints
from bookmaker.notebooks.fingerprints import PACKAGE, Reach, code, fingerprint, modules
from bookmaker.paths import notebook_files
from collapse_utils import theory

NOTEBOOKS = {path.stem: nbformat.read(path, as_version=4) for path in notebook_files()}
SOURCES = {
    name: "\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    for name, book in NOTEBOOKS.items()
}


def notebook(*sources):
    return v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])


def parts(book, package=PACKAGE):
    return Reach(code(book)[1], modules(package)).parts


# On the book itself


@pytest.fixture
def copied(tmp_path):
    ignored = shutil.ignore_patterns("__pycache__")
    return shutil.copytree(PACKAGE, tmp_path / "collapse_utils", ignore=ignored)


def stale(package):
    """Return the notebooks that a changed copy of the package makes stale."""
    return {name for name, book in NOTEBOOKS.items() if execute.is_stale(book, package)}


def naming(pattern):
    """Return the notebooks whose code has words of this form."""
    return {name for name, source in SOURCES.items() if re.search(pattern, source)}


def edit(file, old, new):
    source = file.read_text(encoding="utf-8")
    assert old in source
    file.write_text(source.replace(old, new, 1), encoding="utf-8")


def reworded(source):
    """Return a module's text with other docstrings, comments, and the line ends of Windows."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if documented and ast.get_docstring(node) is not None:
            first = node.body[0].lineno - 1
            lines[first] = lines[first].replace('"""', '"""In other words: ', 1)
    return "\r\n".join(["# A comment", *lines, "# Another", ""])


def test_comments_docstrings_and_line_ends_make_no_notebook_stale(copied):
    for file in copied.rglob("*.py"):
        changed = reworded(file.read_text(encoding="utf-8"))
        assert "In other words" in changed
        file.write_bytes(changed.encode())
    assert stale(copied) == set()


@pytest.mark.parametrize("name", ["typical_variance", "nucleus_mass", "heterozygosity"])
def test_a_changed_formula_makes_stale_exactly_what_uses_it(copied, name):
    file = copied / getattr(theory, name).__module__.partition(".")[2].replace(".", "/")
    file = file.with_suffix(".py")
    before, head, after = file.read_text(encoding="utf-8").partition(f"\ndef {name}(")
    body, following, rest = after.partition("\n\n\n")
    first, returned, value = body.rpartition("\n    return ")
    changed = f"{first}{returned}0.5 * {value}"
    file.write_text(f"{before}{head}{changed}{following}{rest}", encoding="utf-8")
    assert naming(rf"\b{name}\(") == stale(copied) != set()


def test_every_formula_is_reached_by_exactly_the_notebooks_that_name_it():
    """Of the formulas that no other code of the package uses: a count of words is enough there."""
    everywhere = [part for module in modules(PACKAGE).values() for part in module.parts]
    used = {name for part in everywhere for chain in part.uses for name in chain}
    lonely = {name: getattr(theory, name).__module__ for name in theory.__all__ if name not in used}
    assert len(lonely) > len(theory.__all__) / 2
    reached = {
        notebook: {(part.module, name) for part in parts(book) for name in part.binds}
        for notebook, book in NOTEBOOKS.items()
    }
    for name, module in lonely.items():
        found = {notebook for notebook, there in reached.items() if (module, name) in there}
        assert found == naming(rf"\.{name}\b"), name


@pytest.mark.parametrize(
    ("name", "loader"),
    [
        ("penguins.csv", r"load_penguins\("),
        ("digits8x8.npz", r"load_digits\("),
        ("csn_cities.txt.gz", r"load_heavy_tailed\("),
    ],
)
def test_changed_data_make_stale_exactly_what_loads_them(copied, name, loader):
    with (copied / "data" / name).open("ab") as file:
        file.write(b" ")
    edit(copied / "datasets.py", f'"{name}": "', f'"{name}": "0')
    assert naming(loader) == stale(copied) != set()


def test_the_name_of_every_data_file_is_found():
    everywhere = {part for module in modules(PACKAGE).values() for part in module.parts}
    named = {part for part in everywhere if "SHA256" not in part.binds}
    files = {file.name for file in (PACKAGE / "data").iterdir() if file.suffix != ".md"}
    assert {file.name for file in fingerprints.data(PACKAGE, named)} == files


# Two branches


@pytest.fixture
def scratch(tmp_path):
    """A repository with copies of the package and of some notebooks; its git."""
    shutil.copytree(PACKAGE, tmp_path / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in notebook_files()[-4:]:
        shutil.copyfile(path, tmp_path / path.name)

    def git(*command, check=True):
        identity = ["-c", "user.name=Reader", "-c", "user.email=reader@example.org"]
        asked = ["git", *identity, "-c", "core.autocrlf=false", "-C", tmp_path, *command]
        return subprocess.run(asked, check=check, capture_output=True).returncode

    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "-m", "Start")
    git.folder = tmp_path
    return git


def on_branch(git, branch, module, old, new):
    """Edit a module on a branch, refresh what `make execute` would, and return its notebooks."""
    git("switch", "--quiet", "--create", branch, "main")
    package = git.folder / PACKAGE.name
    edit(package / module, old, new)
    refreshed = []
    for path in sorted(git.folder.glob("*.ipynb")):
        book = nbformat.read(path, as_version=4)
        if execute.is_stale(book, package):
            execute.normalise(book, package)
            execute.write(book, path)
            refreshed.append(path.stem)
    git("commit", "--quiet", "--all", "-m", branch)
    return refreshed


def test_two_branches_that_each_edit_a_docstring_merge(scratch):
    assert on_branch(scratch, "one", "simulation.py", '"""The loop', '"""This loop') == []
    assert on_branch(scratch, "two", "claims.py", '"""', '"""A sentence more. ') == []
    assert scratch("merge", "--quiet", "one", check=False) == 0
    assert stale(scratch.folder / PACKAGE.name) == set()


def test_two_branches_that_change_what_one_notebook_uses_do_not(scratch):
    one = on_branch(scratch, "one", "claims.py", "LIMIT = 4.0", "LIMIT = 4.5")
    two = on_branch(scratch, "two", "plotting.py", "dpi", "dots")
    assert set(one) & set(two)
    assert scratch("merge", "--quiet", "one", check=False) == 1


# What runs is reached

HOOK = """
import importlib, pkgutil, sys
import collapse_utils

for found in pkgutil.walk_packages(collapse_utils.__path__, "collapse_utils."):
    importlib.import_module(found.name)  # before the hook: imports call functions too
ran = set()

def note(frame, event, _):
    if event == "call" and frame.f_code.co_filename.startswith(collapse_utils.__path__[0]):
        ran.add((frame.f_globals["__name__"], frame.f_code.co_firstlineno))

sys.setprofile(note)
"""


def first_line(node):
    return min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])


def ran(book):
    """Run a notebook; return the statements of the package whose functions it called."""
    cells = [v4.new_code_cell(HOOK), *book.cells, v4.new_code_cell("print(ran)")]
    traced = v4.new_notebook(cells=[nbformat.from_dict(dict(cell)) for cell in cells])
    execute.run(traced, "traced")
    (printed,) = traced.cells[-1].outputs
    called = ast.literal_eval(printed.text)
    assert called
    return {
        part
        for module, line in called
        for part in modules(PACKAGE)[module].parts
        if hasattr(part.node, "lineno") and first_line(part.node) <= line <= part.node.end_lineno
    }


def test_all_that_a_notebook_calls_is_reached():
    """The fastest notebook; `ran` finds the same in each of the others."""
    book = NOTEBOOKS["by_hand"]
    assert ran(book) <= parts(book)


def test_a_call_that_is_not_reached_is_noticed():
    called = ran(notebook("from collapse_utils import theory", "theory.typical_variance(3, 10)"))
    assert len(called) > 3
    assert not called <= parts(notebook("from collapse_utils import theory"))


# Name by name

FILES = {
    "__init__.py": "from . import laws\nfrom .loop import *\n__version__ = '1'\n",
    "loop.py": """
from ._check import positive as _positive
from .base import Model

__all__ = ["Gaussian", "simulate"]
STEPS = 4


class Gaussian(Model):
    def draw(self):
        return self.scale


def simulate(model, steps=STEPS):
    from .late import shape
    return [shape(model) for _ in range(_positive(steps))]


def unused(risk):
    return risk
""",
    "base.py": "def kept(f):\n    return f\n\n@kept\nclass Model:\n    scale = 1\n",
    "late.py": "SIZE = 3\nSIZE += 1\n\ndef shape(x):\n    return SIZE\n",
    "_check.py": "def positive(x):\n    return x\n\ndef whole(x):\n    return x\n",
    "laws/__init__.py": "from . import risk\nfrom .risk import *\nfrom .drift import *\n",
    "laws/risk.py": """
TABLE = {1: 2}
TABLE[2] = 3

def half(x):
    return x / 2

def third(x):
    return x / 3
""",
    "laws/drift.py": "def drift(half):\n    return half\n\ndef walk():\n    return drift(1)\n",
    "load.py": """
def read(name):
    return open(name)

def words():
    return read("words.txt")

def lists(kind):
    return read(f"list_{kind}.csv")

SHA256 = {"words.txt": 1, "list_a.csv": 2, "other.csv": 3}
""",
    "data/words.txt": "copy",
    "data/list_a.csv": "1",
    "data/other.csv": "2",
}


@pytest.fixture
def small(tmp_path):
    for name, text in FILES.items():
        file = tmp_path / "small" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "small"


SIMULATE = "from small import Gaussian, simulate\nsimulate(Gaussian())"
HALF = "from small import laws\nlaws.half(3)"


@pytest.mark.parametrize(
    ("source", "file", "old", "new", "counts"),
    [
        # through a star import of the package, a base class, its decorator, a default
        (SIMULATE, "loop.py", "return self.scale", "return 2", True),
        (SIMULATE, "base.py", "scale = 1", "scale = 2", True),
        (SIMULATE, "base.py", "return f", "return 1", True),
        (SIMULATE, "loop.py", "STEPS = 4", "STEPS = 5", True),
        # through an import in a function, an augmented constant, a name with another name
        (SIMULATE, "late.py", "return SIZE", "return 1", True),
        (SIMULATE, "late.py", "SIZE += 1", "SIZE += 2", True),
        (SIMULATE, "_check.py", "return x", "return 1", True),
        # what is not named: beside it, in another module, a name that is local or a keyword
        (
            SIMULATE,
            "_check.py",
            "def whole(x):\n    return x",
            "def whole(x):\n    return 1",
            False,
        ),
        (SIMULATE, "loop.py", "return risk", "return 1", False),
        (SIMULATE, "laws/risk.py", "x / 2", "x / 4", False),
        (SIMULATE, "__init__.py", "'1'", "'2'", False),
        (SIMULATE, "loop.py", '"simulate"', '"simulate", "unused"', False),
        # attributes of modules, by every way that leads to them
        (HALF, "laws/risk.py", "x / 2", "x / 4", True),
        (HALF, "laws/risk.py", "x / 3", "x / 4", False),
        (HALF, "laws/drift.py", "return half", "return 1", False),
        ("import small.laws.risk as r\nr.half(1)", "laws/risk.py", "x / 2", "x / 4", True),
        ("import small\nsmall.laws.risk.half(1)", "laws/risk.py", "x / 2", "x / 4", True),
        ("import small\nsmall.laws.risk.half(1)", "laws/risk.py", "x / 3", "x / 4", False),
        ("from small.laws import half as h\nh(1)", "laws/risk.py", "x / 2", "x / 4", True),
        ("from small.laws import *\nwalk()", "laws/drift.py", "return half", "return 1", True),
        ("from small.laws import *\nwalk()", "laws/risk.py", "x / 2", "x / 4", False),
        # statements that define nothing
        (HALF, "laws/risk.py", "TABLE[2] = 3", "TABLE[2] = 4", True),
        (SIMULATE, "laws/risk.py", "TABLE[2] = 3", "TABLE[2] = 4", False),
        # names that cannot be followed
        (f"{HALF}\ngetattr(laws, 'th' + 'ird')", "laws/risk.py", "x / 3", "x / 4", True),
        (f"{HALF}\nlaws.__dict__", "laws/drift.py", "return half", "return 1", True),
        ("load = 'small.late'", "late.py", "SIZE = 3", "SIZE = 4", True),
        (f"{HALF}\nexec('1')", "late.py", "SIZE = 3", "SIZE = 4", True),
        ("from small import laws", "laws/risk.py", "x / 2", "x / 4", False),
        # data
        ("from small.load import words\nwords()", "data/words.txt", "copy", "copies", True),
        ("from small.load import words\nwords()", "data/list_a.csv", "1", "2", False),
        ("from small.load import lists\nlists('a')", "data/list_a.csv", "1", "2", True),
        ("from small.load import lists\nlists('a')", "data/other.csv", "2", "3", False),
        ("from small.load import words\nwords()", "load.py", '"other.csv": 3', '"o": 4', False),
        (
            "from small.load import words\nwords()",
            "load.py",
            "words():",
            "words():\n    'As other.csv.'",
            False,
        ),
        ("open('data/other.csv')", "data/other.csv", "2", "3", True),
    ],
)
def test_what_is_reached_counts(small, source, file, old, new, counts):
    book = notebook(*source.split("\n"))
    before = fingerprint(book, small)
    edit(small / file, old, new)
    assert (fingerprint(book, small) != before) == counts


@pytest.mark.parametrize(
    "cells",
    [
        ("from small import laws", "%timeit laws.half(2)"),
        ("from small import laws", "found = !ls\nlaws.half(2) if found else None"),
        ("%matplotlib inline\nfrom small import laws\nlaws.half(2)",),
    ],
)
def test_names_are_followed_beside_a_magic_command(small, cells):
    book = notebook(*cells)
    before = fingerprint(book, small)
    edit(small / "laws/risk.py", "x / 3", "x / 4")
    assert fingerprint(book, small) == before
    edit(small / "laws/risk.py", "x / 2", "x / 4")
    assert fingerprint(book, small) != before


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("x = 1", "x  =  1  # one", True),
        ("f(1,\n  2)", "f(1, 2)", True),
        ("x = 1", "x = 1.0", False),
        ("x = 1", "y = 1", False),
        ("def f():\n    'Say.'\n    return 1", "def f():\n    return 1", True),
        ("'shown'", "'also shown'", False),
        ("x", "x;", False),
        ("x;", "x ; # silent", True),
        ("x", "x  # loud;", True),
        ("f(None)", "f()", False),
        ("f('')", "f()", False),
        ("%time x", "%time x  # now", False),
        ("!ls\nx", "!ls\r\nx", True),
    ],
)
def test_code_of_a_cell_counts_by_its_meaning(small, first, second, alike):
    assert (fingerprint(notebook(first), small) == fingerprint(notebook(second), small)) == alike


def test_prose_does_not_count_and_the_order_of_cells_does(small):
    book = notebook("x = 1", "y = 2")
    before = fingerprint(book, small)
    book.cells.insert(1, v4.new_markdown_cell("Prose."))
    assert fingerprint(book, small) == before
    assert fingerprint(notebook("y = 2", "x = 1"), small) != before
    assert fingerprint(notebook("x = 1\ny = 2"), small) != before


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("x = f(1)", "Assign(targets=[Name(id='x' ctx=Store())] value=Call(func="
         "Name(id='f' ctx=Load()) args=[Constant(value=1)]))"),
        ("f'{x:<{n}}'", "Expr(value=JoinedStr(values=[FormattedValue(value=Name(id='x' ctx=Load()) "
         "conversion=-1 format_spec=JoinedStr(values=[Constant(value='<') FormattedValue(value="
         "Name(id='n' ctx=Load()) conversion=-1)]))]))"),
        ("def f(): 'Say.'; pass", "FunctionDef(name='f' args=arguments() body=[Pass()])"),
        ("u'a'", "Expr(value=Constant(value='a' kind='u'))"),
    ],
)  # fmt: skip
def test_a_syntax_tree_is_written_alike_by_every_python(source, written):
    assert fingerprints.canonical(ast.parse(source).body[0]) == written
