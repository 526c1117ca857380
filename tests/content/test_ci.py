"""What machines run: workflows, `.ci/run` and make's recipes are read as parsed files.

Each command that must be there is named here with its place, and each rule is shown a file in which
it is broken.
"""

from __future__ import annotations

import copy
import os
import re
import shlex

import pytest
import yaml

from bookmaker.paths import ROOT
from bookmaker.press.make import TEX
from tests.release_check import OTHER_PYTHONS, PARTS
from tests.support.tracked import tracked

WORKFLOWS = {path.stem: path for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))}
SCRIPTS = (".ci/run", ".ci/tex")

# The commands of a workflow's job, and of a script or a recipe, in their order
IN_WORKFLOWS = {
    ("check", "everything"): ["bash .ci/run"],
    ("check", "locked"): ["make package"],
    ("check", "bounds"): ["uv pip install", "make package"],
    ("check", "windows"): [
        "pip install --require-hashes -r requirements.lock",
        "pip install --no-deps --no-build-isolation -e . -e ./bookmaker",
        "jupyter-book build . -W -n --keep-going",
    ],
    ("press", "press"): ["bash .ci/tex", "{python} -m tests.release_check press"],
    ("experiments", "torch"): [
        ".venv/bin/pip install -r experiments/requirements.txt",
        "{python} -m tests.release_check torch",
    ],
    ("publish", "build"): [
        "bash .ci/tex",
        "make pdf epub",
        "make book notebooks RUNTIME=--required",
    ],
    ("publish", "notebooks"): ["export GIT_INDEX_FILE", "git push --force"],
    ("weekly", "part"): ["{python} -m tests.release_check ${{ matrix.part }}"],
}
IN_SCRIPTS = {
    ".ci/run": [
        "set -euo pipefail",
        "export CI=true",
        "$as_root env DEBIAN_FRONTEND=noninteractive apt-get install",
        "make runtime",
        "make test",
        ".venv/bin/jupyter-book clean . --all",
        "make book",
    ],
    ".ci/tex": ["set -euo pipefail", "$as_root env DEBIAN_FRONTEND=noninteractive apt-get install"],
}
IN_RECIPES = {
    "book": ["make runtime", "jupyter-book build . -W -n --keep-going"],
    "test": [
        "make hooks",
        "pytest -n 2 --dist worksteal",
        "python -m bookmaker.notebooks.derive",
        "pytest --nbval --nbval-current-env --nbval-cell-timeout 300 "
        "chapters workshop _build/notebooks/student",
    ],
    "hooks": ["pre-commit run --all-files"],
    "package": [
        "pytest collapse_utils tests/package",
        "pytest --nbval-lax --nbval-current-env --nbval-cell-timeout 300 chapters workshop",
    ],
    "dist": ["python -m build", "twine check --strict _build/dist/*"],
    "release-check": ["bash .ci/run", "python -m tests.release_check"],
    "$(VENV)/.book": [
        "pip install --require-hashes -r requirements.lock",
        "pip install --no-deps --no-build-isolation -e . -e ./bookmaker",
    ],
}


def lacking(commands, wanted):
    """Return those of `wanted` that are not the beginning of a command, after the one before."""
    missing, rest = [], list(commands)
    for command in wanted:
        found = [k for k, line in enumerate(rest) if line.startswith(command)]
        if not found:
            missing.append(command)
        else:
            rest = rest[found[0] + 1 :]
    return missing


def joined(text):
    """Return the lines of a script with continued lines as one, without comments and indents."""
    lines = re.sub(r"\s*\\\n\s*", " ", text).splitlines()
    return [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]


# Workflows


def load(name):
    return yaml.safe_load(WORKFLOWS[name].read_text(encoding="utf-8"))


def commands(job):
    """Return the lines of shell that a job runs."""
    return joined("\n".join(step.get("run", "") for step in job.get("steps", [])))


@pytest.mark.parametrize(("workflow", "job"), IN_WORKFLOWS)
def test_job_runs_its_commands_and_one_that_is_gone_is_noticed(workflow, job):
    settings = load(workflow)["jobs"][job]
    wanted = [c.replace("{python}", ".venv/bin/python") for c in IN_WORKFLOWS[workflow, job]]
    assert lacking(commands(settings), wanted) == []
    for command in wanted:
        without = [line for line in commands(settings) if not line.startswith(command)]
        assert command in lacking(without, wanted)


def test_every_job_that_runs_anything_is_listed():
    running = {
        (name, job)
        for name in WORKFLOWS
        for job, settings in load(name)["jobs"].items()
        if commands(settings)
    }
    assert running == set(IN_WORKFLOWS)


