"""Make an e-book of the pages: valid EPUB 3, formulas as MathML, metadata for everyone.

Sphinx's builder copies whatever the site needs; here only one style sheet goes in. Formulas become
MathML with their LaTeX as the text for readers that cannot show them.
"""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

from docutils import nodes
from sphinx.builders.epub3 import Epub3Builder, NavPoint
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.math import get_node_equation_number

from bookmaker.building import generated
from bookmaker.colour import readable
from bookmaker.press.arrange import COVER, NAME
from bookmaker.site import lighter
from collapse_utils import plotting

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
# What the vocabulary of schema.org says about who can read it, and how
ACCESSIBILITY = (
    ("schema:accessMode", "textual"),
    ("schema:accessMode", "visual"),
    ("schema:accessModeSufficient", "textual"),
    ("schema:accessModeSufficient", "textual,visual"),
    ("schema:accessibilityFeature", "alternativeText"),
    ("schema:accessibilityFeature", "MathML"),
    ("schema:accessibilityFeature", "readingOrder"),
    ("schema:accessibilityFeature", "structuralNavigation"),
    ("schema:accessibilityFeature", "tableOfContents"),
    ("schema:accessibilityHazard", "none"),
    (
        "schema:accessibilitySummary",
        "Every figure has a text that says what it shows, and every formula is MathML.",
    ),
)
MATHML = "http://www.w3.org/1998/Math/MathML"
STYLES = ("displaystyle", "scriptlevel")
STYLED = {f"{{{MATHML}}}{name}" for name in ("mstyle", "mtable")}
ElementTree.register_namespace("", MATHML)
ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)\w+;")
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
REPAIRS = {' role="doc-biblioentry"': "", '<div role="list" class="citation-list">': "<div>"}


# Formulas


def mathml(latex: str, *, display: bool) -> str:
    """Return a formula as MathML, with its LaTeX as alternative text."""
    from math_core import LatexToMathML

    converter = LatexToMathML(xml_namespace=True)
    text = converter.convert_with_local_state(latex.strip(), displaystyle=display)
    # XML knows five names of characters only
    formula = ElementTree.fromstring(ENTITY.sub(lambda found: html.unescape(found[0]), text))
    formula.set("alttext", " ".join(latex.split()))
    style_apart(formula)
    return ElementTree.tostring(formula, encoding="unicode")


def style_apart(element) -> None:
    """Set the style of formulas by elements of their own, as MathML 3 has it.

    MathML Core, which the converter writes, allows its attributes anywhere; EPUB 3 does not.
    """
    for place, child in enumerate(list(element)):
        style_apart(child)
        if child.tag in STYLED:
            continue
        given = {name: child.attrib.pop(name) for name in STYLES if name in child.attrib}
        if given:
            wrapper = ElementTree.Element(f"{{{MATHML}}}mstyle", given)
            wrapper.tail, child.tail = child.tail, None
            wrapper.append(child)
            element[place] = wrapper
    if element.tag == f"{{{MATHML}}}mtable":
        element.attrib.pop("scriptlevel", None)


def _visit_math(translator, node) -> None:
    translator.body.append(mathml(node.astext(), display=False))
    raise nodes.SkipNode


def _visit_math_block(translator, node) -> None:
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    number = get_node_equation_number(translator, node) if node["number"] else ""
    if number:
        translator.body.append(f'<span class="eqno">({number})</span>')
    translator.body.append(mathml(node.astext(), display=True))
    translator.body.append("</div>\n")
    raise nodes.SkipNode


# Pages


class Clean(SphinxPostTransform):
    """Leave of each page what is valid in an e-book."""

    default_priority = 950
    builders = ("epub",)

    def run(self, **kwargs) -> None:
        """Give every id to one place only, and drop what only a browser can use."""
        seen: set[str] = set()
        for node in self.document.findall(nodes.Element):
            node["ids"] = [name for name in node.get("ids", ()) if name not in seen]
            seen.update(node["ids"])


def repair(app, pagename, templatename, context, doctree) -> None:
    """Mend the markup that extensions write, and load one style sheet."""
    context["css_files"] = ["_static/book.css"]
    context["script_files"] = []
    if "body" in context:
        for written, wanted in REPAIRS.items():
            context["body"] = context["body"].replace(written, wanted)
        context["body"] = SCRIPT.sub("", context["body"])


def style_sheet() -> str:
    """Return the e-book's style, with the book's colours."""
    colors = {
        "ink": plotting.INK,
        "muted": readable(plotting.MUTED, "#ffffff", plotting.INK),
        "accent": readable(plotting.ACCENT, "#ffffff", plotting.INK),
    }
    text = (Path(__file__).parent / "book.css").read_text(encoding="utf-8")
    return re.sub(r"var\(--(\w+)\)", lambda found: colors[found[1]], text)


