"""Make the slides of each teaching route out of the notebooks that it leads through.

A deck holds what a room looks at and answers: questions, predictions, quizzes, exercises, figures,
theorems, formulas, and the tables, steps and texts that a question is about. The prose stays in the
chapters; the routes' notes become the speaker's notes, and so do the answers to the predictions.
Everything is read from the executed notebooks, figures included. The pages are shown by reveal.js,
which a pinned package carries; where it is missing, or without JavaScript, a deck is one long page.
"""

from __future__ import annotations

import html
import io
import shutil
from importlib.util import find_spec
from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from PIL import Image

from bookmaker.markup.book import Book
from bookmaker.markup.notebook import Exercise, Prediction, Quiz
from bookmaker.markup.reader import Block, Directive, Table
from bookmaker.markup.references import Words
from bookmaker.teach import routes
from bookmaker.teach.choose import chosen

FOLDER = "slides"
TALL = 0.75  # height over width
MANY_ROWS = 8  # a longer table is set smaller
REVEAL = {
    "LICENSE": "LICENSE",
    "dist/reset.css": "reset.css",
    "dist/reveal.css": "reveal.css",
    "dist/reveal.js": "reveal.js",
    "plugin/notes/notes.js": "notes.js",
}


def _math(content: str, options: dict) -> str:
    """Return what MathJax looks for; a deck has no other dollar signs."""
    start, end = (r"\[", r"\]") if options["display_mode"] else (r"\(", r"\)")
    return start + html.escape(content) + end


MARKDOWN = MarkdownIt("commonmark").use(dollarmath_plugin, renderer=_math)


def words_of(book: Book, block: dict) -> Words:
    """Return what turns the markup of a block's notebook into plain words; or that of a route."""
    notebook = book.notebook(block.get("chapter", ""))
    if notebook is None:
        return Words(book.index, str(routes.ROUTES.with_suffix("")))
    return Words(book.index, book.index.notebooks[block["chapter"]].name, notebook.numbers)


def markup(text: str, words: Words, *, inline: bool = False) -> str:
    """Return Markdown as HTML, its formulas left for MathJax."""
    if inline:
        return MARKDOWN.renderInline(words.running(text))
    return MARKDOWN.render(words.text(text))


def sentence(text: str) -> str:
    """Return a question with its first letter raised, as it now stands alone."""
    return text[0].upper() + text[1:]


# The slides of one thing each


def _slide(body: str, notes: str = "", kind: str = "") -> str:
    aside = f'<aside class="notes">{notes}</aside>' if notes else ""
    return f'<section class="{kind}">\n{body}\n{aside}</section>\n'


def _picture_slide(drawn: dict, words: Words, source: str) -> str:
    caption = markup(drawn["caption"], words, inline=True)
    with Image.open(io.BytesIO(drawn["png"])) as picture:
        kind = ' class="tall"' if picture.height > TALL * picture.width else ""
    image = f'<img src="{source}" alt="{html.escape(drawn["alt"], quote=True)}">'
    body = f"<figure{kind}>{image}<figcaption>{caption}</figcaption></figure>"
    return _slide(body, kind="picture")


def _quiz_slide(quiz: Quiz, words: Words) -> str:
    numbered = dict(enumerate(quiz.options, 1))
    options = "".join(f"<li>{option['option']}</li>" for option in numbered.values())
    right = next(k for k, option in numbered.items() if option["verdict"] == "Right")
    reasons = "".join(
        f"<p>{k}: {option['verdict']}. {option['reason']}</p>" for k, option in numbered.items()
    )
    body = (
        f'<p class="eyebrow">Vote with your fingers</p><h2>{quiz.question}</h2>'
        f'<ol class="options">{options}</ol>'
        f'<p class="fragment">It is number {right}. {numbered[right]["reason"]}</p>'
    )
    return _slide(body, reasons, "question")


def _predict_slide(asked: Prediction, words: Words) -> str:
    question = markup(sentence(asked.question), words, inline=True)
    body = f'<p class="eyebrow">{html.escape(asked.title)}</p><h2>{question}</h2>'
    return _slide(body, markup(asked.answer, words), "question")


def _statement_slide(box: Directive, words: Words) -> str:
    kind = box.name.partition(":")[2].capitalize()
    body = f'<p class="eyebrow">{kind}</p><h2>{markup(box.title, words, inline=True)}</h2>'
    return _slide(body + markup(box.body, words), kind="statement")


