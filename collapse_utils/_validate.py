"""Check arguments; say the name, the value and the way out.

Every public function of the package calls these, so that the same mistake always
meets the same sentence.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from numbers import Integral, Real

import numpy as np


def integer(name, value, *, at_least=0, at_most=2**62, why=""):
    """Return `value` as an int, or raise an error that names it."""
    if isinstance(value, bool) or not isinstance(value, (int, Integral)):
        raise TypeError(f"{name} must be an integer, got {value!r} ({type(value).__name__})")
    if value < at_least:
        reason = f" {why}" if why else ""
        raise ValueError(f"{name} must be at least {at_least}{reason}, got {value}")
    if value > at_most:
        raise ValueError(f"{name} must be at most {at_most}, got {value}")
    return int(value)


def real(name, value, *, above=None, at_least=None, below=None, at_most=None):
    """Return `value` as a finite float inside its range, or raise an error that names it."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (float, int, Real)):
        raise TypeError(f"{name} must be a real number, got {value!r} ({type(value).__name__})")
    try:
        value = float(value)
    except OverflowError:
        raise ValueError(f"{name} must fit into a float, at most 1.8e308 in size") from None
    if not np.isfinite(value):
        raise ValueError(f"{name} must be finite, got {value}")
    for bad, wanted in (
        (above is not None and value <= above, f"greater than {above}"),
        (at_least is not None and value < at_least, f"at least {at_least}"),
        (below is not None and value >= below, f"less than {below}"),
        (at_most is not None and value > at_most, f"at most {at_most}"),
    ):
        if bad:
            raise ValueError(f"{name} must be {wanted}, got {value:g}")
    return value


def numbers(name, value):
    """Return `value` as an array of real numbers of any type, NaN and infinities included."""
    try:
        out = np.asarray(value)
        if out.dtype.kind not in "biufO":
            raise TypeError
        return out.astype(float) if out.dtype.kind == "O" else out
    except (TypeError, ValueError, OverflowError):
        kind = type(value).__name__
        raise TypeError(f"{name} must be an array of real numbers, got {kind}") from None


def floats(name, value):
    """Return `value` as a float array, NaN and infinities included, or raise an error."""
    return numbers(name, value).astype(float, copy=False)


def array(name, value, *, ndim=None, positive=False, shape=None):
    """Return `value` as a finite float array, or raise an error that names it."""
    out = floats(name, value)
    if ndim is not None and out.ndim not in np.atleast_1d(ndim):
        wanted = " or ".join(str(n) for n in np.atleast_1d(ndim))
        raise ValueError(
            f"{name} must have {wanted} dimension(s), got {out.ndim} (shape {out.shape})"
        )
    if shape is not None and out.shape != tuple(shape):
        raise ValueError(f"{name} must have shape {tuple(shape)}, got {out.shape}")
    if out.size == 0:
        raise ValueError(f"{name} is empty; at least one value is needed")
    if not np.isfinite(out).all():
        count = int((~np.isfinite(out)).sum())
        raise ValueError(f"{name} holds {count} value(s) that are NaN or infinite; remove them")
    if positive and (out <= 0).any():
        raise ValueError(f"{name} must be positive everywhere, got a minimum of {out.min():g}")
    return out


def generator(rng):
    """Return `rng` if it is a numpy Generator; otherwise say how to make one."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng must be a numpy.random.Generator, got {rng!r} ({type(rng).__name__}); "
            "make one with numpy.random.default_rng(seed)"
        )
    return rng


def callable(name, value):
    """Return `value` if it can be called."""
    if not builtins.callable(value):
        raise TypeError(f"{name} must be callable, got {value!r} ({type(value).__name__})")
    return value


def having(name, value, method, kind):
    """Return `value` if it has a method by which things of its kind are known."""
    if not hasattr(value, method):
        raise TypeError(f"{name} must be {kind}, got {value!r} ({type(value).__name__})")
    return value


def choice(name, value, options):
    """Return `value` if it is one of `options`."""
    if not any(isinstance(value, type(option)) and value == option for option in options):
        raise ValueError(f"{name} must be one of {', '.join(map(repr, options))}, got {value!r}")
    return value


def flag(name, value):
    """Return `value` if it is True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, got {value!r} ({type(value).__name__})")
    return bool(value)


def sequence(name, value):
    """Return `value` as a list that is not empty."""
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        raise TypeError(f"{name} must be a sequence, got {value!r} ({type(value).__name__})")
    out = list(value)
    if not out:
        raise ValueError(f"{name} is empty; give at least one entry")
    return out


def text(name, value, *, empty=False):
    """Return `value` if it is a string, and says something unless it may be `empty`."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, got {value!r} ({type(value).__name__})")
    if not empty and not value.strip():
        raise ValueError(f"{name} is empty; give at least one word")
    return value


def mapping(name, value, entries=()):
    """Return `value` if it is a dictionary that holds all `entries`."""
    if not isinstance(value, (dict, Mapping)):  # asking for dict first is three times as fast
        raise TypeError(f"{name} must be a dictionary, got {value!r} ({type(value).__name__})")
    for entry in entries:
        if entry not in value:
            lacks = ", ".join(other for other in entries if other not in value)
            raise ValueError(f"{name} lacks {lacks}; it needs {', '.join(entries)}")
    return value


def draw(parameters, entries, n_samples, rng):
    """Check what every `sample` and `draw_statistics` takes."""
    mapping("parameters", parameters, entries)
    integer("n_samples", n_samples, at_least=1)
    generator(rng)


def truth(given, defaults, names):
    """Return what the user gave of a truth, checked for unknown entries, over the defaults."""
    given = {**defaults, **({} if given is None else mapping("truth", given))}
    unknown = sorted(str(entry) for entry in set(given) - set(names))
    if unknown:
        raise ValueError(f"truth has unknown entries {unknown}; give {' and '.join(names)}")
    return given
