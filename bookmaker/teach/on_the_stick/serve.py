"""Show the book to a room, from this folder, with nothing but Python (3.7 or newer).

    python serve.py            on port 8000
    python serve.py 9000       on another

It prints the addresses to write on the board. Learners need to be in the same network as this
machine, be it only this machine's own hotspot; the network needs no way to the internet. Only the
folder ``book`` is shown: the notebooks for the instructor stay here.
"""

import functools
import http.server
import os
import re
import socket
import subprocess
import sys

BOOK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "book")
KINDS = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}
# What says the machine's addresses: on Linux, on macOS, on Windows
TOOLS = (["ip", "-4", "addr"], ["ifconfig"], ["ipconfig"])
ADDRESS = re.compile(r"(?:inet |IPv4[^:\r\n]*: )(\d+\.\d+\.\d+\.\d+)")


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serve the book; its bare address opens the page for the room."""

    protocol_version = "HTTP/1.1"
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, **KINDS}

    def do_GET(self):
        """Answer one request."""
        if self.path == "/":
            self.send_response(302)
            self.send_header("Location", "/room.html")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        try:
            super().do_GET()
        except ConnectionError:  # a reader has closed the page meanwhile
            self.close_connection = True

    def end_headers(self):
        """Let browsers keep the Python that they have fetched, for a day."""
        if "/static/pyodide/" in self.path:
            self.send_header("Cache-Control", "max-age=86400")
        super().end_headers()

    def log_message(self, *_):
        """Keep the terminal free for the addresses."""


class Server(http.server.ThreadingHTTPServer):
    """A thread for each laptop, and a queue long enough for a room that starts at once."""

    request_queue_size = 128


def addresses():
    """Return the addresses of this machine in its networks, the one of the main network first."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))  # nothing is sent
            found.append(probe.getsockname()[0])
        except OSError:
            pass  # no network that leads anywhere, as on a hotspot of one's own
    for command in TOOLS:
        try:
            said = subprocess.run(command, capture_output=True, timeout=5).stdout
        except (OSError, subprocess.TimeoutExpired):
            continue
        found += ADDRESS.findall(said.decode(errors="replace"))
    return list(dict.fromkeys(a for a in found if not a.startswith("127.")))


def main():
    """Serve until Ctrl+C."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    with Server(("", port), functools.partial(Handler, directory=BOOK)) as server:
        port = server.server_port
        print(f"On this machine:  http://localhost:{port}")
        for address in addresses() or ["(the address in this machine's network settings)"]:
            print(f"For the room:     http://{address}:{port}")
        print("Ctrl+C ends it.", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
