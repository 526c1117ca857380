"""List every model of the package in its reference: the directive ``models``."""

from __future__ import annotations

from sphinx.util.docutils import SphinxDirective

from collapse_utils import models

ENTRY = ".. automodule:: {}\n   :members:\n   :show-inheritance:\n"


def model_modules() -> list[str]:
    """Return the modules of all models that the package registers, what they share first."""
    classes = [value for value in vars(models).values() if isinstance(value, type)]
    return list(dict.fromkeys(found.__module__ for found in classes))


class Models(SphinxDirective):
    """Show the reference of each of those modules."""

    def run(self):
        """Return what an ``automodule`` for each would."""
        return self.parse_text_to_nodes("\n".join(map(ENTRY.format, model_modules())))


def setup(app):
    """Register with Sphinx."""
    app.add_directive("models", Models)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
