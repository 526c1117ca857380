"""The site's own look, and what is written beside its pages: what other rooms use of it."""

from bookmaker.site.chapter_map import entry as chapter_entry
from bookmaker.site.cover import front as front_cover
from bookmaker.site.glossary import terms_in
from bookmaker.site.moved_pages import LIST as ADDRESSES
from bookmaker.site.moved_pages import addresses
from bookmaker.site.weight import lighter

__all__ = ["ADDRESSES", "addresses", "chapter_entry", "front_cover", "lighter", "terms_in"]
