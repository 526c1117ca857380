"""Replace a solution by a stub that assigns ``...`` to what its check cell asks for.

Which names those are is read from the code: what the solution binds and a later cell, other than a
solution, needs.
"""

from __future__ import annotations

import ast
import textwrap

INNER = (
    ast.Lambda,
    ast.FunctionDef,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.For,
)
DEFINITIONS = (ast.FunctionDef, ast.ClassDef)

STUB = "# Your turn: replace the dots. The next cell checks your answer."
FREE = "# Your turn."
GUARD = """\
if any(answer is ... for answer in [{answers}]):
    check_answer(..., True)
else:
"""


def _stored(node: ast.AST) -> set[str]:
    """Return every name that is bound anywhere inside `node`."""
    names = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            names.add(part.id)
        elif isinstance(part, ast.arg):
            names.add(part.arg)
        elif isinstance(part, DEFINITIONS):
            names.add(part.name)
        elif isinstance(part, ast.alias):
            names.add((part.asname or part.name).partition(".")[0])
    return names


def _bound(statement: ast.AST) -> set[str]:
    """Return the names that a statement leaves bound after it, at the level of the cell."""
    if isinstance(statement, DEFINITIONS):
        return {statement.name}
    hidden = {
        id(part)
        for scope in ast.walk(statement)
        if isinstance(scope, INNER) and not isinstance(scope, ast.For)
        for part in ast.walk(scope)
        if part is not scope
    }
    names = {
        part.id
        for part in ast.walk(statement)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and id(part) not in hidden
    }
    if isinstance(statement, ast.Import | ast.ImportFrom):
        names |= _stored(statement)
    return names


def _read(node: ast.AST) -> set[str]:
    """Return the names that `node` needs from outside of it."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    names = set()
    for child in ast.iter_child_nodes(node):
        names |= _read(child)
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        names.add(node.target.id)
    if isinstance(node, ast.For):
        names -= _stored(node.target)
    elif isinstance(node, INNER):
        names -= _stored(node)
    return names


def bound_names(source: str) -> list[str]:
    """Return the names that a cell binds, in the order in which it binds them."""
    names: dict[str, None] = {}
    for statement in ast.parse(source).body:
        places = {
            part.id: (part.lineno, part.col_offset)
            for part in reversed(list(ast.walk(statement)))
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
        }
        for name in sorted(_bound(statement), key=lambda n: places.get(n, (0, 0))):
            names[name] = None
    return list(names)


def needed_names(source: str) -> set[str]:
    """Return the names that a cell needs from the cells before it."""
    needed, bound = set(), set()
    for statement in ast.parse(source).body:
        needed |= _read(statement) - bound
        bound |= _bound(statement)
    return needed


def answers(solution: str, later: list[str]) -> list[str]:
    """Return the names a solution binds that one of the `later` cells needs."""
    wanted, settled = set(), set()
    for source in later:
        wanted |= needed_names(source) - settled
        settled |= set(bound_names(source))
    return [name for name in bound_names(solution) if name in wanted]


def stub(names: list[str]) -> str:
    """Return the cell that a student finds in place of a solution."""
    return "\n".join([STUB, *(f"{name} = ..." for name in names)]) if names else FREE


def asks_directly(check: str, names: set[str]) -> bool:
    """Tell whether a check cell hands each answer, as it is, to `check_answer`."""
    tree = ast.parse(check)
    handed = [
        call.args[0]
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "check_answer"
        and call.args
    ]
    direct = {id(node) for node in handed if isinstance(node, ast.Name)}
    return all(
        id(node) in direct
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names
    )


def guarded(check: str, names: list[str]) -> str:
    """Return a check cell that can be run before there is an answer.

    `check_answer` itself says so when it is handed ``...``; a cell that computes with the answer
    first would fail before.
    """
    used = [name for name in names if name in needed_names(check)]
    if not used or asks_directly(check, set(used)):
        return check
    return GUARD.format(answers=", ".join(used)) + textwrap.indent(check, "    ")


def slips(check: str) -> list[str]:
    """Return the sentences that a check cell has ready for plausible wrong answers."""
    messages = []
    for call in ast.walk(ast.parse(check)):
        for keyword in getattr(call, "keywords", []):
            if keyword.arg == "slips" and isinstance(keyword.value, ast.List | ast.Tuple):
                for pair in keyword.value.elts:
                    if isinstance(pair, ast.Tuple) and isinstance(pair.elts[-1], ast.Constant):
                        messages.append(pair.elts[-1].value)
    return messages
