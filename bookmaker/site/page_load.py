"""Have a page drawn as soon as its text has arrived.

The theme and the extensions ask for a dozen style sheets and a dozen scripts before anything is
shown. Once the pages are written, the sheets become one, without the rules that no page can use;
scripts wait until the page stands, and the theme's measures all blocks before it marks the first;
words of code that have no colour of their own are no elements; the fonts of icons have those that
can be shown; and every picture says how large it will be, so that nothing moves when it comes, and
is fetched when it is near.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
from pathlib import Path
from urllib.parse import unquote

import tinycss2
from fontTools import subset  # comes with Matplotlib, as Pillow does
from PIL import Image
from sphinx.errors import ExtensionError

from bookmaker.building import is_site

SHEET = "book.css"
ICONS = {"fa-solid-900": "icons.woff", "fa-brands-400": "brands.woff"}
NAMES = (1, 3, 4, 5, 6)  # family, identifier, full name, version, PostScript name
# Which sheets it is made of is written into it: a page that was not written again names it alone
MADE_OF = re.compile(r"/\*! made of (.*) \*/")
LINK = re.compile(
    r'[ \t]*<link (?=[^>]*\brel="stylesheet")[^>]*'
    r'\bhref="(?P<up>[^"]*)_static/(?P<sheet>[^"?]+\.css)[^"]*"[^>]*>\n?'
)
PRELOADED = re.compile(r'[ \t]*<link rel="preload" as="script"[^>]*>\n?')
EAGER = re.compile(r'<script (?=[^>]*\bsrc=)(?![^>]*\b(?:defer|async|type="module"))')
PICTURE = re.compile(r'<img\b(?![^>]*\bwidth=)[^>]*\bsrc="([^":]+\.png)"')
TOKEN = re.compile(r'<span class="(\w+)">([^<]*)</span>')
ICON_FONT = re.compile(
    rf"""url\("([^"]*/({"|".join(ICONS)}))\.woff2"\) format\("woff2"\),"""
    r"""url\("[^"]*/\2\.ttf"\) format\("truetype"\)"""
)
ICON_LINK = re.compile(
    rf'font/woff2(" crossorigin href="[^"]*_static/)[^"]*/({"|".join(ICONS)})\.woff2"'
)
SCRIPT = Path("scripts", "pydata-sphinx-theme.js")
MARKED_IN_TURN = re.compile(
    r"""(document\.querySelectorAll\("pre,[^"]*"\))"""
    r"""\.forEach\(\(e=>\{e\.tabIndex=([^{}]*)\}\)\)"""
)
STRING = re.compile(r"""(["'])((?:(?!\1)[^\\]|\\.)*)\1""")
ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6}) ?")
BLOCK = re.compile(r"<pre\b[^>]*>.*?</pre>", re.DOTALL)
CODE_RULE = re.compile(r"([^{}\n]*)\.highlight(?: \.([\w-]+))?\s*\{([^}]*)\}")
COLOUR = re.compile(r"(?:^|;)\s*(color:[^;]*)")
IMPORT = re.compile(r'@import (?:url\()?"([^"]+)"\)?;')
URL = re.compile(r"""url\(\s*(["']?)(?!["']?(?:data:|#|/|\w+:))([^)"']+)\1\s*\)""")
WORD = re.compile(r"[\w-]+")
CLASS = re.compile(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)")
# What only narrows a selector, or widens it: a class in there proves nothing
ASIDE = re.compile(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\]")
COMMA = re.compile(r",(?![^()]*\))")
NESTING = {"media", "supports", "layer", "container"}


def themed_pages(site: Path) -> dict[Path, str]:
    """Return the theme's pages and their text: no slides, no hand-outs, nothing of JupyterLite."""
    files = [
        f for f in site.rglob("*.html") if not {"_static", "lite"} & {*f.relative_to(site).parts}
    ]
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    marks = ("_static/styles/theme.css", f"_static/{SHEET}")
    return {file: text for file, text in texts.items() if any(mark in text for mark in marks)}


