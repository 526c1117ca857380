"""Make a printed book of the pages: parts, front and back matter, tables that fit, a look.

Sphinx's LaTeX builder sets one chapter after the other. Here the captions of the table of contents
become parts, chapters have the numbers that they have on the site, and code and tables are fitted
to the width of the page. The look is in ``preamble.tex``.
"""

from __future__ import annotations

import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from bookmaker.building import generated
from bookmaker.colour import mix
from bookmaker.press.arrange import COVER, NAME
from collapse_utils import plotting

ROMAN = re.compile(r"^[IVX]+\. ")
# Characters that a line of a table holds, and that a column needs before it can wrap its words
LINE = 78
GAP = 2.5  # between two columns
# Every chapter ends with these; the contents would be half as long again
ROUTINE = ("Key points", "What this leaves out", "The next question", "Further reading")
SCALE = 86  # per cent
RAGGED = r">{\raggedright\arraybackslash}"
BREAK = re.compile(r"\s+|(?<=[-/])")
LONG = 14  # lines from which a table may go on to the next page

FONTS = r"""
\usepackage{unicode-math}
\setmainfont{texgyrepagella}[Extension=.otf, UprightFont=*-regular, BoldFont=*-bold,
  ItalicFont=*-italic, BoldItalicFont=*-bolditalic]
\setsansfont{texgyreheros}[Extension=.otf, UprightFont=*-regular, BoldFont=*-bold,
  ItalicFont=*-italic, BoldItalicFont=*-bolditalic]
\setmathfont{texgyrepagella-math.otf}
\setmonofont{DejaVuSansMono}[Extension=.ttf, UprightFont=*, BoldFont=*-Bold,
  ItalicFont=*-Oblique, BoldItalicFont=*-BoldOblique, Scale=0.83]
"""
TITLE_PAGE = r"""
\hypersetup{pageanchor=false}
\thispagestyle{empty}
\begin{tikzpicture}[remember picture, overlay]
\node[inner sep=0pt] at (current page.center)
  {\includegraphics[width=\paperwidth,height=\paperheight]{press-cover.png}};
\end{tikzpicture}
\clearpage
\thispagestyle{empty}
\vspace*{\fill}
\noindent{\large\bfseries %(title)s}\par\medskip
\noindent %(author)s\par\bigskip
\noindent Text and figures are licensed under CC BY 4.0
(\url{https://creativecommons.org/licenses/by/4.0/}), the code under the BSD 3-Clause licence.
The data were made by others, under the licences that the package lists.\par\bigskip
\noindent The chapters are notebooks: every figure and every number here is the stored output of the
code beside it. Where a figure is shown without code, the notebook has it.\par
\clearpage
\hypersetup{pageanchor=true}
"""


def colors() -> str:
    """Return the book's palette as LaTeX colours."""
    paper = "#ffffff"
    named = {
        "ink": plotting.INK,
        "muted": mix(plotting.MUTED, plotting.INK, 0.2),
        "accent": plotting.ACCENT,
        "tint": mix(paper, plotting.ACCENT, 0.07),
        "surface": mix(paper, plotting.INK, 0.045),
        "rule": mix(paper, plotting.INK, 0.3),
    }
    return "".join(
        f"\\definecolor{{press{name}}}{{HTML}}{{{color[1:].upper()}}}\n"
        for name, color in named.items()
    )


def elements() -> dict[str, str]:
    """Return what Sphinx puts into the head of the LaTeX file."""
    return {
        "papersize": "a4paper",
        "pointsize": "11pt",
        "extraclassoptions": "oneside,openany",
        "geometry": (
            r"\usepackage[a4paper,textwidth=150mm,top=27mm,bottom=27mm,"
            r"headsep=9mm,headheight=15pt]{geometry}"
        ),
        "fontpkg": FONTS + r"\usepackage{xcolor}" + "\n" + colors(),  # before Sphinx needs them
        "fncychap": "",
        "preamble": (Path(__file__).parent / "preamble.tex").read_text(encoding="utf-8"),
        "tableofcontents": (
            r"\frontmatter\setcounter{secnumdepth}{-1}\renewcommand\contentsname{Contents}"
            r"{\hypersetup{linkcolor=pressink}\tableofcontents}\clearpage"
        ),
        "printindex": "",
        "figure_align": "!htb",
        "sphinxsetup": (
            "verbatimwrapslines=true, verbatimhintsturnover=false, pre_border-width=0pt,"
            "pre_border-radius=0pt, VerbatimBorderColor={named}{pressrule},"
            "VerbatimColor={named}{presssurface}, InnerLinkColor={named}{pressaccent},"
            "OuterLinkColor={named}{pressaccent}, TitleColor={named}{pressink}"
        ),
    }


