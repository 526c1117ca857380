"""Lighthouse on three representative pages of the built book, served compressed from this machine.

    python -m tests.browser.lighthouse        (make lighthouse)

Needs node and a Chromium. The scores depend on the machine: nothing else should be running on it.
How fast it was at the time, Lighthouse's benchmark index says; its phone is four times slower,
which is meant for an index of 1500 and more.
"""

from __future__ import annotations

import gzip
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

from bookmaker.paths import SITE
from tests.support.browser import Quiet, chromium

PAGES = ("intro.html", "chapters/language_models.html", "reference/ledger.html")
PRESETS = {"phone": [], "desk": ["--preset=desktop"]}
PROGRAM = ["npx", "--yes", "lighthouse@12.8.2"]
LEAST, HELD = 95, ("performance", "accessibility")


class Compressing(Quiet):
    """Serve texts compressed, as any host does."""

    def do_GET(self):
        """Send a file."""
        file = Path(self.translate_path(self.path))
        if not file.is_file():
            self.send_error(404)
            return
        content, kind = file.read_bytes(), self.guess_type(str(file))
        text = kind.startswith("text/") or kind.endswith(("javascript", "json", "svg+xml"))
        content = gzip.compress(content, 6) if text else content
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if text:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(content)


def scores(address: str, preset: list[str]) -> tuple[dict[str, int], float]:
    """Return the scores of one page, from 0 to 100, by category, and the benchmark index."""
    flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
    command = [*PROGRAM, address, *preset, "--quiet", "--output=json", flags]
    environment = {**os.environ, "CHROME_PATH": chromium() or ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    found = {name: round(100 * part["score"]) for name, part in report["categories"].items()}
    return found, report["environment"]["benchmarkIndex"]


def missing() -> str:
    """Return what has to be there first, as a sentence; nothing if all is."""
    if shutil.which("npx") is None:
        return "Lighthouse needs npx, which comes with Node.js: it is not on the PATH"
    if chromium() is None:
        return "Lighthouse needs a Chromium: there is none on the PATH"
    if not (SITE / PAGES[0]).is_file():
        return "there is no built book to look at: make book"
    return ""


def main() -> int:
    """Print a table; return 1 if a score is too low, or if there is nothing to measure with."""
    if sentence := missing():
        print(sentence)
        return 1
    low = False
    handler = partial(Compressing, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for page in PAGES:
            for name, preset in PRESETS.items():
                address = f"http://127.0.0.1:{server.server_port}/{page}"
                found, index = scores(address, preset)
                low = low or min(found[category] for category in HELD) < LEAST
                listed = ", ".join(f"{category} {score}" for category, score in found.items())
                print(f"{page}, {name}, index {index:.0f}: {listed}", flush=True)
        server.shutdown()
    return int(low)


if __name__ == "__main__":
    sys.exit(main())
