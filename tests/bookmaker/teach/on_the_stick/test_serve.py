"""The stick's server: it needs only Python, and shows the room nothing of the teacher's."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from bookmaker.paths import ROOT
from tests.support.scripts import load

SERVE = ROOT / "bookmaker" / "teach" / "on_the_stick" / "serve.py"
serve = load(SERVE)


@pytest.fixture(scope="module")
def stick(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stick")
    (folder / "serve.py").write_text(SERVE.read_text())
    (folder / "START.html").write_text("for the teacher")
    python = folder / "book" / "lite" / "static" / "pyodide"
    python.mkdir(parents=True)
    (folder / "book" / "room.html").write_text("for the room")
    for name in ("a.wasm", "a.mjs", "a.js"):
        (python / name).write_text("x")
    return folder


@pytest.fixture(scope="module")
def address(stick):
    """Where the stick is served, started as its README says, from another folder."""
    command = [sys.executable, "-I", str(stick / "serve.py"), "0"]
    process = subprocess.Popen(command, cwd="/", stdout=subprocess.PIPE, text=True)
    printed = []
    for line in process.stdout:
        printed.append(line)
        if "Ctrl+C" in line:
            break
    assert printed[1].startswith("For the room:     ")
    yield printed[0].split()[-1]
    process.terminate()
    process.wait()
    process.stdout.close()


def test_bare_address_opens_the_page_for_the_room(address):
    with urllib.request.urlopen(f"{address}/") as reply:
        assert reply.url.endswith("/room.html") and reply.read() == b"for the room"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.wasm", "application/wasm"), ("a.mjs", "text/javascript"), ("a.js", "text/javascript")],
)
def test_python_for_the_browser_is_served_as_such_and_kept(address, name, kind):
    with urllib.request.urlopen(f"{address}/lite/static/pyodide/{name}") as reply:
        assert reply.headers["Content-Type"] == kind
        assert reply.headers["Cache-Control"] == "max-age=86400"
    with urllib.request.urlopen(f"{address}/room.html") as reply:
        assert reply.headers["Cache-Control"] is None


@pytest.mark.parametrize("path", ["START.html", "../START.html", "%2e%2e/START.html", "nothing"])
def test_the_teachers_files_are_not_served(address, path):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{address}/{path}")


def test_addresses_are_read_from_what_each_system_says():
    said = {
        "    inet 192.168.137.1/24 brd 192.168.137.255 scope global wlan0": "192.168.137.1",
        "\tinet 172.20.10.2 netmask 0xfffffff0 broadcast 172.20.10.15": "172.20.10.2",
        "   IPv4 Address. . . . . . . . . . . : 192.168.0.17": "192.168.0.17",
        "   IPv4-Adresse  . . . . . . . . . . : 10.0.0.5": "10.0.0.5",
    }
    for line, expected in said.items():
        assert serve.ADDRESS.findall(line) == [expected]
    assert serve.ADDRESS.findall("   Subnet Mask . . . . . . . . . . . : 255.255.255.0") == []
