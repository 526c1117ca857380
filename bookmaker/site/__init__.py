"""The site: its look, its map, its links, its weight. What other rooms use is named here."""

from bookmaker.site.chapter_map import entry as chapter_entry
from bookmaker.site.cover import front_cover
from bookmaker.site.glossary import terms_in
from bookmaker.site.moved_pages import LIST as ADDRESSES
from bookmaker.site.moved_pages import listed_pages
from bookmaker.site.pictures import lighter

__all__ = ["ADDRESSES", "chapter_entry", "front_cover", "lighter", "listed_pages", "terms_in"]
