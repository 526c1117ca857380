"""Bad input to every public function: an error that names the argument, never anything else.

Each public function and method has a valid call in `valid_calls`; the tests replace one argument
at a time by something that it cannot be, thousands of times, and demand an error whose message
names the argument. A public function without a valid call fails the first test, so that none
escapes.
"""

import functools
import importlib
import inspect
import pkgutil
import re
import warnings

import matplotlib
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import collapse_utils
from collapse_utils import Gaussian, simulate, workflows
from tests.support.valid_calls import MADE_AT_CALL, MODELS, SELF, UNCHECKED, VALID, fresh, methods

MADE_BY_THE_PACKAGE = {"tails.PowerLaw", "tails.Comparison", "workflows.Turn"}
"""Results and messages, which nobody but the package makes."""

SAID_AS = {"given": "truth"}
"""Arguments that the user knows by another name: `simulate` passes its `truth` on."""

ANY_TEXT = {"alt", "credit", "legend", "path", "question", "source", "statement", "text"}
NAME_OR_NUMBER = {"bandwidth", "design", "divisor", "weight"}
BY_NAME = {"name", "parameters", "record"}
"""Arguments in which a name may be missing: a KeyError that quotes it will do."""


def public():
    """Return every function, class and method that a public module lists in its `__all__`."""
    found = {}
    for info in pkgutil.walk_packages(collapse_utils.__path__, "collapse_utils."):
        module = importlib.import_module(info.name)
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            if "._" in info.name or not callable(value) or value.__module__ != info.name:
                continue
            key = f"{info.name.removeprefix('collapse_utils.')}.{name}"
            if isinstance(value, type) and issubclass(value, Exception):
                continue
            if key in MADE_BY_THE_PACKAGE:
                continue
            found[key] = value
            if isinstance(value, type) and not key.startswith("models.base."):
                bound = methods(SELF.get(key, value))
                found |= {f"{key}.{name}": method for name, method in bound.items()}
    return found


PUBLIC = public()
CASES = sorted(
    (name, argument)
    for name, arguments in VALID.items()
    for argument in arguments
    if (name, argument) not in UNCHECKED
)


def function(name):
    """Return the function of a valid call; a note in brackets tells calls of one function apart."""
    return PUBLIC[name.partition(" ")[0]]


def call(name, **changes):
    """Call a function validly but for the arguments that are changed."""
    arguments = VALID[name] | changes
    made = {k: v() if v in MADE_AT_CALL else v for k, v in arguments.items() if callable(v)}
    return function(name)(**{**arguments, **made})


def optional(name, argument):
    """Return whether None is a valid value."""
    return inspect.signature(function(name)).parameters[argument].default is None


class Thing:
    """Nothing that any function asks for."""

    def __repr__(self):
        return "a thing"


NOTHING = [Thing(), {"a": 1}, b"bytes", 1j]
NUMBERS = [np.nan, np.inf, -np.inf, 10**400]
ARRAYS = [[], [[]], "text", ["1", "2"], [[1.0], [1.0, 2.0]], np.array([1j]), [10**400], [None]]
OUT_OF_RANGE = {
    "probabilities": [[0.5, 0.6], [-0.5, 1.5], [0.0, 0.0], 0.5],
    "probability": [-0.5, 1.5],
    "frequencies": [[0.5, 0.6], [-0.5, 1.5], [0.0, 0.0]],
    "p_variance": [-1.0],
    "variance": [0, -1.0],
    "std": [-1.0],
    "bandwidth": [0, -1.0],
    "temperature": [0, -1.0],
    "exponent": [1, -2.0],
    "real_fraction": [-0.1, 1.1],
    "weight": [-0.1, 1.1],
    "quality": [0, 101],
    "n_chains": [0],
    "samples": [[0.0, 1.0, 2.0]],
    "data": [np.zeros((2, 2, 2, 2, 2)), np.zeros((3, 0)), 1.0],
    "axis": [5, -7],
    "sizes": [[0, 5], [2, -1]],
    "frames": [{}],
    "band": [(0.9, 0.1), (-0.1, 0.5), (0.5, 1.1), (0.1, 0.5, 0.9)],
    "q": [[-0.1, 0.5], [0.5, 1.1]],
    "record": [[]],
    "n_generations": [10**30],
    "context_law": [(0.5, 0.6), (0.5,), (-0.5, 1.5), (0.0, 0.0)],
}
"""Values of the right type that these arguments cannot have, with the exceptions of `FINE`."""

