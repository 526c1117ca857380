"""Bad input to every public function: an error that names the argument, never anything else.

Each public function has a valid call in `VALID`; the tests replace one argument at a time by
something that no argument of its kind can be, thousands of times, and demand a TypeError or a
ValueError whose message names the argument. A public function without a valid call fails the
first test, so that none escapes.
"""

import importlib
import inspect
import pkgutil
import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from valid_calls import OPTIONAL, UNCHECKED, VALID

import collapse_utils

warnings.filterwarnings("error", module="collapse_utils")


def public_callables():
    """Return every function and class that a module of the package lists in its `__all__`."""
    found = {}
    for info in pkgutil.walk_packages(collapse_utils.__path__, "collapse_utils."):
        module = importlib.import_module(info.name)
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            if callable(value) and value.__module__ == info.name:
                found[f"{info.name.removeprefix('collapse_utils.')}.{name}"] = value
    return found


PUBLIC = public_callables()
CASES = [
    (name, argument)
    for name, arguments in sorted(VALID.items())
    for argument in arguments
    if (name, argument) not in UNCHECKED
]


def test_every_public_function_has_a_valid_call():
    assert set(VALID) == set(PUBLIC)


@pytest.mark.parametrize("name", sorted(VALID))
def test_valid_calls_work_in_silence(name):
    """No warning from numpy reaches the user of valid input."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        PUBLIC[name](**call(name))


def call(name, **changes):
    """Return the arguments of a valid call, with generators made afresh, and some replaced."""
    arguments = VALID[name] | changes
    return {k: v() if inspect.isfunction(v) and v.__name__ == "fresh" else v
            for k, v in arguments.items()}


class Thing:
    """Nothing that any function asks for."""

    def __repr__(self):
        return "a thing"


def junk(value):
    """Return a strategy of things that cannot stand where `value` stands."""
    never = st.sampled_from([Thing(), {"a": 1}, b"bytes", 1j])
    if inspect.isfunction(value) and value.__name__ == "fresh":
        return st.one_of(never, st.integers(), st.none(), st.just(np.random.RandomState(0)))
    if isinstance(value, str):
        return st.one_of(never, st.integers(), st.just("no such name"), st.floats())
    if isinstance(value, bool):
        return never
    if isinstance(value, int):
        fractions = st.floats(allow_nan=True, allow_infinity=True).filter(lambda x: x != int(x)
                                                                         if np.isfinite(x) else True)
        return st.one_of(never, st.text(max_size=3), fractions, st.integers(max_value=-1))
    if isinstance(value, float):
        return st.one_of(never, st.text(max_size=3), st.sampled_from([np.nan, np.inf, -np.inf]),
                         st.just([]))
    if isinstance(value, (list, tuple, np.ndarray)):
        shape = np.shape(value)
        holes = [np.full(shape, np.nan), np.full(shape, np.inf)] if shape else []
        return st.one_of(never, st.sampled_from([[], "text", np.array([]), *holes]))
    return never


@pytest.mark.parametrize("name, argument", CASES, ids=lambda x: x)
@settings(max_examples=25, deadline=None, derandomize=True,
          suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_bad_input_is_named(name, argument, data):
    value = data.draw(junk(VALID[name][argument]))
    if value is None and (name, argument) in OPTIONAL:
        return
    with pytest.raises((TypeError, ValueError), match=argument.split("_")[0]) as caught:
        PUBLIC[name](**call(name, **{argument: value}))
    assert argument in str(caught.value)
