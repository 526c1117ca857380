"""axe-core, which looks for what keeps a page from being read by everyone, in our own browser.

The package ``axe-playwright-python`` carries the script, at a pinned version; nothing is fetched.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async tags => {
    const result = await axe.run(document, {
        runOnly: {type: "tag", values: tags},
        resultTypes: ["violations"],
    });
    return result.violations.flatMap(rule => rule.nodes.map(node =>
        `${rule.id}: ${node.target.join(" ")}`));
}"""
# What moves or fades for longer than three seconds is no passing state
STILL = """() => document.getAnimations().every(animation =>
    animation.playState !== "running" || animation.effect.getComputedTiming().endTime > 3000)"""
# What a reader can unfold, answer, press and drag, all at once
STIR = """() => {
    document.querySelectorAll("details").forEach(folded => folded.open = true);
    document.querySelectorAll(".toggle-button[data-button]").forEach(button => {
        if (button.closest(".toggle-hidden")) button.click();
    });
    for (const control of document.querySelectorAll(".play input, .play select")) {
        if (control.tagName === "SELECT") control.selectedIndex = control.options.length - 1;
        else control.value = control.max;
        for (const kind of ["input", "change"])
            control.dispatchEvent(new Event(kind, {bubbles: true}));
    }
    document.querySelectorAll("fieldset input[type=radio]").forEach(choice => choice.click());
}"""


def script() -> str:
    """Return the source of axe-core."""
    folder = Path(find_spec("axe_playwright_python").origin).parent
    return (folder / "axe.min.js").read_text(encoding="utf-8")


def violations(page) -> list[str]:
    """Return rule and selector of everything on `page` that breaks a rule, once it stands still."""
    page.wait_for_function(STILL)
    if not page.evaluate("'axe' in window"):
        page.evaluate(script())
    return page.evaluate(RUN, TAGS)


def stir(page) -> None:
    """Unfold everything on `page`, move every control, answer every question somehow."""
    page.evaluate(STIR)


def open_sidebar(page) -> None:
    """Open the sidebar of a page that is shown as on a phone."""
    page.click(".primary-toggle")
    page.wait_for_function(
        "document.querySelector('.bd-sidebar-primary').getBoundingClientRect().x > -1"
    )
