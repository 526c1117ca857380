"""Live pages: cells that are edited and run in place, in a browser that has no network.

What runs the cells is plain Python and is tested as such first. The rest is tested on a small book,
whose second page has the code of a whole chapter. `make browser` does the same with every chapter.
"""

from __future__ import annotations

import contextlib
import io
import json
import os

import nbformat
import pytest
from nbformat import v4

from bookmaker.live import extension as book_live
from bookmaker.live import runtime
from bookmaker.notebooks import DerivedNotebooks, rules
from bookmaker.paths import ROOT, notebook_files
from collapse_utils._colour import contrast
from tests.support import axe, reruns
from tests.support.browser import ROOM, Visit
from tests.support.press_book import picture
from tests.support.raw_markup import raw_markup
from tests.support.scripts import load
from tests.support.site_builder import build, small_book

live = load(ROOT / "bookmaker" / "live" / "assets" / "live.py")
CHAPTER = "random_walks"

# The session


@pytest.fixture(scope="module")
def session():
    return live.Session()


def outputs(session, source):
    return json.loads(session.run(source, 7))


def test_cells_share_their_names_and_show_what_they_print_and_end_with(session):
    assert outputs(session, "x = 20\nprint('a', x)") == [{"type": "stdout", "text": "a 20\n"}]
    assert outputs(session, "x + 1") == [{"type": "text", "text": "21"}]
    assert outputs(session, "x + 1;") == [] and outputs(session, "None") == []
    assert outputs(session, "") == [] and outputs(session, "# nothing") == []


def test_rich_values_are_shown_as_in_a_notebook(session):
    quiz = "from collapse_utils.exercises import quiz\nquiz('Two?', {'2': 'Yes.'}, right='2')"
    (shown,) = outputs(session, quiz)
    assert shown["type"] == "html" and "<details>" in shown["text"]
    both = outputs(session, "display(1, 2)\nprint(3)")
    assert [output["text"] for output in both] == ["1", "2", "3\n"]


def test_figures_are_pictures_shown_or_not_and_closed(session):
    draw = "import matplotlib.pyplot as plt\nfor _ in range(2):\n    plt.subplots()\n"
    for end in ("plt.show()", ""):
        pictures = outputs(session, draw + end)
        assert [picture["type"] for picture in pictures] == ["png", "png"]
        assert pictures[0]["text"].startswith("iVBORw0KGgo")
    assert outputs(session, "plt.get_fignums()") == [{"type": "text", "text": "[]"}]


def test_errors_name_the_cell_and_the_line_and_nothing_else(session):
    outputs(session, "def f():\n    return 1 / 0")
    printed, error = outputs(session, "print('before')\nf()")
    assert printed["text"] == "before\n" and error["name"] == "ZeroDivisionError"
    assert error["text"].splitlines()[0] == "cell 7, line 2:  f()"
    assert error["text"].splitlines()[-1] == "ZeroDivisionError: division by zero"
    assert "live.py" not in error["text"]
    (wrong,) = outputs(session, "x = = 1")
    assert wrong["name"] == "SyntaxError" and "^" in wrong["text"]
    (left,) = outputs(session, "raise SystemExit(3)")
    assert left["name"] == "SystemExit"


def test_warnings_are_shown_and_streams_are_given_back(session):
    (warning,) = outputs(session, "import sys\nprint('careful', file=sys.stderr)")
    assert warning["type"] == "stderr" and "careful" in warning["text"]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        print("mine")
    assert printed.getvalue() == "mine\n"


def test_a_cell_that_prints_without_end_is_cut_off(session):
    *_, error = outputs(session, "while True:\n    print('x' * 1000)")
    assert error["name"] == "RuntimeError"


# The comparison


def notebook(text, **metadata):
    cell = v4.new_code_cell("x", id="one", outputs=[v4.new_output("stream", text=text)])
    cell.metadata.update(metadata)
    return v4.new_notebook(cells=[cell])


def test_one_changed_digit_is_noticed():
    expected = reruns.stored(notebook("variance 0.952\n"))
    assert reruns.differences(expected, {1: "variance 0.952"}) == []
    assert len(reruns.differences(expected, {1: "variance 0.953"})) == 1
    assert len(reruns.differences(expected, {})) == 1


def test_a_cell_that_fails_or_is_not_reached_is_noticed():
    fine, broken, after = (v4.new_code_cell("x = 1", execution_count=k) for k in (1, 2, None))
    empty = v4.new_code_cell("")
    broken.outputs = [v4.new_output("error", ename="NameError", evalue="x")]
    assert reruns.failures([fine, empty]) == []
    assert reruns.failures([fine, broken, after]) == ["cell 2: NameError: x", "cell 3 was not run"]


