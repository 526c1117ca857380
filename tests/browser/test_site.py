"""The built site: complete, self-contained, legible in a browser that has no network.

The book is built once, strictly, from a copy of the tree. Each check of its files is also shown a
page that breaks it.
"""

from __future__ import annotations

import csv
import json
import re

import pytest

from bookmaker.paths import ROOT
from bookmaker.site import moved_pages as moved
from collapse_utils.claims import recorded
from tests.support import axe
from tests.support import site_rules as rules
from tests.support.site_builder import build, copy_book

CHAPTERS = [path.stem for path in sorted((ROOT / "chapters").glob("*.ipynb"))]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    book = copy_book(tmp_path_factory.mktemp("book") / "copy")
    status, printed = build(book)
    assert status == 0, printed
    assert (book / "_build" / "html" / "index.html").is_file()
    return book / "_build" / "html"


# The files


def test_every_chapter_has_its_page(site):
    for chapter in CHAPTERS:
        assert rules.Page(site / "chapters" / f"{chapter}.html").titles >= 1


def test_links_anchors_and_assets_exist(site):
    assert rules.broken_links(site) == []


def section_at(page, anchor):
    """Return the heading that stands at an anchor of a page; none if a figure stands there."""
    before, _, rest = page.partition(f'id="{anchor}"')
    heading = re.search(r"<h[1-6]>(.*?)<a class=.headerlink", rest, re.DOTALL)
    if not heading or before.rpartition("<")[2].startswith("figure"):
        return ""
    text = re.sub(r'<span class="section-number">.*?</span>', "", heading[1])
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


def misled(site, route):
    """Return the links of a route's page that open another section than they name."""
    page = (site / "workshop" / f"{route}.html").read_text(encoding="utf-8")
    links = re.findall(
        r'<a class="reference internal" href="([\w./]+\.html)#([\w-]+)"><span[^>]*>(.*?)</span>',
        page.partition('class="route')[2],
    )
    assert len(links) > 4
    found = []
    for path, anchor, said in links:
        target = (site / "workshop" / path).resolve().read_text(encoding="utf-8")
        opened = section_at(target, anchor)
        named_in_words = "\\(" in opened  # a link has no formula
        if opened and not named_in_words and opened != re.sub(r"<[^>]+>", "", said):
            found.append((path, anchor, said, opened))
    return found


@pytest.mark.parametrize("route", ["seminar", "workshop", "half-day", "course"])
def test_every_link_of_a_route_opens_the_section_that_it_names(site, route):
    assert misled(site, route) == []


def test_a_link_of_a_route_to_another_section_is_noticed(tmp_path):
    (tmp_path / "workshop").mkdir()
    link = '<a class="reference internal" href="page.html#{}"><span class="x">One</span></a>'
    links = [link.format(anchor) for anchor in ("a", "b", "a", "a", "c")]
    (tmp_path / "workshop" / "r.html").write_text(f'<div class="route">{"".join(links)}')
    one, two = (
        f'<span id="{anchor}"></span><section><h2>{title}<a class="headerlink"></a></h2>'
        for anchor, title in (("a", "One"), ("b", "Two"))
    )
    page = f'{one}{two}<figure id="c"></figure><h2>Three<a class="headerlink"></a></h2>'
    (tmp_path / "workshop" / "page.html").write_text(page)
    assert misled(tmp_path, "r") == [("page.html", "b", "One", "Two")]


def test_no_published_address_vanishes(site):
    listed = moved.addresses(moved.LIST.read_text(encoding="utf-8"))
    assert len(listed) > 40
    assert [page for page in listed if not (site / page).is_file()] == []


def test_a_page_with_a_new_name_is_found_under_its_old_one(tmp_path):
    (tmp_path / "new.html").write_text('<h1 id="here">New</h1>')
    listed = moved.addresses(
        "# a list\nnew.html\nold/page.html -> new.html#here\nx.html -> y.html\n"
    )
    assert moved.write(tmp_path, listed) == ["x.html -> y.html"]
    assert not (tmp_path / "x.html").exists()
    assert 'url=../new.html#here"' in (tmp_path / "old" / "page.html").read_text()
    assert rules.broken_links(tmp_path) == []


def test_nothing_is_loaded_from_another_host(site):
    assert rules.loads_from_elsewhere(site) == []


def test_pictures_have_alternative_text(site):
    assert rules.undescribed_pictures(site) == []


def test_search_index_holds_the_chapters(site):
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    names = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))["docnames"]
    assert {f"chapters/{chapter}" for chapter in CHAPTERS} <= set(names)


