"""A small book with one of everything that paper and e-readers need in another form."""

from __future__ import annotations

import base64
import io

import nbformat
import yaml
from nbformat import v4
from PIL import Image

from tests.support.site_builder import copy_book

INTRO = """\
# Small book

It begins in {doc}`chapters/one`, and {doc}`reference/package` stays on the site.
"""
OPENING = """\
(one)=
# How small can a book be?

As {cite:t}`shumailov2024` ask, $\\mathbb E\\,x^2 < \\infty$.

(one-first)=
## One of everything

$$
\\begin{aligned}
a &= \\tfrac12 \\\\
b &= \\operatorname{tr} \\Sigma
\\end{aligned}
$$ (eq-one)

:::{prf:theorem} Small is enough
:label: thm-one

By {eq}`eq-one`, and {numref}`fig-one`.
:::

:::{dropdown} Proof
Nothing to prove, by {prf:ref}`thm-one`.
:::

:::{admonition} Before you run it: is it small?
:class: dropdown

It is as small as the folded answer.
:::

| letter | meaning |
|:--|:--|
| $a$ | a number of which one may say a good deal, so that its cell has to be broken into lines |
"""
EXERCISE = """\
(one-exercises)=
## Exercises

### Exercise 1. Add (easy)

Add one and one.

:::{admonition} Hint
:class: dropdown

Use the folded hint, and {doc}`two`.
:::
"""
DISCUSSION = """\
:::{admonition} Discussion
:class: dropdown

The folded discussion.
:::
"""
QUIZ = (
    '<div class="quiz"><p>Which is <em>smaller</em>?</p><details><summary>one</summary>'
    "<p><strong>Right.</strong> The folded reason.</p></details><details><summary>two</summary>"
    "<p><strong>No.</strong> Count again.</p></details></div>"
)
TABLE = (
    "<table><caption>Counted</caption><tr><th></th><th>n</th></tr>"
    "<tr><th>row</th><td>cell of a table</td></tr></table>"
)
PLAYERS = (
    '<div class="players"><figure class="player"><figcaption>original</figcaption><audio controls '
    'src="data:audio/wav;base64,UklGRg=="></audio></figure><p><small>A credit.</small></p></div>'
)


def picture(color: str) -> str:
    """Return a PNG of one colour, in base64."""
    written = io.BytesIO()
    Image.new("RGB", (40, 20), color).save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode()


def stepper() -> str:
    """Return a stepper through two pictures."""
    images = "".join(
        f'<img alt="Picture {k}." src="data:image/png;base64,{picture(color)}">'
        for k, color in enumerate(("red", "blue"))
    )
    labels = "<label>0</label><label>1</label>"
    return f'<fieldset class="stepper"><legend>Saves</legend>{labels}<div>{images}</div></fieldset>'


def cell(source: str, *tags: str, figure: str = "", **data):
    """Return an executed cell, with tags and what it shows."""
    outputs = []
    if "text" in data:
        outputs.append(v4.new_output("stream", name="stdout", text=data["text"]))
    if "html" in data:
        shown = {"text/html": data["html"], "text/plain": "<HTML object>"}
        outputs.append(v4.new_output("display_data", data=shown))
    if figure:
        shown = {"image/png": picture("green"), "text/plain": "<Figure>"}
        outputs.append(v4.new_output("display_data", data=shown))
    made = v4.new_code_cell(source, execution_count=1, outputs=outputs)
    made.metadata["tags"] = list(tags)
    if figure:
        texts = {"caption": "A green figure.", "name": figure}
        made.metadata["mystnb"] = {"image": {"alt": "Green, all over."}, "figure": texts}
    return made


CELLS = (
    v4.new_markdown_cell(OPENING),
    cell("plotting_code()", "hide-input", figure="fig-one"),
    cell("shown_code()", text="shown output\n"),
    cell("quiz_code()", "hide-input", html=QUIZ),
    cell("table_code()", html=TABLE),
    cell("player_code()", html=PLAYERS),
    cell("stepper_code()", html=stepper()),
    v4.new_markdown_cell(EXERCISE),
    cell("solution_code()", "solution", "hide-cell", text="two\n"),
    v4.new_markdown_cell(DISCUSSION),
    cell("check_code()", "check", "hide-input", text="your answer is right\n"),
    v4.new_markdown_cell("(one-end)=\n## Key points\n\n- It [was small](one-first).\n"),
)


def notebook(folder, name, *cells):
    """Write a chapter."""
    made = v4.new_notebook(cells=list(cells))
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    made.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    nbformat.write(made, folder / "chapters" / f"{name}.ipynb")


def press_book(folder, *more):
    """Copy the machinery to `folder`, with two small chapters; `more` cells end the first."""
    copy_book(folder, chapters=False)
    (folder / "chapters").mkdir()
    parts = [
        {
            "caption": "I. Small things",
            "numbered": True,
            "chapters": [{"file": "chapters/one"}, {"file": "chapters/two"}],
        },
        {
            "caption": "Back matter",
            "chapters": [{"file": "reference/package"}, {"file": "reference/bibliography"}],
        },
    ]
    toc = {"format": "jb-book", "root": "intro", "parts": parts}
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")
    (folder / "intro.md").write_text(INTRO, encoding="utf-8")
    notebook(folder, "one", *CELLS, *more)
    notebook(folder, "two", v4.new_markdown_cell("# And then?\n\nNothing."))
    return folder
