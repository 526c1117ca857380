"""Every closed form: valid input gives plain numbers, arrays are elementwise."""

import numpy as np
import pytest

from collapse_utils import theory
from tests.support.valid_calls import SINGLE, THEORY_MODULES, THEORY_VALUES, theory_call

NAMES = [name for module in THEORY_MODULES for name in module.__all__]


def test_names_are_unique_and_public():
    assert len(set(theory.__all__)) == len(theory.__all__)
    assert set(NAMES) == set(theory.__all__)


@pytest.mark.parametrize("name", NAMES)
def test_one_value_gives_plain_numbers(name):
    assert not isinstance(getattr(theory, name)(**theory_call(name)), np.generic)


@pytest.mark.parametrize("name", NAMES)
def test_arrays_are_elementwise(name):
    f, arguments = getattr(theory, name), theory_call(name)
    for argument in arguments:
        values = THEORY_VALUES[argument][1]
        if values is None or (name, argument) in SINGLE:
            continue
        if "counts" in arguments:
            arguments["counts"] = 4.0 if name != "surviving_vocabulary" else [4.0]
        together = f(**{**arguments, argument: values})
        one_by_one = [f(**{**arguments, argument: value}) for value in values]
        if isinstance(together, tuple):
            together = np.transpose(together)
        np.testing.assert_allclose(together, one_by_one, rtol=1e-9, atol=1e-13)
        grid = f(**{**arguments, argument: np.array([values, values])})
        assert np.shape(grid)[-2:] == (2, 3)
