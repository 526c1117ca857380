"""The registry of models: none is forgotten, and a tenth is one module, its test and one line."""

import importlib
import inspect
import os
import pkgutil
import shutil
import subprocess
import sys
import types

import pytest

from bookmaker.paths import ROOT
from collapse_utils import models
from tests.support.model_example import example, registered

REGISTRY = "collapse_utils/models/__init__.py"


def missing_lines(package):
    """Return what the registry of a package lacks, as sentences: one line for each model."""
    found = []
    for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(info.name)
        for name, value in inspect.getmembers(module, inspect.isclass):
            own = value.__module__ == info.name and not name.startswith("_")
            if own and issubclass(value, models.Model) and vars(package).get(name) is not value:
                line = f"from .{info.name.rpartition('.')[2]} import {name}"
                found.append(f"{REGISTRY} lacks the line: {line}")
    return found


def test_every_model_has_its_line():
    assert missing_lines(models) == []


def test_the_registry_decides_what_is_exported():
    assert {"Model", "ExponentialFamily", "Gaussian", "DIVISORS"} <= set(models.__all__)
    assert not [name for name in models.__all__ if inspect.ismodule(getattr(models, name))]


MODEL = '''"""Waiting times without memory, refitted by their mean."""

from __future__ import annotations

import dataclasses

import numpy as np

from .. import _validate
from .base import ExponentialFamily

__all__ = ["Exponential"]

_STATISTICS = ("n", "total")


@dataclasses.dataclass(frozen=True)
class Exponential(ExponentialFamily):
    r"""The exponential law, with its mean fitted: the sum of samples is a gamma variable.

    Examples
    --------
    >>> Exponential().fit([[1.0, 3.0]])["mean"]
    array([2.])
    """

    parameters = ("mean",)

    def truth(self, given=None):
        """Return the true mean, 1 if not given."""
        given = _validate.truth(given, {"mean": 1.0}, ("mean",))
        return {"mean": np.array(_validate.real("truth['mean']", given["mean"], above=0))}

    def sample(self, parameters, n_samples, rng):
        """Draw samples, shape (n_chains, n_samples)."""
        _validate.draw(parameters, self.parameters, n_samples, rng)
        mean = np.asarray(parameters["mean"])[:, None]
        return mean * rng.standard_exponential((len(mean), n_samples))

    def statistics(self, data):
        """Return count and sum."""
        data = _validate.array("data", data, ndim=2)
        return {"n": data.shape[1], "total": data.sum(axis=1)}

    def draw_statistics(self, parameters, n_samples, rng):
        """Draw count and sum: one gamma variable a chain."""
        _validate.draw(parameters, self.parameters, n_samples, rng)
        mean = parameters["mean"]
        return {"n": n_samples, "total": mean * rng.standard_gamma(n_samples, mean.shape)}

    def merge(self, first, second):
        """Pool two training sets: everything adds."""
        _validate.mapping("first", first, _STATISTICS)
        _validate.mapping("second", second, _STATISTICS)
        return {name: first[name] + second[name] for name in _STATISTICS}

    def estimate(self, statistics):
        """Return the mean."""
        _validate.mapping("statistics", statistics, _STATISTICS)
        return {"mean": statistics["total"] / statistics["n"]}
'''

TEST = '''"""Exponential laws: both paths of one law."""

import pytest

from collapse_utils import accumulate
from collapse_utils.models.exponential import Exponential
from tests.support.law import FALSE_ALARM, both_paths, p_same_law
from tests.support.model_example import LINE, Example

EXAMPLE = Example(model=Exponential(), arguments={}, data=LINE**2, truth={"mean": 2.0})


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_exact_and_literal_paths_agree_in_law(seed):
    """False-alarm rate 1e-4."""
    options = dict(n_samples=5, n_chains=1500, n_generations=3)
    exact, literal = both_paths(Exponential(), accumulate(), seed, **options)
    assert p_same_law([exact["mean"][-1]], [literal["mean"][-1]]) > FALSE_ALARM
'''

LINE = "from .exponential import Exponential\n"
MIRROR = "tests/package/test_mirror.py"
REGISTERED = "tests/package/models/test_registry.py::test_every_model_has_its_line"
ABOUT_MODELS = [
    MIRROR,
    REGISTERED,
    "tests/content/test_mutants.py::test_every_module_has_its_tests",
    "tests/content/test_reference.py::test_every_module_with_public_names_is_in_the_reference",
    "tests/package/models/test_exponential.py",
    "tests/package/test_errors.py",
]


@pytest.fixture
def house(tmp_path):
    """A copy of what a model touches, with a tenth model and its test; no line yet."""
    for name in ("collapse_utils", "bookmaker", "tests", "reference"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for settings in (*ROOT.glob("*.toml"), *ROOT.glob("*.yml")):
        shutil.copy(settings, tmp_path)
    (tmp_path / "collapse_utils/models/exponential.py").write_text(MODEL)
    (tmp_path / "tests/package/models/test_exponential.py").write_text(TEST)
    return tmp_path


def add_the_line(house):
    registry = house / REGISTRY
    text = registry.read_text(encoding="utf-8")
    registry.write_text(text.replace("from .gaussian", f"{LINE}from .gaussian"), encoding="utf-8")


def run(house, tests, *options):
    """Run tests in the copy, without plugins or a site; return status and what was printed."""
    bare = ["-q", "-p", "no:cacheprovider", "--noconftest"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *bare, *tests, *options],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_tenth_model_is_one_module_its_test_and_one_line(house):
    """Whatever looks at all models finds it: exports, bad input, the reference, the mutants."""
    add_the_line(house)
    about_it = "Exponential or exponential.py or every_m or every_public"
    status, said = run(house, ABOUT_MODELS, "-k", about_it, "-rA")
    assert status == 0, said
    for passed in (
        "test_bad_input_is_named[models.exponential.Exponential.sample-n_samples]",
        "test_simulations_work_in_silence[Exponential-",
        "test_every_module_with_public_names_is_in_the_reference",
        "test_every_module_has_its_test_and_every_test_its_module",
    ):
        assert passed in said


def test_a_line_that_is_forgotten_is_named(house):
    status, said = run(house, [REGISTERED])
    assert status and f"{REGISTRY} lacks the line: {LINE.strip()}" in said


def test_a_test_that_is_forgotten_is_named(house):
    add_the_line(house)
    (house / "tests/package/models/test_exponential.py").unlink()
    status, said = run(house, [MIRROR])
    wanted = "models/exponential.py has no test: add tests/package/models/test_exponential.py"
    assert status and wanted in said


def test_an_example_that_is_forgotten_is_named(monkeypatch):
    nine = registered()
    assert len(nine) >= 9 and all(isinstance(example(one).model, one) for one in nine)
    name = "tests.package.models.test_exponential"
    tenth = type(
        "Exponential", (models.Model,), {"__module__": "collapse_utils.models.exponential"}
    )
    for written in (None, types.ModuleType(name)):
        if written is not None:
            monkeypatch.setitem(sys.modules, name, written)
        with pytest.raises(LookupError, match=r"exponential.py must set EXAMPLE = Example\(Exp"):
            example(tenth)
