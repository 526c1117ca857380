"""Lighthouse on three representative pages of the built book, served compressed from this machine.

    python tests/lighthouse.py        (make lighthouse)

Needs node and a Chromium. The scores depend on the machine: nothing else should be running on it.
Lighthouse makes a phone of it by slowing it down, four times unless told otherwise, which suits a
fast desktop computer. Here it first says how fast the machine is, and then slows it down as its
guide advises (https://github.com/GoogleChrome/lighthouse/blob/main/docs/throttling.md).
"""

from __future__ import annotations

import gzip
import http.server
import itertools
import json
import os
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

from browser import Quiet, chromium

SITE = Path(__file__).resolve().parent.parent / "_build" / "html"
PAGES = ("intro.html", "chapters/language_models.html", "claims.html")
SLOWDOWNS = ((1500, 4), (800, 2), (0, 1))  # from this benchmark index on, to be a middling phone
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


def report(address: str, *options: str) -> dict:
    """Return what Lighthouse found on one page."""
    flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
    command = [*PROGRAM, address, *options, "--quiet", "--output=json", flags]
    environment = {**os.environ, "CHROME_PATH": chromium() or ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def scores(found: dict) -> dict[str, int]:
    """Return the scores in a report, from 0 to 100, by category."""
    return {name: round(100 * entry["score"]) for name, entry in found["categories"].items()}


def slowdown(index: float) -> int:
    """Return how many times slower a machine of some benchmark index has to be made."""
    return next(times for least, times in SLOWDOWNS if index >= least)


def main() -> int:
    """Print a table; return 1 if a score is too low."""
    low = False
    handler = partial(Compressing, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site = f"http://127.0.0.1:{server.server_port}"
        index = report(f"{site}/{PAGES[0]}")["environment"]["benchmarkIndex"]
        times = slowdown(index)
        print(f"benchmark index {index:.0f}: as a phone, {times} times slower", flush=True)
        ways = {
            "phone": (f"--throttling.cpuSlowdownMultiplier={times}",),
            "desk": ("--preset=desktop",),
        }
        for page, (name, options) in itertools.product(PAGES, ways.items()):
            found = scores(report(f"{site}/{page}", *options))
            low = low or min(found[category] for category in HELD) < LEAST
            listed = ", ".join(f"{category} {score}" for category, score in found.items())
            print(f"{page}, {name}: {listed}", flush=True)
        server.shutdown()
    return int(low)


if __name__ == "__main__":
    sys.exit(main())