FINE = {
    ("exercises.check_answer", "slips"): [[]],
    ("history.History", "settings"): [{"a": 1}],
    ("history.History", "truth"): [{"a": 1}],
    ("metrics.diversity.support", "probabilities"): [[0.5, 0.6], [0.0, 0.0]],
    ("metrics.tail.tail_recall", "probabilities"): [[0.5, 0.6], [0.0, 0.0]],
    ("metrics.tail.tail_share", "samples"): [[0.0, 1.0, 2.0]],
    ("metrics.text.perplexity", "axis"): [None],
    ("notebook.publish", "extra"): [{"a": 1}],
    ("plotting.pictures", "titles"): [["1", "2"]],
    ("tails.sample_power_law", "size"): [[]],
    ("text.encode", "vocabulary"): [["1", "2"]],
    ("text.encode", "words"): [["1", "2"]],
    ("theory.kernel_density.accumulated_kernel_variance", "bandwidth"): [0],
    ("theory.kernel_density.kernel_cloud_variance", "bandwidth"): [0],
    ("theory.kernel_density.kernel_variance", "bandwidth"): [0],
    ("theory.language.composed_temperature", "probabilities"): [[0.5, 0.6]],
}
"""What would be bad elsewhere and is a valid value here."""

MAY_BE_INFINITE = {
    ("plotting.fan", "values"),
    ("plotting.paths", "values"),
    ("plotting.theory_line", "y"),
}


def bad_values(name, argument):
    """Return things that cannot stand where an argument of a valid call stands."""
    fine = [repr(value) for value in FINE.get((name.partition(" ")[0], argument), [])]
    return [value for value in _bad_values(name, argument) if repr(value) not in fine]


def _bad_values(name, argument):
    value = VALID[name][argument]
    out = NOTHING + OUT_OF_RANGE.get(argument, [])
    if not optional(name, argument) and value is not None:
        out = [*out, None]
    if value in MADE_AT_CALL if callable(value) else False:
        return [*out, 1, 1.5, "text", [], np.random.RandomState(0)]
    if isinstance(value, str):
        texts = [] if argument in ANY_TEXT else ["", "no such name"]
        return [*out, *texts] + ([] if argument in NAME_OR_NUMBER else [3, 1.5, np.nan, []])
    if isinstance(value, bool | np.bool_):
        return [*out, "no such name", 2, np.nan, []]
    if isinstance(value, int):
        return [*out, *NUMBERS[:3], 2.5, "3", []] + ([] if argument == "axis" else [-1, -(10**30)])
    if isinstance(value, float):
        return [*out, *NUMBERS, "3", []]
    if isinstance(value, list | tuple | np.ndarray):
        holes = [np.nan] if (name, argument) in MAY_BE_INFINITE else [np.nan, np.inf]
        return out + ARRAYS + holed(value, holes)
    if isinstance(value, dict):
        return [*out, [], "text", 3]
    return out


def holed(value, holes):
    """Return copies of an array, each with one of the holes in it."""
    try:
        value = np.array(value, dtype=float)
    except (TypeError, ValueError):
        return []
    out = []
    for hole in holes:
        value.flat[-1] = hole
        out.append(value.copy())
    return out


def check(name, argument, value):
    """Demand an error that names the argument, and no warning."""
    errors = (TypeError, ValueError, *([KeyError] if argument in BY_NAME else []))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(errors) as caught:
            call(name, **{argument: value})
    said = str(caught.value)
    unknown = isinstance(caught.value, KeyError) and re.search("no quantity|lack", said)
    assert re.search(rf"\b{SAID_AS.get(argument, argument)}\b", said) or unknown, said


def test_every_public_function_has_a_valid_call():
    assert {name.partition(" ")[0] for name in VALID} == set(PUBLIC)


@pytest.mark.parametrize("name", sorted(VALID))
def test_every_argument_is_tried(name):
    kinds = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    parameters = inspect.signature(function(name)).parameters
    named = {argument for argument, p in parameters.items() if p.kind not in kinds}
    tried = {
        argument
        for other, arguments in VALID.items()
        if other.partition(" ")[0] == name.partition(" ")[0]
        for argument in arguments
    }
    assert named <= tried | {argument for other, argument in UNCHECKED if other == name}


@pytest.mark.parametrize("name", sorted(VALID))
def test_valid_calls_work_in_silence(name):
    """No warning from numpy reaches the user of valid input."""
    with warnings.catch_warnings(), matplotlib.rc_context():
        warnings.simplefilter("error")
        call(name)


WORKFLOWS = [
    workflows.replace(),
    workflows.accumulate(),
    workflows.accumulate_subsample(),
    workflows.mix(0.1),
    workflows.anchor(0.1),
    workflows.weighted(),
    workflows.weighted(1.0, 0.1),
    workflows.verified(workflows.replace(), lambda x: np.full(x.shape[:2], 0.5)),
    workflows.curated(workflows.mix(0.5), lambda x: np.zeros(x.shape[:2])),
]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
@pytest.mark.parametrize("example", MODELS, ids=lambda example: type(example.model).__name__)
def test_simulations_work_in_silence(example, workflow):
    """Both paths, the fewest samples, and shares of them that round to one or to none."""
    model = example.model
    if workflow.weighs and model.scale is None:
        return
    options = {"truth": example.truth, "rng": fresh(), "n_chains": 3, "n_generations": 8}
    if model.heat is not None:
        options["temperature"] = 0.8
    for exact in (False, "auto"):
        for n_samples in (max(2, model.minimum_samples), 10):
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                record = list(model.derived) or None
                history = simulate(
                    model, workflow, n_samples=n_samples, exact=exact, record=record, **options
                )
                for name in history.arrays:
                    assert not np.isnan(history.quantiles(name)).any()


