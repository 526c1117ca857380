"""The site's own look, and what is written beside its pages: what other rooms use of it."""

from bookmaker.site.cover import front as front_cover
from bookmaker.site.weight import lighter

__all__ = ["front_cover", "lighter"]