# One sheet


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


def common_sheets(pages: dict[Path, str]) -> list[str]:
    """Return the sheets that all pages ask for, in their order; none if all have the one."""
    lists = [[found["sheet"] for found in LINK.finditer(text)] for text in pages.values()]
    lists = [names for names in lists if SHEET not in names]
    return [name for name in lists[0] if all(name in names for names in lists)] if lists else []


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


# Scripts, code and pictures


def measured_first(script: str) -> str:
    """Return the theme's script, which lets the Tab key reach the blocks that scroll, in two steps.

    It measures a block and marks it, block by block; each mark makes the next measure wait for a
    new layout of the page.
    """
    return MARKED_IN_TURN.sub(r"[...\1].map(e=>[e,\2]).forEach(([e,t])=>{e.tabIndex=t})", script)


def scripts_wait(text: str) -> str:
    """Return a page whose scripts run in their order once it stands, none of them fetched first."""
    return EAGER.sub("<script defer ", PRELOADED.sub("", text))


def colourless(css: str) -> set[str]:
    """Return the classes of words in code that look as code does without them."""
    rules: dict[str, dict[str, str]] = {}
    for theme, name, declarations in CODE_RULE.findall(css):
        if found := COLOUR.search(declarations):
            whole_rule = found[1] if not name else declarations.strip()
            rules.setdefault(name, {})[theme.strip()] = whole_rule.strip()
    code = rules.pop("", {})
    return {name for name, colours in rules.items() if colours == code}


def plain_words(text: str, classes: set[str]) -> str:
    """Return a page in whose blocks of code the words of some classes are no elements."""

    def bare(block):
        return TOKEN.sub(lambda found: found[2] if found[1] in classes else found[0], block[0])

    return BLOCK.sub(bare, text)


def sized(text: str, page: Path) -> str:
    """Return a page whose pictures have the size of their files; its figures wait, but for one."""
    figures = 0

    def with_size(found):
        nonlocal figures
        file = page.parent / unquote(html.unescape(found[1]).partition("?")[0])
        if not file.is_file():
            return found[0]
        with Image.open(file) as picture:
            width, height = picture.size
        figures += "_images/" in found[1]
        waits = ' loading="lazy"' if figures > 1 else ""
        return f'{found[0]} width="{width}" height="{height}"{waits}'

    return PICTURE.sub(with_size, text)


def _build_finished(app, exception) -> None:
    if exception is not None or not is_site(app):
        return
    site = Path(app.outdir)
    static, pages = site / "_static", themed_pages(site)
    sheets = common_sheets(pages)
    if not sheets:
        sheets = MADE_OF.search((static / SHEET).read_text(encoding="utf-8"))[1].split()
    scripts = [
        f for f in static.rglob("*") if f.suffix in (".js", ".mjs") and "mathjax" not in f.parts
    ]
    texts = [*pages.values(), *(file.read_text(encoding="utf-8") for file in scripts)]
    words = {word for text in texts for word in WORD.findall(text)}
    css = with_small_icons(one_sheet(sheets, static, words), static)
    (static / SHEET).write_text(css, encoding="utf-8", newline="\n")
    digest = hashlib.sha256(css.encode()).hexdigest()[:8]
    script = static / SCRIPT
    measured = measured_first(script.read_text(encoding="utf-8"))
    script.write_text(measured, encoding="utf-8", newline="\n")
    classes = colourless(css)
    for file, text in pages.items():
        after = linked_once(text, sheets, digest)
        after = ICON_LINK.sub(lambda found: f'font/woff{found[1]}{ICONS[found[2]]}"', after)
        after = sized(scripts_wait(plain_words(after, classes)), file)
        if after != text:
            file.write_text(after, encoding="utf-8", newline="\n")


def setup(app):
    """Register with Sphinx; after the other extensions have written their pages."""
    app.connect("build-finished", _build_finished, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
