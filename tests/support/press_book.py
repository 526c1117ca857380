"""A small book with one of everything that paper and e-readers need in another form."""

from __future__ import annotations

import re
import subprocess
import sys

import yaml
from nbformat import v4

from tests.support.cells import cell, picture
from tests.support.site_builder import copy_book, write_notebook

# Markup that only the site understands
RAW = re.compile(r":::|```|\{(?:prf:ref|eq|numref|doc|ref|cite|cite:t|glue:text)\}`")
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


def stepper() -> str:
    """Return a stepper through two pictures."""
    images = "".join(
        f'<img alt="Picture {k}." src="data:image/png;base64,{picture(color)}">'
        for k, color in enumerate(("red", "blue"))
    )
    labels = "<label>0</label><label>1</label>"
    return f'<fieldset class="stepper"><legend>Saves</legend>{labels}<div>{images}</div></fieldset>'


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


def press_book(folder, *more):
    """Copy the machinery to `folder`, with two small chapters; `more` cells end the first."""
    copy_book(folder, chapters=False)
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
    write_notebook(folder / "chapters" / "one.ipynb", *CELLS, *more)
    nothing = v4.new_markdown_cell("# And then?\n\nNothing.")
    write_notebook(folder / "chapters" / "two.ipynb", nothing)
    return folder


def press(kind, book):
    """Make a book as a reader would; return exit status and what was printed."""
    command = [sys.executable, "-m", "bookmaker.press.make", kind, "--of", str(book)]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr
