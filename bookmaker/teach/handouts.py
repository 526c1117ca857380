"""Make the hand-out of each teaching route: one printable page, from the same source."""

from __future__ import annotations

import html
import shutil
from pathlib import Path

from bookmaker.markup.book import Book
from bookmaker.teach import routes
from bookmaker.teach.choose import chosen
from bookmaker.teach.slides import MATHJAX, as_list, markup, sentence, words_of

FOLDER = "handouts"
PAGE = """\
<!doctype html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} | Copies of Copies</title>
<link rel="stylesheet" href="../_static/palette.css">
<link rel="stylesheet" href="../_static/handouts.css">
{mathjax}</head>
<body>
<main>
{body}</main>
</body>
</html>
"""


def _line(book: Book, block: dict, times: tuple[int, int]) -> str:
    """Return when a block starts and what it is, linked to its place in the book."""
    title = markup(routes.title(book, block), words_of(book, block), inline=True)
    if book.notebook(block.get("chapter", "")):
        title = f'<a href="../{routes.address(book, block)}">{title}</a>'
    return f"<b>{routes.hour(times[0])}</b> {title}"


def guesses(book: Book, session: dict) -> list[str]:
    """Return the questions that a session puts before it answers them."""
    found = []
    for block in session["blocks"]:
        if "predict" not in block["do"]:
            continue
        asked = [block["ask"]] if "ask" in block else []
        predictions = (one.content for one in chosen(book, block)[0] if one.kind == "predict")
        asked += [sentence(prediction.question) for prediction in predictions]
        found += [markup(question, words_of(book, block), inline=True) for question in asked]
    return found


def _session(book: Book, session: dict) -> str:
    blocks = session["blocks"]
    lines = [_line(book, *pair) for pair in zip(blocks, routes.clock(blocks), strict=True)]
    return "".join(f"<li>{line}</li>" for line in lines)


def handout(book: Book, route: dict) -> str:
    """Return the hand-out of a route as a page.

    A single session has room for the guesses; a course has the plan of all sessions instead.
    """
    title, words = html.escape(route["title"]), words_of(book, {})
    body = f"<h1>Copies of Copies</h1>\n<p class='route'>{title}</p>\n"
    if "sessions" in route:
        for number, session in enumerate(route["sessions"], 1):
            body += f"<section><h2>{number}. {html.escape(session['title'])}</h2>\n"
            body += f"<ol class='plan'>{_session(book, session)}</ol>\n"
            body += f"<p>Then: {markup(session['homework'], words, inline=True)}</p></section>\n"
        body = body.replace("<section>", "<div class='sessions'><section>", 1) + "</div>\n"
    else:
        body += f"<ol class='plan'>{_session(book, route)}</ol>\n"
        body += "<h2>My guesses, before it is run</h2>\n"
        body += "".join(f"<p class='guess'>{guess}</p>\n" for guess in guesses(book, route))
    body += "<h2>Afterwards I can say</h2>\n"
    body += as_list(route["checkpoints"], words) + "\n"
    body += "<h2>To talk about</h2>\n"
    body += as_list(route["discussion"], words) + "\n"
    return PAGE.format(title=title, mathjax=MATHJAX, body=body)


def write(book: Book, site: Path, teaching: dict) -> None:
    """Write every hand-out to the built site."""
    target = site / FOLDER
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for key, route in teaching.items():
        (target / f"{key}.html").write_text(handout(book, route), encoding="utf-8", newline="\n")
