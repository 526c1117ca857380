"""Scripts wait until the page stands; those that no page uses are gone."""

from __future__ import annotations

from bookmaker.site.scripts import EDITS

USED = """\
    <script defer src="a.js"></script>
    <script>let used = 1;</script>
    <script type="module" src="b.mjs"></script>
"""
UNUSED = """\
  <link rel="preload" as="script" href="x/bootstrap.js" />
  <script src="../_static/vendor/fontawesome/6.5.2/js/all.min.js?digest=1"></script>
    <script>const THEBE_JS_URL = "https://unpkg.com/thebe"; const x = "y"</script>
    <script async="async" src="../_static/sphinx-thebe.js?v=1"></script>
    <script>DOCUMENTATION_OPTIONS.pagename = 'page';</script>
"""


def test_scripts_wait_and_the_unused_are_gone():
    page = UNUSED + USED.replace("defer ", "")
    for edit in EDITS:
        page = edit.pattern.sub(edit.replacement, page)
    assert page.strip() == USED.strip()
