"""Run a page's cells in the reader's browser: one namespace, outputs as a notebook shows them."""

from __future__ import annotations

import ast
import base64
import io
import json
import linecache
import logging
import sys
import traceback

LONGEST = 200_000


class Stream(io.TextIOBase):
    """A standard stream whose text becomes outputs of the running cell."""

    def __init__(self, name: str, outputs: list[dict]):
        self.name, self.outputs, self.written = name, outputs, 0

    def writable(self):
        """Say that it can be written to, as `print` asks."""
        return True

    def write(self, text):
        """Add `text` to the last output if that is of this stream, else begin one."""
        self.written += len(text)
        if self.written > LONGEST:
            raise RuntimeError(f"a cell may print {LONGEST} characters, no more")
        if self.outputs and self.outputs[-1]["type"] == self.name:
            self.outputs[-1]["text"] += text
        else:
            self.outputs.append({"type": self.name, "text": text})
        return len(text)


def encoded(picture: bytes) -> str:
    """Return the bytes of a picture as text."""
    return base64.b64encode(picture).decode()


def shown(value) -> dict:
    """Return the richest output that `value` offers and a page can show."""
    for method, kind in [("_repr_html_", "html"), ("_repr_png_", "png")]:
        offered = getattr(type(value), method, None)
        if offered is not None and (content := offered(value)) is not None:
            return {"type": kind, "text": encoded(content) if kind == "png" else content}
    return {"type": "text", "text": repr(value)}


def explanation(error: BaseException) -> str:
    """Return what went wrong and in which lines of which cells, without the machinery between."""
    lines = []
    if not isinstance(error, SyntaxError):
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename.startswith("cell "):
                lines.append(f"{frame.filename}, line {frame.lineno}:  {frame.line}\n")
    return "".join([*lines, *traceback.format_exception_only(error)])


class Session:
    """The namespace that a page's cells share, and the outputs of the one that runs."""

    def __init__(self):
        self.outputs = []
        self.names = {"__name__": "__main__", "display": self.display}
        self.draw_with_the_page()

    def draw_with_the_page(self):
        """Let ``plt.show()`` put the open figures among the cell's outputs."""
        logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
        import matplotlib.pyplot as plt

        plt.switch_backend("agg")
        plt.show = lambda *_, **__: self.show_figures()
        self.pyplot = plt

    def show_figures(self):
        """Add every open figure as a picture, trimmed as a notebook trims it, and close it."""
        for number in self.pyplot.get_fignums():
            figure, picture = self.pyplot.figure(number), io.BytesIO()
            figure.savefig(picture, format="png", dpi=figure.dpi, bbox_inches="tight")
            self.outputs.append({"type": "png", "text": encoded(picture.getvalue())})
            self.pyplot.close(figure)

    def display(self, *values):
        """Show values, as the function of the same name does in a notebook."""
        self.outputs += map(shown, values)

    def execute(self, source: str, name: str):
        """Run `source`; show the value of its last line unless a semicolon ends it."""
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        tree = ast.parse(source, name)
        last = None
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            last = ast.Expression(tree.body.pop().value)
        exec(compile(tree, name, "exec"), self.names)
        if last is not None:
            value = eval(compile(last, name, "eval"), self.names)
            if value is not None and not source.rstrip().endswith(";"):
                self.display(value)

    def run(self, source: str, number: int) -> str:
        """Run cell `number`; return its outputs as JSON, an error as the last of them."""
        self.outputs = []
        streams = sys.stdout, sys.stderr
        sys.stdout = Stream("stdout", self.outputs)
        sys.stderr = Stream("stderr", self.outputs)
        try:
            self.execute(source, f"cell {number}")
            self.show_figures()
        except BaseException as error:
            self.pyplot.close("all")
            text, name = explanation(error), type(error).__name__
            self.outputs.append({"type": "error", "text": text, "name": name})
        finally:
            sys.stdout, sys.stderr = streams
        return json.dumps(self.outputs)