def test_reference_and_chapters_are_linked_both_ways(site):
    reference = (site / "reference/package.html").read_text(encoding="utf-8")
    for chapter in CHAPTERS:
        page = (site / "chapters" / f"{chapter}.html").read_text(encoding="utf-8")
        assert re.search(r'href="../reference/package\w*\.html#', page), chapter
    assert 'href="../chapters/random_walks.html"' in reference
    assert 'id="collapse_utils.simulation.simulate"' in reference
    assert "automodule" not in reference


def test_the_ledger_and_its_file_hold_every_claim(site):
    stored = {
        (path.stem, claim["slug"]): path.parent.name
        for folder in ("chapters", "workshop")
        for path in (ROOT / folder).glob("*.ipynb")
        for _, claim in recorded(json.loads(path.read_text(encoding="utf-8")))
    }
    rows = list(csv.DictReader((site / "reference/claims.csv").open(encoding="utf-8", newline="")))
    assert {(row["chapter"], row["slug"]) for row in rows} == set(stored)
    links = rules.Page(site / "reference/ledger.html").links
    for (chapter, slug), folder in stored.items():
        name = f"claim-{chapter.replace('_', '-')}-{slug}"
        assert f"{folder}/{chapter}.html#{name}" in links
        assert name in rules.Page(site / folder / f"{chapter}.html").ids


def test_mathjax_comes_with_its_licence_and_fonts(site):
    folder = site / "_static" / "mathjax"
    assert "Apache License" in (folder / "LICENSE").read_text(encoding="utf-8")
    assert len(list((folder / "output").rglob("*.woff"))) > 20


def test_without_addresses_nothing_that_needs_them(site):
    assert not (site / "sitemap.xml").exists() and not (site / "404.html").exists()
    for page in rules.pages(site):
        text = page.read_text(encoding="utf-8")
        for needs_address in ("mybinder", "colab.research", "og:url", 'rel="canonical"', "/issues"):
            assert needs_address not in text, f"{page.name}: {needs_address}"


def test_a_themed_page_asks_for_one_style_sheet_and_waits_for_no_script(site):
    page = (site / "intro.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([^"?]+\.css)', page) == ["_static/book.css"]
    assert "mathjax/" not in page and "formulasSet" not in page
    assert [s for s in re.findall(r"<script [^>]*src=[^>]*>", page) if "defer" not in s] == []
    css = (site / "_static" / "book.css").read_text(encoding="utf-8")
    assert "Bootstrap" in css and "Font Awesome Free" in css  # their licences
    assert ".bd-article" in css and ".fa-hippo" not in css


# What the checks must notice


@pytest.mark.parametrize(
    ("markup", "rule"),
    [
        ('<a href="missing.html">x</a>', rules.broken_links),
        ('<a href="#missing">x</a>', rules.broken_links),
        ('<img src="missing.png" alt="x">', rules.broken_links),
        ('<script src="https://example.org/x.js"></script>', rules.loads_from_elsewhere),
        ('<link rel="stylesheet" href="//example.org/x.css">', rules.loads_from_elsewhere),
        ('<img src="data:," alt=" ">', rules.undescribed_pictures),
    ],
)
def test_broken_page_is_noticed(tmp_path, markup, rule):
    page = tmp_path / "page.html"
    page.write_text('<a id="here"></a><a href="#here">x</a><img src="data:," alt="x">')
    assert rule(tmp_path) == []
    page.write_text(markup)
    assert len(rule(tmp_path)) == 1


# The browser

PAGES = [
    "intro.html",
    "reference/ledger.html",
    "reference/bibliography.html",
    "workshop/teaching.html",
    "workshop/course.html",
    "workshop/by_hand.html",
    "reference/package.html",
    "reference/package_measures.html",
    "reference/package_theory.html",
    *(f"chapters/{name}.html" for name in CHAPTERS),
]


@pytest.mark.parametrize("path", PAGES)
def test_page_is_light_asks_nothing_of_other_hosts_and_complains_of_nothing(visit, site, path):
    visitor = visit()
    page = visitor.open(path)
    page.evaluate("for (const picture of document.images) picture.loading = 'eager'")
    page.wait_for_function("[...document.images].every((picture) => picture.complete)")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    assert visitor.elsewhere == []
    assert visitor.complaints == []
    assert rules.compressed_bytes(site, visitor.fetched) < 1_500_000


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_formulas_are_rendered_with_local_fonts(visit, chapter):
    page = visit().open(f"chapters/{chapter}.html")
    page.wait_for_function("document.querySelectorAll('mjx-container mjx-c').length > 20")
    page.evaluate("document.fonts.ready")
    counts = page.evaluate(
        """() => ({
            sources: document.querySelectorAll(".math").length,
            rendered: document.querySelectorAll(".math mjx-container").length,
            errors: document.querySelectorAll("mjx-merror").length,
            fonts: [...document.fonts].filter(
                font => font.family.includes("MJXTEX") && font.status === "loaded").length,
            width: Math.max(...[...document.querySelectorAll("mjx-container")].map(
                formula => formula.getBoundingClientRect().width)),
        })"""
    )
    assert counts["sources"] > 0 and counts["rendered"] >= counts["sources"]
    assert counts["errors"] == 0
    assert counts["fonts"] >= 2 and counts["width"] > 2


