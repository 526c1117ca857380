"""The check before a release: every part runs, or says in a sentence which package it lacks."""

from __future__ import annotations

import sys

import pytest

from tests import release_check
from tests.release_check import Part, Tool

ABSENT = Tool("Press", lambda: None, "sudo apt-get install press")
PARTS = {
    "good": Part("good is good", (f"{sys.executable} -c pass",)),
    "bad": Part("bad is bad", (f"{sys.executable} -c raise(SystemExit(3))",)),
    "poor": Part("nothing is there", (f"{sys.executable} -c pass",), (ABSENT,)),
}


def said(capfd, *arguments):
    status = release_check.main(list(arguments), PARTS)
    return status, capfd.readouterr().out.splitlines()


def test_parts_that_pass_say_what_holds(capfd):
    status, lines = said(capfd, "good")
    assert status == 0 and lines[-1].startswith("passed    good: good is good (")


def test_every_part_runs_also_after_one_that_fails(capfd):
    status, lines = said(capfd, "bad", "good")
    assert status == 1
    assert lines[-2].startswith("FAILED    bad: failed: ") and lines[-1].startswith("passed")


def test_missing_tool_fails_with_its_package(capfd):
    status, lines = said(capfd, "good", "poor")
    assert status == 1
    assert lines[-1] == "FAILED    poor: Press is missing: sudo apt-get install press"


def test_part_can_be_left_out_in_so_many_words(capfd):
    status, lines = said(capfd, "--without", "bad", "--without", "poor")
    assert status == 0
    assert lines[-1] == "left out  poor: nothing is there"


def test_unknown_part_is_refused(capfd):
    with pytest.raises(SystemExit):
        release_check.main(["everything"], PARTS)
    assert "there are good, bad, poor" in capfd.readouterr().err


def test_parts_are_commands_that_exist():
    for part in release_check.PARTS.values():
        assert part.tells and part.commands
        assert {command.split()[0] for command in part.commands} <= {
            "make",
            "pytest",
            "jupyter-book",
        }
        assert all(tool.name and tool.way for tool in part.tools)
