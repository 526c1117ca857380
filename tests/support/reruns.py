"""Run a chapter's notebook again in a browser, and compare what it prints with what is stored."""

from __future__ import annotations

import html
import re
import time

from bookmaker.notebooks import rules

PATIENCE = 600_000
# What JupyterLite's kernel says by itself, once, when a notebook first imports matplotlib
FONTS = "Matplotlib is building the font cache; this may take a moment."
IDLE = "document.querySelector('.live-bar').getAttribute('aria-busy') === 'false'"
LITE_READY = """() => {
    const widget = window.jupyterapp?.shell?.currentWidget;
    return widget?.context?.isReady && widget.sessionContext?.session?.kernel?.status === "idle";
}"""
LITE_RUN = """async () => {
    const app = window.jupyterapp, widget = app.shell.currentWidget;
    await app.commands.execute("notebook:run-all-cells");
    return widget.context.model.toJSON();
}"""


def without_markup(markup: str) -> str:
    """Return what a reader sees of some HTML."""
    markup = re.sub(r"<(style|script).*?</\1>", "", markup, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", " ", markup))


def text_of(outputs) -> str:
    """Return what is printed and what tables say, in one line: no pictures, no markup."""
    parts = []
    for output in outputs:
        if output["output_type"] == "stream":
            parts.append("".join(output["text"]))
        elif output["output_type"] == "error":
            parts.append(f"{output['ename']}: {output['evalue']}")
        elif markup := "".join(output["data"].get("text/html", "")):
            parts.append(without_markup(markup))
    return " ".join(" ".join(parts).split())


def stored(notebook, chapter="") -> dict[int, str]:
    """Return the stored text of each code cell by its number, without the exempt ones."""
    cells = enumerate((cell for _, cell in rules.code_cells(notebook)), 1)
    return {n: text_of(cell.outputs) for n, cell in cells if (chapter, cell.id) not in rules.EXEMPT}


def visible(notebook) -> set[int]:
    """Return the numbers of the code cells that the page shows."""
    cells = enumerate((cell for _, cell in rules.code_cells(notebook)), 1)
    return {n for n, cell in cells if "remove-cell" not in rules.tags(cell)}


def differences(expected: dict[int, str], seen: dict[int, str]) -> list[str]:
    """Return a line for each cell of `expected` that printed something else, or was not seen."""
    return [
        f"cell {n}: stored {text!r}, now {seen.get(n)!r}"
        for n, text in expected.items()
        if text != seen.get(n)
    ]


# On the page


def make_live(page) -> float:
    """Press the button; return the seconds until the first cell has run."""
    start = time.perf_counter()
    page.click(".live-start")
    page.wait_for_selector(".live-on", timeout=PATIENCE)
    page.wait_for_function(IDLE, timeout=PATIENCE)
    return time.perf_counter() - start


def run_all(page) -> float:
    """Run all cells of a live page; return the seconds it took."""
    start = time.perf_counter()
    page.get_by_role("button", name="Run all", exact=True).click()
    page.wait_for_function(IDLE, timeout=PATIENCE)
    return time.perf_counter() - start


def cell(page, number):
    """Return the box of cell `number`."""
    return page.locator(f"div.cell.live-{number}")


def on_page(page) -> dict[int, str]:
    """Return the text that each cell of a live page shows now, by its number."""
    found = page.evaluate(
        """() => [...document.querySelectorAll("div.cell")].map(cell => [
            Number(cell.className.match(/live-(\\d+)/)[1]),
            [...cell.querySelectorAll(".cell_output .output")]
                .filter(output => !output.querySelector("img"))
                .map(output => {
                    const copy = output.cloneNode(true);
                    copy.querySelectorAll(".copybtn").forEach(button => button.remove());
                    return copy.innerHTML;
                }).join(" "),
        ])"""
    )
    return {n: " ".join(without_markup(text).split()) for n, text in found}


# In JupyterLite


def run_in_lite(visitor, path: str) -> tuple[list[dict], float, float]:
    """Run a notebook in JupyterLite; return its code cells and the seconds to start and to run."""
    start = time.perf_counter()
    page = visitor.page
    page.goto(f"{visitor.address}/lite/notebooks/index.html?path={path}")
    page.wait_for_function(LITE_READY, timeout=PATIENCE)
    ready = time.perf_counter()
    page.set_default_timeout(PATIENCE)
    notebook = page.evaluate(LITE_RUN)
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return cells, ready - start, time.perf_counter() - ready


def in_lite(visitor, path: str) -> tuple[dict[int, str], float, float]:
    """Run a notebook in JupyterLite; return its texts and the seconds to start and to run."""
    cells, started, ran = run_in_lite(visitor, path)
    seen = {n: text_of(c["outputs"]).replace(FONTS, "").strip() for n, c in enumerate(cells, 1)}
    return seen, started, ran


def failures(cells: list[dict]) -> list[str]:
    """Return a line for each code cell that stopped with an error, or was not run at all."""
    found = []
    for number, cell in enumerate(cells, 1):
        errors = [o for o in cell["outputs"] if o["output_type"] == "error"]
        found += [f"cell {number}: {error['ename']}: {error['evalue']}" for error in errors]
        if not errors and cell["execution_count"] is None and "".join(cell["source"]).strip():
            found.append(f"cell {number} was not run")
    return found