class BookBuilder(Epub3Builder):
    """Sphinx's builder of EPUB 3, with nothing in it that a page does not use."""

    def copy_static_files(self) -> None:
        """Write the style sheet and the cover."""
        static = Path(self.outdir) / "_static"
        static.mkdir(exist_ok=True)
        highlighting = self.highlighter.get_stylesheet()
        (static / "book.css").write_text(highlighting + style_sheet(), encoding="utf-8")
        shutil.copyfile(generated(self.app) / COVER, static / COVER)

    def copy_image_files(self) -> None:
        """Copy the figures, with a palette where it does not show."""
        super().copy_image_files()
        for file in (Path(self.outdir) / self.imagedir).glob("*.png"):
            file.write_bytes(lighter(file.read_bytes()))

    def build_content(self) -> None:
        """Write the package file, with what Sphinx does not know of."""
        super().build_content()
        file = Path(self.outdir) / "content.opf"
        text = file.read_text(encoding="utf-8")
        file.write_text(described(text, Path(self.outdir)), encoding="utf-8")

    def build_navlist(self, navnodes: list[dict]) -> list[NavPoint]:
        """Return the table of contents with its chapters under their parts."""
        pages = {point.refuri: point for point in super().build_navlist(navnodes)}
        grouped = []
        root = self.env.external_site_map.root
        for tree in root.subtrees:
            names = (f"{item}{self.out_suffix}" for item in tree.items)
            points = [pages.pop(name) for name in names if name in pages]
            if tree.caption and points:
                points = [NavPoint(tree.caption, points[0].refuri, points)]
            grouped += points
        return [*pages.values(), *grouped]

    def build_toc(self) -> None:
        """Write the old table of contents, under the name that the package file has."""
        super().build_toc()
        file = Path(self.outdir) / "toc.ncx"
        written = f'content="{self.config.epub_uid}"'
        wanted = f'content="{self.config.epub_identifier}"'
        file.write_text(file.read_text("utf-8").replace(written, wanted), encoding="utf-8")


def described(opf: str, folder: Path) -> str:
    """Return the package file with licence, accessibility, and the pages that hold MathML."""
    lines = [f'<link rel="dcterms:rights" href="{LICENCE}"/>']
    lines += [f'<meta property="{name}">{value}</meta>' for name, value in ACCESSIBILITY]
    opf = opf.replace("  </metadata>", "".join(f"    {li}\n" for li in lines) + "  </metadata>")
    opf = re.sub(r"\s*<meta property=\"ibooks:[^>]*>[^<]*</meta>", "", opf)

    def item(found):
        page = folder / found[1]
        if page.suffix == ".xhtml" and "<math" in page.read_text(encoding="utf-8"):
            return found[0].replace(" />", ' properties="mathml" />')
        if page.name == COVER:
            return found[0].replace(" />", ' properties="cover-image" />')
        return found[0]

    return re.sub(r'<item id="[^"]*" href="([^"]+)"[^>]* />', item, opf)


def _config_inited(app, config) -> None:
    config.html_math_renderer = "mathml"
    config.epub_basename = NAME
    config.epub_title = f"{config.html_title}: model collapse, in code you can run"
    config.epub_description = (
        "An executable textbook on model collapse: what happens when a model is trained on what "
        "models made. Every figure and number comes from code, every formula is checked."
    )
    config.epub_author = config.epub_publisher = config.epub_contributor = config.author
    config.epub_copyright = f"{config.copyright} {config.author}. Text CC BY 4.0, code BSD-3-Clause"
    config.epub_identifier = f"urn:{NAME}"
    config.epub_scheme, config.epub_uid = "URI", "BookId"
    config.epub_cover = (f"_static/{COVER}", "epub-cover.html")
    config.epub_use_index = False
    config.epub_show_urls = "no"
    config.epub_tocdepth = 2
    config.epub_tocdup = False
    config.epub_tocscope = "includehidden"
    config.html_copy_source = config.html_show_sourcelink = False
    config.html_css_files = config.html_js_files = []
    config.version = "1"
    config.html_domain_indices = False


def setup(app):
    """Register with Sphinx."""
    app.add_builder(BookBuilder, override=True)
    app.add_html_math_renderer("mathml", (_visit_math, None), (_visit_math_block, None))
    app.add_post_transform(Clean)
    app.connect("config-inited", _config_inited, priority=900)
    app.connect("html-page-context", repair, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
