"""Notebooks: run them, derive others from them, pack them.

What other rooms use of this one is named here.
"""

from bookmaker.notebooks.derived import DerivedNotebooks, file_text
from bookmaker.notebooks.packing import FOLDER, README_NAME, collect, pack

__all__ = ["FOLDER", "README_NAME", "DerivedNotebooks", "collect", "file_text", "pack"]
