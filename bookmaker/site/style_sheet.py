"""Make one style sheet of a dozen, without the rules that no page can use.

The theme and the extensions ask for a dozen sheets, and a font of two thousand icons, before
anything is shown. Once the pages are written, the sheets become one, and the fonts of icons have
those that can be shown.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import tinycss2
from fontTools import subset  # comes with Matplotlib
from sphinx.errors import ExtensionError

from bookmaker.building import is_site
from bookmaker.edits import Edit, on_every_page

SHEET = "book.css"
ICONS = {"fa-solid-900": "icons.woff", "fa-brands-400": "brands.woff"}
NAMES = (1, 3, 4, 5, 6)  # family, identifier, full name, version, PostScript name
# Which sheets it is made of is written into it: a page that was not written again names it alone
MADE_OF = re.compile(r"/\*! made of (.*) \*/")
THEMED = re.compile(rf'href="[^"]*_static/(?:styles/theme\.css|{re.escape(SHEET)})')
LINK = re.compile(
    r'[ \t]*<link (?=[^>]*\brel="stylesheet")[^>]*'
    r'\bhref="(?P<up>[^"]*)_static/(?P<sheet>[^"?]+\.css)[^"]*"[^>]*>\n?'
)
ICON_FONT = re.compile(
    rf"""url\("([^"]*/({"|".join(ICONS)}))\.woff2"\) format\("woff2"\),"""
    r"""url\("[^"]*/\2\.ttf"\) format\("truetype"\)"""
)
STRING = re.compile(r"""(["'])((?:(?!\1)[^\\]|\\.)*)\1""")
ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6}) ?")
IMPORT = re.compile(r'@import (?:url\()?"([^"]+)"\)?;')
URL = re.compile(r"""url\(\s*(["']?)(?!["']?(?:data:|#|/|\w+:))([^)"']+)\1\s*\)""")
WORD = re.compile(r"[\w-]+")
CLASS = re.compile(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)")
# What only narrows a selector, or widens it: a class in there proves nothing
ASIDE = re.compile(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\]")
COMMA = re.compile(r",(?![^()]*\))")
NESTING = {"media", "supports", "layer", "container"}

EDITS = (
    Edit("the theme's style sheets become one", THEMED),
    Edit(
        "a page fetches early the icons that it can show",
        re.compile(r'font/woff2(" crossorigin href="[^"]*_static/)[^"]*/fa-solid-900\.woff2"'),
        rf'font/woff\1{ICONS["fa-solid-900"]}"',
    ),
    Edit(
        "a page fetches early no other icons",
        re.compile(r'\s*<link rel="preload"[^>]*/fa-(?:brands|regular)-400\.woff2"[^>]*>'),
        "",
    ),
)


def themed_pages(site: Path) -> Iterator[tuple[Path, str]]:
    """Yield the theme's pages, each with its text: no slides, no hand-outs, no JupyterLite."""
    for file in site.rglob("*.html"):
        if not {"_static", "lite"} & {*file.relative_to(site).parts}:
            text = file.read_text(encoding="utf-8")
            if THEMED.search(text):
                yield file, text


def whole(file: Path, static: Path) -> str:
    """Return a style sheet with its imports in place and its addresses as seen from `static`."""

    def address(found):
        path = found[2].strip().partition("?")[0].partition("#")[0]
        there = (file.parent / path).resolve().relative_to(static.resolve())
        return f'url("{there.as_posix()}")'

    text = URL.sub(address, file.read_text(encoding="utf-8"))
    return IMPORT.sub(lambda found: whole(file.parent / found[1], static), text)


def usable(selector: str, words: set[str]) -> bool:
    """Tell whether the pages or the scripts have every class that a selector asks for."""
    classes = CLASS.findall(ASIDE.sub("", selector))
    return all(name.replace("\\", "") in words for name in classes)


def pruned(rules: list, words: set[str]) -> str:
    """Return parsed rules as text, without those that no page can use."""
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = COMMA.split(tinycss2.serialize(rule.prelude))
            living = [s.strip() for s in selectors if usable(s, words)]
            if living:
                kept.append(f"{','.join(living)}{{{tinycss2.serialize(rule.content).strip()}}}")
        elif rule.type == "at-rule" and rule.lower_at_keyword in NESTING and rule.content:
            inner = pruned(tinycss2.parse_rule_list(rule.content, True, True), words)
            if inner:
                head = f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}"
                kept.append(f"{head}{{\n{inner}\n}}")
        elif rule.type != "comment" or rule.value.startswith("!"):
            kept.append(rule.serialize())
    return "\n".join(kept)


