"""Make the slides of each teaching route out of the notebooks that it leads through.

A deck holds what a room looks at and answers: questions, predictions, quizzes, exercises, figures,
theorems, formulas, and the tables, steps and texts that a question is about. The prose stays in the
chapters; the routes' notes become the speaker's notes, and so do the answers to the predictions.
Everything is read from the executed notebooks, figures included. The pages are shown by reveal.js,
which a pinned package carries; where it is missing, or without JavaScript, a deck is one long page.
"""

from __future__ import annotations

import base64
import html
import io
import re
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from PIL import Image

from bookmaker.teach import routes

FOLDER = "slides"
TALL = 0.75  # height over width
MANY_ROWS = 8  # a longer table is set smaller
NAMELESS = ("predict", "quiz", "table", "steps", "printed")
REVEAL = {
    "LICENSE": "LICENSE",
    "dist/reset.css": "reset.css",
    "dist/reveal.css": "reveal.css",
    "dist/reveal.js": "reveal.js",
    "plugin/notes/notes.js": "notes.js",
}

PREDICTION = re.compile(
    r"^:::\{admonition\} (?P<title>Before you [^\n]*?): (?P<question>[^\n]+)\n"
    r"(?::class:[^\n]*\n)?(?P<answer>.*?)\n:::$",
    re.MULTILINE | re.DOTALL,
)
ASKED = re.compile(r"\*\*(?P<title>Before you [^*]*?):\*\* (?P<question>.+?)(?=\n\n|\Z)", re.DOTALL)
ANSWER = re.compile(
    r"^:::\{admonition\} Answer\n(?::class:[^\n]*\n)?(?P<answer>.*?)\n:::$",
    re.MULTILINE | re.DOTALL,
)
FORMULA = re.compile(
    r"^\$\$\n(?P<tex>(?:(?!\$\$).)*)\$\$ \((?P<label>[\w-]+)\)", re.MULTILINE | re.DOTALL
)
STATEMENT = re.compile(
    r"^:::\{prf:(?P<kind>\w+)\}(?P<name>[^\n]*)\n:label: (?P<label>[\w-]+)\n(?P<body>.*?)\n:::$",
    re.MULTILINE | re.DOTALL,
)
CLAIM = "application/vnd.collapse.claim+json"
QUIZ = re.compile(r'^<div class="quiz"><p>(?P<question>.*?)</p>(?P<options>.*)</div>$', re.DOTALL)
OPTION = re.compile(
    r"<details><summary>(?P<option>.*?)</summary><p><strong>(?P<verdict>Right|No)\.</strong>"
    r" (?P<reason>.*?)</p></details>",
    re.DOTALL,
)

TABLE = re.compile(r"^\|(?P<head>.+)\|\n\|[-|: ]+\|\n(?P<rows>(?:\|.+\|(?:\n|\Z))+)", re.MULTILINE)
STEPS = re.compile(r"^1\. .+(?:\n(?:\d+\. |   ).+)+", re.MULTILINE)
EXERCISE = re.compile(r"(?P<title>Exercise (?P<number>\d+)\. .+) \((?P<grade>.+)\)")

ASIDE = re.compile(r" *\(\{(?:eq|numref|prf:ref)\}`[^`]*`\)")
ROLE = re.compile(r"\{(?P<role>[\w:]+)\}`(?P<text>[^`]*)`")
TITLED = re.compile(r"(.+?)\s*<[^>]*>")
STANDS_FOR = {"eq": "the formula", "numref": "the figure", "prf:ref": "the theorem"}
AUTHOR = re.compile(r"([a-z]+)(\d{4})[a-z]*")
LABELLED = re.compile(r"\$\$ \([\w-]+\)")
LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]*\)")


def _math(content: str, options: dict) -> str:
    """Return what MathJax looks for; a deck has no other dollar signs."""
    start, end = (r"\[", r"\]") if options["display_mode"] else (r"\(", r"\)")
    return start + html.escape(content) + end


MARKDOWN = MarkdownIt("commonmark").use(dollarmath_plugin, renderer=_math)