PERMISSIONS = {
    ("publish", "build"): {"contents": "read", "pages": "read"},
    ("publish", "publish"): {"pages": "write", "id-token": "write"},
    ("publish", "notebooks"): {"contents": "write"},
}


def too_open(name, settings):
    """Return what a workflow may do beyond the least, or keeps where it need not."""
    problems = [] if settings["permissions"] == {"contents": "read"} else ["all jobs"]
    for job, parts in settings["jobs"].items():
        allowed = PERMISSIONS.get((name, job))
        if parts.get("permissions") != allowed:
            problems.append(job)
        writes = (allowed or {}).get("contents") == "write"
        for step in parts.get("steps", []):
            checks_out = step.get("uses", "").startswith("actions/checkout@")
            kept = step.get("with", {}).get("persist-credentials") is not False
            if checks_out and kept and not writes:
                problems.append(f"{job} keeps its token")
    return problems


@pytest.mark.parametrize("name", WORKFLOWS)
def test_permissions_are_the_least(name):
    assert too_open(name, load(name)) == []


def test_permission_beyond_the_least_is_noticed():
    settings = load("check")
    for change in (
        lambda s: s["permissions"].update(contents="write"),
        lambda s: s["jobs"]["locked"].update(permissions={"contents": "write"}),
        lambda s: s["jobs"]["locked"]["steps"][0].pop("with"),
    ):
        changed = copy.deepcopy(settings)
        change(changed)
        assert too_open("check", changed) != []


def loose(text):
    """Return the actions that are not pinned by commit, with their version beside it."""
    used = re.findall(r"^[ -]+uses: (.+)", text, re.MULTILINE)
    pinned = re.compile(
        r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\./\.github/workflows/\w+\.yml"
    )
    return [action for action in used if not pinned.fullmatch(action)]


def test_actions_are_pinned_by_commit_everywhere_the_same():
    texts = [path.read_text(encoding="utf-8") for path in WORKFLOWS.values()]
    assert [action for text in texts for action in loose(text)] == []
    pins = {action for text in texts for action in re.findall(r"uses: (actions/.+)", text)}
    assert len(pins) == len({action.partition("@")[0] for action in pins}) >= 6


@pytest.mark.parametrize(
    "action", ["actions/checkout@v6", f"actions/checkout@{'a' * 40}", "a/b@v1"]
)
def test_action_that_can_change_is_noticed(action):
    assert loose(f"      - uses: {action}\n") == [action]


def installers(settings):
    """Return the jobs that may write to the repository and run more than git."""
    found = []
    for job, parts in settings["jobs"].items():
        if (parts.get("permissions") or {}).get("contents") == "write":
            uses = [step.get("uses", "").partition("@")[0] for step in parts["steps"]]
            shell = " ".join(commands(parts))
            if "actions/setup-python" in uses or re.search(r"\b(pip|make|python3?)\b", shell):
                found.append(job)
    return found


def test_whoever_pushes_installs_nothing():
    settings = load("publish")
    assert installers(settings) == []
    for step in (
        {"run": "make notebooks"},
        {"run": "pip install x"},
        {"uses": "actions/setup-python@v6"},
    ):
        changed = copy.deepcopy(settings)
        changed["jobs"]["notebooks"]["steps"].append(step)
        assert installers(changed) == ["notebooks"]


def unchecked(settings):
    """Return the jobs that start without waiting, at last, for the job `check`."""

    def waits(job):
        needs = settings["jobs"][job].get("needs", [])
        needs = [needs] if isinstance(needs, str) else needs
        return any(need == "check" or waits(need) for need in needs)

    return [job for job in settings["jobs"] if job != "check" and not waits(job)]


def test_publishing_waits_for_the_checks():
    settings = load("publish")
    assert settings["jobs"]["check"] == {"uses": "./.github/workflows/check.yml"}
    assert "workflow_call" in load("check")[True]  # YAML reads the key `on` as true
    assert unchecked(settings) == []
    for job in ("build", "publish", "notebooks"):
        changed = copy.deepcopy(settings)
        del changed["jobs"][job]["needs"]
        assert job in unchecked(changed)


def uploaded(settings, job):
    """Return what a job leaves to look at, by name, with the place of the step."""
    steps = settings["jobs"][job]["steps"]
    return {
        step["with"]["name"]: (k, step)
        for k, step in enumerate(steps)
        if step.get("uses", "").startswith("actions/upload-artifact@")
    }


def test_pull_request_leaves_its_pages_and_its_paper():
    settings = load("check")
    place, step = uploaded(settings, "everything")["pages"]
    assert step["if"] == "github.event_name == 'pull_request'"
    assert step["with"]["path"] == "_build/html"
    assert any("run" in earlier for earlier in settings["jobs"]["everything"]["steps"][:place])
    _, paper = uploaded(load("press"), "press")["paper"]
    assert paper["with"]["path"].split() == [
        "_build/copies-of-copies.pdf",
        "_build/copies-of-copies.epub",
    ]
    for kind in (settings, load("press")):
        assert "pull_request" in kind[True]