def one_sheet(sheets: list[str], static: Path, words: set[str]) -> str:
    """Return the sheets as one, their licences kept."""
    text = "\n".join(whole(static / sheet, static) for sheet in sheets)
    rules = tinycss2.parse_stylesheet(text, skip_whitespace=True)
    body = re.sub(r"/\*(?!!).*?\*/", "", pruned(rules, words), flags=re.DOTALL)
    return f"/*! made of {' '.join(sheets)} */\n" + re.sub(r"\s*\n\s*", "\n", body) + "\n"


def asked_for(texts) -> tuple[list[str], set[str]]:
    """Return the sheets that all pages ask for, in their order, and every word of the pages.

    A page that was not written again asks for the one sheet; if all do, there are none.
    """
    common, words = None, set()
    for text in texts:
        words.update(WORD.findall(text))
        sheets = [found["sheet"] for found in LINK.finditer(text)]
        if SHEET not in sheets:
            common = sheets if common is None else [s for s in common if s in sheets]
    return common or [], words


def linked_once(text: str, sheets: list[str], digest: str) -> str:
    """Return a page that asks for the one sheet, where it first asked for one of `sheets`."""
    first = True

    def replaced(found):
        nonlocal first
        if found["sheet"] not in (*sheets, SHEET):
            return found[0]
        link = f'<link rel="stylesheet" href="{found["up"]}_static/{SHEET}?v={digest}" />\n'
        link, first = (link if first else ""), False
        return link

    return LINK.sub(replaced, text)


def shown_icons(css: str) -> set[int]:
    """Return the code points of all characters that a style sheet writes."""
    strings = (found[2] for found in STRING.finditer(css))
    text = "".join(ESCAPE.sub(lambda found: chr(int(found[1], 16)), string) for string in strings)
    return {ord(character) for character in text}


def small_font(font: Path, characters: set[int]) -> bytes:
    """Return a font with no more than some characters, compressed, under a name of its own.

    Its licence, the SIL Open Font License, keeps the font's name for the whole font.
    """
    options = subset.Options(flavor="woff", notdef_outline=True)
    written = io.BytesIO()
    with subset.load_font(font, options) as opened:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=characters)
        subsetter.subset(opened)
        for record in opened["name"].names:
            if record.nameID in NAMES:
                record.string = "Icons"
        subset.save_font(opened, written, options)
    return written.getvalue()


def with_small_icons(css: str, static: Path) -> str:
    """Write the fonts of those icons that a sheet can show; return the sheet that asks for them."""
    fonts = {found[2]: static / f"{found[1]}.ttf" for found in ICON_FONT.finditer(css)}
    if missing := ICONS.keys() - fonts:
        raise ExtensionError(f"the theme's sheets ask for no {', '.join(sorted(missing))}")
    shown = shown_icons(css)
    for name, font in fonts.items():
        (static / ICONS[name]).write_bytes(small_font(font, shown))
    return ICON_FONT.sub(lambda found: f'url("{ICONS[found[2]]}") format("woff")', css)


def _build_finished(app, exception) -> None:
    if exception is not None or not is_site(app):
        return
    site = Path(app.outdir)
    static = site / "_static"
    sheets, words = asked_for(text for _, text in themed_pages(site))
    made = static / SHEET
    if not sheets and made.is_file():
        sheets = MADE_OF.search(made.read_text(encoding="utf-8"))[1].split()
    if not sheets:
        return
    for file in static.rglob("*"):
        if file.suffix in (".js", ".mjs") and "mathjax" not in file.parts:
            words.update(WORD.findall(file.read_text(encoding="utf-8")))
    css = with_small_icons(one_sheet(sheets, static, words), static)
    made.write_text(css, encoding="utf-8", newline="\n")
    digest = hashlib.sha256(css.encode()).hexdigest()[:8]
    for file, text in themed_pages(site):
        after = linked_once(text, sheets, digest)
        if after != text:
            file.write_text(after, encoding="utf-8", newline="\n")


def setup(app):
    """Register with Sphinx; after the other extensions have written their pages."""
    on_every_page(app, __name__, *EDITS)
    app.connect("build-finished", _build_finished, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