def words(text: str, stored: dict[str, str]) -> str:
    """Return Markdown in which the book's own references are words, and its numbers are there."""

    def replace(found):
        role, inside = found["role"], found["text"]
        if role == "glue:text":
            return stored.get(inside.partition(":")[0], "…")
        if role.startswith("cite"):
            author = AUTHOR.fullmatch(inside)
            return f"{author[1].title()} ({author[2]})" if role == "cite:t" and author else ""
        if role in STANDS_FOR:
            return STANDS_FOR[role]
        if titled := TITLED.fullmatch(inside):
            return titled[1]
        if role == "doc":
            name = inside.rpartition("/")[2]
            path = routes.notebook_path(name)
            return f"*{routes.read(path)[1][0].title}*" if path else name.replace("_", " ")
        return inside.replace("-", " ") if role == "ref" else inside

    text = LINK.sub(r"\1", LABELLED.sub("$$", ROLE.sub(replace, ASIDE.sub("", text))))
    return re.sub(r" +([.,;:)])", r"\1", re.sub(r" *\( *\)", "", text))


def markup(text: str, stored: dict[str, str] | None = None, *, inline: bool = False) -> str:
    """Return Markdown as HTML, its formulas left for MathJax."""
    text = words(text, stored or {})
    return MARKDOWN.renderInline(text) if inline else MARKDOWN.render(text)


def sentence(text: str) -> str:
    """Return a question with its first letter raised, as it now stands alone."""
    return text[0].upper() + text[1:]


def stored_numbers(notebook: dict) -> dict[str, str]:
    """Return the numbers that the cells have stored for sentences to quote."""
    found = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            name = output.get("metadata", {}).get("scrapbook", {}).get("name")
            if name:
                record = output["data"]["application/papermill.record/text/plain"]
                found[name] = "".join(record)
    return found


@dataclass(frozen=True)
class Shown:
    """One thing that a notebook can put on a slide."""

    kind: str  # one of SLIDES, or figure
    name: str  # its label, or its kind if it has none
    content: dict


def _output(cell: dict, mime: str) -> str | None:
    """Return the first output of a cell of one type."""
    for output in cell.get("outputs", []):
        if mime in output.get("data", {}):
            return "".join(output["data"][mime])
    return None


def things(parts: list) -> list[Shown]:
    """Return all that a section's parts can show, in order."""
    found = []
    for part in parts:
        if isinstance(part, dict):
            found += _of_cell(part)
        else:
            found += _of_text(part)
    # A question in bold has its answer in a box of its own, further down
    answers = [a["answer"] for p in parts if isinstance(p, str) for a in ANSWER.finditer(p)]
    for thing in found:
        if thing.kind == "predict" and "answer" not in thing.content:
            thing.content["answer"] = answers.pop(0) if answers else ""
    return found


def _of_cell(cell: dict) -> list[Shown]:
    name, picture = routes.figure_name(cell), _output(cell, "image/png")
    if name and picture:
        described = cell["metadata"]["mystnb"]
        content = {
            "png": base64.b64decode(picture),
            "alt": described["image"]["alt"],
            "caption": described["figure"]["caption"],
        }
        return [Shown("figure", name, content)]
    if asked := QUIZ.match(_output(cell, "text/html") or ""):
        options = [found.groupdict() for found in OPTION.finditer(asked["options"])]
        return [Shown("quiz", "quiz", {"question": asked["question"], "options": options})]
    outputs = cell.get("outputs", [])
    printed = "".join("".join(o["text"]) for o in outputs if o.get("name") == "stdout")
    if printed and not any(CLAIM in o.get("data", {}) for o in outputs):
        return [Shown("printed", "printed", {"text": printed.rstrip()})]
    return []


def _of_text(text: str) -> list[Shown]:
    found = []
    for pattern, kind in ((PREDICTION, "predict"), (ASKED, "predict")):
        found += [(m.start(), Shown(kind, kind, m.groupdict())) for m in pattern.finditer(text)]
    for pattern, kind in ((FORMULA, "formula"), (STATEMENT, "statement")):
        found += [
            (m.start(), Shown(kind, m["label"], m.groupdict())) for m in pattern.finditer(text)
        ]
    found += [(m.start(), Shown("steps", "steps", {"text": m[0]})) for m in STEPS.finditer(text)]
    for m in TABLE.finditer(text):
        rows = [_row(line) for line in m["rows"].splitlines()]
        found.append((m.start(), Shown("table", "table", {"head": _row(m["head"]), "rows": rows})))
    return [shown for _, shown in sorted(found, key=lambda pair: pair[0])]