def part(caption: str, numbered: bool, state: dict) -> str:
    """Return what opens a part of the book; `state` knows which matter it is in."""
    text = ""
    if numbered:
        if state["matter"] == "front":
            state["matter"] = "main"
            text += "\\pressmainmatter\\setcounter{secnumdepth}{1}\\setcounter{chapter}{0}\n"
        return text + f"\\part{{{ROMAN.sub('', caption)}}}\n"
    if state["matter"] == "main":
        state["matter"] = "back"
        text += (
            "\\backmatter\\setcounter{secnumdepth}{-1}\\setcounter{chapter}{0}"
            "\\setcounter{figure}{0}\\setcounter{table}{0}\\setcounter{equation}{0}\n"
        )
    if state["matter"] == "back":
        text += f"\\clearpage\\phantomsection\\addcontentsline{{toc}}{{part}}{{{caption}}}\n"
    return text


def toc_depth(depth: int) -> nodes.raw:
    """Return what sets how deep the table of contents goes from here on."""
    text = rf"\addtocontents{{toc}}{{\protect\setcounter{{tocdepth}}{{{depth}}}}}"
    return nodes.raw("", text + "\n", format="latex")


def insert_before(section, node) -> None:
    """Insert a node before a section and the label that stands before its heading.

    The label is often the last thing in the section before.
    """
    parent, place = section.parent, section.parent.index(section)
    while isinstance(parent[place - 1], nodes.section):
        parent, place = parent[place - 1], len(parent[place - 1])
    while isinstance(parent[place - 1], nodes.target):
        place -= 1
    parent.insert(place, node)


class Structure(SphinxPostTransform):
    """Open the parts, and give the first page the title of a chapter."""

    default_priority = 2
    builders = ("latex",)

    def run(self, **kwargs) -> None:
        """Visit the tables of contents of the first page, in order."""
        state = {"matter": "front"}
        root = self.document[0]
        title = "\\chapter{Introduction}\n"
        root.insert(1, nodes.raw("", title, format="latex"))
        for wrapper in list(self.document.findall(nodes.compound)):
            if "press_caption" in wrapper:
                opening = part(wrapper["press_caption"], wrapper["press_numbered"], state)
                wrapper.insert(0, nodes.raw("", opening, format="latex"))
        for section in list(self.document.findall(nodes.section)):
            if section[0].astext() in ROUTINE:
                insert_before(section, toc_depth(0))
                section.insert(1, toc_depth(1))


def note_captions(app, doctree) -> None:
    """Let the captions outlive the tables of contents, which the builder replaces."""
    if app.env.docname != app.config.root_doc:
        return
    for toctree in doctree.findall(addnodes.toctree):
        toctree.parent["press_caption"] = toctree.get("caption") or ""
        toctree.parent["press_numbered"] = bool(toctree.get("numbered"))


class Ending(SphinxPostTransform):
    """Let the list of works, which Sphinx puts last, be the page that has its name."""

    default_priority = 800
    builders = ("latex",)

    def run(self, **kwargs) -> None:
        """Take the page away, of which Sphinx has left the heading."""
        for page in list(self.document.findall(addnodes.start_of_file)):
            if page["docname"] == "bibliography":
                page.parent.remove(page)


class Figures(SphinxPostTransform):
    """Show figures a little smaller than they were drawn."""

    default_priority = 880
    builders = ("latex",)

    def run(self, **kwargs) -> None:
        """Visit the figures that cells have drawn."""
        for figure in self.document.findall(nodes.figure):
            for image in figure.findall(nodes.image):
                if not {"width", "height", "scale"} & set(image.attributes):
                    image["scale"] = SCALE


class Bookmarks(SphinxPostTransform):
    """Give each formula in a title words for the reader's list of bookmarks."""

    default_priority = 880
    builders = ("latex",)

    def run(self, **kwargs) -> None:
        """Visit the formulas in titles."""
        for title in self.document.findall(nodes.title):
            for math in list(title.findall(nodes.math)):
                latex = math.astext()
                plain = re.sub(r"\\([a-zA-Z]+) ?|[{}]", r"\1", latex)
                text = rf"\texorpdfstring{{\({latex}\)}}{{{plain}}}"
                math.replace_self(nodes.raw("", text, format="latex"))


