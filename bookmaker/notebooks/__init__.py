"""Notebooks: run them, derive others from them, pack them.

What other rooms use of this one is named here.
"""

from bookmaker.notebooks import packing
from bookmaker.notebooks.derived import DerivedNotebooks, file_text

__all__ = ["DerivedNotebooks", "file_text", "packing"]