def _row(line: str) -> list[str]:
    """Return the cells of a table's line."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def exercises(notebook: list) -> list[Shown]:
    """Return the tasks of a notebook's exercises, each without its hint."""
    found = []
    for section in notebook:
        if titled := EXERCISE.fullmatch(section.title):
            task = next(part for part in section.parts if isinstance(part, str))
            content = {**titled.groupdict(), "task": task.partition(":::")[0].strip()}
            found.append(Shown("exercise", f"exercise-{titled['number']}", content))
    return found


def part_of_table(shown: Shown, columns: list[str], rows: list[str]) -> tuple[Shown, list[str]]:
    """Return a table with some of its columns and rows, and the names that it does not have.

    Columns are named by their heads and rows by their first cells; an empty list keeps all.
    """
    head, body = shown.content["head"], shown.content["rows"]
    missing = [name for name in columns if name not in head]
    missing += [name for name in rows if name not in [row[0] for row in body]]
    kept = [head.index(name) for name in columns if name in head] or range(len(head))
    lines = [row for row in body if row[0] in rows or not rows]
    content = {"head": [head[k] for k in kept], "rows": [[row[k] for k in kept] for row in lines]}
    return Shown("table", "table", content), missing


def chosen(block: dict) -> tuple[list[Shown], list[str]]:
    """Return what a block's slides show, and the names that its notebook has nothing of.

    What has a name of its own may stand anywhere in the notebook. The rest (predictions, quizzes,
    tables, steps, printed texts) are those of the block's section. Of a table, `columns` and `rows`
    of the block say which part.
    """
    path = routes.notebook_path(block.get("chapter", ""))
    section = path and routes.find(block["chapter"], block.get("label"))
    if not section:
        return [], []
    here = things(section.parts)
    if "show" not in block:
        return here, []
    notebook = routes.read(path)[1]
    everywhere = things([part for s in notebook if s.level <= 2 for part in s.parts])
    everywhere += exercises(notebook)
    found, missing = [], []
    for name in block["show"]:
        named = [thing for thing in here if thing.name == name]
        if not named and name not in NAMELESS:
            named = [thing for thing in everywhere if thing.name == name]
        found += named
        if not named:
            missing.append(name)
    for k, thing in enumerate(found):
        if thing.kind == "table":
            columns, rows = block.get("columns", []), block.get("rows", [])
            found[k], absent_parts = part_of_table(thing, columns, rows)
            missing += absent_parts
    return found, [f"{block['chapter']}, {section.title!r} has no {m} to show" for m in missing]


def absent(teaching: dict) -> list[str]:
    """Return what the routes want to show and no notebook has."""
    found = []
    for key, route in teaching.items():
        for block in (b for session in routes.parts(route) for b in session["blocks"]):
            found += [f"{key}: {problem}" for problem in chosen(block)[1]]
    return found


# The slides of one thing each


def _slide(body: str, notes: str = "", kind: str = "") -> str:
    aside = f'<aside class="notes">{notes}</aside>' if notes else ""
    return f'<section class="{kind}">\n{body}\n{aside}</section>\n'


def _picture_slide(shown: Shown, stored: dict, source: str) -> str:
    caption = markup(shown.content["caption"], stored, inline=True)
    alt = html.escape(shown.content["alt"], quote=True)
    with Image.open(io.BytesIO(shown.content["png"])) as picture:
        kind = ' class="tall"' if picture.height > TALL * picture.width else ""
    image = f'<img src="{source}" alt="{alt}">'
    body = f"<figure{kind}>{image}<figcaption>{caption}</figcaption></figure>"
    return _slide(body, kind="picture")


def _quiz_slide(shown: Shown, stored: dict) -> str:
    numbered = dict(enumerate(shown.content["options"], 1))
    options = "".join(f"<li>{option['option']}</li>" for option in numbered.values())
    right = next(k for k, option in numbered.items() if option["verdict"] == "Right")
    reasons = "".join(
        f"<p>{k}: {option['verdict']}. {option['reason']}</p>" for k, option in numbered.items()
    )
    body = (
        f'<p class="eyebrow">Vote with your fingers</p><h2>{shown.content["question"]}</h2>'
        f'<ol class="options">{options}</ol>'
        f'<p class="fragment">It is number {right}. {numbered[right]["reason"]}</p>'
    )
    return _slide(body, reasons, "question")


