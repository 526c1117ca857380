"""Lighthouse on three representative pages of the built book, served compressed from this machine.

    python tests/lighthouse.py        (make lighthouse)

Needs node and a Chromium. The scores depend on the machine: nothing else should be running on it.
"""

from __future__ import annotations

import gzip
import http.server
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


def scores(address: str, preset: list[str]) -> dict[str, int]:
    """Return the scores of one page, from 0 to 100, by category."""
    flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
    command = [*PROGRAM, address, *preset, "--quiet", "--output=json", flags]
    environment = {**os.environ, "CHROME_PATH": chromium() or ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    categories = json.loads(done.stdout)["categories"]
    return {name: round(100 * category["score"]) for name, category in categories.items()}


def main() -> int:
    """Print a table; return 1 if a score is too low."""
    low = False
    handler = partial(Compressing, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for page in PAGES:
            for name, preset in PRESETS.items():
                found = scores(f"http://127.0.0.1:{server.server_port}/{page}", preset)
                low = low or min(found[category] for category in HELD) < LEAST
                listed = ", ".join(f"{category} {score}" for category, score in found.items())
                print(f"{page}, {name}: {listed}", flush=True)
        server.shutdown()
    return int(low)


if __name__ == "__main__":
    sys.exit(main())