MADE = [
    "genindex.html",
    "prf-prf.html",
    "_modules/collapse_utils/models/multivariate_gaussian.html",
]


@pytest.mark.parametrize("path", [*PAGES, *MADE])
def test_phone_page_does_not_scroll_sideways(visit, path):
    page = visit(width=360).open(path)
    widths = "[document.documentElement.scrollWidth, document.body.scrollWidth]"
    assert page.evaluate(widths) == [360, 360]
    wide = page.evaluate(
        """() => [...document.querySelectorAll(".bd-article > section, .bd-article section > p")]
            .filter(e => e.getBoundingClientRect().right > 361).map(e => e.textContent)"""
    )
    assert wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_follows_the_readers_light_or_dark(visit, scheme):
    page = visit(scheme=scheme).open(f"chapters/{CHAPTERS[0]}.html")
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    lightness = sum(map(int, re.findall(r"\d+", ground)[:3])) / (3 * 255)
    assert lightness > 0.9 if scheme == "light" else lightness < 0.15


def test_search_finds_a_word(visit):
    visitor = visit()
    page = visitor.open("search.html?q=collapse")
    page.wait_for_selector("#search-results ul.search li a")
    assert page.locator("#search-results ul.search li").count() >= 1
    assert visitor.elsewhere == [] and visitor.complaints == []


def test_the_ledger_can_be_sorted_and_filtered_with_the_keyboard(visit):
    page = visit().open("reference/ledger.html")
    rows = page.locator(".ledger tbody tr")
    total = rows.count()
    status = page.locator(".ledger [role=status]")
    assert status.inner_text() == f"{total} of {total} claims"

    page.get_by_label("Verdict").select_option("refined")
    shown = page.locator(".ledger tbody tr:visible")
    assert 0 < shown.count() < total
    assert all("refined" in text for text in shown.all_inner_texts())
    assert status.inner_text() == f"{shown.count()} of {total} claims"
    page.get_by_label("Verdict").select_option("all")

    page.get_by_label("Find").fill("no such claim")
    assert shown.count() == 0
    page.get_by_label("Find").fill("")
    assert shown.count() == total

    page.get_by_label("Chapter").select_option("random walks")
    assert 0 < shown.count() < total
    page.get_by_label("Chapter").select_option("all")

    header = page.locator(".ledger th button", has_text="z")
    for direction, sign in [("ascending", 1), ("descending", -1)]:
        header.focus()
        page.keyboard.press("Enter")
        assert page.locator(".ledger th[aria-sort]").get_attribute("aria-sort") == direction
        texts = page.locator(".ledger tbody td:nth-child(4)").all_inner_texts()
        deviations = [sign * float(text) for text in texts if text != "exact"]
        assert len(deviations) > 60
        assert deviations == sorted(deviations)


def test_without_scripts_the_ledger_is_a_whole_table(visit):
    page = visit(scripts=False).open("reference/ledger.html")
    assert page.locator(".ledger tbody tr:visible").count() > 60
    assert page.locator(".ledger-bar").count() == 0


def test_what_is_folded_or_pressed_is_announced_by_its_own_words(visit):
    page = visit().open(f"chapters/{CHAPTERS[0]}.html")
    assert page.locator("article summary[aria-label]").count() == 0
    unfold = page.locator("nav summary")
    assert unfold.first.get_attribute("aria-label") == "Pages of: Teach with it"
    assert page.locator(".search-button-field[aria-label]").count() == 0
    assert page.locator("nav .navbar-brand").count() == 1


# One page of each kind, each in two of the four modes; make everyone takes all pages in all modes
KINDS = [
    "intro.html",
    "search.html",
    "genindex.html",
    "reference/glossary.html",
    "workshop/course.html",
    "workshop/sheet.html",
    "slides/seminar.html",
    "handouts/seminar.html",
    "_modules/collapse_utils/models/multivariate_gaussian.html",
    "reference/package_theory.html",
    "chapters/early_late.html",
    "prf-prf.html",
]
BRIGHT, DIM = ("light", 1280), ("dark", 360)
OTHERS = ("dark", 1280), ("light", 360)
MODES = [(path, *mode) for k, path in enumerate(KINDS) for mode in ((BRIGHT, DIM), OTHERS)[k % 2]]