def test_only_listed_cells_are_not_compared(monkeypatch):
    monkeypatch.setitem(rules.EXEMPT, ("chapter", "one"), "a reason")
    assert reruns.stored(notebook("x"), "chapter") == {}
    assert reruns.stored(notebook("x"), "other") == {1: "x"}


# The page


DESCRIBED = {"image": {"alt": "A line."}, "figure": {"caption": "It rises.", "name": "fig-line"}}


def cell(source, text="", *, tags=(), png=False, markup=None):
    made = v4.new_code_cell(source, execution_count=1)
    if text:
        made.outputs.append(v4.new_output("stream", text=text))
    if png:
        data = {"image/png": picture("black"), "text/plain": "<Figure>"}
        made.outputs.append(v4.new_output("display_data", data=data))
        made.metadata["mystnb"] = DESCRIBED
    if markup:
        data = {"text/html": markup, "text/plain": "x"}
        made.outputs.append(v4.new_output("execute_result", data=data, execution_count=1))
    if tags:
        made.metadata["tags"] = list(tags)
    return made


FIRST, SUM, HIDDEN, FIGURE, TABLE, SOLUTION, CHECK, ENDLESS = range(1, 9)
CELLS = [
    cell("import matplotlib.pyplot as plt\nx = 20", tags=["hide-input"]),
    cell("print(x + 1)", "21\n"),
    cell("secret = 5", tags=["remove-cell"]),
    cell("_ = plt.plot([0, secret])\nplt.show()", png=True, tags=["hide-input"]),
    cell("import pandas as pd\npd.DataFrame({'a': [secret]})", markup="<table><td>5</td></table>"),
    cell("answer = 3.0", tags=["solution", "hide-cell"]),
    cell(
        "from collapse_utils.exercises import check_answer\n"
        "check_answer(answer, 3.0, slips=[(6.0, 'Half of that.')])",
        "Right.\n",
        tags=["check", "hide-input"],
    ),
    cell("for k in range(3):\n    pass"),
]


def code_only(chapter):
    """Return the code cells of a chapter; their captions lose what they refer to."""
    cells = [c for _, c in rules.code_cells(nbformat.read(chapter, as_version=4))]
    for one in cells:
        if "mystnb" in one.metadata:
            one.metadata["mystnb"] = {"image": {"alt": "A figure."}}
    return cells


def add_student(whole, lite, notebooks):
    """Put a student's chapter into JupyterLite, and one that fails, beside `notebooks`."""
    page = whole.index.notebooks[CHAPTER]
    student = DerivedNotebooks(whole, installed=True).student(page)
    failing = v4.new_notebook(
        cells=[v4.new_code_cell("answer = ..."), v4.new_code_cell("answer()")]
    )
    failing.metadata = student.metadata
    files = {path.name: path.read_text(encoding="utf-8") for path in notebooks}
    files[f"student/{CHAPTER}.ipynb"] = nbformat.writes(student)
    files["student/failing.ipynb"] = nbformat.writes(failing)
    book_live.add_notebooks(files, lite)


@pytest.fixture(scope="module")
def site(book, tmp_path_factory):
    if not runtime.available():
        if os.environ.get("CI"):
            pytest.fail("no browser runtime: make runtime")
        pytest.skip("no browser runtime: make runtime")
    small = small_book(tmp_path_factory.mktemp("live") / "book", *CELLS)
    (small / ".runtime").symlink_to(ROOT / ".runtime")
    page = nbformat.read(small / "page.ipynb", as_version=4)
    page.cells = [page.cells[0], *code_only(ROOT / "chapters" / f"{CHAPTER}.ipynb")]
    nbformat.write(page, small / f"{CHAPTER}.ipynb")
    with (small / "_toc.yml").open("a") as contents:
        contents.write(f"- file: {CHAPTER}\n")
    status, printed = build(small)
    assert status == 0, printed
    add_student(book, small / "_build" / "html" / "lite", [small / "page.ipynb"])
    return small / "_build" / "html"


@pytest.fixture(scope="module")
def live_page(browser, address):
    """One page, made live once."""
    visitor = Visit(browser, address)
    visitor.open("page.html")
    reruns.make_live(visitor.page)
    yield visitor
    visitor.context.close()


@pytest.fixture
def page(live_page):
    """The live page, with its stored code and outputs."""
    live_page.page.get_by_role("button", name="Reset all").click()
    return live_page.page


