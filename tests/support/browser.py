"""A real browser that has no network, and a server for what it may see."""

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import re
import shutil
import threading

import pytest

# A name for this machine as a room knows it: what is served there is no secure context to a browser
ROOM = "classroom.test"
ARGUMENTS = [
    f"--host-resolver-rules=MAP {ROOM} 127.0.0.1",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 120_000


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serve files without a line of log for each."""

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def served(folder):
    """Serve a folder; yield its address."""
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def chromium():
    """Return the path of a Chromium, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def pages_of(pdf):
    """Return the number of pages of a PDF."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def missing(message):
    """Skip for want of something that a reader's machine may lack; ours may not."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(message)


class Visit:
    """One browser page with the network closed: what it fetched, what it complained of."""

    def __init__(self, browser, address, *, width=1280, scheme="light", scripts=True):
        self.address, self.fetched, self.elsewhere, self.complaints = address, [], [], []
        size = {"width": width, "height": 900}
        self.context = browser.new_context(
            viewport=size, color_scheme=scheme, java_script_enabled=scripts
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.context.route("**/*", self._gate)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _gate(self, route):
        url = route.request.url
        if url.startswith((self.address, "data:", "blob:")):
            self.fetched.append(url)
            route.continue_()
        else:
            self.elsewhere.append(url)
            route.abort()

    def _console(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def open(self, path, formulas=True):
        """Open a page; its formulas are set, unless they are left for later."""
        self.page.goto(f"{self.address}/{path}")
        if formulas:
            self.page.evaluate("typeof setFormulas === 'undefined' || setFormulas()")
        return self.page
