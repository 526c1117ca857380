"""A small book with one of everything that an edit of the theme's pages mends."""

from __future__ import annotations

import base64
import re

from nbformat import v4

from bookmaker.paths import BIBLIOGRAPHY, ROOT
from tests.support.cells import picture
from tests.support.site_builder import small_book

CITED = re.search(r"@\w+\{(\w+),", (ROOT / BIBLIOGRAPHY).read_text(encoding="utf-8"))[1]
TEXT = f"""\
As {{cite:t}}`{CITED}` shows, let $x$, and $y$.

|   | a |
|---|---|
| b | 1 |

```{{prf:proof}}
Short.
```

```{{prf:proof}}
:class: dropdown
Long.
```
"""
WORKS = """\
# Works

```{bibliography}
:filter: cited
```
"""
SOUND = f'<audio><source src="data:audio/wav;base64,{base64.b64encode(b"RIFF").decode()}"></audio>'


def shows(source, data, **metadata):
    """Return an executed cell with one output."""
    output = v4.new_output("display_data", data={**data, "text/plain": "x"})
    return v4.new_code_cell(source, execution_count=1, outputs=[output], metadata=metadata)


CELLS = (
    v4.new_markdown_cell(TEXT),
    v4.new_code_cell("hidden = 1", execution_count=1, metadata={"tags": ["hide-input"]}),
    v4.new_code_cell("removed = 1", execution_count=1, metadata={"tags": ["remove-cell"]}),
    shows("draw()", {"image/png": picture("black")}, mystnb={"image": {"alt": "A dot."}}),
    shows("play()", {"text/html": SOUND}),
)
CONTENTS = """\
format: jb-book
root: intro
chapters:
- file: page
  sections:
  - file: inner
- file: works
"""


def book_of_everything(folder, extension=""):
    """Write the book to `folder`; with the code of one more extension, if wanted."""
    book = small_book(folder, *CELLS)
    (book / "_toc.yml").write_text(CONTENTS)
    (book / "inner.md").write_text("# A page inside\n")
    (book / "works.md").write_text(WORKS)
    if extension:
        (book / "more.py").write_text(extension)
        settings = (book / "_config.yml").read_text(encoding="utf-8")
        settings = settings.replace("\nsphinx:\n", "\nsphinx:\n  local_extensions: {more: .}\n")
        (book / "_config.yml").write_text(settings, encoding="utf-8")
    return book