def _predict_slide(shown: Shown, stored: dict) -> str:
    question = markup(sentence(shown.content["question"]), stored, inline=True)
    body = f'<p class="eyebrow">{html.escape(shown.content["title"])}</p><h2>{question}</h2>'
    return _slide(body, markup(shown.content["answer"], stored), "question")


def _statement_slide(shown: Shown, stored: dict) -> str:
    name = markup(shown.content["name"].strip(), stored, inline=True)
    kind = shown.content["kind"].capitalize()
    body = f'<p class="eyebrow">{kind}</p><h2>{name}</h2>'
    return _slide(body + markup(shown.content["body"], stored), kind="statement")


def _formula_slide(shown: Shown, stored: dict) -> str:
    body = '<p class="eyebrow">In one line</p>' + markup(f"$$\n{shown.content['tex']}$$")
    return _slide(body, kind="formula")


def _exercise_slide(shown: Shown, stored: dict) -> str:
    title = markup(shown.content["title"], stored, inline=True)
    body = f'<p class="eyebrow">{html.escape(shown.content["grade"])}</p><h2>{title}</h2>'
    return _slide(body + markup(shown.content["task"], stored), kind="exercise")


def _table_slide(shown: Shown, stored: dict) -> str:
    def cells(row, tag, attribute=""):
        return "".join(f"<{tag}{attribute}>{markup(c, stored, inline=True)}</{tag}>" for c in row)

    rows = "".join(
        "<tr>" + cells([first], "th", ' scope="row"') + cells(others, "td") + "</tr>\n"
        for first, *others in shown.content["rows"]
    )
    head = cells(shown.content["head"], "th", ' scope="col"')
    long = " long" if len(shown.content["rows"]) > MANY_ROWS else ""
    body = f"<table><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table>"
    return _slide(body, kind=f"table{long}")


def _steps_slide(shown: Shown, stored: dict) -> str:
    return _slide(markup(shown.content["text"], stored), kind="steps")


def _printed_slide(shown: Shown, stored: dict) -> str:
    return _slide(f"<pre>{html.escape(shown.content['text'])}</pre>", kind="printed")


SLIDES = {
    "exercise": _exercise_slide,
    "table": _table_slide,
    "steps": _steps_slide,
    "printed": _printed_slide,
    "quiz": _quiz_slide,
    "predict": _predict_slide,
    "statement": _statement_slide,
    "formula": _formula_slide,
}


