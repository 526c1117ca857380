"""The site: its look, its map, its links, its weight. What other rooms use is named here."""

from bookmaker.site.cover import front_cover
from bookmaker.site.pictures import lighter

__all__ = ["front_cover", "lighter"]