class Cells(SphinxPostTransform):
    """Tell what goes into a cell from what comes out."""

    default_priority = 900
    builders = ("latex",)
    environments = {"cell_code_source": "pressinput", "cell_code_output": "pressoutput"}

    def run(self, **kwargs) -> None:
        """Wrap the code of each cell and the text that it prints; let references find it."""
        for holder in list(self.document.findall(nodes.container)):
            if holder["ids"]:
                holder.insert(0, nodes.target("", "", ids=holder["ids"]))
            name = self.environments.get(holder.get("nb_element"))
            for block in list(holder.findall(nodes.literal_block)) if name else ():
                place = block.parent.index(block)
                block.parent.insert(place + 1, nodes.raw("", f"\\end{{{name}}}", format="latex"))
                block.parent.insert(place, nodes.raw("", f"\\begin{{{name}}}", format="latex"))


def lengths(group, number: int) -> tuple[int, int]:
    """Return the longest cell and the longest word of a column, in characters."""
    texts = [row[number].astext() for row in group.findall(nodes.row) if len(row) > number]
    words = [word for text in texts for word in BREAK.split(text)]
    return max(map(len, texts)), max(map(len, words))


def widths(group) -> list[float]:
    """Return the share of the line that each column of a table takes: by its words, then its text.

    Every column first gets room for its longest word; what is left goes to those with more to say.
    """
    columns = [lengths(group, number) for number in range(group["cols"])]
    need = [1.1 * word + GAP for _, word in columns]
    wish = [max(min(text, 3 * LINE) - word, 0) ** 0.7 for text, word in columns]
    left = max(LINE - sum(need), 0)
    total = sum(wish) or 1
    room = [n + left * w / total for n, w in zip(need, wish, strict=True)]
    return [r / sum(room) for r in room]


def lines(group, shares: list[float] | None) -> int:
    """Return about how many lines a table takes."""
    room = [int(share * LINE) for share in shares] if shares else [LINE] * group["cols"]
    total = 0
    for row in group.findall(nodes.row):
        cells = zip(row, room, strict=False)
        total += max(max(-(-len(cell.astext()) // width), 1) for cell, width in cells)
    return total


class Tables(SphinxPostTransform):
    """Fit tables to the line, and let long ones go on to the next page."""

    default_priority = 890
    builders = ("latex",)

    def run(self, **kwargs) -> None:
        """Visit the tables."""
        for table in list(self.document.findall(nodes.table)):
            group = next(table.findall(nodes.tgroup))
            given = [column["colwidth"] for column in group.findall(nodes.colspec)]
            if "colwidths-given" in table["classes"]:
                shares = [width / sum(given) for width in given]
            elif sum(lengths(group, k)[0] + GAP for k in range(group["cols"])) <= LINE:
                shares = None
            else:
                shares = widths(group)
            decided = {"longtable", "pictures"} & set(table["classes"])
            if lines(group, shares) > LONG and not decided:
                table["classes"].append("longtable")
            if shares:
                spec = "".join(rf"{RAGGED}\Y{{{share:.3f}}}" for share in shares)
            else:
                spec = "l" * group["cols"]
            table["classes"] = [c for c in table["classes"] if c != "colwidths-given"]
            table.parent.insert(table.parent.index(table), addnodes.tabular_col_spec(spec=spec))
            small = nodes.raw("", r"\begingroup\small\extrarowheight=2pt" + "\n", format="latex")
            table.parent.insert(table.parent.index(table) - 1, small)
            end = nodes.raw("", r"\endgroup" + "\n", format="latex")
            table.parent.insert(table.parent.index(table) + 1, end)


def _config_inited(app, config) -> None:
    config.latex_engine = "xelatex"
    config.latex_docclass = {"manual": "book"}
    config.latex_toplevel_sectioning = "chapter"
    config.latex_table_style = ["booktabs"]
    config.latex_show_urls = "no"
    config.latex_use_xindy = False
    config.latex_domain_indices = False
    config.latex_additional_files = [str(generated(app) / COVER)]
    title = {"title": config.html_title, "author": config.author}
    config.latex_elements = elements()
    config.latex_elements["maketitle"] = TITLE_PAGE % title
    config.latex_documents = [
        (config.root_doc, f"{NAME}.tex", config.html_title, config.author, "manual", False)
    ]


def setup(app):
    """Register with Sphinx."""
    app.connect("config-inited", _config_inited, priority=900)
    app.connect("doctree-read", note_captions)
    for transform in (Structure, Ending, Figures, Bookmarks, Cells, Tables):
        app.add_post_transform(transform)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