def _list(items: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{markup(item, inline=True)}</li>" for item in items) + "</ul>"


def block_slides(block: dict, times: tuple[int, int], pictures: dict[str, bytes]) -> str:
    """Return a block's slides; its figures are added to `pictures` by file name."""
    title = html.escape(routes.title(block)) if "title" in block else ""
    title = title or markup(routes.title(block), inline=True)
    start, end = map(routes.hour, times)
    eyebrow = f"{start} to {end} · {', '.join(block['do'])}"
    question = f"<p>{markup(block['ask'], inline=True)}</p>" if "ask" in block else ""
    body = f'<p class="eyebrow">{eyebrow}</p><h2>{title}</h2>{question}'
    slides = [_slide(body, markup(block["note"]), "block")]
    if path := routes.notebook_path(block.get("chapter", "")):
        stored = stored_numbers(routes.read(path)[0])
        for shown in chosen(block)[0]:
            if shown.kind == "figure":
                name = f"{path.stem}-{shown.name}.png"
                pictures[name] = shown.content["png"]
                slides.append(_picture_slide(shown, stored, f"figures/{name}"))
            else:
                slides.append(SLIDES[shown.kind](shown, stored))
    # Whoever speaks needs the note on every slide of the block, whoever prints needs it once
    again = f'<aside class="notes again">{markup(block["note"])}</aside></section>\n'
    return "".join([slides[0], *(one.removesuffix("</section>\n") + again for one in slides[1:])])


# The deck

PAGE = """\
<!doctype html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
{reveal_css}<link rel="stylesheet" href="../_static/palette.css">
<link rel="stylesheet" href="../_static/slides.css">
<noscript><link rel="stylesheet" href="../_static/slides_plain.css"></noscript>
<script>
  if (matchMedia("(prefers-color-scheme: dark)").matches) {{
    document.documentElement.dataset.theme = "dark";
  }}
</script>
{mathjax}</head>
<body tabindex="0">
<main><div class="reveal"><div class="slides">
{slides}</div></div></main>
{reveal_js}</body>
</html>
"""
MATHJAX = """\
<script>
  MathJax = {
    loader: { load: ["core", "input/tex", "output/chtml", "ui/menu", "a11y/assistive-mml"] },
    tex: { inlineMath: [["\\\\(", "\\\\)"]], displayMath: [["\\\\[", "\\\\]"]] },
    chtml: { matchFontHeight: false }
  };
</script>
<script defer src="../_static/mathjax/startup.js"></script>
"""
REVEAL_CSS = """\
<link rel="stylesheet" href="reveal/reset.css">
<link rel="stylesheet" href="reveal/reveal.css">
"""
PLAIN_CSS = '<link rel="stylesheet" href="../_static/slides_plain.css">\n'
REVEAL_JS = """\
<script src="reveal/reveal.js"></script>
<script src="reveal/notes.js"></script>
<script>
  const onPaper = /print-pdf/.test(location.search);
  if (onPaper) {
    document.querySelectorAll("aside.again").forEach(note => note.remove());
  }
  Reveal.initialize({
    width: 1280, height: 720, margin: 0.05, hash: true, slideNumber: "c/t", transition: "none",
    plugins: [RevealNotes], showNotes: onPaper && "separate-page"
  });
</script>
"""


def deck_names(key: str, route: dict) -> list[str]:
    """Return the names of a route's decks: one, or one for each session."""
    if "sessions" not in route:
        return [key]
    return [f"{key}-{number}" for number in range(1, len(route["sessions"]) + 1)]


def deck(route: dict, session: dict, number: int, pictures: dict[str, bytes], shown: bool) -> str:
    """Return one deck as a page; `shown` tells whether reveal.js is there to show it."""
    course = session is not route
    title = f"{number}. {session['title']}" if course else route["title"]
    first = (
        f'<p class="eyebrow">Copies of Copies</p><h1>{html.escape(title)}</h1>'
        '<p class="hint">Arrow keys turn the slides, S opens the speaker\'s notes, '
        "O shows all slides, ? all keys.</p>"
    )
    notes = f"<p>{session['minutes']} minutes.</p>{markup(route['offline'])}"
    slides = [_slide(first, notes, "title")]
    blocks = session["blocks"]
    slides += [
        block_slides(block, times, pictures)
        for block, times in zip(blocks, routes.clock(blocks), strict=True)
    ]
    if not course or number == len(route["sessions"]):
        end = "<h2>Can you say …</h2>" + _list(route["checkpoints"])
        slides.append(_slide(end, kind="list"))
        slides.append(_slide("<h2>To take home</h2>" + _list(route["discussion"]), kind="list"))
    return PAGE.format(
        title=f"{html.escape(title)} | Copies of Copies",
        mathjax=MATHJAX,
        reveal_css=REVEAL_CSS if shown else PLAIN_CSS,
        slides="".join(slides),
        reveal_js=REVEAL_JS if shown else "",
    )


def reveal_folder() -> Path | None:
    """Return the folder of the installed reveal.js, or None."""
    spec = find_spec("sphinx_revealjs")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "_static" / "revealjs"


def write(site: Path, teaching: dict) -> bool:
    """Write every deck to the built site; return whether reveal.js was there."""
    target, source = site / FOLDER, reveal_folder()
    shutil.rmtree(target, ignore_errors=True)
    (target / "figures").mkdir(parents=True)
    if source:
        (target / "reveal").mkdir()
        for name, copy in REVEAL.items():
            shutil.copyfile(source / name, target / "reveal" / copy)
    pictures: dict[str, bytes] = {}
    for key, route in teaching.items():
        named = zip(deck_names(key, route), routes.parts(route), strict=True)
        for number, (name, session) in enumerate(named, 1):
            page = deck(route, session, number, pictures, source is not None)
            (target / f"{name}.html").write_text(page, encoding="utf-8", newline="\n")
    for name, picture in pictures.items():
        (target / "figures" / name).write_bytes(picture)
    return source is not None