@pytest.mark.parametrize(("path", "scheme", "width"), MODES)
def test_a_page_of_each_kind_breaks_no_rule(visit, path, scheme, width):
    assert axe.violations(visit(scheme=scheme, width=width).open(path)) == []


def test_a_chapter_unfolded_and_played_with_on_a_phone_in_the_dark_breaks_no_rule(visit):
    page = visit(scheme="dark", width=360).open("chapters/inbreeding.html")
    axe.stir(page)
    assert page.locator("details:not([open])").count() == 0
    assert axe.violations(page) == []
    axe.open_sidebar(page)
    assert axe.violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_a_button_says_when_it_is_reached_breaks_no_rule(visit, scheme):
    page = visit(scheme=scheme, width=360).open("reference/glossary.html")
    buttons = page.locator("[data-bs-toggle=tooltip]:visible")
    assert buttons.count() > 3
    for button in buttons.all():
        button.focus()
        page.wait_for_selector(".tooltip.show")
        assert axe.violations(page) == []
        button.blur()
        page.wait_for_selector(".tooltip", state="detached")


@pytest.mark.parametrize(
    ("planted", "rule"),
    [
        ('<img src="data:,">', "image-alt"),
        ('<p style="color: #888; background: #999">dim</p>', "color-contrast"),
        ("<details><summary></summary>x</details>", "summary-name"),
        ('<button tabindex="3">x</button>', "tabindex"),
    ],
)
def test_axe_notices_what_is_planted(visit, planted, rule):
    page = visit().open("handouts/seminar.html")
    page.evaluate(
        "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", planted
    )
    assert {line.partition(":")[0] for line in axe.violations(page)} == {rule}


def test_the_keyboard_reaches_everything_shows_where_it_is_and_is_never_caught(visit):
    page = visit().open("chapters/inbreeding.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main-content"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main-content"
    page.evaluate(
        """() => {
            const sought = "a[href], button, input, select, textarea, summary, [tabindex='0']";
            window.missed = new Set([...document.querySelectorAll("main " + sought)].filter(e =>
                e.checkVisibility({visibilityProperty: true}) && !e.disabled && e.tabIndex >= 0));
            window.unseen = [];
            addEventListener("focusin", event => {
                missed.delete(event.target);
                const style = getComputedStyle(event.target);
                if (style.outlineStyle === "none" && style.boxShadow === "none")
                    unseen.push(event.target.outerHTML.slice(0, 80));
            });
        }"""
    )
    total = page.evaluate("missed.size")
    assert total > 40
    for _ in range(2 * total // 20):
        for _ in range(20):
            page.keyboard.press("Tab")
        if page.evaluate("missed.size") == 0:
            break
    assert page.evaluate("[...missed].map(e => e.outerHTML.slice(0, 120))") == []
    assert page.evaluate("unseen") == []


def test_formulas_are_read_aloud_and_reached_by_key(visit):
    page = visit().open("chapters/inbreeding.html")
    formulas = page.locator("mjx-container")
    assert formulas.count() > 20
    assert (
        page.locator("mjx-container[tabindex='0'] > mjx-math[aria-hidden=true]").count()
        == (page.locator("mjx-container > mjx-assistive-mml > math").count())
        == formulas.count()
    )


def test_formulas_wait_for_the_readers_first_move(visit):
    visitor = visit(width=360)
    page = visitor.page
    page.goto(f"{visitor.address}/chapters/language_models.html", wait_until="load")
    page.wait_for_timeout(500)
    assert not [url for url in visitor.fetched if "mathjax" in url]
    page.mouse.wheel(0, 100)
    page.wait_for_function("document.querySelectorAll('mjx-container').length > 20")


def test_nothing_glides_for_readers_who_asked_for_stillness(visit):
    page = visit().open("intro.html")
    moving = """() => [...document.querySelectorAll("*")].filter(e =>
        parseFloat(getComputedStyle(e).transitionDuration) > 0.01).length"""
    assert page.evaluate(moving) > 0
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moving) == 0


def test_paper_shows_the_text_and_none_of_the_controls(visit):
    page = visit().open("chapters/inbreeding.html")
    page.emulate_media(media="print")
    assert (
        page.locator("h1:visible").count() == 1 and page.locator("article p:visible").count() > 20
    )
    for control in (".bd-sidebar-primary", ".bd-header-article", ".prev-next-footer", ".copybtn"):
        assert page.locator(f"{control}:visible").count() == 0, control


def test_gate_notices_a_request_to_another_host(visit):
    visitor = visit()
    page = visitor.open("intro.html")
    page.evaluate("fetch('https://example.org/x').catch(() => null)")
    assert visitor.elsewhere == ["https://example.org/x"]
