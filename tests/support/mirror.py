"""From a module's name to its test, and from a test to its module."""

from collections.abc import Mapping
from pathlib import Path


def path_of_test(module: Path) -> Path:
    """Return where the test of a module is, each in its own folder: `a/_b.py`, `a/test_b.py`."""
    return module.with_name(f"test_{module.stem.lstrip('_')}.py")


def unmatched(package: Path, tests: Path, others: Mapping[str, str]) -> list[str]:
    """Return a sentence for every module without its test, and every test without its module.

    `others` are the test files that belong to no single module, each with the reason.
    """
    modules = {
        path_of_test(path.relative_to(package)): path.relative_to(package.parent)
        for path in sorted(package.rglob("*.py"))
        if path.stem != "__init__"
    }
    found = {path.relative_to(tests) for path in tests.rglob("test_*.py")}
    excused = {Path(name) for name in others}
    shown = tests.relative_to(package.parent)
    return [
        *(
            f"{module} has no test: add {shown / test}"
            for test, module in modules.items()
            if test not in found or "def test_" not in (tests / test).read_text(encoding="utf-8")
        ),
        *(
            f"{shown / test} is the test of no module in {package.name}: name it after one, or "
            "list it with the reason"
            for test in sorted(found - set(modules) - excused)
        ),
        *(
            f"{shown / test} is listed as the test of no single module, and is not one"
            for test in sorted(excused - (found - set(modules)))
        ),
    ]
