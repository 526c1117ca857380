"""Citations in plain Markdown: names, a year and a link, and a list of works at the end."""

from __future__ import annotations

from collections.abc import Mapping

from pybtex.database import Entry
from pybtex.plugin import find_plugin

# pybtex escapes more than a reader of Markdown source should have to see
ESCAPED = ("\\.", "\\-", "\\(", "\\)", "\\\\")


class Bibliography:
    """The works that the book may cite, by their keys."""

    def __init__(self, entries: Mapping[str, Entry]):
        self.entries = entries
        self.style = find_plugin("pybtex.style.formatting", "unsrt")()
        self.backend = find_plugin("pybtex.backends", "markdown")()

    def entry(self, key: str) -> Entry:
        """Return the entry `key`, or raise a ValueError that names it."""
        if key not in self.entries:
            raise ValueError(f"nothing in the bibliography is called {key!r}")
        return self.entries[key]

    def names(self, key: str) -> str:
        """Return the family names: one, two, or the first and *et al.*"""
        people = self.entry(key).persons.get("author") or self.entry(key).persons.get("editor", [])
        families = [
            " ".join(map(str, person.rich_prelast_names + person.rich_last_names))
            for person in people
        ]
        if len(families) > 2:
            return f"{families[0]} et al."
        return " and ".join(families) or str(self.entry(key).fields["title"])

    def year(self, key: str) -> str:
        """Return the year, or n.d. where there is none."""
        return self.entry(key).fields.get("year", "n.d.")

    def address(self, key: str) -> str:
        """Return where the work can be read: its DOI, its preprint or its page; or nothing."""
        fields = self.entry(key).fields
        if "doi" in fields:
            return f"https://doi.org/{fields['doi']}"
        if fields.get("archiveprefix", "").lower() == "arxiv":
            return f"https://arxiv.org/abs/{fields['eprint']}"
        return fields.get("url", "")

    def _linked(self, key: str, text: str) -> str:
        address = self.address(key)
        return f"[{text}]({address})" if address else text

    def in_text(self, keys: list[str], linked: bool = True) -> str:
        """Return ``Shumailov et al. (2024)``."""
        works = {key: f"{self.names(key)} ({self.year(key)})" for key in keys}
        return ", ".join(self._linked(*work) if linked else work[1] for work in works.items())

    def in_parentheses(self, keys: list[str]) -> str:
        """Return ``(Shumailov et al., 2024)``, linked."""
        return f"({'; '.join(self._linked(k, f'{self.names(k)}, {self.year(k)}') for k in keys)})"

    def listed(self, keys: list[str]) -> str:
        """Return a Markdown list of the works `keys`, by name and year."""
        lines = []
        for key in sorted(set(keys), key=lambda k: (self.names(k).casefold(), self.year(k), k)):
            (formatted,) = self.style.format_entries([self.entry(key)])
            text = " ".join(formatted.text.render(self.backend).split())
            for mark in ESCAPED:
                text = text.replace(mark, mark[1])
            lines.append(f"- {text}")
        return "\n".join(lines)
