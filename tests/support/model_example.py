"""What the tests of all models have to know of each: an example, which its own test file gives."""

import dataclasses
import importlib
from typing import Any

import numpy as np

from collapse_utils import models

_RNG = np.random.default_rng(1)
LINE = _RNG.standard_normal((3, 8))
PLANE = _RNG.standard_normal((3, 8, 2))
TOKENS = _RNG.integers(0, 4, (3, 12))


@dataclasses.dataclass
class Example:
    """A model with something to be fitted to; a model's test file has one, named EXAMPLE.

    Attributes
    ----------
    model : Model
        A small one.
    arguments : dict
        A valid value for every argument of its class.
    data : array
        What it can be fitted to: three chains of a few samples.
    truth : dict
        What `simulate` takes as its truth.
    others : dict
        A valid value for each argument that only methods of this model have.
    calls : dict of dict
        Valid calls of the other public functions of its module, by name. A note in brackets, as in
        ``"KernelDensity (rule)"``, tells two calls of one thing apart.
    """

    model: models.Model
    arguments: dict
    data: Any
    truth: dict
    others: dict = dataclasses.field(default_factory=dict)
    calls: dict = dataclasses.field(default_factory=dict)


def registered():
    """Return the classes of the models that the package registers."""
    classes = [getattr(models, name) for name in models.__all__]
    shared = models.Model.__module__
    return [c for c in classes if isinstance(c, type) and c.__module__ != shared]


def example(model_class):
    """Return the example of a registered model, or say where one is missing."""
    module = f"tests.package.models.test_{model_class.__module__.rpartition('.')[2]}"
    try:
        return importlib.import_module(module).EXAMPLE
    except (ModuleNotFoundError, AttributeError) as error:
        if module not in str(error):
            raise
        raise LookupError(
            f"{model_class.__name__} has no example: {module.replace('.', '/')}.py must set "
            f"EXAMPLE = Example({model_class.__name__}(...), ...), see {__name__}"
        ) from error