def control(page, number, name):
    return reruns.cell(page, number).get_by_role("button", name=f"{name}")


def write(page, number, source):
    box = reruns.cell(page, number).get_by_role("textbox")
    box.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(source)


def run(page, number):
    control(page, number, f"Run cell {number}").click()
    page.wait_for_function(reruns.IDLE, timeout=reruns.PATIENCE)


def test_nothing_is_loaded_before_the_click(visit):
    visitor = visit()
    asked = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.open("page.html")
    scripts = [url for url in asked if "live" in url]
    assert [url.split("/")[-1].split("?")[0] for url in sorted(scripts)] == ["live.css", "live.mjs"]
    assert not any("pyodide" in url or "cells.json" in url for url in asked)


def test_pages_without_code_have_no_button(visit):
    assert visit().open("intro.html").locator(".live-bar").count() == 0


def test_a_live_page_runs_all_its_cells_as_stored(page, live_page):
    before = reruns.on_page(page)
    reruns.run_all(page)
    after = reruns.on_page(page)
    assert after == before | {TABLE: "a 0 5"}
    figure = reruns.cell(page, FIGURE).locator("figure#fig-line")
    assert figure.locator("img").get_attribute("src").startswith("data:image/png")
    assert figure.locator("img").get_attribute("alt") == "A line."
    assert "It rises." in figure.locator("figcaption").inner_text()
    assert live_page.elsewhere == [] and live_page.complaints == []


def test_an_edited_cell_prints_something_else_until_it_is_reset(page):
    write(page, SUM, "print(x + 2)")
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(reruns.IDLE, timeout=reruns.PATIENCE)
    assert reruns.on_page(page)[SUM] == "22"
    control(page, SUM, "Reset").click()
    assert reruns.on_page(page)[SUM] == "21"
    assert reruns.cell(page, SUM).get_by_role("textbox").inner_text().strip() == "print(x + 1)"


def test_a_wrong_answer_is_told_off_by_its_check(page):
    reruns.cell(page, SOLUTION).locator("summary").click()
    for source, verdict in [
        ("answer = 6.0", "Not yet. Half of that."),
        ("answer = ...", "No answer yet: replace the ... above."),
        ("answer = 3", "Right."),
    ]:
        write(page, SOLUTION, source)
        run(page, SOLUTION)
        run(page, CHECK)
        assert reruns.on_page(page)[CHECK] == verdict


def test_an_endless_cell_is_stopped_and_python_begins_anew(page):
    write(page, ENDLESS, "while True: pass")
    control(page, ENDLESS, "Run cell").click()
    page.get_by_role("button", name="Stop").click()
    page.wait_for_function(reruns.IDLE, timeout=reruns.PATIENCE)
    assert page.get_by_role("status").inner_text().startswith("Live.")

    run(page, FIGURE)
    error = reruns.cell(page, FIGURE).locator(".live-error")
    assert "name 'secret' is not defined" in error.inner_text()
    assert "Run to here" in error.inner_text()
    control(page, FIGURE, "Run to here").click()
    page.wait_for_function(reruns.IDLE, timeout=reruns.PATIENCE)
    assert error.count() == 0 and reruns.cell(page, FIGURE).locator("figure img").count() == 1


def test_the_keyboard_enters_indents_and_leaves_a_cell(page):
    page.get_by_role("button", name="Run to here, cell 1", exact=True).click()
    page.wait_for_function(reruns.IDLE, timeout=reruns.PATIENCE)
    write(page, SUM, "if x:")
    for key in ("Enter", "y = 1", "Enter", "if y:", "Enter", "print('deep')", "Enter"):
        page.keyboard.press(key) if key == "Enter" else page.keyboard.type(key)
    page.keyboard.press("Tab")
    page.keyboard.type("print('deeper')")
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(reruns.IDLE, timeout=reruns.PATIENCE)
    assert "unexpected indent" in reruns.on_page(page)[SUM]
    for _ in range(len("    print('deeper')")):
        page.keyboard.press("Backspace")
    page.keyboard.type("print('as deep')")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == f"Run cell {SUM}"
    page.keyboard.press("Enter")
    page.wait_for_function(reruns.IDLE, timeout=reruns.PATIENCE)
    assert reruns.on_page(page)[SUM] == "deep as deep"
    box = reruns.cell(page, SUM).get_by_role("textbox")
    assert "Escape leaves" in box.get_attribute("aria-label")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_live_page_with_an_error_breaks_no_rule(page, theme):
    write(page, SUM, "1 / 0")
    run(page, SUM)
    assert "ZeroDivisionError" in reruns.cell(page, SUM).locator(".live-error").inner_text()
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    assert axe.violations(page) == []