def test_notebooks_are_handed_over_with_their_hidden_files():
    settings = load("publish")
    _, step = uploaded(settings, "build")["notebooks"]
    assert step["with"]["include-hidden-files"] is True
    (taken,) = [s["with"] for s in settings["jobs"]["notebooks"]["steps"] if "with" in s]
    assert taken == {"name": "notebooks", "path": step["with"]["path"]}


def starts(pattern, name):
    """Tell whether a change of the file `name` starts a workflow with this path."""
    wanted = re.escape(pattern).replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
    return re.fullmatch(wanted, name) is not None


def test_paths_of_workflows_exist():
    files = [path.as_posix() for path in tracked()]
    for name in ("press", "experiments"):
        patterns = load(name)[True]["pull_request"]["paths"]
        assert [p for p in patterns if not any(starts(p, file) for file in files)] == []
    assert not starts("bookmaker/*.py", "bookmaker/press/latex.py")


@pytest.mark.parametrize(
    ("workflow", "file"),
    [
        ("press", "bookmaker/press/latex.py"),
        ("press", "bookmaker/markup/labels.py"),
        ("press", "chapters/softmax.ipynb"),
        ("press", "workshop/by_hand.ipynb"),
        ("press", "reference/references.bib"),
        ("press", "_config.yml"),
        ("press", ".ci/tex"),
        ("experiments", "experiments/transformer.py"),
        ("experiments", "tests/content/test_experiments.py"),
        ("experiments", "collapse_utils/metrics/text.py"),
    ],
)
def test_change_starts_the_job_that_needs_other_tools(workflow, file):
    patterns = load(workflow)[True]["pull_request"]["paths"]
    assert any(starts(pattern, file) for pattern in patterns)
    assert not any(starts(pattern, "README.md") for pattern in patterns)


def test_one_python_runs_everything_and_every_other_the_package():
    jobs = load("check")["jobs"]
    one = jobs["everything"]["steps"][1]["with"]["python-version"]
    others = jobs["locked"]["strategy"]["matrix"]["python"]
    assert one not in others and {one, *others} == {*OTHER_PYTHONS, "3.11"}


def test_every_slow_part_runs_once_a_week():
    weekly = load("weekly")["jobs"]["part"]["strategy"]["matrix"]["include"]
    assert {row["part"] for row in weekly} == {part for part in PARTS if part[:6] != "python"}
    assert "schedule" in load("weekly")[True]


# Scripts and recipes


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_runs_its_commands_and_one_that_is_gone_is_noticed(name):
    lines = joined((ROOT / name).read_text(encoding="utf-8"))
    assert lacking(lines, IN_SCRIPTS[name]) == []
    for command in IN_SCRIPTS[name]:
        without = [line for line in lines if not line.startswith(command)]
        assert command in lacking(without, IN_SCRIPTS[name])


def test_commands_in_another_order_are_noticed():
    assert lacking(["b", "a"], ["a", "b"]) == ["b"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no executable bit")
@pytest.mark.parametrize("name", SCRIPTS)
def test_script_is_executable(name):
    assert os.access(ROOT / name, os.X_OK)


def test_script_for_tex_installs_what_make_pdf_names():
    (line,) = [c for c in joined((ROOT / ".ci/tex").read_text()) if " install " in c]
    assert {*shlex.split(TEX)[3:], "epubcheck"} <= set(shlex.split(line))


def recipes(text):
    """Return the commands of each target, what it needs first among them, without variables."""
    found = {}
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if target := re.match(r"([\w$()/.-]+):(?!=)([^#|]*)", line):
            needs = [f"make {need}" for need in target[2].split() if need.islower()]
            current = found.setdefault(target[1], needs)
        elif line.startswith("\t"):
            command = (
                line.strip().lstrip("@").replace("$(BIN)/", "").replace("$(PIP)", "pip install")
            )
            current.append(re.sub(r'^PATH="[^"]*" ', "", command))
    return found


@pytest.mark.parametrize("target", IN_RECIPES)
def test_recipe_runs_its_commands_and_one_that_is_gone_is_noticed(target):
    lines = recipes((ROOT / "Makefile").read_text(encoding="utf-8"))[target]
    assert lacking(lines, IN_RECIPES[target]) == []
    for command in IN_RECIPES[target]:
        without = [line for line in lines if not line.startswith(command)]
        assert command in lacking(without, IN_RECIPES[target])


def test_what_make_installs_it_compares_with_hashes():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^PIP +:= \$\(BIN\)/python -m pip install\b", text, re.MULTILINE)