def test_a_dead_chain_is_silent():
    """The variance runs below the smallest float, and its logarithm to minus infinity."""
    for exact in (False, True):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            history = simulate(
                Gaussian(),
                workflows.mix(0.0),
                n_generations=900,
                n_samples=2,
                n_chains=5,
                exact=exact,
                rng=fresh(),
            )
            levels = history.quantiles("log_variance")
        assert not np.isnan(levels).any()
        assert levels[1, -1] < -745
        assert history.quantiles("variance")[1, -1] == 0


@pytest.mark.parametrize("name, argument", CASES)
def test_bad_input_is_named(name, argument):
    for value in bad_values(name, argument):
        check(name, argument, value)


@functools.cache
def drawn(name, argument):
    """Return a strategy of things that cannot stand where an argument stands."""
    value, listed = VALID[name][argument], st.sampled_from(bad_values(name, argument))
    kinds = [st.binary(), st.complex_numbers()]
    if isinstance(value, str):
        if argument not in ANY_TEXT:
            kinds.append(st.text(max_size=8).map(lambda text: f"no {text}"))
        if argument not in NAME_OR_NUMBER:
            kinds += [st.integers(), st.floats()]
    elif isinstance(value, bool | np.bool_):
        kinds += [st.text(max_size=8), st.integers(), st.floats()]
    elif callable(value) and value in MADE_AT_CALL:
        kinds += [st.integers(), st.floats(), st.text(max_size=8), st.lists(st.integers())]
    elif isinstance(value, int):
        fractions = st.floats().filter(lambda x: not np.isfinite(x) or x % 1)
        kinds += [fractions, st.text(max_size=8), st.integers(min_value=2**1024)]
        if argument != "axis":
            kinds.append(st.integers(max_value=-1))
    elif isinstance(value, float):
        kinds += [st.text(max_size=8), st.integers(min_value=2**1024)]
    elif isinstance(value, dict):
        entries = st.text(min_size=1, max_size=8).filter(lambda text: text not in value)
        kinds += [st.integers(), st.text(max_size=8)]
        if (name.partition(" ")[0], argument) not in FINE:
            kinds.append(st.dictionaries(entries, st.integers(), min_size=1, max_size=3))
    elif numeric(value):
        kinds += [st.text(max_size=8), spoilt(value, (name, argument) in MAY_BE_INFINITE)]
        if argument in LAWS and "History" not in name and (name, argument) not in FINE:
            kinds.append(st.floats(0, 0.999).map(lambda factor: np.multiply(value, factor)))
    return st.one_of(listed, *kinds)


LAWS = {"p", "q", "probabilities", "frequencies", "context_law"}


def numeric(value):
    """Return whether a valid value is an array of numbers."""
    if not isinstance(value, list | tuple | np.ndarray):
        return False
    return np.asarray(value).dtype.kind in "biuf"


@st.composite
def spoilt(draw, value, may_be_infinite):
    """Draw an array with one entry that is no finite number."""
    out = np.array(value, dtype=object)
    holes = [np.nan, 1j, "one", Thing()] + ([] if may_be_infinite else [np.inf])
    out.flat[draw(st.integers(0, out.size - 1))] = draw(st.sampled_from(holes))
    return draw(st.sampled_from([out, out.tolist()]))


@pytest.mark.parametrize("part", sorted({name.rpartition(".")[0] for name, _ in CASES}))
@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_bad_input_is_named(data, part):
    """Four values for each argument, all arguments of a module at once: that is quickest."""
    for name, argument in CASES:
        if name.rpartition(".")[0] == part:
            check(name, argument, data.draw(drawn(name, argument)))


@pytest.mark.parametrize("slip", ["model", "workflow"])
def test_a_forgotten_call_is_named(slip):
    """The class for its instance, the maker for the workflow: the error says how to call it."""
    forgotten = {"model": Gaussian, "workflow": workflows.replace}[slip]
    with pytest.raises(TypeError, match=f"{slip} must be .*call it: {forgotten.__name__}"):
        call("simulation.simulate", **{slip: forgotten})


@pytest.mark.parametrize(
    ("broken", "noticed"),
    [
        (lambda n: n, pytest.fail.Exception),
        (lambda n: int("one"), AssertionError),
        (lambda n: [][n], IndexError),
        (lambda n: np.log(-1.0), RuntimeWarning),
    ],
    ids=["silent", "unnamed", "unchecked", "loud"],
)
def test_the_check_would_notice(monkeypatch, broken, noticed):
    monkeypatch.setitem(PUBLIC, "broken", broken)
    monkeypatch.setitem(VALID, "broken", {"n": 1})
    with pytest.raises(noticed):
        check("broken", "n", 5)
