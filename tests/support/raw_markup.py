"""What is left of the book's own markup in a text that should have none."""

from __future__ import annotations

import re

ROLE = re.compile(r"\{(?P<name>[\w:+-]+)\}`(?P<body>[^`]+)`")
LINK = re.compile(r"\]\((?P<label>[\w-]+)\)")

# What a reader of any of these places must never see
RAW = {
    "a role": ROLE,
    "a directive": re.compile(r"^[> ]*(:{3,}|`{3,}\{)", re.MULTILINE),
    "a label": re.compile(r"^[> ]*\([\w-]+\)=\s*$", re.MULTILINE),
    "an option": re.compile(r"^[> ]*:[a-z][\w-]*:( |$)", re.MULTILINE),
    "a formula's label": re.compile(r"\$\$ *\([\w-]+\)"),
    "a link to a label": LINK,
}


def raw_markup(text: str) -> list[str]:
    """Return what is left of the book's own markup in `text`, each with its kind."""
    return [
        f"{kind}: {found.group().strip()}"
        for kind, pattern in RAW.items()
        for found in pattern.finditer(text)
    ]
