"""What a committed notebook must satisfy, each rule a function that returns its violations.

Those for a chapter alone are in `chapter_rules`.
"""

from __future__ import annotations

import ast
import contextlib
import html
import re

from bookmaker.markup.notebook import quiz, tags
from bookmaker.notebooks import execute

# Cells that are run but not compared, by chapter and cell id, each with its reason. What they check
# with `collapse_utils.check` still has to hold.
EXEMPT = {
    ("generation_loss", "c-copy-saves"): "the pictures' PNG bytes depend on the zlib in Pillow",
    ("generation_loss", "c-copy-real-shift"): "a digit depends on the JPEG library in Pillow",
    ("generation_loss", "c-copy-real-colour"): "a digit depends on the JPEG library in Pillow",
}

NBVAL_MARK = re.compile(r"nbval[-_](ignore|skip|check|raises)", re.IGNORECASE)
UNWANTED = {
    "a warning": re.compile(r"\bWarning\b:|\w+Warning:"),
    "a traceback": re.compile(r"Traceback \(most recent call last\)"),
    "an object's address": re.compile(r"\b0x[0-9a-f]{6,}\b"),
    "the repr of a plot object": re.compile(r"<(Axes|matplotlib\.)|\[<"),
    "a numpy scalar's repr": re.compile(r"\bnp\.(float|int|bool)"),
    "an unrounded number": re.compile(r"\d\.\d{8,}"),
    "a path of this machine": re.compile(r"(/home/|/root/|/tmp/|/Users/|[A-Z]:\\)"),
}


def code_cells(notebook):
    """Return the code cells with their number among all cells, counted from one."""
    return [(k, c) for k, c in enumerate(notebook.cells, 1) if c.cell_type == "code"]


def visible_text(output):
    """Return what a reader sees of an output as text: HTML without its markup, no pictures."""
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    data = output.get("data", {})
    markup = re.sub(r"<(style|script).*?</\1>", "", data.get("text/html", ""), flags=re.DOTALL)
    text = html.unescape(re.sub(r"<[^>]*>", " ", markup))
    plain = data.get("text/plain", "")
    return f"{text}\n{plain}"


def executed_in_order(notebook):
    """nbval compares no cell without an execution count: each must have the next one."""
    return [
        f"cell {k}: execution count {cell.execution_count}, expected {n}"
        for n, (k, cell) in enumerate(code_cells(notebook), 1)
        if cell.execution_count != n
    ]


def ids_unique(stored):
    """Every cell has an id of its own, so that an edit shows as an edit.

    Takes the file's JSON as it is: nbformat would repair it on reading.
    """
    ids = [cell.get("id") for cell in stored["cells"]]
    return [
        f"cell {k}: id {name!r} is missing or used twice"
        for k, name in enumerate(ids, 1)
        if not name or ids.count(name) > 1
    ]


def figures_described(notebook):
    """Every computed picture has a text in place of it, and a caption that says something else."""
    problems = []
    for k, cell in code_cells(notebook):
        if not any("image/png" in output.get("data", {}) for output in cell.outputs):
            continue
        described = cell.metadata.get("mystnb", {})
        alt = described.get("image", {}).get("alt", "").strip()
        caption = described.get("figure", {}).get("caption", "").strip()
        if not alt:
            problems.append(f"cell {k}: figure without alternative text")
        if not caption:
            problems.append(f"cell {k}: figure without caption")
        if alt and alt == caption:
            problems.append(f"cell {k}: alternative text repeats the caption")
    return problems


def outputs_clean(notebook):
    """No output shows what means nothing to a reader or changes from run to run."""
    problems = []
    for k, cell in code_cells(notebook):
        for output in cell.outputs:
            failed = output.output_type == "error" and "raises-exception" not in tags(cell)
            if failed:
                problems.append(f"cell {k}: failed with {output.ename}")
            if output.get("name") == "stderr":
                problems.append(f"cell {k}: wrote to stderr")
            text = visible_text(output)
            problems += [
                f"cell {k}: shows {what}: {found.group()!r}"
                for what, pattern in UNWANTED.items()
                if (found := pattern.search(text))
            ]
    return problems


def glued_as_written(notebook):
    """The sentence shows what was glued: MyST-NB reads it as Python, and 0.50 becomes 0.5."""
    problems = []
    for k, cell in code_cells(notebook):
        for output in cell.outputs:
            text = output.get("data", {}).get("application/papermill.record/text/plain", "")
            with contextlib.suppress(SyntaxError, ValueError):
                if str(shown := ast.literal_eval(text)) != text:
                    problems.append(f"cell {k}: glued {text!r}, would be shown as {shown}")
    return problems


def comparisons_kept(notebook, name):
    """No cell is exempt from comparison, unless it is listed with a reason."""
    return [
        f"cell {k}: exempt from comparison, not listed in EXEMPT"
        for k, cell in code_cells(notebook)
        if (NBVAL_MARK.search(cell.source) or NBVAL_MARK.search(" ".join(tags(cell))))
        and (name, cell.id) not in EXEMPT
    ]


def metadata_stable(notebook):
    """No metadata that changes from run to run, from machine to machine or from editor to editor.

    `make execute` removes it.
    """
    extra = set(notebook.metadata) - {"kernelspec", "language_info", "copies"}
    return [f"notebook metadata {key!r} is not the book's" for key in sorted(extra)] + [
        f"cell {k}: metadata {key!r} is not the book's"
        for k, cell in enumerate(notebook.cells, 1)
        for key in sorted(set(cell.metadata) - execute.CELL_METADATA)
    ]


def quizzes_explained(notebook):
    """The code computes each quiz's right answer, and every option has a reason."""
    problems = []
    for k, cell in code_cells(notebook):
        for call in quiz_calls(cell.source):
            (right,) = [k.value for k in call.keywords if k.arg == "right"]
            if not any(isinstance(part, ast.Name) for part in ast.walk(right)):
                problems.append(f"cell {k}: the right answer is written, not computed")
        if (shown := quiz(cell)) is None:
            continue
        verdicts = [option["verdict"] for option in shown.options]
        if verdicts.count("Right") != 1 or len(verdicts) < 3:
            problems.append(f"cell {k}: not one right option among at least three: {verdicts}")
        problems += [
            f"cell {k}: no reason: {option['option']}"
            for option in shown.options
            if len(option["reason"].split()) < 3
        ]
    return problems


def quiz_calls(source):
    """Return the calls of `quiz` in some code."""
    return [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "quiz"
    ]