def test_a_page_that_cannot_load_python_says_so(visit):
    page = visit().open("page.html")
    page.route("**/pyodide.asm.wasm", lambda route: route.abort())
    reruns.make_live(page)
    assert page.get_by_role("status").inner_text().startswith("Python did not start")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_live_page_is_legible_and_fits_a_phone(visit, scheme):
    page = visit(width=360, scheme=scheme).open("page.html")
    page.route("**/pyodide.mjs", lambda route: route.abort())  # the looks need no Python
    reruns.make_live(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    colours = page.evaluate(
        """() => [...document.querySelectorAll(".live-button:enabled, .live-bar p, .live-mark")]
            .filter(e => e.offsetParent).map(e => getComputedStyle(e).color)"""
    )
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert len(colours) > 10
    for colour in set(colours):
        assert contrast(as_hex(colour), as_hex(ground)) >= 4.5


def as_hex(colour):
    """Return ``#rrggbb`` for a computed colour."""
    channels = colour[colour.index("(") + 1 : -1].split(",")[:3]
    return "#" + "".join(f"{int(float(c)):02x}" for c in channels)


def test_a_chapter_prints_the_stored_numbers(visit):
    visitor = visit()
    page = visitor.open(f"{CHAPTER}.html")
    reruns.make_live(page)
    reruns.run_all(page)
    stored = nbformat.read(ROOT / "chapters" / f"{CHAPTER}.ipynb", as_version=4)
    shown = reruns.visible(stored)
    expected = {n: t for n, t in reruns.stored(stored, CHAPTER).items() if n in shown}
    assert reruns.differences(expected, reruns.on_page(page)) == []
    assert page.locator(".live-error").count() == 0
    assert visitor.elsewhere == [] and visitor.complaints == []


# JupyterLite


def test_jupyterlite_opens_the_notebook_unmodified_and_runs_it(visit, site):
    visitor = visit()
    link = visitor.open("page.html").get_by_role("link", name="Open in JupyterLite")
    assert link.get_attribute("href") == "lite/notebooks/index.html?path=page.ipynb"
    source = (site.parent.parent / "page.ipynb").read_bytes()
    assert (site / "lite" / "files" / "page.ipynb").read_bytes() == source
    seen, *_ = reruns.in_lite(visitor, "page.ipynb")
    assert seen[SUM] == "21" and seen[TABLE] == "a 0 5" and seen[CHECK] == "Right."
    assert visitor.elsewhere == []


def test_a_students_chapter_runs_in_jupyterlite_from_its_folder(visit):
    visitor = visit()
    cells, *_ = reruns.run_in_lite(visitor, f"student/{CHAPTER}.ipynb")
    assert reruns.failures(cells) == []
    assert any(reruns.text_of(cell["outputs"]).startswith("No answer yet") for cell in cells)
    assert visitor.elsewhere == []


def test_a_room_runs_students_notebooks_from_another_machine(browser, address):
    visitor = Visit(browser, address.replace("127.0.0.1", ROOM))
    cells, *_ = reruns.run_in_lite(visitor, f"student/{CHAPTER}.ipynb")
    assert visitor.page.evaluate("isSecureContext") is False
    assert reruns.failures(cells) == [] and visitor.elsewhere == []
    reruns.make_live(visitor.open("page.html"))
    visitor.context.close()


def test_a_students_cell_that_fails_is_noticed(visit):
    cells, *_ = reruns.run_in_lite(visit(), "student/failing.ipynb")
    assert len(reruns.failures(cells)) == 1


def test_jupyterlite_gets_plain_text_the_chapters_code_stubs_for_students_and_the_files(book):
    files = book_live.lite_notebooks(DerivedNotebooks(book, installed=True))
    paths = notebook_files()
    folders = ("", "student/", "source/")
    assert sorted(files) == sorted(f"{folder}{path.name}" for folder in folders for path in paths)
    for path in paths:
        assert files[f"source/{path.name}"].encode() == path.read_bytes()
        shown, stored = (nbformat.reads(text, 4) for text in (files[path.name], path.read_text()))
        code = [[c.source for c in n.cells if c.cell_type == "code"] for n in (shown, stored)]
        assert code[0] == code[1]
        text = "\n".join(c.source for c in shown.cells if c.cell_type == "markdown")
        assert raw_markup(text) == []
    assert "half_life = ..." in files[f"student/{CHAPTER}.ipynb"]