def _formula_slide(formula: Block, words: Words) -> str:
    body = '<p class="eyebrow">In one line</p>' + markup(formula.source, words)
    return _slide(body, kind="formula")


def _exercise_slide(exercise: Exercise, words: Words) -> str:
    title = markup(exercise.title, words, inline=True)
    body = f'<p class="eyebrow">{html.escape(exercise.grade)}</p><h2>{title}</h2>'
    return _slide(body + markup(exercise.task, words), kind="exercise")


def _table_slide(table: Table, words: Words) -> str:
    def cells(row, tag, attribute=""):
        return "".join(f"<{tag}{attribute}>{markup(c, words, inline=True)}</{tag}>" for c in row)

    rows = "".join(
        "<tr>" + cells([first], "th", ' scope="row"') + cells(others, "td") + "</tr>\n"
        for first, *others in table.rows
    )
    head = cells(table.head, "th", ' scope="col"')
    long = " long" if len(table.rows) > MANY_ROWS else ""
    body = f"<table><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table>"
    return _slide(body, kind=f"table{long}")


def _steps_slide(steps: Block, words: Words) -> str:
    return _slide(markup(steps.source, words), kind="steps")


def _printed_slide(printed: str, words: Words) -> str:
    return _slide(f"<pre>{html.escape(printed)}</pre>", kind="printed")


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


def as_list(items: list[str], words: Words) -> str:
    """Return a list of sentences."""
    lines = (f"<li>{markup(item, words, inline=True)}</li>" for item in items)
    return f"<ul>{''.join(lines)}</ul>"


def block_slides(
    book: Book, block: dict, times: tuple[int, int], pictures: dict[str, bytes]
) -> str:
    """Return a block's slides; its figures are added to `pictures` by file name."""
    words = words_of(book, block)
    title = html.escape(block["title"]) if "title" in block else ""
    title = title or markup(routes.title(book, block), words, inline=True)
    start, end = map(routes.hour, times)
    eyebrow = f"{start} to {end} · {', '.join(block['do'])}"
    question = f"<p>{markup(block['ask'], words, inline=True)}</p>" if "ask" in block else ""
    body = f'<p class="eyebrow">{eyebrow}</p><h2>{title}</h2>{question}'
    note = markup(block["note"], words)
    slides = [_slide(body, note, "block")]
    for shown in chosen(book, block)[0]:
        if shown.kind == "figure":
            name = f"{block['chapter']}-{shown.name}.png"
            pictures[name] = shown.content["png"]
            slides.append(_picture_slide(shown.content, words, f"figures/{name}"))
        else:
            slides.append(SLIDES[shown.kind](shown.content, words))
    # Whoever speaks needs the note on every slide of the block, whoever prints needs it once
    again = f'<aside class="notes again">{note}</aside></section>\n'
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


def deck(
    book: Book, route: dict, session: dict, number: int, pictures: dict[str, bytes], shown: bool
) -> str:
    """Return one deck as a page; `shown` tells whether reveal.js is there to show it."""
    course, words = session is not route, words_of(book, {})
    title = f"{number}. {session['title']}" if course else route["title"]
    first = (
        f'<p class="eyebrow">Copies of Copies</p><h1>{html.escape(title)}</h1>'
        '<p class="hint">Arrow keys turn the slides, S opens the speaker\'s notes, '
        "O shows all slides, ? all keys.</p>"
    )
    notes = f"<p>{session['minutes']} minutes.</p>{markup(route['offline'], words)}"
    slides = [_slide(first, notes, "title")]
    blocks = session["blocks"]
    slides += [
        block_slides(book, block, times, pictures)
        for block, times in zip(blocks, routes.clock(blocks), strict=True)
    ]
    if not course or number == len(route["sessions"]):
        end = "<h2>Can you say …</h2>" + as_list(route["checkpoints"], words)
        slides.append(_slide(end, kind="list"))
        home = "<h2>To take home</h2>" + as_list(route["discussion"], words)
        slides.append(_slide(home, kind="list"))
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


def write(book: Book, site: Path, teaching: dict) -> bool:
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
            page = deck(book, route, session, number, pictures, source is not None)
            (target / f"{name}.html").write_text(page, encoding="utf-8", newline="\n")
    for name, picture in pictures.items():
        (target / "figures" / name).write_bytes(picture)
    return source is not None
